"""Replicates against plain Python that estimates again with each set of weights."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats import Design, estimate, mean, ratio, total

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def samples(draw):
    """A small stratified sample with holes, zero weights and domains."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [2] * 4 if draw(st.booleans()) else rng.integers(2, 5, 3).tolist()
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    each = draw(st.integers(1, 4))
    n = stratum.size * each
    return {
        "stratum": np.repeat(stratum, each).tolist(),
        "psu": np.repeat(np.arange(stratum.size), each).tolist(),
        "w": [float(x) for x in np.where(rng.random(n) < 0.05, 0.0, rng.gamma(2.0, 3.0, n) + 0.1)],
        "area": [None if rng.random() < 0.1 else str(a) for a in rng.choice(list("AB"), n)],
        "y": [None if rng.random() < 0.1 else float(v) for v in rng.normal(1e4, 3.0, n)],
        "x": [None if rng.random() < 0.1 else float(v) for v in rng.gamma(3.0, 2.0, n) + 1],
    }


def slowly(kind, data, weights, area):
    """The estimate with one set of weights; None where nobody is left."""
    a = b = 0.0
    anyone = False
    for w, full, g, y, x in zip(
        weights, data["w"], data["area"], data["y"], data["x"], strict=True
    ):
        if full == 0 or area not in (None, g) or y is None or (kind == "ratio" and x is None):
            continue
        anyone = True
        a += w * y
        b += w * (x if kind == "ratio" else 1.0)
    if kind == "total":
        return a if anyone else None
    return a / b if b else None


def spread(values, whole, scale, centre):
    if None in values or whole is None:
        return None
    used = [v for v, s in zip(values, scale, strict=True) if s > 0]
    middle = whole if centre == "full" else math.fsum(used) / len(used)
    gaps = [s * (v - middle) ** 2 for v, s in zip(values, scale, strict=True)]
    return math.sqrt(math.fsum(gaps))


@FEW
@given(samples(), st.sampled_from(["jkn", "fay", "bootstrap"]), st.sampled_from(["mean", "full"]))
def test_every_estimate_again(data, kind, centre):
    if len(set(data["stratum"])) < 4 and kind == "fay":
        kind = "jkn"
    if sum(w > 0 for w in data["w"]) < 2:
        return
    options = {"fay": {"rho": 0.3}, "bootstrap": {"count": 9, "seed": 4}}.get(kind, {})
    plain = Design(data, weights="w", strata="stratum", psu="psu")
    design = plain.replicates(kind, centre=centre, **options)
    sets = design.replicate_weights().T
    result = estimate(design, [mean("y"), total("y"), ratio("y", "x")], by=[(), ("area",)])
    for row in result.rows():

        def at(weights, row=row):
            return slowly(row["statistic"], data, weights, row["area"])

        whole = at(data["w"])
        assert row["estimate"] == (None if whole is None else pytest.approx(whole, rel=1e-9))
        wanted = spread([at(w) for w in sets], whole, design.replication.scale, centre)
        if wanted is None:
            assert row["se"] is None
        else:
            assert row["se"] == pytest.approx(wanted, rel=1e-6, abs=1e-9 * abs(whole))


@FEW
@given(samples(), st.integers(0, 2**32 - 1))
def test_the_mean_weight_of_a_balanced_set_is_the_weight(data, seed):
    """Every unit's factors average 1, but for a bootstrap only in the long run."""
    plain = Design(data, weights="w", strata="stratum", psu="psu")
    kinds = ["jkn", *(["brr", "fay"] if len(set(data["stratum"])) == 4 else [])]
    for kind in kinds:
        factors = plain.replicates(kind).replication.factors
        assert factors.mean(axis=1) == pytest.approx(np.ones(factors.shape[0]))
    drawn = plain.replicates("bootstrap", count=5, seed=seed).replication.factors
    alone = drawn.shape[0] == len(data["psu"])
    first = np.array(data["stratum"]) if alone else plain.sampling.stages[0].parent
    for stratum in set(first.tolist()):
        size = (first == stratum).sum()
        assert drawn[first == stratum].sum(axis=0) == pytest.approx(np.full(5, size))
