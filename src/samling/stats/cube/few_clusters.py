"""Estimates whose domains share what they know of design effects: for places with few clusters.

See samling.stats.inference.shared_deff for the formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.clusters import clusters_of, clusters_of_rest
from samling.stats.cube.comparison import Comparisons, rest_of, sides_of, tested_against_0
from samling.stats.cube.edges import edges_of, unasked
from samling.stats.cube.estimation import ROUNDING, Uncertainty, make_block
from samling.stats.cube.figures import Basis, Block, Method, plain
from samling.stats.cube.grouping import By
from samling.stats.cube.linear import Linear, Sums, independent_variance
from samling.stats.cube.result import Result
from samling.stats.cube.statistics import Total
from samling.stats.errors import OptionError
from samling.stats.inference.reliability import SMALLEST_N_EFF
from samling.stats.inference.shared_deff import PRIOR_DF, SharedDeff, shared_deff
from samling.stats.tables.exact import FloatArray, IntArray, number_or_nan, sum_rows
from samling.stats.tables.source import BoolArray


@dataclass(frozen=True)
class SharedResult:
    """A result whose domains with few clusters lean on the others of their grouping set.

    `rows()` and `table()` have the columns of `Result`, with se, interval, df, n_eff, deff, cv
    and flag from the shared design effect. Totals keep their own. `correlation` is ρ of every
    item by grouping set.
    """

    own: Result = field(repr=False)
    shared: Result = field(repr=False)
    correlation: dict[By, tuple[float, ...]] = field(repr=False)

    @property
    def method(self) -> Method:
        """As the result's own, with the prior's degrees of freedom."""
        return self.shared.method

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The grouping variables."""
        return self.shared.dimensions

    def rows(self) -> list[dict[str, Any]]:
        """The estimates as plain dicts."""
        return self.shared.rows()

    def table(self) -> pa.Table:
        """The estimates as an Arrow table, the method in its schema's metadata."""
        return self.shared.table()

    def differences(
        self, by: Sequence[str], dimension: str, pairs: Sequence[tuple[Any, Any]]
    ) -> Comparisons:
        """As `Result.differences`; comparisons of one grouping set share their design effects."""
        found = self.own.differences(by, dimension, pairs)
        block = self.own.block(by)
        side, sides = _beside(self.own.basis, block), sides_of(block, dimension, pairs)
        return _shared_comparisons(
            self.shared.basis, found, side.lines(sides.first), side.lines(sides.second)
        )

    def versus_rest(self, by: Sequence[str], dimension: str) -> Comparisons:
        """As `Result.versus_rest`; comparisons of one grouping set share their design effects."""
        found = self.own.versus_rest(by, dimension)
        basis, block = self.own.basis, self.own.block(by)
        return _shared_comparisons(
            self.shared.basis, found, _beside(basis, block), _rest(basis, block, dimension)
        )


def share_design_effects(result: Result, prior_df: float = PRIOR_DF) -> SharedResult:
    """Let the domains of each grouping set of a result share what they know of design effects.

    For places with few clusters: a municipality with two schools. Every item and grouping set
    has one intraclass correlation ρ; see `shared_deff` for how it meets the domain's own design
    effect, and for `prior_df`. Before that a domain with m_h of its strata's M_h clusters has its
    own variance divided by what it is expected to miss, 1 - 1/m + Σ m_h²/M_h / m². Only domains
    with at least 30 elements inform ρ. Where no domain has two clusters, as when each is a school,
    the clusters are the domains themselves, whose elements count as independent. A mean of one
    cluster whose elements are all alike stays without a standard error. df is clusters -
    strata of the domain + the prior, at most the design's; a number that was asked for stays.
    OptionError with replicates and with df="satterthwaite".
    """
    method = result.method
    if method.replicates is not None:
        raise OptionError(
            "Design effects are shared by Taylor's variance; these have their variance from "
            f"{method.replicates} replicates. Estimate with the design without replicates."
        )
    if method.df == "satterthwaite":
        raise OptionError(
            'Shared design effects have degrees of freedom of their own: estimate with df="design".'
        )
    basis = replace(result.basis, method=replace(method, prior_df=number_or_nan(prior_df)))
    blocks, correlation = {}, {}
    for by, block in result.blocks.items():
        side = _domains(basis, block)
        found = _share(basis, side, block.se**2)
        correlation[by] = tuple(found.correlation.tolist())
        blocks[by] = _shared_block(basis, block, side, found)
    return SharedResult(result, replace(result, basis=basis, blocks=blocks), correlation)


@dataclass(frozen=True)
class _Side:
    """What is known of domains (lines) by item: elements, elements per cluster, clusters - strata,
    what the variance misses, and the variance of independent elements.
    """

    n: FloatArray
    take: FloatArray
    df: FloatArray
    bias: FloatArray
    independent: FloatArray

    def lines(self, lines: IntArray) -> _Side:
        """The given lines; of -1 nothing is known."""
        at, gone = np.maximum(lines, 0), (lines < 0)[:, None]
        return _Side(
            np.where(gone, 0.0, self.n[at]),
            self.take[at],
            np.where(gone, 0.0, self.df[at]),
            self.bias[at],
            np.where(gone, np.nan, self.independent[at]),
        )

    def against(self, other: _Side) -> _Side:
        """A difference: each side by its part of the variance, and the fewest of the two."""
        independent = self.independent + other.independent
        part = np.where(independent > 0, self.independent, 0.5)
        part = part / np.where(independent > 0, independent, 1.0)
        return _Side(
            np.minimum(self.n, other.n),
            part * self.take + (1.0 - part) * other.take,
            np.minimum(self.df, other.df),
            part * self.bias + (1.0 - part) * other.bias,
            independent,
        )


def _domains(basis: Basis, block: Block) -> _Side:
    found = clusters_of(basis, block.grouping.domain, block.grouping.size)
    m = np.maximum(found.psus, 1.0)
    return _Side(
        n=block.n,
        take=block.n / m,
        df=np.maximum(found.psus - found.strata, 0.0),
        bias=np.maximum(1.0 - 1.0 / m + found.filled / m**2, 1.0 / m),
        independent=_independent(basis, block.sums, block.linear),
    )


def _independent(basis: Basis, sums: Sums, linear: Linear) -> FloatArray:
    """The variance of independent elements, 0 where it is nothing but rounding."""
    found = independent_variance(sums, linear, basis.elements)
    return np.where(found <= (ROUNDING * linear.estimate) ** 2, 0.0, found)


def _beside(basis: Basis, block: Block) -> _Side:
    """As _domains, where a share of 0 or 1 is compared with another."""
    side = _domains(basis, block)
    edges = edges_of(basis, block.sums, unasked(basis, block))
    return replace(side, independent=side.independent + edges)


def _rest(basis: Basis, block: Block, dimension: str) -> _Side:
    """The rest of each domain's margin. It misses next to nothing of its strata's clusters."""
    grouping = block.grouping
    margin, margins = grouping.without(dimension)
    psus, strata = clusters_of_rest(basis, grouping, dimension)
    left, other = rest_of(basis, block, dimension)
    here = unasked(basis, block)
    edges = edges_of(basis, left, sum_rows(here, margin, margins)[margin] - here)
    return _Side(
        n=left.n,
        take=left.n / np.maximum(psus, 1.0),
        df=np.maximum(psus - strata, 0.0),
        bias=np.ones(left.n.shape),
        independent=_independent(basis, left, other) + edges,
    )


def _share(basis: Basis, side: _Side, variance: FloatArray) -> SharedDeff:
    with np.errstate(all="ignore"):
        deff = np.where(side.independent > 0, variance / (side.bias * side.independent), np.nan)
    prior = basis.method.prior_df
    assert prior is not None  # noqa: S101 - the basis of a shared result has one
    return shared_deff(deff, side.take, side.df, side.n >= SMALLEST_N_EFF, prior)


def _freedom(basis: Basis, found: SharedDeff, own: FloatArray) -> FloatArray:
    """By the rule that was asked for; of totals, and where no domain knows of likeness, the own."""
    asked, df = basis.method.df, found.df
    if isinstance(asked, float):
        return np.full(df.shape, asked)
    shared = np.minimum(df, basis.design.df) if asked == "design" else df
    return np.where(np.logical_or(_totals(basis), df <= 0), own, shared)


def _shared_block(basis: Basis, block: Block, side: _Side, found: SharedDeff) -> Block:
    keep = _totals(basis)
    # Where all have answered alike, one PSU says nothing of how PSUs differ: that stays unknown.
    value = np.where(side.independent > 0, found.deff * side.independent, block.se**2)
    shared = Uncertainty(
        value=np.where(keep, block.se**2, value),
        df=_freedom(basis, found, block.df),
        psus=block.n_psu,
        edge=found.deff,
    )
    return make_block(basis, block.grouping, block.sums, block.linear, shared)


def _totals(basis: Basis) -> BoolArray:
    """Which items are totals: how many clusters there are moves them more than any likeness."""
    return np.array([isinstance(item.statistic, Total) for item in basis.plan.items], dtype=bool)


def _shared_comparisons(
    basis: Basis, found: Comparisons, first: _Side, second: _Side
) -> Comparisons:
    """The comparisons with the variance and df that their sides' clusters share."""
    items = len(basis.plan.items)

    def own(name: str) -> FloatArray:
        values = np.array(found.columns[name], dtype=float)
        return values.reshape(items, -1).T

    side = first.against(second)
    se, keep = own("se"), _totals(basis)
    shared = _share(basis, side, se**2)
    alike = ~((first.independent > 0) & (second.independent > 0))
    variance = np.where(keep | (alike & np.isnan(se)), se**2, shared.deff * side.independent)
    df = _freedom(basis, shared, own("df"))
    tested = tested_against_0(own("difference"), variance, df, basis.method.level)
    columns = dict(found.columns)
    for name, values in tested.items():
        columns[name] = plain(values.T.ravel())
    return Comparisons(columns, basis.method)
