"""Counts and populations by group and age band, read by name from a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.errors import AgeBandError, CountError, EmptyDataError
from samling.stats.rates.bands import Band, band_name, band_names, order_bands, read_band
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.keys import combine
from samling.stats.tables.source import Memory, open_source, require_columns


@dataclass(frozen=True)
class Groups:
    """The groups that figures are wanted for: `columns[name][g]` is group g's value."""

    columns: dict[str, list[Any]]
    size: int

    def name(self, group: int) -> str:
        """The group in words."""
        named = ", ".join(f"{key}={values[group]}" for key, values in self.columns.items())
        return named or "the whole"


@dataclass(frozen=True)
class Counts:
    """Events and people of every group and band, (groups, bands)."""

    groups: Groups
    bands: tuple[Band, ...]
    count: FloatArray
    population: FloatArray


def read_counts(
    data: Any, count: str, population: str, band: str | None, by: str | Sequence[str]
) -> Counts:
    """Read a table with a row per group and age band.

    Without `band` the rows of a group are added up. AgeBandError if a group has a band twice or
    lacks one that another group has, or if bands overlap; CountError for values that are
    missing, negative or infinite, and for events where nobody lives.
    """
    names = [by] if isinstance(by, str) else list(by)
    source = open_source(data)
    wanted = [count, population, *([band] if band else []), *names]
    require_columns(source, wanted, "the rates")
    table = source if isinstance(source, Memory) else source.read(wanted)
    if not table.table.num_rows:
        raise EmptyDataError("The data has no rows, so there is nothing to compute.")
    group, groups = _read_groups(table, names)
    place, bands = _read_bands(table, band)
    _refuse_doubles(group, place, groups, bands)
    shape = (groups.size, len(bands))
    found = []
    for column in (count, population):
        values = _read_numbers(table, column, groups, group)
        cells = np.zeros(shape)
        np.add.at(cells, (group, place), values)
        found.append(cells)
    _refuse_events_without_people(found[0], found[1], groups, bands, count, population)
    return Counts(groups, bands, found[0], found[1])


def _read_groups(table: Memory, names: Sequence[str]) -> tuple[IntArray, Groups]:
    coded = [table.coded(name) for name in names]
    for name, column in zip(names, coded, strict=True):
        missing = int((column.codes < 0).sum())
        if missing:
            raise CountError(
                f"The column {name!r} is missing in {missing} rows. Say which group every row "
                "belongs to."
            )
    group, parts = combine(coded, table.table.num_rows)
    columns = {
        name: [column.values[code] for code in part]
        for name, column, part in zip(names, coded, parts, strict=True)
    }
    return group, Groups(columns, int(parts[0].size) if parts else 1)


def _read_bands(table: Memory, band: str | None) -> tuple[IntArray, tuple[Band, ...]]:
    if band is None:
        return np.zeros(table.table.num_rows, dtype=np.int64), ("",)
    coded = table.coded(band)
    missing = int((coded.codes < 0).sum())
    if missing:
        raise AgeBandError(f"The age band {band!r} is missing in {missing} rows. Fill it in.")
    named = [read_band(value) for value in coded.values]
    bands = order_bands(named, f"the column {band!r}")
    place = np.array([bands.index(name) for name in named], dtype=np.int64)
    return place[coded.codes], bands


def _refuse_doubles(
    group: IntArray, place: IntArray, groups: Groups, bands: Sequence[Band]
) -> None:
    if bands == ("",):
        return
    rows = np.zeros((groups.size, len(bands)), dtype=np.int64)
    np.add.at(rows, (group, place), 1)
    if (rows > 1).any():
        one, at = (int(index[0]) for index in np.nonzero(rows > 1))
        raise AgeBandError(
            f"{groups.name(one)} has {rows[one, at]} rows for the age band {band_name(bands[at])}, "
            "expected one. Add them up, or name the column that tells them apart in by."
        )
    if (rows == 0).any():
        lacking = np.flatnonzero((rows == 0).any(axis=1))
        one = int(lacking[0])
        gone = [bands[at] for at in np.flatnonzero(rows[one] == 0).tolist()]
        raise AgeBandError(
            f"{groups.name(one)} has no row for the age band {band_names(gone)}, which others "
            f"have ({lacking.size} of {groups.size} groups lack a band). A band without events "
            "has a row with count 0."
        )


def _read_numbers(table: Memory, column: str, groups: Groups, group: IntArray) -> FloatArray:
    values, known = table.numbers(column)
    bad = ~known | ~np.isfinite(values) | (values < 0)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        found = f"{values[row]:g}" if known[row] else "missing"
        raise CountError(
            f"{column!r} is {found} in {groups.name(int(group[row]))} (row {row + 1}) and bad in "
            f"{int(bad.sum())} rows in all. Counts and populations are 0 or more in every row."
        )
    return values


def _refuse_events_without_people(
    events: FloatArray,
    people: FloatArray,
    groups: Groups,
    bands: Sequence[Band],
    count: str,
    population: str,
) -> None:
    bad = (events > 0) & (people == 0)
    if bad.any():
        one, at = (int(index[0]) for index in np.nonzero(bad))
        raise CountError(
            f"{groups.name(one)} has {count} {events[one, at]:g} but {population} 0"
            f"{_in_band(bands[at])}. Events need people who can have them: mend the row, or use "
            "coarser age bands."
        )


def refuse_more_than_people(counts: Counts, count: str, population: str) -> None:
    """CountError if more people have the event than there are."""
    bad = counts.count > counts.population
    if bad.any():
        one, at = (int(index[0]) for index in np.nonzero(bad))
        raise CountError(
            f"{counts.groups.name(one)} has {count} {counts.count[one, at]:g} of {population} "
            f"{counts.population[one, at]:g}{_in_band(counts.bands[at])}: more than everybody, in "
            f"{int(bad.sum())} cells. Check that the columns are not swapped and that both are "
            "of the same people."
        )


def _in_band(band: Band) -> str:
    return f" in the age band {band_name(band)}" if band != "" else ""
