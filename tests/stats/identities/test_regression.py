"""Regressions that are also something else: means, proportions, ratios, odds."""

import numpy as np
import pytest

from samling.stats import (
    Design,
    categorical,
    estimate,
    linear_regression,
    log_binomial_regression,
    logistic_regression,
    mean,
    prevalence_ratios,
    prop,
)

EVERY = [
    linear_regression,
    logistic_regression,
    prevalence_ratios,
    log_binomial_regression,
]
ROWS = 400
RNG = np.random.default_rng(12)
EDU = RNG.choice(["low", "mid", "high"], ROWS)
DATA = {
    "edu": EDU,
    "sex": RNG.choice(["f", "m"], ROWS),
    "y": (RNG.uniform(size=ROWS) < np.where(EDU == "low", 0.5, 0.25)).astype(int),
    "z": RNG.normal(10, 2, ROWS),
    "w": RNG.uniform(0.5, 4, ROWS),
    "h": np.repeat(np.arange(5), 80),
    "psu": np.repeat(np.arange(40), 10),
    "in": RNG.uniform(size=ROWS) < 0.9,
}
DESIGN = Design(DATA, weights="w", strata="h", psu="psu")


@pytest.mark.parametrize("regression", EVERY)
def test_predictions_of_one_factor_are_proportions(regression):
    found = regression(DESIGN, "y", ["edu"], where="in").marginal("edu")
    shares = estimate(DESIGN, prop("y"), by=[("edu",)], where="in")
    rows = {row["edu"]: row for row in shares.rows()}
    assert found.values == pytest.approx([rows[n]["estimate"] for n in found.names], rel=1e-11)
    assert found.se == pytest.approx([rows[n]["se"] for n in found.names], rel=1e-9)
    cov = shares.cov("y", by=("edu",))
    assert [domain for (domain,) in cov.domains] == list(found.names)
    assert found.covariance == pytest.approx(cov.matrix, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("regression", EVERY)
def test_a_saturated_model_standardises_directly(regression):
    """With an interaction the prediction is Σ share(edu) · proportion(sex, edu)."""
    fit = regression(DESIGN, "y", ["sex", "edu", "sex:edu"])
    found = fit.marginal("sex")
    cells = {
        (r["sex"], r["edu"]): r for r in estimate(DESIGN, prop("y"), by=[("sex", "edu")]).rows()
    }
    share = {r["level"]: r["estimate"] for r in estimate(DESIGN, prop("edu")).rows()}
    wanted = [sum(share[e] * cells[s, e]["estimate"] for e in share) for s in found.names]
    assert found.values == pytest.approx(wanted, rel=1e-11)
    both = fit.marginal(["sex", "edu"])
    pairs = [tuple(name.split(", ")) for name in both.names]
    assert both.values == pytest.approx([cells[p]["estimate"] for p in pairs], rel=1e-11)
    assert both.se == pytest.approx([cells[p]["se"] for p in pairs], rel=1e-9)


def test_a_line_through_two_groups_is_their_difference():
    (row,) = linear_regression(DESIGN, "z", ["sex"], where="in").estimates.only(["sex=m"]).rows()
    means = estimate(DESIGN, mean("z"), by=[("sex",)], where="in")
    (gap,) = means.contrast({"gap": "m - f"}, by=("sex",)).rows()
    assert row["estimate"] == pytest.approx(gap["estimate"], rel=1e-10)
    assert row["se"] == pytest.approx(gap["se"], rel=1e-9)


@pytest.mark.parametrize("regression", [prevalence_ratios, log_binomial_regression])
def test_a_log_link_with_two_groups_is_their_ratio(regression):
    (row,) = regression(DESIGN, "y", ["sex"], where="in", df=35).ratios().rows()
    shares = estimate(DESIGN, prop("y"), by=[("sex",)], where="in")
    (ratio,) = shares.contrast({"ratio": "m / f"}, by=("sex",)).rows()
    for name in ("estimate", "se", "ci_low", "ci_high", "p"):
        assert row[name] == pytest.approx(ratio[name], rel=1e-8)


def test_odds_of_a_two_by_two_table():
    """log OR = log(ad/bc), and its variance by the delta method from the two proportions."""
    fit = logistic_regression(DESIGN, "y", ["sex"])
    shares = prevalence_ratios(DESIGN, "y", ["sex"]).marginal("sex")
    wanted = shares.contrast({"log OR": "logit(m) - logit(f)"})
    assert fit.estimates.values[1] == pytest.approx(wanted.values[0], rel=1e-10)
    assert fit.estimates.se[1] == pytest.approx(wanted.se[0], rel=1e-9)
    w, y, m = DATA["w"], DATA["y"] == 1, DATA["sex"] == "m"
    a, b, c, d = (w[cell].sum() for cell in (m & y, m & ~y, ~m & y, ~m & ~y))
    assert fit.ratios().values[0] == pytest.approx(a * d / (b * c), rel=1e-10)


@pytest.mark.parametrize("regression", EVERY)
def test_the_last_coefficient_by_leaving_it_out(regression):
    """F of one coefficient is t², and relabelling the reference turns its sign."""
    fit = regression(DESIGN, "y", ["edu", "sex"])
    (row,) = fit.estimates.only(["sex=m"]).rows()
    test = fit.test("sex")
    assert test.statistic == pytest.approx((row["estimate"] / row["se"]) ** 2, rel=1e-10)
    assert test.p == pytest.approx(row["p"], rel=1e-9)
    turned = regression(DESIGN, "y", ["edu", categorical("sex", reference="m")])
    assert turned.estimates.only(["sex=f"]).values == pytest.approx(-row["estimate"], rel=1e-9)


def test_without_weights_linear_regression_is_least_squares():
    """And the variance, without clusters, is White's times n/(n-1)."""
    fit = linear_regression(Design(DATA), "z", ["sex", "y"])
    x = np.column_stack([np.ones(ROWS), DATA["sex"] == "m", DATA["y"]]).astype(float)
    beta, *_ = np.linalg.lstsq(x, DATA["z"], rcond=None)
    inverse = np.linalg.inv(x.T @ x)
    scores = x * (DATA["z"] - x @ beta)[:, None]
    white = inverse @ scores.T @ scores @ inverse
    assert fit.estimates.values == pytest.approx(beta, rel=1e-10)
    assert fit.estimates.covariance == pytest.approx(white * ROWS / (ROWS - 1), rel=1e-8)
    assert fit.estimates.df[0] == ROWS - 1 + 1 - 3
