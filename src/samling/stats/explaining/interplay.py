"""Which factors act together: additive interaction of pairs, and strata of several factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from samling.stats.errors import StatsError
from samling.stats.explaining.gaps import FactorGap
from samling.stats.explaining.preparation import ADVERSE, EXPLAINED, Prepared
from samling.stats.inference.interaction import AdditiveInteraction, additive_interaction
from samling.stats.multilevel.maihda import maihda
from samling.stats.multilevel.result import Maihda
from samling.stats.regression.model import prevalence_ratios
from samling.stats.regression.result import Regression
from samling.stats.regression.terms import Categorical, Interaction, Term
from samling.stats.sampling.design import Design
from samling.stats.tables.source import Memory


@dataclass(frozen=True)
class Pair:
    """One level of two factors together, against the other end of both.

    The ends are the worst and the best level of each factor. `exposed` are the two levels that
    are said to act together and `reference` the others: the combination of ends with the lowest
    risk is the reference (Knol et al. 2011), nearly always the best of both. `interaction` is of
    prevalence ratios of the adverse outcome, adjusted for all other terms, among those who are at
    an end of both; None when `reason` says why not (the code of an error, "too-few" rows in a
    combination). `sure` says that RERI's interval leaves 0 out with Bonferroni's level for all
    pairs. `n` rows have both levels, None when too few to be shown.
    """

    factors: tuple[str, str]
    exposed: tuple[Any, Any]
    reference: tuple[Any, Any]
    n: int | None
    interaction: AdditiveInteraction | None
    sure: bool
    reason: str | None = None


@dataclass(frozen=True)
class Together:
    """Strata of several factors: `model`, or None when `reason` says why not.

    `named` are the strata (rows of the model) with at least the smallest number of people,
    `hidden` counts the others and `hidden_n` their people.
    """

    factors: tuple[str, ...]
    model: Maihda | None
    named: tuple[dict[str, Any], ...]
    hidden: int
    hidden_n: int
    reason: str | None = None


def pairs(
    prepared: Prepared, gaps: Sequence[FactorGap], df: str | float, level: float, minimum: int
) -> tuple[Pair, ...]:
    """All pairs of the factors, with the levels that are worst and best off."""
    chosen = list(combinations(gaps, 2))
    return tuple(_pair(prepared, pair, len(chosen), df, level, minimum) for pair in chosen)


def _pair(
    prepared: Prepared,
    gaps: tuple[FactorGap, FactorGap],
    count: int,
    df: str | float,
    level: float,
    minimum: int,
) -> Pair:
    one, two = gaps
    factors = (one.factor, two.factor)
    worst, best = (one.worst, two.worst), (one.best, two.best)
    found = Pair(factors, worst, best, _combination(prepared, factors, worst), None, False)
    combinations_of = [
        (first, second) for first in (one.best, one.worst) for second in (two.best, two.worst)
    ]
    if min(_combination(prepared, factors, levels) for levels in combinations_of) < minimum:
        return replace(found, n=None, reason="too-few")
    try:
        fit = _ends(prepared, gaps, df, level)
        shown, strict = (_interaction(fit, gaps, one) for one in (level, 1 - (1 - level) / count))
    except StatsError as error:
        return replace(found, reason=error.code)
    low, high = strict.reri.mover or (-np.inf, np.inf)
    exposed = tuple(
        gap.worst if side else gap.best for gap, side in zip(gaps, shown.exposed, strict=True)
    )
    reference = tuple(
        gap.best if side else gap.worst for gap, side in zip(gaps, shown.exposed, strict=True)
    )
    return Pair(
        factors,
        (exposed[0], exposed[1]),
        (reference[0], reference[1]),
        _combination(prepared, factors, exposed),
        shown,
        bool(low > 0 or high < 0),
    )


def _combination(prepared: Prepared, names: Sequence[str], values: Sequence[Any]) -> int:
    inside = np.ones(prepared.n, dtype=bool)
    for name, value in zip(names, values, strict=True):
        coded = prepared.design.coded(name)
        inside &= coded.codes[prepared.rows] == coded.values.index(value)
    return int(inside.sum())


def _ends(
    prepared: Prepared, gaps: tuple[FactorGap, FactorGap], df: str | float, level: float
) -> Regression:
    """Model of those who have the worst or the best level of both factors, with interaction."""
    one, two = gaps
    best = {gap.factor: gap.best for gap in gaps}
    terms: list[Term] = [
        Categorical(term.name, best[term.name])
        if isinstance(term, Categorical) and term.name in best
        else term
        for term in prepared.terms
    ]
    terms.append(Interaction((one.factor, two.factor)))

    def ends(table: Any) -> Any:
        chosen = table[EXPLAINED]
        for gap in gaps:
            chosen = chosen & table[gap.factor].isin([gap.best, gap.worst])
        return chosen

    return prevalence_ratios(prepared.design, ADVERSE, terms, where=ends, df=df, level=level)


def _interaction(
    fit: Regression, gaps: tuple[FactorGap, FactorGap], level: float
) -> AdditiveInteraction:
    first, second = (f"{gap.factor}={gap.worst}" for gap in gaps)
    return additive_interaction(
        fit.estimates.values,
        fit.estimates.covariance,
        fit.estimates.names,
        first=first,
        second=second,
        product=f"{first}:{second}",
        measure="PR",
        reference="lowest",
        df=float(fit.estimates.df.min()),
        level=level,
    )


def together(prepared: Prepared, gaps: Sequence[FactorGap], level: float, minimum: int) -> Together:
    """MAIHDA over the strata of the factors, among the rows of the explanation."""
    factors = tuple(gap.factor for gap in gaps)
    source = prepared.design.source
    assert isinstance(source, Memory)  # noqa: S101 - it has been read
    columns = [*factors, prepared.outcome]
    weights = prepared.design.weights
    chosen = source.table.select([*columns, *([weights] if weights else [])]).take(prepared.rows)
    try:
        model = maihda(Design(chosen, weights=weights), prepared.outcome, factors, level=level)
    except StatsError as error:
        return Together(factors, None, (), 0, 0, error.code)
    rows = model.strata()
    named = tuple(row for row in rows if row["n"] >= minimum)
    few = [row["n"] for row in rows if row["n"] < minimum]
    return Together(factors, model, named, len(few), sum(few))
