"""Variance of linear combinations of domain totals when weights were calibrated or adjusted.

The value that counts for an element is no longer its weighted contribution z = α·wu + β·wv to the
column, but d times the influence on the *first* weight d: the residual of each calibration in
turn (Deville & Särndal 1992). It is z + d·shift, with one shift for all elements of a *class*
(samling.stats.weighting.adjustment), members of the column or not. So a column needs the base
rows of its members and one number per class; the elements are not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from samling.stats.cube.base import Base
from samling.stats.cube.columns import Columns
from samling.stats.errors import OptionError
from samling.stats.sampling.design import Design
from samling.stats.sampling.stages import FULL, Stage
from samling.stats.sampling.steps import Reweighted
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.weighting.adjustment import Carried, Chain
from samling.stats.weighting.matrices import Matrix

ROOM = 4_000_000  # numbers held at once, several times over


@dataclass(frozen=True)
class _Rows:
    """Base rows of some columns for some items: place of each, z summed and n, (rows, items).

    `line` is the row's column, counted from the first of these columns.
    """

    row: IntArray
    line: IntArray
    group: IntArray
    columns: int
    alpha: FloatArray
    beta: FloatArray
    z: FloatArray
    n: FloatArray

    @property
    def width(self) -> int:
        """Number of (column, item) pairs."""
        return self.columns * int(self.z.shape[1])

    def sums(self, place: IntArray, size: int) -> FloatArray:
        """Sums of z by place and column, (size, columns·items)."""
        found = sum_rows(self.z, place * self.columns + self.line, size * self.columns)
        return found.reshape(size, self.width)

    def pick(self, values: FloatArray, place: IntArray) -> FloatArray:
        """For every row its own columns of values (size, columns·items) at its place."""
        cube = values.reshape(values.shape[0], self.columns, self.z.shape[1])
        return cube[place, self.line]


def calibrated_values(design: Design, base: Base, columns: Columns, pairs: IntArray) -> FloatArray:
    """Variance of every column for every item, (columns, items); see column_variance."""
    if design.lonely_domain != "keep":
        raise OptionError(
            f"lonely_domain={design.lonely_domain!r} has no meaning with calibrated weights, "
            'where every PSU counts in every domain. Use lonely_domain="keep".'
        )
    reweighted = design.reweighted
    assert reweighted is not None  # noqa: S101 - asked by the caller
    chain = reweighted.chain
    group = _row_classes(base, reweighted)
    stages = [_lay_out(design, stage, chain) for stage in design.sampling.stages]
    out = np.zeros((columns.size, pairs.size))
    widest = max([chain.size, *(layout.size for layout in stages)])
    for some, items in _chunks(columns, pairs.size, widest):
        rows = _rows(base, columns, pairs, group, some, items)
        sums = rows.sums(rows.group, chain.size)
        carried = chain.carry(_over(sums, chain.factor))
        value = _chance_variance(base, rows, pairs[items], chain, carried, sums)
        for layout in stages:
            value += layout.variance(design, base, rows, pairs[items], carried.shift)
        out[some, items] = value.reshape(rows.columns, -1)
    return out


def _over(sums: FloatArray, factor: FloatArray) -> FloatArray:
    """Sums with the first weights instead of the last; classes without weight have none."""
    return sums / np.where(factor > 0, factor, 1.0)[:, None]


def _row_classes(base: Base, reweighted: Reweighted) -> IntArray:
    """The class of every base row: the last dimension, which only the scan knows of."""
    place = base.dimensions.index(reweighted.class_name)
    values = np.array(base.values[place], dtype=np.int64)
    return np.asarray(values[base.cells[place][base.cell]])


def _chunks(columns: Columns, items: int, widest: int) -> Iterator[tuple[slice, slice]]:
    """Columns and items whose values for every class fit in the working memory."""
    room = max(1, ROOM // widest)
    width = min(items, room)
    height = max(1, room // max(width, 1))
    for first in range(0, columns.size, height):
        for start in range(0, items, max(width, 1)):
            yield slice(first, min(first + height, columns.size)), slice(start, start + width)


def _rows(
    base: Base, columns: Columns, pairs: IntArray, group: IntArray, some: slice, items: slice
) -> _Rows:
    start, stop = np.searchsorted(columns.column, [some.start, some.stop])
    row, of = columns.row[start:stop], columns.of[start:stop]
    chosen = pairs[items]
    alpha, beta = columns.alpha[of, items], columns.beta[of, items]
    n = base.n[row][:, chosen]
    z = alpha * base.a[row][:, chosen] + beta * base.b[row][:, chosen]
    z[n == 0] = 0.0
    line = columns.column[start:stop] - some.start
    return _Rows(row, line, group[row], some.stop - some.start, alpha, beta, z, n)


def _chance_variance(
    base: Base, rows: _Rows, pairs: IntArray, chain: Chain, carried: Carried, sums: FloatArray
) -> FloatArray:
    """What random response adds: Σ d g(g-1) e² of every nonresponse adjustment (columns·items).

    e = gain·u + shift; for members Σ d u² comes from the cells' moments.
    """
    out = np.zeros(rows.width)
    if not carried.chances:
        return out
    cell = base.cell[rows.row]
    order = np.lexsort((cell, rows.line))
    first = order[_starts(rows.line[order], cell[order])]
    cell, alpha, beta = cell[first], rows.alpha[first], rows.beta[first]
    moments = base.moments
    aa, ab, bb = (m[cell][:, pairs] for m in (moments.saa, moments.sab, moments.sbb))
    square = alpha**2 * aa + 2.0 * alpha * beta * ab + beta**2 * bb
    place = rows.group[first] * rows.columns + rows.line[first]
    squares = sum_rows(square, place, chain.size * rows.columns).reshape(chain.size, rows.width)
    factor = chain.factor
    squares, single = _over(squares, factor), _over(sums, factor)
    for chance, gain, shift in carried.chances:
        size = gain[:, None]
        total = size**2 * squares + 2.0 * size * shift * single
        total += shift**2 * chain.weight[:, None]
        out += chance @ total
    return np.maximum(out, 0.0)


def _starts(line: IntArray, cell: IntArray) -> IntArray:
    change = np.ones(line.size, dtype=bool)
    change[1:] = (line[1:] != line[:-1]) | (cell[1:] != cell[:-1])
    return np.flatnonzero(change)


@dataclass(frozen=True)
class _Clusters:
    """A stage whose units are clusters: Σ d of every class in every unit."""

    stage: Stage
    weight: Matrix

    @property
    def size(self) -> int:
        """Numbers held per column and item."""
        return int(self.stage.parent.size)

    def variance(
        self, design: Design, base: Base, rows: _Rows, pairs: IntArray, shift: FloatArray
    ) -> FloatArray:
        """Between the units' totals, (columns·items,)."""
        stage = self.stage
        totals = rows.sums(stage.unit[base.unit[rows.row]], self.size)
        totals += self.weight @ shift
        sums = sum_rows(totals, stage.parent, stage.counts.size)
        centre = _centre(design, stage, sums)
        gap = (totals - centre[stage.parent]) ** 2
        return _factor(design, stage) * np.asarray(stage.scale[stage.parent] @ gap)


@dataclass(frozen=True)
class _Elements:
    """A stage whose units are elements: how many there are of every class in every stratum.

    `stratum`, `group` and `count` are of the combinations that occur, sorted as `wide`; `first` is
    the first weight of every class.
    """

    stage: Stage
    stratum: IntArray
    group: IntArray
    count: FloatArray
    first: FloatArray
    wide: IntArray

    @property
    def size(self) -> int:
        """Numbers held per column and item."""
        return int(self.stratum.size)

    def variance(
        self, design: Design, base: Base, rows: _Rows, pairs: IntArray, shift: FloatArray
    ) -> FloatArray:
        """Within strata between elements, members of the column or not, (columns·items,)."""
        stage = self.stage
        stratum = stage.parent[base.unit[rows.row]]
        place = np.searchsorted(self.wide, stratum * self.first.size + rows.group)
        other = (self.first[:, None] * shift)[self.group]
        sums = rows.sums(stratum, stage.counts.size)
        sums += sum_rows(other * self.count[:, None], self.stratum, stage.counts.size)
        centre = _centre(design, stage, sums)
        members = sum_rows(rows.n, place * rows.columns + rows.line, self.size * rows.columns)
        left = self.count[:, None] - members.reshape(self.size, rows.width)
        gap = left * (other - centre[self.stratum]) ** 2
        value = stage.scale[self.stratum] @ gap
        value += self._members(base, rows, pairs, rows.pick(other, place), centre, stratum)
        return np.asarray(_factor(design, stage) * value)

    def _members(
        self,
        base: Base,
        rows: _Rows,
        pairs: IntArray,
        other: FloatArray,
        centre: FloatArray,
        stratum: IntArray,
    ) -> FloatArray:
        spread = base.spread
        assert spread is not None  # noqa: S101 - the base table was made for this design
        square, slope, rest = (
            part[rows.row][:, pairs] for part in (spread.square, spread.slope, spread.rest)
        )
        inside = rows.alpha**2 * rest + (rows.alpha * slope + rows.beta) ** 2 * square
        mean = rows.z / np.maximum(rows.n, 1.0) + other - rows.pick(centre, stratum)
        found = np.where(rows.n > 0, rows.n * mean**2 + inside, 0.0)
        found *= self.stage.scale[stratum][:, None]
        return sum_rows(found, rows.line, rows.columns).ravel()


def _lay_out(design: Design, stage: Stage, chain: Chain) -> _Clusters | _Elements:
    first, row_unit = design.first_weights(), design.row_unit()
    if not stage.elements:
        shape = (stage.parent.size, chain.size)
        matrix = sparse.coo_array((first, (stage.unit[row_unit], chain.row)), shape=shape)
        return _Clusters(stage, matrix.tocsr())
    stratum = stage.parent[row_unit]
    codes = [Coded(c, tuple(range(int(c.max()) + 1))) for c in (stratum, chain.row)]
    place, (strata, groups) = combine(codes, first.size)
    count = tally(place, strata.size)
    each = np.zeros(chain.size)
    each[chain.row] = first
    return _Elements(stage, strata, groups, count, each, strata * chain.size + groups)


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
