"""Estimates with their covariance: what every method hands on to intervals, contrasts and tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.errors import ComparisonError
from samling.stats.inference.expressions import parse, refuse_no_expressions
from samling.stats.inference.intervals import check_level, t_quantile
from samling.stats.tables.exact import FloatArray

UNSEEN = 1e-12  # of a variance: what replicates show of an estimate that is the same in all


@dataclass(frozen=True)
class Replicates:
    """The same estimates from every set of replicate weights, (replicates, k).

    Their covariance is Σ_r factor_r (θ_r - centre)(θ_r - centre)'; `centre` is the full sample's
    estimate if `full`, else the mean of those with a factor above 0. A replicate without a finite
    value makes it NaN.
    """

    values: FloatArray
    factor: FloatArray
    full: bool = False

    def covariance(self, estimates: FloatArray) -> FloatArray:
        """Covariance (k, k) around the mean of the replicates, or around `estimates`."""
        values = np.where(np.isfinite(self.values), self.values, np.nan)
        centre = estimates if self.full else values[self.factor > 0].mean(axis=0)
        gap = values - centre
        return np.asarray((gap * self.factor[:, None]).T @ gap)


@dataclass(frozen=True)
class WaldTest:
    """F statistic of the hypothesis that all named expressions are 0, with its p value."""

    statistic: float
    numerator_df: int
    denominator_df: float
    p: float


@dataclass(frozen=True)
class Estimates:
    """k estimates by `names`, with `covariance` (k, k) and degrees of freedom (k,).

    `logarithmic` marks those whose interval and test are made on the log scale (ratios, odds
    ratios): se is then still on the estimate's own scale. `method` says how they were made.
    `replicates` are there when the design has replicate weights.
    """

    names: tuple[str, ...]
    values: FloatArray
    covariance: FloatArray = field(repr=False)
    df: FloatArray
    level: float = 0.95
    method: Mapping[str, Any] = field(default_factory=dict)
    logarithmic: tuple[bool, ...] = ()
    replicates: Replicates | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_level(self.level)
        size = len(self.names)
        shapes = (np.shape(self.values), np.shape(self.covariance), np.shape(self.df))
        if shapes != ((size,), (size, size), (size,)) or len(set(self.names)) < size:
            raise ComparisonError(
                f"{size} names ({len(set(self.names))} of them different) do not fit estimates, "
                f"covariance and df of shapes {shapes}."
            )

    @property
    def se(self) -> FloatArray:
        """Standard errors (k,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def on_log_scale(self) -> Any:
        """Booleans (k,)."""
        return np.array(self.logarithmic or [False] * len(self.names), dtype=bool)

    @property
    def p(self) -> FloatArray:
        """Two-sided p of 0, or of 1 for those on the log scale; NaN where the se is 0."""
        log = self.on_log_scale
        with np.errstate(all="ignore"):
            middle = np.where(log, np.log(self.values), self.values)
            size = -np.abs(middle / np.where(log, self.se / self.values, self.se))
        finite = np.where(np.isfinite(self.df) & (self.df > 0), self.df, 1.0)
        student = np.where(np.isinf(self.df), special.ndtr(size), special.stdtr(finite, size))
        return np.where((self.se > 0) & (self.df > 0), 2.0 * student, np.nan)

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """Limits (k,) and (k,): estimate ± t·se, on the log scale where marked."""
        half = t_quantile(self.df, self.level) * self.se
        with np.errstate(all="ignore"):
            middle = np.where(self.values > 0, self.values, np.nan)
            factor = np.exp(half / middle)
            ends = middle / factor, middle * factor
        log = self.on_log_scale
        low = np.where(log, ends[0], self.values - half)
        return low, np.where(log, ends[1], self.values + half)

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per estimate: name, estimate, se, ci_low, ci_high, df, p; None for NaN."""
        low, high = self.interval()
        columns = (self.values, self.se, low, high, self.df, self.p)
        keys = ("estimate", "se", "ci_low", "ci_high", "df", "p")
        return [
            {"name": name}
            | {
                key: None if np.isnan(value) else float(value)
                for key, value in zip(keys, line, strict=True)
            }
            for name, *line in zip(self.names, *columns, strict=True)
        ]

    def table(self) -> pa.Table:
        """The rows as an Arrow table, the method in its schema's metadata."""
        described = {
            f"samling.{key}": json.dumps(value, default=str) for key, value in self.method.items()
        }
        return pa.Table.from_pylist(self.rows()).replace_schema_metadata(described)

    def place(self, name: str) -> int:
        """Index of a name; ComparisonError lists the names there are."""
        if name not in self.names:
            have = ", ".join(self.names[:20])
            raise ComparisonError(f"No estimate is named {name!r}. There are: {have}.")
        return self.names.index(name)

    def only(self, names: Sequence[str]) -> Estimates:
        """The named estimates, in that order."""
        at = [self.place(name) for name in names]
        logarithmic = tuple(bool(self.on_log_scale[place]) for place in at)
        values = self.replicates
        return replace(
            self,
            names=tuple(names),
            values=self.values[at],
            covariance=self.covariance[np.ix_(at, at)],
            df=self.df[at],
            logarithmic=logarithmic,
            replicates=None if values is None else replace(values, values=values.values[:, at]),
        )

    def contrast(self, expressions: Mapping[str, str]) -> Estimates:
        """Named arithmetic on the estimates, such as {"gap": "low - high", "ratio": "low / high"}.

        The covariance is the delta method's, with exact gradients; with replicates every
        replicate's own value of the expression is used instead. A quotient of what is above
        0 gets its interval and test on the log scale. See samling.stats.inference.expressions for
        what can be written.
        """
        refuse_no_expressions(expressions)
        parsed = [parse(text, self.names) for text in expressions.values()]
        found = [expression.at(self.values) for expression in parsed]
        gradient = np.array([dual.gradient for dual in found]).reshape(len(found), -1)
        values = np.array([dual.value for dual in found])
        covariance = self._combined(gradient)
        replicates = self.replicates
        if replicates is not None:
            lines = [one.over(replicates.values.T) for one in parsed]
            replicates = replace(replicates, values=np.array(lines).reshape(len(parsed), -1).T)
            covariance = replicates.covariance(values) + self.beyond_replicates(gradient)
        df = np.array([self.df[list(one.used)].min(initial=np.inf) for one in parsed])
        return replace(
            self,
            names=tuple(expressions),
            values=values,
            covariance=covariance,
            df=df,
            logarithmic=tuple(one.quotient for one in parsed),
            replicates=replicates,
        )

    def beyond_replicates(self, gradient: FloatArray) -> FloatArray:
        """What estimates that are the same in every replicate add to m combinations, (m, m).

        Shares of 0 and 1 are, and have a variance all the same.
        """
        if self.replicates is None:
            return np.zeros((gradient.shape[0], gradient.shape[0]))
        own, seen = np.diag(self.covariance), np.diag(self.replicates.covariance(self.values))
        more = np.where(seen <= UNSEEN * own, own, 0.0)
        used = np.where(np.isfinite(gradient), gradient, 0.0)
        return np.asarray((used * more) @ used.T)

    def _combined(self, gradient: FloatArray) -> FloatArray:
        """Covariance of combinations (m, k); NaN only for those that use an unknown variance."""
        unknown = np.isnan(np.diag(self.covariance))
        known = np.where(unknown[:, None] | unknown[None, :], 0.0, self.covariance)
        used = np.where(np.isfinite(gradient), gradient, 0.0)
        found = used @ known @ used.T
        bad = ((gradient != 0) & (unknown | ~np.isfinite(gradient))).any(axis=1)
        found[bad] = found[:, bad] = np.nan
        return np.asarray(found)

    def wald(self, names: Sequence[str] | None = None) -> WaldTest:
        """Joint test that the named estimates (all by default) are 0: F with their rank and df.

        Directions in which the covariance is singular are left out, and the numerator's df says
        so; the denominator's df is the smallest of them. NaN if one of them cannot be said.
        """
        chosen = self if names is None else self.only(names)
        if not (np.isfinite(chosen.covariance).all() and np.isfinite(chosen.values).all()):
            return WaldTest(np.nan, 0, np.nan, np.nan)
        size, vectors = np.linalg.eigh(chosen.covariance)
        keep = size > size.max(initial=0.0) * 1e-12
        if not keep.any():
            return WaldTest(np.nan, 0, np.nan, np.nan)
        along = vectors[:, keep].T @ chosen.values
        rank, below = int(keep.sum()), float(chosen.df.min())
        statistic = float((along**2 / size[keep]).sum() / rank)
        if np.isinf(below):
            p = float(special.chdtrc(rank, statistic * rank))
        else:
            p = float(special.fdtrc(rank, below, statistic)) if below > 0 else np.nan
        return WaldTest(statistic, rank, below, p)
