"""Every domain's sums in every replicate, and the variances that they give.

Where replicates multiply whole units' weights (those that are made from PSUs), the base table is
enough: each row's sums are multiplied by its unit's factor. Given weights, and replicates of
elements, need the elements themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from samling.stats.cube.base import Base
from samling.stats.cube.partial import assemble
from samling.stats.cube.plan import Grids, Plan
from samling.stats.cube.tabulate import tabulate
from samling.stats.errors import OptionError
from samling.stats.sampling.design import Design
from samling.stats.sampling.replicates import Replication
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import Memory, Where

TOGETHER = 32  # replicates worked on at once


@dataclass(frozen=True)
class Copies:
    """What the replicates' sums are made of: a table by (unit, cell), and factors of its units.

    With `by_unit` the table is the base table and the units are the first stage's; otherwise
    the units are the rows of the data, whose sums are not weighted yet.
    """

    design: Design
    made: Replication
    by_unit: bool
    unit: IntArray
    cell: IntArray
    a: FloatArray
    b: FloatArray

    def sums(self, domain: IntArray, size: int, pairs: IntArray) -> tuple[FloatArray, FloatArray]:
        """Σ w·u and Σ w·v of every domain, pair and replicate, both (domains, pairs, replicates).

        `domain[c]` is cell c's domain, -1 for none.
        """
        of_row = domain[self.cell]
        row = np.flatnonzero(of_row >= 0)
        place = (of_row[row], self.unit[row])
        out = np.zeros((2, size, pairs.size, self.made.size))
        for part, factors in self._factors():
            shape = (size, factors.shape[0])
            for index, pair in enumerate(pairs):
                for side, sums in enumerate((self.a, self.b)):
                    matrix = sparse.csr_matrix((sums[row, pair], place), shape=shape)
                    out[side, :, index, part] = matrix @ factors
        return out[0], out[1]

    def _factors(self) -> Iterator[tuple[slice, FloatArray]]:
        for start in range(0, self.made.size, TOGETHER):
            part = slice(start, min(start + TOGETHER, self.made.size))
            if self.by_unit:
                assert self.made.factors is not None  # noqa: S101 - so it was made
                yield part, self.made.factors[:, part]
            else:
                yield part, self.design.replicate_weights(part)

    def variance(self, values: FloatArray, estimate: FloatArray) -> FloatArray:
        """Variance of estimates (..) from their replicates (.., replicates)."""
        return replicate_variance(self.made, values, estimate)


def replicate_variance(made: Replication, values: FloatArray, estimate: FloatArray) -> FloatArray:
    """Variance of estimates (..) from their replicates (.., replicates).

    NaN where a replicate has no value: leaving it out would pass over the very unit on which the
    estimate hangs.
    """
    centre = estimate if made.from_full else values[..., made.scale > 0].mean(axis=-1)
    gap = values - centre[..., None]
    return np.asarray((gap * gap * made.scale).sum(axis=-1))


def make_copies(
    design: Design, base: Base, plan: Plan, dimensions: Sequence[str], where: Where
) -> Copies | None:
    """None for a design without replicates."""
    made = design.replication
    if made is None:
        return None
    first = design.sampling.stages[0]
    if design.same_by_unit() and not first.elements:
        return Copies(design, made, True, first.unit[base.unit], base.cell, base.a, base.b)
    rows = _elements(design, plan, dimensions, where)
    return Copies(design, made, False, rows.unit, rows.cell, rows.a, rows.b)


def _elements(design: Design, plan: Plan, dimensions: Sequence[str], where: Where) -> Base:
    """A base table in which every element is a unit of its own, with weight 1."""
    source = design.source
    if not isinstance(source, Memory):
        raise OptionError(
            "Replicates of elements need the data in memory: use design.in_memory(columns)."
        )
    chosen = design.element_weights() > 0
    asked = source.mask(where)
    chosen = chosen if asked is None else chosen & asked
    row = np.flatnonzero(chosen)
    alone = replace(plan, grids=Grids(1.0, 1.0, True))
    size = source.table.num_rows
    part = tabulate(source.filter(chosen), row, size, np.ones(row.size), alone, dimensions, False)
    return assemble([part], size, dimensions)
