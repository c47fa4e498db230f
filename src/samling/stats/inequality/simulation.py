"""Intervals by drawing the groups' estimates again from their whole covariance matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.inequality.measures import Measure, Question
from samling.stats.inequality.outcome import Outcome, measure_blocks
from samling.stats.tables.exact import FloatArray

FEWEST = 100
BATCH = 400_000  # drawn blocks at once


@dataclass(frozen=True)
class Simulation:
    """Draw every block `draws` times from a normal distribution; `seed` makes it repeatable.

    Percentiles of measures that cannot be below 0 lie too high when groups differ little, since
    drawing adds the estimates' noise once more (docs/performance.md has the coverage).
    """

    seed: int
    draws: int = 2000

    def __post_init__(self) -> None:
        if self.draws < FEWEST:
            raise OptionError(
                f"draws={self.draws} are too few for limits of 2.5 %. Give at least {FEWEST}; 2000 "
                "is a good number."
            )


def simulate(
    simulation: Simulation,
    measures: Sequence[Measure],
    x: FloatArray,
    p: FloatArray,
    covariance: FloatArray,
    question: Question,
    outcome: Outcome,
    level: float,
) -> Outcome:
    """The outcome with percentile intervals of the draws, and their standard deviation as se.

    x and p are (blocks, groups), the covariance (blocks, k, k) of the estimates, followed by the
    shares if they are estimated too. Estimates are kept between 0 and the indicator's largest
    value where that is known. All blocks share their random numbers. Where too many draws give no
    value (more than one in a hundred), there is no interval.
    Ahn, Harper, Yu, Feuer & Liu (2019), PLoS One 14(7), who draw groups independently.
    """
    blocks, groups = x.shape
    noise = np.random.default_rng(simulation.seed).normal(
        size=(simulation.draws, covariance.shape[1])
    )
    root = _root(covariance)
    se = np.full(outcome.value.shape, np.nan)
    low, high = se.copy(), se.copy()
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    width = max(1, BATCH // simulation.draws)
    for start in range(0, blocks, width):
        part = slice(start, min(start + width, blocks))
        moved = np.einsum("dk,bjk->bdj", noise, root[part])
        drawn_x, drawn_p = _draw(x[part], p[part], moved, question.top)
        founds = measure_blocks(
            measures, drawn_x.reshape(-1, groups), drawn_p.reshape(-1, groups), question
        )
        for row, found in enumerate(founds):
            values = np.where(found.problem == "", found.value, np.nan)
            values = values.reshape(-1, simulation.draws)
            ends = _summary(values, tails)
            se[row, part], low[row, part], high[row, part] = ends
    # Where no draw differs (PAR held at 0) a doubt of the delta method stays: it is not certain.
    undefined = np.isnan(outcome.value) | ((se == 0.0) & (outcome.reason != ""))
    reason = np.where(
        ~undefined & np.isnan(se), "more than one draw in a hundred has no value", outcome.reason
    )
    reason = np.where(~undefined & ~np.isnan(se), "", reason)
    se, low, high = (np.where(undefined, np.nan, ends) for ends in (se, low, high))
    df = np.full(se.shape, np.nan)
    return replace(outcome, se=se, low=low, high=high, df=df, reason=reason)


def _draw(
    x: FloatArray, p: FloatArray, moved: FloatArray, top: float | None
) -> tuple[FloatArray, FloatArray]:
    """Drawn estimates and shares, (blocks, draws, groups)."""
    groups = x.shape[1]
    drawn_x = x[:, None, :] + moved[:, :, :groups]
    if top is not None:
        drawn_x = np.clip(drawn_x, 0.0, top)
    drawn_p = np.broadcast_to(p[:, None, :], drawn_x.shape)
    if moved.shape[2] > groups:
        drawn_p = np.maximum(drawn_p + moved[:, :, groups:], 0.0)
        drawn_p = drawn_p / drawn_p.sum(axis=2, keepdims=True)
    return drawn_x, drawn_p


def _summary(values: FloatArray, tails: list[float]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Standard deviation and percentiles per block; NaN where more than 1 % are undefined."""
    usable = np.isnan(values).mean(axis=1) <= 0.01
    filled = np.where(usable[:, None], values, 0.0)
    low, high = np.nanquantile(filled, tails, axis=1)
    spread = np.nanstd(filled, axis=1, ddof=1)
    return (
        np.where(usable, spread, np.nan),
        np.where(usable, low, np.nan),
        np.where(usable, high, np.nan),
    )


def _root(covariance: FloatArray) -> FloatArray:
    """A square root of every covariance; directions of rounding below 0 are left out."""
    size, vectors = np.linalg.eigh(np.nan_to_num(covariance))
    return np.asarray(vectors * np.sqrt(np.maximum(size, 0.0))[:, None, :])
