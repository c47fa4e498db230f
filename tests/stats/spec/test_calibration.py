r"""Calibration: weights that know the population

The population's size by sex, age or municipality is known from the register. Weighted totals of
the sample should agree with it: the estimates become less uncertain where the known variables
explain the answers, they agree with other statistics, and some of the skewness of nonresponse goes
away. Calibration changes the weights d as little as it can to w = g·d so that

$$\sum_k w_k x_k = X, \qquad g_k = F(x_k'\lambda)$$

for the auxiliary variables x with known totals X. The method is a choice of F: `linear` (1 + u, the
generalised regression estimator, GREG), `raking` (exp u, always positive), `logit` (between two
bounds) or `truncated` (linear, cut at the bounds). Post-stratification is the case of one margin,
where all methods give the same weights.

The variance knows the calibration: the value of each element is not y but the residual

$$z_k = g_k d_k (y_k - x_k'B), \qquad B = \Big(\sum d_k x_k x_k'\Big)^{-1}\sum d_k x_k y_k$$

and for a mean, a ratio, a domain or a comparison the same with the linearised variable in place
of y. What x explains is no longer uncertain. Several calibrations are carried back from the last
to the first.

Targets are joined by name: `{"sex:age": {("f", "16-29"): 5100, ...}, "income": 8.1e9}`. A category
that is missing or too many, targets that disagree, or targets that no weights can reach are errors
that say which. Weights of 0 or less are an error too, since no one answers for minus three people.

Source: Deville & Särndal (1992), Calibration estimators in survey sampling, JASA 87, 376-382.

Source: Särndal, Swensson & Wretman (1992), Model assisted survey sampling, ch. 6-7.

Source: Deming & Stephan (1940), On a least squares adjustment of a sampled frequency table when the
expected marginal totals are known; Kalton & Flores-Cervantes (2003), Weighting methods.

In R: `survey::calibrate(design, formula, population, calfun=, bounds=)`, `survey::postStratify`,
and `survey::rake`, whose answer is that of `calibrate(calfun = "raking")` when it has converged.

Differs: after two calibrations R (4.1-1) takes the residuals of the first before those of the
second, so that a total that was just calibrated to gets a standard error above 0. Here the last
comes first, as the chain rule says (`test_the_last_calibration_holds`).

Differs: R's `rake()`, and svy after it, take unweighted means by margin out of the linearised
variable. Here, as in R's `calibrate`, the means are weighted, as the formula above says.

Differs: `calibrate(calfun = "linear")` in R may return negative weights. Here they are an error,
which names the elements and the methods that keep weights positive.

Differs: R multiplies all weights by a common factor first when the population is more than 20 times
the sample, and applies the bounds to what is left. Here bounds always are new weight over old.
"""

import math

import pytest

from samling.stats import (
    Design,
    InfeasibleError,
    NegativeWeightError,
    TargetError,
    estimate,
    mean,
    total,
)

FOUR = {
    "sex": ["f", "f", "m", "m"],
    "y": [1, 0, 1, 1],
    "x": [1.0, 2.0, 3.0, 4.0],
    "w": [10.0, 10.0, 10.0, 10.0],
}
KNOWN = {"sex": {"f": 30, "m": 10}}


def weights(design):
    return design.element_weights().tolist()


def test_post_stratification():
    """The sample stands for 20 women and 20 men; the register says 30 and 10.

    So women's weights are multiplied by 1.5 and men's by 0.5.
    """
    design = Design(FOUR, weights="w").poststratify(KNOWN)
    assert weights(design) == pytest.approx([15, 15, 5, 5])


def test_the_variance_is_that_of_the_residuals():
    """The estimated total is 15 + 5 + 5 = 25. Women's mean is 1/2, men's 1: the residuals are
    1/2, -1/2, 0, 0, times the weights 7.5, -7.5, 0, 0. With n = 4 the variance is
    4/3 · (7.5² + 7.5²) = 150. Without the register it would be 4/3 · 75 = 100 around 30.
    """
    design = Design(FOUR, weights="w")
    (row,) = estimate(design.poststratify(KNOWN), total("y")).rows()
    assert row["estimate"] == pytest.approx(25)
    assert row["se"] == pytest.approx(math.sqrt(150))
    (row,) = estimate(design, total("y")).rows()
    assert (row["estimate"], row["se"]) == pytest.approx((30, 10))


def test_a_known_total_has_no_standard_error():
    """The number of women is 30 by the register: it is hit exactly, and nothing is uncertain."""
    data = FOUR | {"woman": [1, 1, 0, 0]}
    design = Design(data, weights="w").calibrate(KNOWN)
    number, share = estimate(design, [total("woman"), mean("woman")]).rows()
    assert (number["estimate"], number["se"]) == (pytest.approx(30), 0)
    assert (share["estimate"], share["se"]) == (pytest.approx(0.75), 0)


def test_a_number_as_auxiliary_variable():
    """Σ w x is 10 · (1+2+3+4) = 100, but 120 is known. Linear calibration on x alone has
    g = 1 + λx with λ = (120 - 100)/Σ w x² = 20/300, so the weights are 10·(1 + x/15).
    """
    design = Design(FOUR, weights="w").calibrate({"x": 120.0})
    assert weights(design) == pytest.approx([10 * (1 + x / 15) for x in (1, 2, 3, 4)])


def test_the_size_of_the_population():
    """The name "1" is the variable that is 1 for everyone. With the size and the total of x known,
    the total of y is that of the regression line: N·ȳ + b (X - N·x̄). Here ȳ = 3/4, x̄ = 5/2,
    b = Σ (x - x̄) y / Σ (x - x̄)² = 1/2 / 5 = 0.1; so 44 · 3/4 + 0.1 · (120 - 110) = 34.
    """
    design = Design(FOUR, weights="w").calibrate({"1": 44, "x": 120.0})
    (row,) = estimate(design, total("y")).rows()
    assert row["estimate"] == pytest.approx(34)


def two_margins(**options):
    data = {
        "sex": ["f", "f", "m", "m"],
        "age": ["young", "old", "young", "old"],
        "w": [10.0, 20.0, 30.0, 40.0],
    }
    targets = {"sex": {"f": 50, "m": 50}, "age": {"young": 45, "old": 55}}
    return Design(data, weights="w").calibrate(targets, **options)


def test_raking_keeps_the_odds_ratio():
    """Raking multiplies by one factor for the sex and one for the age, so the odds ratio stays
    10·40/(20·30) = 2/3 while both margins are met.
    """
    a, b, c, d = weights(two_margins(method="raking"))
    assert (a + b, c + d, a + c, b + d) == pytest.approx((50, 50, 45, 55))
    assert a * d / (b * c) == pytest.approx(2 / 3)


def test_bounds():
    """Of 40 people the total of x is 80, where the sample says 100. Linear calibration needs the
    factors 1.6, 1.2, 0.8 and 0.4. With the bounds (0.5, 2) `truncated` holds the last at 0.5 and
    moves the others along a line again: 5/3, 7/6 and 2/3. `logit` bends before a bound.
    """
    design, known = Design(FOUR, weights="w"), {"1": 40, "x": 80.0}
    assert weights(design.calibrate(known)) == pytest.approx([16, 12, 8, 4])
    cut = design.calibrate(known, method="truncated", bounds=(0.5, 2))
    assert weights(cut) == pytest.approx([50 / 3, 35 / 3, 20 / 3, 5])
    bent = design.calibrate(known, method="logit", bounds=(0.5, 2)).calibrations[0]
    assert 0.5 < bent.factor_min < bent.factor_max < 2
    assert bent.largest_discrepancy < 1e-9


def test_domains_and_comparisons_know_it_too():
    """By sex the totals of women and men are domains. The register fixes both sizes, so the
    share of y among men, who all have y = 1, and its difference from women's: z is 1/30 · 15 ·
    (±1/2) for women = ±1/4 and 0 for men, V = 4/3 · (1/16 + 1/16) = 1/6.
    """
    design = Design(FOUR, weights="w").calibrate(KNOWN)
    result = estimate(design, mean("y"), by=[("sex",)])
    women, men = result.rows()
    assert women["se"] == pytest.approx(math.sqrt(1 / 6))
    assert men["se"] == 0
    (gap,) = result.contrast({"gap": "m - f"}, by=("sex",)).rows()
    assert gap["estimate"] == pytest.approx(0.5)
    assert gap["se"] == pytest.approx(math.sqrt(1 / 6))


def test_the_last_calibration_holds():
    """First to the sexes, then to the sum of x: the second total is known, so its standard error
    is 0. The first is no longer exact.
    """
    data = FOUR | {"woman": [1, 1, 0, 0]}
    design = Design(data, weights="w").calibrate(KNOWN).calibrate({"x": 90.0})
    women, x = estimate(design, [total("woman"), total("x")]).rows()
    assert (x["estimate"], x["se"]) == (pytest.approx(90), 0)
    assert women["se"] > 0


def test_the_design_says_what_was_done():
    """The design before is not changed; the new one knows each step, the range of the factors,
    what unequal weights cost (Kish's n Σw²/(Σw)², here 4 · 500/40² = 1.25), and the targets.
    """
    before = Design(FOUR, weights="w")
    after = before.poststratify(KNOWN)
    assert before.calibrations == ()
    assert before.hash != after.hash
    (step,) = after.diagnose().steps
    assert (step.kind, step.method, step.cells) == ("calibration", "linear", 2)
    assert (step.factor_min, step.factor_max) == pytest.approx((0.5, 1.5))
    assert (step.deff_before, step.deff_after) == pytest.approx((1.0, 1.25))
    assert step.rows()[0] == {
        "name": "sex=f",
        "target": 30.0,
        "before": 20.0,
        "after": pytest.approx(30),
        "discrepancy": pytest.approx(0),
    }


def test_targets_must_agree():
    """30 + 10 people by sex but 45 by age cannot be. Which one is right must be said."""
    data = FOUR | {"age": ["a", "b", "a", "b"]}
    targets = KNOWN | {"age": {"a": 15, "b": 30}}
    design = Design(data, weights="w")
    with pytest.raises(TargetError, match=r"'sex' add up to 40, those of 'age' to 45"):
        design.calibrate(targets)
    scaled = design.calibrate(targets, rescale="sex")
    assert scaled.calibrations[0].rows()[2]["target"] == pytest.approx(15 * 40 / 45)


def test_targets_that_no_weights_reach():
    """Weights may grow by a tenth at most, but women must grow by a half: the error says how near
    one comes and which bounds would do.
    """
    design = Design(FOUR, weights="w")
    with pytest.raises(InfeasibleError, match=r"sex=m 18 of 10, sex=f 22 of 30.*\(0.5, 1.5\)"):
        design.calibrate(KNOWN, method="truncated", bounds=(0.9, 1.1))


def test_nobody_gets_a_negative_weight():
    """With 40 people in all and the total of x as low as 50, linear weights would be negative."""
    design = Design(FOUR, weights="w")
    with pytest.raises(NegativeWeightError, match=r"1 of 4 elements.*factor is -0\.5.*x=4"):
        design.calibrate({"1": 40, "x": 50.0})
    assert min(weights(design.calibrate({"1": 40, "x": 50.0}, method="raking"))) > 0
