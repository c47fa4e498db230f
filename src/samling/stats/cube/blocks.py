"""Variances of many combinations of the same few domains, such as 21 measures of four groups.

Where units are whole clusters, each block's domains are laid side by side, one row per unit, and
every combination is then one matrix product; the stages of the design are walked once for all of
them. Where elements are sampling units the rows are few, and where weights were calibrated every
row's class counts; there each combination is made by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from samling.stats.cube.combination import Terms, combination_variance, join_variances
from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.freedom import variance_with_df
from samling.stats.cube.variance import Columns, Variance
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows

ROOM = 4_000_000  # numbers held at once, several times over


@dataclass(frozen=True)
class Weights:
    """Coefficients of `many` combinations of each block's domains.

    `line[b, j]` is the domain at place j of block b, -1 for none. `by_estimate` and `by_size` are
    (many, blocks, places, items): what a domain's estimate, and its size (the sum of weights where
    the variable is known), are multiplied by. A domain belongs to one block.
    """

    line: IntArray
    by_estimate: FloatArray
    by_size: FloatArray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Combinations, blocks, places, items."""
        many, blocks, places, items = self.by_estimate.shape
        return many, blocks, places, items


def block_variance(basis: Basis, block: Block, weights: Weights) -> Variance:
    """Linearised variance of every combination in every block, (combinations · blocks, items)."""
    if basis.base.spread is not None or basis.design.reweighted is not None:
        return combination_variance(basis, block, _terms(weights))
    many, blocks, _, items = weights.shape
    found = [_side_by_side(basis, block, weights, part) for part in _slices(basis, block, weights)]
    joined = _reshape(join_variances(found, items), (blocks, many, items))
    swapped = _map(joined, lambda values: values.swapaxes(0, 1))
    return _reshape(swapped, (many * blocks, items))


def _reshape(variance: Variance, shape: tuple[int, ...]) -> Variance:
    return _map(variance, lambda values: values.reshape(shape))


def _map(variance: Variance, change: Callable[[FloatArray], FloatArray]) -> Variance:
    return Variance(
        change(variance.value),
        change(variance.psus),
        change(variance.strata),
        None if variance.df is None else change(variance.df),
    )


def _terms(weights: Weights) -> Terms:
    many, blocks, _, _ = weights.shape
    there = np.broadcast_to(weights.line >= 0, (many, *weights.line.shape))
    number, block, place = np.nonzero(there)
    return Terms(
        column=number * blocks + block,
        domain=weights.line[block, place],
        size=many * blocks,
        by_estimate=weights.by_estimate[number, block, place],
        by_size=weights.by_size[number, block, place],
    )


def _slices(basis: Basis, block: Block, weights: Weights) -> Iterator[slice]:
    """Ranges of blocks whose rows stay within the working memory."""
    many, blocks, _, items = weights.shape
    domain = block.grouping.domain[basis.base.cell]
    rows = np.bincount(domain[domain >= 0], minlength=block.grouping.size)
    own = np.where(weights.line >= 0, rows[weights.line], 0).sum(axis=1) * many * items
    work, start = np.cumsum(own), 0
    while start < blocks:
        done = work[start - 1] if start else 0
        stop = max(int(np.searchsorted(work, done + ROOM, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _side_by_side(basis: Basis, block: Block, weights: Weights, part: slice) -> Variance:
    """The variances of a few blocks, (blocks · combinations, items)."""
    base, pairs = basis.base, basis.pairs
    line = weights.line[part]
    many, places, items = weights.by_estimate.shape[0], line.shape[1], pairs.size
    row, owner, place = _rows(basis, block, line)
    key, of = np.unique(owner * (base.unit.max() + 1) + base.unit[row], return_inverse=True)
    owner_of, unit = key // (base.unit.max() + 1), key % (base.unit.max() + 1)
    domain = line[owner, place]
    b = base.b[row][:, pairs]
    moved = block.linear.alpha[domain] * base.a[row][:, pairs] + block.linear.beta[domain] * b
    at = of * 2 * places + place
    both = sum_rows(np.concatenate([moved, b]), np.append(at, at + places), key.size * 2 * places)
    parts = both.reshape(key.size, 2 * places, items)
    n = sum_rows(base.n[row][:, pairs], of, key.size)
    z = np.empty((key.size, many, items))
    start = np.searchsorted(owner_of, np.arange(line.shape[0] + 1))
    for one in range(line.shape[0]):
        inside, number = slice(start[one], start[one + 1]), part.start + one
        sides = (weights.by_estimate[:, number], weights.by_size[:, number])
        matrix = np.concatenate(sides, axis=1)
        z[inside] = np.einsum("qki,mki->qmi", parts[inside], matrix, optimize=True)
    wide = np.repeat(n[:, None, :], many, axis=1).reshape(key.size, -1)
    laid = replace(
        base, unit=unit, a=z.reshape(key.size, -1), b=np.zeros_like(wide), n=wide, spread=None
    )
    whole = np.ones((line.shape[0], many * items))
    columns = Columns(np.arange(key.size), owner_of, line.shape[0], owner_of, whole, 0.0 * whole)
    wide_pairs = np.arange(many * items)
    found = variance_with_df(basis.design, laid, columns, wide_pairs, basis.method.df)
    return _reshape(found, (line.shape[0] * many, items))


def _rows(basis: Basis, block: Block, line: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Base rows of the lines' domains, with their block and place."""
    owner = np.full(block.grouping.size, -1, dtype=np.int64)
    place = np.zeros(block.grouping.size, dtype=np.int64)
    at = np.nonzero(line >= 0)
    owner[line[at]], place[line[at]] = at
    domain = block.grouping.domain[basis.base.cell]
    row = np.flatnonzero((domain >= 0) & (owner[domain] >= 0))
    return row, owner[domain[row]], place[domain[row]]
