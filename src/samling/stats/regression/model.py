"""Survey-weighted linear, logistic, Poisson and log-binomial regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.figures import Dropped
from samling.stats.errors import NotBinaryError, OptionError, TermError
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.regression.coefficients import Coefficients, prepare
from samling.stats.regression.families import LINEAR, LOG_BINOMIAL, LOGISTIC, POISSON, Family
from samling.stats.regression.mapped import mapped
from samling.stats.regression.matrix import INTERCEPT, build_matrix
from samling.stats.regression.predictions import Given, marginal_predictions, predicted
from samling.stats.regression.sample import Levels, Sample, read_columns, read_sample
from samling.stats.regression.separation import refuse_separation
from samling.stats.regression.terms import Term, main_terms, read_terms
from samling.stats.sampling.design import Design
from samling.stats.sampling.domains import domain_df
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Where


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
        return infer(
            self.design,
            found,
            df=float(self.estimates.df[0]),
            level=self.estimates.level,
            **self._said(),
            standardised="to the rows of the model",
        )

    def predict(self, given: Sequence[Mapping[str, Any]]) -> Estimates:
        """The mean outcome for each combination of values, named "sex=girl, age=50".

        Every mapping gives all variables of the terms. TermError if one is missing or unknown.
        """
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
        level, n = counts.get(name, (None if name == label else name.removeprefix(label), None))
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


def linear_regression(
    design: Design,
    outcome: str,
    terms: Sequence[Term | str],
    *,
    where: Where = None,
    df: str | float = "design",
    level: float = 0.95,
) -> Regression:
    """Weighted least squares; a coefficient is a difference in the outcome's mean.

    `terms` are names, "a:b", and what categorical(), numeric() and interaction() make; text and
    boolean columns are categorical. `where` is the domain: rows outside it stay in the design.
    `df` is "design" (default) or "domain" (PSUs and strata with rows in the model, as R counts
    when rows are missing) + 1 - coefficients, or a number. Fuller (1975); Binder (1983).

    Raises TermError, CollinearError, EmptyDataError and the design's errors.
    """
    return _fit(LINEAR, design, outcome, terms, where, df, level)


def logistic_regression(
    design: Design,
    outcome: str,
    terms: Sequence[Term | str],
    *,
    where: Where = None,
    df: str | float = "design",
    level: float = 0.95,
) -> Regression:
    """Logistic regression of a 0/1 outcome; exp(coefficient) is an odds ratio.

    See linear_regression for the arguments. NotBinaryError if the outcome is not 0/1,
    SeparationError if a level's outcomes are all alike. Binder (1983).
    """
    return _fit(LOGISTIC, design, outcome, terms, where, df, level)


def prevalence_ratios(
    design: Design,
    outcome: str,
    terms: Sequence[Term | str],
    *,
    where: Where = None,
    df: str | float = "design",
    level: float = 0.95,
) -> Regression:
    """Poisson regression with log link of a 0/1 outcome; exp(coefficient) is a prevalence ratio.

    The design-based variance does not lean on the Poisson variance (Zou 2004; Barros & Hirakata
    2003). See linear_regression for the arguments; NotBinaryError, SeparationError.
    """
    return _fit(POISSON, design, outcome, terms, where, df, level)


def log_binomial_regression(
    design: Design,
    outcome: str,
    terms: Sequence[Term | str],
    *,
    where: Where = None,
    df: str | float = "design",
    level: float = 0.95,
) -> Regression:
    """Binomial regression with log link; exp(coefficient) is a prevalence ratio.

    Predictions stay below 1, which prevalence_ratios does not promise; SeparationError if the
    best answer lies on that edge. Wacholder (1986).
    """
    return _fit(LOG_BINOMIAL, design, outcome, terms, where, df, level)


def _fit(
    family: Family,
    design: Design,
    outcome: str,
    given: Sequence[Term | str],
    where: Where,
    df: str | float,
    level: float,
) -> Regression:
    source = design.source
    kinds = {name: source.kind(name) for name in source.names}
    terms = read_terms(given, kinds)
    if not terms:
        raise TermError("A regression needs at least one term.")
    mains = main_terms(terms)
    there = read_columns(design, [outcome, *(term.name for term in mains)], where)
    sample = read_sample(there, outcome, mains, where)
    weights = there.element_weights()
    _check_outcome(family, outcome, sample.outcome)
    refuse_separation(family, sample, terms, weights)
    matrix = build_matrix(terms, sample.columns, sample.patterns)
    fitted = prepare(family, sample, matrix, weights)
    estimates = infer(
        there,
        fitted,
        df=_residual_df(there, sample, df, len(matrix.names)),
        level=level,
        model=family.name,
        link=family.link,
        outcome=outcome,
        terms=[term.label for term in terms],
        df_rule=df,
    )
    return Regression(outcome, terms, estimates, sample.inside.size, sample.dropped, there, fitted)


def _check_outcome(family: Family, outcome: str, values: FloatArray) -> None:
    if family.ratio is None:
        return
    other = values[(values != 0) & (values != 1)]
    if other.size:
        raise NotBinaryError(
            f"The outcome {outcome!r} of a {family.name} model must be 0 or 1, but {other.size} "
            f"rows have other values, the first {other[0]:g}. Recode it."
        )


def _residual_df(design: Design, sample: Sample, df: str | float, size: int) -> float:
    if df == "design":
        return float(design.sampling.df + 1 - size)
    if df == "domain":
        return float(domain_df(design, sample.inside) + 1 - size)
    if isinstance(df, str):
        raise OptionError(f'df={df!r} does not exist. Choose "design", "domain" or a number.')
    return float(df)
