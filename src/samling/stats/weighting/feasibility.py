"""Why a calibration cannot reach its targets: linear programs that find how near one can come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, sparse

from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray
from samling.stats.weighting.distances import Bounds
from samling.stats.weighting.matrices import Matrix, scale_columns, scale_rows, target_sizes

MISSED = 1e-7  # relative distance from a target that counts as not reached
NAMED = 8  # targets named in a message
EDGE = 1e-7
ROUNDING = 1e-12
MANY = 3_000  # rows above which linear programs take too long
TIMES = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


def nearest(x: Matrix, weight: FloatArray, totals: FloatArray, bounds: Bounds) -> FloatArray:
    """Factors within the bounds whose totals have the least relative distance from the targets.

    The sum over the targets of |total - target| / the target's size is as small as it can be.
    """
    rows, size = x.shape
    scale = target_sizes(x, weight, totals)
    weighted = _equations(x, weight, scale)
    slack: Matrix = sparse.eye_array(size, format="csc")
    found: Any = optimize.linprog(
        np.concatenate([np.zeros(rows), np.ones(2 * size)]),
        A_eq=sparse.hstack([weighted, slack, -slack], format="csc"),
        b_eq=totals / scale,
        bounds=[*([_upper(bounds)] * rows), *([(0, None)] * (2 * size))],
        method="highs",
    )
    return np.asarray(found.x[:rows])


def wider_bounds(
    x: Matrix, weight: FloatArray, totals: FloatArray, bounds: Bounds
) -> Bounds | None:
    """The bounds, widened on both sides in proportion as little as will do; None if none will.

    L is never below 0: (max(0, 1 - (1 - L)t), 1 + (U - 1)t) for the smallest t.
    """
    rows = x.shape[0]
    low, high = bounds
    scale = target_sizes(x, weight, totals)
    weighted = _equations(x, weight, scale)
    none = sparse.csc_array((totals.size, 1))
    unit: Matrix = sparse.eye_array(rows, format="csc")
    ones = np.ones((rows, 1))
    sides = sparse.vstack(
        [
            sparse.hstack([unit, sparse.csc_array(-(high - 1.0) * ones)]),
            sparse.hstack([-unit, sparse.csc_array(-(1.0 - low) * ones)]),
        ],
        format="csc",
    )
    program: Any = optimize.linprog
    found = program(
        np.append(np.zeros(rows), 1.0),
        A_ub=sides,
        b_ub=np.concatenate([np.ones(rows), -np.ones(rows)]),
        A_eq=sparse.hstack([weighted, none], format="csc"),
        b_eq=totals / scale,
        bounds=[(0, None)] * (rows + 1),
        method="highs",
    )
    if not found.success:
        return None
    return widened(bounds, float(found.x[-1]))


@dataclass(frozen=True)
class Attempt:
    """A calibration that failed: what was asked, the bounds, and the factors of its last step."""

    x: Matrix
    weight: FloatArray
    totals: FloatArray
    names: Sequence[str]
    bounds: Bounds
    g: FloatArray


def explain(failed: Attempt, try_bounds: Callable[[Bounds], bool]) -> str:
    """In words: which targets cannot be reached, how near one comes, and what would do.

    Exact by linear programs for up to MANY rows of x; with more, the last step of the failed
    calibration says how near it came, and `try_bounds` whether some wider bounds do.
    """
    x, weight, totals, bounds = failed.x, failed.weight, failed.totals, failed.bounds
    plain, many = not np.isfinite(bounds[1]), x.shape[0] > MANY
    within = "with weights of 0 or more" if plain else f"with bounds {bounds}"
    g = failed.g if many else nearest(x, weight, totals, bounds)
    reached = np.asarray(x.T @ (weight * g))
    gap = np.abs(reached - totals) / target_sizes(x, weight, totals)
    if gap.max() <= MISSED:
        return _only_at_the_edge(failed, g, within)
    asked = _listed(gap, failed.names, totals, reached)
    how = "One comes to" if many else "The nearest that can be reached"
    said = f"The targets cannot all be reached {within}. {how}: {asked}."
    if plain:
        return f"{said} Merge categories, or take totals from one and the same population."
    wide = _tried(bounds, try_bounds) if many else wider_bounds(x, weight, totals, bounds)
    if wide is None:
        return (
            f"{said} No bounds were found that would do: merge categories, or leave out a margin."
        )
    word = "of" if many else "just wider than"
    return f"{said} Bounds {word} ({wide[0]:.4g}, {wide[1]:.4g}) would do."


def at_the_edge(g: FloatArray, weight: FloatArray, bounds: Bounds) -> BoolArray:
    """Factors that are so near a bound that they would not stop before it."""
    low, high = bounds
    scale = float(weight @ g / weight.sum()) if np.isinf(high) else high - low
    return (g - low <= EDGE * scale) | (high - g <= EDGE * scale)


def _tried(bounds: Bounds, try_bounds: Callable[[Bounds], bool]) -> Bounds | None:
    for times in TIMES:
        wide = widened(bounds, times)
        if try_bounds(wide):
            return wide
    return None


def widened(bounds: Bounds, times: float) -> Bounds:
    """Bounds `times` as far from 1, the lower one never below 0."""
    low, high = bounds
    wide = 1.0 - (1.0 - low) * times
    return (wide if wide > ROUNDING else 0.0), 1.0 + (high - 1.0) * times


def _equations(x: Matrix, weight: FloatArray, scale: FloatArray) -> Matrix:
    """Weighted sums of x as multiples of the targets' sizes, (targets, rows)."""
    return sparse.csc_array(scale_columns(scale_rows(x, weight), 1.0 / scale).T)


def _upper(bounds: Bounds) -> tuple[float, float | None]:
    return bounds[0], bounds[1] if np.isfinite(bounds[1]) else None


def _listed(gap: FloatArray, names: Sequence[str], totals: FloatArray, reached: FloatArray) -> str:
    worst = [int(place) for place in np.argsort(-gap, kind="stable") if gap[place] > MISSED]
    words = [f"{names[k]} {reached[k]:.6g} of {totals[k]:.6g}" for k in worst[:NAMED]]
    more = f" and {len(worst) - NAMED} more" if len(worst) > NAMED else ""
    return ", ".join(words) + more


def _only_at_the_edge(failed: Attempt, g: FloatArray, within: str) -> str:
    """The targets can be reached, but only with some factors on their bounds."""
    edge = at_the_edge(g, failed.weight, failed.bounds)
    share = np.asarray(abs(failed.x).T @ (failed.weight * edge))
    worst = [int(place) for place in np.argsort(-share, kind="stable") if share[place] > 0]
    touched = ", ".join(failed.names[place] for place in worst[:NAMED])
    return (
        f"The targets can be reached {within} only if some weights go all the way to a bound, "
        "which this method never does. The categories that these weights belong to: "
        f"{touched or 'none in particular'}. Merge categories, or take wider bounds or "
        "method='truncated'."
    )
