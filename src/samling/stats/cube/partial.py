"""Parts of the base table, and putting them together.

A part holds the exact sums of some of the elements: all of them when the data is in memory, one
batch when it streams from an engine. Sums on a grid are exact, so parts may come in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samling.stats.cube.base import Base, Moments, Spread
from samling.stats.tables.exact import FloatArray, IntArray, tally
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
    ends = np.cumsum([part.cell_rows.size for part in parts])
    cells = [merge([part.cells[j] for part in parts]) for j in range(len(parts[0].cells))]
    index, found = combine(cells, int(ends[-1]))
    size = int(found[0].size) if found else 1
    cell = np.split(index, ends[:-1])
    wide = [p.unit * size + places[p.cell] for p, places in zip(parts, cell, strict=True)]
    distinct, position = compress(np.concatenate(wide), units * size)
    row = np.split(position, np.cumsum([part.unit.size for part in parts])[:-1])
    return Part(
        unit=distinct // size,
        cell=distinct % size,
        rows={n: _added([p.rows[n] for p in parts], row, distinct.size) for n in ROW_SUMS},
        cells=tuple(Coded(codes, c.values) for codes, c in zip(found, cells, strict=True)),
        cell_rows=_added([part.cell_rows for part in parts], cell, size),
        moments={n: _added([p.moments[n] for p in parts], cell, size) for n in MOMENTS},
    )


def _added(sums: Sequence[FloatArray], places: Sequence[IntArray], size: int) -> FloatArray:
    """The parts' rows added in their places, of which each part has every one at most once."""
    out = np.zeros((size, *sums[0].shape[1:]))
    for values, place in zip(sums, places, strict=True):
        out[place] += values
    return out


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
