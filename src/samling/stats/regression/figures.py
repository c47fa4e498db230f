"""A cube's estimates of one statistic as Estimates, with the covariance between its domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from samling.stats.cube.edges import edge_variance
from samling.stats.cube.result import Result
from samling.stats.inference.estimates import Estimates
from samling.stats.tables.exact import FloatArray


@dataclass(frozen=True)
class Figures:
    """One statistic's `estimates` for the `domains` (tuples of the values of `by`) that have one.

    `edges` is what shares of 0 and 1 add to the variance of a difference, 0 for the others.
    `empty` are the domains in which nobody answered; `share` says that the statistic is a
    proportion.
    """

    by: tuple[str, ...]
    domains: tuple[tuple[Any, ...], ...]
    estimates: Estimates = field(repr=False)
    edges: FloatArray = field(repr=False)
    empty: tuple[tuple[Any, ...], ...]
    share: bool

    def beside(self) -> Estimates:
        """The estimates with the variances that they have when they are compared."""
        covariance = self.estimates.covariance + np.diag(self.edges)
        return replace(self.estimates, covariance=covariance)


def figures_of(
    result: Result,
    by: Sequence[str],
    *,
    variable: str | None = None,
    statistic: str | None = None,
    level: Any = None,
) -> Figures:
    """The one item that is meant, for a grouping set of the result; ComparisonError if unclear.

    The estimates are named by their domain, "girl, 2017".
    """
    item = result.item(variable, statistic, level)
    block = result.block(by).only(item)
    grouping = block.grouping
    columns = [grouping.column(name) for name in grouping.by]
    domains = list(zip(*columns, strict=True)) if columns else [()]
    values, df = block.estimate[:, 0], block.df[:, 0]
    known = np.flatnonzero(~np.isnan(values))
    matrix = result.cov(variable, by, statistic=statistic, level=level).matrix
    estimates = Estimates(
        names=tuple(", ".join(map(str, domains[place])) for place in known),
        values=values[known],
        covariance=matrix[np.ix_(known, known)],
        df=df[known],
        level=result.method.level,
        method=asdict(result.method),
    )
    empty = tuple(domains[place] for place in np.flatnonzero(np.isnan(values)))
    found = tuple(domains[place] for place in known)
    share = result.basis.plan.items[item].statistic.kind == "prop"
    edges = edge_variance(result.basis.only(item), block)[known, 0]
    return Figures(grouping.by, found, estimates, edges, empty, share)
