"""Crude and adjusted shares by factor, the gap between the two ends, and their ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samling.stats.errors import TermError
from samling.stats.explaining.preparation import EXPLAINED, Prepared
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.regression.model import logistic_regression
from samling.stats.regression.result import Regression
from samling.stats.regression.sample import Levels
from samling.stats.regression.terms import Categorical
from samling.stats.sampling.domains import domain_df
from samling.stats.tables.exact import FloatArray


@dataclass(frozen=True)
class FactorGap:
    """One factor: `crude` and `adjusted` shares by level, and its gap from `worst` to `best`.

    `best` and `worst` are the most and least favourable level by adjusted share. `crude_gap` and
    `adjusted_gap` are best - worst of a favourable outcome, worst - best of an adverse one, so
    positive says that the level called worst is worse off. `n` rows and `share` of the
    population by level. `test` is joint for all levels, `p` Holm's over all factors. `spread`
    are the standard deviations of the crude and of the adjusted shares, weighted with the levels'
    size. Degrees of freedom are the model's, or those of the level's own PSUs if fewer.
    """

    factor: str
    levels: tuple[Any, ...]
    n: tuple[int, ...]
    share: FloatArray
    crude: Estimates
    adjusted: Estimates
    best: Any
    worst: Any
    crude_gap: Estimates
    adjusted_gap: Estimates
    test: WaldTest
    p: float
    spread: tuple[float, float]

    @property
    def sure(self) -> bool:
        """Whether the levels differ beyond chance, all factors' tests taken together."""
        return self.p < 1.0 - self.adjusted.level


def full_model(prepared: Prepared, df: str | float, level: float) -> Regression:
    """Logistic model of all terms; TermError when it has more terms than the design can carry."""
    fit = logistic_regression(
        prepared.design, prepared.outcome, prepared.terms, where=EXPLAINED, df=df, level=level
    )
    left = float(fit.estimates.df.min())
    if not left >= 1:
        raise TermError(
            f"The model has {len(fit.estimates.names)} coefficients, and the design leaves "
            f"{left:g} degrees of freedom. Use fewer factors, or merge levels (areas) until at "
            "least one is left."
        )
    return fit


def factor_gaps(
    prepared: Prepared,
    fit: Regression,
    terms: Sequence[Categorical],
    favourable: bool,
    df: str | float,
) -> tuple[FactorGap, ...]:
    """Every factor's gap, the largest adjusted one first."""
    tests = [fit.test(term.name) for term in terms]
    p = holm([test.p for test in tests])
    found = [
        factor_gap(prepared, fit, term, favourable, df, test, one)
        for term, test, one in zip(terms, tests, p, strict=True)
    ]
    return tuple(sorted(found, key=lambda gap: -float(gap.adjusted_gap.values[0])))


def factor_gap(
    prepared: Prepared,
    fit: Regression,
    term: Categorical,
    favourable: bool,
    df: str | float,
    test: WaldTest,
    p: float,
) -> FactorGap:
    """Shares of one factor with nothing, and with everything else, taken into account."""
    alone = logistic_regression(
        prepared.design,
        prepared.outcome,
        [term],
        where=EXPLAINED,
        df=df,
        level=fit.estimates.level,
    )
    crude, adjusted = alone.marginal(term.name), fit.marginal(term.name)
    column = alone.fitted.sample.columns[term.name]
    assert isinstance(column, Levels)  # noqa: S101 - the term is categorical
    few = _level_df(prepared, term.name, column.values)
    crude = replace(crude, df=np.minimum(crude.df, few))
    adjusted = replace(adjusted, df=np.minimum(adjusted.df, few))
    weight, _ = alone.fitted.sample.sums(prepared.design.element_weights())
    size = np.bincount(column.codes, weight, len(column.values))
    share = size / size.sum()
    order = np.argsort(adjusted.values)
    low, high = adjusted.names[order[0]], adjusted.names[order[-1]]
    values = dict(zip(adjusted.names, column.values, strict=True))
    best, worst = (high, low) if favourable else (low, high)
    gap = {"gap": f"`{high}` - `{low}`"}
    return FactorGap(
        factor=term.name,
        levels=column.values,
        n=tuple(column.counts.tolist()),
        share=share,
        crude=crude,
        adjusted=adjusted,
        best=values[best],
        worst=values[worst],
        crude_gap=crude.contrast(gap),
        adjusted_gap=adjusted.contrast(gap),
        test=test,
        p=p,
        spread=(_spread(crude.values, share), _spread(adjusted.values, share)),
    )


def _level_df(prepared: Prepared, factor: str, levels: Sequence[Any]) -> FloatArray:
    """PSUs - strata that have rows of each level.

    A municipality with two schools has a standard error with one degree of freedom, however many
    schools there are elsewhere.
    """
    coded = prepared.design.coded(factor)
    codes = coded.codes[prepared.rows]
    places = [prepared.rows[codes == coded.values.index(level)] for level in levels]
    return np.array([domain_df(prepared.design, place) for place in places], dtype=float)


def _spread(values: FloatArray, share: FloatArray) -> float:
    middle = float(share @ values)
    return float(np.sqrt(share @ (values - middle) ** 2))


def holm(p: Sequence[float]) -> list[float]:
    """Holm's (1979) adjusted p values, in the order given; NaN stays and is not counted."""
    known = [place for place, one in enumerate(p) if not np.isnan(one)]
    out, largest = list(p), 0.0
    for rank, place in enumerate(sorted(known, key=lambda place: p[place])):
        largest = max(largest, min(1.0, (len(known) - rank) * p[place]))
        out[place] = largest
    return out


def against_others(estimates: Estimates, share: FloatArray) -> Estimates:
    """Every level minus the others together, these weighted with their share of the population.

    The degrees of freedom are the level's own: the others have more.
    """
    names = estimates.names
    expressions = {}
    for name, own in zip(names, share, strict=True):
        others = [
            f"{float(part / (1.0 - own))!r} * `{other}`"
            for other, part in zip(names, share, strict=True)
            if other != name
        ]
        expressions[name] = f"`{name}` - ({' + '.join(others)})"
    return replace(estimates.contrast(expressions), df=estimates.df)
