"""Counting elements in memory into a part of the base table: one pass per variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from samling.stats.cube.partial import ROW_SUMS, SPREAD, Part, cell_moments, stack
from samling.stats.cube.plan import Grids, Pair, Plan, binary_packs
from samling.stats.tables.exact import FloatArray, IntArray, group_sums, layer_sums, layers, tally
from samling.stats.tables.keys import Coded, combine, combine_codes
from samling.stats.tables.source import STATES, Memory

TABLE = 2  # combinations counted together, per element, at most


@dataclass(frozen=True)
class LevelSums:
    """Count, weight and squared weight of every (state, base row); the last state is missing."""

    count: FloatArray
    weight: FloatArray
    square: FloatArray


@dataclass(frozen=True)
class Elements:
    """Chosen elements: each one's base row, weight, and weight and its square on the grid.

    `largest` is the number of elements in the largest of `size` base rows.
    """

    row: IntArray
    size: int
    largest: int
    weight: FloatArray
    exact: tuple[FloatArray, ...]
    square: tuple[FloatArray, ...]
    grids: Grids

    def where(self, known: npt.NDArray[np.bool_]) -> Elements:
        """Only the elements for which `known` holds."""
        if known.all():
            return self
        return replace(
            self,
            row=self.row[known],
            weight=self.weight[known],
            exact=tuple(layer[known] for layer in self.exact),
            square=tuple(layer[known] for layer in self.square),
        )


def tabulate(
    source: Memory,
    row_unit: IntArray,
    units: int,
    weight: FloatArray,
    plan: Plan,
    dimensions: Sequence[str],
    elements: bool,
) -> Part:
    """Sums of all elements of `source`; `elements` adds the spread inside rows."""
    coded = [source.coded(name) for name in dimensions]
    keys, sizes = [row_unit], [units]
    for column in coded:
        keys.append(column.codes)
        sizes.append(len(column.values))
    row, (unit, *parts) = combine_codes(keys, sizes, row_unit.size)
    counts = tally(row, unit.size)
    found = [Coded(part, column.values) for part, column in zip(parts, coded, strict=True)]
    cell, cells = combine(found, unit.size)
    size = int(cells[0].size) if cells else 1
    grids = plan.grids
    drawn = Elements(
        row=row,
        size=unit.size,
        largest=int(counts.max(initial=0)),
        weight=weight,
        exact=layers(weight, grids.step(), grids.rows, grids.deep),
        square=layers(weight * weight, grids.step(squared=True), grids.rows, grids.deep),
        grids=grids,
    )
    sums = _all_sums(source, plan, drawn, elements)
    return Part(
        unit=unit,
        cell=cell,
        rows=stack(sums, ROW_SUMS + SPREAD if elements else ROW_SUMS),
        cells=tuple(Coded(code, one.values) for code, one in zip(cells, coded, strict=True)),
        cell_rows=tally(cell, size, counts),
        moments=cell_moments(sums, cell, size),
    )


def _all_sums(
    source: Memory, plan: Plan, drawn: Elements, elements: bool
) -> list[dict[str, FloatArray]]:
    found: dict[Pair, dict[str, FloatArray]] = {}
    for pack in binary_packs(plan):
        for name, sums in zip(pack, _pack_sums(source, pack, drawn, elements), strict=True):
            inside = _inside(source.bits(name), sums, drawn) if elements else None
            level = _one_level(1, sums, inside)
            found |= {pair: level for pair in plan.pairs if pair.binary and pair.numerator == name}
    for pair in plan.pairs:
        if pair.levels is None:
            found[pair] = _numeric_sums(source, pair, drawn, elements)
        elif pair not in found:
            found |= _levels(source, plan, pair, drawn, elements)
    return [found[pair] for pair in plan.pairs]


def _levels(
    source: Memory, plan: Plan, pair: Pair, drawn: Elements, elements: bool
) -> dict[Pair, dict[str, FloatArray]]:
    """Sums of all the levels of a categorical variable."""
    assert pair.levels is not None  # noqa: S101 - chosen by the caller
    codes = source.coded(pair.numerator)
    place = {value: index for index, value in enumerate(pair.levels)}
    lookup = np.array([*(place[value] for value in codes.values), len(pair.levels)])
    state = lookup[codes.codes]
    (sums,) = _state_sums(state, (len(pair.levels) + 1,), drawn)
    inside = _inside(state, sums, drawn) if elements else None
    siblings = [p for p in plan.pairs if (p.numerator, p.levels) == (pair.numerator, pair.levels)]
    return {p: _one_level(p.level, sums, inside) for p in siblings}


def _pack_sums(
    source: Memory, pack: tuple[str, ...], drawn: Elements, elements: bool
) -> list[LevelSums]:
    """Sums of each 0/1 variable of a pack.

    A pass over the elements costs the same for one variable as for the combinations of a few, as
    long as the table of combinations is not much larger than the elements.
    """
    widths = (STATES,) * len(pack)
    if not elements and drawn.size * math.prod(widths) <= TABLE * drawn.row.size:
        return _state_sums(source.together(pack), widths, drawn)
    return [_state_sums(source.bits(name), (STATES,), drawn)[0] for name in pack]


def _state_sums(
    together: npt.NDArray[np.integer], widths: tuple[int, ...], drawn: Elements
) -> list[LevelSums]:
    """Counts and sums by (state, row) of variables whose states are the digits of `together`.

    The margins are sums on the grid like the passes themselves, hence exact.
    """
    combinations = math.prod(widths)
    code = together * np.int64(drawn.size)
    code += drawn.row

    def sums(layers: Sequence[FloatArray | None]) -> list[FloatArray]:
        tables = [tally(code, drawn.size * combinations, layer) for layer in layers]
        margins = [_margins(table, widths) for table in tables]
        return [np.add.reduce(same) for same in zip(*margins, strict=True)]

    found = zip(sums([None]), sums(drawn.exact), sums(drawn.square), strict=True)
    return [LevelSums(*three) for three in found]


def _margins(table: FloatArray, widths: tuple[int, ...]) -> list[FloatArray]:
    """(states, rows) of every variable from the table of their combinations."""
    if len(widths) == 1:
        return [table.reshape(widths[0], -1)]
    first, rest = widths[0], widths[1:]
    whole = table.reshape(first, math.prod(rest), -1)
    return [whole.sum(axis=1), *_margins(whole.sum(axis=0), rest)]


def _inside(state: npt.NDArray[np.integer], sums: LevelSums, drawn: Elements) -> FloatArray:
    """Spread of the weights inside every (state, row), without the missing."""
    code = state * np.int64(drawn.size)
    code += drawn.row
    gap = drawn.weight - (sums.weight / np.maximum(sums.count, 1.0)).ravel()[code]
    spread = group_sums(code, gap * gap, sums.count.size, drawn.largest)
    return spread.reshape(sums.count.shape)[:-1]


def _one_level(level: int, sums: LevelSums, inside: FloatArray | None) -> dict[str, FloatArray]:
    n, w, q = sums.count[:-1], sums.weight[:-1], sums.square[:-1]
    a, b, qaa = w[level], w.sum(axis=0), q[level]
    found = {"n": n.sum(axis=0), "ones": n[level], "a": a, "b": b, "w": b}
    found |= {"qaa": qaa, "qab": qaa, "qbb": q.sum(axis=0), "saa": a, "sab": a, "sbb": b}
    if inside is not None:
        found |= _level_spread(level, n, w, inside)
    return found


def _level_spread(
    level: int, n: FloatArray, w: FloatArray, inside: FloatArray
) -> dict[str, FloatArray]:
    """Spread of (w·u, w·v) from the count, weight sum and weight spread of every level."""
    count = np.maximum(n.sum(axis=0), 1.0)
    holds = np.zeros((n.shape[0], 1))
    holds[level] = 1.0
    mean_v = w / np.maximum(n, 1.0)
    mean_u = mean_v * holds
    gap_v = mean_v - w.sum(axis=0) / count
    gap_u = mean_u - w[level] / count
    square = (inside + n * gap_v**2).sum(axis=0)
    cross = (inside * holds + n * gap_u * gap_v).sum(axis=0)
    slope = _slope(cross, square, (w**2).sum(axis=0) / count)
    rest = (inside * (holds - slope) ** 2).sum(axis=0)
    rest += (n * (gap_u - slope * gap_v) ** 2).sum(axis=0)
    return {"square": square, "slope": slope, "rest": rest}


def _slope(cross: FloatArray, square: FloatArray, size: FloatArray) -> FloatArray:
    """cross/square; 0 where the spread of w·v is nothing but rounding."""
    real = square > 1e-26 * size
    return np.where(real, cross / np.where(real, square, 1.0), 0.0)


def _numeric_sums(
    source: Memory, pair: Pair, drawn: Elements, elements: bool
) -> dict[str, FloatArray]:
    values, known = source.numbers(pair.numerator)
    u = values - pair.shift
    v = np.ones(u.size)
    if pair.denominator is not None:
        v, below_known = source.numbers(pair.denominator)
        known = known & below_known
    drawn = drawn.where(known)
    if drawn.row.size < u.size:
        u, v = u[known], v[known]
    sums = _numeric_terms(pair, drawn, u, v)
    if elements:
        sums |= _numeric_spread(sums, drawn, u, v)
    return sums


def _numeric_terms(
    pair: Pair, drawn: Elements, u: FloatArray, v: FloatArray
) -> dict[str, FloatArray]:
    """Exact sums of the products of weight, numerator and denominator."""
    w, top, bottom = drawn.weight, pair.top, pair.bottom

    def total(values: FloatArray, *bounds: float, squared: bool = False) -> FloatArray:
        step = drawn.grids.step(*bounds, squared=squared)
        parts = layers(values, step, drawn.grids.rows, True)
        return layer_sums(drawn.row, drawn.size, parts)

    wu, wv = w * u, w * v
    weight = layer_sums(drawn.row, drawn.size, drawn.exact)
    plain = pair.denominator is None
    sums = {
        "n": tally(drawn.row, drawn.size),
        "ones": np.full(drawn.size, np.nan),
        "a": total(wu, top),
        "w": weight,
        "qaa": total(wu * wu, top, top, squared=True),
        "qab": total(wu * wv, top, bottom, squared=True),
        "saa": total(wu * u, top, top),
    }
    sums["b"] = weight if plain else total(wv, bottom)
    sums["qbb"] = total(wv * wv, bottom, bottom, squared=True)
    sums["sab"] = sums["a"] if plain else total(wu * v, top, bottom)
    sums["sbb"] = weight if plain else total(wv * v, bottom, bottom)
    return sums


def _numeric_spread(
    sums: dict[str, FloatArray], drawn: Elements, u: FloatArray, v: FloatArray
) -> dict[str, FloatArray]:
    """Spread of (w·u, w·v) inside every row, in two passes."""
    count = np.maximum(sums["n"], 1.0)
    row, size, largest = drawn.row, drawn.size, drawn.largest
    du = drawn.weight * u - (sums["a"] / count)[row]
    dv = drawn.weight * v - (sums["b"] / count)[row]
    square = group_sums(row, dv * dv, size, largest)
    cross = group_sums(row, du * dv, size, largest)
    slope = _slope(cross, square, sums["b"] ** 2 / count)
    gap = du - slope[row] * dv
    return {"square": square, "slope": slope, "rest": group_sums(row, gap * gap, size, largest)}
