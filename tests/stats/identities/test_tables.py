"""Rao and Scott's tests against Pearson's, against a difference, and against themselves."""

import numpy as np
import pytest
from scipy import stats

from samling.stats import Design, chi_square, estimate, goodness_of_fit, prop

RNG = np.random.default_rng(14)
ROWS = 600
DATA = {
    "psu": np.repeat(np.arange(60), 10),
    "stratum": np.repeat(np.arange(12), 50),
    "w": RNG.gamma(3, 2, ROWS),
    "a": RNG.choice(["x", "y", "z"], ROWS),
    "b": RNG.choice([1, 2, 3, 4], ROWS),
    "bit": RNG.integers(0, 2, ROWS),
    "sex": RNG.choice(["f", "m"], ROWS),
}


def test_a_simple_random_sample_is_pearsons():
    """λ = n/(n-1) for independent elements in a large table that is near independence."""
    found = chi_square(Design(DATA), "a", "b", method="first-order")
    observed = np.zeros((3, 4))
    np.add.at(observed, (np.searchsorted(["x", "y", "z"], DATA["a"]), DATA["b"] - 1), 1)
    pearson, p, df, _ = stats.chi2_contingency(observed, correction=False)
    assert found.pearson == pytest.approx(pearson, rel=1e-9)
    assert found.ndf == df
    assert found.deff == pytest.approx([ROWS / (ROWS - 1)] * 6, rel=0.15)
    assert found.p == pytest.approx(p, rel=0.1)


def test_two_by_two_is_nearly_a_difference():
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    found = chi_square(design, "sex", "bit")
    result = estimate(design, prop("bit"), by=["sex"])
    (gap,) = result.contrast({"gap": "f - m"}, by=("sex",)).rows()
    assert found.ndf == pytest.approx(1.0)
    assert found.statistic == pytest.approx((gap["estimate"] / gap["se"]) ** 2, rel=0.03)


@pytest.mark.parametrize("method", ["second-order", "first-order", "wald", "adjusted-wald"])
def test_rows_and_columns_can_change_places(method):
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    one = chi_square(design, "a", "b", method=method)
    other = chi_square(design, "b", "a", method=method)
    names = ("statistic", "ndf", "ddf", "p", "pearson", "n")
    assert [getattr(one, n) for n in names] == pytest.approx(
        [getattr(other, n) for n in names], rel=1e-9
    )


@pytest.mark.parametrize("method", ["second-order", "first-order", "wald", "adjusted-wald"])
def test_order_names_and_scale_do_not_matter(method):
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    shuffled = RNG.permutation(ROWS)
    other = {name: values[shuffled] for name, values in DATA.items()}
    other["w"] = other["w"] * 1000
    other["b"] = 7 - other["b"]
    again = Design(other, weights="w", strata="stratum", psu="psu")
    one, two = (chi_square(d, "a", "b", method=method) for d in (design, again))
    names = ("statistic", "ndf", "ddf", "p", "pearson", "n")
    assert [getattr(one, n) for n in names] == pytest.approx(
        [getattr(two, n) for n in names], rel=1e-8
    )


def test_fit_of_two_categories_is_a_test_of_a_proportion():
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    found = goodness_of_fit(design, "sex", {"f": 0.45, "m": 0.55})
    rows = estimate(design, prop("sex")).rows()
    assert found.statistic == pytest.approx(
        ((rows[0]["estimate"] - 0.45) / rows[0]["se"]) ** 2, rel=1e-9
    )
    assert found.ddf == pytest.approx(design.df)


def test_a_domain_keeps_the_design():
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    inside = {**DATA, "women": DATA["sex"] == "f"}
    by_name = chi_square(
        Design(inside, weights="w", strata="stratum", psu="psu"), "a", "b", where="women"
    )
    by_rule = chi_square(design, "a", "b", where=lambda t: t.sex == "f")
    blank = {
        **DATA,
        "a": [a if s == "f" else None for a, s in zip(DATA["a"], DATA["sex"], strict=True)],
    }
    by_holes = chi_square(Design(blank, weights="w", strata="stratum", psu="psu"), "a", "b")
    assert by_name.p == by_rule.p == pytest.approx(by_holes.p, rel=1e-9)
    assert (by_rule.missing, by_holes.missing) == (0, ROWS - by_rule.n)
