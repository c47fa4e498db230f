"""The variance between areas, A, by ML, REML or either adjusted so that it is never 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from samling.stats.errors import ModelConvergenceError
from samling.stats.tables.exact import FloatArray

Estimation = Literal["reml", "ml", "adjusted-reml", "adjusted-ml"]
LOG_TWO_PI = float(np.log(2 * np.pi))
FINEST, WIDEST = 1e-8, 1e4  # of A tried, times the median D and the larger spread of y or D
RATIO = 1.5  # between two values tried


@dataclass(frozen=True)
class AreaModel:
    """Direct estimates `y` of m areas, sampling variances `d`, covariates `x` (m x p)."""

    y: FloatArray
    d: FloatArray
    x: FloatArray


@dataclass(frozen=True)
class State:
    """The model at one A: coefficients, their covariance Q, likelihood, and what was maximised."""

    a: float
    beta: FloatArray
    q: FloatArray
    loglik: float  # of all parameters, the restriction left out
    criterion: float
    slope: float


def state(model: AreaModel, a: float, estimation: Estimation) -> State:
    """Generalised least squares at A, and the criterion with its slope."""
    weight = 1.0 / (a + model.d)
    normal = model.x.T @ (weight[:, None] * model.x)
    q = np.asarray(np.linalg.inv(normal), dtype=np.float64)
    beta = q @ (model.x.T @ (weight * model.y))
    residual = model.y - model.x @ beta
    square = float(weight @ residual**2)
    loglik = (float(np.log(weight).sum()) - weight.size * LOG_TWO_PI - square) / 2
    slope = (float(weight**2 @ residual**2) - float(weight.sum())) / 2
    criterion = loglik
    if estimation.endswith("reml"):
        columns = model.x.shape[1]
        criterion += (columns * LOG_TWO_PI - float(np.linalg.slogdet(normal)[1])) / 2
        slope += restriction(model, q, weight) / 2
    if estimation.startswith("adjusted"):
        with np.errstate(divide="ignore"):
            criterion += float(np.log(a))
            slope += float(np.divide(1.0, a))
    return State(a, beta, q, loglik, criterion, slope)


def restriction(model: AreaModel, q: FloatArray, weight: FloatArray) -> float:
    """tr[(X'V⁻¹X)⁻¹ X'V⁻²X]: how much of the information on A the coefficients take."""
    return float(np.trace(q @ (model.x.T @ (weight[:, None] ** 2 * model.x))))


def estimate_variance(model: AreaModel, estimation: Estimation) -> State:
    """The model at the A with the highest criterion: the best of 0 and a wide grid, then the
    root of the slope beside it, to the last digits.

    "adjusted" multiplies the likelihood by A (Li & Lahiri 2010), so that A > 0.
    ModelConvergenceError if there is no such root.
    """
    tried = np.append(0.0, _grid(model))
    found = [state(model, float(a), estimation) for a in tried]
    best = int(np.argmax([one.criterion for one in found]))
    if best == 0 and found[0].slope <= 0:
        return found[0]
    lowest = 1 if estimation.startswith("adjusted") else 0
    low, high = max(best - 1, lowest), min(best + 1, tried.size - 1)
    if not found[low].slope >= 0 >= found[high].slope:
        raise ModelConvergenceError(
            f"The likelihood of the variance between {model.d.size} areas has no single maximum "
            f"between {tried[low]:g} and {tried[high]:g}; the median sampling variance is "
            f"{np.median(model.d):g}. Check that variances and estimates are on the same scale."
        )
    root: float = optimize.brentq(
        lambda a: state(model, a, estimation).slope,
        tried[low],
        tried[high],
        xtol=1e-300,
        rtol=1e-14,
    )
    return state(model, root, estimation)


def _grid(model: AreaModel) -> FloatArray:
    """Values of A from far below the sampling variances to far above all that y varies."""
    low = FINEST * float(np.median(model.d))
    high = WIDEST * max(float(model.d.max()), float(np.var(model.y)))
    return np.geomspace(low, high, int(np.ceil(np.log(high / low) / np.log(RATIO))) + 2)
