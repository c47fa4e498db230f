"""Impossible requests to inequality, rates and intervals are told what is wrong, never guessed."""

import math

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    MeasureError,
    OptionError,
    Simulation,
    crude_proportion,
    crude_rate,
    direct_rate,
    estimate,
    inequality,
    life_expectancy,
    mean,
    prop,
    ranked_inequality,
)

COUNTS = {"age_band": ["0-64", "65+"], "count": [20, 30], "population": [900, 100]}
PEOPLE = {"edu": ["a", "b"] * 4, "income": [1, 2, 3, 4] * 2, "y": [0, 1, 1, 0] * 2}


def groups(values, **more):
    return Estimates(
        ("a", "b"), np.array(values, dtype=float), np.eye(2) * 1e-4, np.full(2, math.inf), **more
    )


def ask(values, **more):
    asked = {"pop": {"a": 1, "b": 1}, "direction": "adverse", "order": ["a", "b"]} | more
    return inequality(groups(values), **asked)


def test_an_estimate_beyond_the_scale():
    """30 and 20 percent as 30 and 20 are not on a scale from 0 to 1."""
    with pytest.raises(MeasureError, match="from 0 to 1, but 2 estimates lie outside, the first 3"):
        ask([30, 20], scale=1.0, measures="Wagstaff")
    result = estimate(Design(PEOPLE), mean("income"), by="edu")
    with pytest.raises(MeasureError, match="from 0 to 1, but 2 estimates"):
        inequality(result, "edu", direction="adverse", scale=1.0)
    assert ask([30, 20], scale=100.0, measures="Wagstaff").rows()[0]["estimate"] < 0


def test_few_draws():
    with pytest.raises(OptionError, match="draws=0 are too few"):
        Simulation(seed=1, draws=0)


@pytest.mark.parametrize("level", [95, 0, 1, -0.5])
def test_an_impossible_level(level):
    """Whatever makes estimates refuses it, since the estimates themselves do."""
    for call in (
        lambda: groups([0.1, 0.2], level=level),
        lambda: ranked_inequality(Design(PEOPLE), "y", "income", level=level),
        lambda: estimate(Design(PEOPLE), prop("y"), level=level),
        lambda: crude_rate(COUNTS, level=level),
        lambda: life_expectancy(COUNTS | {"age": COUNTS["age_band"]}, deaths="count", level=level),
    ):
        with pytest.raises(OptionError, match=f"level={level} must lie between 0 and 1"):
            call()


@pytest.mark.parametrize("per", [0, -1000, math.inf, math.nan])
def test_an_impossible_multiplier(per):
    for call in (
        lambda: crude_rate(COUNTS, per=per),
        lambda: crude_proportion(COUNTS, per=per),
        lambda: direct_rate(COUNTS, standard={"0-64": 1, "65+": 1}, per=per),
    ):
        with pytest.raises(OptionError, match="must be above 0"):
            call()


@pytest.mark.parametrize(
    ("y", "more", "said"),
    [
        ([0] * 8, {}, r"RII, RCI of 'y' cannot be made: .* which is 0\. Use SII or ACI"),
        ([0] * 8, {"measures": "Wagstaff", "scale": 1}, "Wagstaff of 'y' cannot be made"),
        ([1] * 8, {"measures": "Wagstaff", "scale": 1}, "its mean is at the largest value, 1"),
        ([2] * 8, {"measures": "Erreygers", "scale": 1}, "8 estimates lie outside, the first 2"),
        ([1] * 8, {"measures": "Erreygers", "scale": -1}, "scale=-1 must be above 0"),
    ],
)
def test_ranks_of_what_does_not_suit(y, more, said):
    with pytest.raises(MeasureError, match=said):
        ranked_inequality(Design(PEOPLE | {"y": y}), "y", "income", **more)


def test_nobody_has_it_but_the_slope_is_there():
    """With a mean of 0 the absolute measures are 0, and only the relative ones are refused."""
    found = ranked_inequality(
        Design(PEOPLE | {"y": [0] * 8}), "y", "income", measures=["SII", "ACI"]
    )
    assert found.values.tolist() == [0.0, 0.0]


def test_ages_may_be_any_numbers():
    """NumPy's integers and 65.0 are ages too."""
    data = {"age": ["0-64", "65+"], "deaths": [50, 500], "population": [90000, 9000]}
    (one,) = life_expectancy(data, at=65).rows()
    for at in (65.0, np.int64(65), np.array([65])):
        assert life_expectancy(data, at=at).rows() == [one]
