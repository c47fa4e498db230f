"""How far a weight may move, and how: the distance functions of calibration.

A distance says g = F(u) with u = x'λ, F(0) = 1 and F'(0) = 1, so that all of them give the same
estimator and the same residuals in large samples (Deville & Särndal 1992, result 5). H with
H' = F makes calibration the minimum of a convex function, which is what keeps Newton's steps safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from scipy import special

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray

CalibrationMethod = Literal["linear", "raking", "logit", "truncated"]
Bounds = tuple[float, float]
NO_BOUNDS: Bounds = (0.0, np.inf)


class Distance(Protocol):
    """The functions F, F' and H of u, element by element."""

    @property
    def bounds(self) -> Bounds:
        """The range of g that is allowed."""

    @property
    def open(self) -> bool:
        """Whether g comes near its bounds but never gets there."""

    def factor(self, u: FloatArray) -> FloatArray:
        """g = F(u)."""

    def slope(self, u: FloatArray) -> FloatArray:
        """F'(u)."""

    def potential(self, u: FloatArray) -> FloatArray:
        """H(u), the integral of F."""


@dataclass(frozen=True)
class Linear:
    """F(u) = 1 + u: the generalised regression estimator (GREG)."""

    bounds: Bounds = NO_BOUNDS
    open: bool = False

    def factor(self, u: FloatArray) -> FloatArray:
        """1 + u."""
        return 1.0 + u

    def slope(self, u: FloatArray) -> FloatArray:
        """1."""
        return np.ones_like(u)

    def potential(self, u: FloatArray) -> FloatArray:
        """u + u²/2."""
        return u + 0.5 * u * u


@dataclass(frozen=True)
class Raking:
    """F(u) = exp(u): raking ratio, always positive."""

    bounds: Bounds = NO_BOUNDS
    open: bool = True

    def factor(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        with np.errstate(over="ignore"):
            return np.exp(u)

    def slope(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        return self.factor(u)

    def potential(self, u: FloatArray) -> FloatArray:
        """exp(u)."""
        return self.factor(u)


@dataclass(frozen=True)
class Logit:
    """F between the bounds L and U by a logistic curve."""

    bounds: Bounds
    open: bool = True

    @property
    def _steepness(self) -> float:
        low, high = self.bounds
        return (high - low) / ((1.0 - low) * (high - 1.0))

    def _share(self, u: FloatArray) -> FloatArray:
        """(F - L)/(U - L): logistic in u, (1 - L)/(U - L) at 0."""
        low, high = self.bounds
        start = np.log((1.0 - low) / (high - 1.0))
        return np.asarray(special.expit(start + self._steepness * u))

    def factor(self, u: FloatArray) -> FloatArray:
        """[L(U-1) + U(1-L) e^{Au}] / [(U-1) + (1-L) e^{Au}], A = (U-L)/((1-L)(U-1))."""
        low, high = self.bounds
        return low + (high - low) * self._share(u)

    def slope(self, u: FloatArray) -> FloatArray:
        """A (F - L)(U - F)/(U - L)."""
        low, high = self.bounds
        share = self._share(u)
        return self._steepness * (high - low) * share * (1.0 - share)

    def potential(self, u: FloatArray) -> FloatArray:
        """L u + (U - L)/A log(U - 1 + (1 - L) e^{Au}), without overflow."""
        low, high = self.bounds
        steep = self._steepness
        grown = np.logaddexp(np.log(high - 1.0), np.log(1.0 - low) + steep * u)
        return np.asarray(low * u + (high - low) / steep * grown)


@dataclass(frozen=True)
class Truncated:
    """F(u) = 1 + u, cut off at the bounds."""

    bounds: Bounds
    open: bool = False

    def factor(self, u: FloatArray) -> FloatArray:
        """1 + u within the bounds."""
        return np.clip(1.0 + u, *self.bounds)

    def slope(self, u: FloatArray) -> FloatArray:
        """1 within the bounds, 0 at them."""
        low, high = self.bounds
        return ((1.0 + u > low) & (1.0 + u < high)).astype(float)

    def potential(self, u: FloatArray) -> FloatArray:
        """u + u²/2 within the bounds and straight lines outside."""
        inside = self.factor(u) - 1.0
        return inside + 0.5 * inside * inside + (1.0 + inside) * (u - inside)


def make_distance(method: str, bounds: Bounds | None) -> Distance:
    """The distance of a method; OptionError if the bounds do not fit it.

    "logit" and "truncated" need bounds (L, U) with 0 <= L < 1 < U; the others take none.
    """
    if method not in get_args(CalibrationMethod):
        names = ", ".join(get_args(CalibrationMethod))
        raise OptionError(f"method={method!r} does not exist. Choose one of: {names}.")
    if method in ("linear", "raking"):
        if bounds is not None:
            raise OptionError(
                f"method={method!r} takes no bounds. Use method='logit', or method='truncated' "
                "for linear calibration within bounds."
            )
        return Linear() if method == "linear" else Raking()
    if bounds is None:
        raise OptionError(f"method={method!r} needs bounds=(L, U), for example (0.3, 3).")
    if np.size(bounds) != 2:
        raise OptionError(f"bounds={bounds!r} must be two numbers (L, U), for example (0.3, 3).")
    low, high = (float(bound) for bound in bounds)
    if not 0 <= low < 1 < high < np.inf:
        raise OptionError(
            f"bounds={(low, high)} must be (L, U) with 0 <= L < 1 < U: weights may shrink to L "
            "and grow to U times what they were."
        )
    return Logit((low, high)) if method == "logit" else Truncated((low, high))
