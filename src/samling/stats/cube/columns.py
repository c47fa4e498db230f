"""What a variance is asked for, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

from samling.stats.tables.exact import FloatArray, IntArray


@dataclass(frozen=True)
class Columns:
    """Base rows of every column, sorted by column then row; α and β are (columns-or-rows, items).

    `of[k]` is the line of `alpha` and `beta` that row k uses.
    """

    row: IntArray
    column: IntArray
    size: int
    of: IntArray
    alpha: FloatArray
    beta: FloatArray


@dataclass(frozen=True)
class Variance:
    """Variance, and the first stage's units and strata with members, all (columns, items)."""

    value: FloatArray
    psus: FloatArray
    strata: FloatArray
