"""Weights of very different size, whole numbers beyond a double, and columns with nothing in them.

What is right is said by sums of fractions, which round nothing.
"""

from fractions import Fraction

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import (
    Benchmark,
    DataError,
    Design,
    EmptyDataError,
    Estimates,
    ExtremeValueError,
    MissingDesignValueError,
    StatsError,
    WeightError,
    crude_rate,
    direct_rate,
    estimate,
    fay_herriot,
    inequality,
    life_expectancy,
    mean,
    prop,
    quantiles,
    total,
)


def uneven(seed, rows=40):
    """Weights from 1e-6 to 1e6; the domain "small" has none above 0.01."""
    rng = np.random.default_rng(seed)
    w = np.exp(rng.uniform(np.log(1e-6), np.log(9e5), rows))
    w[:2] = 1e-4, 1e4
    area = np.where(w < 1e-2, "small", "large")
    y, bit = rng.normal(5.0, 3.0, rows), rng.integers(0, 2, rows)
    return {"w": w, "area": area, "y": y, "bit": bit, "psu": np.arange(rows) // 2}


def exactly(data, name, kind, area):
    chosen = data["area"] == area
    weights = [Fraction(float(w)) for w in data["w"][chosen]]
    values = [Fraction(float(v)) for v in data[name][chosen]]
    top = sum(w * v for w, v in zip(weights, values, strict=True))
    return float(top if kind == "total" else top / sum(weights))


@pytest.mark.parametrize("wrap", [pa.table, lambda data: ibis.memtable(pa.table(data))])
@pytest.mark.parametrize("seed", range(5))
def test_a_domain_of_small_weights_keeps_its_digits(seed, wrap):
    data = uneven(seed)
    design = Design(wrap(data), weights="w", psu="psu")
    rows = estimate(design, [mean("y"), total("y"), prop("bit")], by=["area"]).rows()
    assert len(rows) == 6
    for row in rows:
        want = exactly(data, row["variable"], row["statistic"], row["area"])
        assert row["estimate"] == pytest.approx(want, rel=1e-13), row


@pytest.mark.parametrize("seed", range(5))
def test_quantiles_of_a_domain_of_small_weights(seed):
    data = uneven(seed)
    rows = quantiles(Design(data, weights="w"), "y", by=["area"]).rows()
    (row,) = (line for line in rows if line["area"] == "small")
    chosen = data["area"] == "small"
    order = np.argsort(data["y"][chosen])
    weights = [Fraction(float(w)) for w in data["w"][chosen][order]]
    reached = [sum(weights[: k + 1]) * 2 >= sum(weights) for k in range(len(weights))]
    assert row["estimate"] == data["y"][chosen][order][reached.index(True)]


@pytest.mark.parametrize("weight", [1e-8, 1.0, 1e12])
@pytest.mark.parametrize("wrap", [pa.table, lambda data: ibis.memtable(pa.table(data))])
def test_the_diagnosis_of_weights_of_any_size(weight, wrap):
    found = Design(wrap({"w": [weight, 3 * weight] * 5}), weights="w").diagnose()
    assert found.weight_sum == pytest.approx(20 * weight, rel=1e-12)
    assert found.deff_kish == pytest.approx(10 * 5 * (1 + 9) / 20**2)


@pytest.mark.parametrize("wrap", [pa.table, lambda data: ibis.memtable(pa.table(data))])
def test_weights_too_far_apart_are_refused(wrap):
    with pytest.raises(WeightError, match=r"from 1e-08 to 1e\+08"):
        Design(wrap({"w": [1e-8, 1e8, 0.0]}), weights="w")


def test_whole_numbers_beyond_a_double_are_numbers_and_categories():
    design = Design({"k": [2**62, 2**62 + 1, -(2**62), -(2**62)]})
    (row,) = estimate(design, mean("k")).rows()
    assert row["estimate"] == pytest.approx(0.25, abs=1024)
    levels = [(r["level"], r["estimate"]) for r in estimate(design, prop("k")).rows()]
    assert levels == [(-(2**62), 0.5), (2**62, 0.25), (2**62 + 1, 0.25)]
    with pytest.raises(DataError, match="Make it text"):
        estimate(Design({"k": np.array([2**63, 1], dtype=np.uint64)}), prop("k"))


def test_a_variable_without_any_value():
    (row,) = estimate(Design({"k": [None, None], "y": [1, 2]}), prop("k")).rows()
    assert (row["estimate"], row["n"]) == (None, 0)
    text = pa.table({"k": pa.array([None, None], pa.string()), "y": [1, 2]})
    with pytest.raises(EmptyDataError, match="missing in every row"):
        estimate(Design(text), [mean("y"), prop("k")])


def test_infinite_values_have_no_quantiles():
    with pytest.raises(ExtremeValueError, match="from 1 to inf"):
        quantiles(Design({"y": [1.0, 2.0, np.inf]}), "y")


def test_a_missing_fpc_is_named():
    with pytest.raises(MissingDesignValueError, match="'N' is missing"):
        Design({"N": [9.0, np.nan, 9.0]}, fpc="N")


DIRECT = {k: {"estimate": 0.1 * k, "se": 0.1} for k in range(5)}
AREAS = {k: {"x": float(k * k)} for k in range(5)}
DEATHS = {"age": ["0", "1+"], "deaths": [1, 2], "population": [9000, 10000]}
COUNTS = {"age_band": ["0+"], "count": [11], "population": [30]}
SHARES = {"a": None, "b": 1}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: quantiles(Design({"y": [1, 2]}), "y", "half"),
        lambda: crude_rate(COUNTS, level="0.95"),
        lambda: crude_rate(COUNTS, per=None),
        lambda: direct_rate(COUNTS, standard={"0+": None}),
        lambda: direct_rate(COUNTS, standard={"0+": "all"}),
        lambda: life_expectancy(DEATHS, at=[]),
        lambda: fay_herriot(DIRECT, AREAS, benchmark=Benchmark("x", dict.fromkeys(AREAS, 1))),
        lambda: fay_herriot(DIRECT, AREAS, benchmark=Benchmark(1.0, dict.fromkeys(AREAS))),
        lambda: inequality(
            Estimates(("a", "b"), np.zeros(2), np.eye(2), np.ones(2)),
            direction="adverse",
            pop=SHARES,
        ),
        lambda: Design.from_replicates(
            {"w": [1, 2], "r1": [1, 0], "r2": [0, 1]},
            weights="w",
            replicate_weights="r",
            kind="other",
            rscales=[np.inf, 1],
        ),
    ],
)
def test_what_is_no_number_is_refused_by_name(ask):
    with pytest.raises(StatsError):
        ask()


@pytest.mark.parametrize(
    "other", [pa.array([0.5] * 3, pa.float16()), pa.array([b"a"] * 3, pa.binary_view())]
)
def test_a_filter_beside_a_column_of_a_rare_type(other):
    table = pa.table({"other": other, "y": [1.0, 2.0, 4.0], "inside": [1, 0, 1]})
    (row,) = estimate(Design(table), mean("y"), where="inside").rows()
    assert (row["estimate"], row["n"]) == (2.5, 2)
