"""Sampling variances of few people are themselves uncertain: a generalised variance function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.errors import AreaVarianceError
from samling.stats.smallareas.areas import listed
from samling.stats.tables.exact import FloatArray

FEWEST = 3


@dataclass(frozen=True)
class VarianceFunction:
    """log D = intercept + slope · log n, times `factor` so that the sum of D is kept.

    `used` areas gave the line; `replaced` had no variance of their own (0 or unknown).
    """

    intercept: float
    slope: float
    factor: float
    used: int
    replaced: int


def smooth_variance(
    variance: FloatArray, n: FloatArray, areas: Sequence[Any]
) -> tuple[FloatArray, VarianceFunction]:
    """Variances on a line in log n by least squares (Wolter 2007, ch. 7; Rivest & Belmonte 2000).

    AreaVarianceError if an n is unknown or fewer than 3 areas have a variance.
    """
    without = [a for a, size in zip(areas, n, strict=True) if not size > 0]
    if without:
        raise AreaVarianceError(
            f"smooth='gvf' needs the number of respondents of every area; it is missing or 0 in "
            f"{len(without)}: {listed(without)}. Name its column with n=."
        )
    usable = variance > 0
    if usable.sum() < FEWEST or np.unique(n[usable]).size < 2:
        raise AreaVarianceError(
            f"smooth='gvf' needs at least {FEWEST} areas of different size with a positive "
            f"variance; there are {int(usable.sum())}. Give the variances themselves."
        )
    x = np.column_stack([np.ones(int(usable.sum())), np.log(n[usable])])
    line = np.linalg.lstsq(x, np.log(variance[usable]), rcond=None)[0]
    smooth = np.exp(line[0] + line[1] * np.log(n))
    factor = float(variance[usable].sum() / smooth[usable].sum())
    function = VarianceFunction(
        float(line[0]), float(line[1]), factor, int(usable.sum()), int((~usable).sum())
    )
    return smooth * factor, function
