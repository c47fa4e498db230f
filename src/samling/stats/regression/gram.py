"""Sums of weighted products of columns, a block of rows at a time."""

from __future__ import annotations

import numpy as np

from samling.stats.tables.exact import FloatArray

WORK = 250_000  # multiplications in a block: below what linear algebra libraries share out


def gram(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Σ w x x' (p, p) over rows x of (rows, p), with weights >= 0.

    Blocks are small enough to stay near the processor and not to be split between threads,
    which cost more than they give when the machine has other work.
    """
    root, size = np.sqrt(weight)[:, None], values.shape[1]
    block = max(WORK // size**2, 64)
    total = np.zeros((size, size))
    for start in range(0, root.size, block):
        scaled = values[start : start + block] * root[start : start + block]
        total += scaled.T @ scaled
    return total
