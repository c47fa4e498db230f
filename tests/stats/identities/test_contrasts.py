"""Contrasts by arithmetic against the covariance of the domains, on every kind of design."""

import numpy as np
import pytest

from samling.stats import Design, estimate, estimate_jointly, mean, prop, ratio, total
from samling.stats.inference.expressions import parse

RNG = np.random.default_rng(8)
ROWS = 360
SCHOOL = np.repeat(np.arange(36), 10)
DATA = {
    "stratum": SCHOOL // 6,
    "lonely": np.where(SCHOOL == 0, 9, SCHOOL // 6),
    "school": SCHOOL,
    "class": np.repeat(np.arange(72), 5),
    "w": RNG.gamma(3, 2, ROWS),
    "edu": RNG.choice(["low", "mid", "high"], ROWS),
    "sex": RNG.choice(["f", "m"], ROWS),
    "y": RNG.gamma(4, 2, ROWS),
    "x": RNG.gamma(3, 1, ROWS),
    "kind": RNG.choice(["a", "b"], ROWS),
    "N": np.full(ROWS, 12),
    "M": np.full(ROWS, 5),
}
DESIGNS = {
    "elements": {"strata": "stratum"},
    "clusters": {"strata": "stratum", "psu": "school"},
    "two stages": {"strata": "stratum", "psu": ["school", "class"], "fpc": ["N", "M"]},
    "adjust": {"strata": "lonely", "psu": "school", "lonely_psu": "adjust"},
    "average": {"strata": "lonely", "psu": "school", "lonely_psu": "average"},
}
FIGURES = ("estimate", "se", "ci_low", "ci_high", "df", "p")
ASKED = {
    "share": "low / (low + mid + high)",
    "curved": "sqrt(low) * log(mid) - exp(high / 10)",
    "gap": "1.0 * low - high",
    "odds": "(low / (20 - low)) / (high / (20 - high))",
}


@pytest.fixture(scope="module", params=list(DESIGNS))
def design(request):
    return Design(DATA, weights="w", **DESIGNS[request.param])


def test_by_units_and_by_covariance(design):
    result = estimate(design, mean("y"), by=["edu"])
    by_units = result.contrast(ASKED, by=("edu",)).rows()
    by_covariance = result.estimates(by=("edu",)).contrast(ASKED).rows()
    for one, other in zip(by_units, by_covariance, strict=True):
        assert {k: one[k] for k in FIGURES} == pytest.approx(
            {k: other[k] for k in FIGURES}, rel=1e-8
        ), one["contrast"]


def test_arithmetic_that_says_the_same(design):
    result = estimate(design, mean("y"), by=["edu"])
    asked = {"gap": "low - high", "long": "0.0 + low - high"}
    asked |= {"quotient": "low / high", "longer": "(1 * low) / high"}
    gap, long, quotient, longer = result.contrast(asked, by=("edu",)).rows()
    for one, other in ((gap, long), (quotient, longer)):
        assert {k: one[k] for k in FIGURES} == pytest.approx(
            {k: other[k] for k in FIGURES}, rel=1e-9
        )


def test_the_sum_of_domain_totals_is_the_total(design):
    result = estimate(design, total("y"), by=[(), ("edu",), ("edu", "sex")])
    whole = result.rows()[0]
    (row,) = result.contrast({"all": "low + mid + high"}, by=("edu",)).rows()
    assert [row["estimate"], row["se"]] == pytest.approx([whole["estimate"], whole["se"]], rel=1e-9)


def test_nothing_is_lost_where_a_covariance_would_lose_it(design):
    """Domains far from 0 that move together: V1 + V2 - 2C has no digits left."""
    data = {**DATA, "y": 1e7 + DATA["y"]}
    far = Design(
        data,
        weights="w",
        strata=design.strata,
        psu=design.psu,
        fpc=design.fpc,
        lonely_psu=design.lonely_psu,
    )
    asked = {"gap": "0.0 + low - high"}
    (row,) = estimate(far, mean("y"), by=["edu"]).contrast(asked, by=("edu",)).rows()
    (near,) = estimate(design, mean("y"), by=["edu"]).contrast(asked, by=("edu",)).rows()
    assert row["se"] == pytest.approx(near["se"], rel=1e-7)


def test_jointly_is_one_by_one(design):
    statistics = [mean("y"), total("x"), ratio("y", "x"), prop("kind")]
    rows = estimate(design, statistics, by=["edu"]).rows()
    found = estimate_jointly(design, statistics, by="edu")
    assert found.values == pytest.approx([row["estimate"] for row in rows], rel=1e-9)
    assert found.se == pytest.approx([row["se"] for row in rows], rel=1e-9)
    groups = estimate(design, mean("y"), by=["edu"]).cov("y", by=("edu",))
    assert found.covariance[:3, :3] == pytest.approx(groups.matrix, rel=1e-7)


def test_a_ratio_of_variables_is_a_ratio(design):
    """mean(y)/mean(x) from their joint covariance is ratio(y, x), standard error included."""
    (wanted,) = estimate(design, ratio("y", "x")).rows()
    both = estimate_jointly(design, [mean("y"), mean("x")])
    (found,) = both.contrast({"r": "y / x"}).rows()
    assert [found["estimate"], found["se"]] == pytest.approx(
        [wanted["estimate"], wanted["se"]], rel=1e-9
    )


@pytest.mark.parametrize("text", list(ASKED.values()))
def test_the_gradient_is_the_derivative(text):
    names, at = ("high", "low", "mid"), np.array([4.0, 9.0, 7.0])
    expression = parse(text, names)
    slope = [
        (expression.at(at + step).value - expression.at(at - step).value) / 2e-6
        for step in 1e-6 * np.eye(3)
    ]
    assert expression.at(at).gradient == pytest.approx(slope, rel=1e-6, abs=1e-9)
    many = np.column_stack([at, at + 1, [1.0, 25.0, -1.0]])
    one_by_one = [expression.at(line).value for line in many.T]
    assert expression.over(many) == pytest.approx(one_by_one, rel=1e-12, nan_ok=True)
