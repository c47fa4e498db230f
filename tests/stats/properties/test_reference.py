"""Any design, any data: the engine equals the slow reference, whatever way the data comes."""

import math

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats import Design, estimate, mean, prop, ratio, total
from samling.stats.cube.aggregate import aggregate_part
from samling.stats.cube.partial import assemble
from samling.stats.cube.plan import make_plan
from samling.stats.cube.scan import stream_parts
from stats.reference import Element, answer

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
BY = [(), ("area",), ("area", "sex")]


@st.composite
def samples(draw, elements=None):
    """A small two-stage sample as columns, with missing values, zero weights and far-off means."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    far = draw(st.sampled_from([0.0, 1e6, -250.0]))
    stages = draw(st.sampled_from([0, 1, 2])) if elements is None else 0
    rows = []
    psu = 0
    for stratum in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(2, 4))):
            psu += 1
            for ssu in range(draw(st.integers(2, 3))):
                for _ in range(draw(st.integers(1, 3))):
                    rows.append((f"s{stratum}", psu, ssu))
    n = len(rows)
    hole = rng.random(n) < 0.15
    y = rng.normal(far, 3.0, n)
    return stages, {
        "stratum": [r[0] for r in rows],
        "psu": [r[1] for r in rows],
        "ssu": [r[2] for r in rows],
        "w": [float(x) for x in np.where(rng.random(n) < 0.05, 0.0, rng.gamma(2.0, 9.0, n) + 0.1)],
        "area": [None if rng.random() < 0.1 else str(a) for a in rng.choice(list("ABC"), n)],
        "sex": [int(s) for s in rng.integers(1, 3, n)],
        "y": [None if h else float(v) for h, v in zip(hole, y, strict=True)],
        "x": [None if rng.random() < 0.1 else float(v) for v in rng.gamma(3.0, 2.0, n) + 1],
        "bit": [None if rng.random() < 0.1 else int(b) for b in rng.integers(0, 2, n)],
        "kind": [None if rng.random() < 0.1 else str(k) for k in rng.choice(["p", "q", "r"], n)],
        "N1": [40.0] * n,
        "N2": [7.0] * n,
    }


def design(stages, data, **more):
    table = data if not isinstance(data, dict) else pa.table(data)
    if stages == 0:
        return Design(table, weights="w", strata="stratum", **more)
    if stages == 1:
        return Design(table, weights="w", strata="stratum", psu="psu", **more)
    names = {"psu": ["psu", "ssu"], "fpc": ["N1", "N2"]}
    return Design(table, weights="w", strata="stratum", **names, **more)


def plain_elements(stages, data):
    out = []
    for row in zip(*data.values(), strict=True):
        v = dict(zip(data, row, strict=True))
        units = (v["psu"], v["ssu"])[:stages]
        fpc = (v["N1"], v["N2"]) if stages == 2 else ()
        v |= {f"kind={k}": None if v["kind"] is None else v["kind"] == k for k in "pqr"}
        out.append(Element(v["w"], v["stratum"], units, fpc, v))
    return out


def asked(row):
    if row["statistic"] == "ratio":
        return ("ratio", "y", "x")
    kind = "total" if row["statistic"] == "total" else "mean"
    name = row["variable"] if row["level"] is None else f"kind={row['level']}"
    return (kind, name)


def close(a, b, scale=1.0):
    if b is None:
        return a is None or math.isnan(a)
    return a == pytest.approx(b, rel=1e-9, abs=1e-11 * scale)


@FEW
@given(samples())
def test_every_cell_equals_the_reference(sample):
    stages, data = sample
    statistics = [mean("y"), total("y"), ratio("y", "x"), prop("bit"), prop("kind")]
    elements = plain_elements(stages, data)
    for row in estimate(design(stages, data), statistics, by=BY).rows():
        want = {k: row[k] for k in ("area", "sex") if row[k] is not None}
        says = answer(asked(row), elements, lambda e, want=want: want.items() <= e.values.items())
        scale = abs(says.estimate or 1.0)
        assert row["n"] == says.n
        assert close(row["estimate"], says.estimate, scale), row
        single = row["n_psu"] == 1 and row["statistic"] != "total"
        if single and not (row["statistic"] == "prop" and row["estimate"] in (0, 1)):
            assert row["se"] is None  # linearised values add up to 0 in a single unit
        elif says.variance is not None:
            assert close(row["se"], math.sqrt(says.variance), scale), row
            assert close(row["se_srs"], math.sqrt(says.independent), 1e4 * scale), row
        if says.srs and row["se"] is not None:
            # a spread far below the values' distance from the shift costs deff some digits
            assert row["deff"] == pytest.approx(says.variance / says.srs, rel=1e-6, abs=1e-8)


@FEW
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_bit(sample, random):
    stages, data = sample
    order = list(range(len(data["w"])))
    random.shuffle(order)
    mixed = {name: [values[i] for i in order] for name, values in data.items()}
    statistics = [mean("y"), total("y"), ratio("y", "x"), prop("bit"), prop("kind")]
    first = estimate(design(stages, data), statistics, by=BY, ci="wald")
    second = estimate(design(stages, mixed), statistics, by=BY, ci="wald")
    assert first.rows() == second.rows()
    assert first.method.design_hash == second.method.design_hash


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(samples())
def test_memory_stream_and_engine_give_the_same_bits(sample):
    stages, data = sample
    statistics = [mean("y"), total("y"), ratio("y", "x"), prop("bit"), prop("kind")]
    memory = estimate(design(stages, data), statistics, by=BY)
    lazy = design(stages, ibis.memtable(pa.table(data)))
    assert estimate(lazy, statistics, by=BY).rows() == memory.rows()
    if stages == 0:
        return
    plan = make_plan(lazy.source, statistics, lazy.sampling.units)
    streamed = assemble(
        stream_parts(lazy, plan, ["area", "sex"], None), lazy.sampling.units.size, ["area", "sex"]
    )
    grouped = assemble(
        [aggregate_part(lazy, plan, ["area", "sex"], None)],
        lazy.sampling.units.size,
        ["area", "sex"],
    )
    for name in ("unit", "cell", "a", "b", "n", "cell_rows"):
        assert np.array_equal(getattr(streamed, name), getattr(grouped, name)), name
    for name, values in vars(streamed.moments).items():
        assert np.array_equal(values, getattr(grouped.moments, name), equal_nan=True), name


@pytest.mark.parametrize("rows", [24, 2400])
def test_bits_of_every_kind_are_counted_alike_together_and_alone(rows):
    """Few rows: each 0/1 variable by itself. Many: four at a time, by their combinations."""
    rng = np.random.default_rng(rows)

    def bits(kind):
        known, ones = rng.random(rows) < 0.8, rng.random(rows) < 0.4
        if kind == "nan":
            return np.where(known, ones.astype(float), np.nan)
        return pa.array(ones, mask=~known).cast(kind)

    kinds = [pa.int8(), pa.bool_(), "nan", pa.int64(), pa.float32(), pa.uint16()]
    data = {f"y{i}": bits(kind) for i, kind in enumerate(kinds)}
    names = list(data)
    data |= {"psu": np.arange(rows) % 4, "area": np.arange(rows) // 4 % 2}
    data["w"] = rng.gamma(3.0, 2.0, rows)
    table = pa.table(data)
    statistics = [prop(name) for name in names]
    where_from = {"memory": table, "stream": ibis.memtable(table)}
    found = {
        name: estimate(Design(source, weights="w", psu="psu"), statistics, by=[(), ("area",)])
        for name, source in where_from.items()
    }
    assert found["stream"].rows() == found["memory"].rows()
    w, area = data["w"], data["area"]
    for row in found["memory"].rows():
        plain = np.asarray(table[row["variable"]].cast(pa.float64()).to_pylist(), dtype=float)
        known = ~np.isnan(plain) & ((area == row["area"]) if row["area"] is not None else True)
        assert row["n"] == known.sum()
        assert row["estimate"] == pytest.approx((w * plain)[known].sum() / w[known].sum())


@settings(FEW, max_examples=6)
@given(samples())
def test_a_filter_is_a_domain(sample):
    stages, data = sample
    d = design(stages, data)
    only = estimate(d, mean("y"), by=[("area",)], where=lambda t: t.sex == 1, ci="wald").rows()
    cells = estimate(d, mean("y"), by=[("area", "sex")], ci="wald").rows()
    found = {r["area"]: r for r in only}
    for row in cells:
        if row["sex"] == 1:
            names = ("estimate", "se", "ci_low", "ci_high", "n", "n_psu", "df")
            for name in names:
                assert close(found[row["area"]][name], row[name]), name
