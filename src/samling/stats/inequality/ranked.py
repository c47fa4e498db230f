"""Slope and concentration indices of microdata, ranked by a variable such as income.

Every element's rank is the weighted share of the population below it, plus half of those who are
level with it; so the ranks are estimates too. An element's weight moves its own terms, and the
ranks of all that stand above it or beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samling.stats.cube.local import bring_here
from samling.stats.errors import MeasureError
from samling.stats.inequality.measures import BY_NAME, choose_measures
from samling.stats.inequality.request import refuse_beyond_scale
from samling.stats.inference.estimates import Estimates
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import (
    BoolArray,
    Memory,
    Where,
    require_columns,
)

RANKED = ("SII", "RII", "ACI", "RCI", "Wagstaff", "Erreygers")


@dataclass(frozen=True)
class RankedInequality:
    """An Estimator of rank-based measures of y by a rank variable.

    `level[k]` is element k's place among the distinct values of the rank variable, the most
    disadvantaged 0; elements outside `known` have no part.
    """

    names: tuple[str, ...]
    y: FloatArray
    level: IntArray
    known: BoolArray
    top: float | None

    def values(self, weights: FloatArray) -> FloatArray:
        """The measures with the given weights."""
        return self._measure(self._state(weights))[0]

    def influence(self, weights: FloatArray) -> FloatArray:
        """Their change with every element's weight, the change of all ranks included."""
        state = self._state(weights)
        _, gradient = self._measure(state)
        return state.moments @ gradient.T

    def _state(self, weights: FloatArray) -> _State:
        w = np.where(self.known, weights, 0.0)
        size = w.sum()
        y = np.where(self.known, self.y, 0.0)
        below, beside = self._around(w)
        rank = np.where(self.known, (below + beside / 2.0) / size, 0.5)
        gap = np.where(self.known, rank - 0.5, 0.0)
        mean, cross, spread = (w @ y) / size, (w @ (y * gap)) / size, (w @ gap**2) / size
        # The rank of k moves by (h(i, k) - R_k)/N with the weight of i, h = 1 if i stands below k.
        moved_cross = (self._above(w * y) / size) - (w @ (y * rank)) / size
        moved_spread = 2.0 * ((self._above(w * gap) / size) - (w @ (gap * rank)) / size)
        moments = np.stack(
            [
                y - mean,
                y * gap - cross + moved_cross,
                gap**2 - spread + moved_spread,
            ],
            axis=1,
        )
        moments = np.where(self.known[:, None], moments / size, 0.0)
        return _State(float(mean), float(cross), float(spread), moments)

    def _around(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Sums of those below each element, and of those level with it (itself included)."""
        sums = np.bincount(self.level, weights=values)
        below = np.asarray(np.cumsum(sums) - sums, dtype=float)
        return below[self.level], np.asarray(sums[self.level], dtype=float)

    def _above(self, values: FloatArray) -> FloatArray:
        """Sums of those above each element, with half of those level with it."""
        below, beside = self._around(values)
        return np.asarray(values.sum() - below - beside / 2.0)

    def _measure(self, state: _State) -> tuple[FloatArray, FloatArray]:
        """The measures, and their change with mean, cross and spread, (measures, 3)."""
        # What is divided by 0 is not a number: all six are made, and those asked for are checked.
        with np.errstate(all="ignore"):
            found = [self._one(name, state) for name in self.names]
        return np.array([value for value, _ in found]), np.array([g for _, g in found])

    def _one(self, name: str, state: _State) -> tuple[float, tuple[float, float, float]]:
        mean, cross, spread = np.array([state.mean, state.cross, state.spread])
        aci, slope = 2.0 * cross, cross / spread
        low, high = mean - slope / 2.0, mean + slope / 2.0
        top = self.top or np.nan
        room = mean * (top - mean) / top
        by_slope = (1.0 / spread, -slope / spread)
        choices: Mapping[str, tuple[float, tuple[float, float, float]]] = {
            "ACI": (aci, (0.0, 2.0, 0.0)),
            "RCI": (aci / mean, (-aci / mean**2, 2.0 / mean, 0.0)),
            "SII": (slope, (0.0, *by_slope)),
            "RII": (
                high / low,
                (
                    (low - high) / low**2,
                    mean / low**2 * by_slope[0],
                    mean / low**2 * by_slope[1],
                ),
            ),
            "Wagstaff": (aci / room, (-aci / room**2 * (1.0 - 2.0 * mean / top), 2.0 / room, 0.0)),
            "Erreygers": (4.0 * aci / top, (0.0, 8.0 / top, 0.0)),
        }
        return choices[name]


@dataclass(frozen=True)
class _State:
    """Mean of y, its covariance with the rank, the rank's variance, and their influence (n, 3)."""

    mean: float
    cross: float
    spread: float
    moments: FloatArray


def ranked_inequality(
    design: Design,
    variable: str,
    rank: str,
    *,
    measures: Sequence[str] | str = ("SII", "RII", "ACI", "RCI"),
    lowest_first: bool = True,
    order: Sequence[Any] | None = None,
    scale: float | None = None,
    where: Where = None,
    df: str | float = "design",
    level: float = 0.95,
) -> Estimates:
    """Slope and concentration indices of a variable over a rank such as income, from microdata.

    The lowest value of `rank` is the most disadvantaged, or the highest unless `lowest_first`;
    `order` lists the values instead, the most disadvantaged first. Ties share the middle of their
    place. SII and RII are of the straight line. `scale` is the largest value that the variable can
    have, for Wagstaff and Erreygers. Elements where either is missing are left out, and
    counted in the result's method. RII is on the log scale. The variance is the design's and
    counts that ranks are estimated, by influence or from replicate weights.

    MeasureError for other measures, an order that leaves out a value, a variance of ranks that
    is 0, or a RII whose line predicts 0 or less at an end.
    Kakwani, Wagstaff & van Doorslaer (1997), J Econometrics 77; Demnati & Rao (2004); Wagstaff
    (2005); Erreygers (2009).
    """
    chosen = RANKED[:4] if measures == "all" else tuple(m.name for m in choose_measures(measures))
    _refuse_others(chosen, scale)
    require_columns(design.source, [variable, rank], "ranked_inequality")
    design, where = bring_here(design, [variable, rank], where)
    assert isinstance(design.source, Memory)  # noqa: S101 - brought here
    mask = design.source.mask(where)
    y, known = design.numbers(variable)
    coded = design.coded(rank)
    place = _places(coded.values, rank, lowest_first, order)
    inside = np.ones(y.size, dtype=bool) if mask is None else mask
    usable = known & (coded.codes >= 0) & inside & (design.element_weights() > 0)
    estimator = RankedInequality(
        names=chosen,
        y=y,
        level=np.append(place, 0)[coded.codes],
        known=usable,
        top=scale,
    )
    _refuse_impossible(estimator, design, rank, variable)
    found = infer(
        design,
        estimator,
        df=df,
        level=level,
        rank=rank,
        variable=variable,
        n=int(usable.sum()),
        dropped=int((inside & ~usable).sum()),
    )
    log = tuple(BY_NAME[name].scale == "log" for name in chosen)
    return replace(found, logarithmic=log)


def _refuse_others(chosen: Sequence[str], scale: float | None) -> None:
    other = [name for name in chosen if name not in RANKED]
    if other:
        raise MeasureError(
            f"{', '.join(other)} compare groups, not ranks. Use inequality() of estimates by "
            f"group, or choose among {', '.join(RANKED)}."
        )
    if scale is not None and not 0 < scale < math.inf:
        raise MeasureError(f"scale={scale!r} must be above 0: 1 for a 0/1 variable.")
    bounded = [name for name in chosen if BY_NAME[name].bounded]
    if bounded and scale is None:
        raise MeasureError(
            f"{', '.join(bounded)} need the variable's largest value: give scale=, 1 for a 0/1 "
            "variable."
        )


def _places(
    values: Sequence[Any], rank: str, lowest_first: bool, order: Sequence[Any] | None
) -> IntArray:
    """Each value's place from the most disadvantaged."""
    if order is None:
        place = np.arange(len(values))
        return place if lowest_first else place[::-1]
    said = [str(value) for value in order]
    missing = [str(value) for value in values if str(value) not in said]
    if missing or len(set(said)) < len(said):
        raise MeasureError(
            f"order must name each value of {rank!r} once; it lacks {', '.join(missing) or 'none'}"
            " or has one twice."
        )
    return np.array([said.index(str(value)) for value in values], dtype=np.int64)


def _refuse_impossible(
    estimator: RankedInequality, design: Design, rank: str, variable: str
) -> None:
    """MeasureError for what the measures asked for cannot be made of."""
    weights = design.element_weights()
    y = estimator.y[estimator.known]
    distinct = np.unique(estimator.level[estimator.known]).size
    if distinct < 2:
        raise MeasureError(
            f"{rank!r} has {distinct} value among the elements where {variable!r} is known, so "
            "nobody stands above anybody else. Rank by something that varies."
        )
    if estimator.top is not None:
        refuse_beyond_scale(y, estimator.top)
    relative = [name for name in estimator.names if name in ("RII", "RCI", "Wagstaff")]
    mean = float(np.average(y, weights=weights[estimator.known]))
    if relative and not mean > 0:
        raise MeasureError(
            f"{', '.join(relative)} of {variable!r} cannot be made: they are relative to its mean, "
            f"which is {mean:g}. Use SII or ACI."
        )
    if "Wagstaff" in relative and estimator.top is not None and not mean < estimator.top:
        raise MeasureError(
            f"Wagstaff of {variable!r} cannot be made: its mean is at the largest value, "
            f"{estimator.top:g}. Use SII or ACI."
        )
    values = dict(zip(estimator.names, estimator.values(weights), strict=True))
    if not values.get("RII", 1.0) > 0:
        raise MeasureError(
            f"RII of {variable!r} cannot be made: the line over {rank!r} predicts 0 or less at an "
            "end. Use SII, or RCI."
        )
