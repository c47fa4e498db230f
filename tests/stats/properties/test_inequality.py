"""All measures against a slow, plain-Python account, and against their own invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import WHO_MEASURES, Estimates, inequality
from samling.stats.inequality.engine import measure_groups
from samling.stats.inequality.measures import BY_NAME, Question

ALL = (*WHO_MEASURES, "Wagstaff", "Erreygers")
# Whole per mille, all different, so that the best group is one and no derivative sits on a corner.
GROUPS = st.lists(st.integers(50, 900), min_size=2, max_size=7, unique=True).flatmap(
    lambda values: st.tuples(
        st.just([value / 1000 for value in values]),
        st.lists(st.integers(20, 300), min_size=len(values), max_size=len(values)),
        st.integers(0, len(values) - 1),
        st.sampled_from(["adverse", "favourable"]),
        st.booleans(),
    )
)


def slow(x, sizes, reference, direction, ordered):
    """The 23 measures, written out one by one."""
    whole, count = sum(sizes), len(x)
    p = [size / whole for size in sizes]
    mu = math.fsum(a * b for a, b in zip(p, x, strict=True))
    good = direction == "favourable"
    best = max(x) if good else min(x)
    if ordered:
        pair = (x[-1], x[0]) if good else (x[0], x[-1])
    else:
        others = [value for place, value in enumerate(x) if place != reference]
        pair = (x[reference], min(others)) if good else (max(others), x[reference])
    ridit = [math.fsum(p[:place]) + p[place] / 2 for place in range(count)]
    cross = math.fsum(a * r * b for a, r, b in zip(p, ridit, x, strict=True)) - mu / 2
    spread = math.fsum(a * r * r for a, r in zip(p, ridit, strict=True)) - 0.25
    slope = cross / spread
    variance = math.fsum(a * (b - mu) ** 2 for a, b in zip(p, x, strict=True))

    def apart(centre):
        return [abs(value - centre) for value in x]

    def weigh(values):
        return math.fsum(a * b for a, b in zip(p, values, strict=True))

    gain = x[reference] - mu
    gain = max(gain, 0.0) if good else min(gain, 0.0)
    return {
        "D": pair[0] - pair[1],
        "R": pair[0] / pair[1],
        "SII": slope,
        "RII": (mu + slope / 2) / (mu - slope / 2) if abs(slope) < 2 * mu else None,
        "ACI": 2 * cross,
        "RCI": 2 * cross / mu,
        "Wagstaff": 2 * cross / mu / (1 - mu),
        "Erreygers": 8 * cross,
        "BGV": variance,
        "BGSD": math.sqrt(variance),
        "COV": 100 * math.sqrt(variance) / mu,
        "IDISU": 100 * math.fsum(apart(mu)) / count / mu,
        "IDISW": 100 * weigh(apart(mu)) / mu,
        "MDBU": math.fsum(apart(best)) / count,
        "MDBW": weigh(apart(best)),
        "MDMU": math.fsum(apart(mu)) / count,
        "MDMW": weigh(apart(mu)),
        "MDRU": math.fsum(apart(x[reference])) / count,
        "MDRW": weigh(apart(x[reference])),
        "TI": 1000 * weigh([value / mu * math.log(value / mu) for value in x]),
        "MLD": -1000 * weigh([math.log(value / mu) for value in x]),
        "PAR": gain,
        "PAF": 100 * gain / mu,
    }


def question(count, reference, direction, ordered, model="linear"):
    names = tuple(map(str, range(count)))
    return Question(names, ordered, direction, reference, 1.0, model)


def measure(name, x, sizes, asked):
    x, sizes = np.atleast_2d(x), np.atleast_2d(np.asarray(sizes, dtype=float))
    return measure_groups(BY_NAME[name], x, sizes / sizes.sum(axis=1, keepdims=True), asked)


@settings(max_examples=80, deadline=None)
@given(GROUPS)
def test_every_measure(drawn):
    x, sizes, reference, direction, ordered = drawn
    said = slow(*drawn)
    asked = question(len(x), reference, direction, ordered)
    for name in ALL:
        if asked.lacks(BY_NAME[name]):
            continue
        found = measure(name, x, sizes, asked)
        if said[name] is None:
            assert found.problem[0] != ""
        else:
            assert found.value[0] == pytest.approx(said[name], rel=1e-9, abs=1e-12), name


@settings(max_examples=30, deadline=None)
@given(GROUPS, st.sampled_from(["linear", "logit"]))
def test_gradients_by_small_changes(drawn, model):
    """Central differences of every estimate and every group's size."""
    x, sizes, reference, direction, ordered = drawn
    asked = question(len(x), reference, direction, ordered, model)
    x, sizes = np.array(x), np.array(sizes, dtype=float)
    p = sizes / sizes.sum()
    step = 1e-6
    bumps = np.eye(x.size)
    for name in ALL:
        if asked.lacks(BY_NAME[name]):
            continue
        found = measure(name, x, sizes, asked)
        if found.problem[0] or found.unsure[0]:
            continue
        mean = p @ x
        if (np.abs(x - mean) < 1e-4).any():  # a corner of |x - μ|
            continue
        many = np.tile(sizes, (x.size, 1))
        up, down = (measure(name, x + s * step * bumps, many, asked).value for s in (1, -1))
        scale = np.abs(found.by_value[0]).max() + 1e-9
        assert np.abs((up - down) / (2 * step) - found.by_value[0]).max() < 1e-5 * scale, name
        by_size = (found.by_share[0] - p @ found.by_share[0]) / sizes.sum()
        still = np.tile(x, (x.size, 1))
        wide = step * sizes.sum()
        up, down = (measure(name, still, sizes + s * wide * bumps, asked).value for s in (1, -1))
        scale = np.abs(by_size).max() + np.abs(found.value[0]) / sizes.sum() + 1e-12
        assert np.abs((up - down) / (2 * wide) - by_size).max() < 1e-4 * scale, name


@settings(max_examples=30, deadline=None)
@given(GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_the_estimates_changes_nothing(drawn, random):
    x, sizes, reference, direction, ordered = drawn
    names = [f"g{place}" for place in range(len(x))]
    asked = {
        "order": names if ordered else None,
        "pop": dict(zip(names, sizes, strict=True)),
        "direction": direction,
        "reference": names[reference],
        "scale": 1.0,
    }
    places = list(range(len(x)))
    random.shuffle(places)
    answers = []
    for order in (range(len(x)), places):
        groups = Estimates(
            tuple(names[place] for place in order),
            np.array([x[place] for place in order]),
            np.diag([1e-4 * (1 + place) for place in order]),
            np.full(len(x), 30.0),
        )
        answers.append(inequality(groups, **asked).rows())
    for one, two in zip(*answers, strict=True):
        assert one["measure"] == two["measure"]
        assert one["first"] == two["first"]
        for figure in ("estimate", "se", "ci_low", "p_equal"):
            same = two[figure] is None or pytest.approx(two[figure], rel=1e-9, abs=1e-12)
            assert one[figure] == (None if same is True else same)


@settings(max_examples=30, deadline=None)
@given(GROUPS, st.sampled_from([0.01, 100.0, 1000.0]))
def test_another_unit(drawn, factor):
    """Absolute measures follow the unit (BGV its square), relative ones do not know it."""
    x, sizes, reference, direction, ordered = drawn
    asked = question(len(x), reference, direction, ordered)
    power = dict.fromkeys(WHO_MEASURES, 0) | {"BGV": 2}
    absolute = "D SII ACI BGSD MDBU MDBW MDMU MDMW MDRU MDRW PAR"
    power |= dict.fromkeys(absolute.split(), 1)  # the others are relative
    for name in WHO_MEASURES:
        if asked.lacks(BY_NAME[name]):
            continue
        one = measure(name, x, sizes, asked)
        two = measure(name, np.array(x) * factor, sizes, asked)
        assert two.value == pytest.approx(
            one.value * factor ** power[name], rel=1e-9, abs=1e-12, nan_ok=True
        ), name


@settings(max_examples=40, deadline=None)
@given(GROUPS)
def test_entropy_is_0_only_when_all_are_equal(drawn):
    x, sizes, reference, direction, ordered = drawn
    asked = question(len(x), reference, direction, ordered)
    for name in ("TI", "MLD"):
        assert measure(name, x, sizes, asked).value[0] > 0
        same = measure(name, np.full(len(x), x[0]), sizes, asked).value[0]
        assert same == pytest.approx(0, abs=1e-9)
