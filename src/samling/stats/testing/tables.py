"""Tables of weighted cells: who is where, and shares and totals that `infer` can work out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.cube.local import bring_here
from samling.stats.errors import TableError
from samling.stats.sampling.design import Design, require_design
from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.source import Memory, Where, require_columns


@dataclass(frozen=True)
class Crossing:
    """Each element's cell, -1 outside the table, and the categories of every variable.

    Cells are numbered with the last variable fastest. `missing` counts elements of the domain
    of study without a value of a variable, `outside` those of positive weight outside the domain,
    `zero_weight` those without weight, `n` those in each cell.
    """

    design: Design
    cell: IntArray
    levels: tuple[tuple[Any, ...], ...]
    n: FloatArray
    missing: int
    outside: int
    zero_weight: int

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(self.n.size)


def cross(design: Design, variables: Sequence[str], where: Where) -> Crossing:
    """Cross the variables among elements of positive weight for which `where` holds.

    The categories are those that occur. Raises UnknownVariableError, and TableError if nobody
    is left.
    """
    require_design(design)
    require_columns(design.source, variables, "the table")
    design, where = bring_here(design, variables, where)
    assert isinstance(design.source, Memory)  # noqa: S101 - brought here
    asked = design.source.mask(where)
    positive = design.element_weights() > 0
    inside = positive if asked is None else positive & asked
    coded = [design.coded(name) for name in variables]
    known = inside.copy()
    for column in coded:
        known &= column.codes >= 0
    if not known.any():
        raise TableError(
            f"Nobody of positive weight in the domain has a value of "
            f"{' and '.join(map(repr, variables))}, so there is no table. Look at `where` and at "
            "missing values."
        )
    cell = np.zeros(known.size, dtype=np.int64)
    levels = []
    for column in coded:
        present, place = np.unique(column.codes[known], return_inverse=True)
        levels.append(tuple(column.values[code] for code in present))
        cell[known] = cell[known] * present.size + place
    cell[~known] = -1
    cells = int(np.prod([len(values) for values in levels]))
    n = tally(cell[known], cells)
    return Crossing(
        design,
        cell,
        tuple(levels),
        n,
        missing=int(inside.sum() - known.sum()),
        outside=int(positive.sum() - inside.sum()),
        zero_weight=int((~positive).sum()),
    )


@dataclass(frozen=True)
class CellShares:
    """Share of the weight in each cell."""

    crossing: Crossing

    @property
    def names(self) -> tuple[str, ...]:
        """The cells by number."""
        return tuple(map(str, range(self.crossing.size)))

    def values(self, weights: FloatArray) -> FloatArray:
        """p = W_cell / W."""
        totals = CellTotals(self.crossing).values(weights)
        return np.asarray(totals / totals.sum())

    def influence(self, weights: FloatArray) -> FloatArray:
        """(1[cell] - p) / W for elements in the table."""
        totals = CellTotals(self.crossing)
        size = totals.values(weights)
        inside = (self.crossing.cell >= 0)[:, None]
        gap = totals.influence(weights) - inside * size / size.sum()
        return np.asarray(gap / size.sum())


@dataclass(frozen=True)
class CellTotals:
    """Weight in each cell."""

    crossing: Crossing

    @property
    def names(self) -> tuple[str, ...]:
        """The cells by number."""
        return tuple(map(str, range(self.crossing.size)))

    def values(self, weights: FloatArray) -> FloatArray:
        """Σ w in every cell."""
        inside = self.crossing.cell >= 0
        return tally(self.crossing.cell[inside], self.crossing.size, weights[inside])

    def influence(self, weights: FloatArray) -> FloatArray:
        """1 in the element's own cell."""
        return np.asarray(self.crossing.cell[:, None] == np.arange(self.crossing.size), dtype=float)
