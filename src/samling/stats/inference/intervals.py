"""Confidence intervals: Wald, and three for proportions. All arrays broadcast."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import special

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray

Interval = Literal["wald", "logit", "korn-graubard", "wilson"]


def check_level(level: float) -> None:
    """OptionError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} must lie between 0 and 1: 0.95 for 95 %.")


def t_quantile(df: FloatArray, level: float) -> FloatArray:
    """Two-sided quantile of Student's t; normal for df = inf, NaN for df below 1."""
    # The quantile takes long to find, and most cells share their df.
    distinct, place = np.unique(np.asarray(df, dtype=float), return_inverse=True)
    probability = 0.5 + level / 2.0
    usable = np.where((distinct > 0) & np.isfinite(distinct), distinct, 1.0)
    student = special.stdtrit(usable, probability)
    normal = special.ndtri(probability)
    found = np.where(np.isinf(distinct), normal, student)
    return np.where(distinct > 0, found, np.nan)[place].reshape(np.shape(df))


def wald(
    estimate: FloatArray, se: FloatArray, df: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """estimate ± t·se."""
    half = t_quantile(df, level) * se
    return estimate - half, estimate + half


def logit(
    p: FloatArray, se: FloatArray, df: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Wald interval of log(p/(1-p)) taken back; 0 < p < 1."""
    inside = np.where((p > 0) & (p < 1), p, 0.5)
    middle = special.logit(inside)
    half = t_quantile(df, level) * se / (inside * (1.0 - inside))
    return special.expit(middle - half), special.expit(middle + half)


def clopper_pearson(p: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Exact binomial limits for p of n, where n need not be whole (Clopper & Pearson 1934)."""
    tail = (1.0 - level) / 2.0
    ones, zeros = n * p, np.maximum(n * (1.0 - p), 0.0)
    # Elsewhere the limit is known or there is none; the inverse would search long for it.
    inside = (n > 0) & (ones > 0)
    below = np.where(inside, ones, 1.0), np.where(inside, zeros, 1.0)
    above = np.where(n > 0, ones, np.nan), np.where(n > 0, zeros, np.nan)
    low = special.betaincinv(below[0], below[1] + 1.0, tail)
    high = special.betaincinv(above[0] + 1.0, np.where(p < 1, above[1], 1.0), 1.0 - tail)
    low, high = (np.where(n > 0, limit, np.nan) for limit in (low, high))
    return np.where(p > 0, low, 0.0), np.where(p < 1, high, 1.0)


def korn_graubard(
    p: FloatArray, n_eff: FloatArray, n: FloatArray, df: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Clopper-Pearson on n_eff·(t(n-1)/t(df))² (Korn & Graubard 1998); R calls it "beta"."""
    factor = t_quantile(n - 1.0, level) / t_quantile(df, level)
    return clopper_pearson(p, n_eff * factor**2, level)


def wilson(
    p: FloatArray, n_eff: FloatArray, df: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Wilson's (1927) score interval with n_eff and t."""
    t2 = t_quantile(df, level) ** 2
    scale = 1.0 + t2 / n_eff
    middle = (p + t2 / (2.0 * n_eff)) / scale
    half = np.sqrt(t2) / scale * np.sqrt(p * (1.0 - p) / n_eff + t2 / (4.0 * n_eff**2))
    low, high = middle - half, middle + half
    return np.where(p > 0, np.maximum(low, 0.0), 0.0), np.where(p < 1, np.minimum(high, 1.0), 1.0)


def proportion_interval(
    kind: Interval,
    p: FloatArray,
    se: FloatArray,
    n_eff: FloatArray,
    n: FloatArray,
    df: FloatArray,
    level: float,
) -> tuple[FloatArray, FloatArray]:
    """The chosen interval; logit gives way to Korn-Graubard where p is 0 or 1."""
    if kind == "wald":
        return wald(p, se, df, level)
    if kind == "wilson":
        return wilson(p, n_eff, df, level)
    if kind == "korn-graubard":
        return korn_graubard(p, n_eff, n, df, level)
    low, high = logit(p, se, df, level)
    edge = (p <= 0) | (p >= 1)
    if edge.any():
        low[edge], high[edge] = korn_graubard(p[edge], n_eff[edge], n[edge], df[edge], level)
    return low, high
