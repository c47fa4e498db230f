"""What a change of weights does to variances: influence carried back from new weights to old.

A change turns weights d into w = factor·d, where the factors were made from the sample itself.
An estimate's influence u = ∂θ/∂w then becomes, with respect to d,

    factor·(u - x'B) + s'B,    B = (Σ d x̃ x')⁻¹ Σ d x̃ u

where s is x for totals that were themselves estimated from the sample and 0 for totals known
without error. Several changes are carried back from the last to the first (Deville & Särndal
1992; Särndal & Lundström 2005, ch. 11; Deville 1999).

Nothing in it depends on the element but u, the first weight and which *class* the element belongs
to, so it is worked out per class: the influence on the first weights is gain·u + shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samling.stats.tables.exact import FloatArray, IntArray, sum_rows, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.weighting.matrices import Matrix


@dataclass(frozen=True)
class Projection:
    """The regression that an adjustment takes out of the influence; all by cell.

    `x` (cells, p) is subtracted, `score` (cells, p) is x̃, `inverse` (p, p) that of Σ d x̃ x', and
    `back` (cells, p) is s, how the targets hang on the sample; None where they do not.
    """

    x: Matrix
    score: Matrix
    inverse: FloatArray
    back: Matrix | None = None

    def slopes(self, sums: FloatArray) -> FloatArray:
        """B (p, k) from Σ d u (cells, k)."""
        return np.asarray(self.inverse @ (self.score.T @ sums))


@dataclass(frozen=True)
class Adjustment:
    """One change of the weights: `cell` (rows,) of every element and the `factor` of every cell.

    `projection` is None when the factors count as given (trimming). `response` says that the
    change stands for a random response. Of the variance that this chance has, Σ d² g(g-1) e², the
    sampling variance holds the part 1 - f only, with f the share of the population that was
    sampled; the rest is added (Särndal & Lundström 2005, ch. 11: d f = 1 makes it Σ d g(g-1) e²).
    """

    cell: IntArray
    factor: FloatArray
    projection: Projection | None
    response: bool = False


@dataclass(frozen=True)
class Carried:
    """Influence on the first weights: gain·u + shift for an element of the class.

    `gain` (classes,), `shift` (classes, k). For every random response, in `chances`, its weight
    per class and the residual as gain·u + shift.
    """

    gain: FloatArray
    shift: FloatArray
    chances: tuple[tuple[FloatArray, FloatArray, FloatArray], ...]


@dataclass(frozen=True)
class Chain:
    """All adjustments of a design, by classes: combinations of the cells of each.

    `row` (rows,) is every element's class, `cells[j]` (classes,) the cell of adjustment j,
    `weight` (classes,) the sum of the first weights d, `share` (classes,) is d·f with f the
    sampling fraction, 0 without finite populations.
    """

    adjustments: tuple[Adjustment, ...]
    row: IntArray
    cells: tuple[IntArray, ...]
    weight: FloatArray
    share: FloatArray

    @property
    def size(self) -> int:
        """Number of classes."""
        return int(self.weight.size)

    @property
    def factor(self) -> FloatArray:
        """Product of all factors, per class."""
        found = np.ones(self.size)
        for adjustment, cell in zip(self.adjustments, self.cells, strict=True):
            found = found * adjustment.factor[cell]
        return found

    def carry(self, sums: FloatArray) -> Carried:
        """Carry influences back; `sums` (classes, k) is Σ d u of the first weights d."""
        before = self._factors_before()
        gain = np.ones(self.size)
        shift = np.zeros(sums.shape)
        chances = []
        for place in reversed(range(len(self.adjustments))):
            adjustment, cell = self.adjustments[place], self.cells[place]
            factor = adjustment.factor[cell][:, None]
            projection = adjustment.projection
            if projection is None:
                gain, shift = factor[:, 0] * gain, factor * shift
                continue
            weighted = before[place][:, None] * (gain[:, None] * sums + shift * self._column())
            by_cell = sum_rows(weighted, cell, adjustment.factor.size)
            slopes = projection.slopes(by_cell)
            rest = shift - np.asarray(projection.x @ slopes)[cell]
            if adjustment.response and (self.share > 0).any():
                chance = before[place] ** 2 * self.share * factor[:, 0] * (factor[:, 0] - 1.0)
                chances.append((chance, gain, rest))
            gain, shift = factor[:, 0] * gain, factor * rest
            if projection.back is not None:
                shift = shift + np.asarray(projection.back @ slopes)[cell]
        return Carried(gain, shift, tuple(chances))

    def _column(self) -> FloatArray:
        return self.weight[:, None]

    def _factors_before(self) -> list[FloatArray]:
        """Per adjustment, the product of the factors of those before it."""
        found = [np.ones(self.size)]
        for adjustment, cell in zip(self.adjustments, self.cells, strict=True):
            found.append(found[-1] * adjustment.factor[cell])
        return found


def make_chain(
    adjustments: Sequence[Adjustment],
    first: FloatArray,
    fraction: FloatArray,
    by: Sequence[Coded] = (),
) -> Chain:
    """The chain of adjustments of elements with the `first` weights and sampling fractions (rows,).

    `by` makes classes finer; all elements of a class with a fraction above 0 must have the same
    first weight and fraction.
    """
    columns = [Coded(a.cell, tuple(range(a.factor.size))) for a in adjustments]
    row, parts = combine([*columns, *by], first.size)
    size = int(parts[0].size)
    weight = tally(row, size, first)
    share = tally(row, size, first * fraction) / tally(row, size)
    return Chain(tuple(adjustments), row, tuple(parts[: len(adjustments)]), weight, share)
