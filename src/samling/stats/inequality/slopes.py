"""Measures of ordered groups: slope and concentration indices, with their gradients.

R is the ridit, the middle of each group's place when the population stands in order from the most
disadvantaged: R_j = p_1 + ... + p_(j-1) + p_j/2. Its mean is 1/2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from samling.stats.inequality.formulas import Found, average, found
from samling.stats.inequality.measures import Question
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray

STEPS = 60
CLOSE = 1e-13
ROUNDING = 1e-12


def ridits(p: FloatArray) -> FloatArray:
    """Middle of each group's cumulative share, (blocks, groups)."""
    return np.asarray(np.cumsum(p, axis=1) - p / 2.0)


def _through_ridits(p: FloatArray, by_ridit: FloatArray) -> FloatArray:
    """∂f/∂p when f changes with R_j by `by_ridit`: p_i moves R_i by 1/2 and those after by 1."""
    after = np.cumsum(by_ridit[:, ::-1], axis=1)[:, ::-1] - by_ridit
    return np.asarray(after + by_ridit / 2.0)


def concentration(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """ACI = Σ p (2R - 1) x, twice the covariance of x and R (Kakwani et al. 1997)."""
    rank = 2.0 * ridits(p) - 1.0
    by_share = rank * x + _through_ridits(p, 2.0 * p * x)
    return found((p * rank * x).sum(axis=1), p * rank, by_share)


def relative_concentration(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """RCI = ACI / μ."""
    part, mean = concentration(x, p, question), average(x, p)
    usable = mean > 0
    below = np.where(usable, mean, np.nan)
    value = part.value[:, None] / below
    return found(
        value[:, 0],
        (part.by_value - value * p) / below,
        (part.by_share - value * x) / below,
        problem=np.where(usable[:, 0], "", "a relative measure needs a mean above 0"),
    )


def wagstaff(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """RCI / (1 - μ) of an indicator between 0 and 1 (Wagstaff 2005)."""
    top = _top(question)
    part, mean = concentration(x, p, question), average(x, p)
    room = mean * (top - mean) / top
    usable = (mean > 0) & (mean < top)
    room = np.where(usable, room, np.nan)
    rate = (1.0 - 2.0 * mean / top) / room
    value = part.value[:, None] / room
    return found(
        value[:, 0],
        part.by_value / room - value * rate * p,
        part.by_share / room - value * rate * x,
        problem=np.where(usable[:, 0], "", "the mean is at an end of the indicator's range"),
    )


def erreygers(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """4·ACI / (largest - smallest value) with the smallest 0 (Erreygers 2009)."""
    part, factor = concentration(x, p, question), 4.0 / _top(question)
    return found(factor * part.value, factor * part.by_value, factor * part.by_share)


def _top(question: Question) -> float:
    assert question.top is not None  # noqa: S101 - asked before
    return question.top


@dataclass(frozen=True)
class _Ends:
    """Predictions at R = 0 and 1, with gradients (blocks, groups); `problem` per block."""

    low: FloatArray
    high: FloatArray
    low_by_value: FloatArray
    high_by_value: FloatArray
    low_by_share: FloatArray
    high_by_share: FloatArray
    problem: FloatArray


def slope_index(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """SII = f(1) - f(0), f the regression of x on R with weights p (Mackenbach & Kunst 1997)."""
    ends = _ends(x, p, question)
    return found(
        ends.high - ends.low,
        ends.high_by_value - ends.low_by_value,
        ends.high_by_share - ends.low_by_share,
        problem=ends.problem,
    )


def relative_index(x: FloatArray, p: FloatArray, question: Question) -> Found:
    """RII = f(1) / f(0); both predictions must be above 0."""
    ends = _ends(x, p, question)
    # An end that is 0 but for rounding is 0.
    least = ROUNDING * np.abs(ends.low + ends.high)
    usable = (ends.low > least) & (ends.high > least)
    below = np.where(usable, ends.low, np.nan)[:, None]
    value = ends.high[:, None] / below
    reason = "the line predicts a value of 0 or less at an end"
    return found(
        value[:, 0],
        (ends.high_by_value - value * ends.low_by_value) / below,
        (ends.high_by_share - value * ends.low_by_share) / below,
        problem=np.where(ends.problem != "", ends.problem, np.where(usable, "", reason)),
    )


def _ends(x: FloatArray, p: FloatArray, question: Question) -> _Ends:
    return _line(x, p) if question.model == "linear" else _curve(x, p, _top(question))


def _line(x: FloatArray, p: FloatArray) -> _Ends:
    """Weighted least squares: f(R) = μ + slope·(R - 1/2)."""
    rank, mean = ridits(p) - 0.5, average(x, p)
    spread = (p * rank**2).sum(axis=1, keepdims=True)
    usable = spread > 0
    spread = np.where(usable, spread, np.nan)
    slope = (p * rank * x).sum(axis=1, keepdims=True) / spread
    by_value = p * rank / spread
    rest = x - slope * rank
    # The mean of R stays 1/2, so only Σp·R·x and Σp·R² move with the shares.
    by_share = (rank * rest + _through_ridits(p, p * (x - 2.0 * slope * rank))) / spread
    return _Ends(
        low=(mean - slope / 2.0)[:, 0],
        high=(mean + slope / 2.0)[:, 0],
        low_by_value=p - by_value / 2.0,
        high_by_value=p + by_value / 2.0,
        low_by_share=x - by_share / 2.0,
        high_by_share=x + by_share / 2.0,
        problem=np.where(usable[:, 0], "", "everybody is in one group"),
    )


def _curve(x: FloatArray, p: FloatArray, top: float) -> _Ends:
    """Logistic regression of the shares x/top on R with weights p (each person counted once)."""
    rank, share = ridits(p), x / top
    inside = np.asarray(((share >= 0) & (share <= 1)).all(axis=1))
    theta, done = _newton(np.where(inside[:, None], share, 0.5), p, rank)
    done = np.asarray(done & inside)
    theta = np.where(done[:, None], theta, np.nan)
    fitted = special.expit(theta[:, :1] + theta[:, 1:] * rank)
    bend = fitted * (1.0 - fitted)
    inverse = _invert(p * bend, rank)
    rest = share - fitted
    # Implicit differentiation of Σ p (x - π)(1, R) = 0.
    by_value = np.stack([p, p * rank], axis=1) / top
    by_share = np.stack([rest, rest * rank], axis=1)
    pull = theta[:, 1:] * p * bend
    by_rank = np.stack([-pull, p * rest - pull * rank], axis=1)
    through = np.stack([_through_ridits(p, by_rank[:, row]) for row in (0, 1)], axis=1)
    theta_by_value = inverse @ by_value
    theta_by_share = inverse @ (by_share + through)
    low, high = special.expit(theta[:, 0]), special.expit(theta.sum(axis=1))
    at_low, at_high = (top * end * (1.0 - end) for end in (low, high))
    return _Ends(
        low=top * low,
        high=top * high,
        low_by_value=at_low[:, None] * theta_by_value[:, 0],
        high_by_value=at_high[:, None] * theta_by_value.sum(axis=1),
        low_by_share=at_low[:, None] * theta_by_share[:, 0],
        high_by_share=at_high[:, None] * theta_by_share.sum(axis=1),
        problem=np.where(done, "", "the logistic curve has no finite fit to these estimates"),
    )


def _newton(share: FloatArray, p: FloatArray, rank: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Intercept and slope of every block, and whether they were found."""
    mean = np.clip((p * share).sum(axis=1), 1e-9, 1.0 - 1e-9)
    theta = np.stack([special.logit(mean), np.zeros_like(mean)], axis=1)
    step = np.full_like(theta, np.inf)
    for _ in range(STEPS):
        fitted = special.expit(theta[:, :1] + theta[:, 1:] * rank)
        rest = p * (share - fitted)
        score = np.stack([rest.sum(axis=1), (rest * rank).sum(axis=1)], axis=1)
        inverse = _invert(p * fitted * (1.0 - fitted), rank)
        step = np.clip((inverse @ score[:, :, None])[:, :, 0], -5.0, 5.0)
        theta = theta + step
        if np.nanmax(np.abs(step), initial=0.0) < CLOSE:
            break
    settled = (np.abs(step) < 1e-9).all(axis=1) & (np.abs(theta) < 30.0).all(axis=1)
    return theta, np.asarray(settled, dtype=bool)


def _invert(weight: FloatArray, rank: FloatArray) -> FloatArray:
    """Inverses of Σ weight (1, R)(1, R)', (blocks, 2, 2)."""
    zero, one, two = ((weight * rank**power).sum(axis=1) for power in (0, 1, 2))
    determinant = zero * two - one**2
    determinant = np.where(determinant > 0, determinant, np.nan)
    rows = np.stack([two, -one, -one, zero], axis=1) / determinant[:, None]
    return rows.reshape(-1, 2, 2)
