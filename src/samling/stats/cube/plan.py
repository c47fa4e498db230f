"""What a set of statistics needs from the data: pairs of a numerator and a denominator.

Every statistic is a function of two weighted totals over the elements where its variables are
known: a = Σ w·u and b = Σ w·v. A mean has v = 1; a proportion has u = 1 where the level holds.
`shift` is subtracted from a mean's u, so that nothing is lost to cancellation when all values
lie far from 0; it is put back in the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from samling.stats.cube.statistics import Mean, Prop, Ratio, Statistic, Total
from samling.stats.errors import (
    EmptyDataError,
    NotBinaryError,
    NotNumericError,
    OptionError,
)
from samling.stats.sampling.units import Units, engine_number
from samling.stats.tables.exact import grid
from samling.stats.tables.source import Engine, Memory, Source, refuse_extreme, require_columns

ONE_GRID = 2.0**20
FAR_APART = 2.0**14  # a smaller weight than this share of the largest keeps too few digits


@dataclass(frozen=True)
class Pair:
    """Numerator u and denominator v of the two totals.

    `levels` is set for proportions: the variable's levels, of which `level` (an index) is this
    pair's; (0, 1) and 1 for a 0/1 variable. `top` bounds |u| and `bottom` bounds |v|.
    """

    numerator: str
    denominator: str | None = None
    levels: tuple[Any, ...] | None = None
    level: int = 0
    binary: bool = False
    shift: float = 0.0
    top: float = 1.0
    bottom: float = 1.0


@dataclass(frozen=True)
class Item:
    """One line of the result per domain: a statistic, or one level of it, and its pair."""

    statistic: Statistic
    pair: int
    level: Any = None


@dataclass(frozen=True)
class Grids:
    """Grid steps on which every sum of the base table is exact (see samling.stats.tables.exact).

    `rows` bounds the elements of a base row and `weight` their weights. `deep` says that sums of
    weights need the second grid, because rows are many or weights uneven; sums of other products
    always have it.
    """

    rows: float
    weight: float
    deep: bool

    def step(self, *factors: float, squared: bool = False) -> float:
        """Step for sums of w·factor·factor... or, `squared`, of w²·..."""
        bound = self.rows * self.weight * (self.weight if squared else 1.0)
        for factor in factors:
            bound *= factor
        return grid(bound)


@dataclass(frozen=True)
class Plan:
    """The lines asked for and the pairs they share."""

    items: tuple[Item, ...]
    pairs: tuple[Pair, ...]
    grids: Grids


# how many 0/1 variables are streamed and counted together: 3^4 combinations
PACK = 4


def binary_packs(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The 0/1 variables of the plan's proportions, a few at a time, in order."""
    names = list(dict.fromkeys(pair.numerator for pair in plan.pairs if pair.binary))
    return tuple(tuple(names[start : start + PACK]) for start in range(0, len(names), PACK))


@dataclass(frozen=True)
class Profile:
    """Range of a numeric variable, and whether all its values are 0 or 1."""

    low: float
    high: float
    binary: bool


def make_plan(source: Source, statistics: Sequence[Statistic], units: Units) -> Plan:
    """Look at the variables once and lay out pairs and items in the order asked."""
    for statistic in statistics:
        if not isinstance(statistic, Mean | Total | Prop | Ratio):
            raise OptionError(
                f"{statistic!r} is not a statistic: use mean, prop, total or ratio. Quantiles have "
                "a function of their own, quantiles(design, variable, probabilities, by=...)."
            )
        require_columns(source, statistic.columns, f"{statistic.kind}({statistic.label})")
    profiles = _profile(source, statistics)
    pairs: dict[Pair, int] = {}
    items: list[Item] = []
    for statistic in statistics:
        for pair in _pairs(source, statistic, profiles):
            index = pairs.setdefault(pair, len(pairs))
            named = pair.levels is not None and not pair.binary
            level = pair.levels[pair.level] if named and pair.levels else None
            items.append(Item(statistic, index, level))
    return Plan(tuple(items), tuple(pairs), _grids(units))


def _grids(units: Units) -> Grids:
    rows, highest = float(units.sums["rows"].max()), float(units.highest.max())
    average = units.weight / float(units.sums["rows"].sum())
    uneven = highest / average if average > 0 else 1.0
    # A domain may hold the smallest weights alone.
    far = highest > FAR_APART * float(units.least.min())
    return Grids(rows, highest, far or rows * uneven**2 > ONE_GRID)


def _pairs(source: Source, statistic: Statistic, profiles: dict[str, Profile]) -> list[Pair]:
    name = statistic.variable
    if isinstance(statistic, Prop):
        profile = profiles.get(name)
        binary = profile is not None and profile.binary
        if statistic.binary and not binary:
            raise NotBinaryError(_not_binary(name, profile))
        if binary and statistic.binary is not False:
            return [Pair(name, levels=(0, 1), level=1, binary=True)]
        levels = _levels(source, name)
        if not levels:
            raise EmptyDataError(
                f"prop({name!r}) has no level: the variable is missing in every row. Leave it out, "
                "or see why nobody has an answer."
            )
        return [Pair(name, levels=levels, level=index) for index in range(len(levels))]
    for column in statistic.columns:
        if column not in profiles:
            raise NotNumericError(
                f"{statistic.kind}({statistic.label}) needs numbers, but {column!r} is not "
                "numeric. Recode it to numbers, or ask for prop(), which takes text."
            )
        refuse_extreme(column, profiles[column].low, profiles[column].high)
    profile = profiles[name]
    if isinstance(statistic, Ratio):
        below = profiles[statistic.denominator]
        top, bottom = (max(abs(p.low), abs(p.high)) for p in (profile, below))
        return [Pair(name, statistic.denominator, top=top, bottom=bottom)]
    shift = max(profile.low, 0.0) + min(profile.high, 0.0)
    return [Pair(name, shift=shift, top=max(profile.high - shift, shift - profile.low))]


def _not_binary(name: str, profile: Profile | None) -> str:
    found = "text" if profile is None else f"values from {profile.low:g} to {profile.high:g}"
    return (
        f"prop({name!r}, binary=True) needs only 0, 1 and missing, but the variable has {found}. "
        "Recode it to 0/1, or leave binary out to get the proportion of every level."
    )


def _levels(source: Source, name: str) -> tuple[Any, ...]:
    if isinstance(source, Memory):
        return source.coded(name).values
    values = source.table.select(name).distinct().to_pyarrow()
    return Memory(values).coded(name).values


def _profile(source: Source, statistics: Sequence[Statistic]) -> dict[str, Profile]:
    names = dict.fromkeys(column for statistic in statistics for column in statistic.columns)
    numeric = [name for name in names if source.kind(name) != "other"]
    if not numeric:
        return {}
    if isinstance(source, Memory):
        return {name: _profile_memory(source, name) for name in numeric}
    return _profile_engine(source, numeric)


def _profile_memory(source: Memory, name: str) -> Profile:
    if source.kind(name) == "boolean":
        return Profile(0.0, 1.0, True)
    values, known = source.numbers(name)
    values = values[known]
    if not values.size:
        return Profile(0.0, 0.0, True)
    binary = bool(((values == 0) | (values == 1)).all())
    return Profile(float(values.min()), float(values.max()), binary)


def _profile_engine(source: Engine, names: Sequence[str]) -> dict[str, Profile]:
    measures = {}
    for index, name in enumerate(names):
        if source.kind(name) == "boolean":
            continue
        value = source.table[name]
        if source.kind(name) == "floating":
            value = engine_number(source, name)
            measures[f"other_{index}"] = (~value.isin([0.0, 1.0])).sum()
        measures[f"low_{index}"] = value.min()
        measures[f"high_{index}"] = value.max()
    row = source.table.aggregate(**measures).to_pyarrow().to_pylist()[0] if measures else {}
    profiles = {}
    for index, name in enumerate(names):
        if f"low_{index}" not in row:
            profiles[name] = Profile(0.0, 1.0, True)
            continue
        low = float(row[f"low_{index}"] or 0)
        high = float(row[f"high_{index}"] or 0)
        binary = low >= 0 and high <= 1 and not row.get(f"other_{index}")
        profiles[name] = Profile(low, high, binary)
    return profiles
