"""Design-based inference for anything that can be estimated from weighted elements.

A method says two things: its estimates θ(w) for any weights, and its influence ∂θ/∂w_k, how each
estimate changes with each element's weight. The design then gives the covariance: by Taylor
linearisation it is the covariance of the totals of w_k ∂θ/∂w_k over the sampled units (Deville
1999; Demnati & Rao 2004); with replicate weights θ is worked out again for each set of weights.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Protocol

import numpy as np

from samling import __version__
from samling.stats.errors import OptionError
from samling.stats.inference.estimates import Estimates, Replicates
from samling.stats.sampling.design import Design
from samling.stats.sampling.replicates import Replication
from samling.stats.sampling.stages import FULL, Stage
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.weighting.adjustment import Chain

TOGETHER = 32  # replicates whose weights are held at once


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

    `df` is "design", "satterthwaite" (see `satterthwaite`) or a number (math.inf for the normal
    distribution). A design with replicates has the estimates worked out for each of them, and
    they are kept in the result. What is given as `method` is kept in the result beside the
    design's hash and the version. The design must hold its data in memory
    (`design.in_memory(columns)`), since the estimator's rows are the design's rows.
    """
    refuse_options(df, level)
    weights = design.element_weights()
    values = np.asarray(estimator.values(weights), dtype=float)
    replicates = _replicates(design, estimator)
    influence = None
    if replicates is None:
        influence = estimator.influence(weights)
        covariance = linearised_covariance(design, influence)
    else:
        covariance = replicates.covariance(values)
    return Estimates(
        names=tuple(estimator.names),
        values=values,
        covariance=covariance,
        df=_degrees_of_freedom(design, df, influence, values.size),
        level=level,
        method={
            **variance_method(design),
            "df": df,
            "lonely_psu": design.lonely_psu,
            "design_hash": design.hash,
            "version": __version__,
            **_weighting(design),
            **method,
        },
        replicates=replicates,
    )


def variance_method(design: Design) -> dict[str, Any]:
    """How the design's variances are made: the kind, and number, centre and seed of replicates."""
    made = design.replication
    if made is None:
        return {"variance": "taylor"}
    return {
        "variance": made.kind,
        "replicates": made.size,
        "centre": made.centre,
        "seed": made.seed,
    }


def _replicates(design: Design, estimator: Estimator) -> Replicates | None:
    """The estimates worked out again with every replicate's weights."""
    made = design.replication
    if made is None:
        return None
    values = [
        np.asarray(estimator.values(weights), dtype=float)
        for start in range(0, made.size, TOGETHER)
        for weights in design.replicate_weights(slice(start, start + TOGETHER)).T
    ]
    return Replicates(np.array(values), made.scale, made.from_full)


def _degrees_of_freedom(
    design: Design, rule: str | float, influence: FloatArray | None, size: int
) -> FloatArray:
    if not isinstance(rule, str):
        return np.full(size, float(rule))
    if rule == "design":
        return np.full(size, design.df)
    refuse_df(design, rule)
    if rule == "satterthwaite" and influence is not None:
        return satterthwaite(design, influence * design.element_weights()[:, None])
    raise OptionError(
        f'df={rule!r} does not exist here. Choose "design", "satterthwaite" or a number.'
    )


def refuse_options(df: str | float, level: float) -> None:
    """Raise OptionError for degrees of freedom or a level that no interval can have."""
    if not isinstance(df, str) and not (isinstance(df, Real) and df > 0):
        raise OptionError(f"df={df!r} must be above 0; math.inf gives the normal distribution.")
    if not (isinstance(level, Real) and 0 < level < 1):
        raise OptionError(f"level={level!r} must lie between 0 and 1, for example 0.95.")


def refuse_df(design: Design, rule: str | float) -> None:
    """Raise OptionError for a rule that can't be followed in this design."""
    made = design.replication
    if made is not None and rule == "satterthwaite":
        raise OptionError(
            'df="satterthwaite" is made from the strata\'s shares of the variance, which '
            'replicates don\'t give. Use df="design" or a number.'
        )
    if made is not None and made.factors is None and rule == "domain":
        raise OptionError(
            'df="domain" counts PSUs and strata, which given replicate weights don\'t have. Use '
            'df="design" or a number.'
        )
    if rule == "satterthwaite" and design.calibrations:
        raise OptionError(
            'df="satterthwaite" needs each stratum\'s own share of the variance, which calibrated '
            'or adjusted weights do not leave apart. Use df="design" or a number.'
        )
    if rule == "satterthwaite" and design.lonely_psu in ("adjust", "average"):
        names = design.sampling.lonely_names()
        if names:
            raise OptionError(
                f"A stratum with one PSU has no degrees of freedom of its own, so "
                f'df="satterthwaite" does not go with lonely_psu={design.lonely_psu!r} for '
                f'{"; ".join(names[:10])}. Use lonely_psu="collapse", or df="design".'
            )


def _weighting(design: Design) -> dict[str, Any]:
    if not design.calibrations:
        return {}
    return {"weighting": [f"{step.kind}: {step.method}" for step in design.calibrations]}


def linearised_covariance(design: Design, influence: FloatArray) -> FloatArray:
    """Covariance (k, k) of estimates with the given influence (rows, k) of each element.

    Raises LonelyPsuError unless the design says how a lonely PSU is to be treated, and
    OptionError for a rule about PSUs that are lonely in a domain only, which belongs to
    `estimate` (here elements outside a domain have influence 0, the rule "keep").
    """
    design.refuse_lonely()
    if design.lonely_domain != "keep":
        raise OptionError(
            f"lonely_domain={design.lonely_domain!r} is a rule of estimate() only. "
            'Use lonely_domain="keep" in the design for this method.'
        )
    weights = design.element_weights()[:, None]
    if design.reweighted is None or design.replication is not None:
        return total_covariance(design, influence * weights)
    chain = design.reweighted.chain
    z, added = carried_values(chain, design.first_weights(), weights, influence)
    return total_covariance(design, z) + added


def carried_values(
    chain: Chain, first: FloatArray, weights: FloatArray, influence: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Values z (rows, k) that know the changes of the weights, and what random response adds.

    z is the first weight times the influence on it: the residual of each calibration's
    regression instead of the influence itself (Deville & Särndal 1992).
    """
    inside = np.where(weights > 0, influence, 0.0)
    base, row, carried = first[:, None], chain.row, chain.influence
    sums = sum_rows(base * inside, row, chain.size)
    coefficients = carried.solve @ (carried.member.T @ sums)
    added = np.zeros((influence.shape[1], influence.shape[1]))
    for chance in carried.chances:
        rest = chance.gain[row][:, None] * inside + (chance.rest @ coefficients)[row]
        added += rest.T @ (rest * (first * chance.weight[row])[:, None])
    shift = np.asarray(carried.shift @ coefficients)
    return base * (carried.gain[row][:, None] * inside + shift[row]), added


def total_covariance(design: Design, z: FloatArray) -> FloatArray:
    """Covariance (k, k) of the sums of z (rows, k), each row an element's weighted value.

    V = Σ_h reach_h (1-f_h) n_h/(n_h-1) Σ_i (z_hi - z̄_h)(z_hi - z̄_h)' over all stages (Särndal,
    Swensson & Wretman 1992, ch. 4). With replicates, the covariance of the replicates' sums.
    """
    if design.replication is not None:
        return _replicated_totals(design, design.replication, z)
    row_unit = design.row_unit()
    covariance = np.zeros((z.shape[1], z.shape[1]))
    for stage in design.sampling.stages:
        if (stage.scale > 0).any():
            covariance += _stage_covariance(design, stage, z, row_unit)
    return covariance


def satterthwaite(design: Design, z: FloatArray) -> FloatArray:
    """Degrees of freedom (k,) of the sums of z (rows, k): (Σ V_h)² / Σ V_h²/(n_h - 1).

    V_h is what stratum h of the first stage adds to the variance, its later stages included
    (Satterthwaite 1946; Cochran 1977, eq. 5.16). With equal V_h and n_h it is PSUs - strata; where
    a few strata have most of the variance it is less. NaN where the variance is 0.
    """
    first, row_unit = design.sampling.stages[0], design.row_unit()
    parts = np.zeros((first.counts.size, z.shape[1]))
    for stage in design.sampling.stages:
        totals, stratum, centre = _centred(design, stage, z, row_unit)
        squares = (totals - centre[stratum]) ** 2 * stage.scale[stratum][:, None]
        own = sum_rows(squares, stratum, stage.counts.size)
        parts += sum_rows(own, first_stratum(first)[stage.first_unit], first.counts.size)
    return satterthwaite_df(parts, first.counts)


def first_stratum(first: Stage) -> IntArray:
    """The first stage's stratum of every base unit."""
    return first.parent if first.elements else first.parent[first.unit]


def satterthwaite_df(parts: FloatArray, counts: FloatArray) -> FloatArray:
    """(Σ V_h)² / Σ V_h²/(n_h - 1) from parts V_h (strata, k) and units n_h (strata,)."""
    below = (parts**2 / np.maximum(counts - 1.0, 1.0)[:, None]).sum(axis=0)
    above = parts.sum(axis=0) ** 2
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def _replicated_totals(design: Design, made: Replication, z: FloatArray) -> FloatArray:
    weights = design.element_weights()[:, None]
    totals = []
    for start in range(0, made.size, TOGETHER):
        held = design.replicate_weights(slice(start, start + TOGETHER))
        totals.append((held / np.where(weights > 0, weights, 1.0)).T @ z)
    replicates = Replicates(np.concatenate(totals), made.scale, made.from_full)
    return replicates.covariance(z.sum(axis=0))


def _stage_covariance(
    design: Design, stage: Stage, z: FloatArray, row_unit: IntArray
) -> FloatArray:
    totals, stratum, centre = _centred(design, stage, z, row_unit)
    lonely = (stage.counts == 1) & (stage.fraction < FULL)
    gap = (totals - centre[stratum]) * np.sqrt(stage.scale[stratum])[:, None]
    covariance = np.asarray(gap.T @ gap)
    if design.lonely_psu == "average" and lonely.any():
        left = stage.counts.size - int(lonely.sum())
        covariance *= stage.counts.size / left if left else np.nan
    return covariance


def _centred(
    design: Design, stage: Stage, z: FloatArray, row_unit: IntArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """The units' totals of z, their strata, and each stratum's centre."""
    if stage.elements:
        totals, stratum = z, stage.parent[row_unit]
    else:
        totals = sum_rows(z, stage.unit[row_unit], stage.parent.size)
        stratum = stage.parent
    sums = sum_rows(totals, stratum, stage.counts.size)
    centre = sums / stage.counts[:, None]
    if design.lonely_psu == "adjust":
        lonely = (stage.counts == 1) & (stage.fraction < FULL)
        centre[lonely] = sums.sum(axis=0) / stage.counts.sum()
    return totals, stratum, centre
