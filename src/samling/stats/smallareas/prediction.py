"""Predictions of areas and their mean squared error, on the scale of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.smallareas.variance import AreaModel, Estimation, State, restriction
from samling.stats.tables.exact import FloatArray


@dataclass(frozen=True)
class Prediction:
    """Per area (k): model-based value, x'β alone, weight γ of the direct estimate, MSE, and the
    conditional variance `given` of the area's value when all parameters are known."""

    value: FloatArray
    synthetic: FloatArray
    gamma: FloatArray
    mse: FloatArray
    given: FloatArray


def predict_sampled(model: AreaModel, fitted: State, estimation: Estimation) -> Prediction:
    """EBLUP γy + (1-γ)x'β with γ = A/(A + D), and its MSE to second order.

    g1 = γD, g2 for β, g3 for A, twice in the estimate of the MSE (Prasad & Rao 1990); for ML and
    the adjusted likelihoods the bias of A times dg1/dA is taken off g1 (Datta & Lahiri 2000; Li &
    Lahiri 2010), which stays at 0 or above: with a small A the correction to first order can be
    larger than g1 itself, and the MSE would be negative.
    """
    total = fitted.a + model.d
    gamma, shrink = fitted.a / total, model.d / total
    synthetic = model.x @ fitted.beta
    information = float((1.0 / total**2).sum()) / 2.0
    leverage = ((model.x @ fitted.q) * model.x).sum(axis=1)
    g1, g2 = gamma * model.d, shrink**2 * leverage
    g3 = model.d**2 / total**3 / information
    bias = variance_bias(model, fitted, estimation) * shrink**2
    value = synthetic + gamma * (model.y - synthetic)
    mse = np.maximum(g1 - bias, 0.0) + g2 + 2.0 * g3
    return Prediction(value, synthetic, gamma, mse, g1)


def variance_bias(model: AreaModel, fitted: State, estimation: Estimation) -> float:
    """Bias of the estimate of A to first order; 0 for REML."""
    weight = 1.0 / (fitted.a + model.d)
    score = 0.0
    if estimation.endswith("-ml") or estimation == "ml":
        score -= restriction(model, fitted.q, weight) / 2.0
    if estimation.startswith("adjusted"):
        score += 1.0 / fitted.a
    return score / (float((weight**2).sum()) / 2.0)


def predict_synthetic(x: FloatArray, fitted: State) -> Prediction:
    """Areas without a direct estimate: x'β, with the MSE A + x'Qx."""
    value = x @ fitted.beta
    spread = np.full(value.size, fitted.a)
    leverage = ((x @ fitted.q) * x).sum(axis=1)
    return Prediction(value, value, np.zeros(value.size), spread + leverage, spread)
