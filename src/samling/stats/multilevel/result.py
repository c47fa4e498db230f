"""The frozen result of a MAIHDA: measures of the two models, and a row per stratum."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import pi
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.inference.caution import Caution
from samling.stats.inference.wording import Language
from samling.stats.multilevel.accuracy import area_under_curve
from samling.stats.multilevel.fit import Fit
from samling.stats.multilevel.strata import LeftOut, Strata
from samling.stats.multilevel.words import maihda_sentence
from samling.stats.tables.exact import FloatArray

LOGISTIC_VARIANCE = pi**2 / 3
MEDIAN = float(special.ndtri(0.75))


@dataclass(frozen=True)
class Method:
    """How the figures were made. `weights` is always "none"; `design_hash` tells which design the
    data came from, whose weights, strata and clusters were not used."""

    family: str
    estimation: str
    nodes: int | None
    intervals: str
    level: float
    reference: Mapping[str, Any]
    weights: str
    design_hash: str | None
    version: str


@dataclass(frozen=True)
class NullAndAdjusted:
    """A measure in the null model and in the one with additive main effects."""

    null: float
    adjusted: float


@dataclass(frozen=True)
class Accuracy:
    """AUC by stratum: `strata` of the null model's predictions, `additive` of the main effects
    alone, `adjusted` of main effects and stratum effects together."""

    strata: float
    additive: float
    adjusted: float


@dataclass(frozen=True)
class Maihda:
    """Two models of strata: null (`null_model`) and with additive main effects (`main_model`).

    `empty` combinations of levels had nobody; `left_out` counts the rows that took no part.
    """

    outcome: str
    method: Method
    counts: Strata = field(repr=False)
    null_model: Fit = field(repr=False)
    main_model: Fit = field(repr=False)
    cautions: tuple[Caution, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that make the strata."""
        return self.counts.variables

    @property
    def left_out(self) -> LeftOut:
        """Rows that took no part, and why."""
        return self.counts.left_out

    @property
    def empty(self) -> tuple[tuple[Any, ...], ...]:
        """Combinations of levels without people."""
        return self.counts.empty

    @property
    def variance(self) -> NullAndAdjusted:
        """Variance between strata, on the logit scale for a binomial outcome."""
        return NullAndAdjusted(self.null_model.variance, self.main_model.variance)

    @property
    def vpc(self) -> NullAndAdjusted:
        """Share of the variance that lies between strata; π²/3 within for a binomial outcome."""
        return NullAndAdjusted(_vpc(self.null_model), _vpc(self.main_model))

    @property
    def pcv(self) -> float | None:
        """Share of the variance between strata that the main effects account for; may be
        negative; None if there was none to begin with."""
        before, after = self.null_model.variance, self.main_model.variance
        return (before - after) / before if before > 0 else None

    @property
    def mor(self) -> NullAndAdjusted | None:
        """Median odds ratio between the worse and the better of two strata (Larsen & Merlo 2005);
        None for a numeric outcome."""
        if self.method.family != "binomial":
            return None
        models = (self.null_model, self.main_model)
        return NullAndAdjusted(*(float(np.exp((2 * m.variance) ** 0.5 * MEDIAN)) for m in models))

    @cached_property
    def auc(self) -> Accuracy | None:
        """Discriminatory accuracy; None for a numeric outcome."""
        if self.method.family != "binomial":
            return None
        events, others = self.counts.total, self.counts.n - self.counts.total
        scores = (self.null_model.total, self.main_model.additive, self.main_model.total)
        return Accuracy(*(area_under_curve(score, events, others) for score in scores))

    def fixed_effects(self) -> list[dict[str, Any]]:
        """A dict per coefficient: model, term, variable, level, estimate, se, ci_low, ci_high."""
        z = _quantile(self.method.level)
        rows = []
        for name, model in (("null", self.null_model), ("main effects", self.main_model)):
            errors = np.sqrt(np.diag(model.cov))
            for term, beta, se in zip(model.terms, model.beta, errors, strict=True):
                rows.append(
                    {
                        "model": name,
                        "term": term.label,
                        "variable": term.variable,
                        "level": term.level,
                        "estimate": float(beta),
                        "se": float(se),
                        "ci_low": float(beta - z * se),
                        "ci_high": float(beta + z * se),
                    }
                )
        return rows

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The strata column by column; see `strata`."""
        out = {name: self.counts.column(v) for v, name in enumerate(self.variables)}
        out["n"] = self.counts.n.astype(int).tolist()
        binomial = self.method.family == "binomial"
        total = self.counts.total
        out["events"] = total.astype(int).tolist() if binomial else [None] * self.counts.size
        numbers = {"observed": self.counts.mean, **_predictions(self)}
        out |= {name: array.astype(object).tolist() for name, array in numbers.items()}
        if self.main_model.variance == 0:
            out |= {f"interaction_{end}": [None] * self.counts.size for end in ("low", "high")}
        return out

    def strata(self) -> list[dict[str, Any]]:
        """A dict per stratum: its values, n, events, observed, and from the main-effects model
        predicted (total), additive (main effects alone) and interaction (predicted - additive),
        each with _low and _high; stratum_effect and stratum_effect_sd on the linear scale;
        predicted_null from the null model. Shares are probabilities. An interaction's interval
        is None when the variance is 0."""
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]

    def rows(self) -> list[dict[str, Any]]:
        """The same as `strata`."""
        return self.strata()

    def table(self) -> pa.Table:
        """The strata as an Arrow table, the method in its schema's metadata."""
        described = {
            f"samling.{k}": json.dumps(v, default=str) for k, v in asdict(self.method).items()
        }
        return pa.table(self.columns).replace_schema_metadata(described)

    def sentence(self, language: Language = "sv", words: Mapping[str, str] | None = None) -> str:
        """The measures in words that claim no cause.

        `words` says what things are called: {"outcome": "dålig hälsa", "sex": "kön"}; what it lacks
        is called by its name in the data.
        """
        said = words or {}
        sizes = (self.counts.size, int(self.counts.n.sum()))
        codes = [caution.code for caution in self.cautions]
        variables = [said.get(name, name) for name in self.variables]
        names = (said.get("outcome", self.outcome), variables)
        return maihda_sentence(
            names, sizes, (self.vpc.null, self.pcv), codes, self.method.family, language
        )


def _vpc(model: Fit) -> float:
    within = LOGISTIC_VARIANCE if model.residual is None else model.residual
    return model.variance / (model.variance + within)


def _quantile(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))


def _predictions(result: Maihda) -> dict[str, FloatArray]:
    """Predicted, additive and interaction part per stratum, with intervals.

    Shares: intervals of the first two are symmetric on the logit scale; that of their difference
    is by the delta method.
    """
    model, z = result.main_model, _quantile(result.method.level)
    var_additive, var_total, cov = model.spread
    binomial = result.method.family == "binomial"

    def shown(linear: FloatArray) -> FloatArray:
        return np.asarray(special.expit(linear)) if binomial else linear

    total, additive = shown(model.total), shown(model.additive)
    by_total = total * (1 - total) if binomial else np.ones_like(total)
    by_additive = additive * (1 - additive) if binomial else np.ones_like(total)
    variance = by_total**2 * var_total + by_additive**2 * var_additive
    variance = np.maximum(variance - 2 * by_total * by_additive * cov, 0.0)
    half_total, half_additive = z * np.sqrt(var_total), z * np.sqrt(var_additive)
    difference, half = total - additive, z * np.sqrt(variance)
    return {
        "predicted_null": shown(result.null_model.total),
        "predicted": total,
        "predicted_low": shown(model.total - half_total),
        "predicted_high": shown(model.total + half_total),
        "additive": additive,
        "additive_low": shown(model.additive - half_additive),
        "additive_high": shown(model.additive + half_additive),
        "interaction": difference,
        "interaction_low": difference - half,
        "interaction_high": difference + half,
        "stratum_effect": model.u,
        "stratum_effect_sd": model.u_sd,
    }
