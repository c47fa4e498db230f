"""Limits of a Poisson count: Byar's approximation, and the exact ones for few events."""

from __future__ import annotations

import numpy as np
from scipy import special

from samling.stats.tables.exact import FloatArray

FEW = 10.0  # events: below it Byar's approximation is not used


def byar(count: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Byar's limits of a Poisson count (Breslow & Day 1987, eq. 2.13); 0 has the lower limit 0."""
    z = special.ndtri(0.5 + level / 2.0)
    some, above = np.maximum(count, 1.0), count + 1.0
    low = some * (1.0 - 1.0 / (9.0 * some) - z / (3.0 * np.sqrt(some))) ** 3
    high = above * (1.0 - 1.0 / (9.0 * above) + z / (3.0 * np.sqrt(above))) ** 3
    return np.where(count > 0, low, 0.0), high


def exact_poisson(count: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Exact limits of a Poisson count by the chi-square distribution (Garwood 1936)."""
    tail = (1.0 - level) / 2.0
    low = special.gammaincinv(np.maximum(count, 1e-300), tail)
    high = np.asarray(special.gammaincinv(count + 1.0, 1.0 - tail), dtype=float)
    return np.where(count > 0, low, 0.0), high


def poisson_limits(count: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Exact below 10 events, Byar from there on."""
    few = count < FEW
    low, high = byar(count, level)
    exact_low, exact_high = exact_poisson(np.where(few, count, 0.0), level)
    return np.where(few, exact_low, low), np.where(few, exact_high, high)
