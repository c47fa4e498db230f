"""Variance of linear combinations of domain totals when weights were calibrated or adjusted.

The value that counts for an element is no longer its weighted contribution z = α·wu + β·wv to the
column, but d times the influence on the *first* weight d: the residual of each calibration in
turn (Deville & Särndal 1992). It is z + d·(shift B), with one row of `shift` for all elements of
a *class* (samling.stats.weighting.adjustment), members of the column or not, and coefficients B
of the column. So a column needs the base rows of its members and its B; elements are not read
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from samling.stats.cube.base import Base
from samling.stats.cube.columns import Columns, pick
from samling.stats.errors import OptionError
from samling.stats.sampling.design import Design
from samling.stats.sampling.layouts import ClusterLayout, ElementLayout
from samling.stats.sampling.stages import FULL, Stage
from samling.stats.sampling.steps import Reweighted
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.weighting.adjustment import Chain
from samling.stats.weighting.matrices import Matrix

ROOM = 250_000  # numbers held at once, several times over, for each of a few threads


@dataclass(frozen=True)
class _Rows:
    """Base rows of some columns for some items: z summed, n, α and β, (rows, items).

    `line` is the row's column, counted from the first of these columns, and `group` its class;
    `pairs` are the items' pairs in the base table.
    """

    row: IntArray
    line: IntArray
    group: IntArray
    columns: int
    pairs: IntArray
    alpha: FloatArray
    beta: FloatArray
    z: FloatArray
    n: FloatArray

    @property
    def width(self) -> int:
        """Number of (column, item) pairs."""
        return self.columns * int(self.pairs.size)

    def sums(self, place: IntArray, size: int) -> FloatArray:
        """Sums of z by place and column, (size, columns·items)."""
        found = sum_rows(self.z, place * self.columns + self.line, size * self.columns)
        return found.reshape(size, self.width)

    def coefficients(self, chain: Chain) -> FloatArray:
        """B of every column and item, (P, columns·items)."""
        influence = chain.influence
        factor = chain.factors[-1]
        found: Matrix = influence.member[self.group].tocoo()
        row, label = found.coords
        values = found.data / factor[self.group][row]
        size = influence.solve.shape[0]
        place = label * self.columns + self.line[row]
        summing: Matrix = sparse.csr_array(
            (values, (place, row)), shape=(size * self.columns, self.row.size)
        )
        return np.asarray(influence.solve @ (summing @ self.z).reshape(size, self.width))


def calibrated_values(design: Design, base: Base, columns: Columns, pairs: IntArray) -> FloatArray:
    """Variance of every column for every item, (columns, items); see column_variance.

    Raises OptionError for a rule about PSUs that are lonely in a domain only.
    """
    if design.lonely_domain != "keep":
        raise OptionError(
            f"lonely_domain={design.lonely_domain!r} has no meaning with calibrated weights, "
            'where every PSU counts in every domain. Use lonely_domain="keep".'
        )
    reweighted = design.reweighted
    assert reweighted is not None  # noqa: S101 - asked by the caller
    group = _row_classes(base, reweighted)
    out = np.zeros((columns.size, pairs.size))
    widest = max(layout.size for layout in design.layouts)
    if reweighted.chain.influence.chances:
        widest = max(widest, reweighted.chain.size)
    for some, items in _chunks(columns, pairs.size, widest):
        rows = _rows(base, columns, pairs, group, some, items)
        coefficients = rows.coefficients(reweighted.chain)
        value = _chance_variance(base, rows, reweighted.chain, coefficients)
        for layout in design.layouts:
            if isinstance(layout, ClusterLayout):
                value += _between_clusters(design, layout, base, rows, coefficients)
            else:
                value += _between_elements(design, layout, base, rows, coefficients)
        out[some, items] = value.reshape(rows.columns, -1)
    return out


def _row_classes(base: Base, reweighted: Reweighted) -> IntArray:
    """The class of every base row: the last dimension, which only the scan knows of."""
    place = base.dimensions.index(reweighted.class_name)
    values = np.array(base.values[place], dtype=np.int64)
    return np.asarray(values[base.cells[place][base.cell]])


def _chunks(columns: Columns, items: int, widest: int) -> Iterator[tuple[slice, slice]]:
    """Columns and items whose values for every unit fit in the working memory."""
    room = max(1, ROOM // widest)
    width = min(items, room)
    height = max(1, room // max(width, 1))
    for first in range(0, columns.size, height):
        for start in range(0, items, max(width, 1)):
            stop = min(start + width, items)
            yield slice(first, min(first + height, columns.size)), slice(start, stop)


def _rows(
    base: Base, columns: Columns, pairs: IntArray, group: IntArray, some: slice, items: slice
) -> _Rows:
    start, stop = np.searchsorted(columns.column, [some.start, some.stop])
    row, of = columns.row[start:stop], columns.of[start:stop]
    chosen = pairs[items]
    alpha, beta = columns.alpha[of, items], columns.beta[of, items]
    n = pick(base.n, row, chosen)
    z = alpha * pick(base.a, row, chosen)
    z += beta * pick(base.b, row, chosen)
    z[n == 0] = 0.0
    line = columns.column[start:stop] - some.start
    return _Rows(row, line, group[row], some.stop - some.start, chosen, alpha, beta, z, n)


def _chance_variance(base: Base, rows: _Rows, chain: Chain, coefficients: FloatArray) -> FloatArray:
    """What random response adds: Σ d² f g(g-1) e² of every nonresponse adjustment.

    e = gain·u + rest; for members Σ d u² comes from the cells' moments.
    """
    out = np.zeros(rows.width)
    chances = chain.influence.chances
    if not chances:
        return out
    cell = base.cell[rows.row]
    order = np.lexsort((cell, rows.line))
    first = order[_starts(rows.line[order], cell[order])]
    cell, alpha, beta = cell[first], rows.alpha[first], rows.beta[first]
    moments = base.moments
    aa, ab, bb = (pick(m, cell, rows.pairs) for m in (moments.saa, moments.sab, moments.sbb))
    square = alpha**2 * aa + 2.0 * alpha * beta * ab + beta**2 * bb
    place = rows.group[first] * rows.columns + rows.line[first]
    factor = chain.factors[-1]
    over = np.where(factor > 0, factor, 1.0)[:, None]
    squares = sum_rows(square, place, chain.size * rows.columns).reshape(chain.size, -1) / over
    single = rows.sums(rows.group, chain.size) / over
    for chance in chances:
        rest, gain = np.asarray(chance.rest @ coefficients), chance.gain[:, None]
        total = gain**2 * squares + 2.0 * gain * rest * single
        total += rest**2 * chain.weight[:, None]
        out += chance.weight @ total
    return np.maximum(out, 0.0)


def _starts(line: IntArray, cell: IntArray) -> IntArray:
    change = np.ones(line.size, dtype=bool)
    change[1:] = (line[1:] != line[:-1]) | (cell[1:] != cell[:-1])
    return np.flatnonzero(change)


def _between_clusters(
    design: Design, layout: ClusterLayout, base: Base, rows: _Rows, coefficients: FloatArray
) -> FloatArray:
    """Between the clusters' totals, (columns·items,)."""
    stage = layout.stage
    totals = rows.sums(stage.unit[base.unit[rows.row]], layout.size)
    totals += layout.shift @ coefficients
    sums = sum_rows(totals, stage.parent, stage.counts.size)
    totals -= _centre(design, stage, sums)[stage.parent]
    totals *= totals
    return _factor(design, stage) * np.asarray(stage.scale[stage.parent] @ totals)


def _between_elements(
    design: Design, layout: ElementLayout, base: Base, rows: _Rows, coefficients: FloatArray
) -> FloatArray:
    """Within strata between elements, members of the column or not, (columns·items,)."""
    stage = layout.stage
    stratum = stage.parent[base.unit[rows.row]]
    sums = rows.sums(stratum, stage.counts.size) + layout.total @ coefficients
    centre = _centre(design, stage, sums)
    gap = np.asarray(layout.shift @ coefficients)
    gap -= centre[layout.stratum]
    gap = gap.reshape(layout.size * rows.columns, -1)
    place = layout.find(stratum, rows.group)
    key = place * rows.columns + rows.line
    value = _members(stage, base, rows, gap[key], stratum)
    gap *= gap
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    if first.size:
        inside = np.add.reduceat(rows.n[order], first, axis=0)
        some = order[first]
        # the share of the combination's elements that are not members; none is exactly 0
        gap[key[some]] *= 1.0 - inside / layout.count[place[some]][:, None]
    weight = stage.scale[layout.stratum] * layout.count
    value += weight @ gap.reshape(layout.size, rows.width)
    return np.asarray(_factor(design, stage) * value)


def _members(
    stage: Stage, base: Base, rows: _Rows, other: FloatArray, stratum: IntArray
) -> FloatArray:
    """Σ scale (z + other)² over the members; `other` (rows, items) holds shift and centre."""
    spread = base.spread
    assert spread is not None  # noqa: S101 - the base table was made for this design
    parts = (spread.square, spread.slope, spread.rest)
    square, slope, rest = (pick(part, rows.row, rows.pairs) for part in parts)
    inside = rows.alpha**2 * rest + (rows.alpha * slope + rows.beta) ** 2 * square
    mean = rows.z / np.maximum(rows.n, 1.0) + other
    found = np.where(rows.n > 0, rows.n * mean**2 + inside, 0.0)
    found *= stage.scale[stratum][:, None]
    return sum_rows(found, rows.line, rows.columns).ravel()


def _centre(design: Design, stage: Stage, sums: FloatArray) -> FloatArray:
    """What each stratum's values are held against, (strata, columns·items)."""
    centre = sums / stage.counts[:, None]
    if design.lonely_psu == "adjust":
        lonely = (stage.counts == 1) & (stage.fraction < FULL)
        centre[lonely] = sums.sum(axis=0) / stage.counts.sum()
    return centre


def _factor(design: Design, stage: Stage) -> float:
    """Strata over strata that are not lonely, for the rule "average"; NaN if all are."""
    lonely = int(((stage.counts == 1) & (stage.fraction < FULL)).sum())
    if design.lonely_psu != "average" or not lonely:
        return 1.0
    left = stage.counts.size - lonely
    return stage.counts.size / left if left else float("nan")
