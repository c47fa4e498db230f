"""Newton's method for the estimating equations of a regression."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from samling.stats.errors import SeparationError
from samling.stats.regression.families import Family
from samling.stats.regression.gram import gram
from samling.stats.tables.exact import FloatArray

CLOSE = 1e-12
STEPS = 100
HALVINGS = 40
EDGE = 1e-6
FAR = 30.0  # a mean of 1e-13: the model says "never"


def solve(
    family: Family, basis: FloatArray, weight: FloatArray, y: FloatArray, start: FloatArray
) -> FloatArray:
    """γ (p,) that solves Σ w z (y - μ(z'γ)) s = 0; `basis` z (patterns, p), y the mean outcome.

    The objective is concave, so Newton's steps, halved while they make it smaller, reach its top.
    Stops when a step moves no η by more than 1e-12 of the largest. SeparationError if it has no
    top that is finite.
    """
    gamma, eta = start, basis @ start
    value = _total(family, eta, weight, y)
    for _ in range(STEPS):
        step = _step(family, basis, weight, y, eta)
        move = basis @ step
        part = 1.0
        for _ in range(HALVINGS):
            there = _total(family, eta + part * move, weight, y)
            if there >= value - 1e-12 * abs(value):
                break
            part /= 2.0
        gamma, eta, value = gamma + part * step, eta + part * move, there
        _refuse_endless(family, eta, weight)
        if part * np.abs(move).max() <= CLOSE * (1.0 + np.abs(eta).max()):
            _refuse_edge(family, eta, weight)
            return gamma
    _refuse_edge(family, eta, weight)
    raise SeparationError(
        f"The {family.name} model has found no answer in {STEPS} steps. See whether a level has "
        "outcomes that are all alike, or use fewer terms."
    )


def _total(family: Family, eta: FloatArray, weight: FloatArray, y: FloatArray) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.where(weight > 0, weight * family.objective(eta, y), 0.0).sum())


def information(
    family: Family, basis: FloatArray, weight: FloatArray, y: FloatArray, eta: FloatArray
) -> FloatArray:
    """Σ w c z z' (p, p), c the curvature, which is never negative."""
    return gram(basis, weight * family.curvature(eta, y))


def _step(
    family: Family, basis: FloatArray, weight: FloatArray, y: FloatArray, eta: FloatArray
) -> FloatArray:
    slope = basis.T @ (weight * (y - family.mean(eta)) * family.score(eta))
    curve = information(family, basis, weight, y, eta)
    try:
        return np.asarray(linalg.cho_solve(linalg.cho_factor(curve), slope))
    except linalg.LinAlgError as error:
        raise SeparationError(
            f"The {family.name} model can't be fitted with these weights: its outcomes, or a "
            "column, do not vary. Merge levels or use fewer terms."
        ) from error


def _refuse_endless(family: Family, eta: FloatArray, weight: FloatArray) -> None:
    if family.ratio is None:
        return
    used = eta[weight > 0]
    low = float(used.min(initial=0.0))
    high = float(used.max(initial=0.0)) if family.link == "logit" else 0.0
    if low < -FAR or high > FAR:
        _refuse_edge(family, eta, weight)
        raise SeparationError(
            f"The {family.name} model says never or always for some rows (η goes to "
            f"{low if low < -FAR else high:.0f}): a combination of the terms tells the outcome of "
            "these without fail, and there is no finite coefficient. Merge levels or leave a "
            "term out."
        )


def _refuse_edge(family: Family, eta: FloatArray, weight: FloatArray) -> None:
    if family.bounded and family.link == "log" and eta[weight > 0].max(initial=-1.0) > -EDGE:
        raise SeparationError(
            "The best log-binomial model predicts a share of 1 for some rows, at the edge of what "
            "it can say, and has no covariance there. Use prevalence_ratios."
        )
