"""Rates and life tables against a slow, plain-Python account."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import crude_rate, direct_rate, life_expectancy
from samling.stats.rates.intervals import byar, exact_poisson

CELLS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(100, 5000), st.integers(1, 9)), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(CELLS)
def test_direct_rates(cells):
    names = [f"{10 * place}-{10 * place + 9}" for place in range(len(cells))]
    data = {
        "age_band": names,
        "count": [count for count, _, _ in cells],
        "population": [size for _, size, _ in cells],
    }
    standard = dict(zip(names, (weight for _, _, weight in cells), strict=True))
    (row,) = direct_rate(data, standard=standard, per=1).rows()
    events, whole = sum(data["count"]), sum(standard.values())
    if events < 10:
        assert row["status"] == "too-few-events"
        return
    rate = math.fsum(w / whole * o / n for o, n, w in cells)
    variance = math.fsum((w / whole) ** 2 * o / n**2 for o, n, w in cells)
    low = events * (1 - 1 / (9 * events) - 1.959963984540054 / (3 * math.sqrt(events))) ** 3
    assert row["estimate"] == pytest.approx(rate)
    assert row["ci_low"] == pytest.approx(rate + math.sqrt(variance / events) * (low - events))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9), st.integers(10, 3000), st.integers(1, 1000))
def test_a_rate_is_the_same_in_any_unit(count, size, per):
    one = crude_rate({"count": [count], "population": [size]}, per=1).rows()[0]
    many = crude_rate({"count": [count], "population": [size]}, per=per).rows()[0]
    for name in ("estimate", "ci_low", "ci_high"):
        assert many[name] == pytest.approx(per * one[name])


@given(st.integers(10, 10_000))
def test_byar_comes_near_the_exact_limits(count):
    """Byar's approximation is known to be within a percent from 10 events on."""
    for one, two in zip(byar(count, 0.95), exact_poisson(count, 0.95), strict=True):
        assert float(one) == pytest.approx(float(two), rel=0.01)


def slow_life(deaths, people, lows):
    """e0 as the sum of what each band adds, and its variance by changing each q a little."""
    rates = [d / p for d, p in zip(deaths, people, strict=True)]
    lived = [0.1] + [0.5] * (len(lows) - 2)
    widths = [two - one for one, two in pairwise(lows)]
    dying = [n * m / (1 + n * (1 - a) * m) for n, m, a in zip(widths, rates, lived, strict=False)]

    def years(chances, last):
        left, total = 1.0, 0.0
        for n, a, q in zip(widths, lived, chances, strict=True):
            total += n * left * (1 - q + a * q)
            left *= 1 - q
        return total + left * last

    last, variance, step = 1 / rates[-1], 0.0, 1e-6
    for place, q in enumerate(dying):
        up, down = dying.copy(), dying.copy()
        up[place], down[place] = q + step, q - step
        slope = (years(up, last) - years(down, last)) / (2 * step)
        if deaths[place]:
            variance += slope**2 * q**2 * (1 - q) / deaths[place]
    slope = (years(dying, last + step) - years(dying, last - step)) / (2 * step)
    variance += slope**2 / (deaths[-1] * rates[-1] ** 2)
    return years(dying, last), math.sqrt(variance)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=5, max_size=5),
    st.lists(st.integers(20_000, 60_000), min_size=5, max_size=5),
)
def test_life_expectancy(deaths, people):
    lows = [0, 1, 30, 65, 85]
    deaths[-1] += 2000
    found = life_expectancy({"age": lows, "deaths": deaths, "population": people})
    (row,) = found.rows()
    years, se = slow_life(deaths, people, lows)
    assert row["estimate"] == pytest.approx(years)
    assert row["se"] == pytest.approx(se, rel=1e-5)


def test_a_band_without_weight_in_the_standard_has_no_part():
    """Its events say nothing of the rate: the figures are those of the other bands alone."""
    data = {"age_band": ["0-64", "65-79", "80+"], "count": [40, 12, 900]}
    data["population"] = [9_000, 3_000, 4_000]
    (row,) = direct_rate(data, standard={"0-64": 3, "65-79": 1, "80+": 0}).rows()
    alone = {name: values[:2] for name, values in data.items()}
    (want,) = direct_rate(alone, standard={"0-64": 3, "65-79": 1}).rows()
    assert row == want
    few = {**data, "count": [4, 3, 900]}
    (row,) = direct_rate(few, standard={"0-64": 3, "65-79": 1, "80+": 0}).rows()
    assert (row["status"], row["count"]) == ("too-few-events", 7.0)
