"""Trends over years and comparing two rounds

Has the share increased? With three rounds or more a straight line goes through the estimates y at
the times t, weighted with 1/variance:

    slope = Σ c_t y_t,  Var(slope) = c' V c

V is the full covariance of the estimates, so rounds that visit the same schools are handled as they
should be, and independent rounds too. A joint test (Wald's F with k - 2 numerator degrees of
freedom) asks whether the points depart from a line; if so the sentence says it.

With two rounds there is no trend to speak of, only a difference and a ratio: `compare_rounds` takes
both from one result, where the design knows what the rounds have in common, and
`compare_separate_rounds` two results of independent samples, whose variances add up.

When the mix of people changes between the rounds, fit a model of the microdata with the year as a
term. `polynomial("year", 2)` has orthogonal contrasts over the distinct years, whatever their
spacing: the straight part is tested after the level, the quadratic after the straight one, which
is how CDC tests trends in the Youth Risk Behavior Survey. `trend(fit.marginal("year"))` is the
adjusted trend in percentage points.

With domains that have few PSUs, ask `estimate` for `df="domain"` first.

Source: Grizzle, Starmer & Koch (1969), Analysis of categorical data by linear models; Fisher &
Yates (1938) for orthogonal polynomials; CDC (2022), Conducting trend analyses of YRBS data.

In R: `svyby(..., covmat = TRUE)` with `svycontrast` for the line and for two rounds; `svyglm` on
columns of `contr.poly(k, scores = years)` for the microdata.
"""

import math

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    OptionError,
    TimePointsError,
    categorical,
    compare_rounds,
    compare_separate_rounds,
    estimate,
    linear_regression,
    mean,
    polynomial,
    prop,
    trend,
    trends,
)


def shares(values, se=0.01, shared=0.0, df=math.inf):
    """Shares in 2017, 2020 and 2023 with equal standard errors and covariance `shared`."""
    covariance = np.full((3, 3), shared)
    np.fill_diagonal(covariance, se**2)
    return Estimates(("2017", "2020", "2023"), np.array(values), covariance, np.full(3, df))


def test_a_line_through_three_rounds():
    """60, 63 and 66 %: one point a year. The slope is (y₃ - y₁)/6, its variance 2·0.01²/36."""
    found = trend(shares([0.60, 0.63, 0.66]))
    level, slope, change = found.line.rows()
    assert (level["estimate"], slope["estimate"]) == (pytest.approx(0.60), pytest.approx(0.01))
    assert slope["se"] == pytest.approx(math.sqrt(2) * 0.01 / 6)
    assert change["estimate"] == pytest.approx(0.06)
    assert found.direction == "up"
    assert found.departure.statistic == pytest.approx(0.0)


def test_rounds_that_have_schools_in_common():
    """A covariance of half the variance takes away half of the slope's variance."""
    apart = trend(shares([0.60, 0.63, 0.66])).line.se[1]
    together = trend(shares([0.60, 0.63, 0.66], shared=0.00005)).line.se[1]
    assert together == pytest.approx(apart * math.sqrt(0.5))


def test_points_that_are_not_on_a_line():
    """60, 70, 60 %: y₁ - 2y₂ + y₃ = -0.2 with variance 6·0.01², so F = 0.04/0.0006 on 1 df."""
    found = trend(shares([0.60, 0.70, 0.60]))
    assert found.departure.statistic == pytest.approx(0.04 / 0.0006)
    assert found.departure.numerator_df == 1
    assert not found.straight
    assert found.direction == "unclear"


def test_the_better_known_round_weighs_more():
    """With variances 1, 1 and 4 the weights are 4, 4 and 1, and the mean time is 6/9."""
    points = Estimates(
        ("0", "1", "2"), np.array([0.0, 1.0, 5.0]), np.diag([1.0, 1.0, 4.0]), np.full(3, 9.0)
    )
    w, t, y = np.array([4, 4, 1]), np.array([0, 1, 2]) - 6 / 9, np.array([0, 1, 5])
    slope = trend(points, share=False).line.values[1]
    assert slope == pytest.approx((w * t * y).sum() / (w * t * t).sum())


def test_in_words():
    """Slopes in percentage points a year, with their limits and without a cause."""
    up, down = trend(shares([0.60, 0.63, 0.66])), trend(shares([0.66, 0.63, 0.60]))
    assert up.sentence("sv").replace("\u00a0", " ") == (
        "Andelen har ökat från 2017 till 2023, i genomsnitt med 1,00 procentenheter per år "
        "(95 % osäkerhetsintervall 0,54–1,46)."
    )
    assert down.sentence("en", "Belief in the future").replace("\u00a0", " ") == (
        "Belief in the future decreased from 2017 to 2023, by 1.00 percentage points a year on "
        "average (95% uncertainty interval 0.54–1.46)."
    )
    assert trend(shares([0.60, 0.70, 0.60])).sentence("sv").replace("\u00a0", " ") == (
        "Andelen visar ingen säker förändring från 2017 till 2023: i genomsnitt 0,00 "
        "procentenheter per år (95 % osäkerhetsintervall −0,46 till 0,46). Förändringen har "
        "inte varit lika stor hela tiden: en rät linje beskriver inte alla år."
    )


def pupils():
    """Three rounds in four schools; girls and boys."""
    rng = np.random.default_rng(6)
    year = rng.choice([2017, 2020, 2023], 600)
    sex = rng.choice(["girl", "boy"], 600)
    glad = rng.uniform(size=600) < 0.7 - 0.06 * (year - 2017) * (sex == "girl")
    return {"year": year, "sex": sex, "glad": glad.astype(int), "school": rng.integers(0, 20, 600)}


def test_the_trend_of_every_group():
    """Girls' and boys' lines from one result, with what the design knows of their covariance."""
    result = estimate(Design(pupils(), psu="school"), prop("glad"), by=[("sex", "year")])
    found = trends(result, "year", ("sex", "year"))
    boys, girls = found.rows()
    assert (boys["sex"], girls["sex"]) == ("boy", "girl")
    assert (boys["direction"], girls["direction"]) == ("unclear", "down")
    assert girls["df"] == 19
    said = found.sentence("en")
    assert said.startswith("Boy: The share shows no certain change from 2017 to 2023: ")
    assert " Girl: The share decreased from 2017 to 2023, by " in said
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        found.sentence("fi")


def test_in_the_microdata():
    """Three years have a straight and a quadratic part, (-1, 0, 1)/√2 and (1, -2, 1)/√6."""
    design = Design(pupils(), psu="school")
    fit = linear_regression(design, "glad", [polynomial("year", 2)])
    assert fit.estimates.names == ("(intercept)", "year linear", "year quadratic")
    first, second, third = fit.marginal("year").values
    assert fit.estimates.values[1] == pytest.approx((third - first) / math.sqrt(2))
    assert fit.estimates.values[2] == pytest.approx((first - 2 * second + third) / math.sqrt(6))


def test_an_adjusted_trend():
    """Marginal predictions by year, over the same mix of girls and boys, go on to a line."""
    design = Design(pupils(), psu="school")
    fit = linear_regression(design, "glad", [categorical("year"), "sex"])
    found = trend(fit.marginal("year"))
    assert found.times == (2017.0, 2020.0, 2023.0)
    assert found.direction == "down"


def test_two_rounds_of_one_design():
    """1/2 and 3/4 glad of four each, in one sample of eight without clusters: the difference is
    0.25 with variance 8/7 · (4·0.25/16 + (3·(1/4)² + (3/4)²)/16)."""
    data = {"year": [1, 1, 1, 1, 2, 2, 2, 2], "glad": [1, 1, 0, 0, 1, 1, 1, 0]}
    found = compare_rounds(estimate(Design(data), prop("glad"), by=["year"]), "year", 1, 2)
    (row,) = found.rows()
    assert row["difference"] == pytest.approx(0.25)
    assert row["se"] == pytest.approx(math.sqrt(8 / 7 * (1 / 16 + 0.75 / 16)))
    assert (row["ratio"], row["direction"]) == (pytest.approx(1.5), "unclear")
    assert found.sentence("en").startswith("The share shows no certain difference between 1 and 2")
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        found.sentence("fi")


def test_two_independent_rounds():
    """Means 2 (variance 1/3) and 5 (variance 4/3): 3 with variance 5/3, on 2 + 2 df."""
    first = estimate(Design({"y": [1.0, 2.0, 3.0]}), mean("y"))
    second = estimate(Design({"y": [3.0, 5.0, 7.0]}), mean("y"))
    (row,) = compare_separate_rounds(first, second, rounds=(2017, 2020)).rows()
    assert (row["difference"], row["df"]) == (pytest.approx(3.0), 4.0)
    assert row["se"] == pytest.approx(math.sqrt(5 / 3))


def test_rounds_are_joined_by_name():
    """An area that was in one round only is named, not compared with another."""
    first = estimate(Design({"area": list("aabb"), "y": [1.0, 2, 3, 5]}), mean("y"), by=["area"])
    second = estimate(Design({"area": list("bbcc"), "y": [4.0, 8, 1, 2]}), mean("y"), by=["area"])
    found = compare_separate_rounds(first, second, ("area",), rounds=(2017, 2020))
    assert found.domains == (("b",),)
    assert found.differences.values == pytest.approx([2.0])
    assert (found.only_first, found.only_second) == ((("a",),), (("c",),))


def test_two_points_are_no_trend():
    """The error says what to use instead."""
    two = shares([0.6, 0.6, 0.6]).only(["2017", "2023"])
    with pytest.raises(TimePointsError, match=r"at least 3 times.*compare_rounds"):
        trend(two)
    with pytest.raises(TimePointsError, match="must be numbers"):
        trend(shares([0.6, 0.6, 0.6]), ["first", "second", "third"])


def test_a_group_with_too_few_rounds():
    """Area b was in two rounds: its trend is left out by name, with the reason."""
    data = {
        "area": list("aaaaaabbbb"),
        "year": [1, 1, 2, 2, 3, 3, 1, 1, 2, 2],
        "y": [1.0, 2, 3, 5, 4, 8, 1, 2, 3, 4],
    }
    result = estimate(Design(data), mean("y"), by=[("area", "year")])
    found = trends(result, "year", ("area", "year"))
    assert [t.group for t in found.trends] == [(("area", "a"),)]
    assert found.left_out == (((("area", "b"),), "too few times"),)
    with pytest.raises(TimePointsError, match="There is no round year=4"):
        compare_rounds(result, "year", 1, 4, ("area", "year"))
