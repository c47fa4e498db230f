"""The stages of a design: which units lie in which stratum, and how much each stage counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samling.stats.errors import FpcError, LonelyPsuError, NestingError
from samling.stats.sampling.units import Units
from samling.stats.tables.exact import FloatArray, IntArray, tally

FULL = 1.0 - 1e-7


@dataclass(frozen=True)
class Stage:
    """One stage of sampling, within strata (stage 1) or within the units of the stage above.

    `unit[b]` is base unit b's unit of this stage and `parent[u]` that unit's stratum. At the
    element stage (`elements`) every element is a unit of its own and `parent[b]` is the stratum
    of the elements in base unit b. Per stratum: `counts` units sampled, the sampling `fraction`,
    and `reach`, the product of the fractions of the stages above.
    """

    number: int
    elements: bool
    unit: IntArray
    parent: IntArray
    counts: FloatArray
    fraction: FloatArray
    reach: FloatArray
    first_unit: IntArray

    @property
    def lonely(self) -> IntArray:
        """Strata with one unit that was not taken with certainty."""
        return np.flatnonzero((self.counts == 1) & (self.fraction < FULL) & (self.reach > 0))

    @property
    def scale(self) -> FloatArray:
        """Per stratum, reach (1-f) n/(n-1); reach (1-f) where n is 1; 0 for a census."""
        n = self.counts
        plain = self.reach * (1.0 - self.fraction) * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
        return np.where(self.fraction >= FULL, 0.0, plain)


@dataclass(frozen=True)
class Sampling:
    """All stages; the first one gives the degrees of freedom.

    `collapsed` names the strata that were joined because one of them had a single unit.
    """

    units: Units
    stages: tuple[Stage, ...]
    strata: int
    psus: int
    df: int
    collapsed: tuple[tuple[str, ...], ...] = ()

    def element_fraction(self) -> FloatArray:
        """The share of the population sampled around every row; 0 where a stage has no fpc."""
        last, row_unit = self.stages[-1], self.units.row_unit
        assert row_unit is not None  # noqa: S101 - asked of data in memory
        stratum = last.parent[row_unit if last.elements else last.unit[row_unit]]
        return (last.reach * last.fraction)[stratum]

    def lonely_names(self) -> tuple[str, ...]:
        """Every stratum that has one PSU, in words."""
        return tuple(
            self.units.name(int(stage.first_unit[stratum]), stage.number) or "the whole sample"
            for stage in self.stages
            for stratum in stage.lonely
        )

    def refuse_lonely(self) -> None:
        """Raise LonelyPsuError naming the strata, if there are any."""
        names = self.lonely_names()
        if names:
            shown = "; ".join(names[:10]) + ("; ..." if len(names) > 10 else "")
            raise LonelyPsuError(
                f"{len(names)} strata have only one PSU, so their variance cannot be estimated: "
                f"{shown}. Join each with a neighbouring stratum, or choose "
                'lonely_psu="certainty", "adjust", "average" or "collapse" and say so.'
            )


def lay_out(units: Units, elements: bool, fpc: Sequence[str], nest: bool) -> Sampling:
    """Build the stages from the counted units.

    The first key is the stratum, the others are the stages' ids. With fpc for fewer stages
    than there are ids, the rest are taken as complete (as R's svydesign does); without fpc
    only the first stage adds to the variance.
    """
    if not nest:
        _refuse_psu_in_two_strata(units)
    depth = len(units.keys)
    fractions = _FpcReader(units, fpc)
    stages: list[Stage] = []
    reach = np.ones(int(units.level(1)[-1]) + 1)
    for number in range(1, depth + (1 if elements else 0)):
        stage = _stage(units, number, number == depth, fractions, reach)
        stages.append(stage)
        below = stage.parent if not stage.elements else np.zeros(0, dtype=np.int64)
        reach = (stage.reach * stage.fraction)[below]
    return summarise(units, tuple(stages))


def _stage(
    units: Units, number: int, elements: bool, fractions: _FpcReader, reach: FloatArray
) -> Stage:
    stratum = units.level(number)
    first = np.flatnonzero(np.diff(stratum, prepend=-1))
    if elements:
        unit = np.arange(units.size)
        parent = stratum
        counts = tally(stratum, 0, units.sums["rows"])
    else:
        unit = units.level(number + 1)
        parent = stratum[np.flatnonzero(np.diff(unit, prepend=-1))]
        counts = tally(parent, 0)
    fraction = fractions.read(number, stratum, first, counts)
    return Stage(number, elements, unit, parent, counts, fraction, reach, first)


def summarise(units: Units, stages: tuple[Stage, ...]) -> Sampling:
    """The stages with the counts of strata and PSUs, and degrees of freedom of positive weight."""
    first = stages[0]
    positive = units.sums["positive"]
    if first.elements:
        stratum = first.parent
        psus = int(first.counts.sum())
        alive = int(positive.sum())
    else:
        stratum = first.parent[first.unit]
        psus = int(first.parent.size)
        alive = int((np.bincount(first.unit, weights=positive) > 0).sum())
    strata = int((np.bincount(stratum, weights=positive) > 0).sum())
    return Sampling(units, stages, int(stratum[-1]) + 1, psus, alive - strata)


@dataclass(frozen=True)
class _FpcReader:
    """Reads the fpc columns: population sizes when above 1, else sampling fractions."""

    units: Units
    names: Sequence[str]

    def read(
        self, number: int, stratum: IntArray, first: IntArray, counts: FloatArray
    ) -> FloatArray:
        """Sampling fraction per stratum of stage `number`; 0 without an fpc."""
        if number > len(self.names):
            return np.zeros(counts.size)
        low = np.minimum.reduceat(self.units.fpc_low[number - 1], first)
        high = np.maximum.reduceat(self.units.fpc_high[number - 1], first)
        name = self.names[number - 1]
        varies = np.flatnonzero(low != high)
        if varies.size:
            place = self._place(first, int(varies[0]), number)
            raise FpcError(
                f"The fpc {name!r} varies within {place} at stage {number}: from "
                f"{low[varies[0]]:g} to {high[varies[0]]:g}. It must be one number there."
            )
        return self._fractions(low, counts, first, number)

    def _fractions(
        self, given: FloatArray, counts: FloatArray, first: IntArray, number: int
    ) -> FloatArray:
        sizes = any((high > 1).any() for high in self.units.fpc_high)
        mixed = sizes and any((low < 1).any() for low in self.units.fpc_low)
        if mixed or (given < 0).any():
            raise FpcError(
                f"The fpc columns {', '.join(map(repr, self.names))} mix population sizes (1 or "
                "more) with sampling fractions (0 to 1), or are negative. Use one of the two."
            )
        if not sizes:
            return given
        wrong = np.flatnonzero(given < counts)
        if wrong.size:
            index = int(wrong[0])
            raise FpcError(
                f"The fpc {self.names[number - 1]!r} says {given[index]:g} units in "
                f"{self._place(first, index, number)}, but {counts[index]:g} were sampled there. "
                "A population cannot be smaller than its sample."
            )
        return counts / given

    def _place(self, first: IntArray, index: int, number: int) -> str:
        return self.units.name(int(first[index]), number) or "the sample"


def _refuse_psu_in_two_strata(units: Units) -> None:
    if len(units.keys) < 2:
        return
    unit = units.level(2)
    first = np.flatnonzero(np.diff(unit, prepend=-1))
    stratum, psu = units.parts[0][first], units.parts[1][first]
    found = np.bincount(psu)
    if found.max() > 1:
        code = int(np.argmax(found > 1))
        names = [str(units.values[0][s]) for s in stratum[psu == code][:5]]
        raise NestingError(
            f"The PSU {units.keys[1]}={units.values[1][code]} lies in {found[code]} strata of "
            f"{units.keys[0]!r}: {', '.join(names)}. If PSU numbers start again in every stratum, "
            "say nest=True; otherwise correct the stratum."
        )
