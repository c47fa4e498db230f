"""The frozen result of a regression: coefficients, ratios, tests, predictions and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.figures import Dropped
from samling.stats.errors import OptionError, TermError
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.regression.coefficients import Coefficients, inferred
from samling.stats.regression.mapped import mapped
from samling.stats.regression.matrix import INTERCEPT
from samling.stats.regression.predictions import Given, marginal_predictions, predicted
from samling.stats.regression.sample import Levels
from samling.stats.regression.terms import Term
from samling.stats.sampling.design import Design


@dataclass(frozen=True)
class Regression:
    """A fitted model: `estimates` are its coefficients, on the scale of the link.

    `n` counts the rows that took part, `dropped` those that did not and why. `family` is linear,
    logistic, poisson or log-binomial. The degrees of freedom are the design's + 1 - the number
    of coefficients.
    """

    outcome: str
    terms: tuple[Term, ...]
    estimates: Estimates
    n: int
    dropped: Dropped
    design: Design = field(repr=False)
    fitted: Coefficients = field(repr=False)

    @property
    def family(self) -> str:
        """linear, logistic, poisson or log-binomial."""
        return self.fitted.family.name

    @property
    def method(self) -> Mapping[str, Any]:
        """How it was made: family, link, variance, df rule, design hash and version."""
        return self.estimates.method

    def ratios(self) -> Estimates:
        """exp(coefficient) of all but the intercept, with intervals on the log scale.

        Odds ratios of a logistic model, else ratios of means (prevalence ratios of a 0/1
        outcome). OptionError for a linear model.
        """
        if self.fitted.family.ratio is None:
            raise OptionError("A linear model has differences, not ratios: use `estimates`.")
        slopes = self.estimates.only([name for name in self.estimates.names if name != INTERCEPT])
        return mapped(slopes, slopes.names, np.exp, np.diag(np.exp(slopes.values)), True)

    def columns_of(self, term: str) -> tuple[str, ...]:
        """The names of a term's coefficients; TermError lists the terms there are."""
        labels = [known.label for known in self.terms]
        if term not in labels:
            raise TermError(f"The model has no term {term!r}. It has: {', '.join(labels)}.")
        return self.fitted.matrix.of(labels.index(term))

    def test(self, term: str) -> WaldTest:
        """Wald's F of the hypothesis that all coefficients of the term are 0."""
        return self.estimates.wald(self.columns_of(term))

    def tests(self) -> dict[str, WaldTest]:
        """The test of every term."""
        return {term.label: self.test(term.label) for term in self.terms}

    def marginal(self, factor: str | Sequence[str], *, at: Sequence[Any] = ()) -> Estimates:
        """Average marginal predictions: the outcome's mean if everyone had had each level.

        For every level of the factor (or combination of levels of several factors, named
        "girl, low") all rows of the model are given that level and keep their other values; the
        estimate is the weighted mean of what the model predicts. `at` names the levels, and the
        values of a numeric term (tuples for several factors). The covariance takes in that
        the others' distribution is estimated too. Use `.contrast` for differences and ratios.
        """
        names = (factor,) if isinstance(factor, str) else tuple(factor)
        found = marginal_predictions(self.fitted, self.terms, names, tuple(at))
        said = self._said()
        return inferred(
            self.design,
            found,
            self.fitted,
            said["df_rule"],
            self.estimates.level,
            **said,
            standardised="to the rows of the model",
        )

    def predict(self, given: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Estimates:
        """The mean outcome for each combination of values, named "sex=girl, age=50".

        Every mapping gives all variables of the terms. TermError if one is missing or unknown.
        """
        if isinstance(given, Mapping):
            given = [given]
        return predicted(self.fitted, self.terms, self.estimates, [Given(dict(g)) for g in given])

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per coefficient, the reference levels (estimate 0, ratio 1) included.

        Columns: term, level, reference, n (rows with the level), estimate, se, ci_low, ci_high,
        df, p, ratio, ratio_low, ratio_high (None in a linear model).
        """
        lines = {row["name"]: row for row in self.estimates.rows()}
        ratios: dict[str, dict[str, Any]] = {}
        if self.fitted.family.ratio is not None:
            ratios = {row["name"]: row for row in self.ratios().rows()}
        out = []
        for place in range(-1, len(self.terms)):
            label = self.terms[place].label if place >= 0 else INTERCEPT
            for name in (*self._reference(place), *self.fitted.matrix.of(place)):
                out.append(self._row(label, name, lines.get(name), ratios.get(name)))
        return out

    def table(self) -> pa.Table:
        """The rows as an Arrow table."""
        return pa.Table.from_pylist(self.rows())

    def _reference(self, place: int) -> tuple[str, ...]:
        column = self.fitted.sample.columns.get(self.terms[place].label) if place >= 0 else None
        if not isinstance(column, Levels):
            return ()
        return (f"{self.terms[place].label}={column.values[column.reference]}",)

    def _row(
        self, label: str, name: str, line: Mapping[str, Any] | None, ratio: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        column = self.fitted.sample.columns.get(label)
        counts: dict[str, tuple[Any, int]] = {}
        if isinstance(column, Levels):
            pairs = zip(column.values, column.counts.tolist(), strict=True)
            counts = {f"{label}={value}": (value, n) for value, n in pairs}
        level, n = counts.get(
            name, (None if name == label else name.removeprefix(label).strip(), None)
        )
        given = line or {"estimate": 0.0, **dict.fromkeys(("se", "ci_low", "ci_high", "df", "p"))}
        side = ratio or {}
        return {
            "term": label,
            "level": level or None,
            "reference": line is None,
            "n": n,
            **{key: given[key] for key in ("estimate", "se", "ci_low", "ci_high", "df", "p")},
            "ratio": 1.0 if line is None and self.fitted.family.ratio else side.get("estimate"),
            "ratio_low": side.get("ci_low"),
            "ratio_high": side.get("ci_high"),
        }

    def _said(self) -> dict[str, Any]:
        keys = ("model", "link", "outcome", "terms", "df_rule")
        return {key: self.estimates.method[key] for key in keys}
