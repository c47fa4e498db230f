"""Standardised rates of aggregated counts: direct, indirect, and the ratio (SMR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling import __version__
from samling.stats.errors import CountError
from samling.stats.rates.bands import band_name, match_bands
from samling.stats.rates.counts import Counts, read_counts
from samling.stats.rates.intervals import FEW, byar, poisson_limits
from samling.stats.rates.result import SHOWN, RateMethod, Rates, check_options, listed
from samling.stats.rates.standard import standard_for
from samling.stats.tables.exact import FloatArray


def direct_rate(
    data: Any,
    count: str = "count",
    population: str = "population",
    band: str = "age_band",
    *,
    standard: str | Mapping[object, float],
    by: str | Sequence[str] = (),
    per: float = 100_000,
    level: float = 0.95,
) -> Rates:
    """Directly standardised rate of every group: Σ w·O/n over the age bands, Σw = 1.

    `data` has a row per group and age band. `standard` is "ESP2013" or "WHO2000-2025", added up
    to the data's bands, or a mapping of the same bands to sizes; they are joined by name. The
    interval is Dobson's, with Byar's limits of all events. A band that the standard gives no
    weight has no part in the rate, its interval, or the columns count and population. Columns: the
    grouping, count, population, estimate, ci_low, ci_high, status, reason.

    Below 10 events in all the interval is not to be trusted and the figure is not given: status
    "too-few-events". A band without people gives "empty-band", since it has no rate.
    AgeBandError where bands and standard differ, naming the bands; CountError for bad counts.
    Dobson, Kuulasmaa, Eberle & Scherer (1991), Statistics in Medicine 10.
    """
    check_options(per, level)
    counts = read_counts(data, count, population, band, by)
    sizes = standard_for(standard, counts.bands)
    match_bands(counts.bands, sizes, "the data", "the standard")
    weight = np.array([sizes[one] for one in counts.bands])
    weight = weight / weight.sum()
    used = weight > 0
    people = np.where(counts.population > 0, counts.population, np.nan)
    rate = np.where(used, weight * counts.count / people, 0.0).sum(axis=1)
    square = np.where(used, weight**2 * counts.count / people**2, 0.0).sum(axis=1)
    events = counts.count[:, used].sum(axis=1)
    low, high = byar(events, level)
    scale = np.sqrt(square / np.where(events > 0, events, np.nan))
    method = RateMethod(
        method="direct",
        interval="dobson",
        level=level,
        per=per,
        standard={band_name(one): size for one, size in sizes.items()},
        version=__version__,
    )
    figures = (rate, rate + scale * (low - events), rate + scale * (high - events))
    columns: dict[str, list[Any]] = dict(counts.groups.columns)
    columns["count"] = listed(events)
    columns["population"] = listed(counts.population[:, used].sum(axis=1))
    status = [_direct_status(counts, one, used) for one in range(counts.groups.size)]
    return Rates(columns | _figures(figures, per, status), method)


def _direct_status(counts: Counts, group: int, used: Any) -> tuple[str, str | None]:
    empty = np.flatnonzero(used & (counts.population[group] == 0))
    if empty.size:
        names = ", ".join(band_name(counts.bands[at]) for at in empty)
        return "empty-band", f"Nobody lives in the age band {names}, so it has no rate."
    events = counts.count[group, used].sum()
    if events < FEW:
        return "too-few-events", f"{events:g} events in all; at least 10 are needed."
    return SHOWN, None


@dataclass(frozen=True)
class _Expected:
    """Observed and expected events of every group, and the reference's crude rate."""

    counts: Counts
    observed: FloatArray
    expected: FloatArray
    rate: float
    standard: dict[str, float]


def indirect_rate(
    data: Any,
    count: str = "count",
    population: str = "population",
    band: str = "age_band",
    *,
    reference: Any,
    by: str | Sequence[str] = (),
    per: float = 100_000,
    level: float = 0.95,
) -> Rates:
    """Indirectly standardised rate: observed / expected events times the reference's crude rate.

    `reference` is a table with the same column names and a row per age band (for one group), or
    None for all groups of `data` together. Byar's interval (exact below 10 events). Columns: the
    grouping, observed, expected, reference_rate, estimate, ci_low, ci_high, status, reason; the
    status "nothing-expected" says that the reference has no events at these ages.
    AgeBandError and CountError as for direct_rate. Breslow & Day (1987), ch. 2.
    """
    check_options(per, level)
    found = _expect(data, count, population, band, by, reference)
    rates = {"reference_rate": [found.rate * per] * found.observed.size}
    return _indirect(found, found.rate * per, rates, "indirect rate", level)


def indirect_ratio(
    data: Any,
    count: str = "count",
    population: str = "population",
    band: str = "age_band",
    *,
    reference: Any,
    by: str | Sequence[str] = (),
    per: float = 1,
    level: float = 0.95,
) -> Rates:
    """Observed / expected events, the standardised mortality ratio (SMR) when events are deaths.

    As indirect_rate, without the reference's rate; per=100 gives the ratio in percent.
    """
    check_options(per, level)
    found = _expect(data, count, population, band, by, reference)
    return _indirect(found, per, {}, "indirect ratio", level)


def _expect(
    data: Any, count: str, population: str, band: str, by: str | Sequence[str], reference: Any
) -> _Expected:
    counts = read_counts(data, count, population, band, by)
    if reference is None:
        bands, events, people = (
            counts.bands,
            counts.count.sum(axis=0),
            counts.population.sum(axis=0),
        )
    else:
        said = read_counts(reference, count, population, band, ())
        bands, events, people = said.bands, said.count[0], said.population[0]
        match_bands(counts.bands, bands, "the data", "the reference")
    empty = [band_name(one) for one, size in zip(bands, people, strict=True) if size == 0]
    if empty:
        raise CountError(
            f"The reference has nobody in the age band {', '.join(empty)}, so no rate to expect "
            "by. Use a larger reference or coarser bands."
        )
    rate = events / people
    return _Expected(
        counts=counts,
        observed=counts.count.sum(axis=1),
        expected=(counts.population * rate).sum(axis=1),
        rate=float(events.sum() / people.sum()),
        standard={band_name(one): float(r) for one, r in zip(bands, rate, strict=True)},
    )


def _indirect(
    found: _Expected, per: float, extra: Mapping[str, list[Any]], name: str, level: float
) -> Rates:
    low, high = poisson_limits(found.observed, level)
    below = np.where(found.expected > 0, found.expected, np.nan)
    figures = (found.observed / below, low / below, high / below)
    nothing = "The reference has no events at the ages that live here."
    status: list[tuple[str, str | None]] = [
        (SHOWN, None) if value > 0 else ("nothing-expected", nothing) for value in found.expected
    ]
    columns: dict[str, list[Any]] = dict(found.counts.groups.columns)
    columns |= {"observed": listed(found.observed), "expected": listed(found.expected), **extra}
    method = RateMethod(name, "byar, exact below 10", level, per, found.standard, __version__)
    return Rates(columns | _figures(figures, per, status), method)


def _figures(
    figures: tuple[FloatArray, FloatArray, FloatArray],
    per: float,
    status: Sequence[tuple[str, str | None]],
) -> dict[str, list[Any]]:
    shown = np.array([word == SHOWN for word, _ in status], dtype=bool)
    columns: dict[str, list[Any]] = {
        name: listed(values * per, shown)
        for name, values in zip(("estimate", "ci_low", "ci_high"), figures, strict=True)
    }
    columns["status"] = [word for word, _ in status]
    columns["reason"] = [reason for _, reason in status]
    return columns
