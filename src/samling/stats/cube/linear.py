"""From domain sums to estimates, and to the α and β that linearise them (Woodruff 1971)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samling.stats.cube.base import Moments
from samling.stats.cube.plan import Plan
from samling.stats.cube.statistics import Total
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows


@dataclass(frozen=True)
class Sums:
    """Sums over the elements of every domain for every item, (domains, items).

    `copies` are a and b in every replicate, (domains, items, replicates), if there are any.
    """

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
    copies: tuple[FloatArray, FloatArray] | None = None

    def minus(self, part: Sums) -> Sums:
        """The sums of what is left when `part` is taken away."""
        left = Sums(**{name: getattr(self, name) - getattr(part, name) for name in FIELDS})
        if self.copies is None or part.copies is None:
            return left
        (a, b), (less_a, less_b) = self.copies, part.copies
        return replace(left, copies=(a - less_a, b - less_b))

    def take(self, lines: IntArray) -> Sums:
        """The sums of the given domains."""
        return self._each(lambda values: values[lines])

    def item(self, one: slice) -> Sums:
        """The sums of one item."""
        return self._each(lambda values: values[:, one])

    def gather(self, group: IntArray, size: int) -> Sums:
        """The sums of groups of domains."""
        return self._each(lambda values: _gathered(values, group, size))

    def _each(self, change: Callable[[FloatArray], FloatArray]) -> Sums:
        copies = None if self.copies is None else (change(self.copies[0]), change(self.copies[1]))
        return Sums(**{name: change(getattr(self, name)) for name in FIELDS}, copies=copies)


def _gathered(values: FloatArray, group: IntArray, size: int) -> FloatArray:
    flat = sum_rows(values.reshape(values.shape[0], math.prod(values.shape[1:])), group, size)
    return flat.reshape(size, *values.shape[1:])


ROUNDING = 1e-12
FIELDS = ("n", "ones", "a", "b", "w", "qaa", "qab", "qbb", "saa", "sab", "sbb")


@dataclass(frozen=True)
class Linear:
    """Estimates (domains, items) and their linearisation z = α·a + β·b; NaN where undefined.

    `copies` are the estimates of every replicate, (domains, items, replicates), if there are any.
    """

    estimate: FloatArray
    alpha: FloatArray
    beta: FloatArray
    copies: FloatArray | None = None

    def item(self, one: slice) -> Linear:
        """The estimates of one item."""
        copies = None if self.copies is None else self.copies[:, one]
        return Linear(self.estimate[:, one], self.alpha[:, one], self.beta[:, one], copies)

    def take(self, lines: IntArray) -> Linear:
        """The given domains; -1 stands for one that does not exist (NaN)."""
        at = np.maximum(lines, 0)
        gone = (lines < 0)[:, None]
        estimate = np.where(gone, np.nan, self.estimate[at])
        copies = None if self.copies is None else self.copies[at]
        return Linear(estimate, self.alpha[at], self.beta[at], copies)

    def times(self, factor: FloatArray) -> Linear:
        """The linearisation of factor·estimate, (domains, items)."""
        copies = None if self.copies is None else self.copies * factor[..., None]
        return Linear(self.estimate * factor, self.alpha * factor, self.beta * factor, copies)

    def negative(self) -> Linear:
        """The linearisation of -estimate."""
        copies = None if self.copies is None else -self.copies
        return Linear(-self.estimate, -self.alpha, -self.beta, copies)

    def relative(self) -> Linear:
        """The linearisation of log(estimate); NaN unless the estimate is above 0."""
        usable = self.estimate > 0
        factor = 1.0 / np.where(usable, self.estimate, 1.0)
        log = np.where(usable, np.log(np.where(usable, self.estimate, 1.0)), np.nan)
        return Linear(log, self.alpha * factor, self.beta * factor, self._log_copies())

    def _log_copies(self) -> FloatArray | None:
        if self.copies is None:
            return None
        with np.errstate(all="ignore"):
            return np.where(self.copies > 0, np.log(self.copies), np.nan)


def domain_sums(moments: Moments, domain: IntArray, size: int, plan: Plan) -> Sums:
    """Add up the cells of every domain; cells with domain -1 are left out."""
    inside = np.flatnonzero(domain >= 0)
    inside = inside[np.argsort(domain[inside], kind="stable")]
    ordered = domain[inside]
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    pairs = np.array([item.pair for item in plan.items], dtype=np.int64)
    sums: dict[str, Any] = {}
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
        None if sums.copies is None else _replicated(*sums.copies, shift[:, None], totals[:, None]),
    )


def _replicated(a: FloatArray, b: FloatArray, shift: FloatArray, totals: IntArray) -> FloatArray:
    """The estimates of every replicate; NaN where nobody of the domain is left in one."""
    quotient = np.where(b != 0, a / np.where(b != 0, b, 1.0), np.nan)
    return np.where(totals, a + shift * b, shift + quotient)


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
