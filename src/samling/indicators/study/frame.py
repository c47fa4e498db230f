"""Answers to groups and indicators: the study's definitions applied to the rows of its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from samling.indicators.study.conditions import Condition, Is, Truth, evaluate
from samling.indicators.study.schema import Breakdown, Geography, Indicator, Periods, Study

Codes = NDArray[np.object_]
"""A group code a row, None for a row in no group."""


@dataclass(frozen=True)
class Frame:
    """The rows of a study as figures are made of them; every array has one element a row."""

    study: Study
    table: pa.Table
    area: Codes
    period: Codes
    pools: dict[str, Codes]
    groups: dict[str, Codes]
    values: dict[str, Truth]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)


def build_frame(
    study: Study, table: pa.Table, full_codes: Mapping[str, str] | None = None
) -> Frame:
    """Apply the definitions of `study` to `table`, its microdata with missing codes as null.

    `full_codes` gives the code of an area that the data write otherwise.
    """
    groups = {b.code: group_codes(table, b) for b in study.breakdowns}
    period = period_codes(table, study.periods)
    return Frame(
        study=study,
        table=table,
        area=area_codes(table, study.geography, full_codes),
        period=period,
        pools={p.code: _pool(period, p.code, p.periods) for p in study.periods.pooled},
        groups=groups,
        values={i.code: indicator_values(table, i, groups) for i in study.indicators},
    )


def truth(table: pa.Table, condition: Condition) -> Truth:
    """1 met, 0 not met, NaN unknown, for every row of `table`."""
    return evaluate(condition, lambda leaf: _is_in(table, leaf))


def group_codes(table: pa.Table, breakdown: Breakdown) -> Codes:
    """The first level whose condition is met; None where none is known to be."""
    codes: Codes = np.full(table.num_rows, None, dtype=object)
    for level in reversed(breakdown.levels):
        codes[truth(table, level.when) == 1] = level.code
    return codes


def indicator_values(table: pa.Table, indicator: Indicator, groups: dict[str, Codes]) -> Truth:
    """1/0 (share) or the value (mean) among those in the denominator, otherwise NaN.

    A share's numerator that is unknown is no answer, never a 0.

    Whoever belongs to a group that was not asked is not in the denominator.
    """
    inside = truth(table, indicator.denominator) == 1
    for breakdown, asked in indicator.asked_of.items():
        inside &= np.isin(groups[breakdown].astype(str), asked)
    if indicator.kind == "mean":
        assert indicator.variable is not None  # noqa: S101 - the schema has checked it
        column = pc.cast(table.column(indicator.variable), pa.float64())
        values = column.to_numpy(zero_copy_only=False)
    else:
        assert indicator.numerator is not None  # noqa: S101 - the schema has checked it
        values = truth(table, indicator.numerator)
    result: Truth = np.where(inside, values, np.nan)
    return result


def period_codes(table: pa.Table, periods: Periods) -> Codes:
    """The period of every row, as text."""
    if periods.variable is None:
        return np.full(table.num_rows, periods.single, dtype=object)
    return _as_text(table, periods.variable)


def area_codes(
    table: pa.Table, geography: Geography, full_codes: Mapping[str, str] | None = None
) -> Codes:
    """The area of every row below the study's total; None throughout when it has no areas."""
    if geography.variable is None:
        return np.full(table.num_rows, None, dtype=object)
    codes, full = _as_text(table, geography.variable), full_codes or {}
    if full:
        codes[:] = [full.get(code, code) for code in codes]
    return codes


def with_zero(code: str) -> str:
    """A code of digits with the zero that Swedish codes begin with and that numbers lose (SPSS,
    Stata, Excel, a spreadsheet's CSV): 480 is 0480 and 4 is 04. Others are as they were."""
    return code.zfill(len(code) + len(code) % 2) if code.isdecimal() else code


def _pool(period: Codes, code: str, periods: list[str]) -> Codes:
    codes: Codes = np.full(len(period), None, dtype=object)
    codes[np.isin(period.astype(str), periods)] = code
    return codes


def _as_text(table: pa.Table, variable: str) -> Codes:
    column = pc.cast(table.column(variable), pa.string())
    codes: Codes = np.array(column.to_pylist(), dtype=object)
    return codes


def _is_in(table: pa.Table, leaf: Is) -> Truth:
    column = table.column(leaf.variable)
    met = pc.is_in(column, value_set=pa.array(leaf.values, type=column.type))
    known = pc.is_valid(column)
    result: Truth = np.where(known.to_numpy(), met.to_numpy().astype(float), np.nan)
    return result
