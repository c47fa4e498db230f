"""protect_estimates: the rows of a result without what would tell of few persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from samling.stats.cube.few_clusters import SharedResult
from samling.stats.cube.figures import NUMBERS, Method, as_table
from samling.stats.cube.result import Result
from samling.stats.cube.statistics import Prop
from samling.stats.disclosure.attack import Audit
from samling.stats.disclosure.protection import protect
from samling.stats.disclosure.result import Protection
from samling.stats.disclosure.states import State
from samling.stats.disclosure.table import FLOOR
from samling.stats.errors import OptionError
from samling.stats.showing.counts import Cells, Key, cells_of, hang_together

BASE_THRESHOLD = 10
OF_THE_BASE = ("n", "n_psu", "df")  # what may be shown of a base whose share is hidden
STATUS = {
    State.SHOWN: "shown",
    State.HIDDEN_PRIMARY: "too few",
    State.HIDDEN_SECONDARY: "would give another away",
    State.MASKED_LOW: "at most",
    State.MASKED_HIGH: "at least",
}


@dataclass(frozen=True)
class SafeEstimates:
    """Estimates of which nothing tells of few persons, as far as the counts go.

    `rows()` has the result's columns, `status` and `bound`. Status is "shown", "too few", "would
    give another away", or "at most" and "at least" with `bound`, a share that is all that is
    shown. A hidden figure is None. Every combination of values has a row, those of nobody too: a
    missing row would say that nobody was there. `protections` are by variable.
    """

    columns: Mapping[str, list[Any]] = field(repr=False)
    protections: Mapping[str, Protection] = field(repr=False)
    method: Method

    def rows(self) -> list[dict[str, Any]]:
        """The figures as plain dicts."""
        lines = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, line, strict=True)) for line in lines]

    def table(self) -> pa.Table:
        """The figures as an Arrow table, the method in its schema's metadata."""
        return as_table(self.columns, self.method)

    def audit(self, *, sample: int | None = None, seed: int = 0) -> dict[str, Audit]:
        """Attack every variable's counts by linear programs, whole or sampled."""
        return {
            name: found.audit(sample=sample, seed=seed) for name, found in self.protections.items()
        }


def protect_estimates(
    result: Result | SharedResult,
    *,
    base_threshold: int = BASE_THRESHOLD,
    count_threshold: int = FLOOR,
) -> SafeEstimates:
    """Hide what must not be shown of a result's proportions, over all of its grouping sets.

    A group of fewer than `base_threshold` elements is hidden, and a share that rests on fewer than
    `count_threshold` with the outcome, or without it, is masked or hidden; then as much more as it
    takes that no sum between the grouping sets gives a hidden count away (see `protect`).
    Thresholds are of unweighted counts and never below 5. The grouping sets of one result are
    protected together: ask for everything that will be shown in one `estimate`. Earlier releases
    are for `protect` with a `history`.

    OptionError if the result has other statistics than proportions, whose figures tell of persons
    in ways that counts do not show, or if its grouping sets bind each other in a ring (a by b, b by
    c, and c by a), or if a grouping variable lacks values: make those a group of their own.
    """
    if isinstance(result, SharedResult):
        result = result.shared
    items = result.basis.plan.items
    other = sorted({i.statistic.kind for i in items if not isinstance(i.statistic, Prop)})
    if other:
        raise OptionError(
            f"The result has {', '.join(other)}, which can't be protected by counts alone. Ask "
            "estimate for prop() of the variables, also of those that are 0 and 1."
        )
    missing = {name: count for name, count in result.dropped.by.items() if count}
    if missing:
        said = ", ".join(f"{name!r} ({count} elements)" for name, count in missing.items())
        raise OptionError(
            f"Grouping variables lack values: {said}. They are in some tables and not in others, "
            'and tell of each other in ways that sums do not show. Make "no answer" a group of '
            "its own, and estimate again."
        )
    if not hang_together(tuple(result.blocks)):
        raise OptionError(
            f"The grouping sets {', '.join(map(repr, result.blocks))} bind each other in a ring, "
            "in which hidden figures can be worked out in ways that their sums do not show. Leave "
            "one of them out, or protect counts of the finest groups yourself with protect()."
        )
    variables: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        variables.setdefault(item.statistic.label, []).append(place)
    protections, rows = {}, []
    by_line = _lines(result)
    for name, places in variables.items():
        cells = cells_of(result, places)
        protections[name] = protect(cells.table(base_threshold, count_threshold))
        levels = [items[place].level for place in places]
        rows += _rows(cells, protections[name], name, levels, by_line, result.dimensions)
    names = ("statistic", "variable", "level", *result.dimensions, *NUMBERS, "status", "bound")
    columns = {column: [row[column] for row in rows] for column in names}
    return SafeEstimates(columns, protections, result.method)


def _lines(result: Result) -> dict[tuple[str, Any, Key], dict[str, Any]]:
    """The result's rows by variable, level and cell."""
    rows = iter(result.rows())
    found = {}
    for by, block in result.blocks.items():
        for item in result.basis.plan.items:
            for _ in range(block.grouping.size):
                row = next(rows)
                key = (by, tuple(row[name] for name in by))
                found[(item.statistic.label, item.level, key)] = row
    return found


def _rows(
    cells: Cells,
    protection: Protection,
    variable: str,
    levels: list[Any],
    lines: Mapping[tuple[str, Any, Key], dict[str, Any]],
    dimensions: tuple[str, ...],
) -> list[dict[str, Any]]:
    out = []
    for cell, (by, values) in enumerate(cells.keys):
        if by not in cells.published:
            continue
        place = dict.fromkeys(dimensions) | dict(zip(by, values, strict=True))
        for column, level in enumerate(levels):
            row: dict[str, Any] = {"statistic": "prop", "variable": variable, "level": level}
            row |= place | dict.fromkeys(NUMBERS) | {"bound": None}
            line = lines.get((variable, level, (by, values)), {})
            out.append(row | _shown(protection, cell, column, line))
    return out


def _shown(
    protection: Protection, cell: int, column: int, line: Mapping[str, Any]
) -> dict[str, Any]:
    base, share = State(protection.base[cell]), State(protection.share[cell, column])
    if base != State.SHOWN:
        return {"status": STATUS[base]}
    if share == State.SHOWN:
        return {name: line[name] for name in NUMBERS} | {"status": STATUS[share]}
    kept: dict[str, Any] = {name: line[name] for name in OF_THE_BASE} | {"status": STATUS[share]}
    if share == State.MASKED_LOW:
        kept["bound"] = float(protection.bound[cell, column]) / 100.0
    if share == State.MASKED_HIGH:
        kept["bound"] = 1.0 - float(protection.bound[cell, column]) / 100.0
    return kept
