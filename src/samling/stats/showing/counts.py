"""The unweighted counts behind a result's proportions, with every sum that ties them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from samling.stats.cube.grouping import By
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
    sets = _closed(published)
    values = {
        name: block.grouping.values[block.grouping.by.index(name)]
        for block in result.blocks.values()
        for name in block.grouping.by
    }
    counted = _counted(result, items)
    keys = [(by, combo) for by in sets for combo in product(*(values[name] for name in by))]
    missing = np.zeros(1 + len(items), dtype=np.int64)
    rows = []
    for by, combo in keys:
        if by in result.blocks:
            rows.append(counted.get((by, combo), missing))
        else:
            rows.append(_worked_out(by, combo, published, counted, values, missing))
    counts = np.array(rows, dtype=np.int64).reshape(len(keys), 1 + len(items))
    return Cells(tuple(keys), frozenset(published), counts[:, 0], counts[:, 1:])


def _counted(result: Result, items: Sequence[int]) -> dict[Key, Ints]:
    found: dict[Key, Ints] = {}
    for by, block in result.blocks.items():
        columns = [block.grouping.column(name) for name in by]
        n = block.n[:, items[0]]
        y = np.nan_to_num(block.y[:, list(items)])
        for place in range(block.grouping.size):
            line = np.array([n[place], *y[place]], dtype=np.int64)
            found[(by, tuple(column[place] for column in columns))] = line
    return found


def _closed(sets: Sequence[By]) -> tuple[By, ...]:
    """The sets and what any two of them have in common, the finest first."""
    found = {frozenset(by): by for by in sets}
    while True:
        common = {one & two for one, two in combinations(found, 2)} - found.keys()
        if not common:
            return tuple(sorted(found.values(), key=lambda by: (-len(by), by)))
        found |= {part: tuple(sorted(part)) for part in common}


def _worked_out(
    by: By,
    combo: tuple[Any, ...],
    published: Sequence[By],
    counted: dict[Key, Ints],
    values: dict[str, tuple[Any, ...]],
    missing: Ints,
) -> Ints:
    """A margin that nobody asked for: the largest that a finer set adds up to.

    Sets lose those who lack a value of theirs, so the one that has most is nearest the margin.
    """
    sums = []
    for finer in published:
        if set(by) < set(finer):
            rest = [name for name in finer if name not in by]
            parts = _refined(by, combo, finer, rest, values)
            sums.append(sum((counted.get((finer, part), missing) for part in parts), missing))
    return max(sums, key=lambda line: int(line[0]))


def _refined(
    by: By,
    combo: tuple[Any, ...],
    finer: By,
    rest: Sequence[str],
    values: dict[str, tuple[Any, ...]],
) -> Iterator[tuple[Any, ...]]:
    fixed = dict(zip(by, combo, strict=True))
    for chosen in product(*(values[name] for name in rest)):
        named = fixed | dict(zip(rest, chosen, strict=True))
        yield tuple(named[name] for name in finer)


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
