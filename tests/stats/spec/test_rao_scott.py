"""Tests of association and of fit

Are two categorical variables related in the population, or does one have a known distribution?
Pearson's statistic X² = n Σ (p - p₀)²/p₀ with weighted shares p is not chi-square distributed in a
survey: clusters make it too large. Rao and Scott divide by the generalised design effects λ, the
eigenvalues of the design's covariance of what is tested over that of a simple random sample:

    second order (default)   F = X²/Σλ,  ndf = (Σλ)²/Σλ²,  ddf = ndf·df
    first order              X²/λ̄ is chi-square with (rows-1)(columns-1) df
    Wald                     F of the differences from independence with their covariance
    adjusted Wald            F·(df - ndf + 1)/df, ddf = df - ndf + 1

Wald's tests need many more PSUs than cells; the second order needs none of that and is the default.

Source: Rao & Scott (1981), The analysis of categorical data from complex sample surveys, for fit;
Rao & Scott (1984), On chi-squared tests for multiway contingency tables, for association;
Thomas & Rao (1987) for F; Fellegi (1980) for the adjusted Wald.

In R: `survey::svychisq(statistic = "F" | "Chisq" | "Wald" | "adjWald")`, `survey::svygofchisq`.

Differs: R prints X² before the first-order correction as the statistic, multiplied by all rows,
also those with missing values, and in a calibrated design those outside the domain; here `pearson`
is X² with the n of the table, `statistic` what the p value is of. Degrees of freedom are the whole
design's also in a domain. svygofchisq takes the expected counts as estimated and the normal
distribution; here the given shares are known, and F.
"""

import pytest
from scipy import stats

from samling.stats import Design, StatsError, chi_square, goodness_of_fit

FOUR = {
    "sex": ["f"] * 60 + ["m"] * 40,
    "smokes": ["yes"] * 15 + ["no"] * 45 + ["yes"] * 4 + ["no"] * 36,
}


def test_a_simple_random_sample():
    """15 of 60 and 4 of 40: X² = 100·(15·36 - 45·4)²/(60·40·19·81) = 3.509.

    One λ: the variance of the interaction with n - 1 over that with n, 100/99. F = 3.509·99/100.
    """
    found = chi_square(Design(FOUR), "sex", "smokes")
    assert found.pearson == pytest.approx(100 * (15 * 36 - 45 * 4) ** 2 / (60 * 40 * 19 * 81))
    assert found.ndf == pytest.approx(1.0)
    assert found.ddf == pytest.approx(99.0)
    assert found.statistic == pytest.approx(found.pearson / found.deff[0])
    assert found.p == pytest.approx(stats.f.sf(found.statistic, 1, 99))


def test_the_table():
    """Every cell with its share, standard error, share under independence and n."""
    first = chi_square(Design(FOUR), "sex", "smokes").rows()[0]
    assert {k: first[k] for k in ("sex", "smokes", "n")} == {"sex": "f", "smokes": "no", "n": 45}
    assert first["share"] == pytest.approx(0.45)
    assert first["expected"] == pytest.approx(0.6 * 0.81)


def test_clusters_count_less():
    """Everyone twice in a cluster of two: X² doubles, λ doubles, and F is what it was."""
    once = chi_square(Design(FOUR), "sex", "smokes")
    twice = {name: [v for v in values for _ in range(2)] for name, values in FOUR.items()}
    twice["pair"] = [i // 2 for i in range(200)]
    found = chi_square(Design(twice, psu="pair"), "sex", "smokes")
    assert found.pearson == pytest.approx(2 * once.pearson)
    assert found.deff[0] == pytest.approx(2 * once.deff[0])
    assert found.statistic == pytest.approx(once.statistic)
    assert found.p == pytest.approx(once.p)


def test_the_first_order():
    """Pearson's statistic over the mean design effect, by chi-square."""
    found = chi_square(Design(FOUR), "sex", "smokes", method="first-order")
    assert found.statistic == pytest.approx(found.pearson / found.deff[0])
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, 1))


def test_wald_of_two_by_two():
    """One difference d = 0.45 - 0.6·0.81 with its standard error: F = (d/se)²."""
    found = chi_square(Design(FOUR), "sex", "smokes", method="wald")
    d = 0.45 - 0.6 * 0.81
    z = [((s == "f") - 0.6) * ((k == "no") - 0.81) for s, k in zip(*FOUR.values(), strict=True)]
    variance = sum((v - d) ** 2 for v in z) / (100 * 99)
    assert found.statistic == pytest.approx(d**2 / variance)
    assert (found.ndf, found.ddf) == (1.0, 99.0)
    adjusted = chi_square(Design(FOUR), "sex", "smokes", method="adjusted-wald")
    assert adjusted.statistic == pytest.approx(found.statistic)


def test_missing_values_are_counted():
    """Who lacks a value of either is left out of the table, not out of the design."""
    data = {name: [*values, None] for name, values in FOUR.items()}
    found = chi_square(Design(data), "sex", "smokes")
    assert (found.n, found.missing) == (100, 1)
    assert found.ddf == pytest.approx(100.0)


def test_fit():
    """60 women of 100 against a half: X² = 100·(0.1² + 0.1²)/0.5 = 4; λ = (0.24/99)·100/0.25."""
    found = goodness_of_fit(Design(FOUR), "sex", {"f": 0.5, "m": 0.5})
    assert found.pearson == pytest.approx(4.0)
    assert found.deff == pytest.approx((0.24 / 99 * 100 / 0.25,))
    assert found.statistic == pytest.approx(4 * 0.25 * 99 / 24)
    assert found.p == pytest.approx(stats.f.sf(found.statistic, 1, 99))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda d: chi_square(d, "sex", "one"), "'one' has one category.*'x'"),
        (lambda d: chi_square(d, "sex", "gone"), "Nobody of positive weight.*'gone'"),
        (lambda d: chi_square(d, "sex", "smokes", method="pearson"), "second-order, first-order"),
        (lambda d: goodness_of_fit(d, "sex", {"f": 1.0}), "without a share.*'m'"),
        (
            lambda d: goodness_of_fit(d, "sex", {"f": 0.5, "m": 0.3, "x": 0.2}),
            "without elements.*'x'",
        ),
        (lambda d: goodness_of_fit(d, "sex", {"f": 0.5, "m": 0.6}), "add up to 1"),
    ],
)
def test_what_cannot_be_tested(ask, says):
    """The error names the variable, the category, and what to do."""
    design = Design({**FOUR, "one": ["x"] * 100, "gone": [None] * 100})
    with pytest.raises(StatsError, match=says):
        ask(design)
