"""Domains of a grouping set: which finest cells make up which group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.cube.base import Base
from samling.stats.errors import ComparisonError, OptionError
from samling.stats.tables.exact import IntArray
from samling.stats.tables.keys import Coded, combine

By = tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """The domains of one grouping set, sorted by value.

    `domain[c]` is cell c's domain, -1 if a value of the set is missing there; `codes[j][d]` is
    domain d's code of dimension j, an index of `values[j]`.
    """

    by: By
    domain: IntArray
    codes: tuple[IntArray, ...]
    values: tuple[tuple[Any, ...], ...]
    size: int

    def value(self, dimension: str, domain: int) -> Any:
        """The domain's value of a dimension; None (the margin) if the set does not have it."""
        if dimension not in self.by:
            return None
        place = self.by.index(dimension)
        return self.values[place][self.codes[place][domain]]

    def column(self, dimension: str) -> list[Any]:
        """The value of every domain, None for a margin."""
        if dimension not in self.by:
            return [None] * self.size
        place = self.by.index(dimension)
        return [self.values[place][code] for code in self.codes[place]]

    def without(self, dimension: str) -> tuple[IntArray, int]:
        """Each domain's group when `dimension` is left out, and how many groups there are."""
        others = [
            Coded(codes, values)
            for name, codes, values in zip(self.by, self.codes, self.values, strict=True)
            if name != dimension
        ]
        group, parts = combine(others, self.size)
        return group, (int(parts[0].size) if parts else 1)


def grouping_sets(by: Sequence[Any] | str) -> tuple[By, ...]:
    """The grouping sets asked for, each a tuple of names, without repeats."""
    if isinstance(by, str):
        by = [by]
    if not isinstance(by, Sequence):
        raise OptionError(
            f'by={by!r} must be a list of grouping sets, such as [(), ("sex",)]; () is the whole.'
        )
    if isinstance(by, tuple) and by and all(isinstance(entry, str) for entry in by):
        by = [by]
    sets = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in by]
    for entry in sets:
        if len(set(entry)) < len(entry):
            raise OptionError(f"The grouping set {entry!r} names a variable twice.")
    return tuple(dict.fromkeys(sets))


def make_grouping(base: Base, by: By) -> Grouping:
    """The domains that `by` makes of the base table's cells."""
    places = [base.dimensions.index(name) for name in by]
    codes = [base.cells[place] for place in places]
    inside = np.ones(base.cell_count, dtype=bool)
    for code in codes:
        inside &= code >= 0
    domain = np.full(base.cell_count, -1, dtype=np.int64)
    coded = [Coded(code[inside], base.values[p]) for code, p in zip(codes, places, strict=True)]
    domain[inside], parts = combine(coded, int(inside.sum()))
    size = int(parts[0].size) if parts else 1
    return Grouping(by, domain, tuple(parts), tuple(base.values[place] for place in places), size)


def require_dimension(grouping: Grouping, dimension: str) -> None:
    """Raise ComparisonError unless the grouping set has the dimension."""
    if dimension not in grouping.by:
        raise ComparisonError(
            f"The grouping set {grouping.by!r} does not have the dimension {dimension!r}."
        )
