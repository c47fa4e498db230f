"""Trends and rounds that are also something else."""

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    categorical,
    compare_rounds,
    compare_separate_rounds,
    estimate,
    linear_regression,
    mean,
    numeric,
    polynomial,
    trend,
    trends,
)

RNG = np.random.default_rng(21)
ROWS = 500
DATA = {
    "year": RNG.choice([2011, 2013, 2018, 2022], ROWS),
    "area": RNG.choice(["a", "b"], ROWS),
    "y": RNG.normal(10, 2, ROWS),
    "w": RNG.uniform(1, 3, ROWS),
    "psu": RNG.integers(0, 30, ROWS),
}
DESIGN = Design(DATA, weights="w", psu="psu")


def test_the_change_is_the_slope_times_the_time():
    found = trends(estimate(DESIGN, mean("y"), by=["year"]), "year").trends[0]
    assert found.line.values[2] == pytest.approx(11 * found.line.values[1], rel=1e-12)
    assert found.line.se[2] == pytest.approx(11 * found.line.se[1], rel=1e-12)


def test_departure_is_what_polynomials_of_higher_degree_say():
    """Wald's F of degree 2 and 3 is the same from the means and from the saturated model."""
    found = trends(estimate(DESIGN, mean("y"), by=["year"]), "year").trends[0]
    fit = linear_regression(DESIGN, "y", [polynomial("year", 3)])
    test = fit.estimates.wald(["year quadratic", "year cubic"])
    assert found.departure.statistic == pytest.approx(test.statistic, rel=1e-8)
    assert fit.estimates.df[0] == found.departure.denominator_df - 3


def test_one_degree_is_a_straight_line():
    fit = linear_regression(DESIGN, "y", [polynomial("year", 1), "area"])
    line = linear_regression(DESIGN, "y", [numeric("year"), "area"])
    assert fit.test("year").statistic == pytest.approx(line.test("year").statistic, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_equal_variances_make_ordinary_least_squares(seed):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.choice(np.arange(2000, 2030), 5, replace=False)).astype(float)
    values = rng.normal(0, 1, 5)
    names = tuple(str(int(time)) for time in times)
    found = trend(Estimates(names, values, np.eye(5), np.full(5, 9.0)))
    slope, level = np.polyfit(times - times[0], values, 1)
    assert found.line.values[:2] == pytest.approx([level, slope], rel=1e-9)
    left = values - level - slope * (times - times[0])
    assert found.departure.statistic == pytest.approx(left @ left / 3, rel=1e-9)


def test_the_order_of_the_rounds_does_not_matter():
    means = linear_regression(DESIGN, "y", [categorical("year")]).marginal("year")
    turned = trend(means.only(list(reversed(means.names))))
    assert turned.times == (2011.0, 2013.0, 2018.0, 2022.0)
    assert turned.line.values == pytest.approx(trend(means).line.values, rel=1e-12)


def test_separate_rounds_are_strata_of_one_design():
    """Standard error and degrees of freedom as if the two were one design with a stratum each."""
    two = {name: values[np.isin(DATA["year"], [2011, 2022])] for name, values in DATA.items()}
    two["psu"] = two["psu"] + 100 * (two["year"] == 2022)
    whole = Design(two, weights="w", strata="year", psu="psu")
    together = compare_rounds(
        estimate(whole, mean("y"), by=[("area", "year")]), "year", 2011, 2022, ("area", "year")
    )
    parts = []
    for year in (2011, 2022):
        chosen = {name: values[two["year"] == year] for name, values in two.items()}
        design = Design(chosen, weights="w", psu="psu")
        parts.append(estimate(design, mean("y"), by=["area"]))
    apart = compare_separate_rounds(*parts, ("area",), rounds=(2011, 2022))
    assert apart.domains == together.domains
    for one, other in zip(apart.rows(), together.rows(), strict=True):
        numbers = [name for name, value in other.items() if isinstance(value, float)]
        assert len(numbers) == 11
        assert [one[n] for n in numbers] == pytest.approx([other[n] for n in numbers], rel=1e-9)


def test_a_difference_of_rounds_is_a_regression_coefficient():
    result = estimate(DESIGN, mean("y"), by=["year"], df=29 - 1)
    (row,) = compare_rounds(result, "year", 2011, 2022).rows()
    fit = linear_regression(
        DESIGN, "y", [categorical("year")], where=lambda t: t.year.isin([2011, 2022])
    )
    line = fit.estimates.rows()[1]
    for mine, other in (("difference", "estimate"), ("se", "se"), ("p", "p")):
        assert row[mine] == pytest.approx(line[other], rel=1e-8)
