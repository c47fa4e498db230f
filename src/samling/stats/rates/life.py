"""Abridged life tables: Chiang's life expectancy with Silcocks' variance of the last band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import special

from samling import __version__
from samling.stats.errors import AgeBandError, OptionError
from samling.stats.inference.intervals import check_level
from samling.stats.rates.bands import AgeBand, Band, band_name
from samling.stats.rates.counts import Counts, read_counts, refuse_more_than_people
from samling.stats.rates.result import SHOWN, RateMethod, Rates, listed
from samling.stats.tables.exact import FloatArray

SMALL = 5_000.0  # people: a life table of so few is not given
WIDE = 20.0  # years: nor one whose 95 % interval is wider


@dataclass(frozen=True)
class _LifeTable:
    """Years left to live at the start of every band, and their variance, (groups, bands)."""

    years: FloatArray
    variance: FloatArray


def life_expectancy(
    data: Any,
    deaths: str = "deaths",
    population: str = "population",
    age: str = "age",
    *,
    by: str | Sequence[str] = (),
    at: int | Sequence[int] = 0,
    infant_fraction: float = 0.1,
    level: float = 0.95,
) -> Rates:
    """Years left to live at the ages `at`, for every group, by Chiang's abridged life table.

    `data` has a row per group and age band; `age` is the band ("0", "1-4", ..., "90+") or its
    lower age (0, 1, 5, ..., 90), and the last band is open. Those who die in a band live half of
    it, in the band that begins at 0 `infant_fraction` of it. Columns: the grouping, age, deaths,
    population (both from that age on), estimate, se, ci_low, ci_high, status, reason.

    No figure is given when the population is 5,000 or less ("small-population"), the 95 %
    interval is wider than 20 years ("wide-interval"), a band is without people ("empty-band"),
    nobody dies in the last band ("no-deaths-in-last-band") or reaches it ("nobody-left").
    AgeBandError if the bands do not begin at 0, have gaps or overlap, differ between groups, or
    `at` is no band's lower age; CountError for bad counts or more deaths than people.
    Chiang (1968), Introduction to Stochastic Processes in Biostatistics; Silcocks, Jenner &
    Reza (2001), J Epidemiol Community Health 55; Toson & Baker (2003), ONS.
    """
    check_level(level)
    if not 0 < infant_fraction < 1:
        raise OptionError(
            f"infant_fraction={infant_fraction!r} must lie between 0 and 1: the share of the "
            "first band that those who die in it live."
        )
    counts = read_counts(data, deaths, population, age, by)
    refuse_more_than_people(counts, deaths, population)
    lows = _lower_ages(counts.bands, age)
    wanted = np.atleast_1d(np.asarray(at)).tolist()
    if not wanted:
        raise OptionError("at names no age. Give the lower age of a band, 0 for life at birth.")
    for one in wanted:
        if one not in lows:
            raise AgeBandError(
                f"No age band begins at {one}, so no life expectancy can be given there. The "
                f"bands begin at {', '.join(map(str, lows))}."
            )
    table = _life_table(counts, np.array(lows, dtype=float), infant_fraction)
    return _answer(counts, table, [lows.index(one) for one in wanted], lows, level)


def _lower_ages(bands: Sequence[Band], column: str) -> list[int]:
    """Lower ages of bands without gaps; bands given as lower ages end where the next begins."""
    odd = [band for band in bands if not isinstance(band, AgeBand)]
    if odd:
        raise AgeBandError(
            f'{column!r} has {", ".join(odd)}, which are not ages. Give bands ("0", "1-4", '
            '..., "90+") or their lower ages (0, 1, 5, ..., 90).'
        )
    ages = [band for band in bands if isinstance(band, AgeBand)]
    by_lower_age = all(band.high == band.low for band in ages)
    for one, two in pairwise(ages):
        if not by_lower_age and one.high + 1 != two.low:
            raise AgeBandError(
                f"The age bands of {column!r} have a gap between {one.name} and {two.name}. A "
                "life table needs every age: add the band."
            )
    if ages[0].low != 0:
        raise AgeBandError(
            f"The first age band of {column!r} is {ages[0].name}; a life table begins at 0."
        )
    if not by_lower_age and ages[-1].high != float("inf"):
        raise AgeBandError(
            f"The last age band of {column!r} is {ages[-1].name}; a life table ends with an open "
            f'band, as "{ages[-1].low}+".'
        )
    return [band.low for band in ages]


def _life_table(counts: Counts, lows: FloatArray, infant_fraction: float) -> _LifeTable:
    """Chiang's life table of all groups at once, with one person at age 0."""
    events = counts.count
    with np.errstate(all="ignore"):
        rate = events / counts.population
        width = np.diff(lows)
        lived = np.where(lows[:-1] == 0, infant_fraction, 0.5)
        first = rate[:, :-1]
        dying = np.minimum(width * first / (1.0 + width * (1.0 - lived) * first), 1.0)
        alive = np.cumprod(np.insert(1.0 - dying, 0, 1.0, axis=1), axis=1)
        spent = width * (alive[:, 1:] + lived * (alive[:, :-1] - alive[:, 1:]))
        final = np.where(rate[:, -1:] > 0, rate[:, -1:], np.nan)
        years = np.concatenate([spent, alive[:, -1:] / final], axis=1)
        left = _from_here_on(years) / alive
        chance = np.where(
            events[:, :-1] > 0, dying**2 * (1.0 - dying) / np.maximum(events[:, :-1], 1.0), 0.0
        )
        reach = (1.0 - lived) * width + left[:, 1:]
        inside = alive[:, :-1] ** 2 * reach**2 * chance
        # Silcocks: the last band's years are 1/M, so their variance is 1/(D·M²).
        last = alive[:, -1:] ** 2 / (events[:, -1:] * final**2)
        variance = _from_here_on(np.concatenate([inside, last], axis=1)) / alive**2
    return _LifeTable(left, variance)


def _from_here_on(values: FloatArray) -> FloatArray:
    return np.asarray(np.cumsum(values[:, ::-1], axis=1)[:, ::-1])


def _answer(
    counts: Counts, table: _LifeTable, places: Sequence[int], lows: Sequence[int], level: float
) -> Rates:
    size = counts.groups.size
    group, place = np.repeat(np.arange(size), len(places)), np.tile(places, size)
    years, se = table.years[group, place], np.sqrt(table.variance[group, place])
    half = special.ndtri(0.5 + level / 2.0) * se
    status = [
        _status(counts, int(one), width)
        for one, width in zip(group, 2.0 * special.ndtri(0.975) * se, strict=True)
    ]
    shown = np.array([word == SHOWN for word, _ in status], dtype=bool)
    columns: dict[str, list[Any]] = {
        name: [values[one] for one in group] for name, values in counts.groups.columns.items()
    }
    columns["age"] = [lows[at] for at in place]
    columns["deaths"] = listed(_from_here_on(counts.count)[group, place])
    columns["population"] = listed(_from_here_on(counts.population)[group, place])
    figures = {"estimate": years, "se": se, "ci_low": years - half, "ci_high": years + half}
    columns |= {name: listed(values, shown) for name, values in figures.items()}
    columns["status"] = [word for word, _ in status]
    columns["reason"] = [reason for _, reason in status]
    method = RateMethod("life expectancy, chiang II", "silcocks", level, 1.0, None, __version__)
    return Rates(columns, method)


def _status(counts: Counts, group: int, width: float) -> tuple[str, str | None]:
    people = counts.population[group]
    if (people == 0).any():
        names = ", ".join(band_name(counts.bands[at]) for at in np.flatnonzero(people == 0))
        return "empty-band", f"Nobody lives in the age band {names}."
    if counts.count[group, -1] == 0:
        return "no-deaths-in-last-band", "Nobody dies in the last band, so its years have no end."
    if people.sum() <= SMALL:
        return "small-population", f"{people.sum():g} people; more than 5,000 are needed."
    if not np.isfinite(width):
        return "nobody-left", "By these rates everybody dies before the last band."
    if width > WIDE:
        return "wide-interval", f"The 95 % interval is {width:.1f} years wide, above 20."
    return SHOWN, None
