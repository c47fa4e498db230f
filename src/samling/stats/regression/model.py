"""Survey-weighted linear, logistic, Poisson and log-binomial regression."""

from __future__ import annotations

from collections.abc import Sequence

from samling.stats.errors import NotBinaryError, TermError
from samling.stats.regression.coefficients import inferred, prepare
from samling.stats.regression.families import LINEAR, LOG_BINOMIAL, LOGISTIC, POISSON, Family
from samling.stats.regression.matrix import build_matrix
from samling.stats.regression.result import Regression
from samling.stats.regression.sample import read_columns, read_sample
from samling.stats.regression.separation import refuse_separation
from samling.stats.regression.terms import Term, main_terms, read_terms
from samling.stats.sampling.design import Design, require_design
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Where


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
    when rows are missing) + 1 - coefficients, "satterthwaite" for each coefficient, or a number.
    Where df is not above 0 there is no interval and no p. Fuller (1975); Binder (1983).

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
    require_design(design)
    source = design.source
    kinds = {name: source.kind(name) for name in source.names}
    terms = read_terms(given, kinds)
    if not terms:
        raise TermError("A regression needs at least one term.")
    mains = main_terms(terms)
    if outcome in [term.name for term in mains]:
        raise TermError(f"The outcome {outcome!r} is among the terms too. Leave it out there.")
    there, inside = read_columns(design, [outcome, *(term.name for term in mains)], where)
    sample = read_sample(there, outcome, mains, inside)
    weights = there.element_weights()
    _check_outcome(family, outcome, sample.outcome)
    refuse_separation(family, sample, terms, weights)
    matrix = build_matrix(terms, sample.columns, sample.patterns)
    fitted = prepare(family, sample, matrix, weights)
    estimates = inferred(
        there,
        fitted,
        fitted,
        df,
        level,
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
