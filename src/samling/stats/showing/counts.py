"""The unweighted counts behind a result's proportions, with every sum that ties them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np

from samling.stats.cube.grouping import By, make_grouping
from samling.stats.cube.linear import domain_sums
from samling.stats.cube.result import Result
from samling.stats.disclosure.sums import Ints, Sum, Sums
from samling.stats.disclosure.table import CountTable

Key = tuple[By, tuple[Any, ...]]
"""A grouping set and the values of its dimensions."""


@dataclass(frozen=True)
class Cells:
    """Every combination of values of every grouping set, in order: those of nobody too.

    `published` says which sets were asked for; the others are what two of them have in common,
    which can be worked out from either.
    """

    keys: tuple[Key, ...]
    published: frozenset[By]
    n: Ints
    y: Ints

    def table(self, base_threshold: int, count_threshold: int) -> CountTable:
        """The counts as disclosure control takes them."""
        inside = np.array([by in self.published for by, _ in self.keys], dtype=bool)
        return CountTable(
            self.n,
            self.y,
            sums=Sums(_sums(self.keys, self.n)),
            base_threshold=base_threshold,
            count_threshold=count_threshold,
            unpublished=~inside,
            names=[_name(by, values) for by, values in self.keys],
        )


def cells_of(result: Result, items: Sequence[int]) -> Cells:
    """The counts of one variable: `items` are its levels in the result, or its one."""
    published = tuple(result.blocks)
    values = {
        name: block.grouping.values[block.grouping.by.index(name)]
        for block in result.blocks.values()
        for name in block.grouping.by
    }
    missing = np.zeros(1 + len(items), dtype=np.int64)
    keys: list[Key] = []
    rows = []
    for by in _closed(published):
        counted = _counted(result, by, items)
        for combo in product(*(values[name] for name in by)):
            keys.append((by, combo))
            rows.append(counted.get(combo, missing))
    counts = np.array(rows, dtype=np.int64).reshape(len(keys), 1 + len(items))
    return Cells(tuple(keys), frozenset(published), counts[:, 0], counts[:, 1:])


def hang_together(sets: Sequence[By]) -> bool:
    """Whether no sets' dimensions form a ring, such as a-b, b-c, c-a.

    Without a ring, tables that agree on what they have in common always fit some persons, so
    nothing is known of a table but by its own sums and those margins (Vorob'ev 1962). In a ring
    they also bind each other in ways that no margin shows. The test takes away dimensions whose
    sets lie in one another (Duris 2012, beta-acyclic hypergraphs).
    """
    edges = [set(by) for by in sets]
    left = {name for edge in edges for name in edge}
    while left:
        nested = next((name for name in sorted(left) if _lie_in_one_another(edges, name)), None)
        if nested is None:
            return False
        left.remove(nested)
        for edge in edges:
            edge.discard(nested)
    return True


def _lie_in_one_another(edges: Sequence[set[str]], name: str) -> bool:
    chain = sorted((edge for edge in edges if name in edge), key=len)
    return all(one <= other for one, other in pairwise(chain))


def _counted(result: Result, by: By, items: Sequence[int]) -> dict[tuple[Any, ...], Ints]:
    """n and y of every group that has members, also of a set that was not asked for."""
    base, plan = result.basis.base, result.basis.plan
    grouping = make_grouping(base, by)
    sums = domain_sums(base.moments, grouping.domain, grouping.size, plan)
    lines = np.column_stack([sums.n[:, items[0]], sums.ones[:, list(items)]]).astype(np.int64)
    columns = [grouping.column(name) for name in by]
    combos = zip(*columns, strict=True) if by else [()]
    return dict(zip(combos, lines, strict=True))


def _closed(sets: Sequence[By]) -> tuple[By, ...]:
    """The sets and what any two of them have in common, the finest first."""
    found = {frozenset(by): by for by in sets}
    while True:
        common = {one & two for one, two in combinations(found, 2)} - found.keys()
        if not common:
            return tuple(sorted(found.values(), key=lambda by: (-len(by), by)))
        found |= {part: tuple(sorted(part)) for part in common}


def _sums(keys: Sequence[Key], n: Ints) -> Iterator[Sum]:
    """Every cell as the sum of the cells of each set that refines it next."""
    place = {key: index for index, key in enumerate(keys)}
    sets = list(dict.fromkeys(by for by, _ in keys))
    for coarse in sets:
        for fine in _next(coarse, sets):
            groups: dict[tuple[Any, ...], list[int]] = {}
            at = [fine.index(name) for name in coarse]
            for by, combo in keys:
                if by == fine:
                    groups.setdefault(tuple(combo[i] for i in at), []).append(place[(by, combo)])
            for combo, children in groups.items():
                parent = place[(coarse, combo)]
                whole = int(n[parent]) == int(n[children].sum())
                yield Sum(parent, tuple(children), exhaustive=whole)


def _next(coarse: By, sets: Iterable[By]) -> list[By]:
    """The sets that refine this one, with no other set in between."""
    finer = [by for by in sets if set(coarse) < set(by)]
    return [by for by in finer if not any(set(other) < set(by) for other in finer)]


def _name(by: By, values: tuple[Any, ...]) -> str:
    named = ", ".join(f"{name}={value}" for name, value in zip(by, values, strict=True))
    return named or "the whole"
