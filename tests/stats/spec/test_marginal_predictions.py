"""Average marginal predictions

How large would the share have been if everyone had had the same level of one factor, and kept
everything else as it is? For each level l the fitted model predicts the outcome of every person
with the factor set to l, and the weighted mean of these is

    θ_l = Σ w_k μ(x_k(l)'β) / Σ w_k

so all levels are compared over the same mix of the other factors: the sample's own. Differences of
θ are adjusted gaps in percentage points, ratios of θ adjusted ratios; `contrast` makes both. They
are read like shares, which odds ratios are not, and they can be compared between models.

The standard error has two sources: the coefficients are estimated, and so is the mix. Both depend
on the same sample, so they are not added up but taken together, by each element's influence
(μ_k(l) - θ_l)/W + (∂θ_l/∂β)' ∂β/∂w_k.

"If everyone had had" is arithmetic, not a claim that changing the factor would change the outcome.

Source: Lane & Nelder (1982), Analysis of covariance and standardization as instances of
prediction; Graubard & Korn (1999), Predictive margins with survey data; Binder (1983).

In R: `survey::svypredmeans`; Stata's `margins, vce(unconditional)`; SUDAAN's PREDMARG.

Differs: `svypredmeans` adds the variances of the two sources and leaves out their covariance. The
golden test shows that our means are R's, that R's variance is that sum, and that the standard
errors differ by up to 4 % in its example. With the covariance, a model with one factor gives
exactly the shares of its levels with their standard errors; without it, it does not.
"""

import math

import pytest

from samling.stats import (
    Design,
    TermError,
    estimate,
    linear_regression,
    logistic_regression,
    prevalence_ratios,
    prop,
)


def school():
    """Twelve of whom a third have a poor economy; the poor live in the town more often."""
    return {
        "economy": ["poor"] * 4 + ["good"] * 8,
        "place": ["town", "town", "town", "land"] + ["town", "town"] + ["land"] * 6,
        "glad": [0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1],
        "age": [13, 15] * 6,
    }


def test_predictions_by_hand():
    """With an interaction the model says each cell's share: 1/3 and 1 of the poor in town and on
    the land, 1/2 and 5/6 of the others. Five of twelve live in town: the shares weigh 5 and 7."""
    fit = linear_regression(Design(school()), "glad", ["economy", "place", "economy:place"])
    found = dict(zip(("good", "poor"), fit.marginal("economy").values, strict=True))
    assert found["poor"] == pytest.approx((5 * (1 / 3) + 7 * 1) / 12)
    assert found["good"] == pytest.approx((5 * (1 / 2) + 7 * (5 / 6)) / 12)


def test_one_factor_gives_the_plain_shares():
    """Nothing to adjust for: half of the poor and 6/8 of the others, with their own errors."""
    design = Design(school())
    found = logistic_regression(design, "glad", ["economy"]).marginal("economy")
    shares = estimate(design, prop("glad"), by=["economy"]).rows()
    assert found.names == ("good", "poor")
    assert found.values == pytest.approx([0.75, 0.5])
    assert found.se == pytest.approx([row["se"] for row in shares])


def test_adjusted_gaps_and_ratios():
    """The gap of a linear model without interaction is its coefficient, error and all."""
    fit = linear_regression(Design(school()), "glad", ["economy", "place"])
    gap, ratio = (
        fit.marginal("economy").contrast({"gap": "poor - good", "ratio": "poor / good"}).rows()
    )
    coefficient = fit.estimates.rows()[1]
    assert gap["estimate"] == pytest.approx(coefficient["estimate"])
    assert gap["se"] == pytest.approx(coefficient["se"])
    poor, good = fit.marginal("economy").only(["poor", "good"]).values
    assert ratio["estimate"] == pytest.approx(poor / good)


def test_a_ratio_of_a_log_model_is_its_prevalence_ratio():
    """With a log link and no interaction θ_poor/θ_good = exp(β), whatever the mix."""
    fit = prevalence_ratios(Design(school()), "glad", ["economy", "place"])
    (ratio,) = fit.marginal("economy").contrast({"ratio": "poor / good"}).rows()
    coefficient = fit.ratios().rows()[0]
    for name in ("estimate", "se", "ci_low", "ci_high", "p"):
        assert ratio[name] == pytest.approx(coefficient[name])


def test_several_factors_and_numbers():
    """Two factors give every combination; a numeric term is asked at values."""
    fit = linear_regression(Design(school()), "glad", ["economy", "place", "age"])
    both = fit.marginal(["economy", "place"])
    assert both.names == ("good, land", "good, town", "poor, land", "poor, town")
    ages = fit.marginal("age", at=[13, 15])
    step = ages.contrast({"two years": "`15` - `13`"})
    assert step.values[0] == pytest.approx(2 * fit.estimates.only(["age"]).values[0])
    with pytest.raises(TermError, match=r"'age' is numeric.*at="):
        fit.marginal("age")


def test_the_mix_is_the_weighted_sample():
    """Everyone in town counts double: the shares weigh 10 and 7."""
    data = school()
    data["w"] = [2.0 if place == "town" else 1.0 for place in data["place"]]
    fit = logistic_regression(
        Design(data, weights="w"), "glad", ["economy", "place"], where=lambda t: t.age > 0
    )
    town, land = fit.predict(
        [{"economy": "poor", "place": "town"}, {"economy": "poor", "place": "land"}]
    ).values
    (poor,) = fit.marginal("economy", at=["poor"]).values
    assert poor == pytest.approx((10 * town + 7 * land) / 17)
    assert math.isfinite(fit.marginal("economy").se[0])


def test_an_unknown_factor_or_level():
    """The error lists what there is."""
    fit = linear_regression(Design(school()), "glad", ["economy"])
    with pytest.raises(TermError, match=r"no variable 'place'.*economy"):
        fit.marginal("place")
    with pytest.raises(TermError, match=r"no level 'rich'.*'good', 'poor'"):
        fit.marginal("economy", at=["rich"])
