"""The elements of every domain in order of value, with their cumulative weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.tables.exact import FloatArray, IntArray, grid, on_grid

TIE = 1e-10  # of a domain's weight: nearer than this to a step, the step is meant


@dataclass(frozen=True)
class Ordered:
    """Elements sorted by domain and value; `last` are the places where a distinct value ends.

    `place` gives the elements' rows in the order, `domain` and `value` those of each distinct
    value, and `start` each domain's first distinct value, (domains + 1,).
    """

    place: IntArray
    last: IntArray
    domain: IntArray
    value: FloatArray
    start: IntArray

    def cumulative(self, weights: FloatArray) -> FloatArray:
        """Weight of all elements up to each distinct value, over all domains one after another.

        Each domain's weights are first multiplied by a power of two that brings their sum to 0.5
        to 1, so that a domain of small weights keeps its digits beside one of large weights. The
        sums are exact on a grid, so equal weights give exact steps in any order.
        """
        ordered = weights[self.place]
        size = self.start.size - 1
        of = np.repeat(self.domain, np.diff(self.last, prepend=-1))
        total = np.bincount(of, weights=ordered, minlength=size)
        exponent = np.frexp(total)[1]
        scaled = np.ldexp(ordered, -exponent[of])
        return np.asarray(np.cumsum(on_grid(scaled, grid(float(size))))[self.last])


def order(domain: IntArray, values: FloatArray, size: int) -> Ordered:
    """Put the elements in order; those with domain -1 are left out."""
    rows = np.flatnonzero(domain >= 0)
    place = rows[np.lexsort((values[rows], domain[rows]))]
    of, value = domain[place], values[place]
    ends = np.ones(place.size, dtype=bool)
    ends[:-1] = (of[1:] != of[:-1]) | (value[1:] != value[:-1])
    last = np.flatnonzero(ends)
    start = np.searchsorted(of[last], np.arange(size + 1))
    return Ordered(place, last, of[last], value[last], start)


def quantile(
    ordered: Ordered, cumulative: FloatArray, shares: FloatArray, halfway: bool
) -> FloatArray:
    """The quantile of every domain at its own share, (domains,), NaN where there is none.

    It is the smallest value up to which the domain has at least that share of its weight; with
    `halfway`, where it has exactly that share, the middle of this value and the next.
    """
    first, end = ordered.start[:-1], ordered.start[1:]
    known = (end > first) & (shares >= 0) & (shares <= 1)
    if not ordered.value.size:
        return np.full(first.size, np.nan)
    sums = np.concatenate([[0.0], cumulative])
    below, weight = sums[first], sums[end] - sums[first]
    known &= weight > 0
    target = below + np.where(known, shares, 0.0) * weight
    near = TIE * weight
    found = np.searchsorted(cumulative, target - near)
    found = np.clip(found, first, np.maximum(end - 1, first))
    found = np.where(known, found, 0)
    value = ordered.value[found]
    if halfway:
        tied = (np.abs(cumulative[found] - target) <= near) & (found + 1 < end)
        following = ordered.value[np.minimum(found + 1, ordered.value.size - 1)]
        value = np.where(tied, (value + following) / 2.0, value)
    return np.where(known, value, np.nan)
