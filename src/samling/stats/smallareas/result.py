"""The frozen result of a Fay-Herriot model: rows of areas, diagnostics, figures of a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.inference.caution import Caution
from samling.stats.smallareas.benchmark import Benchmarked
from samling.stats.smallareas.diagnostics import Diagnostics
from samling.stats.smallareas.smoothing import VarianceFunction
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.treatment import Term

PICTURE = ("area", "n", "direct", "direct_low", "direct_high", "model", "model_low", "model_high")


@dataclass(frozen=True)
class Method:
    """How the figures were made."""

    estimation: str
    transform: str
    back_transform: str
    smooth: str | None
    benchmark: str | None
    mse: str
    level: float
    version: str


@dataclass(frozen=True)
class SmallAreas:
    """Model-based estimates of all areas (M).

    `variance` is A, between areas, on the model's scale; `beta` and `cov` its p coefficients.
    `columns` has a list per column of `rows`. `margins` rows of the direct table had no area and
    `without_direct` areas no direct estimate.
    """

    method: Method
    variance: float
    terms: tuple[Term, ...]
    beta: FloatArray = field(repr=False)
    cov: FloatArray = field(repr=False)
    columns: Mapping[str, list[Any]] = field(repr=False)
    diagnostics: Diagnostics
    variance_function: VarianceFunction | None
    benchmarked: Benchmarked | None
    margins: int
    without_direct: int
    cautions: tuple[Caution, ...]

    def rows(self) -> list[dict[str, Any]]:
        """A dict per area, in the direct table's order and then the areas without an estimate.

        area, sampled, n; direct with _se, _low, _high, _cv (None without one); model with _se (the
        root of the MSE), _low, _high, _cv; gamma, the weight of the direct estimate; synthetic,
        what the covariates alone say; residual, standardised; outside, whether the model's value
        is outside the direct interval; benchmarked (None without a benchmark). Shares are shares,
        whatever the transform.
        """
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]

    def table(self) -> pa.Table:
        """The rows as an Arrow table, the method in its schema's metadata."""
        described = {f"samling.{k}": json.dumps(v) for k, v in asdict(self.method).items()}
        return pa.table(dict(self.columns)).replace_schema_metadata(described)

    def coefficients(self) -> list[dict[str, Any]]:
        """A dict per coefficient: term, variable, level, estimate, se, ci_low, ci_high, p."""
        z = float(special.ndtri(0.5 + self.method.level / 2))
        found = zip(self.terms, self.beta, np.sqrt(np.diag(self.cov)), strict=True)
        return [
            {
                "term": term.label,
                "variable": term.variable,
                "level": term.level,
                "estimate": float(beta),
                "se": float(se),
                "ci_low": float(beta - z * se),
                "ci_high": float(beta + z * se),
                "p": float(2 * special.ndtr(-abs(beta / se))),
            }
            for term, beta, se in found
        ]

    def picture(self) -> list[dict[str, Any]]:
        """The direct estimates beside the model's, fewest respondents first, for a chart:
        area, n, direct and model with intervals, and gamma. Areas without a direct estimate come
        first."""
        return [
            {name: row[name] for name in (*PICTURE, "gamma")}
            for row in sorted(self.rows(), key=_size)
        ]


def _size(row: Mapping[str, Any]) -> tuple[float, float]:
    """Without direct estimate, then by n, then by weight of the direct estimate."""
    return (0.0 if row["direct"] is None else float(row["n"] or 1.0), float(row["gamma"]))
