"""The base table: everything that estimates and variances need, once the microdata is read.

One row per (base unit, finest domain cell) that has members: exact sums of w·u and w·v for
every pair, and the number of elements. Every margin, estimate, variance and covariance is made
from it; the microdata is not needed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from samling.stats.tables.exact import FloatArray, IntArray


@dataclass(frozen=True)
class Spread:
    """Spread of the elements inside each row, for designs where elements are sampling units.

    With da, db the deviations of w·u and w·v from their means in the row: `square` = Σ db²,
    `slope` = Σ da·db / Σ db², `rest` = Σ (da - slope·db)². So the spread of any α·wu + β·wv is
    α²·rest + (α·slope + β)²·square, sums of squares without cancellation.
    """

    square: FloatArray
    slope: FloatArray
    rest: FloatArray

    def of(self, alpha: FloatArray, beta: FloatArray) -> FloatArray:
        """Sum of squared deviations of α·wu + β·wv within each row."""
        return alpha**2 * self.rest + (alpha * self.slope + beta) ** 2 * self.square


@dataclass(frozen=True)
class Moments:
    """Sums over the elements of each cell, (cells, pairs).

    n elements, ones with u = 1 (proportions), w = Σw, and Σw²uu, Σw²uv, Σw²vv, Σwuu, Σwuv, Σwvv.
    """

    n: FloatArray
    ones: FloatArray
    a: FloatArray
    b: FloatArray
    w: FloatArray
    qaa: FloatArray
    qab: FloatArray
    qbb: FloatArray
    saa: FloatArray
    sab: FloatArray
    sbb: FloatArray


@dataclass(frozen=True)
class Base:
    """Rows sorted by (unit, cell); a, b, n are (rows, pairs)."""

    unit: IntArray
    cell: IntArray
    a: FloatArray
    b: FloatArray
    n: FloatArray
    spread: Spread | None
    dimensions: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    cells: tuple[IntArray, ...]
    cell_rows: FloatArray
    moments: Moments

    @property
    def cell_count(self) -> int:
        """Number of finest domain cells."""
        return int(self.cell_rows.size)
