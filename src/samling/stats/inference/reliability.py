"""The NCHS standard for showing proportions (Parker et al. 2017, Series 2 No. 175)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from samling.stats.inference.intervals import clopper_pearson, t_quantile
from samling.stats.tables.exact import FloatArray

LEVEL = 0.95
SMALLEST_N_EFF = 30.0
NARROW = 0.05
WIDE = 0.30
WIDEST_RELATIVE = 1.30
FEWEST_DF = 8.0


def proportion_flag(
    p: FloatArray, n_eff: FloatArray, n: FloatArray, df: FloatArray
) -> npt.NDArray[np.object_]:
    """None (show), "review" or "suppress" for every proportion.

    The effective n is capped at n; the 95 % Korn-Graubard interval decides: suppress below an
    effective n of 30, show if it is at most 0.05 wide, suppress if 0.30 or wider, else suppress
    if it is wider than 130 % of p. What is left is for review with fewer than 8 degrees of
    freedom, or when p is 0 or 1.
    """
    with np.errstate(all="ignore"):
        factor = t_quantile(n - 1.0, LEVEL) / t_quantile(df, LEVEL)
        size = np.minimum(np.minimum(n_eff, n) * factor**2, n)
        size = np.where(np.isnan(size), 1.0, size)
        small = ~(np.minimum(n_eff, n) >= SMALLEST_N_EFF)
    unsure = ~small & _loose(p, _widest(size))
    low, high = clopper_pearson(p[unsure], size[unsure], LEVEL)
    loose = np.zeros(p.shape, dtype=bool)
    loose[unsure] = _loose(p[unsure], high - low)
    doubt = ~(df >= FEWEST_DF) | (p <= 0) | (p >= 1)
    flag = np.full(p.shape, None, dtype=object)
    flag[doubt] = "review"
    flag[small | loose | np.isnan(p)] = "suppress"
    return flag


def _loose(p: FloatArray, width: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether an interval of this width is too wide for p."""
    relative = np.where(p > 0, width / np.where(p > 0, p, 1.0), 0.0)
    return (width > NARROW) & ((width >= WIDE) | (relative > WIDEST_RELATIVE))


def _widest(n: FloatArray) -> FloatArray:
    """A width that no Clopper-Pearson interval of n exceeds; the exact width takes long to find.

    Its limits are quantiles of beta distributions with parameters that add up to n + 1 and means
    that lie 1/(n + 1) apart. A beta distribution is sub-Gaussian with the variance proxy
    1/(4·(sum of its parameters + 1)) (Marchal & Arbel 2017).
    """
    tail = (1.0 - LEVEL) / 2.0
    width: FloatArray = 1.0 / (n + 1.0) + 2.0 * np.sqrt(-np.log(tail) / (2.0 * (n + 2.0)))
    return width
