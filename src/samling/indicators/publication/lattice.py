"""Every cell that a study may publish, the rows that belong to it, and the sums that tie cells.

A cell is a grouping (breakdowns crossed), an area, a period and one level of each breakdown.
The same lattice serves the estimates, the counts and the disclosure control, so that no cell
can be published that the control has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from samling.indicators.study.conditions import leaves
from samling.indicators.study.frame import Frame
from samling.indicators.study.schema import AreaLevel, Indicator, Study

Key = tuple[tuple[str, ...], str, str, tuple[str, ...]]
"""(grouping, area, period, group)"""
Rows = NDArray[np.bool_]
SEPARATOR = "*"
"""Between the breakdowns of a grouping, and between the levels of a group, in a release."""


@dataclass(frozen=True)
class CellSum:
    """`parent` is the sum of `children`, plus an unknown remainder unless `exhaustive`.

    of: "area", "period" or a breakdown's code. complete: whether every part is among the children.
    """

    parent: Key
    children: tuple[Key, ...]
    exhaustive: bool
    of: str = field(default="", compare=False)
    complete: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class Lattice:
    """Cells and sums of a study; `area_levels` gives every area's level by code."""

    frame: Frame
    total: str
    areas: tuple[str, ...]
    area_levels: dict[str, AreaLevel]
    groupings: dict[tuple[str, ...], tuple[AreaLevel, ...] | None]

    @property
    def study(self) -> Study:
        """The study whose cells these are."""
        return self.frame.study

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Single periods in order."""
        return tuple(sorted({p for p in self.frame.period if p is not None}))

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every cell that may be published, in a fixed order."""
        return tuple(self._keys())

    def _keys(self) -> Iterator[Key]:
        periods = (*self.periods, *self.frame.pools)
        for grouping in self.groupings:
            levels = [[lv.code for lv in self.study.breakdown(b).levels] for b in grouping]
            for area, period in product((self.total, *self.areas), periods):
                for group in product(*levels):
                    if self.is_published(grouping, area, group):
                        yield grouping, area, period, group

    def is_published(self, grouping: tuple[str, ...], area: str, group: tuple[str, ...]) -> bool:
        """Whether the study shows this grouping and these groups at this area's level."""
        level = self.area_levels[area]
        allowed = self.groupings.get(grouping, ())
        if allowed is not None and level not in allowed:
            return False
        for breakdown, code in zip(grouping, group, strict=True):
            found = next(lv for lv in self.study.breakdown(breakdown).levels if lv.code == code)
            if found.only is not None and level not in found.only:
                return False
        return True

    @cached_property
    def sums(self) -> tuple[CellSum, ...]:
        """Areas to their total, groups to their margins, periods to their pool."""
        known = set(self.keys)
        found = [
            s
            for s in (*self._area_sums(), *self._group_sums(), *self._period_sums())
            if s.parent in known
        ]
        return tuple(
            CellSum(s.parent, kept, s.exhaustive and whole, s.of, whole)
            for s in found
            if (kept := tuple(c for c in s.children if c in known))
            for whole in [len(kept) == len(s.children)]
        )

    def _area_sums(self) -> Iterator[CellSum]:
        if not self.areas:
            return
        exhaustive = all(code is not None for code in self.frame.area)
        for grouping, area, period, group in self.keys:
            if area == self.total:
                children = tuple((grouping, a, period, group) for a in self.areas)
                yield CellSum((grouping, area, period, group), children, exhaustive, "area")

    def _group_sums(self) -> Iterator[CellSum]:
        for grouping in self.groupings:
            for i, breakdown in enumerate(grouping):
                rest = (*grouping[:i], *grouping[i + 1 :])
                if rest in self.groupings:
                    yield from self._margin_sums(grouping, i, breakdown, rest)

    def _margin_sums(
        self, grouping: tuple[str, ...], i: int, breakdown: str, rest: tuple[str, ...]
    ) -> Iterator[CellSum]:
        levels = [lv.code for lv in self.study.breakdown(breakdown).levels]
        exhaustive = all(code is not None for code in self.frame.groups[breakdown])
        for margin, area, period, group in self.keys:
            if margin == rest:
                children = tuple(
                    (grouping, area, period, (*group[:i], level, *group[i:])) for level in levels
                )
                yield CellSum((rest, area, period, group), children, exhaustive, breakdown)

    def _period_sums(self) -> Iterator[CellSum]:
        for pool in self.study.periods.pooled:
            for grouping, area, period, group in self.keys:
                if period == pool.code:
                    children = tuple((grouping, area, p, group) for p in pool.periods)
                    yield CellSum((grouping, area, period, group), children, True, "period")

    def for_indicator(self, indicator: Indicator) -> tuple[Key, ...]:
        """The cells that may be published of one indicator.

        Left out: area levels that its sensitivity forbids, groupings by the question that the
        indicator is made of, and groups that were not asked.
        """
        allowed = self.study.policy(indicator).levels
        own = source_variables(indicator)
        return tuple(
            key
            for key in self.keys
            if (allowed is None or self.area_levels[key[1]] in allowed)
            and not any(own & self._breakdown_variables[b] for b in key[0])
            and was_asked(indicator, key)
        )

    @cached_property
    def _breakdown_variables(self) -> dict[str, frozenset[str]]:
        return {
            b.code: frozenset(leaf.variable for level in b.levels for leaf in leaves(level.when))
            for b in self.study.breakdowns
        }

    def count(self, inside: Rows) -> dict[Key, int]:
        """Rows in every cell among those that are `inside`; cells without rows are left out."""
        counts: dict[Key, int] = {}
        for keys, place in self._places:
            found = np.bincount(place[inside & (place >= 0)], minlength=len(keys))
            counts |= {key: int(n) for key, n in zip(keys, found, strict=True) if n}
        return counts

    @cached_property
    def _places(self) -> list[tuple[list[Key], NDArray[np.int64]]]:
        """For every cut its cells that have rows, and each row's place among them (-1: in none)."""
        places = []
        for grouping, area_total, pool in self._cuts():
            area = np.full(self.frame.rows, self.total) if area_total else self.frame.area
            period = self.frame.period if pool is None else self.frame.pools[pool]
            columns = [area, period, *(self.frame.groups[b] for b in grouping)]
            labels, place = _combine(columns)
            keys: list[Key] = [(grouping, row[0], row[1], row[2:]) for row in labels]
            places.append((keys, place))
        return places

    def _cuts(self) -> Iterator[tuple[tuple[str, ...], bool, str | None]]:
        return product(self.groupings, (True, False), (None, *self.frame.pools))


def was_asked(indicator: Indicator, key: Key) -> bool:
    """Whether the question was put to the group of this cell."""
    grouping, _, _, group = key
    return all(
        code in indicator.asked_of[breakdown]
        for breakdown, code in zip(grouping, group, strict=True)
        if breakdown in indicator.asked_of
    )


def source_variables(indicator: Indicator) -> frozenset[str]:
    """The questions that an indicator is made of."""
    names = {leaf.variable for leaf in leaves(indicator.denominator)}
    if indicator.numerator is not None:
        names |= {leaf.variable for leaf in leaves(indicator.numerator)}
    if indicator.variable is not None:
        names.add(indicator.variable)
    return frozenset(names)


def _combine(
    columns: list[NDArray[np.object_]],
) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
    """The combinations that occur, and each row's place among them; -1 with None in any column."""
    keep = np.ones(len(columns[0]), dtype=bool)
    index = np.zeros(len(columns[0]), dtype=np.int64)
    levels: list[NDArray[np.str_]] = []
    for column in columns:
        present = np.array([value is not None for value in column])
        names, codes = np.unique(column[present].astype(str), return_inverse=True)
        keep &= present
        full = np.zeros(len(index), dtype=np.int64)
        full[present] = codes
        index = index * max(len(names), 1) + full
        levels.append(names)
    found, place = np.unique(index[keep], return_inverse=True)
    at = np.unravel_index(found, [max(len(names), 1) for names in levels])
    rows = zip(*(names[i] for names, i in zip(levels, at, strict=True)), strict=True)
    everyone = np.full(len(index), -1, dtype=np.int64)
    everyone[keep] = place
    return [tuple(str(v) for v in row) for row in rows], everyone
