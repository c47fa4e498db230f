"""The coefficients of a regression, as an estimator: values and influence for any weights.

β solves U(β) = Σ_k w_k x_k (y_k - μ_k) s_k = 0, so ∂β/∂w_k = A⁻¹ x_k (y_k - μ_k) s_k with A the
observed information (Binder 1983). The work is done in a basis Z = X T⁻¹ whose columns are
orthonormal with the design's weights, β = T⁻¹ γ: nothing is lost to collinear columns then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import linalg

from samling.stats.errors import SeparationError
from samling.stats.inference.estimates import Estimates
from samling.stats.regression.families import Family
from samling.stats.regression.matrix import Matrix, triangle
from samling.stats.regression.newton import information, solve
from samling.stats.regression.sample import Sample
from samling.stats.sampling.design import Design
from samling.stats.sampling.domains import domain_df
from samling.stats.sampling.estimator import Estimator, infer, refuse_df
from samling.stats.tables.exact import FloatArray


@dataclass(frozen=True)
class Coefficients:
    """Estimator of β (p,); `factor` is T (p, p) and `basis` Z (patterns, p).

    `start` is the answer γ for the weights `at`, and where other weights start.
    """

    family: Family
    sample: Sample = field(repr=False)
    matrix: Matrix = field(repr=False)
    factor: FloatArray = field(repr=False)
    basis: FloatArray = field(repr=False)
    start: FloatArray = field(repr=False)
    at: FloatArray = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.matrix.names

    def solve(self, weights: FloatArray) -> FloatArray:
        """γ (p,) with the given weights (rows,)."""
        if np.array_equal(weights, self.at):
            return self.start
        weight, y = self.sample.sums(weights)
        return solve(self.family, self.basis, weight / weight.sum(), y, self.start)

    def back(self, gamma: FloatArray) -> FloatArray:
        """β of γ, (p,) or (p, k)."""
        return np.asarray(linalg.solve_triangular(self.factor, gamma))

    def values(self, weights: FloatArray) -> FloatArray:
        """β (p,) with the given weights (rows,)."""
        return self.back(self.solve(weights))

    def influence(self, weights: FloatArray) -> FloatArray:
        """∂β/∂w_k, (rows, p)."""
        inverse, gap = self.parts(weights)
        steps = self.sample.by_row(self.basis @ self.back(inverse).T)
        steps *= gap[:, None]
        return self.sample.spread(steps)

    def parts(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A⁻¹ (p, p) and (y - μ) s of the rows inside: ∂γ/∂w_k is A⁻¹ z_k (y_k - μ_k) s_k."""
        weight, y = self.sample.sums(weights)
        eta = self.basis @ self.solve(weights)
        curve = information(self.family, self.basis, weight, y, eta)
        inverse = linalg.cho_solve(linalg.cho_factor(curve), np.eye(curve.shape[0]))
        mean, score = self.family.mean(eta), self.family.score(eta)
        gap = self.sample.outcome - self.sample.by_row(mean)
        return np.asarray(inverse), gap * self.sample.by_row(score)


def prepare(family: Family, sample: Sample, matrix: Matrix, weights: FloatArray) -> Coefficients:
    """The estimator with its basis, solved once; CollinearError or SeparationError."""
    if family.ratio is not None and np.ptp(sample.outcome) == 0.0:
        raise SeparationError(
            f"Every outcome is {sample.outcome[0]:g}, so a {family.name} model has nothing to "
            "explain. Look at `where` and at how the outcome is coded."
        )
    weight, y = sample.sums(weights)
    factor = triangle(matrix, weight)
    # T is small, and its inverse as exact as solving with it a row at a time (Higham 2002, ch. 14).
    basis = matrix.values @ linalg.solve_triangular(factor, np.eye(factor.shape[0]))
    start = factor[:, 0] * _link(family, float(weight @ y / weight.sum()))
    gamma = solve(family, basis, weight / weight.sum(), y, start)
    return Coefficients(family, sample, matrix, factor, basis, gamma, weights)


def _link(family: Family, average: float) -> float:
    if family.ratio is None:
        return average
    odds = average / (1.0 - average) if family.link == "logit" else average
    return math.log(odds)


def inferred(
    design: Design,
    estimator: Estimator,
    fitted: Coefficients,
    df: str | float,
    level: float,
    **method: Any,
) -> Estimates:
    """The estimates with their covariance and the model's degrees of freedom."""
    spent = len(fitted.names) - 1
    if df == "domain":
        refuse_df(design, df)
    found = infer(design, estimator, df="design" if df == "domain" else df, level=level, **method)
    if df == "domain":
        own = np.full(found.df.size, float(domain_df(design, fitted.sample.inside)))
        found = replace(found, df=own, method={**found.method, "df": df})
    return replace(found, df=found.df - spent) if df in ("design", "domain") else found
