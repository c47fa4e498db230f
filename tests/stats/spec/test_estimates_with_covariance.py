"""Estimates, contrasts and tests

Every method hands on its estimates with their covariance V, so that anything computed from them
gets an honest interval. For a function g of the estimates the delta method gives

    V(g) = ∇g' V ∇g

with exact derivatives. An interval is estimate ± t·se with the design's degrees of freedom; for
a quotient it is made on the log scale, where it is more symmetric, and the hypothesis that is
tested is that the quotient is 1. A joint test of several hypotheses is Wald's F.

Source: Woodruff (1971), A simple method for approximating the variance of a complicated
estimate; Wald (1943); Korn & Graubard (1990) for the degrees of freedom of joint tests.

In R: `survey::svycontrast` with a quoted expression, and `survey::regTermTest(method = "Wald")`.
R's `confint(svycontrast())` takes the normal quantile unless it is told the degrees of freedom;
here they follow the design.
"""

import math

import numpy as np
import pytest

from samling.stats import ComparisonError, Design, Estimates, infer


class MeanOf:
    """A mean, as a method of one's own."""

    names = ("mean",)

    def __init__(self, y):
        self.y = np.array(y)

    def values(self, weights):
        return np.array([weights @ self.y / weights.sum()])

    def influence(self, weights):
        return ((self.y - self.values(weights)) / weights.sum())[:, None]


def two_groups():
    """20 % and 10 %, with standard errors 0.02 and 0.01 and covariance 0.0001."""
    return Estimates(
        names=("low", "high"),
        values=np.array([0.2, 0.1]),
        covariance=np.array([[0.0004, 0.0001], [0.0001, 0.0001]]),
        df=np.array([math.inf, math.inf]),
    )


def test_a_difference():
    """V = 0.0004 + 0.0001 - 2·0.0001 = 0.0003."""
    (row,) = two_groups().contrast({"gap": "low - high"}).rows()
    assert row["estimate"] == pytest.approx(0.1)
    assert row["se"] == pytest.approx(math.sqrt(0.0003))
    assert row["ci_high"] == pytest.approx(0.1 + 1.959963985 * math.sqrt(0.0003))


def test_a_ratio_has_its_interval_on_the_log_scale():
    """∇ log(low/high) = (1/0.2, -1/0.1): V = 0.0004·25 + 0.0001·100 - 2·0.0001·50 = 0.01."""
    (row,) = two_groups().contrast({"ratio": "low / high"}).rows()
    assert row["estimate"] == pytest.approx(2.0)
    assert row["se"] == pytest.approx(2 * 0.1)
    assert row["ci_low"] == pytest.approx(2 / math.exp(0.1959963985))
    assert row["ci_high"] == pytest.approx(2 * math.exp(0.1959963985))


def test_any_arithmetic_will_do():
    """The low group's share of both is 2/3, with the gradient (high, -low)/(low + high)²."""
    found = two_groups().contrast({"share": "low / (low + high)", "logit": "log(low / (1 - low))"})
    share, logit = found.rows()
    gradient = np.array([0.1, -0.2]) / 0.3**2
    assert share["estimate"] == pytest.approx(2 / 3)
    assert share["se"] == pytest.approx(math.sqrt(gradient @ two_groups().covariance @ gradient))
    assert logit["estimate"] == pytest.approx(math.log(0.25))
    assert logit["se"] == pytest.approx(0.02 / (0.2 * 0.8))


def test_names_may_look_like_arithmetic():
    """The longest name that fits is meant; backticks settle what could be read in two ways."""
    ages = Estimates(("16-29", "30-44", "16"), np.array([0.3, 0.2, 9.0]), np.eye(3), np.ones(3))
    found = ages.contrast({"gap": "16-29 - 30-44", "double": "2.0 * `16`"})
    assert found.values == pytest.approx([0.1, 18.0])


def test_a_joint_test():
    """Two independent estimates 2 and 1 with variance 1: F = (4 + 1)/2 on 2 and 10 df."""
    two = Estimates(("a", "b"), np.array([2.0, 1.0]), np.eye(2), np.array([10.0, 10.0]))
    test = two.wald()
    assert (test.statistic, test.numerator_df, test.denominator_df) == (2.5, 2, 10.0)
    # with 2 and d degrees of freedom P(F > f) = (1 + 2f/d)^(-d/2)
    assert test.p == pytest.approx((1 + 2 * 2.5 / 10) ** -5)


def test_an_unknown_name_is_refused():
    """The error says the word and what there is to choose from."""
    with pytest.raises(ComparisonError, match=r"'medel'.*low, high"):
        two_groups().contrast({"gap": "low - medel"})
    with pytest.raises(ComparisonError, match="as arithmetic"):
        two_groups().contrast({"gap": "low - (high"})


def test_a_method_of_ones_own():
    """Say the estimates, and how much each element's weight moves them; the design does the rest.

    y = 1, 2, 3, 6: mean 3, s² = 14/3, variance of the mean s²/4.
    """
    data = {"y": [1.0, 2.0, 3.0, 6.0]}
    (row,) = infer(Design(data), MeanOf(data["y"])).rows()
    assert row["estimate"] == pytest.approx(3.0)
    assert row["se"] == pytest.approx(math.sqrt(14 / 12))
    assert row["df"] == 3.0
