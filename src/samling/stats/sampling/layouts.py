"""How the classes of a reweighted design lie in its sampled units, for every stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from samling.stats.sampling.stages import Stage
from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.weighting.adjustment import Chain
from samling.stats.weighting.matrices import Matrix, scale_rows


@dataclass(frozen=True)
class ClusterLayout:
    """A stage whose units are clusters: `shift` (units, P) sums d·shift in every unit."""

    stage: Stage
    shift: FloatArray

    @property
    def size(self) -> int:
        """Numbers that are held for one variance."""
        return int(self.stage.parent.size)


@dataclass(frozen=True)
class ElementLayout:
    """A stage whose units are elements, by the combinations of stratum and class that occur.

    Of every combination: `stratum`, `count` of elements, and d·shift of each of them in `shift`
    (combinations, P). `total` (strata, P) are the strata's sums. `wide` is sorted and finds the
    combination: stratum · `classes` + class.
    """

    stage: Stage
    stratum: IntArray
    count: FloatArray
    shift: Matrix
    total: FloatArray
    wide: IntArray
    classes: int

    @property
    def size(self) -> int:
        """Numbers that are held for one variance."""
        return int(self.stratum.size)

    def find(self, stratum: IntArray, group: IntArray) -> IntArray:
        """The combination of each stratum and class."""
        return np.searchsorted(self.wide, stratum * self.classes + group)


Layout = ClusterLayout | ElementLayout


def lay_out_classes(stage: Stage, row_unit: IntArray, first: FloatArray, chain: Chain) -> Layout:
    """The layout of a stage; `row_unit` and the `first` weights are of all rows of the data."""
    shift = chain.influence.shift
    if not stage.elements:
        shape = (stage.parent.size, chain.size)
        weight: Matrix = sparse.coo_array((first, (stage.unit[row_unit], chain.row)), shape=shape)
        return ClusterLayout(stage, (weight.tocsr() @ shift).toarray())
    stratum = stage.parent[row_unit]
    sizes = (stage.counts.size, chain.size)
    codes = [Coded(c, tuple(range(n))) for c, n in zip((stratum, chain.row), sizes, strict=True)]
    place, (strata, groups) = combine(codes, first.size)
    count = tally(place, strata.size)
    each = np.zeros(chain.size)
    each[chain.row] = first
    values = scale_rows(shift[groups], each[groups])
    shape = (stage.counts.size, strata.size)
    summing: Matrix = sparse.coo_array((count, (strata, np.arange(strata.size))), shape=shape)
    total = (summing.tocsr() @ values).toarray()
    wide = strata * chain.size + groups
    return ElementLayout(stage, strata, count, values, total, wide, chain.size)
