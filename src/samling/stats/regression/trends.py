"""Trends over years: a straight line through estimates that may have people in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.result import Result
from samling.stats.errors import TimePointsError
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.inference.wording import Language
from samling.stats.regression.figures import Figures, figures_of
from samling.stats.regression.mapped import mapped
from samling.stats.regression.sample import orthogonal
from samling.stats.regression.trend_words import of_domain, trend_sentence
from samling.stats.tables.exact import FloatArray

FEWEST = 3
Group = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Trend:
    """The line through the estimates `points` at `times`, which are in order.

    `line` has the estimates "level" (the line's value at the first time), "slope" (per unit of
    time) and "change" (from the first to the last time). `departure` tests that the points lie
    on a line (k - 2 numerator df). `group` names the domain, `share` says that the points are
    proportions, `empty` lists times without an estimate.
    """

    times: tuple[float, ...]
    points: Estimates
    line: Estimates
    departure: WaldTest
    share: bool = True
    group: Group = ()
    empty: tuple[Any, ...] = ()

    @property
    def direction(self) -> str:
        """ "up" or "down" when the slope's interval leaves 0 out, otherwise "unclear"."""
        low, high = self.line.only(["slope"]).interval()
        return "up" if low[0] > 0 else "down" if high[0] < 0 else "unclear"

    @property
    def straight(self) -> bool:
        """Whether the points are compatible with a line, at the interval's level."""
        return not self.departure.p < 1.0 - self.line.level

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict: the group, first and last time, points, the slope and the change each
        with interval and p, the direction, and the test of departure from the line."""
        lines = {row["name"]: row for row in self.line.rows()}
        keys = ("estimate", "se", "ci_low", "ci_high")
        out: dict[str, Any] = dict(self.group)
        out |= {"first": self.times[0], "last": self.times[-1], "points": len(self.times)}
        for name in ("slope", "change"):
            out |= {f"{name}_{key}": lines[name][key] for key in keys}
        out |= {key: lines["slope"][key] for key in ("df", "p")}
        return [
            out
            | {
                "direction": self.direction,
                "departure_f": _known(self.departure.statistic),
                "departure_df": self.departure.numerator_df,
                "departure_p": _known(self.departure.p),
            }
        ]

    def sentence(self, language: Language = "sv", subject: str | None = None) -> str:
        """The trend in words; `subject` is what has changed, "Andelen" or "The share" if None."""
        (row,) = self.rows()
        return trend_sentence(row, self.share, self.straight, self.line.level, language, subject)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


@dataclass(frozen=True)
class Trends:
    """The trend of every group; `left_out` are groups without one, and why."""

    trends: tuple[Trend, ...]
    left_out: tuple[tuple[Group, str], ...] = field(default=())

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per group that has a trend."""
        return [row for trend in self.trends for row in trend.rows()]

    def table(self) -> pa.Table:
        """The rows as an Arrow table."""
        return pa.Table.from_pylist(self.rows())

    def sentence(self, language: Language = "sv", subject: str | None = None) -> str:
        """The trends in words, a sentence per group (named if there are several)."""
        said = []
        for one in self.trends:
            text = one.sentence(language, subject)
            said.append(of_domain([value for _, value in one.group], text))
        return " ".join(said)


def trend(
    estimates: Estimates,
    times: Sequence[float] | None = None,
    *,
    share: bool = True,
    group: Group = (),
    empty: Sequence[Any] = (),
) -> Trend:
    """The line through k estimates at k times, by least squares weighted with 1/variance.

    β = C y with C = (X'WX)⁻¹ X'W, and its covariance is C V C' with the full covariance V of the
    estimates, so rounds may share schools or be independent. `times` are the estimates' names as
    numbers unless they are given. Departure from the line is Wald's F of the k - 2 contrasts
    that are 0 on a line. Grizzle, Starmer & Koch (1969).

    TimePointsError with fewer than three times (two rounds are compared by compare_rounds), with
    times that are alike or no numbers, and if an estimate has no standard error.
    """
    at = _times(estimates, times)
    order = np.argsort(at)
    points = estimates.only([estimates.names[place] for place in order])
    at = at[order]
    _check_times(at, points)
    design = np.column_stack([np.ones(at.size), at - at[0]])
    weighted = design.T / np.diag(points.covariance)
    fit = np.linalg.solve(weighted @ design, weighted)
    line = np.vstack([fit, (at[-1] - at[0]) * fit[1]])
    names = ("level", "slope", "change")
    return Trend(
        times=tuple(at.tolist()),
        points=points,
        line=mapped(points, names, lambda y: line @ y, line, False),
        departure=_departure(points, at),
        share=share,
        group=group,
        empty=tuple(empty),
    )


def _departure(points: Estimates, at: FloatArray) -> WaldTest:
    """Joint test of the quadratic and all higher contrasts."""
    contrasts = orthogonal(at, at.size - 1)[:, 1:].T
    names = [f"degree {degree}" for degree in range(2, at.size)]
    return mapped(points, names, lambda y: contrasts @ y, contrasts, False).wald()


def _times(estimates: Estimates, given: Sequence[float] | None) -> FloatArray:
    try:
        at = np.array([float(time) for time in (estimates.names if given is None else given)])
    except (TypeError, ValueError) as error:
        raise TimePointsError(
            f"The times must be numbers, but are {list(given or estimates.names)[:10]}. Give "
            "times=[...] in the order of the estimates."
        ) from error
    if at.size != len(estimates.names):
        raise TimePointsError(
            f"{at.size} times do not fit {len(estimates.names)} estimates: "
            f"{', '.join(estimates.names[:10])}."
        )
    return at


def _check_times(at: FloatArray, points: Estimates) -> None:
    if np.unique(at).size < at.size:
        raise TimePointsError(f"The times {at.tolist()} must be different from one another.")
    if at.size < FEWEST:
        raise TimePointsError(
            f"A trend needs at least {FEWEST} times, but there are {at.size}: {at.tolist()}. Two "
            "rounds are compared by compare_rounds."
        )
    names = _without_error(points)
    if names:
        raise TimePointsError(
            f"The estimates at {', '.join(names)} have no standard error, so they can't be weighed "
            "against the others. Leave them out, or merge small groups."
        )


def _without_error(points: Estimates) -> list[str]:
    return [name for name, se in zip(points.names, points.se, strict=True) if not se > 0]


def trends(
    result: Result,
    time: str,
    by: Sequence[str] | None = None,
    *,
    variable: str | None = None,
    statistic: str | None = None,
    level: Any = None,
) -> Trends:
    """The trend over the dimension `time` in every combination of the others in `by`.

    `by` is a grouping set of the result with `time` in it, (time,) by default. The covariance
    between the rounds comes from the design. Groups with fewer than three estimates, or with one
    that has no standard error, are left out and named; TimePointsError if no group is left.
    """
    grouping = (time,) if by is None else tuple(by)
    if time not in grouping:
        raise TimePointsError(f"The grouping set {grouping!r} does not have the time {time!r}.")
    found = figures_of(result, grouping, variable=variable, statistic=statistic, level=level)
    made, few = [], []
    for group, places in _groups(found, time).items():
        moments = [found.domains[place][found.by.index(time)] for place in places]
        part = found.estimates.only([found.estimates.names[place] for place in places])
        if len(places) < FEWEST or _without_error(part):
            few.append((group, "too few times" if len(places) < FEWEST else "no standard error"))
            continue
        empty = [time_of for key, time_of in _split(found.empty, found.by, time) if key == group]
        made.append(trend(part, moments, share=found.share, group=group, empty=empty))
    if not made:
        raise TimePointsError(
            f"No group has {FEWEST} times of {time!r} with an estimate: "
            f"{'; '.join(f'{dict(group)}: {why}' for group, why in few[:10])}. Two are compared "
            "by compare_rounds."
        )
    return Trends(tuple(made), tuple(few))


def _split(
    domains: Sequence[tuple[Any, ...]], by: Sequence[str], time: str
) -> list[tuple[Group, Any]]:
    """Each domain as its group without time, and its time."""
    place = tuple(by).index(time)
    pairs = [list(zip(by, domain, strict=True)) for domain in domains]
    return [(tuple(pair[:place] + pair[place + 1 :]), pair[place][1]) for pair in pairs]


def _groups(found: Figures, time: str) -> Mapping[Group, list[int]]:
    groups: dict[Group, list[int]] = {}
    for place, (group, _) in enumerate(_split(found.domains, found.by, time)):
        groups.setdefault(group, []).append(place)
    return groups
