"""Rao and Scott's tests of association in a two-way table, and Wald's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.errors import OptionError, TableError
from samling.stats.inference.estimates import Estimates
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Where
from samling.stats.testing.tables import CellShares, CellTotals, Crossing, cross

TestMethod = Literal["second-order", "first-order", "wald", "adjusted-wald"]


@dataclass(frozen=True)
class ChiSquare:
    """A test of a table of shares; `rows()` gives one line per cell.

    `statistic` has `ndf` and `ddf` degrees of freedom: F, or for the first-order correction
    chi-square with ddf = inf. `pearson` is n Σ (p - expected)²/expected with the weighted shares
    and the n of the table, before any correction. `deff` are the generalised design effects (the
    eigenvalues of Δ, empty for Wald): all 1 in a simple random sample with replacement. `missing`
    counts elements of the domain of study that lack a value, `outside` those of positive weight
    outside it, and `zero_weight` those without weight.
    """

    statistic: float
    ndf: float
    ddf: float
    p: float
    pearson: float
    n: int
    deff: tuple[float, ...]
    missing: int
    outside: int
    zero_weight: int
    cells: tuple[Mapping[str, Any], ...] = field(repr=False)
    method: Mapping[str, Any] = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Every cell: the variables' values, share, se, expected share and n."""
        return [dict(cell) for cell in self.cells]

    def table(self) -> pa.Table:
        """The cells as an Arrow table, values of the variables as text."""
        lines = [
            {key: str(value) if key in self.method["variables"] else value for key, value in cell}
            for cell in (row.items() for row in self.cells)
        ]
        described = {f"samling.{key}": str(value) for key, value in self.method.items()}
        return pa.Table.from_pylist(lines).replace_schema_metadata(described)


def chi_square(
    design: Design,
    rows: str,
    columns: str,
    where: Where = None,
    *,
    method: TestMethod = "second-order",
    df: str | float = "design",
) -> ChiSquare:
    """Test that two categorical variables are independent.

    "second-order" is Rao & Scott's (1984) F with Thomas & Rao's (1987) denominator, "first-order"
    their mean correction with chi-square, "wald" Wald's F of the differences from independence,
    and "adjusted-wald" that of Fellegi (1980), for when the cells are many and the PSUs few.
    Elements without a value of either variable are left out and counted. `df` is the design's, or
    a number.

    Raises TableError if a variable has fewer than two categories, or, for Wald, the differences
    have no spread; and the design's errors.
    """
    _check_method(method)
    crossing = cross(design, [rows, columns], where)
    for name, levels in zip((rows, columns), crossing.levels, strict=True):
        if len(levels) < 2:
            raise TableError(
                f"{name!r} has one category in the table ({levels[0]!r}), so there is nothing to "
                "test. Look at `where` and at missing values, or take another variable."
            )
    shares = infer(crossing.design, CellShares(crossing), df=df, test=method)
    height, width = (len(levels) for levels in crossing.levels)
    p = shares.values.reshape(height, width)
    expected = np.outer(p.sum(axis=1), p.sum(axis=0)).ravel()
    n = int(crossing.n.sum())
    pearson = float(n * ((shares.values - expected) ** 2 / expected).sum())
    deff: FloatArray = np.zeros(0)
    if method in ("wald", "adjusted-wald"):
        found = _wald(crossing, df, method)
    else:
        deff = _design_effects(shares, n, height, width)
        found = corrected(pearson, deff, float(shares.df[0]), method)
    return ChiSquare(
        *found,
        pearson=pearson,
        n=n,
        deff=tuple(deff.tolist()),
        missing=crossing.missing,
        outside=crossing.outside,
        zero_weight=crossing.zero_weight,
        cells=described_cells(crossing, (rows, columns), shares, expected),
        method={**shares.method, "variables": (rows, columns)},
    )


def _check_method(method: str) -> None:
    if method not in get_args(TestMethod):
        raise OptionError(
            f"method={method!r} does not exist. Choose: {', '.join(get_args(TestMethod))}."
        )


def corrected(
    pearson: float, deff: FloatArray, df: float, method: str
) -> tuple[float, float, float, float]:
    """Statistic, ndf, ddf and p of Pearson's statistic with the given design effects."""
    if not deff.sum() > 0:
        return math.nan, math.nan, math.nan, math.nan
    if method == "first-order":
        statistic = pearson / float(deff.mean())
        return statistic, float(deff.size), math.inf, float(special.chdtrc(deff.size, statistic))
    statistic = pearson / float(deff.sum())
    ndf = float(deff.sum() ** 2 / (deff**2).sum())
    return statistic, ndf, ndf * df, f_tail(ndf, ndf * df, statistic)


def f_tail(ndf: float, ddf: float, statistic: float) -> float:
    """P(F > statistic); chi-square for ddf = inf, NaN without degrees of freedom."""
    if math.isinf(ddf):
        return float(special.chdtrc(ndf, ndf * statistic))
    return float(special.fdtrc(ndf, ddf, statistic)) if ddf > 0 else math.nan


def _design_effects(shares: Estimates, n: int, height: int, width: int) -> FloatArray:
    """Eigenvalues of Δ: variances of the interactions over those of a multinomial sample.

    Δ = (C'D⁻¹C/n)⁻¹ C'D⁻¹VD⁻¹C with D the observed shares and C what rows and columns alone leave
    of the interactions (Rao & Scott 1984).
    """
    row, column = np.divmod(np.arange(height * width), width)
    rows = (row[:, None] == np.arange(1, height)).astype(float)
    columns = (column[:, None] == np.arange(1, width)).astype(float)
    both = (rows[:, :, None] * columns[:, None, :]).reshape(row.size, -1)
    main = np.column_stack([np.ones(row.size), rows, columns])
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.where(shares.values > 0, 1.0 / np.where(shares.values > 0, shares.values, 1), 0)
    scaled = contrasts * inverse[:, None]
    below = contrasts.T @ scaled / n
    above = scaled.T @ shares.covariance @ scaled
    try:
        delta = np.linalg.solve(below, above)
    except np.linalg.LinAlgError as error:
        empty = int((shares.values == 0).sum())
        raise TableError(
            f"{empty} of {row.size} cells are empty, so that some interactions cannot be seen. "
            "Join categories."
        ) from error
    return np.sort(np.linalg.eigvals(delta).real)[::-1]


def _wald(crossing: Crossing, df: str | float, method: str) -> tuple[float, float, float, float]:
    """Wald's F of the weights' differences from independence, without the first row and column."""
    totals = infer(crossing.design, CellTotals(crossing), df=df)
    height, width = (len(levels) for levels in crossing.levels)
    table = totals.values.reshape(height, width)
    rows, columns, whole = table.sum(axis=1), table.sum(axis=0), table.sum()
    gap = (table - np.outer(rows, columns) / whole).ravel()
    row, column = np.divmod(np.arange(height * width), width)
    product = rows[row] * columns[column] / whole
    slope = np.eye(gap.size)
    slope -= (row[:, None] == row[None, :]) * (columns[column] / whole)[:, None]
    slope -= (column[:, None] == column[None, :]) * (rows[row] / whole)[:, None]
    slope += (product / whole)[:, None]
    spread = slope @ totals.covariance @ slope.T
    use = np.flatnonzero((row > 0) & (column > 0))
    inner = spread[np.ix_(use, use)]
    if np.linalg.matrix_rank(inner, hermitian=True) < use.size:
        raise TableError(
            f"The {use.size} differences from independence have a covariance of rank "
            f"{np.linalg.matrix_rank(inner, hermitian=True)}: there are too few PSUs or an empty "
            'cell. Use method="second-order", or join categories.'
        )
    statistic = float(gap[use] @ np.linalg.solve(inner, gap[use])) / use.size
    ndf, ddf = float(use.size), float(totals.df[0])
    if method == "adjusted-wald":
        lower = ddf - ndf + 1.0
        statistic, ddf = (statistic * lower / ddf, lower) if np.isfinite(ddf) else (statistic, ddf)
    return statistic, ndf, ddf, f_tail(ndf, ddf, statistic)


def described_cells(
    crossing: Crossing, names: Sequence[str], shares: Estimates, expected: FloatArray
) -> tuple[Mapping[str, Any], ...]:
    """Every cell as a plain dict."""
    places = np.unravel_index(
        np.arange(crossing.size), tuple(len(levels) for levels in crossing.levels)
    )
    return tuple(
        {
            name: levels[int(place[cell])]
            for name, levels, place in zip(names, crossing.levels, places, strict=True)
        }
        | {
            "share": float(shares.values[cell]),
            "se": None if np.isnan(shares.se[cell]) else float(shares.se[cell]),
            "expected": float(expected[cell]),
            "n": int(crossing.n[cell]),
        }
        for cell in range(crossing.size)
    )
