"""Parts of the base table, and putting them together.

A part holds the exact sums of some of the elements: all of them when the data is in memory, one
batch when it streams from an engine. Sums on a grid are exact, so parts may come in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samling.stats.cube.base import Base, Moments, Spread
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows, tally
from samling.stats.tables.keys import Coded, combine, compress, merge

ROW_SUMS = ("n", "a", "b")
MOMENTS = ("n", "ones", "a", "b", "w", "qaa", "qab", "qbb", "saa", "sab", "sbb")
SPREAD = ("square", "slope", "rest")


@dataclass(frozen=True)
class Part:
    """Sums per (unit, cell) in `rows` and per cell in `moments`, each (.., pairs) by name.

    `cells[j]` are the cells' codes of dimension j; `cell_rows` counts their elements.
    """

    unit: IntArray
    cell: IntArray
    rows: dict[str, FloatArray]
    cells: tuple[Coded, ...]
    cell_rows: FloatArray
    moments: dict[str, FloatArray]

    @property
    def spread(self) -> Spread | None:
        """The spread inside rows, if elements are sampling units."""
        if SPREAD[0] not in self.rows:
            return None
        return Spread(*(self.rows[name] for name in SPREAD))


def assemble(parts: Sequence[Part], units: int, dimensions: Sequence[str]) -> Base:
    """One base table of all parts; a part with `spread` must be the only one."""
    part = parts[0] if len(parts) == 1 else join(parts, units)
    return Base(
        unit=part.unit,
        cell=part.cell,
        a=part.rows["a"],
        b=part.rows["b"],
        n=part.rows["n"],
        spread=part.spread,
        dimensions=tuple(dimensions),
        values=tuple(item.values for item in part.cells),
        cells=tuple(item.codes for item in part.cells),
        cell_rows=part.cell_rows,
        moments=Moments(**part.moments),
    )


def join(parts: Sequence[Part], units: int) -> Part:
    """Add parts together; rows and cells end up sorted."""
    starts = np.cumsum([0, *(part.cell_rows.size for part in parts)])
    cells = [merge([part.cells[j] for part in parts]) for j in range(len(parts[0].cells))]
    index, found = combine(cells, int(starts[-1]))
    size = int(found[0].size) if found else 1
    counts = tally(index, size, np.concatenate([part.cell_rows for part in parts]))
    moments = {
        name: sum_rows(np.concatenate([part.moments[name] for part in parts]), index, size)
        for name in MOMENTS
    }
    moved = [index[part.cell + start] for part, start in zip(parts, starts, strict=False)]
    wide = np.concatenate([p.unit * size + cell for p, cell in zip(parts, moved, strict=True)])
    distinct, row = compress(wide, units * size)
    rows = {
        name: sum_rows(np.concatenate([part.rows[name] for part in parts]), row, distinct.size)
        for name in ROW_SUMS
    }
    coded = tuple(Coded(codes, c.values) for codes, c in zip(found, cells, strict=True))
    return Part(distinct // size, distinct % size, rows, coded, counts, moments)


def cell_moments(
    sums: Sequence[dict[str, FloatArray]], cell: IntArray, size: int
) -> dict[str, FloatArray]:
    """Moments of every pair per cell, (cells, pairs), from its sums per row."""
    pairs = len(sums)
    place = (np.arange(pairs)[:, None] * size + cell).ravel()
    done: dict[tuple[int, ...], FloatArray] = {}
    found: dict[str, FloatArray] = {}
    for name in MOMENTS:
        # Many moments of a proportion are the same sums, some of them those of other moments.
        same = tuple(id(one[name]) for one in sums)
        if same not in done:
            values = np.concatenate([one[name] for one in sums])
            flat = tally(place, pairs * size, values)
            done[same] = np.ascontiguousarray(flat.reshape(pairs, size).T)
        found[name] = done[same]
    return found


def stack(columns: Sequence[dict[str, FloatArray]], names: Sequence[str]) -> dict[str, FloatArray]:
    """Columns of single pairs as (.., pairs) arrays."""
    return {
        name: np.ascontiguousarray(np.array([column[name] for column in columns]).T)
        for name in names
    }
