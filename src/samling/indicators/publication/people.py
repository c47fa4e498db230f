"""The base layer: groups of too few people, hidden with one pattern for the whole study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

import numpy as np

from samling.indicators.publication.counting import (
    Counts,
    Universe,
    cost_of,
    name_of,
    sum_of,
    universe_of,
)
from samling.indicators.publication.history import bases_known, kept_hidden
from samling.indicators.publication.lattice import Key, Lattice
from samling.stats.disclosure import CountTable, State, Sum, Sums, UnprotectableError, protect


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
        if (found := sum_of(s, by_universe[universe], counts.respondents[universe]))
    ]
    sums += list(_between_universes(lattice, counts, place))
    told = _told_of_people(lattice, counts)
    forced = np.array([_too_few(lattice, counts, universe, key) for universe, key in cells])
    kept = np.array([key in told[universe][1] for universe, key in cells])

    def people(forced: np.ndarray) -> CountTable:
        return CountTable(
            [counts.fewest[universe].get(key, 0) for universe, key in cells],
            sums=Sums(sums),
            base_threshold=lattice.study.disclosure.ordinary.minimum_base,
            base_known=[key in told[universe][0] for universe, key in cells],
            forced=forced,
            cost=[cost_of(lattice, key, counts.respondents[u][key]) for u, key in cells],
            names=[name_of(key) for _, key in cells],
        )

    try:
        protection = protect(people(forced | kept))
    except UnprotectableError:
        if not kept.any():
            raise
        protection = protect(people(forced))
    hidden: dict[Universe, set[Key]] = {universe: set() for universe in counts.respondents}
    for (universe, key), state in zip(cells, protection.base, strict=True):
        if state != State.SHOWN:
            hidden[universe].add(key)
    return hidden


def _told_of_people(lattice: Lattice, counts: Counts) -> dict[Universe, tuple[Set[Key], Set[Key]]]:
    """Cells whose people earlier releases told of, and cells that they hid and that stay hidden."""
    found: dict[Universe, tuple[Set[Key], Set[Key]]] = {}
    for universe, keys in counts.respondents.items():
        asked = [i for i in lattice.study.indicators if universe_of(i) == universe]
        known = bases_known(counts.earlier, asked, counts.base)
        found[universe] = known, kept_hidden(counts.earlier, asked, keys)
    return found


def _too_few(lattice: Lattice, counts: Counts, universe: Universe, key: Key) -> bool:
    """Whether any question put to these people was answered by fewer than the minimum base."""
    asked = [i for i in lattice.study.indicators if universe_of(i) == universe]
    least = min((counts.base[i.code].get(key, 0) for i in asked), default=0)
    return min(least, counts.respondents[universe][key]) < (
        lattice.study.disclosure.ordinary.minimum_base
    )


def _cells_of(lattice: Lattice, universe: Universe) -> list[Key]:
    """Cells of a universe of its own: those by the breakdown that defines it are everyone's."""
    own = {breakdown for breakdown, _ in universe}
    return [key for key in lattice.keys if not own & set(key[0])]


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
