"""The measures of groups and their gradients, for many blocks of groups at once.

x (blocks, groups) are the groups' estimates and p their shares of the population, which add up to
1; μ = Σ p·x. Every formula gives its value, and how it changes with each x and each p. Formulas are
WHO's (Schlotheuber & Hosseinpoor 2022, Int J Environ Res Public Health 19:3697); gradients ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.inequality.measures import Question
from samling.stats.tables.exact import FloatArray, IntArray

PERCENT = 100.0
THOUSAND = 1000.0


@dataclass(frozen=True)
class Found:
    """Values (blocks,), gradients (blocks, groups) and what is wrong, "" where nothing is.

    A problem in `problem` takes away the value, one in `unsure` only its interval. `first` and
    `second` are the groups compared, -1 where none are.
    """

    value: FloatArray
    by_value: FloatArray
    by_share: FloatArray
    problem: Any
    unsure: Any
    first: IntArray
    second: IntArray


Formula = Callable[[FloatArray, FloatArray, Question], Found]


def found(
    value: FloatArray,
    by_value: FloatArray,
    by_share: FloatArray | None = None,
    *,
    problem: Any = "",
    unsure: Any = "",
    first: IntArray | int = -1,
    second: IntArray | int = -1,
) -> Found:
    """A Found in which single problems and groups are spread over the blocks."""
    size = value.shape
    return Found(
        value=value,
        by_value=by_value,
        by_share=np.zeros_like(by_value) if by_share is None else by_share,
        problem=np.broadcast_to(np.asarray(problem, dtype=object), size),
        unsure=np.broadcast_to(np.asarray(unsure, dtype=object), size),
        first=np.broadcast_to(np.asarray(first), size),
        second=np.broadcast_to(np.asarray(second), size),
    )


def average(x: FloatArray, p: FloatArray) -> FloatArray:
    """μ of every block, (blocks, 1)."""
    return np.asarray((p * x).sum(axis=1, keepdims=True))


def best_group(x: FloatArray, question: Question) -> IntArray:
    """The group with the highest value of a favourable indicator, the lowest of an adverse one."""
    return np.asarray(x.argmax(axis=1) if question.favourable else x.argmin(axis=1))


def _one(places: IntArray, x: FloatArray) -> FloatArray:
    """1 at each block's group, (blocks, groups)."""
    return np.asarray(np.arange(x.shape[1]) == places[:, None], dtype=float)


def _at(x: FloatArray, places: IntArray) -> FloatArray:
    return np.asarray(np.take_along_axis(x, places[:, None], axis=1)[:, 0])


def _tie(x: FloatArray, places: IntArray) -> Any:
    """A reason where the group is not the only one with its value."""
    ties = (x == _at(x, places)[:, None]).sum(axis=1) > 1
    reason = "two groups tie for the place, so the measure has no one rate of change"
    return np.where(ties, np.array(reason, dtype=object), "")


def compared_groups(x: FloatArray, question: Question) -> tuple[IntArray, IntArray, Any]:
    """The two groups of D and R, first minus second, and why the choice of them is unsure.

    Ordered groups: the last minus the first if the indicator is favourable, else the first minus
    the last. Without order: the highest and the lowest, or the reference and the group that is
    farthest to the worse side.
    """
    blocks, groups = x.shape
    if question.ordered:
        low, high = np.zeros(blocks, dtype=np.int64), np.full(blocks, groups - 1)
        pair = (high, low) if question.favourable else (low, high)
        return *pair, np.full(blocks, "", dtype=object)
    if question.reference is None:
        high, low = x.argmax(axis=1), x.argmin(axis=1)
        tie = _tie(x, high)
        return high, low, np.where(tie == "", _tie(x, low), tie)
    reference = np.full(blocks, question.reference)
    sign = 1.0 if question.favourable else -1.0
    others = np.where(_one(reference, x) > 0, np.inf, sign * x)
    worst = others.argmin(axis=1)
    pair = (reference, worst) if question.favourable else (worst, reference)
    return *pair, _tie(others, worst)


def difference(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """D = x_first - x_second."""
    first, second, unsure = compared_groups(x, question)
    gradient = _one(first, x) - _one(second, x)
    value = _at(x, first) - _at(x, second)
    return found(value, gradient, unsure=unsure, first=first, second=second)


def ratio(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """R = x_first / x_second; both must be above 0."""
    first, second, unsure = compared_groups(x, question)
    one, two = _at(x, first), _at(x, second)
    usable = (one > 0) & (two > 0)
    below = np.where(usable, two, 1.0)
    value = np.where(usable, one / below, np.nan)
    gradient = (_one(first, x) - value[:, None] * _one(second, x)) / below[:, None]
    problem = np.where(usable, "", "a ratio needs estimates above 0 in both groups")
    return found(value, gradient, problem=problem, unsure=unsure, first=first, second=second)


def between_group_variance(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """BGV = Σ p (x - μ)²."""
    gap = x - average(x, p)
    return found((p * gap**2).sum(axis=1), 2.0 * p * gap, gap**2)


def between_group_deviation(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """BGSD = √BGV."""
    square = between_group_variance(x, p, question)
    value = np.sqrt(square.value)
    return _change(square, value, _half_inverse(value))


def coefficient_of_variation(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """COV = 100·BGSD / μ."""
    return _relative(between_group_deviation(x, p, question), x, p, PERCENT)


def _half_inverse(value: FloatArray) -> FloatArray:
    return 0.5 / np.where(value > 0, value, np.nan)


def _change(part: Found, value: FloatArray, rate: FloatArray) -> Found:
    """A function of a measure, with its rate of change (blocks,)."""
    return found(value, rate[:, None] * part.by_value, rate[:, None] * part.by_share)


def _relative(part: Found, x: FloatArray, p: FloatArray, factor: float) -> Found:
    """factor · part / μ; μ must be above 0."""
    mean = average(x, p)
    usable = mean > 0
    below = np.where(usable, mean, np.nan)
    value = part.value[:, None] / below
    by_value = factor * (part.by_value - value * p) / below
    by_share = factor * (part.by_share - value * x) / below
    problem = np.where(usable[:, 0], "", "a relative measure needs a mean above 0")
    return found(factor * value[:, 0], by_value, by_share, problem=problem, unsure=part.unsure)


def mean_difference_unweighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDMU = Σ |x - μ| / J."""
    gap = x - average(x, p)
    sign, groups = np.sign(gap), x.shape[1]
    total = sign.sum(axis=1, keepdims=True)
    return found(np.abs(gap).mean(axis=1), (sign - p * total) / groups, -x * total / groups)


def mean_difference_weighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDMW = Σ p |x - μ|."""
    gap = x - average(x, p)
    sign = np.sign(gap)
    total = (p * sign).sum(axis=1, keepdims=True)
    value = (p * np.abs(gap)).sum(axis=1)
    return found(value, p * (sign - total), np.abs(gap) - x * total)


def disparity_unweighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """IDISU = 100·MDMU / μ."""
    return _relative(mean_difference_unweighted(x, p, question), x, p, PERCENT)


def disparity_weighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """IDISW = 100·MDMW / μ."""
    return _relative(mean_difference_weighted(x, p, question), x, p, PERCENT)


def _from_group(x: FloatArray, p: FloatArray, group: IntArray, unsure: Any) -> Found:
    """Σ p |x - x_group|, with p that need not add up to 1."""
    gap = x - _at(x, group)[:, None]
    weighted = p * np.sign(gap)
    gradient = weighted - _one(group, x) * weighted.sum(axis=1, keepdims=True)
    value = (p * np.abs(gap)).sum(axis=1)
    return found(value, gradient, np.abs(gap), unsure=unsure, first=group)


def _equal_shares(x: FloatArray) -> FloatArray:
    return np.full(x.shape, 1.0 / x.shape[1])


def best_difference_weighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDBW = Σ p |x - x_best|."""
    best = best_group(x, question)
    return _from_group(x, p, best, _tie(x, best))


def best_difference_unweighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDBU = Σ |x - x_best| / J."""
    best = best_group(x, question)
    part = _from_group(x, _equal_shares(x), best, _tie(x, best))
    return found(part.value, part.by_value, unsure=part.unsure, first=best)


def reference_difference_weighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDRW = Σ p |x - x_reference|."""
    reference = _reference(x, question)
    return _from_group(x, p, reference, _tie(x, reference))


def reference_difference_unweighted(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MDRU = Σ |x - x_reference| / J."""
    reference = _reference(x, question)
    part = _from_group(x, _equal_shares(x), reference, _tie(x, reference))
    return found(part.value, part.by_value, unsure=part.unsure, first=part.first)


def _reference(x: FloatArray, question: Question) -> IntArray:
    assert question.reference is not None  # noqa: S101 - asked before
    return np.full(x.shape[0], question.reference)


def _logarithms(x: FloatArray) -> tuple[FloatArray, Any]:
    usable = np.asarray((x > 0).all(axis=1))
    inside = np.where(usable[:, None], x, np.nan)
    reason = "a measure of logarithms needs estimates above 0 in every group"
    return inside, np.where(usable, "", reason)


def theil(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """TI = 1000·Σ p r ln r with r = x/μ."""
    inside, problem = _logarithms(x)
    mean = average(inside, p)
    r = inside / mean
    value = (p * r * np.log(r)).sum(axis=1, keepdims=True)
    by_value = THOUSAND * p / mean * (np.log(r) - value)
    by_share = THOUSAND * r * (np.log(r) - value - 1.0)
    return found(THOUSAND * value[:, 0], by_value, by_share, problem=problem)


def mean_log_deviation(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """MLD = -1000·Σ p ln r with r = x/μ."""
    inside, problem = _logarithms(x)
    mean = average(inside, p)
    r = inside / mean
    value = -(p * np.log(r)).sum(axis=1)
    by_value = THOUSAND * p / mean * (1.0 - 1.0 / r)
    return found(THOUSAND * value, by_value, THOUSAND * (r - np.log(r)), problem=problem)


def attributable_risk(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """PAR = x_reference - μ; 0 where the reference is on the worse side of the mean.

    The reference is the one that was named, else the least disadvantaged of ordered groups, else
    the best group.
    """
    tie: Any = ""
    if question.reference is not None:
        group = _reference(x, question)
    elif question.ordered:
        group = np.full(x.shape[0], x.shape[1] - 1)
    else:
        group = best_group(x, question)
        tie = _tie(x, group)
    gap = _at(x, group) - average(x, p)[:, 0]
    gain = gap >= 0 if question.favourable else gap <= 0
    unsure = np.where(
        gain, tie, "the reference group is worse than the whole, so nothing is gained"
    )
    return found(np.where(gain, gap, 0.0), _one(group, x) - p, -x, unsure=unsure, first=group)


def attributable_fraction(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """PAF = 100·PAR / μ."""
    risk = attributable_risk(x, p, question)
    part = _relative(risk, x, p, PERCENT)
    return found(
        part.value,
        part.by_value,
        part.by_share,
        problem=part.problem,
        unsure=part.unsure,
        first=risk.first,
    )
