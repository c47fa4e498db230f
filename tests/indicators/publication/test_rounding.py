"""Rounding is publication's (rule D5): half up, coarser for smaller places."""

from fractions import Fraction
from math import floor, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samling.indicators.publication.rounding import half_up, precision_of


@pytest.mark.parametrize(
    ("level", "share", "shown"),
    [
        ("municipality", 0.575, 58.0),
        ("municipality", 0.574, 57.0),
        ("municipality", 0.005, 1.0),
        ("school", 0.125, 13.0),
        ("district", 0.995, 100.0),
        ("county", 0.5755, 57.6),
        ("county", 0.57549, 57.5),
        ("county", 0.0, 0.0),
        ("country", 0.11214295634969224, 11.2),
        ("group", 2 / 3, 66.7),
    ],
)
def test_a_share_becomes_per_cent(level, share, shown):
    assert precision_of(level).share(share) == shown


@pytest.mark.parametrize(
    ("n", "shown"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15), (304, 305)]
)
def test_small_places_count_in_fives(n, shown):
    assert precision_of("municipality").count(n) == shown
    assert precision_of("county").count(n) == n


@pytest.mark.parametrize(
    ("level", "mean", "shown"),
    [("municipality", 6.25, 6.3), ("municipality", 6.249, 6.2), ("county", 6.245, 6.25)],
)
def test_a_mean_has_one_decimal_more(level, mean, shown):
    assert precision_of(level, "mean").number(mean) == shown


@pytest.mark.parametrize(("value", "shown"), [(-2.5, -3.0), (-2.4, -2.0), (-0.4, 0.0)])
def test_a_difference_is_rounded_alike_in_both_directions(value, shown):
    found = half_up(value, 0)
    assert (found, str(found)) == (shown, str(shown))  # and never "-0"


@pytest.mark.parametrize("nothing", [None, nan])
def test_nothing_stays_nothing(nothing):
    assert precision_of("county").share(nothing) is None
    assert precision_of("county").number(nothing) is None


@given(st.integers(0, 5_000), st.integers(1, 5_000), st.integers(0, 1))
def test_a_share_of_counts_is_rounded_as_the_fraction_it_is(y, n, decimals):
    """Half up on the exact fraction y / n, of which floating point has only a neighbour."""
    y = min(y, n)
    level = "county" if decimals else "municipality"
    exact = Fraction(y, n) * 100 * 10**decimals
    assert precision_of(level).share(y / n) == floor(exact + Fraction(1, 2)) / 10**decimals


@given(st.integers(0, 100_000))
def test_a_count_is_never_moved_more_than_two(n):
    shown = precision_of("municipality").count(n)
    assert shown % 5 == 0
    assert abs(shown - n) <= 2
