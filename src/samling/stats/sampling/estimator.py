"""Design-based inference for anything that can be estimated from weighted elements.

A method says two things: its estimates θ(w) for any weights, and its influence ∂θ/∂w_k, how each
estimate changes with each element's weight. The design then gives the covariance: by Taylor
linearisation it is the covariance of the totals of w_k ∂θ/∂w_k over the sampled units (Deville
1999; Demnati & Rao 2004); with replicate weights θ is worked out again for each set of weights.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from samling import __version__
from samling.stats.errors import OptionError
from samling.stats.inference.estimates import Estimates
from samling.stats.sampling.design import Design
from samling.stats.sampling.stages import FULL, Stage
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows


class Estimator(Protocol):
    """A method, with the data that it needs in the order of the design's rows."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the k estimates."""

    def values(self, weights: FloatArray) -> FloatArray:
        """Estimates (k,) with the given weights (rows,)."""

    def influence(self, weights: FloatArray) -> FloatArray:
        """∂θ/∂w_k at the given weights, (rows, k); 0 for elements outside the domain of study."""


def infer(
    design: Design,
    estimator: Estimator,
    *,
    df: str | float = "design",
    level: float = 0.95,
    **method: Any,
) -> Estimates:
    """The estimates with their design-based covariance.

    `df` is "design" or a number (math.inf for the normal distribution). What is given as `method`
    is kept in the result beside the design's hash and the version. The design must hold its data
    in memory (`design.in_memory(columns)`), since the estimator's rows are the design's rows.
    """
    weights = design.element_weights()
    values = np.asarray(estimator.values(weights), dtype=float)
    covariance = linearised_covariance(design, estimator.influence(weights))
    found = float(design.sampling.df) if isinstance(df, str) else float(df)
    if isinstance(df, str) and df != "design":
        raise OptionError(f'df={df!r} does not exist here. Choose "design" or a number.')
    return Estimates(
        names=tuple(estimator.names),
        values=values,
        covariance=covariance,
        df=np.full(values.size, found),
        level=level,
        method={
            "variance": "taylor",
            "df": df,
            "lonely_psu": design.lonely_psu,
            "design_hash": design.hash,
            "version": __version__,
            **method,
        },
    )


def linearised_covariance(design: Design, influence: FloatArray) -> FloatArray:
    """Covariance (k, k) of estimates with the given influence (rows, k) of each element.

    Raises LonelyPsuError unless the design says how a lonely PSU is to be treated, and
    OptionError for a rule about PSUs that are lonely in a domain only, which belongs to
    `estimate` (here elements outside a domain have influence 0, the rule "keep").
    """
    if design.lonely_psu == "fail":
        design.sampling.refuse_lonely()
    if design.lonely_domain != "keep":
        raise OptionError(
            f"lonely_domain={design.lonely_domain!r} is a rule of estimate() only. "
            'Use lonely_domain="keep" in the design for this method.'
        )
    z = influence * design.element_weights()[:, None]
    return total_covariance(design, z)


def total_covariance(design: Design, z: FloatArray) -> FloatArray:
    """Covariance (k, k) of the sums of z (rows, k), each row an element's weighted value.

    V = Σ_h reach_h (1-f_h) n_h/(n_h-1) Σ_i (z_hi - z̄_h)(z_hi - z̄_h)' over all stages (Särndal,
    Swensson & Wretman 1992, ch. 4).
    """
    row_unit = design.row_unit()
    covariance = np.zeros((z.shape[1], z.shape[1]))
    for stage in design.sampling.stages:
        if (stage.scale > 0).any():
            covariance += _stage_covariance(design, stage, z, row_unit)
    return covariance


def _stage_covariance(
    design: Design, stage: Stage, z: FloatArray, row_unit: IntArray
) -> FloatArray:
    if stage.elements:
        totals, stratum = z, stage.parent[row_unit]
    else:
        totals = sum_rows(z, stage.unit[row_unit], stage.parent.size)
        stratum = stage.parent
    sums = sum_rows(totals, stratum, stage.counts.size)
    centre = sums / stage.counts[:, None]
    lonely = (stage.counts == 1) & (stage.fraction < FULL)
    if design.lonely_psu == "adjust":
        centre[lonely] = sums.sum(axis=0) / stage.counts.sum()
    gap = (totals - centre[stratum]) * np.sqrt(stage.scale[stratum])[:, None]
    covariance = np.asarray(gap.T @ gap)
    if design.lonely_psu == "average" and lonely.any():
        left = stage.counts.size - int(lonely.sum())
        covariance *= stage.counts.size / left if left else np.nan
    return covariance
