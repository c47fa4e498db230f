"""What a fitted random-intercept model of strata is, whatever its family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.tables.exact import FloatArray
from samling.stats.tables.treatment import Term


@dataclass(frozen=True)
class Fit:
    """A fitted model with p fixed effects over J strata; all on the linear predictor's scale.

    `variance` is between strata and `residual` within (None for a binomial outcome). `additive`
    is the fixed part x'β and `total` adds the stratum's own effect `u`, whose conditional
    standard deviation is `u_sd`. `spread` holds, per stratum, the variance of the error of
    `additive`, that of `total`, and their covariance (J each).
    """

    terms: tuple[Term, ...]
    beta: FloatArray
    cov: FloatArray
    variance: float
    residual: float | None
    loglik: float
    additive: FloatArray
    u: FloatArray
    u_sd: FloatArray
    spread: tuple[FloatArray, FloatArray, FloatArray]

    @property
    def total(self) -> FloatArray:
        """Fixed part and stratum effect together (J)."""
        return self.additive + self.u


def inverse(matrix: FloatArray) -> FloatArray:
    """Inverse of a symmetric positive definite matrix."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def quadratic(left: FloatArray, matrix: FloatArray, right: FloatArray) -> FloatArray:
    """left_j' matrix right_j for every row j."""
    product: FloatArray = ((left @ matrix) * right).sum(axis=1)
    return product
