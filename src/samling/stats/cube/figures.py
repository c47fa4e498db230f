"""What a result is made of: the method, the blocks of estimates, and plain columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.base import Base
from samling.stats.cube.grouping import Grouping
from samling.stats.cube.linear import Linear, Sums
from samling.stats.cube.plan import Plan
from samling.stats.cube.replication import Copies
from samling.stats.cube.variance import Variance
from samling.stats.inference.intervals import Interval
from samling.stats.sampling.design import Design
from samling.stats.tables.exact import FloatArray, IntArray

NUMBERS = (
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "df",
    "n",
    "n_eff",
    "deff",
    "cv",
    "flag",
    "n_psu",
    "se_srs",
    "y",
)
RESERVED = frozenset(("statistic", "variable", "level", *NUMBERS))
COUNTS = frozenset(("n", "n_psu", "y", "n_rest", "n_first", "n_second"))


@dataclass(frozen=True)
class Method:
    """How the figures were made, enough to make them again.

    `variance` is "taylor" or the kind of replicates, with their number, centre and seed;
    `collapsed` names strata that were joined because one of them had a single PSU.
    `weighting` names every calibration, nonresponse adjustment and trimming of the weights.
    `prior_df` is there when domains share what they know of design effects.
    """

    variance: str
    ci: Interval
    df: str | float
    level: float
    lonely_psu: str
    lonely_domain: str
    design_hash: str
    version: str
    replicates: int | None = None
    centre: str | None = None
    seed: int | None = None
    collapsed: tuple[tuple[str, ...], ...] = ()
    weighting: tuple[str, ...] = ()
    prior_df: float | None = None


@dataclass(frozen=True)
class Basis:
    """What every figure of a result is made from, without the microdata."""

    design: Design
    base: Base
    plan: Plan
    method: Method
    copies: Copies | None = None

    @property
    def elements(self) -> int:
        """Elements of the whole sample with a positive weight."""
        return int(self.design.sampling.units.sums["positive"].sum())

    def only(self, item: int) -> Basis:
        """The same for one item."""
        return replace(self, plan=replace(self.plan, items=(self.plan.items[item],)))

    @property
    def pairs(self) -> IntArray:
        """The pair of every item."""
        return np.array([item.pair for item in self.plan.items], dtype=np.int64)


@dataclass(frozen=True)
class Dropped:
    """Elements that did not take part, and why.

    `where` outside the domain of study, `zero_weight` outside the population, `variables` item
    nonresponse per variable, `by` without a value of the grouping variable.
    """

    where: int
    zero_weight: int
    variables: Mapping[str, int]
    by: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """Everything about one grouping set; arrays are (domains, items), NaN where undefined."""

    grouping: Grouping
    sums: Sums
    linear: Linear
    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    df: FloatArray
    n: FloatArray
    n_eff: FloatArray
    deff: FloatArray
    cv: FloatArray
    flag: Any
    n_psu: FloatArray
    se_srs: FloatArray
    y: FloatArray

    def only(self, item: int) -> Block:
        """The same for one item."""
        one = slice(item, item + 1)
        arrays = {name: getattr(self, name)[:, one] for name in NUMBERS}
        sums, linear = self.sums.item(one), self.linear.item(one)
        return replace(self, sums=sums, linear=linear, **arrays)


def plain(values: Any, whole: bool = False) -> list[Any]:
    """Python values of an array, None for NaN; `whole` gives integers."""
    if values.dtype == object:
        return list(values.tolist())
    known = ~np.isnan(values)
    if whole:
        out = np.where(known, values, 0.0).astype(np.int64).astype(object)
    else:
        out = values.astype(object)
    out[~known] = None
    return list(out.tolist())


def as_table(columns: Mapping[str, Sequence[Any]], method: Method) -> pa.Table:
    """Arrow table of Python columns; a column of mixed types becomes text."""
    arrays = {}
    for name, values in columns.items():
        kinds = {type(value) for value in values if value is not None}
        if len(kinds) > 1 and not kinds <= {int, float}:
            values = [None if value is None else str(value) for value in values]
        if not kinds:
            arrays[name] = pa.array(values, pa.float64() if name in NUMBERS else pa.string())
            continue
        arrays[name] = pa.array(values)
    described = {f"samling.{key}": json.dumps(value) for key, value in asdict(method).items()}
    return pa.table(arrays).replace_schema_metadata(described)


def degrees_of_freedom(design: Design, method: Method, variance: Variance) -> FloatArray:
    """By the result's rule, in the shape of the variance."""
    if method.df == "design":
        return np.full(variance.value.shape, design.df)
    if method.df == "domain":
        return variance.psus - variance.strata
    if isinstance(method.df, str):  # "satterthwaite", of no columns at all
        return np.full(variance.value.shape, np.nan) if variance.df is None else variance.df
    return np.full(variance.value.shape, float(method.df))
