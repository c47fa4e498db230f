"""Calibration: the factors g, close to 1, that make weighted totals equal known ones.

Newton's method on the convex dual of Deville & Särndal (1992): minimise Σ d H(x'λ) - T'λ over λ;
g = F(x'λ). A step is halved until it improves, so that an attainable set of targets is always
reached; what cannot be attained ends in an error that names the targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from samling.stats.errors import InfeasibleError, TargetError
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.weighting.distances import NO_BOUNDS, Distance, Truncated
from samling.stats.weighting.feasibility import Attempt, at_the_edge, explain
from samling.stats.weighting.matrices import (
    Matrix,
    gram,
    pack,
    scale_columns,
    target_sizes,
)

RANK = 1e-11  # share of a column's square sum below which others explain it
AGREE = 1e-9  # relative, for targets that must agree with each other
AIM, ENOUGH = 1e-13, 1e-9  # relative discrepancy: stop at once; accept when nothing improves
MOST_STEPS = 100
NAMED = 8  # terms in a message
SMALLEST_STEP = 2.0**-40
ARMIJO = 1e-4


@dataclass(frozen=True)
class Solution:
    """Factors g (rows,), with what was reached.

    `slope` is F'(x'λ); `kept` the columns that are linearly independent, in their order;
    `before` and `after` are the totals of all columns with the weights d and g·d, and
    `discrepancy` their largest relative distance from the targets.
    """

    g: FloatArray
    slope: FloatArray
    kept: IntArray
    before: FloatArray
    after: FloatArray
    discrepancy: float
    iterations: int


def solve(
    x: Matrix,
    weight: FloatArray,
    totals: FloatArray,
    names: Sequence[str],
    distance: Distance,
) -> Solution:
    """Calibrate `weight` (rows,) > 0 on the auxiliary variables `x` (rows, p) to `totals` (p,).

    Rows may be elements, or groups of elements with the same x whose weight is their sum.
    Columns that others explain are left out; TargetError if their targets contradict the
    others'. InfeasibleError says which targets (`names`) cannot be reached within the bounds.
    """
    x = pack(x)
    squares = gram(x, weight)
    kept = independent_columns(squares)
    _refuse_contradiction(squares, kept, totals, names)
    size = np.sqrt(np.diag(squares))[kept]
    scaled = scale_columns(x[:, kept], 1.0 / size)
    near = target_sizes(x, weight, totals)
    problem = (scaled, weight, totals[kept] / size, near[kept] / size)
    u, iterations, gap = _descend(*problem, distance)
    g = distance.factor(u)
    after = np.asarray(x.T @ (weight * g))
    if not gap <= ENOUGH or (distance.open and at_the_edge(g, weight, NO_BOUNDS).any()):
        failed = Attempt(x, weight, totals, names, distance.bounds, g)
        raise InfeasibleError(
            explain(failed, lambda bounds: _descend(*problem, Truncated(bounds))[2] <= ENOUGH)
        )
    return Solution(
        g=g,
        slope=distance.slope(u),
        kept=kept,
        before=np.asarray(x.T @ weight),
        after=after,
        discrepancy=float(np.max(np.abs(after - totals) / near, initial=0.0)),
        iterations=iterations,
    )


def independent_columns(squares: FloatArray) -> IntArray:
    """Columns with positive squares that are linearly independent, from Σ w x x' (p, p)."""
    size = np.sqrt(np.diag(squares))
    usable = np.flatnonzero(size > 0)
    near = squares[np.ix_(usable, usable)] / np.outer(size[usable], size[usable])
    _, triangle, order = linalg.qr(near, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(triangle)) > RANK).sum())
    return np.asarray(np.sort(usable[order[:rank]]), dtype=np.int64)


def _refuse_contradiction(
    squares: FloatArray, kept: IntArray, totals: FloatArray, names: Sequence[str]
) -> None:
    """TargetError if a column is a combination of others but its target is not."""
    others = np.setdiff1d(np.flatnonzero(np.diag(squares) > 0), kept)
    if not others.size:
        return
    size = np.sqrt(np.diag(squares))
    near = _near(squares, size)
    made = linalg.solve(near[np.ix_(kept, kept)], near[np.ix_(kept, others)], assume_a="sym")
    made = made * size[others] / size[kept][:, None]
    made = np.where(np.abs(made) > 1e-7, made, 0.0)
    said = made.T @ totals[kept]
    scale = np.abs(made.T) @ np.abs(totals[kept]) + np.abs(totals[others])
    gap = np.abs(said - totals[others]) / np.maximum(scale, 1e-300)
    if gap.max() <= AGREE:
        return
    worst = int(np.argmax(gap))
    relation = np.append(made[:, worst], -1.0)
    columns = np.append(kept, others[worst])
    one, two = (_sum(sign * relation, columns, totals, names) for sign in (-1.0, 1.0))
    raise TargetError(
        f"Targets contradict each other. In the sample {one[0]} is always {two[0]}, but their "
        f"targets make {one[1]:.10g} and {two[1]:.10g} ({int((gap > AGREE).sum())} such cases). "
        "Take totals from one and the same population, or leave out one of the margins."
    )


def _sum(
    factors: FloatArray, columns: IntArray, totals: FloatArray, names: Sequence[str]
) -> tuple[str, float]:
    """The terms with positive factors in words, and what their targets make."""
    places = np.flatnonzero(factors > 0)
    named = [
        (f"{factors[k]:.6g} × " if abs(factors[k] - 1.0) > 1e-9 else "") + names[columns[k]]
        for k in places
    ]
    more = [f"{len(named) - NAMED} more"] if len(named) > NAMED else []
    said = " + ".join(named[:NAMED] + more) or "0"
    return said, float(factors[places] @ totals[columns[places]])


def _near(squares: FloatArray, size: FloatArray) -> FloatArray:
    safe = np.where(size > 0, size, 1.0)
    return np.asarray(squares / np.outer(safe, safe))


def _descend(
    x: Matrix, weight: FloatArray, totals: FloatArray, near: FloatArray, distance: Distance
) -> tuple[FloatArray, int, float]:
    """u = x'λ at the minimum, the number of steps and the largest relative discrepancy."""
    multipliers = np.zeros(totals.size)
    u = np.zeros(weight.size)
    rest = totals - x.T @ (weight * distance.factor(u))
    for iteration in range(MOST_STEPS):
        gap = float(np.max(np.abs(rest) / near, initial=0.0))
        if gap <= AIM:
            return u, iteration, gap
        step = _newton(gram(x, weight * distance.slope(u)), rest)
        found = _halve(x, weight, totals, distance, multipliers, u, rest, step)
        if found is None:
            return u, iteration, gap
        multipliers, u, rest = found
    return u, MOST_STEPS, float(np.max(np.abs(rest) / near, initial=0.0))


def _newton(hessian: FloatArray, rest: FloatArray) -> FloatArray:
    try:
        return np.asarray(linalg.cho_solve(linalg.cho_factor(hessian), rest))
    except linalg.LinAlgError:
        # so many weights stand at their bounds that some directions are flat
        flat = 1e-8 * max(float(np.trace(hessian)) / rest.size, 1e-8)
        return np.asarray(linalg.solve(hessian + flat * np.eye(rest.size), rest, assume_a="pos"))


def _halve(
    x: Matrix,
    weight: FloatArray,
    totals: FloatArray,
    distance: Distance,
    multipliers: FloatArray,
    u: FloatArray,
    rest: FloatArray,
    step: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """The first of the step, its half, its quarter... that improves; None if none does."""
    along = np.asarray(x @ step)
    size = float(np.abs(rest).max())
    climb = float(rest @ step)
    start = float(weight @ distance.potential(u) - totals @ multipliers)
    share = 1.0
    while share > SMALLEST_STEP:
        moved = u + share * along
        # far too long a step makes infinite or undefined sums, which are no improvement
        with np.errstate(over="ignore", invalid="ignore"):
            left = totals - np.asarray(x.T @ (weight * distance.factor(moved)))
            height = float(
                weight @ distance.potential(moved) - totals @ (multipliers + share * step)
            )
        lower = height <= start - ARMIJO * share * climb
        if (lower and height < start) or np.abs(left).max() < 0.9 * size:
            return multipliers + share * step, moved, left
        share /= 2.0
    return None
