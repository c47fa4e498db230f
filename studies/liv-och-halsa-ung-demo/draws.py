"""Random draws that are the same on every machine."""

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Draws:
    """Random draws that are equal on every machine and NumPy version."""

    def __init__(self, seed: int) -> None:
        self._bits = PCG64(seed)

    def _raw(self, size: int) -> NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(size), dtype=np.uint64)

    def uniform(self, size: int) -> Floats:
        """In [0, 1), with 53 bits."""
        return (self._raw(size) >> np.uint64(11)) * 2.0**-53

    def normal(self, size: int) -> Floats:
        """About standard normal: a sum of twelve 16-bit uniforms (exact integers, variance one)."""
        raw = self._raw(3 * size).reshape(3, size)
        parts = [(raw >> np.uint64(k)) & np.uint64(0xFFFF) for k in (0, 16, 32, 48)]
        total = sum(part.sum(axis=0) for part in parts)
        return (np.asarray(total, dtype=np.float64) - 12 * 32767.5) / 65536.0

    def order(self, size: int) -> Ints:
        """A random order of `size` things."""
        return np.argsort(self._raw(size), kind="stable")


def choose(points: Floats, shares: tuple[float, ...] | Floats) -> Ints:
    """0, 1, ... by where a point falls in the running sum of one row of shares, or one row each."""
    rows = np.asarray(shares, dtype=np.float64).reshape(-1, np.shape(shares)[-1])
    chosen = np.zeros(len(points), dtype=np.int64)
    bound = np.zeros(len(points))
    for column in range(rows.shape[1] - 1):
        bound = bound + rows[:, column]
        chosen += points >= bound
    return chosen
