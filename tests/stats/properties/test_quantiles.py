"""Quantiles against plain Python with exact fractions, and what must not change them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats import Design, quantiles

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SHARES = [0.1, 0.25, 0.5, 0.7]


@st.composite
def samples(draw):
    """Values with ties, weights that are tenths, domains, and holes."""
    n = draw(st.integers(3, 40))
    return {
        "y": draw(st.lists(st.none() | st.integers(-5, 12), min_size=n, max_size=n)),
        "tenths": draw(st.lists(st.integers(0, 30), min_size=n, max_size=n)),
        "g": draw(st.lists(st.sampled_from("ab"), min_size=n, max_size=n)),
    }


def slowly(pairs, share, halfway):
    """From the definition: the smallest value with at least that share, exactly."""
    pairs = sorted((y, w) for y, w in pairs if y is not None and w > 0)
    whole = sum(w for _, w in pairs)
    so_far = Fraction(0)
    for place, (y, w) in enumerate(pairs):
        so_far += w
        if so_far == share * whole and halfway and place + 1 < len(pairs):
            return (y + pairs[place + 1][0]) / 2
        if so_far >= share * whole:
            return y
    return None


@FEW
@given(samples(), st.booleans())
def test_the_definition(data, halfway):
    weights = [Fraction(t, 10) for t in data["tenths"]]
    if not any(w > 0 for w in weights):
        return
    design = Design(data | {"w": [t / 10 for t in data["tenths"]]}, weights="w")
    rule = "school" if halfway else "math"
    rows = quantiles(design, "y", SHARES, by=[("g",)], rule=rule, ci="korn-graubard").rows()
    for row in rows:
        pairs = [
            (y, w) for y, w, g in zip(data["y"], weights, data["g"], strict=True) if g == row["g"]
        ]
        share = Fraction(str(row["probability"]))
        assert row["estimate"] == slowly(pairs, share, halfway)
        if None not in (row["estimate"], row["ci_low"], row["ci_high"]):
            assert row["ci_low"] <= row["estimate"] <= row["ci_high"]


@FEW
@given(st.integers(0, 2**32 - 1))
def test_equal_weights_are_numpys(seed):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=rng.integers(2, 60)).round(1)
    rows = quantiles(Design({"y": y}), "y", SHARES).rows()
    wanted = np.quantile(y, SHARES, method="inverted_cdf")
    assert [row["estimate"] for row in rows] == wanted.tolist()


@FEW
@given(st.integers(0, 2**32 - 1))
def test_order_and_scale(seed):
    rng = np.random.default_rng(seed)
    n = 60
    data = {
        "y": rng.integers(0, 15, n).astype(float),
        "w": rng.gamma(2, 3, n),
        "psu": np.repeat(np.arange(20), 3),
        "stratum": np.repeat(np.arange(4), 15),
    }
    mixed = rng.permutation(n)
    other = {name: values[mixed] for name, values in data.items()}
    other["w"] *= 1000
    other["y"] = 2 * other["y"] + 3
    named = {"weights": "w", "strata": "stratum", "psu": "psu"}
    one = quantiles(Design(data, **named), "y", SHARES).rows()
    two = quantiles(Design(other, **named), "y", SHARES).rows()
    for row, changed in zip(one, two, strict=True):
        for name in ("estimate", "ci_low", "ci_high"):
            assert changed[name] == (None if row[name] is None else 2 * row[name] + 3)
        if row["se"] is not None:
            assert changed["se"] == pytest.approx(2 * row["se"])
