"""The likelihood of binomial strata with a normal random intercept, integrated stratum by stratum.

Events y of n in a stratum have the logit η + σb with b standard normal. The integral over b is
taken by Gauss-Hermite quadrature centred at the integrand's mode and scaled by its curvature
there (Liu & Pierce 1994; Pinheiro & Bates 1995): one node is Laplace's approximation. Each
stratum is a function of two numbers only, η and σ, so that gradient and curvature of any number
of fixed effects follow from two and three numbers per stratum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from samling.stats.tables.exact import FloatArray

MODE_STEPS = 200
SETTLED = 1e-8  # a Newton step this small squares itself away
STEP = 1e-4  # of the central differences of the gradient


@dataclass(frozen=True)
class Counts:
    """Events `y` of `n` per stratum (J), and the logarithm of the binomial coefficients."""

    y: FloatArray
    n: FloatArray
    constant: FloatArray


@dataclass(frozen=True)
class Rule:
    """Nodes z and log weights (K) for the integral of f(z) against the standard normal density,
    with z²/2 added so that they multiply the integrand itself."""

    z: FloatArray
    log_weight: FloatArray


@dataclass(frozen=True)
class Mode:
    """Where each stratum's integrand is highest (b), its scale τ, and what derivatives need."""

    b: FloatArray
    scale: FloatArray
    residual: FloatArray  # y - n·μ at the mode
    weight: FloatArray  # n·μ(1-μ) at the mode
    slope: FloatArray  # derivative of the weight by the logit


@dataclass(frozen=True)
class Integral:
    """Log-likelihood per stratum (J) and its derivatives by η and by σ."""

    value: FloatArray
    by_eta: FloatArray
    by_sigma: FloatArray


def make_counts(y: FloatArray, n: FloatArray) -> Counts:
    """Counts with log(n choose y)."""
    constant = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
    return Counts(y, n, constant)


def make_rule(nodes: int) -> Rule:
    """Gauss-Hermite rule of `nodes` points."""
    z, weight = special.roots_hermitenorm(nodes)
    # Far nodes of a large rule have weights below the smallest double.
    log_weight = np.log(np.maximum(weight, np.finfo(float).tiny)) - 0.5 * np.log(2 * np.pi)
    return Rule(z, log_weight + z**2 / 2)


def find_mode(counts: Counts, eta: FloatArray, sigma: float) -> Mode:
    """The mode, where σ(y - nμ) = b: Newton's method from the shrunken observed logit.

    The left side falls and lies between σ(y - n) and σy, which brackets b: a step out of the
    bracket, or one that gained little, is replaced by the bracket's middle.
    """
    y, n = counts.y, counts.n
    share = (y + 0.5) / (n + 1.0)
    weight = n * share * (1.0 - share)
    b = sigma * weight * (special.logit(share) - eta) / (1.0 + sigma**2 * weight)
    low, high = np.minimum(sigma * (y - n), sigma * y), np.maximum(sigma * (y - n), sigma * y)
    last = np.full(y.size, np.inf)
    for _ in range(MODE_STEPS):
        mu = special.expit(eta + sigma * b)
        gap = sigma * (y - n * mu) - b
        step = gap / (1.0 + sigma**2 * n * mu * (1.0 - mu))
        low, high = np.where(gap > 0, b, low), np.where(gap < 0, b, high)
        new, near = b + step, np.abs(step) <= SETTLED * (1.0 + np.abs(b))
        slow = ~near & ((new < low) | (new > high) | (np.abs(gap) > last / 2))
        last = np.where(slow, np.inf, np.abs(gap))
        b = np.where(slow, (low + high) / 2, new)
        if near.all():
            break
    mu = special.expit(eta + sigma * b)
    weight = n * mu * (1.0 - mu)
    scale = 1.0 / np.sqrt(1.0 + sigma**2 * weight)
    return Mode(b, scale, y - n * mu, weight, weight * (1.0 - 2.0 * mu))


def integrate(counts: Counts, rule: Rule, eta: FloatArray, sigma: float) -> Integral:
    """Every stratum's log-likelihood and its exact derivatives, those of the nodes included."""
    mode = find_mode(counts, eta, sigma)
    b = mode.b[:, None] + mode.scale[:, None] * rule.z
    logit = eta[:, None] + sigma * b
    y, n = counts.y[:, None], counts.n[:, None]
    log_terms = y * logit - n * np.logaddexp(0.0, logit) - b**2 / 2 + rule.log_weight
    highest = log_terms.max(axis=1, keepdims=True)
    terms = np.exp(log_terms - highest)
    summed = terms.sum(axis=1)
    value = counts.constant + np.log(mode.scale) + highest[:, 0] + np.log(summed)
    share = terms / summed[:, None]
    residual = y - n * special.expit(logit)
    pull = share * (sigma * residual - b)
    shift, stretch = pull.sum(axis=1), (pull * rule.z).sum(axis=1)
    square = mode.scale**2
    b_eta = -sigma * mode.weight * square
    b_sigma = (mode.residual - sigma * mode.weight * mode.b) * square
    curve_eta = sigma**2 * mode.slope * (1.0 + sigma * b_eta)
    curve_sigma = 2 * sigma * mode.weight + sigma**2 * mode.slope * (mode.b + sigma * b_sigma)
    # d log τ = -τ²/2 d(σ²w), and d τ = τ d log τ
    log_eta, log_sigma = -square * curve_eta / 2, -square * curve_sigma / 2
    by_eta = log_eta + (share * residual).sum(axis=1)
    by_eta += shift * b_eta + stretch * mode.scale * log_eta
    by_sigma = log_sigma + (share * residual * b).sum(axis=1)
    by_sigma += shift * b_sigma + stretch * mode.scale * log_sigma
    return Integral(value, by_eta, by_sigma)


def curvature(
    counts: Counts, rule: Rule, eta: FloatArray, sigma: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Second derivatives per stratum by ηη, ησ and σσ: central differences of the gradient."""
    up, down = (integrate(counts, rule, eta + side * STEP, sigma) for side in (1, -1))
    wide, narrow = (integrate(counts, rule, eta, sigma + side * STEP) for side in (1, -1))
    eta_eta = (up.by_eta - down.by_eta) / (2 * STEP)
    eta_sigma = (up.by_sigma - down.by_sigma) / (2 * STEP)
    sigma_sigma = (wide.by_sigma - narrow.by_sigma) / (2 * STEP)
    return eta_eta, eta_sigma, sigma_sigma
