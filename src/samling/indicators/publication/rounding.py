"""Rounding is publication's (decision 11): half up, coarser for smaller places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from samling.indicators.study.schema import AreaLevel

COARSE: frozenset[AreaLevel] = frozenset({"municipality", "district", "regso", "deso", "school"})


@dataclass(frozen=True)
class Precision:
    """`decimals` of a percentage or a mean; `n_step` that counts are rounded to."""

    decimals: int
    n_step: int

    def share(self, value: float | None) -> float | None:
        """A proportion 0-1 as a rounded percentage."""
        return self.number(None if value is None else value * 100)

    def number(self, value: float | None) -> float | None:
        """A value rounded half up; None and NaN give None."""
        if value is None or math.isnan(value):
            return None
        return half_up(value, self.decimals)

    def count(self, n: int) -> int:
        """A count rounded to the step."""
        return int(half_up(n / self.n_step, 0)) * self.n_step


def precision_of(level: AreaLevel, kind: str = "share") -> Precision:
    """Municipality and below: whole percent, n in fives. County and above: one decimal, exact n.

    A mean has one decimal more, being on a short scale.
    """
    extra = 1 if kind == "mean" else 0
    if level in COARSE:
        return Precision(decimals=extra, n_step=5)
    return Precision(decimals=1 + extra, n_step=1)


def half_up(value: float, decimals: int) -> float:
    """Round half away from zero on the shortest decimal form: 2.5 -> 3, 0.125 -> 0.13."""
    # Twelve digits first, so that 0.575 * 100 counts as 57.5 and not 57.49999999999999.
    exact = Decimal(f"{value:.12g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0
