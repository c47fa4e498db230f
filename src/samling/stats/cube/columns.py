"""What a variance is asked for, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

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
    df: FloatArray | None = None

    def plus(self, more: FloatArray) -> Variance:
        """With something independent added."""
        return replace(self, value=self.value + more) if more.any() else self


def pick(values: FloatArray, rows: IntArray, pairs: IntArray) -> FloatArray:
    """Rows and columns of (rows, pairs); neighbouring columns are several times faster to take."""
    first = int(pairs[0])
    if (pairs == np.arange(first, first + pairs.size)).all():
        return values[:, first : first + pairs.size].take(rows, axis=0)
    return values.take(rows, axis=0).take(pairs, axis=1)
