"""Trimming of large and small weights, the total kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray


@dataclass(frozen=True)
class Trimmed:
    """New weights (elements,), how many were cut, and how many rounds that took."""

    weight: FloatArray
    cut: int
    rounds: int


def trim_weights(weight: FloatArray, lower: float, upper: float) -> Trimmed:
    """Weights between the limits, what was cut off shared equally by those that were not cut.

    Sharing may push others over a limit; they are cut in the next round, and stay cut. The sum
    is kept. OptionError if it cannot be kept, because the mean weight lies outside the limits.
    """
    total, mean = float(weight.sum()), float(weight.mean())
    if not 0 <= lower < upper:
        raise OptionError(f"lower={lower:g} and upper={upper:g} must satisfy 0 <= lower < upper.")
    if not lower <= mean <= upper:
        raise OptionError(
            f"The mean weight {mean:g} lies outside the limits {lower:g} and {upper:g}, so the "
            "sum of the weights cannot be kept. Choose limits on both sides of the mean."
        )
    now, cut = weight, np.zeros(weight.size, dtype=bool)
    for rounds in range(weight.size + 1):
        outside = (now < lower) | (now > upper)
        if not outside.any():
            return Trimmed(now, int(cut.sum()), rounds)
        cut = cut | outside
        now = _share_rest(np.clip(now, lower, upper), cut, total)
    raise AssertionError("every round cuts one weight or more")


def _share_rest(weight: FloatArray, cut: BoolArray, total: float) -> FloatArray:
    free = ~cut
    if not free.any():
        raise OptionError(
            "Every weight would be cut, so nobody is left to share the rest. Take limits that "
            "lie further apart."
        )
    return np.where(free, weight + (total - weight.sum()) / free.sum(), weight)
