"""Sums that do not depend on the order of their terms.

Floating-point addition is not associative, so two threads or two engines give different last
digits. Here every term is first rounded to a grid, a power of two so coarse that the largest
group's sum still fits in the 53 bits of a double: then every partial sum is exact, and any
order, engine or number of threads gives the same bits (Demmel & Nguyen 2013, "Fast reproducible
floating-point summation"). What the rounding took away is summed the same way on a second, finer
grid where it could matter: together they keep far more digits than a plain sum.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def number_or_nan(value: object) -> float:
    """A number that somebody gave (a Decimal too), NaN for what is none, as None or words."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def grid(bound: float) -> float:
    """Spacing of the grid on which sums up to `bound` in absolute value are exact."""
    if not bound > 0 or not math.isfinite(bound):
        return 1.0
    exponent = max(math.frexp(bound)[1] - 52, -1000)
    return math.ldexp(1.0, exponent)


def on_grid(values: FloatArray, step: float) -> FloatArray:
    """Every value rounded to the nearest multiple of `step`, a power of two (half upwards)."""
    scaled = values * (1.0 / step)
    scaled += 0.5
    np.floor(scaled, out=scaled)
    scaled *= step
    return scaled


def tally(codes: IntArray, size: int, weights: FloatArray | None = None) -> FloatArray:
    """Sum of `weights` (or count) per code 0..size-1, added in the order of the rows."""
    return np.asarray(np.bincount(codes, weights=weights, minlength=size), dtype=np.float64)


def layers(values: FloatArray, step: float, terms: float, deep: bool) -> tuple[FloatArray, ...]:
    """`values` on the grid `step`, and with `deep` what is left on a grid for `terms` terms."""
    first = on_grid(values, step)
    if not deep:
        return (first,)
    return first, on_grid(values - first, grid(step * terms))


def layer_sums(codes: IntArray, size: int, parts: tuple[FloatArray, ...]) -> FloatArray:
    """Sum of all layers per code: the same bits whatever the order of the rows."""
    total = tally(codes, size, parts[0])
    for part in parts[1:]:
        total += tally(codes, size, part)
    return total


def group_sums(codes: IntArray, values: FloatArray, size: int, largest: int) -> FloatArray:
    """Sum of `values` per code 0..size-1, where no group has more than `largest` terms."""
    if values.size == 0:
        return np.zeros(size)
    step = grid(float(np.abs(values).max()) * largest)
    return layer_sums(codes, size, layers(values, step, largest, True))


def sum_rows(values: FloatArray, codes: IntArray, size: int) -> FloatArray:
    """Sums of the rows of (rows, pairs) per code, (size, pairs), in a fixed order."""
    out = np.zeros((size, values.shape[1]))
    if not values.size:
        return out
    step = codes[1:] != codes[:-1]
    if not (codes[1:][step] > codes[:-1][step]).all():
        order = np.argsort(codes, kind="stable")
        codes, values = codes[order], values[order]
        step = codes[1:] != codes[:-1]
    first = np.append(0, np.flatnonzero(step) + 1)
    out[codes[first]] = np.add.reduceat(values, first, axis=0)
    return out
