"""People counted into intersectional strata: all that the models need of the microdata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from samling.stats.errors import DataError, EmptyDataError, NotBinaryError, StrataError
from samling.stats.tables.exact import FloatArray, IntArray, group_sums, tally
from samling.stats.tables.keys import combine
from samling.stats.tables.source import BoolArray, Engine, Memory, Source, require_columns

Family = Literal["binomial", "gaussian"]
ROWS, ZERO = "samling_rows", "samling_zero_weight"
LISTED = 100_000  # combinations beyond which the empty ones are not listed


@dataclass(frozen=True)
class LeftOut:
    """Rows that took no part: outcome missing, else a strata variable missing, else weight 0."""

    outcome: int
    strata: Mapping[str, int]
    zero_weight: int


@dataclass(frozen=True)
class Strata:
    """Counts per stratum; J strata in sorted order of their values.

    `codes` (variables x J) point into `values`. `n` people, `total` the sum of the outcome and
    `within` the sum of squared deviations from the stratum's mean; all unweighted.
    """

    variables: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    codes: tuple[IntArray, ...]
    n: FloatArray
    total: FloatArray
    within: FloatArray
    left_out: LeftOut

    @property
    def size(self) -> int:
        """Number of strata with people."""
        return int(self.n.size)

    @property
    def mean(self) -> FloatArray:
        """Observed mean (share) per stratum."""
        return self.total / self.n

    def column(self, variable: int) -> list[Any]:
        """The value of a variable in every stratum."""
        return [self.values[variable][code] for code in self.codes[variable]]

    @cached_property
    def empty(self) -> tuple[tuple[Any, ...], ...]:
        """Combinations of the levels in which there is nobody; () if there are too many to list."""
        if np.prod([float(len(levels)) for levels in self.values]) > LISTED:
            return ()
        seen = set(zip(*(self.column(v) for v in range(len(self.variables))), strict=True))
        return tuple(key for key in product(*self.values) if key not in seen)


def count_strata(
    source: Source, outcome: str, strata: Sequence[str], family: Family, weights: str | None
) -> Strata:
    """Strata of the rows where the outcome and all strata variables are known.

    `weights` only leaves out rows of weight 0, which are outside the sample. An engine counts the
    rows of every combination and value itself, so that little travels.
    """
    require_columns(source, [outcome], "outcome")
    require_columns(source, strata, "strata")
    table = _counted(source, [*strata, outcome], weights)
    rows = table.numbers(ROWS)[0] if ROWS in table.names else np.ones(table.table.num_rows)
    if not rows.size:
        raise EmptyDataError("The data has no rows.")
    y, chosen, left_out = _usable(table, outcome, strata, rows)
    if family == "binomial":
        _require_binary(outcome, y[chosen])
    elif not np.isfinite(y[chosen]).all():
        raise DataError(
            f"{outcome!r} is infinite in {int(rows[chosen & np.isinf(y)].sum())} rows. Correct it, "
            "or make it missing."
        )
    columns = [table.coded(name) for name in strata]
    inside = [column.codes[chosen] for column in columns]
    kept = [np.unique(codes) for codes in inside]
    values = tuple(
        tuple(column.values[code] for code in codes)
        for column, codes in zip(columns, kept, strict=True)
    )
    narrow = [np.searchsorted(codes, one) for codes, one in zip(kept, inside, strict=True)]
    group, parts = combine(
        [type(column)(c, v) for column, c, v in zip(columns, narrow, values, strict=True)],
        int(chosen.sum()),
    )
    n, total, within = _moments(group, int(parts[0].size) if parts else 0, y[chosen], rows[chosen])
    return Strata(tuple(strata), values, tuple(parts), n, total, within, left_out)


def _counted(source: Source, columns: Sequence[str], weights: str | None) -> Memory:
    """The columns needed, with a count of alike rows from an engine, and which have weight 0."""
    names = list(dict.fromkeys(columns))
    if isinstance(source, Engine):
        table = source.table
        if weights is not None:
            table = table.mutate((table[weights] <= 0).name(ZERO))
        keys = [*names, ZERO] if weights is not None else names
        return Memory(table.group_by(keys).aggregate(table.count().name(ROWS)).to_pyarrow())
    chosen = source.table.select(names)
    if weights is not None:
        chosen = chosen.append_column(ZERO, pa.array(source.numbers(weights)[0] <= 0))
    return Memory(chosen)


def _usable(
    table: Memory, outcome: str, strata: Sequence[str], rows: FloatArray
) -> tuple[FloatArray, BoolArray, LeftOut]:
    """Outcome, rows that take part, and the counts of those that do not."""
    y, chosen = table.numbers(outcome)
    without_outcome = int(rows[~chosen].sum())
    without = {}
    complete = chosen.copy()
    for name in strata:
        known = table.coded(name).codes >= 0
        without[name] = int(rows[chosen & ~known].sum())
        complete &= known
    zero = np.zeros(rows.size, dtype=bool)
    if ZERO in table.names:
        zero = complete & (table.numbers(ZERO)[0] > 0)
    used = complete & ~zero
    if not used.any():
        raise StrataError(
            f"No row has both the outcome {outcome!r} and all of {', '.join(strata)}: "
            f"{without_outcome} of {int(rows.sum())} rows lack the outcome. Check the columns."
        )
    return y, used, LeftOut(without_outcome, without, int(rows[zero].sum()))


def _require_binary(outcome: str, y: FloatArray) -> None:
    other = (y != 0) & (y != 1)
    if other.any():
        raise NotBinaryError(
            f"family='binomial' needs an outcome of 0, 1 and missing, but {outcome!r} has other "
            f"values, such as {y[other][0]:g}. Recode it to 0/1, or give family='gaussian'."
        )


def _moments(
    group: IntArray, size: int, y: FloatArray, rows: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    n = tally(group, size, rows)
    largest = int(tally(group, size).max())
    total = group_sums(group, rows * y, size, largest)
    deviation = y - (total / n)[group]
    return n, total, group_sums(group, rows * deviation**2, size, largest)
