"""Taylor variance of linear combinations of domain totals, over all stages of the design.

A *column* is anything whose variance is wanted: a domain, or a difference of two. It is a set of
base rows, each with α and β: the row adds z = α·a + β·b. The variance adds up over the stages,
V = Σ_h reach_h (1-f_h) n_h/(n_h-1) Σ_i (z_hi - z̄_h)², where units without members of the column
count with z = 0 (Cochran 1977, ch. 5A; Särndal, Swensson & Wretman 1992, ch. 4; Lumley 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.cube.base import Base
from samling.stats.sampling.design import Design
from samling.stats.sampling.stages import FULL, Stage
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.source import BoolArray

CHUNK = 1_000_000  # numbers held at once, several times over, for each of a few threads


@dataclass(frozen=True)
class Columns:
    """Base rows of every column, sorted by column then row; α and β are (columns-or-rows, items).

    `of[k]` is the line of `alpha` and `beta` that row k uses.
    """

    row: IntArray
    column: IntArray
    size: int
    of: IntArray
    alpha: FloatArray
    beta: FloatArray


@dataclass(frozen=True)
class Variance:
    """Variance, and the first stage's units and strata with members, all (columns, items)."""

    value: FloatArray
    psus: FloatArray
    strata: FloatArray


@dataclass(frozen=True)
class _Groups:
    """The units of one stage with members: mean z, how many units, spread inside, place."""

    column: IntArray
    stratum: IntArray
    mean: FloatArray
    units: FloatArray
    inside: FloatArray | None


def column_variance(design: Design, base: Base, columns: Columns, pairs: IntArray) -> Variance:
    """Variance of every column for every item; `pairs[p]` is item p's pair in the base table."""
    items = pairs.size
    width = max(1, CHUNK // max(1, columns.row.size))
    parts = [
        _variance(design, base, columns, pairs[start : start + width], slice(start, start + width))
        for start in range(0, items, width)
    ]
    if not parts:
        empty = np.zeros((columns.size, 0))
        return Variance(empty, empty, empty)
    return Variance(
        np.concatenate([part.value for part in parts], axis=1),
        np.concatenate([part.psus for part in parts], axis=1),
        np.concatenate([part.strata for part in parts], axis=1),
    )


def _variance(
    design: Design, base: Base, columns: Columns, pairs: IntArray, items: slice
) -> Variance:
    alpha = columns.alpha[columns.of, items]
    beta = columns.beta[columns.of, items]
    z = alpha * _pick(base.a, columns.row, pairs)
    z += beta * _pick(base.b, columns.row, pairs)
    n = _pick(base.n, columns.row, pairs)
    z[n == 0] = 0.0
    value = np.zeros((columns.size, pairs.size))
    found: list[Variance] = []
    for stage in design.sampling.stages:
        if not (stage.scale > 0).any() and found:
            continue
        if stage.elements:
            groups = _element_groups(base, columns, stage, pairs, z, n, alpha, beta)
        else:
            groups = _cluster_groups(base, columns, stage, z, n)
        found.append(_stage_variance(design, stage, groups, columns.size))
        value += found[-1].value
    return Variance(value, found[0].psus, found[0].strata)


def _pick(values: FloatArray, rows: IntArray, pairs: IntArray) -> FloatArray:
    """Rows and columns of (rows, pairs); neighbouring columns are several times faster to take."""
    first = int(pairs[0])
    if (pairs == np.arange(first, first + pairs.size)).all():
        return values[:, first : first + pairs.size].take(rows, axis=0)
    return values.take(rows, axis=0).take(pairs, axis=1)


def _cluster_groups(
    base: Base, columns: Columns, stage: Stage, z: FloatArray, n: FloatArray
) -> _Groups:
    unit = stage.unit[base.unit[columns.row]]
    first = _starts(columns.column, unit)
    if not first.size:
        return _Groups(first, first, z, n, None)
    return _Groups(
        column=columns.column[first],
        stratum=stage.parent[unit[first]],
        mean=np.add.reduceat(z, first, axis=0),
        units=(np.add.reduceat(n, first, axis=0) > 0).astype(float),
        inside=None,
    )


def _element_groups(
    base: Base,
    columns: Columns,
    stage: Stage,
    pairs: IntArray,
    z: FloatArray,
    n: FloatArray,
    alpha: FloatArray,
    beta: FloatArray,
) -> _Groups:
    spread = base.spread
    assert spread is not None  # noqa: S101 - the base table was made for this design
    square, slope, rest = (
        _pick(sums, columns.row, pairs) for sums in (spread.square, spread.slope, spread.rest)
    )
    inside = alpha**2 * rest + (alpha * slope + beta) ** 2 * square
    inside[n == 0] = 0.0
    stratum = stage.parent[base.unit[columns.row]]
    return _Groups(columns.column, stratum, z / np.maximum(n, 1.0), n, inside)


def _starts(column: IntArray, place: IntArray) -> IntArray:
    change = np.ones(column.size, dtype=bool)
    change[1:] = (column[1:] != column[:-1]) | (place[1:] != place[:-1])
    return np.flatnonzero(change)


def _stage_variance(design: Design, stage: Stage, groups: _Groups, size: int) -> Variance:
    items = groups.mean.shape[1]
    first = _starts(groups.column, groups.stratum)
    if not first.size:
        empty = np.zeros((size, items))
        return Variance(empty, empty, empty)
    column, stratum = groups.column[first], groups.stratum[first]
    members = np.add.reduceat(groups.units, first, axis=0)
    total = np.add.reduceat(groups.mean * groups.units, first, axis=0)
    sampled = stage.counts[stratum][:, None]
    grand = sum_rows(total, column, size) / stage.counts.sum()
    present = members > 0
    alone, thin = _lonely(stage, stratum, members)
    centre = total / sampled
    adjusted = np.zeros_like(present)
    if design.lonely_psu == "adjust":
        adjusted |= alone
    if design.lonely_domain == "adjust":
        adjusted |= thin
    centre = np.where(adjusted, grand[column], centre)
    squares = _squares(groups, first, centre) + (sampled - members) * centre**2
    squares = np.where(present, squares, 0.0)
    if design.lonely_domain == "average":
        squares = np.where(thin, 0.0, squares)
    value = sum_rows(stage.scale[stratum][:, None] * squares, column, size)
    strata = sum_rows(present.astype(float), column, size)
    value *= _average_factor(design, strata, alone, thin, column)
    return Variance(value, sum_rows(members, column, size), strata)


def _squares(groups: _Groups, first: IntArray, centre: FloatArray) -> FloatArray:
    """Σ (z - centre)² over the units with members, per (column, stratum)."""
    segment = np.zeros(groups.column.size, dtype=np.int64)
    segment[first[1:]] = 1
    gap = groups.mean - centre[np.cumsum(segment)]
    gap *= gap
    gap *= groups.units
    if groups.inside is not None:
        gap += groups.inside
    return np.add.reduceat(gap, first, axis=0)


def _lonely(stage: Stage, stratum: IntArray, members: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Strata with one unit in the sample, and those with one unit in the column only."""
    open_ = (stage.fraction[stratum] < FULL)[:, None]
    one = (stage.counts[stratum] == 1)[:, None]
    present = members == 1
    return one & open_ & present, ~one & open_ & present


def _average_factor(
    design: Design,
    strata: FloatArray,
    alone: BoolArray,
    thin: BoolArray,
    column: IntArray,
) -> FloatArray | float:
    """Strata over strata that are not lonely, for the rule "average"; NaN if all are."""
    if design.lonely_psu != "average" and design.lonely_domain != "average":
        return 1.0
    lonely = np.zeros(alone.shape)
    if design.lonely_psu == "average":
        lonely += alone
    if design.lonely_domain == "average":
        lonely += thin
    left = strata - sum_rows(lonely, column, strata.shape[0])
    return np.where(strata > 0, np.where(left > 0, strata / np.maximum(left, 1.0), np.nan), 1.0)
