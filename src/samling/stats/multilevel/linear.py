"""A numeric outcome in strata with a random intercept, by ML or REML from counts, means and
squares only: the likelihood is a function of one number, the ratio of the two variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from samling.stats.errors import ModelConvergenceError, StrataError
from samling.stats.multilevel.fit import Fit, inverse, quadratic
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.treatment import Term

Criterion = Literal["reml", "ml"]
GRID = np.logspace(-8, 8, 97)  # ratios of variances tried, times the average stratum's size


@dataclass(frozen=True)
class Sums:
    """People `n`, mean and squares within (sum) per stratum, model matrix `x` (J x p)."""

    n: FloatArray
    mean: FloatArray
    within: float
    x: FloatArray
    criterion: Criterion

    @property
    def degrees(self) -> float:
        """What the residual sum of squares is divided by."""
        return float(self.n.sum()) - (self.x.shape[1] if self.criterion == "reml" else 0)


@dataclass(frozen=True)
class Profile:
    """Everything at one ratio λ of the variance between strata to that within."""

    loglik: float
    slope: float  # of the log-likelihood by λ
    beta: FloatArray
    residual: float
    inverse: FloatArray  # (X'WX)⁻¹


def profile(sums: Sums, ratio: float) -> Profile:
    """Log-likelihood at λ, maximised over β and the residual variance, and its slope.

    With w = n/(1 + nλ), the residual variance times the degrees is Q = Σ within + Σ w r².
    """
    spread = 1.0 + sums.n * ratio
    weight = sums.n / spread
    normal = sums.x.T @ (weight[:, None] * sums.x)
    normal_inverse = inverse(normal)
    beta = normal_inverse @ (sums.x.T @ (weight * sums.mean))
    deviation = sums.mean - sums.x @ beta
    residual = (sums.within + float(weight @ deviation**2)) / sums.degrees
    loglik = sums.degrees * (np.log(2 * np.pi * residual) + 1.0) + np.log(spread).sum()
    # dw/dλ = -w², and β is where Q is flat
    slope = weight.sum() - float(weight**2 @ deviation**2) / residual
    if sums.criterion == "reml":
        loglik += np.linalg.slogdet(normal)[1]
        slope -= float(np.trace(normal_inverse @ (sums.x.T @ (weight[:, None] ** 2 * sums.x))))
    return Profile(-loglik / 2, -slope / 2, beta, residual, normal_inverse)


def fit_linear(
    n: FloatArray,
    mean: FloatArray,
    within: float,
    x: FloatArray,
    terms: tuple[Term, ...],
    criterion: Criterion,
) -> Fit:
    """The fitted model for `n` people with `mean` per stratum (J) and squares `within` in all.

    The variance between strata is exactly 0 when the likelihood falls as it leaves 0 and nowhere
    rises above. StrataError if all people in every stratum are alike or alone.
    """
    sums = Sums(n, mean, within, x, criterion)
    if not within > 0 or n.sum() <= n.size:
        raise StrataError(
            f"The outcome does not vary within any of the {n.size} strata ({int(n.sum())} people), "
            "so the variance within strata cannot be told from that between them. Use fewer or "
            "broader strata variables."
        )
    ratio = _best_ratio(sums)
    found = profile(sums, ratio)
    variance = ratio * found.residual
    weight = n / (1.0 + n * ratio)
    share = 1.0 - 1.0 / (1.0 + n * ratio)
    cov = found.residual * found.inverse
    additive = x @ found.beta
    u = ratio * weight * (mean - additive)
    conditional = variance * (1.0 - share)
    fixed, moved = quadratic(x, cov, x), (1.0 - share)[:, None] * x
    spread = (fixed, conditional + quadratic(moved, cov, moved), quadratic(x, cov, moved))
    return Fit(
        terms,
        found.beta,
        cov,
        variance,
        found.residual,
        found.loglik,
        additive,
        u,
        np.sqrt(conditional),
        spread,
    )


def _best_ratio(sums: Sums) -> float:
    """λ of the highest likelihood: the best of a grid and 0, then the slope's root beside it."""
    tried = np.concatenate([[0.0], GRID / sums.n.mean()])
    profiles = [profile(sums, float(ratio)) for ratio in tried]
    best = int(np.argmax([one.loglik for one in profiles]))
    if best == 0 and profiles[0].slope <= 0:
        return 0.0
    low, high = max(best - 1, 0), min(best + 1, tried.size - 1)
    if not profiles[low].slope >= 0 >= profiles[high].slope:
        raise ModelConvergenceError(
            f"No variance between {sums.n.size} strata was found up to {tried[high]:g} times that "
            "within: the outcome hardly varies within strata. Check that it is not a function of "
            "them."
        )
    root: float = optimize.brentq(
        lambda ratio: profile(sums, ratio).slope, tried[low], tried[high], xtol=1e-300, rtol=1e-14
    )
    return root
