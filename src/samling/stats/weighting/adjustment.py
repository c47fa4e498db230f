"""What a change of weights does to variances: influence carried back from new weights to old.

A change turns weights d into w = factor·d, where the factors were made from the sample itself.
An estimate's influence u = ∂θ/∂w then becomes, with respect to d,

    factor·(u - x'B) + s'B,    B = (Σ d x̃ x')⁻¹ Σ d x̃ u

where s is x for totals that were themselves estimated from the sample and 0 for totals known
without error. Several changes are carried back from the last to the first (Deville & Särndal
1992; Särndal & Lundström 2005, ch. 11; Deville 1999).

Nothing in it depends on the element but u, the first weight and which *class* the element belongs
to, so it is worked out per class: the influence on the first weights is gain·u + shift, where
shift is linear in the regressions' coefficients B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.weighting.matrices import Matrix, scale_rows


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

    @property
    def size(self) -> int:
        """Number p of coefficients."""
        return int(self.inverse.shape[0])


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
class Chance:
    """What a random response adds to the variance: Σ weight·d e² over the elements.

    e = gain·u + (rest B) of the element's class; `weight`, `gain` (classes,), `rest` (classes, P).
    """

    weight: FloatArray
    gain: FloatArray
    rest: Matrix


@dataclass(frozen=True)
class Influence:
    """How influence on the last weights becomes influence on the first: gain·u + (shift B).

    `gain` (classes,) and `shift` (classes, P) hold for all elements of a class. The coefficients
    of all regressions are B = solve (member' Σ d u), with `member` (classes, P), `solve` (P, P)
    and Σ d u per class of the first weights d.
    """

    gain: FloatArray
    shift: Matrix
    member: Matrix
    solve: FloatArray
    chances: tuple[Chance, ...]


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

    @cached_property
    def factors(self) -> tuple[FloatArray, ...]:
        """Per adjustment, the product of the factors of those before it; last, that of all."""
        found = [np.ones(self.size)]
        for adjustment, cell in zip(self.adjustments, self.cells, strict=True):
            found.append(found[-1] * adjustment.factor[cell])
        return tuple(found)

    @cached_property
    def influence(self) -> Influence:
        """The adjustments carried back from the last to the first."""
        sizes = [0 if a.projection is None else a.projection.size for a in self.adjustments]
        stops = np.cumsum([0, *sizes])
        total = int(stops[-1])
        gain, shift = np.ones(self.size), _empty(self.size, total)
        solve, members = np.zeros((total, total)), [_empty(self.size, size) for size in sizes]
        chances: list[Chance] = []
        for place in reversed(range(len(self.adjustments))):
            adjustment, cell = self.adjustments[place], self.cells[place]
            factor, projection = adjustment.factor[cell], adjustment.projection
            block = slice(int(stops[place]), int(stops[place + 1]))
            rest = shift
            if projection is not None:
                score = _by_class(projection.score, cell)
                before = self.factors[place]
                members[place] = scale_rows(score, before * gain)
                known = np.eye(total)[block] + _from_shift(
                    score, before * self.weight, shift, solve
                )
                solve[block] = projection.inverse @ known
                rest = shift - _placed(_by_class(projection.x, cell), block, total)
            if adjustment.response and (self.share > 0).any():
                weight = self.factors[place] ** 2 * self.share * factor * (factor - 1.0)
                chances.append(Chance(weight, gain, rest))
            gain, shift = factor * gain, scale_rows(rest, factor)
            if projection is not None and projection.back is not None:
                shift = shift + _placed(_by_class(projection.back, cell), block, total)
        member: Matrix = sparse.hstack(members, format="csr")
        return Influence(gain, sparse.csr_array(shift), member, solve, tuple(chances))


def _empty(rows: int, columns: int) -> Matrix:
    return sparse.csr_array((rows, columns))


def _by_class(x: Matrix, cell: IntArray) -> Matrix:
    return sparse.csr_array(x)[cell]


def _placed(x: Matrix, block: slice, total: int) -> Matrix:
    """The columns of one adjustment among those of all."""
    before, after = _empty(x.shape[0], block.start), _empty(x.shape[0], total - block.stop)
    return sparse.hstack([before, x, after], format="csr")


def _from_shift(score: Matrix, weight: FloatArray, shift: Matrix, solve: FloatArray) -> FloatArray:
    """What later adjustments' shift adds to Σ d x̃ u, as a function of the sums, (p, P)."""
    return np.asarray((score.T @ scale_rows(shift, weight)) @ solve)


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
