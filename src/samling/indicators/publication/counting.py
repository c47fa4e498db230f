"""Unweighted counts of a study's cells, and what every layer of the disclosure control asks."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np

from samling.indicators.publication.history import Earlier
from samling.indicators.publication.lattice import CellSum, Key, Lattice
from samling.indicators.study.schema import Indicator
from samling.stats.disclosure import Sum

Universe = tuple[tuple[str, tuple[str, ...]], ...]
"""Whom a question was put to: breakdowns and the levels that were asked; () is everyone."""


@dataclass(frozen=True)
class Counts:
    """Unweighted counts of every indicator in every cell: base, and numerator of a share.

    `fewest` counts those who answered the question that most left blank. The base layer rests on
    it: what hides the people of that question hides those of every other. `earlier` is what the
    releases that are still public have told.
    """

    respondents: dict[Universe, dict[Key, int]]
    fewest: dict[Universe, dict[Key, int]]
    base: dict[str, dict[Key, int]]
    numerator: dict[str, dict[Key, int]]
    earlier: tuple[Earlier, ...] = ()


def count_all(lattice: Lattice) -> Counts:
    """Count respondents and, for each indicator, its base and numerator."""
    frame = lattice.frame
    everyone = np.ones(frame.rows, dtype=bool)
    answered = [~np.isnan(frame.values[i.code]) for i in lattice.study.indicators if not i.asked_of]
    fewest = min(answered, key=lambda rows: int(rows.sum()), default=everyone)
    universes = universes_of(lattice)
    base, numerator = {}, {}
    for indicator in lattice.study.indicators:
        values = frame.values[indicator.code]
        base[indicator.code] = lattice.count(~np.isnan(values))
        if indicator.kind == "share":
            numerator[indicator.code] = lattice.count(values == 1)
    return Counts(
        {u: lattice.count(_asked_rows(lattice, u, everyone)) for u in universes},
        {u: lattice.count(_asked_rows(lattice, u, fewest)) for u in universes},
        base,
        numerator,
    )


def universe_of(indicator: Indicator) -> Universe:
    """Whom the indicator's question was put to."""
    return tuple(sorted((b, tuple(levels)) for b, levels in indicator.asked_of.items()))


def universes_of(lattice: Lattice) -> list[Universe]:
    """Everyone, and those who alone were put some question."""
    return sorted({(), *(universe_of(i) for i in lattice.study.indicators)})


def _asked_rows(lattice: Lattice, universe: Universe, rows: np.ndarray) -> np.ndarray:
    for breakdown, levels in universe:
        rows = rows & np.isin(lattice.frame.groups[breakdown].astype(str), levels)
    return rows


def sum_of(cells: CellSum, place: Mapping[Key, int], peopled: Container[Key]) -> Sum | None:
    """The sum over the cells that are there. Those without `peopled` are known to be empty and no
    remainder: there is nobody to protect, and that it is so is shown.
    """
    kept = tuple(place[c] for c in cells.children if c in place)
    if cells.parent not in place or not kept:
        return None
    missing = [c for c in cells.children if c not in place and c in peopled]
    return Sum(place[cells.parent], kept, cells.exhaustive and not missing)


def cost_of(lattice: Lattice, key: Key, n: int) -> float:
    """What is lost by hiding a cell: totals and whole areas last, then by size."""
    grouping, area, _, _ = key
    loss = float(n)
    if area == lattice.total:
        loss += 1e6
    if not grouping:
        loss += 1e5
    return loss


def name_of(key: Key) -> str:
    """How a person would call the cell."""
    grouping, area, period, group = key
    return " ".join([area, period, *(f"{b}={g}" for b, g in zip(grouping, group, strict=True))])
