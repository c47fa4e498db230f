"""From values and gradients to standard errors, intervals and reasons, whatever the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import special

from samling.stats.errors import MeasureError
from samling.stats.inequality.engine import measure_groups
from samling.stats.inequality.formulas import Found
from samling.stats.inequality.measures import Measure, Question
from samling.stats.inference.intervals import t_quantile
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import BoolArray

NOT_KNOWN = "a group has no estimate here"
AT_AN_END = "a group at the end of the scale has a variance of 0, which says too little"
UNKNOWN = "a group's variance is unknown, as when all of it is in one sampling unit"
LOST = "at least one replicate has no value of the measure"


@dataclass(frozen=True)
class Outcome:
    """All measures of all blocks, (measures, blocks); NaN where there is nothing to say.

    `reason` says why a value or its interval is missing, "" where both are there.
    """

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    df: FloatArray
    reason: Any
    first: IntArray
    second: IntArray


def measure_blocks(
    measures: Sequence[Measure], x: FloatArray, p: FloatArray, question: Question
) -> list[Found]:
    """Every measure of every block; blocks that are not wholly known, and measures that lack
    something they need, get their reason as a problem.
    """
    known = np.asarray(np.isfinite(x).all(axis=1) & np.isfinite(p).all(axis=1))
    out = []
    for measure in measures:
        reason = question.lacks(measure)
        usable = known & (reason == "")
        part = measure_groups(measure, x[usable], p[usable], question) if usable.any() else None
        out.append(_spread(part, usable, x.shape[1], reason or NOT_KNOWN))
    return out


def _spread(part: Found | None, usable: BoolArray, groups: int, reason: str) -> Found:
    """The usable blocks' results among all blocks; the gradients of the others are 0."""
    size = usable.size
    if part is not None and usable.all():
        return part
    numbers = {"value": np.full(size, np.nan)}
    gradients = {name: np.zeros((size, groups)) for name in ("by_value", "by_share")}
    words = {"problem": np.full(size, reason, dtype=object), "unsure": np.full(size, "", object)}
    places = {name: np.full(size, -1, dtype=np.int64) for name in ("first", "second")}
    whole: dict[str, Any] = {**numbers, **gradients, **words, **places}
    if part is not None:
        for name, array in whole.items():
            array[usable] = getattr(part, name)
    return Found(**whole)


def by_replicates(founds: Sequence[Found], variance: FloatArray) -> list[Found]:
    """The same with doubts for variances (measures, blocks) that need no derivative.

    A doubt is kept where no replicate differs: PAR that is 0 in all of them is held at 0, and a
    standard error of 0 would say that it is certain.
    """
    unsure = [
        np.where(np.isnan(own), LOST, np.where(own > 0, "", found.unsure))
        for found, own in zip(founds, variance, strict=True)
    ]
    return [replace(found, unsure=own) for found, own in zip(founds, unsure, strict=True)]


def at_an_end(
    founds: Sequence[Found], x: FloatArray, variance: FloatArray, top: float | None
) -> list[Found]:
    """The same with doubts for measures that hang on a group at 0 or the top without variance.

    One block; `variance` of its groups. Such a variance is what answers that are all alike give,
    not what is known of the group; where no group has any, nothing was left to chance.
    """
    doubtful = ends_without_variance(x[0], variance, top)
    out = []
    for found in founds:
        hangs = bool((doubtful & (np.nan_to_num(found.by_value[0]) != 0)).any())
        out.append(replace(found, unsure=np.where(hangs, AT_AN_END, found.unsure)))
    return out


def ends_without_variance(x: FloatArray, variance: FloatArray, top: float | None) -> BoolArray:
    """Groups at 0 or the largest value that have the variance 0 while others have one."""
    end = (x == 0.0) | (x == (np.nan if top is None else top))
    return np.asarray(end & (variance <= 0) & bool((variance > 0).any()))


def size_gradient(found: Found, p: FloatArray) -> FloatArray:
    """Change with the groups' sizes, in shares of the whole: p_j = N_j / N."""
    return np.asarray(found.by_share - (p * found.by_share).sum(axis=1, keepdims=True))


def make_outcome(
    measures: Sequence[Measure],
    founds: Sequence[Found],
    variance: FloatArray,
    df: FloatArray,
    level: float,
) -> Outcome:
    """Intervals by the delta method; `variance` and `df` are (measures, blocks)."""
    problem = np.array([found.problem for found in founds], dtype=object)
    unsure = np.array([found.unsure for found in founds], dtype=object)
    value = np.array([found.value for found in founds])
    value = np.where(problem == "", value, np.nan)
    hidden = np.isnan(variance) & (problem == "") & (unsure == "")
    unsure = np.where(hidden, UNKNOWN, unsure)
    se = np.sqrt(np.where((problem == "") & (unsure == ""), variance, np.nan))
    half = t_quantile(df, level) * se
    low, high = value - half, value + half
    for row, measure in enumerate(measures):
        if measure.scale == "cut":
            # Below 0 by rounding alone, where groups differ in their last digits.
            value[row] = np.maximum(value[row], 0.0)
            low[row] = np.maximum(low[row], 0.0)
            high[row] = np.maximum(high[row], value[row])
        if measure.scale == "log":
            with np.errstate(all="ignore"):
                factor = np.exp(half[row] / value[row])
            low[row], high[row] = value[row] / factor, value[row] * factor
    return Outcome(
        value=value,
        se=se,
        low=low,
        high=high,
        df=np.where(np.isnan(se), np.nan, df),
        reason=np.where(problem == "", unsure, problem),
        first=np.array([found.first for found in founds]),
        second=np.array([found.second for found in founds]),
    )


def refuse_unknown_values(measures: Sequence[Measure], outcome: Outcome, everything: bool) -> None:
    """MeasureError if a single block was asked for by name of measure and has no value."""
    if everything or outcome.value.shape[1] != 1:
        return
    for row, measure in enumerate(measures):
        if np.isnan(outcome.value[row, 0]):
            raise MeasureError(
                f"{measure.name} ({measure.words}) cannot be computed: {outcome.reason[row, 0]}. "
                'Mend the estimates or the question; measures="all" gives the reason as a status.'
            )


def equality_p(gap: FloatArray, covariance: FloatArray, df: FloatArray) -> FloatArray:
    """p of the hypothesis that all contrasts `gap` (blocks, k) are 0, by Wald's adjusted F.

    With r the covariance's rank, χ²·(df - r + 1)/(r·df) has r and df - r + 1 degrees of freedom
    (Korn & Graubard 1990, American Statistician 44). NaN where a gap is unknown, nothing varies, or
    there are more contrasts than degrees of freedom.
    """
    usable = np.asarray(np.isfinite(gap).all(axis=1) & np.isfinite(covariance).all(axis=(1, 2)))
    safe = np.where(usable[:, None, None], covariance, 0.0)
    size, vectors = np.linalg.eigh(safe)
    keep = size > np.maximum(size.max(axis=1, keepdims=True), 0.0) * 1e-10
    along = np.einsum("bij,bi->bj", vectors, np.where(usable[:, None], gap, 0.0))
    rank = keep.sum(axis=1)
    below = np.where(np.isinf(df), np.inf, df - rank + 1.0)
    usable &= (rank > 0) & (below > 0)
    with np.errstate(all="ignore"):
        square = np.where(keep, along**2 / size, 0.0).sum(axis=1)
        statistic = square / rank * np.where(np.isinf(df), 1.0, below / df)
    return np.where(usable, _f_tail(rank, below, statistic, usable), np.nan)


def _f_tail(rank: IntArray, df: FloatArray, statistic: FloatArray, usable: BoolArray) -> FloatArray:
    rank, statistic = np.where(usable, rank, 1), np.where(usable, statistic, 1.0)
    finite = np.isfinite(df) & usable
    tail = special.fdtrc(rank, np.where(finite, df, 1.0), statistic)
    return np.where(finite, tail, special.chdtrc(rank, rank * statistic))
