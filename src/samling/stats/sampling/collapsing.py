"""Joining a stratum that has one PSU with its neighbour ("collapse").

The strata are walked through in sorted order. One with a single unit is joined with the next one,
or with the one before where there is no next; two that are lonely after each other are joined
into a pair. The joined strata count as one, which for a pair gives (t1 - t2)², the collapsed
stratum estimator (Hansen, Hurwitz & Madow 1953; Cochran 1977, sec. 5A.12; Wolter 2007, sec. 2.5).
It is too large on average by the difference between the strata, so it errs on the safe side.

A stratum that was taken with certainty is nobody's neighbour, and at later stages only units of
the same stratum above are neighbours. What can't be joined stays lonely.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from samling.stats.sampling.stages import FULL, Sampling, Stage, summarise
from samling.stats.tables.exact import IntArray, tally


def collapse(sampling: Sampling) -> Sampling:
    """The same sampling with lonely strata joined; `collapsed` names every group of strata."""
    block = np.zeros(sampling.stages[0].counts.size, dtype=np.int64)
    stages: list[Stage] = []
    names: list[tuple[str, ...]] = []
    for stage in sampling.stages:
        group = _groups(stage, block)
        names += _names(sampling, stage, group)
        stages.append(_joined(stage, group))
        block = stage.parent
    return replace(summarise(sampling.units, tuple(stages)), collapsed=tuple(names))


def _groups(stage: Stage, block: IntArray) -> IntArray:
    """Each stratum's group after joining: 0, 0, 1, 2, ... in the strata's order."""
    single = (stage.counts == 1) & (stage.fraction < FULL) & (stage.reach > 0)
    open_ = (stage.fraction < FULL) & (stage.reach > 0)
    new = np.ones(stage.counts.size, dtype=bool)
    waiting = False  # whether the group so far is one lonely unit that looks for company
    for stratum in range(stage.counts.size):
        near = stratum > 0 and block[stratum] == block[stratum - 1]
        near = near and bool(open_[stratum] and open_[stratum - 1])
        last = stratum + 1 == stage.counts.size or block[stratum + 1] != block[stratum]
        last = last or not open_[stratum + 1]
        backwards = bool(single[stratum]) and last
        new[stratum] = not (near and (waiting or backwards))
        waiting = bool(single[stratum]) and bool(new[stratum])
    return np.asarray(np.cumsum(new) - 1, dtype=np.int64)


def _names(sampling: Sampling, stage: Stage, group: IntArray) -> list[tuple[str, ...]]:
    several = np.flatnonzero(np.bincount(group) > 1)
    return [
        tuple(
            sampling.units.name(int(stage.first_unit[stratum]), stage.number)
            for stratum in np.flatnonzero(group == one)
        )
        for one in several
    ]


def _joined(stage: Stage, group: IntArray) -> Stage:
    size = int(group[-1]) + 1
    if size == group.size:
        return stage
    first = np.flatnonzero(np.diff(group, prepend=-1))
    counts = tally(group, size, stage.counts)
    known = stage.fraction > 0
    population = tally(group, size, stage.counts / np.where(known, stage.fraction, 1.0))
    finite = tally(group, size, known.astype(float)) == np.bincount(group)
    alone = np.bincount(group) == 1
    fraction = np.where(finite, counts / population, 0.0)
    return replace(
        stage,
        parent=group[stage.parent],
        counts=counts,
        fraction=np.where(alone, stage.fraction[first], fraction),
        reach=stage.reach[first],
        first_unit=stage.first_unit[first],
    )
