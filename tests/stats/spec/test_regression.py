"""Regression with survey weights

How does the outcome differ between groups when other things are equal? A model says that the
mean μ of the outcome follows from a sum of effects, η = x'β. The coefficients solve

    Σ w x (y - μ) s = 0

over everyone in the sample, so they estimate what the same equations would give for the whole
population, whether or not the model is true of it. Their covariance comes from the design: each
element's influence on β is A⁻¹ x (y - μ) s, with A the observed information.

| function | link | a coefficient is |
|---|---|---|
| `linear_regression` | μ = η | a difference of means |
| `logistic_regression` | log(μ/(1-μ)) = η | the log of an odds ratio |
| `prevalence_ratios` | log μ = η (Poisson) | the log of a prevalence ratio |
| `log_binomial_regression` | log μ = η (binomial) | the log of a prevalence ratio |

Use prevalence ratios for outcomes that are common: an odds ratio is then far from the ratio that
most readers take it for.

Terms are data: names, `"a:b"` for an interaction, `categorical("edu", reference="high")` and
`numeric("age", centre=50, unit=10)`. Text and booleans are categorical, numbers numeric. A row
takes part if it is in the domain `where`, has a positive weight, and misses nothing; the result
counts the others. The degrees of freedom are those of the design + 1 - the number of coefficients.

Source: Fuller (1975), Regression analysis for sample survey; Binder (1983), On the variances of
asymptotically normal estimators from complex surveys; Zou (2004), A modified Poisson regression
approach to prospective studies with binary data; Barros & Hirakata (2003); Wacholder (1986).

In R: `survey::svyglm` with `gaussian()`, `quasibinomial()`, `quasipoisson()` and
`binomial(link = "log")`; `survey::regTermTest` for the joint test of a term; `predict`.

Differs: with missing values or a subset R takes the degrees of freedom from the PSUs and strata
that still have rows. That is `df="domain"`; the default is the whole design's. R's standard
errors are those of the step before its last and its default tolerance is 1e-8, so R has to be
started again from its own answer to agree to 1e-9. With `log_binomial_regression` the observed
information is used and not the expected one.
"""

import math

import numpy as np
import pytest

from samling.stats import (
    CollinearError,
    Design,
    SeparationError,
    TermError,
    categorical,
    linear_regression,
    log_binomial_regression,
    logistic_regression,
    numeric,
    prevalence_ratios,
)


def twenty():
    """Ten girls of whom 2 are tired, ten boys of whom 1 is; each stands for one."""
    return {
        "sex": ["girl"] * 10 + ["boy"] * 10,
        "tired": [1] * 2 + [0] * 8 + [1] + [0] * 9,
        "age": [13, 15] * 10,
    }


def test_a_difference_of_means():
    """20 % of the girls and 10 % of the boys: the coefficient is 0.1. Σ(y - ȳ)² is 1.6 and 0.9,
    so the variance is n/(n-1) · (1.6/10² + 0.9/10²) = 20/19 · 0.025, with 20 - 1 + 1 - 2 df."""
    fit = linear_regression(Design(twenty()), "tired", ["sex"])
    (row,) = fit.estimates.only(["sex=girl"]).rows()
    assert row["estimate"] == pytest.approx(0.1)
    assert row["se"] == pytest.approx(math.sqrt(20 / 19 * 0.025))
    assert row["df"] == 18


def test_an_odds_ratio():
    """(2/8)/(1/9) = 2.25; the variance of the log of the odds is 20/19 · (1/2 + 1/8 + 1 + 1/9)."""
    fit = logistic_regression(Design(twenty()), "tired", ["sex"])
    (row,) = fit.ratios().rows()
    spread = math.sqrt(20 / 19 * (1 / 2 + 1 / 8 + 1 + 1 / 9))
    assert row["estimate"] == pytest.approx(2.25)
    assert fit.estimates.se[1] == pytest.approx(spread)
    assert row["ci_high"] == pytest.approx(2.25 * math.exp(2.100922040 * spread))


@pytest.mark.parametrize("regression", [prevalence_ratios, log_binomial_regression])
def test_a_prevalence_ratio(regression):
    """20 % / 10 % = 2; the variance of its log is 20/19 · (0.016/0.2² + 0.009/0.1²)."""
    fit = regression(Design(twenty()), "tired", ["sex"])
    (row,) = fit.ratios().rows()
    assert row["estimate"] == pytest.approx(2.0)
    assert row["se"] == pytest.approx(2 * math.sqrt(20 / 19 * (0.4 + 0.9)))


def test_weights_and_a_slope():
    """Weights 1, 1, 2 at x = 0, 1, 2 and y = 0, 3, 3: x̄ = 1.25, ȳ = 2.25, Sxy = 3.75 and
    Sxx = 2.75, so the slope is 15/11."""
    data = {"x": [0, 1, 2], "y": [0.0, 3.0, 3.0], "w": [1.0, 1.0, 2.0]}
    fit = linear_regression(Design(data, weights="w"), "y", ["x"])
    assert fit.estimates.values == pytest.approx([2.25 - 1.25 * 15 / 11, 15 / 11])


def test_terms_are_data():
    """Age per ten years from 14, compared with girls, and an interaction of the two."""
    terms = [categorical("sex", reference="girl"), numeric("age", centre=14, unit=10), "sex:age"]
    fit = linear_regression(Design(twenty()), "tired", terms)
    assert fit.estimates.names == ("(intercept)", "sex=boy", "age", "sex=boy:age")
    plain = linear_regression(Design(twenty()), "tired", ["sex", "age", "sex:age"])
    step = plain.estimates.contrast({"ten years": "10 * (age + `sex=girl:age`)"})
    assert fit.estimates.values[2] == pytest.approx(step.values[0])
    assert fit.estimates.se[2] == pytest.approx(step.se[0])


def test_the_joint_test_of_a_term():
    """Three groups have two coefficients: F has 2 and 12 - 1 + 1 - 3 = 9 degrees of freedom, and
    is the same whichever group the others are compared with."""
    data = {"edu": list("abc") * 4, "y": [1.0, 2, 4, 2, 3, 5, 1, 5, 4, 2, 2, 7]}
    test = linear_regression(Design(data), "y", ["edu"]).test("edu")
    turned = linear_regression(Design(data), "y", [categorical("edu", reference="c")])
    assert (test.numerator_df, test.denominator_df) == (2, 9.0)
    assert turned.tests()["edu"].statistic == pytest.approx(test.statistic)


def test_rows_to_print():
    """The reference level has a line too, and every level the number of rows it rests on."""
    rows = prevalence_ratios(Design(twenty()), "tired", ["sex"]).rows()
    said = [(r["term"], r["level"], r["reference"], r["n"], r["ratio"]) for r in rows]
    assert said == [
        ("(intercept)", None, False, None, None),
        ("sex", "boy", True, 10, 1.0),
        ("sex", "girl", False, 10, pytest.approx(2.0)),
    ]


def test_predictions_for_given_values():
    """The model of one factor predicts its proportions, 20 % with variance 20/19 · 0.016."""
    fit = logistic_regression(Design(twenty()), "tired", ["sex"])
    (row,) = fit.predict([{"sex": "girl"}]).rows()
    assert (row["name"], row["estimate"]) == ("sex=girl", pytest.approx(0.2))
    assert row["se"] == pytest.approx(math.sqrt(20 / 19 * 0.016))


def test_who_did_not_take_part_is_counted():
    """One has no sex, one no answer, one is too young and one has weight 0: sixteen are left."""
    data = twenty() | {"w": [1.0] * 19 + [0.0]}
    data["sex"][2], data["tired"][3] = None, None
    data["age"][0] = 11
    fit = linear_regression(
        Design(data, weights="w"), "tired", ["sex"], where=lambda t: t.age >= 12
    )
    assert fit.n == 16
    assert (fit.dropped.where, fit.dropped.zero_weight) == (1, 1)
    assert fit.dropped.variables == {"tired": 1, "sex": 1}


def test_a_domain_keeps_the_whole_design():
    """Four schools of which only two have girls: 4 - 1 = 3 df, and with "domain" 2 - 1 = 1."""
    data = twenty() | {"school": [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5}
    design, girls = Design(data, psu="school"), lambda t: t.sex == "girl"
    fit = linear_regression(design, "tired", ["age"], where=girls)
    assert fit.estimates.df[0] == 3 + 1 - 2
    inside = linear_regression(design, "tired", ["age"], where=girls, df="domain")
    assert inside.estimates.df[0] == 1 + 1 - 2
    assert inside.estimates.se == pytest.approx(fit.estimates.se)
    assert np.isnan(inside.estimates.p).all()


def test_a_group_without_variation():
    """No boy is tired, so no odds ratio is finite: the error names the group."""
    data = twenty() | {"tired": [1] * 2 + [0] * 18}
    with pytest.raises(SeparationError, match=r"sex=boy \(all 0\)"):
        logistic_regression(Design(data), "tired", ["sex"])


def test_a_log_binomial_model_at_its_edge():
    """Of those at 3 all are tired: the best line goes through log 1 = 0 there, and the binomial
    model has no answer inside its bounds. Poisson's has, and may predict more than 1."""
    data = {"x": [0] * 10 + [1] * 10 + [3] * 10, "tired": [0] * 5 + [1] * 5 + [0] * 2 + [1] * 18}
    with pytest.raises(SeparationError, match="Use prevalence_ratios"):
        log_binomial_regression(Design(data), "tired", ["x"])
    poisson = prevalence_ratios(Design(data), "tired", ["x"])
    assert poisson.predict([{"x": 3}]).values[0] > 1


def test_a_number_that_tells_the_outcome():
    """Everyone above 14 is tired and nobody else: the curve would have to be a step."""
    data = {"age": [12, 13, 14, 15, 16, 17], "tired": [0, 0, 0, 1, 1, 1]}
    with pytest.raises(SeparationError, match="without fail"):
        logistic_regression(Design(data), "tired", ["age"])


def test_columns_that_say_the_same():
    """Months are twelve times the years; the error says which column is made of which."""
    data = twenty()
    data["months"] = [12 * age for age in data["age"]]
    with pytest.raises(CollinearError, match=r"'months' is a combination of age"):
        linear_regression(Design(data), "tired", ["age", "months"])


def test_a_combination_that_nobody_has():
    """No boy is in grade 9, so the girls of grade 9 are the whole grade: two columns are alike."""
    data = twenty() | {"grade": ["7", "9"] * 5 + ["7"] * 10}
    with pytest.raises(CollinearError, match="'sex=girl:grade=9' is a combination of grade=9"):
        linear_regression(Design(data), "tired", ["sex", "grade", "sex:grade"])


def test_terms_that_do_not_fit():
    """A misspelled reference, a level that the order leaves out, a lone interaction."""
    design = Design(twenty())
    with pytest.raises(TermError, match=r"reference 'grl' of 'sex'.*'boy', 'girl'"):
        linear_regression(design, "tired", [categorical("sex", reference="grl")])
    with pytest.raises(TermError, match="order does not name: 'boy'"):
        linear_regression(design, "tired", [categorical("sex", order=["girl", "pojke"])])
    with pytest.raises(TermError, match="needs the terms that it is made of: age"):
        linear_regression(design, "tired", ["sex", "sex:age"])
    with pytest.raises(TermError, match="only one level"):
        linear_regression(design, "tired", ["sex"], where=lambda t: t.sex == "girl")
