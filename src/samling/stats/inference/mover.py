"""Limits of a sum from its terms' limits: MOVER, the method of variance estimates recovery."""

from __future__ import annotations

import numpy as np

from samling.stats.tables.exact import FloatArray


def mover_limits(
    estimate: float,
    sign: FloatArray,
    value: FloatArray,
    limits: tuple[FloatArray, FloatArray],
    correlation: FloatArray,
) -> tuple[float, float]:
    """Limits of `estimate` = constant + Σ sign·value (k terms, sign ±1).

    `limits` are each value's own lower and upper limit and `correlation` (k x k) is between the
    values. An interval that is skew in its terms is skew in its sum too. Zou (2008).
    """
    below, above = value - limits[0], limits[1] - value
    # Each distance carries its term's sign, so that the quadratic form has the sum's.
    down = sign * np.where(sign > 0, below, above)
    up = sign * np.where(sign > 0, above, below)
    low = estimate - float(np.sqrt(max(float(down @ correlation @ down), 0.0)))
    high = estimate + float(np.sqrt(max(float(up @ correlation @ up), 0.0)))
    return low, high


def correlation(covariance: FloatArray) -> FloatArray:
    """Correlation matrix of a covariance (k x k); 0 where a variance is 0."""
    sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.where(sd > 0, sd, 1.0)
    return np.asarray(covariance / np.outer(scale, scale))
