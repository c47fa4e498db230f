"""Figures of every area, back on the estimates' scale, as plain columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from samling.stats.inference.caution import Caution
from samling.stats.smallareas.areas import Areas
from samling.stats.smallareas.benchmark import Benchmarked
from samling.stats.smallareas.prediction import Prediction
from samling.stats.smallareas.smoothing import VarianceFunction
from samling.stats.smallareas.transform import Transform, expected, inverse, slope_of_inverse
from samling.stats.smallareas.variance import State
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import BoolArray

BackTransform = Literal["bias-corrected", "plain"]


@dataclass(frozen=True)
class Scaled:
    """The sampled areas on the model's scale, and the function that smoothed their variances."""

    y: FloatArray
    d: FloatArray
    function: VarianceFunction | None


def spread(areas: Areas, sampled: IntArray, values: FloatArray) -> FloatArray:
    """Values of the sampled areas among all, NaN elsewhere."""
    out = np.full(len(areas.names), np.nan)
    out[sampled] = values
    return out


def _cv(se: FloatArray, value: FloatArray) -> FloatArray:
    known = np.abs(value) > 0
    return np.where(known, se / np.where(known, np.abs(value), 1.0), np.nan)


def direct_columns(
    areas: Areas, sampled: IntArray, scaled: Scaled, transform: Transform, z: float
) -> dict[str, FloatArray]:
    """The direct estimates as given; their intervals with the variance that the model used."""
    se = np.sqrt(areas.variance)
    half = z * np.sqrt(scaled.d)
    return {
        "n": areas.n,
        "direct": areas.estimate,
        "direct_se": se,
        "direct_low": spread(areas, sampled, inverse(transform, scaled.y - half)),
        "direct_high": spread(areas, sampled, inverse(transform, scaled.y + half)),
        "direct_cv": _cv(se, areas.estimate),
    }


def model_columns(
    found: Prediction, transform: Transform, back: BackTransform, z: float
) -> dict[str, FloatArray]:
    """Values back on the estimates' scale."""
    root = np.sqrt(found.mse)
    plain = inverse(transform, found.value)
    value = expected(transform, found.value, found.given) if back == "bias-corrected" else plain
    se = root * slope_of_inverse(transform, found.value)
    return {
        "model": value,
        "model_se": se,
        "model_low": inverse(transform, found.value - z * root),
        "model_high": inverse(transform, found.value + z * root),
        "model_cv": _cv(se, value),
        "gamma": found.gamma,
        "synthetic": inverse(transform, found.synthetic),
    }


def plain_columns(
    areas: Areas,
    shown: Mapping[str, FloatArray],
    outside: BoolArray,
    benchmarked: Benchmarked | None,
) -> dict[str, list[Any]]:
    """Plain columns, None for what does not exist."""
    size = len(areas.names)
    out: dict[str, list[Any]] = {"area": list(areas.names), "sampled": areas.sampled.tolist()}
    for name, values in shown.items():
        out[name] = [None if np.isnan(v) else v for v in values.tolist()]
    out["n"] = [None if n is None else int(n) for n in out["n"]]
    pairs = zip(outside.tolist(), areas.sampled, strict=True)
    out["outside"] = [moved if known else None for moved, known in pairs]
    out["benchmarked"] = [None] * size if benchmarked is None else benchmarked.values.tolist()
    return out


def list_cautions(
    fitted: State,
    areas: Areas,
    sampled: IntArray,
    transform: Transform,
    shown: Mapping[str, FloatArray],
    benchmarked: Benchmarked | None,
) -> tuple[Caution, ...]:
    """What the reader of the result must know."""
    found = []
    if fitted.a == 0:
        found.append(
            Caution(
                "no-variance",
                "The variance between areas is estimated to 0: the direct estimates get no weight, "
                "every value is what the covariates say, and the MSE is too small. Consider "
                "method='adjusted-reml'.",
            )
        )
    if sampled.size < len(areas.names):
        found.append(
            Caution(
                "synthetic",
                f"{len(areas.names) - sampled.size} areas have no direct estimate: their values "
                "rest on the covariates alone.",
            )
        )
    if areas.margins:
        found.append(
            Caution("margins", f"{areas.margins} rows of the direct table had no area's name.")
        )
    if benchmarked is not None:
        se = shown["model_se"]
        moved = np.abs(benchmarked.values - shown["model"]) / np.where(se > 0, se, np.nan)
        found.append(
            Caution(
                "benchmark-mse",
                "The MSE and the intervals are those of the values before the benchmark, which "
                f"moved them by up to {float(np.nanmax(moved)):.2f} of their standard error. They "
                "say nothing of how sure the benchmarked values are; with a benchmark that is "
                "itself uncertain these are less sure.",
            )
        )
    if benchmarked is not None and transform != "none":
        impossible = int(((benchmarked.values < 0) | (benchmarked.values > 1)).sum())
        if impossible:
            found.append(
                Caution(
                    "benchmark-outside",
                    f"{impossible} benchmarked shares are below 0 or above 1.",
                )
            )
    return tuple(found)
