"""Response propensities by weighted logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from samling.stats.errors import ResponseError
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import BoolArray
from samling.stats.weighting.matrices import Matrix, gram, pack, scale_columns
from samling.stats.weighting.solution import independent_columns

AIM = 1e-13
MOST_STEPS = 60
NAMED = 8  # predictors named in a message
SURE = 18.0  # a linear predictor this large means that response is predicted without doubt


@dataclass(frozen=True)
class Propensity:
    """Probabilities to respond (rows,), the independent columns, their coefficients, iterations."""

    probability: FloatArray
    kept: IntArray
    coefficients: FloatArray
    iterations: int


def fit_propensity(
    x: Matrix, trials: FloatArray, responses: FloatArray, names: Sequence[str]
) -> Propensity:
    """Logistic regression of response on x (rows, p) by maximum weighted likelihood.

    Rows are elements or groups of the same x: `trials` (rows,) is their weight and `responses`
    the part of it that responded. Columns that others explain are left out. ResponseError if
    some groups respond always or never, so that no coefficients exist; `names` (p,) are for that.
    """
    x = pack(x)
    kept = independent_columns(gram(x, trials))
    used = x[:, kept]
    size = np.sqrt(np.diag(gram(used, trials)) / trials.sum())
    scaled = scale_columns(used, 1.0 / size)
    beta = np.zeros(kept.size)
    deviance = np.inf
    for iteration in range(MOST_STEPS):
        eta = np.asarray(scaled @ beta)
        p = special.expit(eta)
        score = np.asarray(scaled.T @ (responses - trials * p))
        if np.max(np.abs(eta)) > SURE:
            break
        if np.max(np.abs(score)) <= AIM * trials.sum():
            return Propensity(p, kept, beta / size, iteration)
        found = _deviance(eta, trials, responses)
        if found > deviance + 1e-9 * abs(deviance):
            break
        deviance = found
        information = gram(scaled, trials * p * (1.0 - p))
        beta = beta + linalg.solve(information, score, assume_a="pos")
    sure = np.abs(np.asarray(scaled @ beta)) > min(SURE, float(np.max(np.abs(scaled @ beta))) / 2)
    raise ResponseError(
        f"The propensity model has no solution: response is certain, or ruled out, for "
        f"{_who(x, trials, sure, names)}. Merge categories, leave a predictor out, or adjust by "
        "cells."
    )


def _who(x: Matrix, trials: FloatArray, sure: BoolArray, names: Sequence[str]) -> str:
    """The columns that are nonzero only where response is certain; else some combinations."""
    everyone, these = (np.asarray(abs(x).T @ (trials * part)) for part in (1.0, sure))
    only = [names[int(k)] for k in np.flatnonzero((everyone > 0) & (these == everyone))]
    more = f" and {len(only) - NAMED} more" if len(only) > NAMED else ""
    return (", ".join(only[:NAMED]) + more) or "some combinations of the predictors"


def _deviance(eta: FloatArray, trials: FloatArray, responses: FloatArray) -> float:
    return float(2.0 * (trials @ np.logaddexp(0.0, eta) - responses @ eta))


def quantile_classes(
    score: FloatArray, weight: FloatArray, positive: BoolArray, classes: int
) -> IntArray:
    """Class 0..classes-1 of every element by weighted quantiles of `score`; equal scores together.

    Elements that are not `positive` get -1. An element belongs to the class in which the middle
    of its score's share of the weight lies.
    """
    distinct, place = np.unique(score[positive], return_inverse=True)
    share = np.bincount(place, weights=weight[positive], minlength=distinct.size)
    middle = (np.cumsum(share) - 0.5 * share) / share.sum()
    of_score = np.minimum((middle * classes).astype(np.int64), classes - 1)
    out = np.full(score.size, -1, dtype=np.int64)
    out[positive] = of_score[place]
    return out
