"""Maximum likelihood for binomial strata with a random intercept: Newton on the integrated
likelihood, with the variance 0 as an answer like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from samling.stats.errors import ModelConvergenceError
from samling.stats.multilevel.fit import Fit, inverse, quadratic
from samling.stats.multilevel.quadrature import (
    Counts,
    Rule,
    curvature,
    find_mode,
    integrate,
    make_counts,
    make_rule,
)
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.treatment import Term

MOST_STEPS = 200
STARTS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # σ among which the search begins
FEW_NODES = 7  # enough to come near the maximum at a third of the work
SMALLEST = 1e-4  # σ below this is on its way to 0
SINGULAR = 1e14  # condition of the information where shares have run off to 0 and 1
SETTLED = 1e-18  # Newton decrement: the distance to the maximum in squared standard errors


@dataclass(frozen=True)
class Model:
    """Counts, model matrix (J x p) and quadrature rule."""

    counts: Counts
    x: FloatArray
    rule: Rule

    def loglik(self, theta: FloatArray) -> float:
        """Log-likelihood of β and log σ (p + 1)."""
        found = integrate(self.counts, self.rule, self.x @ theta[:-1], float(np.exp(theta[-1])))
        return float(found.value.sum())

    def derivatives(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient and Hessian by β and log σ."""
        eta, sigma = self.x @ theta[:-1], float(np.exp(theta[-1]))
        first = integrate(self.counts, self.rule, eta, sigma)
        second = curvature(self.counts, self.rule, eta, sigma)
        gradient = np.append(self.x.T @ first.by_eta, sigma * first.by_sigma.sum())
        hessian = np.empty((gradient.size, gradient.size))
        hessian[:-1, :-1] = self.x.T @ (second[0][:, None] * self.x)
        hessian[-1, :-1] = hessian[:-1, -1] = sigma * (self.x.T @ second[1])
        hessian[-1, -1] = sigma**2 * second[2].sum() + gradient[-1]
        return gradient, hessian


def fit_logistic(
    y: FloatArray, n: FloatArray, x: FloatArray, terms: tuple[Term, ...], nodes: int
) -> Fit:
    """The fitted model for events `y` of `n` (J) and model matrix `x` (J x p).

    The variance is exactly 0 when no positive one has a higher likelihood; the model is then the
    logistic regression. ModelConvergenceError if the likelihood has no maximum.
    """
    model = Model(make_counts(y, n), x, make_rule(nodes))
    beta = _plain_logistic(model)
    at_zero = integrate(model.counts, model.rule, x @ beta, 0.0)
    residual = y - n * special.expit(x @ beta)
    weight = n * special.expit(x @ beta) * special.expit(-(x @ beta))
    starts = [np.append(beta, np.log(sigma)) for sigma in STARTS]
    rough = replace(model, rule=make_rule(min(nodes, FEW_NODES)))
    theta = _newton(rough, max(starts, key=rough.loglik))
    if np.exp(theta[-1]) > SMALLEST:
        theta = _newton(model, theta)
    best = float(at_zero.value.sum())
    falls = float((residual**2 - weight).sum()) <= 0  # the likelihood falls as σ² leaves 0
    if np.exp(theta[-1]) <= SMALLEST or (falls and model.loglik(theta) <= best):
        return _without_variance(model, beta, weight, best, terms)
    return _with_variance(model, theta, terms)


def _plain_logistic(model: Model) -> FloatArray:
    """Coefficients without a random effect, by Newton's method with halved steps."""
    y, n, x = model.counts.y, model.counts.n, model.x
    share = (y.sum() + 0.5) / (n.sum() + 1.0)
    beta = np.linalg.lstsq(x, np.full(y.size, special.logit(share)), rcond=None)[0]

    def loglik(at: FloatArray) -> float:
        eta = x @ at
        return float((y * eta - n * np.logaddexp(0.0, eta)).sum())

    for _ in range(MOST_STEPS):
        mu = special.expit(x @ beta)
        gradient = x.T @ (y - n * mu)
        information = x.T @ ((n * mu * (1 - mu))[:, None] * x)
        if not np.linalg.cond(information) < SINGULAR:
            break
        step = np.linalg.solve(information, gradient)
        decrement = float(gradient @ step)
        while decrement > 1e-8 and loglik(beta + step) < loglik(beta):
            step = step / 2
        beta = beta + step
        if decrement < SETTLED:
            return np.asarray(beta)
    raise _not_found("the logistic regression", beta)


def _newton(model: Model, theta: FloatArray) -> FloatArray:
    """Climb to the maximum over β and log σ; stops early where σ falls towards 0."""
    value = model.loglik(theta)
    for _ in range(MOST_STEPS):
        gradient, hessian = model.derivatives(theta)
        step = _uphill(gradient, hessian)
        decrement = float(gradient @ step)
        higher = model.loglik(theta + step)
        while decrement > 1e-8 and higher < value:
            step = step / 2
            if np.abs(step).max() < 1e-12:
                break
            higher = model.loglik(theta + step)
        theta, value = theta + step, higher
        if decrement < SETTLED or np.exp(theta[-1]) <= SMALLEST:
            return theta
    raise _not_found("the random-intercept model", theta[:-1])


def _uphill(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Newton's step with the curvature turned downwards where it is not; log σ moves at most 1."""
    size, axes = np.linalg.eigh(-hessian)
    size = np.maximum(np.abs(size), 1e-10 * np.abs(size).max())
    step = axes @ ((axes.T @ gradient) / size)
    return np.asarray(step / max(1.0, abs(float(step[-1]))))


def _not_found(what: str, beta: FloatArray) -> ModelConvergenceError:
    return ModelConvergenceError(
        f"The likelihood of {what} has no maximum that could be found; the "
        f"largest coefficient is {np.abs(beta).max():.1f} on the logit scale. Some combination of "
        "levels probably has only events or none: merge levels."
    )


def _without_variance(
    model: Model, beta: FloatArray, weight: FloatArray, loglik: float, terms: tuple[Term, ...]
) -> Fit:
    x = model.x
    cov = inverse(x.T @ (weight[:, None] * x))
    variance, zero = quadratic(x, cov, x), np.zeros(x.shape[0])
    spread = (variance, variance, variance)
    return Fit(terms, beta, cov, 0.0, None, loglik, x @ beta, zero, zero, spread)


def _with_variance(model: Model, theta: FloatArray, terms: tuple[Term, ...]) -> Fit:
    """Covariance from the observed information; modes and their first-order error.

    The error of a stratum's total adds to the conditional variance what comes from β and σ
    (Kass & Steffey 1989; Booth & Hobert 1998).
    """
    beta, sigma = theta[:-1], float(np.exp(theta[-1]))
    x, eta = model.x, model.x @ beta
    cov = inverse(-model.derivatives(theta)[1])
    mode = find_mode(model.counts, eta, sigma)
    square = mode.scale**2
    by_sigma = mode.b + sigma * (mode.residual - sigma * mode.weight * mode.b) * square
    fixed = np.column_stack([x, np.zeros(x.shape[0])])
    moved = np.column_stack([square[:, None] * x, sigma * by_sigma])
    conditional = sigma**2 * square
    spread = (
        quadratic(fixed, cov, fixed),
        conditional + quadratic(moved, cov, moved),
        quadratic(fixed, cov, moved),
    )
    return Fit(
        terms,
        beta,
        cov[:-1, :-1],
        sigma**2,
        None,
        model.loglik(theta),
        eta,
        sigma * mode.b,
        np.sqrt(conditional),
        spread,
    )
