"""Age-standardised survey estimates

Would the groups still differ if they had the same ages? A directly standardised mean or
proportion of a domain is Σ W_a·ȳ_a: the domain's own mean ȳ_a in every age band, weighted with the
standard's shares W_a. W is fixed; the ȳ_a and their covariance are the design's, so the variance is
that of one linear combination,

    V = Σ_a Σ_b W_a·W_b·Cov(ȳ_a, ȳ_b)

made in one pass for all domains. Bands are joined with the standard by name.

Source: Lumley (2010), Complex Surveys, ch. 5; Korn & Graubard (1999), Analysis of Health Surveys.

In R: `survey::svystandardize` (with `excluding.missing`), then `svyby`.

Differs: the interval of a proportion is the logit's with the design's degrees of freedom, as
everywhere here; R's `confint(svyby())` is Wald's with the normal quantile.
"""

import pytest

from samling.stats import (
    AgeBandError,
    Design,
    OptionError,
    estimate,
    mean,
    prop,
    standardise,
    total,
)

PEOPLE = {
    "area": ["N", "N", "N", "N", "N", "S", "S", "S", "S", "S"],
    "age": ["16-64", "16-64", "16-64", "65+", "65+", "16-64", "16-64", "65+", "65+", "65+"],
    "sick": [0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    "days": [0.0, 2.0, 4.0, 10.0, 8.0, 3.0, 1.0, 9.0, 7.0, 8.0],
}


def test_a_standardised_mean():
    """N has on average 2 days among the younger and 9 among the older; S has 2 and 8.

    With three quarters younger: 0.75·2 + 0.25·9 = 3.75 and 0.75·2 + 0.25·8 = 3.5.
    """
    found = standardise(
        Design(PEOPLE), mean("days"), over="age", standard={"16-64": 3, "65+": 1}, by="area"
    )
    north, south = found.rows()
    assert (north["area"], north["n"], north["status"]) == ("N", 5, "shown")
    assert north["estimate"] == pytest.approx(3.75)
    assert south["estimate"] == pytest.approx(3.5)


def test_its_variance():
    """Elements drawn alone: z = W·(y - ȳ_a)/n_a, V = n/(n-1)·Σz² with n = 10.

    N: younger 0.75·(-2, 0, 2)/3, older 0.25·(1, -1)/2, so Σz² = 2·0.5² + 2·0.125².
    """
    found = standardise(
        Design(PEOPLE), mean("days"), over="age", standard={"16-64": 3, "65+": 1}, by="area"
    )
    north = found.rows()[0]
    assert north["se"] == pytest.approx((10 / 9 * (2 * 0.5**2 + 2 * 0.125**2)) ** 0.5)


def test_a_difference_between_standardised_areas():
    """The estimates with their covariance can be compared; elements drawn alone barely covary."""
    both = standardise(
        Design(PEOPLE), mean("days"), over="age", standard={"16-64": 3, "65+": 1}, by="area"
    ).estimates()
    (gap,) = both.contrast({"gap": "N - S"}).rows()
    assert gap["estimate"] == pytest.approx(0.25)
    assert gap["se"] == pytest.approx(sum(both.se**2) ** 0.5)


def test_standardising_to_ones_own_ages_changes_nothing():
    """With the standard 60 % younger, N's own ages, the plain proportion comes back."""
    standard = {"16-64": 0.6, "65+": 0.4}
    one = standardise(Design(PEOPLE), prop("sick"), over="age", standard=standard, by="area")
    plain = estimate(Design(PEOPLE), prop("sick"), by=[("area",)])
    assert one.rows()[0]["estimate"] == pytest.approx(plain.rows()[0]["estimate"])


def test_an_empty_band():
    """Nobody in S is younger: no figure for S, and the band is named. N is not stopped by it."""
    few = {name: values[:5] + values[7:] for name, values in PEOPLE.items()}
    standard = {"16-64": 3, "65+": 1}
    north, south = standardise(
        Design(few), mean("days"), over="age", standard=standard, by="area"
    ).rows()
    assert (north["status"], south["status"], south["estimate"]) == ("shown", "empty-band", None)
    assert south["reason"] == "Nobody here with age 16-64 has a known answer."


def test_what_does_not_fit():
    """Bands that the standard lacks, a total, a grouping that is the standardised variable."""
    d = Design(PEOPLE)
    with pytest.raises(AgeBandError, match=r"the standard lacks 65\+"):
        standardise(d, mean("days"), over="age", standard={"16-64": 3})
    with pytest.raises(OptionError, match="A total cannot be standardised"):
        standardise(d, total("days"), over="age", standard={"16-64": 3, "65+": 1})
    with pytest.raises(OptionError, match="both standardised over and grouped by"):
        standardise(d, mean("days"), over="age", standard={"16-64": 3, "65+": 1}, by="age")
