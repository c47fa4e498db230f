"""The two tables of a release: cells and comparisons, rounded and with nothing hidden in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from samling.indicators.choices import Status
from samling.indicators.publication.cube import Cube, Difference, Estimate
from samling.indicators.publication.disclosure import Verdict
from samling.indicators.publication.lattice import SEPARATOR, Key, Lattice
from samling.indicators.publication.rounding import precision_of
from samling.indicators.study.schema import AreaLevel, Indicator

CELLS = pa.schema(
    [
        ("indicator", pa.string()),
        ("grouping", pa.string()),
        ("area", pa.string()),
        ("period", pa.string()),
        ("group", pa.string()),
        ("status", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n", pa.int64()),
        ("bound", pa.float64()),
    ]
)
COMPARISONS = pa.schema(
    [
        ("kind", pa.string()),
        ("indicator", pa.string()),
        ("grouping", pa.string()),
        ("area", pa.string()),
        ("period", pa.string()),
        ("group", pa.string()),
        ("other", pa.string()),
        ("difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("sign", pa.string()),
    ]
)
Verdicts = Mapping[str, Mapping[Key, Verdict]]


@dataclass(frozen=True)
class HiddenPart:
    """How many cells there are, and are hidden, of the areas of a level, by group or as a whole."""

    level: AreaLevel
    by_group: bool
    cells: int
    hidden: int


@dataclass(frozen=True)
class ReleaseTables:
    """What is published, how many cells came out how, and how many are hidden where."""

    cells: pa.Table
    comparisons: pa.Table
    statuses: dict[Status, int]
    hidden: tuple[HiddenPart, ...]


def assemble(lattice: Lattice, cube: Cube, verdicts: Verdicts) -> ReleaseTables:
    """Round what may be shown; everything else leaves no trace but its status."""
    rows = [
        _cell(lattice, indicator, key, verdict, cube.estimates[indicator.code].get(key))
        for indicator in lattice.study.indicators
        for key, verdict in verdicts[indicator.code].items()
    ]
    shown: set[tuple[str, ...]] = {
        (r["indicator"], r["grouping"], r["area"], r["period"], r["group"])
        for r in rows
        if r["status"] == Status.SHOWN
    }
    comparisons = [
        _comparison(lattice, difference)
        for difference in cube.differences
        if _may_compare(difference, shown)
    ]
    statuses = {status: sum(r["status"] == status for r in rows) for status in Status}
    return ReleaseTables(
        pa.Table.from_pylist(rows, schema=CELLS),
        pa.Table.from_pylist(comparisons, schema=COMPARISONS),
        statuses,
        tuple(_hidden_parts(lattice, rows)),
    )


def _hidden_parts(lattice: Lattice, rows: list[dict[str, Any]]) -> Iterator[HiddenPart]:
    """The parts in order of their levels as the areas have them, the whole before the groups."""
    cells = Counter((lattice.area_levels[r["area"]], bool(r["grouping"])) for r in rows)
    hidden = Counter(
        (lattice.area_levels[r["area"]], bool(r["grouping"]))
        for r in rows
        if r["status"] == Status.HIDDEN
    )
    for level in dict.fromkeys(level for level, _ in cells):
        for by_group in (False, True):
            if part := cells[level, by_group]:
                yield HiddenPart(level, by_group, part, hidden[level, by_group])


def _cell(
    lattice: Lattice, indicator: Indicator, key: Key, verdict: Verdict, estimate: Estimate | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": indicator.code,
        **_named(key),
        "status": verdict.status.value,
    }
    precision = precision_of(lattice.area_levels[key[1]], indicator.kind)
    if verdict.status is Status.HIDDEN or estimate is None:
        return row | {"status": Status.HIDDEN.value}
    if estimate.flag == "suppress" and lattice.study.uncertainty == "sample":
        return row | {"status": Status.UNRELIABLE.value}
    row["n"] = precision.count(estimate.n)
    if verdict.status is not Status.SHOWN:
        return row | {"bound": verdict.bound}
    rounded = precision.share if indicator.kind == "share" else precision.number
    return row | {
        "value": rounded(estimate.value),
        "low": rounded(estimate.low),
        "high": rounded(estimate.high),
    }


def _comparison(lattice: Lattice, difference: Difference) -> dict[str, Any]:
    indicator = lattice.study.indicator(difference.indicator)
    precision = precision_of(lattice.area_levels[difference.first[1]], indicator.kind)
    rounded = precision.share if indicator.kind == "share" else precision.number
    return {
        "kind": difference.kind.value,
        "indicator": difference.indicator,
        **_named(difference.first),
        "other": difference.other,
        "difference": rounded(difference.value),
        "low": rounded(difference.low),
        "high": rounded(difference.high),
        "sign": difference.sign.value,
    }


def _may_compare(difference: Difference, shown: set[tuple[str, ...]]) -> bool:
    """A comparison is shown only where both its sides are: it then tells nothing new of either."""
    sides = [difference.first] + ([difference.second] if difference.second else [])
    return all((difference.indicator, *_named(side).values()) in shown for side in sides)


def _named(key: Key) -> dict[str, str]:
    grouping, area, period, group = key
    return {
        "grouping": SEPARATOR.join(grouping),
        "area": area,
        "period": period,
        "group": SEPARATOR.join(group),
    }
