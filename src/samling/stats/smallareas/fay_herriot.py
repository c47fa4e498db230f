"""The Fay-Herriot model: direct estimates y = θ + e, with θ = x'β + u between areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from scipy import special

from samling import __version__
from samling.stats.errors import AreaVarianceError, CovariateError, OptionError
from samling.stats.inference.intervals import check_level
from samling.stats.smallareas.areas import Areas, DirectColumns, join, listed, read_direct
from samling.stats.smallareas.benchmark import Benchmark, apply_benchmark
from samling.stats.smallareas.diagnostics import diagnose, standardised_residuals
from samling.stats.smallareas.figures import (
    BackTransform,
    Scaled,
    direct_columns,
    list_cautions,
    model_columns,
    plain_columns,
    spread,
)
from samling.stats.smallareas.prediction import Prediction, predict_sampled, predict_synthetic
from samling.stats.smallareas.result import Method, SmallAreas
from samling.stats.smallareas.smoothing import smooth_variance
from samling.stats.smallareas.transform import Transform, to_scale
from samling.stats.smallareas.variance import AreaModel, Estimation, State, estimate_variance
from samling.stats.tables.exact import FloatArray, IntArray

Smooth = Literal["gvf"]


def fay_herriot(
    direct: Any,
    covariates: Any,
    *,
    columns: DirectColumns | None = None,
    variables: Sequence[str] | None = None,
    reference: Mapping[str, Any] | None = None,
    method: Estimation = "reml",
    transform: Transform = "none",
    back_transform: BackTransform = "bias-corrected",
    smooth: Smooth | None = None,
    benchmark: Benchmark | None = None,
    level: float = 0.95,
) -> SmallAreas:
    """Estimates of small areas from direct estimates and covariates of areas.

    `direct` is a result of estimate() by area, a table with the columns that `columns` names
    (area, estimate, se or variance, n), or a mapping of area to such a mapping. `covariates` is a
    table with the area's column, or a mapping of area to a mapping; `variables` picks among its
    columns (default: all), numbers as they are, text by level with a `reference`. The two are
    joined by the area's name. Areas with covariates only get a synthetic prediction.

    `method`: "reml" or "ml", either with "adjusted-" before it (Li & Lahiri 2010) when A would be
    0, which gives direct estimates no weight at all. `transform` ("logit", "asin") is for shares;
    values come back as expectations ("bias-corrected") or plainly, intervals as the transformed
    limits, the MSE by the delta method. `smooth="gvf"` puts sampling variances on a line in log
    n. `benchmark` makes the values add up to a regional one; the MSE is that from before.

    Raises AreaJoinError, CovariateError, AreaVarianceError, ModelConvergenceError, OptionError.
    Fay & Herriot (1979), Prasad & Rao (1990), Datta & Lahiri (2000), Rao & Molina (2015, ch. 6).
    """
    _check_options(method, transform, back_transform, smooth, level)
    columns = columns or DirectColumns()
    areas = join(read_direct(direct, columns), covariates, columns.area, variables, reference or {})
    sampled = np.flatnonzero(areas.sampled)
    scaled = _scale(areas, sampled, transform, smooth)
    model = AreaModel(scaled.y, scaled.d, areas.x[sampled])
    _check_model(model, areas)
    fitted = estimate_variance(model, method)
    inside = predict_sampled(model, fitted, method)
    prediction = _all_areas(areas, sampled, inside, fitted)
    z = float(special.ndtri(0.5 + level / 2))
    shown = direct_columns(areas, sampled, scaled, transform, z)
    shown |= model_columns(prediction, transform, back_transform, z)
    shown["residual"] = spread(areas, sampled, standardised_residuals(model, fitted))
    outside = (shown["model"] < shown["direct_low"]) | (shown["model"] > shown["direct_high"])
    benchmarked = None
    if benchmark is not None:
        benchmarked = apply_benchmark(benchmark, shown["model"], areas.names)
    cv = (shown["direct_cv"][sampled], shown["model_cv"][sampled])
    return SmallAreas(
        method=Method(
            estimation=method,
            transform=transform,
            back_transform="none" if transform == "none" else back_transform,
            smooth=smooth,
            benchmark=None if benchmark is None else benchmark.method,
            mse="second order (Prasad & Rao 1990; Datta & Lahiri 2000), before any benchmark",
            level=level,
            version=__version__,
        ),
        variance=fitted.a,
        terms=areas.terms,
        beta=fitted.beta,
        cov=fitted.q,
        columns=plain_columns(areas, shown, outside, benchmarked),
        diagnostics=diagnose(model, fitted, inside, outside[sampled], cv),
        variance_function=scaled.function,
        benchmarked=benchmarked,
        margins=areas.margins,
        without_direct=len(areas.names) - sampled.size,
        cautions=list_cautions(fitted, areas, sampled, transform, shown, benchmarked),
    )


def _check_options(
    method: str, transform: str, back_transform: str, smooth: str | None, level: float
) -> None:
    for name, given, allowed in (
        ("method", method, get_args(Estimation)),
        ("transform", transform, get_args(Transform)),
        ("back_transform", back_transform, get_args(BackTransform)),
        ("smooth", smooth, (None, *get_args(Smooth))),
    ):
        if given not in allowed:
            raise OptionError(
                f"{name}={given!r} does not exist. Choose one of: {', '.join(map(str, allowed))}."
            )
    check_level(level)


def _scale(areas: Areas, sampled: IntArray, transform: Transform, smooth: Smooth | None) -> Scaled:
    """Estimates and positive variances on the model's scale."""
    names = [areas.names[row] for row in sampled]
    y, d = to_scale(transform, areas.estimate[sampled], areas.variance[sampled], names)
    broken = [name for name, value in zip(names, y, strict=True) if np.isinf(value)]
    if broken:
        raise AreaVarianceError(
            f"The direct estimate is infinite in {len(broken)} areas: {listed(broken)}. Correct "
            "it, or leave it out (None)."
        )
    function = None
    if smooth == "gvf":
        d, function = smooth_variance(d, areas.n[sampled], names)
    poor = [name for name, size in zip(names, d, strict=True) if not (0 < size < np.inf)]
    if poor:
        raise AreaVarianceError(
            f"The variance of the direct estimate is 0, unknown or infinite in {len(poor)} areas: "
            f"{listed(poor)}. As it is the model would take the estimate as certain. Give "
            "smooth='gvf', or leave out the direct estimates (None)."
        )
    return Scaled(y, d, function)


def _check_model(model: AreaModel, areas: Areas) -> None:
    size, columns = model.x.shape
    if size <= columns:
        raise CovariateError(
            f"{size} areas with direct estimates are too few for {columns} coefficients (with the "
            "intercept). Take fewer covariates."
        )
    scale = np.abs(model.x).max(axis=0)
    if np.linalg.matrix_rank(model.x / np.where(scale > 0, scale, 1.0)) < columns:
        raise CovariateError(
            f"Among the {size} areas with direct estimates one of the covariates "
            f"{', '.join(term.label for term in areas.terms)} is a combination of the others. "
            "Leave one out."
        )


def _all_areas(areas: Areas, sampled: IntArray, inside: Prediction, fitted: State) -> Prediction:
    """Synthetic predictions everywhere, replaced where there is a direct estimate."""
    found = predict_synthetic(areas.x, fitted)

    def replaced(everywhere: FloatArray, here: FloatArray) -> FloatArray:
        out = everywhere.copy()
        out[sampled] = here
        return out

    return Prediction(
        replaced(found.value, inside.value),
        found.synthetic,
        replaced(found.gamma, inside.gamma),
        replaced(found.mse, inside.mse),
        replaced(found.given, inside.given),
    )
