"""Trimming of large and small weights, the total kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray

ROUNDING = 1e-12  # of the sum; what is smaller is not shared


@dataclass(frozen=True)
class Trimmed:
    """New weights (elements,), how many were cut, and how many rounds that took."""

    weight: FloatArray
    cut: int
    rounds: int


def trim_weights(weight: FloatArray, lower: float, upper: float) -> Trimmed:
    """Weights between the limits, what was cut off shared equally by those that were not cut.

    Sharing may push others over the limit; they are cut in the next round and what they had
    over is shared by all that are not at that limit. The sum is kept. OptionError if it cannot
    be, because the mean weight lies outside the limits.
    """
    total, mean = float(weight.sum()), float(weight.mean())
    if not 0 <= lower < upper:
        raise OptionError(f"lower={lower:g} and upper={upper:g} must satisfy 0 <= lower < upper.")
    if not lower <= mean <= upper:
        raise OptionError(
            f"The mean weight {mean:g} lies outside the limits {lower:g} and {upper:g}, so the "
            "sum of the weights cannot be kept. Choose limits on both sides of the mean."
        )
    outside = (weight < lower) | (weight > upper)
    now, rounds = np.clip(weight, lower, upper), int(outside.any())
    takers = ~outside
    while abs(total - now.sum()) > ROUNDING * total:
        now = _share(now, takers, total - float(now.sum()), lower, upper)
        takers = np.ones(weight.size, dtype=bool)
        rounds += 1
    return Trimmed(now, int(((now != weight) & ((now == lower) | (now == upper))).sum()), rounds)


def _share(
    now: FloatArray, takers: BoolArray, rest: float, lower: float, upper: float
) -> FloatArray:
    """`rest` added equally, or taken if below 0; all that are not at the limit if no taker is."""
    room = now < upper if rest > 0 else now > lower
    some = takers & room if (takers & room).any() else room
    return np.clip(now + np.where(some, rest / some.sum(), 0.0), lower, upper)
