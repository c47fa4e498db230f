"""explain_outcome: several methods on the same rows, joined to one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from samling.stats.errors import OptionError, TermError
from samling.stats.explaining.explanation import Direction, Explanation
from samling.stats.explaining.gaps import FactorGap, factor_gap, factor_gaps, full_model
from samling.stats.explaining.interplay import pairs, together
from samling.stats.explaining.preparation import EXPLAINED, Prepared, prepare
from samling.stats.inference.estimates import Estimates
from samling.stats.regression.result import Regression
from samling.stats.regression.terms import Categorical, Term
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Where

STRONGEST = 3
MINIMUM = 10
FLOOR = 5


def explain_outcome(
    design: Design,
    outcome: str,
    factors: Sequence[Categorical | str],
    *,
    direction: Direction,
    place: Categorical | str | None = None,
    adjust: Sequence[Term | str] = (),
    where: Where = None,
    together_by: Sequence[str] = (),
    minimum: int = MINIMUM,
    df: str | float = "design",
    level: float = 0.95,
) -> Explanation:
    """Who have the outcome, where do they live, and which factors act together?

    `outcome` is 0/1; `direction` says whether a high share is "favourable" or "adverse". `factors`
    and `place` are variables with groups (a name is taken as categorical whatever it holds);
    `adjust` are further terms that are taken into account but not ranked, such as the year.

    On the rows that miss nothing: crude shares by level; adjusted shares as average marginal
    predictions of a logistic model of everything, so each factor is adjusted for all others;
    factors ranked by the adjusted gap between their best and worst level, with a joint test each
    (Holm); places crude and adjusted; additive interaction of each pair, and MAIHDA over the
    strata, of the factors `together_by` (the three strongest by default).

    Rows in a level of fewer than `minimum` rows (at least 5) are left out and counted, pairs and
    strata of fewer are not shown. Choosing the ends of a factor, and the strongest factors, by
    the same data makes their gaps look somewhat larger than they are.

    Raises TermError, OptionError, NotBinaryError, SeparationError, CollinearError.
    """
    _check(direction, minimum, factors)
    favourable = direction == "favourable"
    prepared = prepare(design, outcome, factors, place, adjust, favourable, where, minimum)
    fit = full_model(prepared, df, level)
    gaps = factor_gaps(prepared, fit, prepared.factors, favourable, df)
    chosen = _together_by(gaps, together_by)
    several = len(chosen) > 1
    return Explanation(
        outcome=outcome,
        direction=direction,
        overall=_overall(prepared, fit),
        gaps=gaps,
        place=_place(prepared, fit, favourable, df),
        pairs=pairs(prepared, chosen, df, level, minimum) if several else (),
        together=together(prepared, chosen, level, minimum) if several else None,
        model=fit,
        n=prepared.n,
        dropped=prepared.dropped,
        small=prepared.small,
        minimum=minimum,
    )


def _check(direction: str, minimum: int, factors: Sequence[Categorical | str]) -> None:
    if direction not in get_args(Direction):
        raise OptionError(
            f"direction={direction!r} does not exist. Say whether a high share is "
            '"favourable" or "adverse".'
        )
    if minimum < FLOOR:
        raise OptionError(f"minimum={minimum} is below {FLOOR}. Give the fewest rows of a group.")
    if isinstance(factors, str) or not factors:
        raise TermError("Give a list of at least one factor.")


def _together_by(gaps: Sequence[FactorGap], names: Sequence[str]) -> tuple[FactorGap, ...]:
    by_name = {gap.factor: gap for gap in gaps}
    if isinstance(names, str) or len(names) == 1 or len(set(names)) < len(names):
        raise TermError(
            f"together_by={names!r}: give a list of at least two different factors, or none to "
            f"take the {STRONGEST} strongest. The factors are: {', '.join(by_name)}."
        )
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise TermError(
            f"together_by has {', '.join(map(repr, unknown))}, not among the factors: "
            f"{', '.join(by_name)}."
        )
    return tuple(by_name[name] for name in names) if names else tuple(gaps[:STRONGEST])


def _place(
    prepared: Prepared, fit: Regression, favourable: bool, df: str | float
) -> FactorGap | None:
    if prepared.place is None:
        return None
    test = fit.test(prepared.place.name)
    return factor_gap(prepared, fit, prepared.place, favourable, df, test, test.p)


class _Share:
    """Estimator of the share with the outcome among the rows of a model."""

    names = ("overall",)

    def __init__(self, fit: Regression) -> None:
        self._sample = fit.fitted.sample

    def values(self, weights: FloatArray) -> FloatArray:
        """The share, (1,)."""
        own = weights[self._sample.inside]
        return np.array([own @ self._sample.outcome / own.sum()])

    def influence(self, weights: FloatArray) -> FloatArray:
        """(y - p)/W, (rows, 1)."""
        own = weights[self._sample.inside]
        gap = (self._sample.outcome - self.values(weights)[0]) / own.sum()
        return self._sample.spread(gap[:, None])


def _overall(prepared: Prepared, fit: Regression) -> Estimates:
    return infer(prepared.design, _Share(fit), level=fit.estimates.level, where=EXPLAINED)
