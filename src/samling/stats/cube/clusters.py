"""How many of the first stage's units, and of which strata, have members in a domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from samling.stats.cube.columns import pick
from samling.stats.cube.figures import Basis
from samling.stats.cube.grouping import Grouping
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.keys import compress


@dataclass(frozen=True)
class Clusters:
    """Members of the first stage's units: `n` by (place, unit) and item, and by (place, stratum).

    `key` is place·units + unit, or place·strata + stratum where elements are the units; `stratum`
    is place·strata + stratum of every key, and `counts` the units of every stratum.
    """

    key: IntArray
    n: FloatArray
    stratum: IntArray
    counts: FloatArray
    width: int
    size: int
    elements: bool

    @cached_property
    def here(self) -> tuple[IntArray, FloatArray]:
        """The (place, stratum) that occur, and their units with members by item."""
        distinct, group = compress(self.stratum, self.size * self.counts.size)
        members = self.n if self.elements else (self.n > 0).astype(float)
        return distinct, sum_rows(members, group, distinct.size)

    def _by_place(self, values: FloatArray) -> FloatArray:
        return sum_rows(values, self.here[0] // self.counts.size, self.size)

    @property
    def psus(self) -> FloatArray:
        """m, units with members (places, items)."""
        return self._by_place(self.here[1])

    @property
    def strata(self) -> FloatArray:
        """Strata with members (places, items)."""
        return self._by_place((self.here[1] > 0).astype(float))

    @property
    def filled(self) -> FloatArray:
        """Σ m_h²/M_h (places, items)."""
        distinct, here = self.here
        return self._by_place(here**2 / self.counts[distinct % self.counts.size][:, None])

    def without(self, parts: Clusters, whole: IntArray) -> tuple[FloatArray, FloatArray]:
        """Units and strata of what is left of each part's whole, both (parts, items).

        A unit is left unless all of its members are the part's.
        """
        part, unit = parts.key // self.width, parts.key % self.width
        at = np.searchsorted(self.key, whole[part] * self.width + unit)
        whole_unit = (parts.n > 0) & (parts.n == self.n[at])
        gone = parts.n if self.elements else whole_unit.astype(float)
        strata = self.counts.size
        distinct, group = compress(parts.stratum, parts.size * strata)
        taken = sum_rows(gone, group, distinct.size)
        part, stratum = distinct // strata, distinct % strata
        mine, here = self.here
        full = here[np.searchsorted(mine, whole[part] * strata + stratum)]
        emptied = ((taken > 0) & (taken == full)).astype(float)
        left = (sum_rows(values, part, parts.size) for values in (taken, emptied))
        psus, open_ = (
            every[whole] - less for every, less in zip((self.psus, self.strata), left, strict=True)
        )
        return psus, open_


def clusters_of(basis: Basis, domain: IntArray, size: int) -> Clusters:
    """The first stage's units with members of every domain; `domain[c]` is that of cell c."""
    base, stage = basis.base, basis.design.sampling.stages[0]
    of_row = domain[base.cell]
    row = np.flatnonzero(of_row >= 0)
    unit = base.unit[row]
    strata = stage.counts.size
    width = strata if stage.elements else stage.parent.size
    place = stage.parent[unit] if stage.elements else stage.unit[unit]
    key, group = compress(of_row[row] * width + place, size * width)
    stratum = key % width if stage.elements else stage.parent[key % width]
    return Clusters(
        key=key,
        n=sum_rows(pick(base.n, row, basis.pairs), group, key.size),
        stratum=key // width * strata + stratum,
        counts=stage.counts,
        width=width,
        size=size,
        elements=stage.elements,
    )


def clusters_of_rest(
    basis: Basis, grouping: Grouping, dimension: str
) -> tuple[FloatArray, FloatArray]:
    """Units and strata of the rest of every domain's margin over `dimension` (domains, items)."""
    margin, margins = grouping.without(dimension)
    if not grouping.size:
        nothing = np.zeros((0, basis.pairs.size))
        return nothing, nothing
    of_cell = np.where(grouping.domain >= 0, margin[grouping.domain], -1)
    whole = clusters_of(basis, of_cell, margins)
    return whole.without(clusters_of(basis, grouping.domain, grouping.size), margin)
