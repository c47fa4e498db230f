r"""Nonresponse and trimming: weights for those who did not answer

Not everyone who was drawn answers. If those who answer stand for the others, the others must be
like them, given what is known of both. There are three ways to use what is known, and all keep
the nonrespondents in the design with weight 0, because they tell how the sample was drawn.

`adjust_nonresponse_cells` lets the respondents of a cell (such as sex by age group) take over the
weight of everyone in the cell: w = d · (Σ d of all / Σ d of respondents).

`adjust_nonresponse_propensity` divides by the probability to respond, from a logistic regression
fitted with the weights: w = d/p. With `classes=5` people are put in five classes by p and
adjusted as by cells, which is less sensitive to the model.

`calibrate_nonresponse` calibrates the respondents alone, in one step, to totals of the population
(InfoU: the register) and of the whole sample (InfoS: what is known of everyone who was drawn). No
model of the response is fitted first: 1/g is the implicit one.

The variance knows that the factors were estimated. With g for the factor and e = u - x'B for the
residual of the linearised variable u in the regression among respondents, everyone in the sample
has the value

$$z_k = d_k (s_k'B + r_k g_k e_k)$$

where r says who responded and s is x for what is known of the sample only, 0 for what is known of
the population. The sampling variance of z holds all the chance of response but for the share f of
the population that was sampled; where the design has finite populations the rest is added,

$$V = V_{sampling}(z) + \sum_r f_k d_k^2 g_k (g_k - 1) e_k^2$$

and with f = 1/d this is Särndal & Lundström's estimator with their two components. Bias that is
left because nonrespondents differ in what is not known is in no variance.

Where only the respondents are at hand, they are the data: `calibrate` them to the population, which
is the same in one step, and then their number stands for the sample's.

`trim` cuts weights at limits and shares what was cut off equally among the others. It lowers the
variance and may add bias. The sum of the weights is kept, other totals are not: calibrate again.

Source: Särndal & Lundström (2005), Estimation in surveys with nonresponse, ch. 6-7 and 11.

Source: Oh & Scheuren (1983), Weighting adjustment for unit nonresponse; Särndal, Swensson &
Wretman (1992), Model assisted survey sampling, ch. 15.6 (response homogeneity groups).

Source: Rosenbaum & Rubin (1984); Little (1986), Survey nonresponse adjustments; Kim & Kim (2007),
Nonresponse weighting adjustment using estimated response probability.

Source: Fay (1991) and Shao & Steel (1999) for the order sampling after response; Potter (1990), A
study of procedures to identify and trim extreme sampling weights.

In R: `survey::twophase` with strata for the cells gives the response homogeneity groups; a
propensity model is `glm(r ~ ..., family = quasibinomial, weights = d)` and its weights are put in
by hand. `survey::trimWeights(strict = TRUE)` trims.

Differs: weights made by hand and given to R's `svydesign` count as if nobody had estimated them.
Here the estimated factors are a part of the variance, which usually makes it smaller
(`test_the_variance_knows_that_factors_were_estimated`).

Differs: Särndal & Lundström weight the regression with d·g whatever the method. Here its weight
is d·F'(x'λ), the exact derivative: d for linear calibration, and d·g for raking, where the two
agree.
"""

import math

import pytest

from samling.stats import Design, OptionError, ResponseError, estimate, total

SIX = {
    "sex": ["f", "f", "f", "f", "m", "m"],
    "answered": [1, 1, 0, 0, 1, 0],
    "y": [1, 0, None, None, 1, None],
    "w": [10.0] * 6,
}


def weights(design):
    return design.element_weights().tolist()


def test_cells():
    """Two of four women and one of two men answered; each stands for two."""
    design = Design(SIX, weights="w").adjust_nonresponse_cells("answered", ["sex"])
    assert weights(design) == pytest.approx([20, 20, 0, 0, 20, 0])
    (step,) = design.diagnose().steps
    assert (step.kind, step.method, step.elements, step.left_out) == ("nonresponse", "cells", 3, 3)


def test_the_variance_knows_that_factors_were_estimated():
    """The total is 20 + 20 = 40. Women's mean is 1/2, so z is 10 · (1/2 ± 2 · 1/2) = 15 and -5
    for the two who answered, 5 for the two who did not; for both men it is 10. z̄ is 40/6:
    V = 6/5 · (225 + 25 + 25 + 25 + 100 + 100 - 1600/6) = 280. As if the weights 20, 20, 20 of three
    people had come from nowhere it would be 3/2 · (400 + 0 + 400 - 1600/3) = 400.
    """
    design = Design(SIX, weights="w").adjust_nonresponse_cells("answered", ["sex"])
    (row,) = estimate(design, total("y")).rows()
    assert row["estimate"] == pytest.approx(40)
    assert row["se"] == pytest.approx(math.sqrt(280))
    three = {"y": [1, 0, 1], "w": [20.0, 20.0, 20.0]}
    (naive,) = estimate(Design(three, weights="w"), total("y")).rows()
    assert naive["se"] == pytest.approx(math.sqrt(400))


def test_the_chance_of_response_in_a_finite_population():
    """The six are drawn from 60, so f = 0.1 and sampling gives 0.9 · 280 = 252. Response adds
    Σ f d² g(g-1) e² = 10 · 2 · 1 · (1/4 + 1/4) = 10 for the two women and nothing for men.
    """
    data = SIX | {"N": [60] * 6}
    design = Design(data, weights="w", fpc="N").adjust_nonresponse_cells("answered", ["sex"])
    (row,) = estimate(design, total("y")).rows()
    assert row["se"] == pytest.approx(math.sqrt(262))


def test_propensities():
    """With sex alone in the model the propensities are the cells' response rates, 1/2 each, so the
    weights and the standard error are those of the cells.
    """
    design = Design(SIX, weights="w").adjust_nonresponse_propensity("answered", ["sex"])
    assert weights(design) == pytest.approx([20, 20, 0, 0, 20, 0])
    (row,) = estimate(design, total("y")).rows()
    assert row["se"] == pytest.approx(math.sqrt(280))


def test_propensity_classes():
    """By a number: those with x = 1 answered once in four, those with x = 5 three times. Two
    classes of equal weight are the two values, so the factors are 4 and 4/3.
    """
    data = {"x": [1.0] * 4 + [5.0] * 4, "answered": [1, 0, 0, 0, 1, 1, 1, 0]}
    design = Design(data).adjust_nonresponse_propensity("answered", numbers=["x"], classes=2)
    assert weights(design) == pytest.approx([4, 0, 0, 0, 4 / 3, 4 / 3, 4 / 3, 0])
    assert design.calibrations[0].asked["lowest_propensity"] == pytest.approx(0.25)


def test_calibration_to_the_population_in_one_step():
    """The register has 36 women and 24 men (InfoU). Two women answered: 18 each; one man: 24."""
    design = Design(SIX, weights="w").calibrate_nonresponse(
        "answered", population={"sex": {"f": 36, "m": 24}}
    )
    assert weights(design) == pytest.approx([18, 18, 0, 0, 24, 0])


def test_calibration_to_the_sample():
    """x is known for all six (InfoS): Σ d x = 10 · 12 = 120. The three who answered have x of 1, 2
    and 3: with d = 10 their number 60 and the sum 120 need a line of factors 1 + a + bx, with
    3 + 3a + 6b = 6 and 6 + 6a + 14b = 12, so a = 1 and b = 0.
    """
    data = SIX | {"x": [1.0, 2.0, 1.0, 3.0, 3.0, 2.0], "everyone": ["all"] * 6}
    design = Design(data, weights="w").calibrate_nonresponse(
        "answered", sample=["everyone"], sample_numbers=["x"]
    )
    assert weights(design) == pytest.approx([20, 20, 0, 0, 20, 0])


def test_both_and_then_the_register():
    """Steps may follow each other: first cells, then the register's sexes. Women's 40 become 36
    and men's 20 become 24. Each step is kept.
    """
    design = Design(SIX, weights="w").adjust_nonresponse_cells("answered", ["sex"])
    design = design.calibrate({"sex": {"f": 36, "m": 24}})
    assert weights(design) == pytest.approx([18, 18, 0, 0, 24, 0])
    assert [step.kind for step in design.diagnose().steps] == ["nonresponse", "calibration"]


def test_trimming():
    """50 is cut to 40 and the other three get a third of 10 more each; the sum is still 80."""
    design = Design({"w": [10.0, 10.0, 10.0, 50.0]}, weights="w").trim(upper=40)
    assert weights(design) == pytest.approx([40 / 3, 40 / 3, 40 / 3, 40])
    assert design.calibrations[0].asked["cut"] == 1


def test_trimming_goes_on_until_nobody_is_outside():
    """90 is cut to 50, which leaves 40 for three: 30, 30 and 49 would be 43, 43 and 62. So 49 is
    cut too, and the two others share what is left: (30 + 30 + 49 + 90 - 100)/2 = 49.5.
    """
    design = Design({"w": [30.0, 30.0, 49.0, 90.0]}, weights="w").trim(upper=50)
    assert weights(design) == pytest.approx([49.5, 49.5, 50, 50])


def test_limits_that_cannot_keep_the_sum():
    """If the mean weight lies outside the limits, the sum cannot be kept."""
    with pytest.raises(OptionError, match="mean weight 20 lies outside the limits 0 and 15"):
        Design({"w": [10.0, 30.0]}, weights="w").trim(upper=15)


def test_a_cell_without_respondents():
    """Nobody can stand for men if no man answered: the cell must be merged with another."""
    data = SIX | {"answered": [1, 1, 0, 0, 0, 0]}
    with pytest.raises(ResponseError, match=r"sex=m \(2 in the sample\)"):
        Design(data, weights="w").adjust_nonresponse_cells("answered", ["sex"])


def test_a_model_without_a_solution():
    """If all women and no men answered, the logistic model has no solution."""
    data = SIX | {"answered": [1, 1, 1, 1, 0, 0]}
    with pytest.raises(ResponseError, match=r"certain, or ruled out, for .*sex=f, sex=m"):
        Design(data, weights="w").adjust_nonresponse_propensity("answered", ["sex"])
