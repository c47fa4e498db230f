"""How places with few clusters learn from one another how much clusters differ.

A municipality with two schools has a variance with one degree of freedom: by chance it is near
0 or far too large. What the schools of all municipalities have in common is the likeness of
pupils of one school, ρ. Of m clusters with b elements each the design effect is 1 + (b-1)ρ (Kish
1965, ch. 5.4), so that one ρ, estimated in all places together, says what to expect in each. The
place's own design effect and the expected one are averaged, each with its degrees of freedom, as
variances with a scaled inverse chi-square prior are (Smyth 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray

PRIOR_DF = 8.0
"""With fewer degrees of freedom than these NCHS's standard asks for a review."""


@dataclass(frozen=True)
class SharedDeff:
    """Shared design effects and their degrees of freedom (places, items); ρ of every item."""

    deff: FloatArray
    df: FloatArray
    correlation: FloatArray


def shared_deff(
    deff: FloatArray,
    take: FloatArray,
    df: FloatArray,
    informing: BoolArray,
    prior_df: float = PRIOR_DF,
) -> SharedDeff:
    """Average every place's design effect with what the elements per cluster let expect.

    All are (places, items): `deff`, the variance over that of independent elements (NaN where
    unknown); `take`, elements per cluster; `df`, clusters - strata; `informing`, which places
    say how alike elements of a cluster are.

        ρ = Σ df (deff - 1) / Σ df (take - 1), between 0 and 1, over the informing places
        shared = max(1, (df·deff + prior·(1 + (take - 1) ρ)) / (df + prior))

    prior is `prior_df`, or what all other places have together if that is less; the result has
    df + prior degrees of freedom. Never below 1: elements of one cluster are not more different
    than others. 1, with 0 degrees of freedom, where neither the place nor any other knows.
    OptionError for a prior below 0.
    """
    if not prior_df >= 0:
        raise OptionError(f"prior_df={prior_df!r} must be 0 or more: 8 unless you know better.")
    known = np.isfinite(deff) & (df > 0)
    told = np.where(known & informing, df, 0.0)
    excess, members = np.where(known, deff, 1.0) - 1.0, np.maximum(take, 1.0) - 1.0
    above = (told * excess).sum(axis=0)
    below = (told * np.where(told > 0, members, 0.0)).sum(axis=0)
    correlation = np.clip(above / np.where(below > 0, below, 1.0), 0.0, 1.0)
    prior = np.minimum(prior_df, told.sum(axis=0) - told)
    own = np.where(known, df, 0.0)
    total = own + prior
    sum_ = own * (excess + 1.0) + prior * (1.0 + members * correlation)
    shared = np.maximum(sum_ / np.where(total > 0, total, 1.0), 1.0)
    return SharedDeff(shared, total, correlation)
