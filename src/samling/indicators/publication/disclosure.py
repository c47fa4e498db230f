"""Disclosure control over a whole release (decision 9): the last step before publication.

Two layers. The *base layer* hides groups of too few people, with one pattern for the whole study:
if each indicator had its own, the cells hidden in one could be computed from another that rests on
the same people. The *share layer* then protects every question's answers, given that the attacker
knows each base that the first layer shows. Indicators made of the same question share one pattern,
as one could be computed from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from samling.indicators.choices import Status
from samling.indicators.publication.lattice import CellSum, Key, Lattice, source_variables
from samling.indicators.publication.rounding import precision_of
from samling.indicators.study.schema import Indicator
from samling.stats.disclosure import (
    CountTable,
    Protection,
    State,
    Sum,
    Sums,
    UnprotectableError,
    protect,
)

Progress = Callable[[str, int, int], None]
Universe = tuple[tuple[str, tuple[str, ...]], ...]
"""Whom a question was put to: breakdowns and the levels that were asked; () is everyone."""


@dataclass(frozen=True)
class Verdict:
    """What may be shown of one indicator in one cell; `bound` in per cent."""

    status: Status
    bound: float | None = None


@dataclass(frozen=True)
class Counts:
    """Unweighted counts of every indicator in every cell: base, and numerator of a share.

    `fewest` counts those who answered the question that most left blank. The base layer rests on
    it: what hides the people of that question hides those of every other.
    """

    respondents: dict[Universe, dict[Key, int]]
    fewest: dict[Universe, dict[Key, int]]
    base: dict[str, dict[Key, int]]
    numerator: dict[str, dict[Key, int]]


def count_all(lattice: Lattice) -> Counts:
    """Count respondents and, for each indicator, its base and numerator."""
    frame = lattice.frame
    everyone = np.ones(frame.rows, dtype=bool)
    answered = [~np.isnan(frame.values[i.code]) for i in lattice.study.indicators if not i.asked_of]
    fewest = min(answered, key=lambda rows: int(rows.sum()), default=everyone)
    universes = _universes(lattice)
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


def control(
    lattice: Lattice, counts: Counts, progress: Progress = lambda *_: None
) -> dict[str, dict[Key, Verdict]]:
    """Verdicts by indicator code and cell; a cell without a verdict may not be shown."""
    base = base_layer(lattice, counts)
    verdicts: dict[str, dict[Key, Verdict]] = {}
    questions = questions_of(lattice)
    for done, indicators in enumerate(questions):
        progress(indicators[0].code, done, len(questions))
        verdicts |= share_layer(lattice, counts, indicators, base)
    return verdicts


def base_layer(lattice: Lattice, counts: Counts) -> dict[Universe, set[Key]]:
    """Cells hidden for their number of people, by universe."""
    cells = [
        (universe, key)
        for universe, found in counts.respondents.items()
        for key in _cells_of(lattice, universe)
        if key in found
    ]
    place = {cell: i for i, cell in enumerate(cells)}
    by_universe: dict[Universe, dict[Key, int]] = {universe: {} for universe in counts.respondents}
    for (universe, key), i in place.items():
        by_universe[universe][key] = i
    sums = [
        found
        for universe in counts.respondents
        for s in lattice.sums
        if (found := _sum(s, by_universe[universe], _empty(lattice, counts, universe)))
    ]
    sums += list(_between_universes(lattice, counts, place))
    protection = protect(
        CountTable(
            [counts.fewest[universe].get(key, 0) for universe, key in cells],
            sums=Sums(sums),
            base_threshold=lattice.study.disclosure.ordinary.minimum_base,
            forced=[_too_few(lattice, counts, universe, key) for universe, key in cells],
            cost=[_cost(lattice, key, counts.respondents[u][key]) for u, key in cells],
            names=[_name(key) for _, key in cells],
        )
    )
    hidden: dict[Universe, set[Key]] = {universe: set() for universe in counts.respondents}
    for (universe, key), state in zip(cells, protection.base, strict=True):
        if state != State.SHOWN:
            hidden[universe].add(key)
    return hidden


def _too_few(lattice: Lattice, counts: Counts, universe: Universe, key: Key) -> bool:
    """Whether any question put to these people was answered by fewer than the minimum base."""
    asked = [i for i in lattice.study.indicators if _universe(i) == universe]
    least = min((counts.base[i.code].get(key, 0) for i in asked), default=0)
    return min(least, counts.respondents[universe][key]) < (
        lattice.study.disclosure.ordinary.minimum_base
    )


def share_layer(
    lattice: Lattice,
    counts: Counts,
    indicators: list[Indicator],
    base: Mapping[Universe, set[Key]],
) -> dict[str, dict[Key, Verdict]]:
    """Verdicts for indicators that are made of the same question."""
    keys = cells_with_people(lattice, counts, indicators[0])
    protection = _protect(lattice, counts, indicators, base)
    shares = [i.code for i in indicators if i.kind == "share"]
    return {
        indicator.code: dict(
            zip(
                keys,
                _verdicts(
                    protection, shares.index(indicator.code) if indicator.code in shares else None
                ),
                strict=True,
            )
        )
        for indicator in indicators
    }


def _protect(
    lattice: Lattice,
    counts: Counts,
    indicators: list[Indicator],
    base: Mapping[Universe, set[Key]],
) -> Protection:
    """Protect a question, if possible with the people's pattern of hidden bases.

    So few may have answered the question that the cells hidden for people do not hide its base;
    then more of its bases are hidden than the people's. But other questions show these bases as
    nearly the same people answered them, so the shares are then protected from one who knows all.
    """

    def table(keep_whole: bool, **options: Any) -> CountTable:
        return share_table(lattice, counts, indicators, base, keep_whole=keep_whole, **options)

    try:
        protect(_bases_alone(table(False)))
        return _keep_whole(table)
    except UnprotectableError:
        first = _keep_whole(partial(table, base_known=False))
        hidden = (first.base != State.SHOWN) | np.isin(first.share, HIDDEN).any(axis=1)
        keys = cells_with_people(lattice, counts, indicators[0])
        withheld = {key for key, is_hidden in zip(keys, hidden, strict=True) if is_hidden}
        return _keep_whole(partial(table, withheld=withheld))


def _keep_whole(table: Callable[[bool], CountTable]) -> Protection:
    """Protect a table, with the whole's figures kept if possible.

    They are what everyone looks for, so they are hidden only when nothing else protects what is
    below them.
    """
    try:
        return protect(table(True))
    except UnprotectableError:
        return protect(table(False))


def _bases_alone(table: CountTable) -> CountTable:
    """The same cells without answers: quick to find out whether the people's pattern suffices."""
    return CountTable(
        table.n,
        sums=table.sums,
        base_threshold=table.base_threshold,
        base_known=table.base_known,
        forced=table.forced | (table.n < table.base_threshold),
        names=table.names,
    )


def cells_with_people(lattice: Lattice, counts: Counts, indicator: Indicator) -> list[Key]:
    """The cells of an indicator in which somebody was asked and answered the questionnaire."""
    there = counts.respondents[_universe(indicator)]
    return [key for key in lattice.for_indicator(indicator) if key in there]


def share_table(
    lattice: Lattice,
    counts: Counts,
    indicators: list[Indicator],
    base: Mapping[Universe, set[Key]],
    *,
    base_known: bool = True,
    keep_whole: bool = False,
    withheld: Set[Key] = frozenset(),
) -> CountTable:
    """The count table of one question, given what the base layer hides.

    `withheld` are further cells to hide, though the attacker is then taken to know every base.
    """
    first = indicators[0]
    keys = cells_with_people(lattice, counts, first)
    place = {key: i for i, key in enumerate(keys)}
    empty = _empty(lattice, counts, _universe(first))
    hidden = base[_universe(first)]
    policy = lattice.study.policy(first)
    forced = np.array([key in hidden or key in withheld for key in keys])
    n = np.array([counts.base[first.code].get(key, 0) for key in keys])
    shares = [i for i in indicators if i.kind == "share"]
    y = np.array([[counts.numerator[i.code].get(key, 0) for i in shares] for key in keys])
    y = y.reshape(len(keys), len(shares))
    fewest = np.minimum(y, n[:, None] - y).min(axis=1, initial=np.iinfo(np.int64).max)
    enough = (n >= policy.minimum_base) & (fewest >= lattice.study.disclosure.minimum_count)
    whole = np.array([not key[0] and key[1] == lattice.total for key in keys])
    return CountTable(
        n,
        y if shares else None,
        sums=Sums([found for s in lattice.sums if (found := _sum(s, place, empty))]),
        # A base that the first layer hides is protected to that layer's threshold.
        base_threshold=np.where(
            forced, lattice.study.disclosure.ordinary.minimum_base, policy.minimum_base
        ),
        count_threshold=lattice.study.disclosure.minimum_count,
        base_known=(~forced & base_known) | bool(withheld),
        forced=forced,
        fixed=whole & enough & ~forced & keep_whole,
        cost=[_cost(lattice, key, int(k)) for key, k in zip(keys, n, strict=True)],
        decimals=[precision_of(lattice.area_levels[key[1]]).decimals for key in keys],
        names=[f"{first.code} {_name(key)}" for key in keys],
    )


HIDDEN = (State.HIDDEN_PRIMARY, State.HIDDEN_SECONDARY)
STATUS_OF_SHARE = {
    int(State.SHOWN): Status.SHOWN,
    int(State.MASKED_LOW): Status.BOUND_BELOW,
    int(State.MASKED_HIGH): Status.BOUND_ABOVE,
}


def _verdicts(protection: Protection, outcome: int | None) -> Iterable[Verdict]:
    """A verdict per cell, of one outcome's share; of a mean when `outcome` is None."""
    shown: list[bool] = (protection.base == State.SHOWN).tolist()
    if outcome is None:
        all_shown: list[bool] = (protection.share == State.SHOWN).all(axis=1).tolist()
        for base, share in zip(shown, all_shown, strict=True):
            yield Verdict(Status.SHOWN if base and share else Status.HIDDEN)
        return
    states: list[int] = protection.share[:, outcome].tolist()
    bounds: list[float] = protection.bound[:, outcome].tolist()
    for base, state, bound in zip(shown, states, bounds, strict=True):
        status = STATUS_OF_SHARE.get(state, Status.HIDDEN) if base else Status.HIDDEN
        masked = status in (Status.BOUND_BELOW, Status.BOUND_ABOVE)
        yield Verdict(status, bound if masked else None)


def questions_of(lattice: Lattice) -> list[list[Indicator]]:
    """The study's questions: the indicators that are made of each. None needs another."""
    return list(_same_question(lattice.study.indicators))


def _same_question(indicators: Iterable[Indicator]) -> Iterable[list[Indicator]]:
    """Indicators together that rest on the same answers and the same people."""
    groups: dict[tuple[frozenset[str], Universe, str], list[Indicator]] = {}
    for indicator in indicators:
        key = (source_variables(indicator), _universe(indicator), indicator.sensitivity)
        groups.setdefault(key, []).append(indicator)
    return groups.values()


def _universe(indicator: Indicator) -> Universe:
    return tuple(sorted((b, tuple(levels)) for b, levels in indicator.asked_of.items()))


def _universes(lattice: Lattice) -> list[Universe]:
    return sorted({(), *(_universe(i) for i in lattice.study.indicators)})


def _asked_rows(lattice: Lattice, universe: Universe, rows: np.ndarray) -> np.ndarray:
    for breakdown, levels in universe:
        rows = rows & np.isin(lattice.frame.groups[breakdown].astype(str), levels)
    return rows


def _cells_of(lattice: Lattice, universe: Universe) -> list[Key]:
    """Cells of a universe of its own: those by the breakdown that defines it are everyone's."""
    own = {breakdown for breakdown, _ in universe}
    return [key for key in lattice.keys if not own & set(key[0])]


def _empty(lattice: Lattice, counts: Counts, universe: Universe) -> set[Key]:
    """Cells where nobody answered. There is nobody to protect, and that it is so is shown."""
    return {key for key in lattice.keys if key not in counts.respondents[universe]}


def _between_universes(
    lattice: Lattice, counts: Counts, place: Mapping[tuple[Universe, Key], int]
) -> Iterable[Sum]:
    """Those who were asked are the sum of the groups that were asked, where these are shown."""
    for (universe, key), parent in place.items():
        if len(universe) != 1:
            continue
        breakdown, levels = universe[0]
        for crossed in _crossed(lattice, key, breakdown, levels):
            children = [place[(), child] for child in crossed if ((), child) in place]
            empty = sum(child not in counts.respondents[()] for child in crossed)
            if children and len(children) + empty == len(levels):
                yield Sum(parent, tuple(children), exhaustive=True)


def _crossed(
    lattice: Lattice, key: Key, breakdown: str, levels: tuple[str, ...]
) -> Iterable[list[Key]]:
    grouping, area, period, group = key
    for crossing in lattice.groupings:
        for i, name in enumerate(crossing):
            if name == breakdown and (*crossing[:i], *crossing[i + 1 :]) == grouping:
                yield [
                    (crossing, area, period, (*group[:i], level, *group[i:])) for level in levels
                ]


def _sum(cells: CellSum, place: Mapping[Key, int], empty: set[Key]) -> Sum | None:
    """The sum over the cells that are there; those known to be empty are no remainder."""
    kept = tuple(place[c] for c in cells.children if c in place)
    if cells.parent not in place or not kept:
        return None
    missing = [c for c in cells.children if c not in place and c not in empty]
    return Sum(place[cells.parent], kept, cells.exhaustive and not missing)


def _cost(lattice: Lattice, key: Key, n: int) -> float:
    """What is lost by hiding a cell: totals and whole areas last, then by size."""
    grouping, area, _, _ = key
    loss = float(n)
    if area == lattice.total:
        loss += 1e6
    if not grouping:
        loss += 1e5
    return loss


def _name(key: Key) -> str:
    grouping, area, period, group = key
    return " ".join([area, period, *(f"{b}={g}" for b, g in zip(grouping, group, strict=True))])
