"""Every estimate of a study in one pass: cells, and the comparisons between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samling.indicators.choices import Comparison, Sign
from samling.indicators.publication.lattice import Key, Lattice
from samling.indicators.study.frame import Frame
from samling.indicators.study.schema import Indicator, Study
from samling.stats import Design, Result, estimate, mean, prop
from samling.stats.inference.intervals import proportion_interval, t_quantile, wald

AREA, PERIOD = "area", "period"
LEVEL = 0.95
Row = Mapping[str, Any]
Numbers = NDArray[np.float64]
Floor = Mapping[tuple[str, Key], float]
"""Standard errors as if everyone answered independently, by indicator and cell."""


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
        # A census gets its intervals afterwards, from a variance with a floor.
        ci=study.design.interval if study.uncertainty == "sample" else "wald",
        df=study.design.df,
    )
    rows = result.rows()
    at = {frozenset(by): (by, grouping) for by, grouping in cuts}
    present = (frozenset(n for n in result.dimensions if row[n] is not None) for row in rows)
    keys = [_key(lattice, *at[names], row) for names, row in zip(present, rows, strict=True)]
    floor = {
        (_code(row), key): row["se_srs"]
        for row, key in zip(rows, keys, strict=True)
        if row["se_srs"] is not None
    }
    return Cube(
        _estimates(lattice, rows, keys),
        tuple(_differences(lattice, result, cuts, floor)),
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
    low, high = intervals(lattice.study, rows)
    for row, key, lower, upper in zip(rows, keys, low, high, strict=True):
        if row["n"] and row["estimate"] is not None:
            found[_code(row)][key] = Estimate(
                row["estimate"], _number(lower), _number(upper), row["n"], row["flag"]
            )
    return found


def intervals(study: Study, rows: Sequence[Row]) -> tuple[Numbers, Numbers]:
    """Lower and upper limits of every row, NaN where none can be given.

    In a census the clusters are the schools. A place with one or two of them says next to nothing
    of how schools differ, and its cluster variance can even be 0; so the variance is never taken
    to be smaller than if every pupil answered independently of the others.
    """
    low, high = _numbers(rows, "ci_low"), _numbers(rows, "ci_high")
    share = np.array([row["statistic"] == "prop" for row in rows])
    if study.uncertainty == "sample":
        # A Wald limit may fall outside of what a share can be.
        inside = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
        return np.where(share, inside[0], low), np.where(share, inside[1], high)
    value, se, floor = (_numbers(rows, name) for name in ("estimate", "se", "se_srs"))
    df, n = _numbers(rows, "df"), _numbers(rows, "n")
    se = np.fmax(se, floor)
    p = np.clip(np.where(share, value, 0.5), 0.0, 1.0)
    # At 0 and 100 per cent the variance says nothing; the number of answers does.
    spread = (p > 0) & (p < 1) & (se > 0)
    n_eff = np.where(spread, np.fmin(p * (1 - p) / np.where(spread, se, 1.0) ** 2, n), n)
    limits = proportion_interval(study.design.interval, p, se, n_eff, n, df, LEVEL)
    plain = wald(value, se, df, LEVEL)
    return np.where(share, limits[0], plain[0]), np.where(share, limits[1], plain[1])


@lru_cache(maxsize=1024)
def _t(df: float) -> float:
    return float(t_quantile(np.array(df), LEVEL))


def _numbers(rows: Sequence[Row], name: str) -> Numbers:
    return np.array([row[name] for row in rows], dtype=np.float64)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _differences(
    lattice: Lattice, result: Result, cuts: Sequence[Cut], floor: Floor
) -> Iterator[Difference]:
    study = lattice.study
    gaps = {b.code: b.gap for b in study.breakdowns if b.gap}
    for by, grouping in cuts:
        if AREA in by and len(lattice.areas) > 1 and not grouping:
            for row in result.versus_rest(by, AREA).rows():
                key = _key(lattice, by, grouping, row)
                total = (grouping, lattice.total, *key[2:])
                yield from _difference(study, Comparison.REST, row, key, total, "", floor)
        if len(grouping) == 1 and _both_occur(lattice, grouping[0], gaps):
            first, second = gaps[grouping[0]]
            for row in result.differences(by, f"group_{grouping[0]}", [(first, second)]).rows():
                keys = _sides(lattice, by, grouping, row)
                yield from _difference(study, Comparison.GAP, row, *keys, second, floor)
        if PERIOD in by and len(lattice.periods) > 1 and not grouping:
            pairs = [(new, old) for old, new in pairwise(lattice.periods)]
            for row in result.differences(by, PERIOD, pairs).rows():
                keys = _sides(lattice, by, grouping, row)
                other = keys[1][2]
                yield from _difference(study, Comparison.CHANGE, row, *keys, other, floor)


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
    study: Study,
    kind: Comparison,
    row: Row,
    first: Key,
    second: Key,
    other: str,
    floor: Floor,
) -> Iterator[Difference]:
    if row["difference"] is None or row["df"] is None:
        return
    # Of a side in one school the clusters say nothing; in a census the floor still does.
    code, se = _code(row), row["se"]
    if se is None and study.uncertainty == "census":
        se = 0.0
    if se is None:
        return
    if study.uncertainty == "census":
        sides = (floor.get((code, first)), floor.get((code, second)))
        if None in sides:
            return
        one, other_side = (side for side in sides if side is not None)
        if kind is Comparison.REST:
            # The whole's standard error, were it made of as many as the rest.
            other_side *= math.sqrt((row["n"] + row["n_rest"]) / row["n_rest"])
        se = max(se, math.hypot(one, other_side))
    half = _t(float(row["df"])) * se
    value = row["difference"]
    yield Difference(kind, code, first, second, other, value, value - half, value + half)
