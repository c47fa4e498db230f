"""Crude rates and proportions of aggregated counts, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from samling import __version__
from samling.stats.inference.intervals import wilson
from samling.stats.rates.counts import Counts, read_counts, refuse_more_than_people
from samling.stats.rates.intervals import FEW, poisson_limits
from samling.stats.rates.result import SHOWN, RateMethod, Rates, check_options, listed
from samling.stats.tables.exact import FloatArray

NOBODY = "no-population"


def crude_rate(
    data: Any,
    count: str = "count",
    population: str = "population",
    *,
    by: str | Sequence[str] = (),
    per: float = 100_000,
    level: float = 0.95,
) -> Rates:
    """Events per `per` people for every group, with Byar's interval (exact below 10 events).

    `data` is a table or a mapping of columns; rows of the same group are added up. `population`
    may be person-years, and events may recur, so they may outnumber people. Columns: the
    grouping, count, population, estimate, ci_low, ci_high, interval, status, reason. A group
    without people has the status "no-population". CountError for values that are missing,
    negative or infinite, and for events without people.
    Breslow & Day (1987), Statistical Methods in Cancer Research II; Garwood (1936).
    """
    check_options(per, level)
    counts = read_counts(data, count, population, None, by)
    events, people = counts.count[:, 0], counts.population[:, 0]
    low, high = poisson_limits(events, level)
    factor = per / np.where(people > 0, people, np.nan)
    interval = ["exact" if few else "byar" for few in events < FEW]
    method = RateMethod("crude rate", "byar, exact below 10", level, per, None, __version__)
    return _answer(counts, (events * factor, low * factor, high * factor), interval, method)


def crude_proportion(
    data: Any,
    count: str = "count",
    population: str = "population",
    *,
    by: str | Sequence[str] = (),
    per: float = 1,
    level: float = 0.95,
) -> Rates:
    """The share of people who are counted, for every group, with Wilson's (1927) interval.

    As crude_rate, but no more can be counted than there are people: CountError. per=100 gives
    percent.
    """
    check_options(per, level)
    counts = read_counts(data, count, population, None, by)
    refuse_more_than_people(counts, count, population)
    events, people = counts.count[:, 0], counts.population[:, 0]
    size = np.where(people > 0, people, np.nan)
    share = events / size
    low, high = wilson(share, size, np.full(share.shape, np.inf), level)
    method = RateMethod("proportion", "wilson", level, per, None, __version__)
    figures = (share * per, low * per, high * per)
    return _answer(counts, figures, ["wilson"] * share.size, method)


def _answer(
    counts: Counts,
    figures: tuple[FloatArray, FloatArray, FloatArray],
    interval: list[str],
    method: RateMethod,
) -> Rates:
    people = counts.population[:, 0]
    shown = people > 0
    columns: dict[str, list[Any]] = dict(counts.groups.columns)
    columns["count"] = listed(counts.count[:, 0])
    columns["population"] = listed(people)
    for name, values in zip(("estimate", "ci_low", "ci_high"), figures, strict=True):
        columns[name] = listed(values, shown)
    columns["interval"] = [how if ok else None for how, ok in zip(interval, shown, strict=True)]
    columns["status"] = [SHOWN if ok else NOBODY for ok in shown]
    columns["reason"] = [None if ok else "The population is 0." for ok in shown]
    return Rates(columns, method)
