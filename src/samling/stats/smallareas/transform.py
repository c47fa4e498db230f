"""Shares on a scale where a normal model fits them, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy import special

from samling.stats.errors import AreaVarianceError
from samling.stats.smallareas.areas import listed
from samling.stats.tables.exact import FloatArray

Transform = Literal["none", "logit", "asin"]
NODES = 40


def to_scale(
    transform: Transform, p: FloatArray, variance: FloatArray, areas: Sequence[Any]
) -> tuple[FloatArray, FloatArray]:
    """Estimates and variances (delta method) on the model's scale; asin is asin(√p).

    A share of 0 or 1 has no logit, and its variance none on either scale: NaN, to be smoothed.
    AreaVarianceError for values outside 0-1, and for 0 or 1 with logit.
    """
    if transform == "none":
        return p, variance
    outside = [a for a, v in zip(areas, p, strict=True) if not 0 <= v <= 1]
    if outside:
        raise AreaVarianceError(
            f"transform={transform!r} is for shares from 0 to 1, but {len(outside)} areas are "
            f"outside: {listed(outside)}. Divide per cent by 100, or give transform='none'."
        )
    edge = (p <= 0) | (p >= 1)
    if transform == "logit" and edge.any():
        at_edge = [area for area, is_edge in zip(areas, edge, strict=True) if is_edge]
        raise AreaVarianceError(
            f"A share of 0 or 1 has no logit: {listed(at_edge)}. "
            "Give transform='asin' with smooth='gvf', or leave out the direct estimates (None)."
        )
    inner = np.where(edge, 0.5, p)
    slope = 1.0 / (inner * (1.0 - inner)) if transform == "logit" else _asin_slope(inner)
    scaled = special.logit(inner) if transform == "logit" else np.arcsin(np.sqrt(p))
    return scaled, np.where(edge, np.nan, variance * slope**2)


def _asin_slope(p: FloatArray) -> FloatArray:
    return np.asarray(0.5 / np.sqrt(p * (1.0 - p)))


def inverse(transform: Transform, value: FloatArray) -> FloatArray:
    """A value of the model's scale as a share; monotone, so that it carries interval limits."""
    if transform == "none":
        return value
    if transform == "logit":
        return np.asarray(special.expit(value))
    return np.asarray(np.sin(np.clip(value, 0.0, np.pi / 2)) ** 2)


def slope_of_inverse(transform: Transform, value: FloatArray) -> FloatArray:
    """Derivative of the share by the model's scale."""
    if transform == "none":
        return np.ones_like(value)
    if transform == "logit":
        share = special.expit(value)
        return np.asarray(share * (1.0 - share))
    return np.asarray(np.sin(2.0 * np.clip(value, 0.0, np.pi / 2)))


def expected(transform: Transform, value: FloatArray, variance: FloatArray) -> FloatArray:
    """Expectation of the share when the model's scale is normal with that mean and variance.

    The plain inverse is too near 0 or 1, since the curve bends. Exact for asin,
    E sin²θ = (1 - e^(-2v) cos 2θ)/2; by Gauss-Hermite quadrature for logit (Sugasawa & Kubokawa
    2017; Hadam, Würz & Kreutzmann 2020 for asin).
    """
    if transform == "none":
        return value
    if transform == "asin":
        return np.asarray((1.0 - np.exp(-2.0 * variance) * np.cos(2.0 * value)) / 2.0)
    z, weight = special.roots_hermitenorm(NODES)
    logit = value[:, None] + np.sqrt(variance)[:, None] * z
    return np.asarray(special.expit(logit) @ weight / weight.sum())
