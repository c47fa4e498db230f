"""Every estimate of a study in one pass: cells, and the comparisons between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from samling.indicators.choices import Comparison, Sign
from samling.indicators.publication.lattice import Key, Lattice
from samling.indicators.study.frame import Frame
from samling.indicators.study.schema import Indicator
from samling.stats import (
    Design,
    Result,
    SharedResult,
    estimate,
    mean,
    prop,
    share_design_effects,
)

AREA, PERIOD = "area", "period"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """An estimate before rounding; a share is between 0 and 1."""

    value: float
    low: float | None
    high: float | None
    n: int
    flag: str | None


@dataclass(frozen=True)
class Difference:
    """A difference before rounding, and the cell that it is taken from."""

    kind: Comparison
    indicator: str
    first: Key
    second: Key | None
    other: str
    value: float
    low: float
    high: float

    @property
    def sign(self) -> Sign:
        """Higher or lower when the interval excludes zero."""
        if self.low > 0:
            return Sign.HIGHER
        return Sign.LOWER if self.high < 0 else Sign.UNCLEAR


@dataclass(frozen=True)
class Cube:
    """All estimates by indicator and cell, all differences, and how they were made."""

    estimates: dict[str, dict[Key, Estimate]]
    differences: tuple[Difference, ...]
    design_hash: str


def make_design(frame: Frame, columns: Mapping[str, Any] | None = None) -> Design:
    """The study's design over its rows; raises the errors of `samling.stats`."""
    part = frame.study.design
    names = [n for n in (part.weights, part.strata, part.psu, part.fpc) if n]
    data = {f"design_{n}": _array(frame, n) for n in names} | dict(columns or {})
    if not data:
        data["row"] = np.zeros(frame.rows)

    def column(name: str | None) -> str | None:
        return f"design_{name}" if name else None

    return Design(
        data,
        weights=column(part.weights),
        strata=column(part.strata),
        psu=column(part.psu),
        fpc=column(part.fpc),
        lonely_psu=part.lonely_psu,
        nest=part.nest,
    )


def compute(lattice: Lattice) -> Cube:
    """Estimate everything that the lattice may show."""
    frame, study = lattice.frame, lattice.study
    pools = {code: f"pool_{i}" for i, code in enumerate(frame.pools)}
    columns: dict[str, Any] = {AREA: frame.area, PERIOD: frame.period}
    columns |= {name: frame.pools[code] for code, name in pools.items()}
    columns |= {f"group_{b}": codes for b, codes in frame.groups.items()}
    columns |= {f"value_{i.code}": frame.values[i.code] for i in study.indicators}
    design = make_design(frame, columns)
    cuts = list(_cuts(lattice, pools))
    result = estimate(
        design,
        [_statistic(i) for i in study.indicators],
        by=[by for by, _ in cuts],
        ci=study.design.interval,
        df=study.design.df,
    )
    # In a census the schools of a place are all there are, often one or two.
    found = share_design_effects(result) if study.uncertainty == "census" else result
    rows = found.rows()
    at = {frozenset(by): (by, grouping) for by, grouping in cuts}
    present = (frozenset(n for n in result.dimensions if row[n] is not None) for row in rows)
    keys = [_key(lattice, *at[names], row) for names, row in zip(present, rows, strict=True)]
    return Cube(
        _estimates(lattice, rows, keys),
        tuple(_differences(lattice, found, cuts)),
        result.method.design_hash,
    )


Cut = tuple[tuple[str, ...], tuple[str, ...]]
"""(columns of the estimate, grouping)"""


def _cuts(lattice: Lattice, pools: Mapping[str, str]) -> Iterator[Cut]:
    for grouping in lattice.groupings:
        groups = tuple(f"group_{b}" for b in grouping)
        for time in (PERIOD, *pools.values()):
            yield (time, *groups), grouping
            if lattice.areas:
                yield (AREA, time, *groups), grouping


def _statistic(indicator: Indicator) -> Any:
    make = prop if indicator.kind == "share" else mean
    return make(f"value_{indicator.code}")


def _array(frame: Frame, name: str) -> Any:
    return frame.table.column(name).to_numpy(zero_copy_only=False)


def _key(lattice: Lattice, by: tuple[str, ...], grouping: tuple[str, ...], row: Row) -> Key:
    area = row.get(AREA) if AREA in by else None
    times = [name for name in by if name == PERIOD or name.startswith("pool_")]
    period = next((str(row[name]) for name in times if row.get(name) is not None), "")
    group = tuple(str(row[f"group_{b}"]) for b in grouping)
    return grouping, str(area) if area is not None else lattice.total, period, group


def _code(row: Row) -> str:
    return str(row["variable"]).removeprefix("value_")


def _estimates(
    lattice: Lattice, rows: Sequence[Row], keys: Sequence[Key]
) -> dict[str, dict[Key, Estimate]]:
    found: dict[str, dict[Key, Estimate]] = {i.code: {} for i in lattice.study.indicators}
    for row, key in zip(rows, keys, strict=True):
        if row["n"] and row["estimate"] is not None:
            found[_code(row)][key] = Estimate(row["estimate"], *_limits(row), row["n"], row["flag"])
    return found


def _limits(row: Row) -> tuple[float | None, float | None]:
    """The interval; a Wald limit may fall outside of what a share can be."""
    low, high = row["ci_low"], row["ci_high"]
    if row["statistic"] != "prop" or low is None or high is None:
        return low, high
    return max(low, 0.0), min(high, 1.0)


def _differences(
    lattice: Lattice, result: Result | SharedResult, cuts: Sequence[Cut]
) -> Iterator[Difference]:
    study = lattice.study
    gaps = {b.code: b.gap for b in study.breakdowns if b.gap}
    for by, grouping in cuts:
        if AREA in by and len(lattice.areas) > 1 and not grouping:
            for row in result.versus_rest(by, AREA).rows():
                key = _key(lattice, by, grouping, row)
                total = (grouping, lattice.total, *key[2:])
                yield from _difference(Comparison.REST, row, key, total, "")
        if len(grouping) == 1 and _both_occur(lattice, grouping[0], gaps):
            first, second = gaps[grouping[0]]
            for row in result.differences(by, f"group_{grouping[0]}", [(first, second)]).rows():
                keys = _sides(lattice, by, grouping, row)
                yield from _difference(Comparison.GAP, row, *keys, second)
        if PERIOD in by and len(lattice.periods) > 1 and not grouping:
            pairs = [(new, old) for old, new in pairwise(lattice.periods)]
            for row in result.differences(by, PERIOD, pairs).rows():
                keys = _sides(lattice, by, grouping, row)
                other = keys[1][2]
                yield from _difference(Comparison.CHANGE, row, *keys, other)


def _both_occur(lattice: Lattice, breakdown: str, gaps: Mapping[str, tuple[str, str]]) -> bool:
    """Whether somebody is in each of the groups that the breakdown compares, if it does."""
    return breakdown in gaps and set(gaps[breakdown]) <= set(lattice.frame.groups[breakdown])


def _sides(
    lattice: Lattice, by: tuple[str, ...], grouping: tuple[str, ...], row: Row
) -> tuple[Key, Key]:
    """The two cells of a difference: their values stand under `first` and `second`."""
    missing = next(name for name in by if name not in row)
    first = _key(lattice, by, grouping, {**row, missing: row["first"]})
    return first, _key(lattice, by, grouping, {**row, missing: row["second"]})


def _difference(
    kind: Comparison, row: Row, first: Key, second: Key, other: str
) -> Iterator[Difference]:
    """None where the interval cannot be said."""
    value, low, high = row["difference"], row["ci_low"], row["ci_high"]
    if value is not None and low is not None and high is not None:
        yield Difference(kind, _code(row), first, second, other, value, low, high)
