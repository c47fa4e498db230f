"""Standardised estimates and ranked inequality against slow accounts of a few people."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import Design, mean, ranked_inequality, standardise

BANDS = ("0-39", "40-69", "70+")
# Everybody: stratum, school in it, band, y, weight; every band has somebody in both areas.
PERSON = st.tuples(
    st.integers(0, 1), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9), st.integers(1, 5)
)
PEOPLE = st.lists(PERSON, min_size=4, max_size=20).map(
    lambda people: people + [(h, s, (h + s) % 3, 3 * s, 1 + h) for h in (0, 1) for s in (0, 1, 2)]
)


def table(people):
    return {
        "h": [h for h, _, _, _, _ in people],
        "school": [3 * h + s for h, s, _, _, _ in people],
        "age": [BANDS[a] for _, _, a, _, _ in people],
        "y": [float(y) for _, _, _, y, _ in people],
        "w": [float(w) for _, _, _, _, w in people],
    }


def between_schools(people, z):
    """Σ_h 3/2 Σ (Z_school - mean)², with three schools in every stratum."""
    totals = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    for (h, s, *_), part in zip(people, z, strict=True):
        totals[h][s] += part
    return math.fsum(
        1.5 * (total - math.fsum(stratum) / 3) ** 2 for stratum in totals for total in stratum
    )


@settings(max_examples=40, deadline=None)
@given(PEOPLE, st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_a_standardised_mean(people, sizes):
    data = table(people)
    standard = dict(zip(BANDS, sizes, strict=True))
    value, z = 0.0, [0.0] * len(people)
    for band, size in standard.items():
        inside = [place for place, age in enumerate(data["age"]) if age == band]
        weight = math.fsum(data["w"][place] for place in inside)
        level = math.fsum(data["w"][place] * data["y"][place] for place in inside) / weight
        share = size / sum(sizes)
        value += share * level
        for place in inside:
            z[place] = share * data["w"][place] * (data["y"][place] - level) / weight
    design = Design(data, weights="w", strata="h", psu="school")
    (row,) = standardise(design, mean("y"), over="age", standard=standard).rows()
    assert row["estimate"] == pytest.approx(value, abs=1e-12)
    assert row["se"] == pytest.approx(math.sqrt(between_schools(people, z)), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(PEOPLE, st.integers(2, 50), st.randoms(use_true_random=False))
def test_units_of_weights_and_standard_and_the_order_of_rows_change_nothing(people, times, random):
    data, standard = table(people), dict(zip(BANDS, (2, 5, 3), strict=True))
    one = standardise(
        Design(data, weights="w", strata="h", psu="school"),
        mean("y"),
        over="age",
        standard=standard,
    ).rows()[0]
    mixed = people.copy()
    random.shuffle(mixed)
    again = table(mixed)
    again["w"] = [times * weight for weight in again["w"]]
    two = standardise(
        Design(again, weights="w", strata="h", psu="school"),
        mean("y"),
        over="age",
        standard={band: times * size for band, size in standard.items()},
    ).rows()[0]
    for figure in ("estimate", "se", "ci_low", "n"):
        assert two[figure] == pytest.approx(one[figure], abs=1e-9)


def slow_measures(y, income, w):
    """Ranks by comparing everybody with everybody."""
    whole = sum(w)
    rank = [
        sum(v * (other < own) + v / 2 * (other == own) for v, other in zip(w, income, strict=True))
        / whole
        for own in income
    ]
    mu = sum(a * b for a, b in zip(w, y, strict=True)) / whole
    cross = sum(a * b * (r - 0.5) for a, b, r in zip(w, y, rank, strict=True)) / whole
    spread = sum(a * (r - 0.5) ** 2 for a, r in zip(w, rank, strict=True)) / whole
    return np.array([cross / spread, 2 * cross, 2 * cross / mu])


@settings(max_examples=25, deadline=None)
@given(PEOPLE)
def test_ranked_inequality(people):
    """The influence by changing each person's weight a little."""
    data = table(people)
    data["income"] = [float(10 * band + y % 3) for _, _, band, y, _ in people]
    y, w = [value + 1 for value in data["y"]], data["w"]
    data["y"] = y
    found = ranked_inequality(
        Design(data, weights="w", strata="h", psu="school"),
        "y",
        "income",
        measures=["SII", "ACI", "RCI"],
    )
    assert found.values == pytest.approx(slow_measures(y, data["income"], w), abs=1e-10)
    step, z = 1e-6, []
    for place in range(len(people)):
        up, down = w.copy(), w.copy()
        up[place] += step
        down[place] -= step
        slope = slow_measures(y, data["income"], up) - slow_measures(y, data["income"], down)
        z.append(w[place] * slope / (2 * step))
    for column, se in enumerate(found.se):
        slow = math.sqrt(between_schools(people, [part[column] for part in z]))
        assert se == pytest.approx(slow, rel=1e-4, abs=1e-6)
