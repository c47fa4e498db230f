"""What must not change an explanation."""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import Design, categorical, explain_outcome


def make(seed, rows=900):
    rng = np.random.default_rng(seed)
    a, b = rng.choice(["x", "y"], rows), rng.choice(["low", "mid", "high"], rows)
    chance = 0.3 + 0.2 * (a == "x") + 0.15 * (b == "low") + 0.1 * (a == "x") * (b == "low")
    return {
        "a": a,
        "b": b,
        "place": rng.choice(["n", "s", "w"], rows),
        "y": (rng.uniform(size=rows) < chance).astype(int),
        "w": rng.uniform(0.5, 2, rows),
        "psu": rng.integers(0, 40, rows),
    }


def explain(data, factors=("a", "b"), direction="adverse", **options):
    design = Design(data, weights="w", psu="psu")
    return explain_outcome(
        design, "y", list(factors), direction=direction, place="place", **options
    )


def numbers(rows):
    """Every number of the rows; text and None apart."""
    return [v for row in rows for v in row.values() if isinstance(v, float)]


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10**6))
def test_order_of_rows_and_factors_and_scale_of_weights(seed):
    data = make(seed)
    first = explain(data)
    order = np.random.default_rng(seed).permutation(900)
    moved = {name: values[order] for name, values in data.items()}
    moved["w"] = 3 * moved["w"]
    again = explain(moved, ("b", categorical("a", reference="y")))
    for name in ("factors", "levels", "places", "interactions"):
        one, two = first.tables()[name], again.tables()[name]
        assert len(one) == len(two)
    assert [g.factor for g in first.gaps] == [g.factor for g in again.gaps]
    assert numbers(again.rows()) == pytest.approx(numbers(first.rows()), rel=1e-7, abs=1e-10)
    assert numbers(again.places()) == pytest.approx(numbers(first.places()), rel=1e-7, abs=1e-10)
    pairs = numbers(first.interactions())
    assert numbers(again.interactions()) == pytest.approx(pairs, rel=1e-6, abs=1e-9)


def test_the_opposite_outcome_is_the_same_inequality():
    """Adverse y and favourable 1 - y: same ends, gaps and interactions."""
    data = make(4)
    first = explain(data)
    second = explain(data | {"y": 1 - data["y"]}, direction="favourable")
    for one, other in zip(first.rows(), second.rows(), strict=True):
        assert (one["worst"], one["best"]) == (other["worst"], other["best"])
        assert one["adjusted_gap"] == pytest.approx(other["adjusted_gap"], rel=1e-9)
        assert one["adjusted_se"] == pytest.approx(other["adjusted_se"], rel=1e-8)
    assert numbers(first.interactions()) == pytest.approx(numbers(second.interactions()), rel=1e-8)


def test_small_levels_never_appear():
    """Whatever the threshold, no level, place or stratum below it is in any table."""
    data = make(8)
    data["b"] = np.where(np.arange(900) < 12, "rare", data["b"])
    data["place"] = np.where(np.arange(900) >= 893, "island", data["place"])
    for minimum in (5, 8, 20, 160):
        found = explain(data, minimum=minimum)
        levels = found.levels() + found.places()
        assert min(row["n"] for row in levels) >= minimum
        assert all(row["n"] >= minimum for row in found.strata())
        shown = " ".join(found.sentences()) + str(found.tables())
        assert ("island" in shown) == (minimum <= 7)
        assert ("rare" in shown) == (minimum <= 12)
        assert found.n + sum(found.small.values()) == 900


def test_a_table_with_an_engine():
    """The same rows, filter and answer when the data is with an engine."""
    data = make(3) | {"other": np.arange(900)}
    there = Design(ibis.memtable(pa.table(data)), weights="w", psu="psu")
    here = Design(data, weights="w", psu="psu")
    one, two = (
        explain_outcome(
            design,
            "y",
            ["a", "b"],
            direction="adverse",
            place="place",
            where=lambda t: t.other >= 150,
        )
        for design in (there, here)
    )
    assert (one.n, two.n, one.dropped.where) == (750, 750, 150)
    for name in ("factors", "levels", "places", "interactions"):
        mine, other = numbers(one.tables()[name]), numbers(two.tables()[name])
        assert mine == pytest.approx(other, rel=1e-8, abs=1e-10)
    assert one.sentences() == two.sentences()
