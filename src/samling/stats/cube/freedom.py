"""The variance of columns together with their own degrees of freedom, if those are asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from samling.stats.cube.base import Base
from samling.stats.cube.variance import Columns, Variance, column_variance
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import first_stratum
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.keys import compress


def variance_with_df(
    design: Design, base: Base, columns: Columns, pairs: IntArray, rule: str | float
) -> Variance:
    """`column_variance`, with `df` filled in where the rule is "satterthwaite"."""
    variance = column_variance(design, base, columns, pairs)
    if rule != "satterthwaite":
        return variance
    return replace(variance, df=_satterthwaite(design, base, columns, pairs))


def _satterthwaite(design: Design, base: Base, columns: Columns, pairs: IntArray) -> FloatArray:
    """(Σ V_h)² / Σ V_h²/(n_h - 1) of every column and item; NaN where the variance is 0.

    What stratum h adds is the variance of the column's members in h alone.
    """
    first = design.sampling.stages[0]
    strata = first.counts.size
    stratum = first_stratum(first)[base.unit[columns.row]]
    distinct, part = compress(columns.column * strata + stratum, columns.size * strata)
    alone = replace(columns, column=part, size=distinct.size)
    value = column_variance(design, base, alone, pairs).value
    column, freedom = distinct // strata, np.maximum(first.counts[distinct % strata] - 1.0, 1.0)
    above = sum_rows(value, column, columns.size) ** 2
    below = sum_rows(value**2 / freedom[:, None], column, columns.size)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)
