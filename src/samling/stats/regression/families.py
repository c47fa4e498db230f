"""How the mean of an outcome follows from a sum of effects: family and link.

With η = x'β the estimating equation is Σ w x (y - μ(η)) s(η) = 0 with s = μ'/V(μ) (McCullagh &
Nelder 1989, ch. 9). All four objectives are concave in η, and linear in y, so that rows with the
same x can be added up first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from samling.stats.tables.exact import FloatArray

Curve = Callable[[FloatArray], FloatArray]
Surface = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Family:
    """A family with its link, as functions of η (and of the mean outcome y).

    `mean` μ, `slope` dμ/dη, `score` s, `curvature` -d/dη of (y - μ) s (the observed
    information), `objective` the log-likelihood, up to a constant, that is made largest.
    `ratio` says what exp(coefficient) is called; None if that means nothing.
    """

    name: str
    link: str
    ratio: str | None
    bounded: bool
    mean: Curve
    slope: Curve
    score: Curve
    curvature: Surface
    objective: Surface


def _logistic_slope(eta: FloatArray) -> FloatArray:
    return np.asarray(special.expit(eta) * special.expit(-eta))


def _log_binomial_objective(eta: FloatArray, y: FloatArray) -> FloatArray:
    inside = eta < 0
    value = y * eta + special.xlog1py(1.0 - y, -np.exp(np.where(inside, eta, -1.0)))
    return np.where(inside, value, -np.inf)


LINEAR = Family(
    name="linear",
    link="identity",
    ratio=None,
    bounded=False,
    mean=lambda eta: eta,
    slope=np.ones_like,
    score=np.ones_like,
    curvature=lambda eta, y: np.ones_like(eta),
    objective=lambda eta, y: y * eta - eta * eta / 2.0,
)
LOGISTIC = Family(
    name="logistic",
    link="logit",
    ratio="odds ratio",
    bounded=True,
    mean=lambda eta: np.asarray(special.expit(eta)),
    slope=_logistic_slope,
    score=np.ones_like,
    curvature=lambda eta, y: _logistic_slope(eta),
    objective=lambda eta, y: y * eta - np.logaddexp(0.0, eta),
)
POISSON = Family(
    name="poisson",
    link="log",
    ratio="ratio",
    bounded=False,
    mean=np.exp,
    slope=np.exp,
    score=np.ones_like,
    curvature=lambda eta, y: np.exp(eta),
    objective=lambda eta, y: y * eta - np.exp(eta),
)
LOG_BINOMIAL = Family(
    name="log-binomial",
    link="log",
    ratio="ratio",
    bounded=True,
    mean=np.exp,
    slope=np.exp,
    score=lambda eta: -1.0 / np.expm1(eta),
    curvature=lambda eta, y: np.exp(eta) * (1.0 - y) / np.expm1(eta) ** 2,
    objective=_log_binomial_objective,
)
