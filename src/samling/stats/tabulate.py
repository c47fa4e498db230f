"""Counting elements in memory into a part of the base table: one pass per variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from samling.stats.exact import FloatArray, IntArray, group_sums, layer_sums, layers, tally
from samling.stats.keys import Coded, combine, compress
from samling.stats.partial import MOMENTS, ROW_SUMS, SPREAD, Part, cell_sums, stack
from samling.stats.plan import Grids, Pair, Plan
from samling.stats.source import Memory


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
    cell, parts = combine([source.coded(name) for name in dimensions], row_unit.size)
    cells = int(parts[0].size) if parts else 1
    distinct, row = compress(row_unit * cells + cell, units * cells)
    grids = plan.grids
    largest = int(np.bincount(row, minlength=1).max())
    drawn = Elements(
        row=row,
        size=distinct.size,
        largest=largest,
        weight=weight,
        exact=layers(weight, grids.step(), grids.rows, grids.deep),
        square=layers(weight * weight, grids.step(squared=True), grids.rows, grids.deep),
        grids=grids,
    )
    sums = _all_sums(source, plan, drawn, elements)
    row_cell = distinct % cells
    coded = [source.coded(name).values for name in dimensions]
    return Part(
        unit=distinct // cells,
        cell=row_cell,
        rows=stack(sums, ROW_SUMS + SPREAD if elements else ROW_SUMS),
        cells=tuple(Coded(code, values) for code, values in zip(parts, coded, strict=True)),
        cell_rows=tally(cell, cells),
        moments=stack([cell_sums(s, row_cell, cells) for s in sums], MOMENTS),
    )


def _all_sums(
    source: Memory, plan: Plan, drawn: Elements, elements: bool
) -> list[dict[str, FloatArray]]:
    found: dict[Pair, dict[str, FloatArray]] = {}
    for pair in plan.pairs:
        if pair in found:
            continue
        if pair.levels is None:
            found[pair] = _numeric_sums(source, pair, drawn, elements)
            continue
        siblings = [
            p for p in plan.pairs if (p.numerator, p.levels) == (pair.numerator, pair.levels)
        ]
        found.update(_level_sums(source, siblings, drawn, elements))
    return [found[pair] for pair in plan.pairs]


def _states(source: Memory, pair: Pair) -> npt.NDArray[np.integer]:
    """Level index of every element; the number of levels where missing."""
    assert pair.levels is not None  # noqa: S101 - chosen by the caller
    if pair.binary:
        return source.bits(pair.numerator)
    codes = source.coded(pair.numerator)
    place = {value: index for index, value in enumerate(pair.levels)}
    lookup = np.array([*(place[value] for value in codes.values), len(pair.levels)])
    return lookup[codes.codes]


def _level_sums(
    source: Memory, pairs: Sequence[Pair], drawn: Elements, elements: bool
) -> dict[Pair, dict[str, FloatArray]]:
    """Sums of every level's pair at once: count by (row, level)."""
    assert pairs[0].levels is not None  # noqa: S101 - chosen by the caller
    width = len(pairs[0].levels) + 1
    state = drawn.row * width
    state += _states(source, pairs[0])
    shape = (drawn.size, width)
    length = drawn.size * width
    counts = tally(state, length)
    weight = layer_sums(state, length, drawn.exact)
    square = layer_sums(state, length, drawn.square)
    n, w, q = (values.reshape(shape)[:, :-1] for values in (counts, weight, square))
    inside: FloatArray | None = None
    if elements:
        middle = weight / np.maximum(counts, 1.0)
        gap = drawn.weight - middle[state]
        inside = group_sums(state, gap * gap, length, drawn.largest).reshape(shape)[:, :-1]
    return {pair: _one_level(pair.level, n, w, q, inside) for pair in pairs}


def _one_level(
    level: int, n: FloatArray, w: FloatArray, q: FloatArray, inside: FloatArray | None
) -> dict[str, FloatArray]:
    a, b, qaa = w[:, level], w.sum(axis=1), q[:, level]
    sums = {"n": n.sum(axis=1), "ones": n[:, level], "a": a, "b": b, "w": b}
    sums |= {"qaa": qaa, "qab": qaa, "qbb": q.sum(axis=1), "saa": a, "sab": a, "sbb": b}
    if inside is not None:
        sums |= _level_spread(level, n, w, inside)
    return sums


def _level_spread(
    level: int, n: FloatArray, w: FloatArray, inside: FloatArray
) -> dict[str, FloatArray]:
    """Spread of (w·u, w·v) from the count, weight sum and weight spread of every level."""
    count = np.maximum(n.sum(axis=1), 1.0)[:, None]
    holds = np.zeros(n.shape[1])
    holds[level] = 1.0
    mean_v = w / np.maximum(n, 1.0)
    mean_u = mean_v * holds
    gap_v = mean_v - w.sum(axis=1)[:, None] / count
    gap_u = mean_u - w[:, level : level + 1] / count
    square = (inside + n * gap_v**2).sum(axis=1)
    cross = (inside * holds + n * gap_u * gap_v).sum(axis=1)
    slope = _slope(cross, square, (w**2).sum(axis=1) / count[:, 0])
    rest = (inside * (holds - slope[:, None]) ** 2).sum(axis=1)
    rest += (n * (gap_u - slope[:, None] * gap_v) ** 2).sum(axis=1)
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
