"""Differences between two releases: what they would tell of the few persons who were changed.

Whoever keeps an earlier release can subtract it from a new one. The attacker knows every shown
count exactly (docs/decisions.md 1), so what is compared is the counts, not the rounded figures.
The difference is held to the rules of a cell: too few persons, or too few of one answer among
them, and neither may be read. What is more than that is left for disclosure control over time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from samling.indicators.choices import Status
from samling.indicators.publication.counting import Counts
from samling.indicators.publication.disclosure import Verdict
from samling.indicators.publication.history import Count, Known, key_of
from samling.indicators.publication.lattice import SEPARATOR, Key, Lattice
from samling.indicators.study.schema import Indicator

COUNTS = pa.schema(
    [
        ("indicator", pa.string()),
        ("grouping", pa.string()),
        ("area", pa.string()),
        ("period", pa.string()),
        ("group", pa.string()),
        ("n", pa.int64()),
        ("y", pa.int64()),
    ]
)
CELL = ("indicator", "grouping", "area", "period", "group")


@dataclass(frozen=True)
class Telling:
    """Two counts of one cell, or of all hidden cells of a sum, that tell too much together."""

    indicator: str
    cell: Key
    before: Count
    now: Count
    rest: bool = False

    def __str__(self) -> str:
        grouping, area, period, group = self.cell
        place = [area, period, *(f"{b}={g}" for b, g in zip(grouping, group, strict=True))]
        words = f"{self.indicator}, {' '.join(place)}"
        if self.rest:
            words += " minus those of its parts that are shown"
        said = f"{words}: {self.before[0]} answers were counted and now {self.now[0]}"
        if self.before[1] is None or self.now[1] is None:
            return said
        return f"{said}, of which {self.before[1]} and now {self.now[1]} gave the answer"


class DifferencesError(Exception):
    """A new release would tell of few persons together with one that is still public."""

    def __init__(self, number: int, telling: Sequence[Telling], found: str = "") -> None:
        self.number, self.telling = number, tuple(telling)
        found = found or (
            f"{_cells(len(telling))} public release {number} by so few persons that their answers "
            f"could be read from the difference. For example {telling[0]}."
            if telling
            else f"Release {number} is public and nothing was kept of its counts, so that it "
            "cannot be compared with the new one."
        )
        super().__init__(
            f"{found} Publish the correction together with the next round, or leave the rows as "
            'they were. To publish anyway, write --despite-differences "who decided and why": it '
            "is kept and said on the study's page, and earlier figures are no longer shown there."
        )


def _cells(count: int) -> str:
    return "1 figure differs from" if count == 1 else f"{count} figures differ from"


def known_counts(
    lattice: Lattice, counts: Counts, verdicts: Mapping[str, Mapping[Key, Verdict]]
) -> pa.Table:
    """The counts that a reader is taken to know; nothing of a hidden cell."""
    rows = []
    for indicator in lattice.study.indicators:
        base, numerator = counts.base[indicator.code], counts.numerator.get(indicator.code)
        for key, verdict in verdicts[indicator.code].items():
            if verdict.status is Status.HIDDEN:
                continue
            shares = numerator is not None and verdict.status is Status.SHOWN
            rows.append(
                {
                    "indicator": indicator.code,
                    "grouping": SEPARATOR.join(key[0]),
                    "area": key[1],
                    "period": key[2],
                    "group": SEPARATOR.join(key[3]),
                    "n": base.get(key, 0),
                    "y": numerator.get(key, 0) if shares and numerator is not None else None,
                }
            )
    return pa.Table.from_pylist(rows, schema=COUNTS)


def read_counts(table: pa.Table) -> Known:
    """The counts of a release as they were kept by `known_counts`."""
    return {(row["indicator"], key_of(row)): (row["n"], row["y"]) for row in table.to_pylist()}


def counts_again(lattice: Lattice, counts: Counts, known: Known) -> Known:
    """The counts as they are now of what a release told, where they are enough to be shown."""
    study, found = lattice.study, {}
    for code, key in known:
        indicator = next((i for i in study.indicators if i.code == code), None)
        n = counts.base[code].get(key, 0) if indicator else 0
        if indicator is None or n < study.policy(indicator).minimum_base:
            continue
        y = counts.numerator[code].get(key, 0) if code in counts.numerator else None
        enough = y is not None and min(y, n - y) >= study.disclosure.minimum_count
        found[code, key] = (n, y if enough else None)
    return found


def telling_differences(lattice: Lattice, before: Known, now: Known) -> list[Telling]:
    """Cells shown in both releases whose difference is of too few, and likewise what is left of
    a sum when its parts that are shown in both have been taken away.

    An indicator, an area, a period and a group are the same when their codes are, whatever their
    definitions have become: a changed definition tells of those whom it moved.
    """
    both = before.keys() & now.keys()
    found = []
    for indicator in lattice.study.indicators:
        keys = {key for code, key in both if code == indicator.code}
        old = {key: before[indicator.code, key] for key in keys}
        new = {key: now[indicator.code, key] for key in keys}
        pairs = [(key, old[key], new[key], False) for key in sorted(keys)]
        pairs += _rests(lattice, old, new)
        found += [
            Telling(indicator.code, key, first, second, rest)
            for key, first, second, rest in pairs
            if _tells(lattice, indicator, first, second)
        ]
    return found


def _rests(
    lattice: Lattice, old: Mapping[Key, Count], new: Mapping[Key, Count]
) -> Iterator[tuple[Key, Count, Count, bool]]:
    """What is hidden of every sum whose parent and some, but not all, of whose parts are known."""
    for found in lattice.sums:
        known = [child for child in found.children if child in new]
        if found.exhaustive and found.parent in new and 0 < len(known) < len(found.children):
            sides = (_minus(side[found.parent], [side[c] for c in known]) for side in (old, new))
            yield found.parent, next(sides), next(sides), True


def _minus(whole: Count, parts: Sequence[Count]) -> Count:
    n = whole[0] - sum(part[0] for part in parts)
    counts = [part[1] for part in parts]
    if whole[1] is None or None in counts:
        return n, None
    return n, whole[1] - sum(count for count in counts if count is not None)


def _tells(lattice: Lattice, indicator: Indicator, before: Count, now: Count) -> bool:
    """Whether a difference would be hidden or masked if it were a cell of its own."""
    n = now[0] - before[0]
    if 0 < abs(n) < lattice.study.policy(indicator).minimum_base:
        return True
    if before[1] is None or now[1] is None:
        return False
    y = now[1] - before[1]
    if n == y == 0:
        return False
    # Persons changed an answer, or all who came or went gave the same one.
    least = abs(y) if n == 0 else min(abs(y), abs(n - y))
    return least < lattice.study.disclosure.minimum_count
