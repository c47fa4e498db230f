"""From domain sums to estimates, and to the α and β that linearise them (Woodruff 1971)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.cube.base import Moments
from samling.stats.cube.plan import Plan
from samling.stats.cube.statistics import Total
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows


@dataclass(frozen=True)
class Sums:
    """Sums over the elements of every domain for every item, (domains, items)."""

    n: FloatArray
    ones: FloatArray
    a: FloatArray
    b: FloatArray
    w: FloatArray
    qaa: FloatArray
    qab: FloatArray
    qbb: FloatArray
    saa: FloatArray
    sab: FloatArray
    sbb: FloatArray

    def minus(self, part: Sums) -> Sums:
        """The sums of what is left when `part` is taken away."""
        return Sums(**{name: getattr(self, name) - getattr(part, name) for name in FIELDS})

    def take(self, lines: IntArray) -> Sums:
        """The sums of the given domains."""
        return Sums(**{name: getattr(self, name)[lines] for name in FIELDS})

    def item(self, one: slice) -> Sums:
        """The sums of one item."""
        return Sums(**{name: getattr(self, name)[:, one] for name in FIELDS})

    def gather(self, group: IntArray, size: int) -> Sums:
        """The sums of groups of domains."""
        return Sums(**{name: sum_rows(getattr(self, name), group, size) for name in FIELDS})


ROUNDING = 1e-12
FIELDS = ("n", "ones", "a", "b", "w", "qaa", "qab", "qbb", "saa", "sab", "sbb")


@dataclass(frozen=True)
class Linear:
    """Estimates (domains, items) and their linearisation z = α·a + β·b; NaN where undefined."""

    estimate: FloatArray
    alpha: FloatArray
    beta: FloatArray

    def item(self, one: slice) -> Linear:
        """The estimates of one item."""
        return Linear(self.estimate[:, one], self.alpha[:, one], self.beta[:, one])

    def take(self, lines: IntArray) -> Linear:
        """The given domains; -1 stands for one that does not exist (NaN)."""
        at = np.maximum(lines, 0)
        gone = (lines < 0)[:, None]
        estimate = np.where(gone, np.nan, self.estimate[at])
        return Linear(estimate, self.alpha[at], self.beta[at])

    def relative(self) -> Linear:
        """The linearisation of log(estimate); NaN unless the estimate is above 0."""
        usable = self.estimate > 0
        factor = 1.0 / np.where(usable, self.estimate, 1.0)
        log = np.where(usable, np.log(np.where(usable, self.estimate, 1.0)), np.nan)
        return Linear(log, self.alpha * factor, self.beta * factor)


def domain_sums(moments: Moments, domain: IntArray, size: int, plan: Plan) -> Sums:
    """Add up the cells of every domain; cells with domain -1 are left out."""
    inside = np.flatnonzero(domain >= 0)
    inside = inside[np.argsort(domain[inside], kind="stable")]
    ordered = domain[inside]
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    pairs = np.array([item.pair for item in plan.items], dtype=np.int64)
    sums = {}
    for name in FIELDS:
        cells = getattr(moments, name)
        out = np.zeros((size, cells.shape[1]))
        if inside.size:
            out[ordered[first]] = np.add.reduceat(cells[inside], first, axis=0)
        sums[name] = out[:, pairs]
    return Sums(**sums)


def linearise(sums: Sums, plan: Plan) -> Linear:
    """Estimate every item in every domain; a total is a + shift·b, the others shift + a/b."""
    shift = np.array([plan.pairs[item.pair].shift for item in plan.items])
    totals = np.array([isinstance(item.statistic, Total) for item in plan.items], dtype=bool)
    usable = (sums.n > 0) & (totals | (sums.b != 0))
    below = np.where(usable & (sums.b != 0), sums.b, 1.0)
    quotient = sums.a / below
    estimate = np.where(totals, sums.a + shift * sums.b, shift + quotient)
    alpha = np.where(totals, 1.0, 1.0 / below)
    beta = np.where(totals, shift + 0.0 * below, -quotient / below)
    return Linear(
        np.where(usable, estimate, np.nan),
        np.where(usable, alpha, 0.0),
        np.where(usable, beta, 0.0),
    )


def simple_random_variance(sums: Sums, linear: Linear, plan: Plan) -> FloatArray:
    """Variance of a simple random sample of n with replacement: R's deff="replace".

    W/(n-1) Σ w (r - r̄)² with r the linearised values of the domain's elements.
    """
    totals = np.array([isinstance(item.statistic, Total) for item in plan.items], dtype=bool)
    weight = np.where(sums.w > 0, sums.w, 1.0)
    alpha, beta = linear.alpha, linear.beta
    squares = _quadratic(alpha, beta, sums.saa, sums.sab, sums.sbb)
    squares = np.where(totals, sums.saa - sums.a**2 / weight, squares)
    many = sums.n > 1
    found = sums.w / np.where(many, sums.n - 1.0, 1.0) * np.maximum(squares, 0.0)
    return np.where(many, found, np.nan)


def independent_variance(sums: Sums, linear: Linear, elements: int) -> FloatArray:
    """Variance as if all elements of the sample were drawn independently, with their weights."""
    alpha, beta = linear.alpha, linear.beta
    squares = _quadratic(alpha, beta, sums.qaa, sums.qab, sums.qbb)
    total = alpha * sums.a + beta * sums.b
    if elements < 2:
        return np.full(squares.shape, np.nan)
    return np.maximum(squares - total**2 / elements, 0.0) * (elements / (elements - 1.0))


def _quadratic(
    alpha: FloatArray, beta: FloatArray, aa: FloatArray, ab: FloatArray, bb: FloatArray
) -> FloatArray:
    """α²·aa + 2αβ·ab + β²·bb as a sum of two squares, so that a true 0 stays 0."""
    pivot = np.where(bb > 0, bb, 1.0)
    slope = ab / pivot
    left = aa - ab * slope
    left = np.where(left > ROUNDING * aa, left, 0.0)
    return alpha**2 * left + pivot * (alpha * slope + beta) ** 2 * (bb > 0)
