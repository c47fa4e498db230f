"""The sampled units of a design, counted in one scan: strata, PSUs and later stages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samling.stats.errors import EmptyDataError, MissingDesignValueError, WeightError
from samling.stats.tables.condition import knows_nan
from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.keys import combine
from samling.stats.tables.source import Engine, Memory, Source

WEIGHT_GRID = 2.0**20
MOST_BITS = 52  # of a sum on a grid that is exact
WIDEST = 1e12  # largest weight over smallest: sums on two grids keep the digits of both
SUMS = ("rows", "positive", "missing", "weight", "square")


@dataclass(frozen=True)
class Units:
    """The distinct combinations of the key columns (stratum, psu, ...), sorted, with counts.

    `parts[j][i]` is unit i's code of key j, an index of `values[j]`; `sums` and the fpc bounds
    are per unit. `least` is the smallest weight above 0 (inf where there is none). The sum of
    weights is in steps of 1/`weight_grid`. `row_unit` gives each row's unit when the data is in
    memory.
    """

    keys: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    parts: tuple[IntArray, ...]
    sums: dict[str, FloatArray]
    lowest: FloatArray
    highest: FloatArray
    least: FloatArray
    fpc_low: tuple[FloatArray, ...]
    fpc_high: tuple[FloatArray, ...]
    row_unit: IntArray | None
    weight_grid: float = WEIGHT_GRID

    @property
    def size(self) -> int:
        """Number of units."""
        return int(self.lowest.size)

    @property
    def weight(self) -> float:
        """Sum of all weights."""
        return float(self.sums["weight"].sum()) / self.weight_grid

    def level(self, depth: int) -> IntArray:
        """Each unit's index among the distinct combinations of the first `depth` keys."""
        change = np.zeros(self.size, dtype=bool)
        for part in self.parts[:depth]:
            change[1:] |= part[1:] != part[:-1]
        return np.cumsum(change)

    def name(self, unit: int, depth: int) -> str:
        """The unit in words, by its first `depth` keys."""
        named = zip(self.keys[:depth], self.values, self.parts, strict=False)
        return ", ".join(f"{key}={values[part[unit]]}" for key, values, part in named if key)

    def within_one_stratum(self) -> Units:
        """The same units with a first key, without a name, that is the same for all."""
        whole = np.zeros(self.size, dtype=np.int64)
        return replace(
            self,
            keys=("", *self.keys),
            values=((None,), *self.values),
            parts=(whole, *self.parts),
        )

    def without_last_key(self) -> Units:
        """The same counts gathered one key higher."""
        depth = len(self.keys) - 1
        index = self.level(depth)
        first = np.flatnonzero(np.diff(index, prepend=-1))
        return replace(
            self,
            keys=self.keys[:depth],
            values=self.values[:depth],
            parts=tuple(part[first] for part in self.parts[:depth]),
            sums={name: np.add.reduceat(value, first) for name, value in self.sums.items()},
            lowest=np.minimum.reduceat(self.lowest, first),
            highest=np.maximum.reduceat(self.highest, first),
            least=np.minimum.reduceat(self.least, first),
            fpc_low=tuple(np.minimum.reduceat(value, first) for value in self.fpc_low),
            fpc_high=tuple(np.maximum.reduceat(value, first) for value in self.fpc_high),
            row_unit=None if self.row_unit is None else index[self.row_unit],
        )


def count_units(
    source: Source, keys: Sequence[str], weights: str | None, fpc: Sequence[str]
) -> Units:
    """Scan the design's columns once; MissingDesignValueError or WeightError if they are bad."""
    if isinstance(source, Memory):
        units = _count_memory(source, keys, weights, fpc)
    else:
        units = _count_engine(source, keys, weights, fpc)
    if not units.sums["rows"].sum():
        raise EmptyDataError("The data has no rows, so there is nothing to estimate.")
    _check_keys(units)
    _check_weights(units, weights)
    _check_fpc_known(units, fpc)
    return units


def _count_memory(
    source: Memory, keys: Sequence[str], weights: str | None, fpc: Sequence[str]
) -> Units:
    rows = source.table.num_rows
    coded = [source.coded(key) for key in keys]
    row_unit, parts = combine(coded, rows)
    size = int(parts[0].size) if parts else 1
    weight, known = _weight_columns(source, weights)
    step = weight_grid(float(weight.max(initial=0.0)), rows)
    values: dict[str, FloatArray | None] = {
        "rows": None,
        "positive": (weight > 0).astype(float),
        "missing": (~known).astype(float),
        "weight": np.floor(weight * step + 0.5),
        "square": weight * weight,
    }
    lowest, highest = _bounds(row_unit, np.where(known, weight, 0.0), size)
    least, _ = _bounds(row_unit, np.where(weight > 0, weight, np.inf), size)
    limits = [_fpc_bounds(source, name, row_unit, size) for name in fpc]
    return Units(
        keys=tuple(keys),
        values=tuple(column.values for column in coded),
        parts=tuple(parts),
        sums={name: tally(row_unit, size, value) for name, value in values.items()},
        lowest=lowest,
        highest=highest,
        least=least,
        fpc_low=tuple(low for low, _ in limits),
        fpc_high=tuple(high for _, high in limits),
        row_unit=row_unit,
        weight_grid=step,
    )


def weight_grid(highest: float, rows: float) -> float:
    """Steps to one of the grid that weights are summed on.

    More for weights that are all below 1 (shares of the whole), fewer where a sum of steps
    would have more digits than a double.
    """
    if not 0 < highest < math.inf:
        return WEIGHT_GRID
    room = MOST_BITS - math.frexp(highest * max(rows, 1.0))[1]
    finest = math.ldexp(1.0, min(room, 1000))
    return finest if highest < 1 else min(WEIGHT_GRID, finest)


def _weight_columns(source: Memory, weights: str | None) -> tuple[FloatArray, Any]:
    if weights is None:
        rows = source.table.num_rows
        return np.ones(rows), np.ones(rows, dtype=bool)
    return source.numbers(weights)


def _fpc_bounds(
    source: Memory, name: str, row_unit: IntArray, size: int
) -> tuple[FloatArray, FloatArray]:
    values, known = source.numbers(name)
    return _bounds(row_unit, np.where(known, values, np.nan), size)


def _bounds(codes: IntArray, values: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    lowest, highest = np.full(size, np.inf), np.full(size, -np.inf)
    with np.errstate(invalid="ignore"):  # NaN, a missing fpc, is to spread over its unit
        np.minimum.at(lowest, codes, values)
        np.maximum.at(highest, codes, values)
    return lowest, highest


def _count_engine(
    source: Engine, keys: Sequence[str], weights: str | None, fpc: Sequence[str]
) -> Units:
    """One scan; a second one where the weights want another grid than the usual one."""
    units = _scan_engine(source, keys, weights, fpc, WEIGHT_GRID)
    highest = float(units.highest.max(initial=0.0))
    step = weight_grid(highest, float(units.sums["rows"].sum()))
    return units if step == WEIGHT_GRID else _scan_engine(source, keys, weights, fpc, step)


def _scan_engine(
    source: Engine, keys: Sequence[str], weights: str | None, fpc: Sequence[str], step: float
) -> Units:
    table = source.table
    weight = engine_weight(source, weights)
    positive = weight.fill_null(0.0)
    measures = {
        "rows": table.count(),
        "positive": (positive > 0).sum(),
        "missing": weight.isnull().sum(),
        "weight": (positive * step + 0.5).floor().cast("float64").sum(),
        "square": (positive * positive).sum(),
        "lowest": positive.min(),
        "highest": positive.max(),
        "least": positive.nullif(0.0).min(),
    }
    for index, name in enumerate(fpc):
        value = engine_number(source, name)
        measures[f"fpc_low_{index}"] = value.min()
        measures[f"fpc_high_{index}"] = value.max()
        measures[f"fpc_gap_{index}"] = value.isnull().sum()
    grouped = table.group_by([table[key] for key in keys]) if keys else table
    got = grouped.aggregate(**measures).to_pyarrow()
    return replace(_units_from_groups(Memory(got), keys, len(fpc)), weight_grid=step)


def _units_from_groups(groups: Memory, keys: Sequence[str], stages: int) -> Units:
    coded = [groups.coded(key) for key in keys]
    position, parts = combine(coded, groups.table.num_rows)
    order = np.argsort(position, kind="stable")

    def column(name: str) -> FloatArray:
        return groups.numbers(name)[0][order]

    def bound(name: str, index: int) -> FloatArray:
        return np.where(column(f"fpc_gap_{index}") > 0, np.nan, column(f"{name}_{index}"))

    return Units(
        keys=tuple(keys),
        values=tuple(item.values for item in coded),
        parts=tuple(parts),
        sums={name: column(name) for name in SUMS},
        lowest=column("lowest"),
        highest=column("highest"),
        least=np.where(column("least") > 0, column("least"), np.inf),
        fpc_low=tuple(bound("fpc_low", i) for i in range(stages)),
        fpc_high=tuple(bound("fpc_high", i) for i in range(stages)),
        row_unit=None,
    )


def engine_number(source: Engine, name: str) -> Any:
    """The column as an Ibis double in which NaN is null."""
    column = source.table[name]
    if source.kind(name) == "floating" and knows_nan(source.table):
        value = column.cast("float64")
        return value.isnan().ifelse(None, value).cast("float64")
    return (
        column.cast("int64").cast("float64")
        if source.kind(name) == "boolean"
        else (column.cast("float64"))
    )


def engine_weight(source: Engine, weights: str | None) -> Any:
    """The weight as an Ibis double; 1 when the design has none."""
    if weights is None:
        first = source.table[source.names[0]]
        return (first.isnull() | True).ifelse(1.0, 1.0)
    return engine_number(source, weights)


def _check_keys(units: Units) -> None:
    for key, part in zip(units.keys, units.parts, strict=True):
        missing = part < 0
        if missing.any():
            rows = int(units.sums["rows"][missing].sum())
            raise MissingDesignValueError(
                f"The design column {key!r} is missing in {rows} rows. Every element must belong "
                "to a stratum and a PSU: fill in the value, or give these rows one of their own."
            )


def _check_weights(units: Units, weights: str | None) -> None:
    missing = int(units.sums["missing"].sum())
    if missing:
        raise WeightError(
            f"The weight {weights!r} is missing in {missing} rows. Give every element a weight; "
            "an element outside the population gets weight 0."
        )
    bad = (units.lowest < 0) | ~np.isfinite(units.highest)
    if bad.any():
        unit = int(np.flatnonzero(bad)[0])
        place = units.name(unit, len(units.keys)) or "the data"
        raise WeightError(
            f"The weight {weights!r} is negative or infinite in {int(bad.sum())} of "
            f"{units.size} units, first in {place} (from {units.lowest[unit]:g} to "
            f"{units.highest[unit]:g}). Weights must be 0 or more."
        )
    if not units.sums["positive"].sum():
        raise WeightError(
            f"The weight {weights!r} is 0 in every row: nothing is in the population."
        )
    least, highest = float(units.least.min()), float(units.highest.max())
    if highest > WIDEST * least:
        raise WeightError(
            f"The weight {weights!r} goes from {least:g} to {highest:g}, more than {WIDEST:g} "
            "times the smallest: sums lose the digits of the small ones. Give weight 0 to those "
            "outside the population, and see where the others come from."
        )


def _check_fpc_known(units: Units, fpc: Sequence[str]) -> None:
    for name, low in zip(fpc, units.fpc_low, strict=True):
        missing = np.isnan(low)
        if missing.any():
            unit = int(np.flatnonzero(missing)[0])
            raise MissingDesignValueError(
                f"The fpc column {name!r} is missing in {units.name(unit, len(units.keys))} "
                f"and in {int(missing.sum())} units in all. Give every row the population size "
                "or the sampling fraction of its stratum."
            )


class UnitLookup:
    """Finds each element's base unit from its stratum and psu ids."""

    def __init__(self, units: Units) -> None:
        self.keys = [key for key in units.keys if key]
        used = [index for index, key in enumerate(units.keys) if key]
        self.places = [{v: i for i, v in enumerate(units.values[j])} for j in used]
        self.sizes = [len(units.values[j]) for j in used]
        self.wide = self._widen([units.parts[j] for j in used], units.size)

    def _widen(self, parts: Sequence[IntArray], rows: int) -> IntArray:
        wide = np.zeros(rows, dtype=np.int64)
        for part, size in zip(parts, self.sizes, strict=True):
            wide = wide * size + part
        return wide

    def find(self, batch: Memory) -> IntArray:
        """Index of every element's unit; the units are sorted by the same keys."""
        coded = [batch.coded(key) for key in self.keys]
        each, parts = combine(coded, batch.table.num_rows)
        placed = [
            np.array([place[value] for value in column.values], dtype=np.int64)[part]
            for column, place, part in zip(coded, self.places, parts, strict=True)
        ]
        combinations = int(parts[0].size) if parts else 1
        return np.searchsorted(self.wide, self._widen(placed, combinations))[each]
