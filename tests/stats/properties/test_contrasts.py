"""Contrasts against plain Python: the expression's own linearisation, element by element."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats import Design, estimate, mean, total

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
ASKED = {
    "a - b": lambda v: v["a"] - v["b"],
    "a / b": lambda v: v["a"] / v["b"],
    "a * b - c ** 2": lambda v: v["a"] * v["b"] - v["c"] ** 2,
    "log(a) - 0.5 * log(b) - 0.5 * log(c)": lambda v: (
        math.log(v["a"]) - 0.5 * math.log(v["b"]) - 0.5 * math.log(v["c"])
    ),
    "(1 + a) / (b + c)": lambda v: (1 + v["a"]) / (v["b"] + v["c"]),
    "(a - b) / (a + b)": lambda v: (v["a"] - v["b"]) / (v["a"] + v["b"]),
}


@st.composite
def samples(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    psus = 2 * draw(st.integers(2, 4))
    each = draw(st.integers(3, 6))
    n = psus * each
    return {
        "stratum": np.repeat(np.arange(psus) // (psus // 2), each).tolist(),
        "psu": np.repeat(np.arange(psus), each).tolist(),
        "w": (rng.gamma(2.0, 3.0, n) + 0.1).tolist(),
        "g": ["a", "b", "c", *rng.choice(list("abc"), n - 3).tolist()],
        "y": (rng.gamma(4.0, 2.0, n) + 1).tolist(),
    }


def slowly(data, kind, function):
    """Value and variance: z of an element is its weight times the slope along its influence."""
    groups = defaultdict(list)
    for place, g in enumerate(data["g"]):
        groups[g].append(place)
    w, y = data["w"], data["y"]
    values, influence = {}, {}
    for g, places in groups.items():
        size = math.fsum(w[i] for i in places)
        sum_ = math.fsum(w[i] * y[i] for i in places)
        values[g] = sum_ if kind == "total" else sum_ / size
        for i in places:
            influence[i] = y[i] if kind == "total" else (y[i] - values[g]) / size
    slope = {}
    for g in groups:
        step = 1e-6 * values[g]
        up, down = values | {g: values[g] + step}, values | {g: values[g] - step}
        slope[g] = (function(up) - function(down)) / (2 * step)
    totals = defaultdict(float)
    strata = {}
    for i, g in enumerate(data["g"]):
        totals[data["psu"][i]] += w[i] * influence[i] * slope[g]
        strata[data["psu"][i]] = data["stratum"][i]
    variance = 0.0
    for stratum in set(strata.values()):
        inside = [totals[psu] for psu, s in strata.items() if s == stratum]
        middle = math.fsum(inside) / len(inside)
        squares = math.fsum((t - middle) ** 2 for t in inside)
        variance += len(inside) / (len(inside) - 1) * squares
    return function(values), variance


@FEW
@given(samples(), st.sampled_from([mean, total]))
def test_the_linearisation(data, statistic):
    design = Design(data, weights="w", strata="stratum", psu="psu")
    result = estimate(design, statistic("y"), by=["g"])
    rows = result.contrast({text: text for text in ASKED}, by=("g",)).rows()
    for row in rows:
        value, variance = slowly(data, statistic("y").kind, ASKED[row["contrast"]])
        assert row["estimate"] == pytest.approx(value, rel=1e-9)
        if row["se"] is not None:
            assert row["se"] ** 2 == pytest.approx(variance, rel=1e-5, abs=1e-12 * value**2)
