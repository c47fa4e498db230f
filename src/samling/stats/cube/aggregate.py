"""The base table by the engine's own aggregation: little travels, any Ibis engine will do.

Every term is put on its grid by the engine with the same arithmetic as in memory, so the sums
have the same bits whichever engine and however many threads made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from samling.stats.cube.partial import ROW_SUMS, Part, cell_moments, stack
from samling.stats.cube.plan import Grids, Pair, Plan
from samling.stats.sampling.design import Design
from samling.stats.sampling.units import UnitLookup, engine_number, engine_weight
from samling.stats.tables.condition import marked
from samling.stats.tables.exact import FloatArray, grid, tally
from samling.stats.tables.keys import Coded, combine, compress
from samling.stats.tables.source import CHOSEN, Engine, Memory, Where

BINARY = ("n", "ones", "a", "b", "qaa", "qbb")
NUMERIC = ("n", "a", "b", "w", "qaa", "qab", "qbb", "saa", "sab", "sbb")
WEIGHT, EXACT, SQUARE = "samling_w", "samling_e", "samling_q"


def aggregate_part(design: Design, plan: Plan, dimensions: Sequence[str], where: Where) -> Part:
    """One grouped query over the chosen rows."""
    source = design.source
    assert isinstance(source, Engine)  # noqa: S101 - asked by the caller
    table = _prepared(source, design, plan.grids, where)
    keys = list(dict.fromkeys([*(key for key in design.sampling.units.keys if key), *dimensions]))
    measures: dict[str, Any] = {"samling_rows": table.count()}
    for index, pair in enumerate(plan.pairs):
        terms = _terms(Engine(table), pair, plan.grids)
        for name, parts in terms.items():
            measures |= {f"{name}_{index}_{layer}": part for layer, part in enumerate(parts)}
    grouped = table.group_by(keys).aggregate(**measures) if keys else table.aggregate(**measures)
    return _part(design, plan, dimensions, Memory(grouped.to_pyarrow()))


def chosen_rows(source: Engine, weights: str | None, where: Where) -> Any:
    """The engine's rows of positive weight for which `where` holds."""
    table = source.table
    if where is not None:
        table = marked(table, where, CHOSEN)
        table = table.filter(table[CHOSEN])
    return table if weights is None else table.filter(engine_weight(Engine(table), weights) > 0)


def _prepared(source: Engine, design: Design, grids: Grids, where: Where) -> Any:
    """The chosen rows with the weight, and it and its square on the grid."""
    table = chosen_rows(source, design.weights, where)
    weight = engine_weight(Engine(table), design.weights)
    table = table.mutate(**{WEIGHT: weight})
    weight = table[WEIGHT]
    exact = _layers(weight, grids.step(), grids)
    square = _layers(weight * weight, grids.step(squared=True), grids)
    named = {f"{EXACT}{layer}": value for layer, value in enumerate(exact)}
    named |= {f"{SQUARE}{layer}": value for layer, value in enumerate(square)}
    return table.mutate(**named)


def _on_grid(value: Any, step: float) -> Any:
    return (value * (1.0 / step) + 0.5).floor().cast("float64") * step


def _layers(value: Any, step: float, grids: Grids, deep: bool | None = None) -> list[Any]:
    first = _on_grid(value, step)
    if not (grids.deep if deep is None else deep):
        return [first]
    return [first, _on_grid(value - first, grid(step * grids.rows))]


def _weighted(table: Any, name: str, factor: Any, grids: Grids) -> list[Any]:
    """Sums of the layers of the weight or its square, times 0 or 1."""
    return [(table[f"{name}{layer}"] * factor).sum() for layer in range(1 + grids.deep)]


def _terms(source: Engine, pair: Pair, grids: Grids) -> dict[str, list[Any]]:
    table = source.table
    if pair.levels is None:
        return _numeric_terms(source, pair, grids)
    column = table[pair.numerator]
    if source.kind(pair.numerator) == "floating":
        column = column.isnan().ifelse(None, column)
    holds = column.cast("int64") == 1 if pair.binary else column == pair.levels[pair.level]
    u = holds.ifelse(1.0, 0.0)
    v = column.notnull().ifelse(1.0, 0.0)
    u = column.isnull().ifelse(0.0, u)
    return {
        "n": [v.sum()],
        "ones": [u.sum()],
        "a": _weighted(table, EXACT, u, grids),
        "b": _weighted(table, EXACT, v, grids),
        "qaa": _weighted(table, SQUARE, u, grids),
        "qbb": _weighted(table, SQUARE, v, grids),
    }


def _numeric_terms(source: Engine, pair: Pair, grids: Grids) -> dict[str, list[Any]]:
    w = source.table[WEIGHT]
    u = engine_number(source, pair.numerator) - pair.shift
    v = u * 0.0 + 1.0
    if pair.denominator is not None:
        v = engine_number(source, pair.denominator)
        u, v = u + v * 0.0, v + u * 0.0
    known = u.notnull().ifelse(1.0, 0.0)
    top, bottom = pair.top, pair.bottom

    def total(value: Any, *bounds: float, squared: bool = False) -> list[Any]:
        step = grids.step(*bounds, squared=squared)
        return [layer.sum() for layer in _layers(value, step, grids, deep=True)]

    plain = pair.denominator is None
    wu, wv = w * u, w * v
    return {
        "n": [known.sum()],
        "a": total(wu, top),
        "b": _weighted(source.table, EXACT, known, grids) if plain else total(wv, bottom),
        "w": _weighted(source.table, EXACT, known, grids),
        "qaa": total(wu * wu, top, top, squared=True),
        "qab": total(wu * wv, top, bottom, squared=True),
        "qbb": total(wv * wv, bottom, bottom, squared=True),
        "saa": total(wu * u, top, top),
        "sab": total(wu, top) if plain else total(wu * v, top, bottom),
        "sbb": _weighted(source.table, EXACT, known, grids)
        if plain
        else (total(wv * v, bottom, bottom)),
    }


def _part(design: Design, plan: Plan, dimensions: Sequence[str], groups: Memory) -> Part:
    """The groups as a part of the base table; SUM over nothing is NULL, which counts as 0."""
    rows = groups.table.num_rows
    cell, parts = combine([groups.coded(name) for name in dimensions], rows)
    cells = int(parts[0].size) if parts else 1
    unit = UnitLookup(design.sampling.units).find(groups)
    distinct, row = compress(unit * cells + cell, design.sampling.units.size * cells)

    def column(name: str) -> FloatArray:
        total = tally(row, distinct.size, groups.numbers(f"{name}_0")[0])
        if f"{name}_1" in groups.names:
            total += tally(row, distinct.size, groups.numbers(f"{name}_1")[0])
        return total

    sums = [_sums(pair, index, column) for index, pair in enumerate(plan.pairs)]
    row_cell = distinct % cells
    values = [groups.coded(name).values for name in dimensions]
    counts = groups.numbers("samling_rows")[0]
    return Part(
        unit=distinct // cells,
        cell=row_cell,
        rows=stack(sums, ROW_SUMS),
        cells=tuple(Coded(code, value) for code, value in zip(parts, values, strict=True)),
        cell_rows=tally(cell, cells, counts),
        moments=cell_moments(sums, row_cell, cells),
    )


def _sums(pair: Pair, index: int, column: Any) -> dict[str, FloatArray]:
    names = NUMERIC if pair.levels is None else BINARY
    sums = {name: column(f"{name}_{index}") for name in names}
    if pair.levels is None:
        return sums | {"ones": np.full(sums["n"].size, np.nan)}
    return sums | {
        "w": sums["b"],
        "qab": sums["qaa"],
        "saa": sums["a"],
        "sab": sums["a"],
        "sbb": sums["b"],
    }
