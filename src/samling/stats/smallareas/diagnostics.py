"""Does the model fit, and how far does it move the direct estimates?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from samling.stats.smallareas.prediction import Prediction
from samling.stats.smallareas.variance import AreaModel, State
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray

FEWEST = 3  # values that Shapiro and Wilk's test needs
MOST = 5000  # up to which its p-value is known


@dataclass(frozen=True)
class Diagnostics:
    """What to look at before a model-based figure is published; m areas with direct estimates.

    `normality` is Shapiro and Wilk's (1965) p-value of the standardised residuals: a hint only,
    None below 3 areas. `goodness_of_fit` is Σ(direct - model)²/(D + MSE), chi-square with m
    degrees of freedom when the model's values are the direct ones' targets (Brown et al. 2001);
    `goodness_p` its p-value. `outside` is the share of areas whose model-based value lies outside
    the direct estimate's interval. `gamma_median` is the direct estimates' median weight. AIC and
    BIC count the coefficients and A. `cv_direct` and `cv_model` are medians over the m areas.
    """

    areas: int
    loglik: float
    aic: float
    bic: float
    normality: float | None
    goodness_of_fit: float
    goodness_p: float
    outside: float
    gamma_median: float
    cv_direct: float | None
    cv_model: float | None


def standardised_residuals(model: AreaModel, fitted: State) -> FloatArray:
    """(y - x'β) over its standard error, sqrt(A + D - x'Qx)."""
    leverage = ((model.x @ fitted.q) * model.x).sum(axis=1)
    spread = np.maximum(fitted.a + model.d - leverage, np.finfo(float).tiny)
    return np.asarray((model.y - model.x @ fitted.beta) / np.sqrt(spread))


def diagnose(
    model: AreaModel,
    fitted: State,
    prediction: Prediction,
    outside: BoolArray,
    cv: tuple[FloatArray, FloatArray],
) -> Diagnostics:
    """Diagnostics on the model's scale; `outside` and `cv` (direct, model) on the shown scale."""
    areas, parameters = model.y.size, model.x.shape[1] + 1
    residuals = standardised_residuals(model, fitted)
    wald = float(((model.y - prediction.value) ** 2 / (model.d + prediction.mse)).sum())
    normal = FEWEST <= areas <= MOST and bool(np.ptp(residuals) > 0)
    return Diagnostics(
        areas=areas,
        loglik=fitted.loglik,
        aic=-2 * fitted.loglik + 2 * parameters,
        bic=-2 * fitted.loglik + parameters * float(np.log(areas)),
        normality=float(stats.shapiro(residuals).pvalue) if normal else None,
        goodness_of_fit=wald,
        goodness_p=float(special.chdtrc(areas, wald)),
        outside=float(outside.mean()),
        gamma_median=float(np.median(prediction.gamma)),
        cv_direct=_median(cv[0]),
        cv_model=_median(cv[1]),
    )


def _median(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None
