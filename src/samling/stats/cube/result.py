"""The frozen result of an estimate: tidy rows, and comparisons made from its base table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from samling.stats.cube import comparison, contrasts
from samling.stats.cube import covariance as covariances
from samling.stats.cube.comparison import Comparisons
from samling.stats.cube.covariance import Covariance
from samling.stats.cube.figures import (
    COUNTS,
    NUMBERS,
    Basis,
    Block,
    Dropped,
    Method,
    as_table,
    plain,
)
from samling.stats.cube.grouping import By
from samling.stats.errors import ComparisonError
from samling.stats.inference.estimates import Estimates


@dataclass(frozen=True)
class Result:
    """Estimates of all statistics for all domains.

    `rows()` and `table()` give one line per grouping set, statistic, level and domain with the
    columns statistic, variable, level, the grouping variables (None is the margin), estimate,
    se, ci_low, ci_high, df, n, n_eff, deff, cv, flag, n_psu, se_srs and y. None is "cannot be
    said". n counts elements of positive weight where the variable is known, n_psu the first
    stage's units with such elements, y the ones among n (0/1 variables and levels). se_srs is the
    standard error as if all elements were drawn independently with their weights.
    """

    basis: Basis = field(repr=False)
    dimensions: tuple[str, ...]
    blocks: Mapping[By, Block] = field(repr=False)
    dropped: Dropped

    @property
    def method(self) -> Method:
        """Variance, interval, df rule, lonely rules, design hash and version."""
        return self.basis.method

    def columns(self) -> dict[str, list[Any]]:
        """The result column by column."""
        out: dict[str, list[Any]] = {name: [] for name in ("statistic", "variable", "level")}
        out |= {name: [] for name in (*self.dimensions, *NUMBERS)}
        for block in self.blocks.values():
            size = block.grouping.size
            for item in self.basis.plan.items:
                out["statistic"] += [item.statistic.kind] * size
                out["variable"] += [item.statistic.label] * size
                out["level"] += [item.level] * size
            for name in self.dimensions:
                out[name] += block.grouping.column(name) * len(self.basis.plan.items)
            for name in NUMBERS:
                out[name] += plain(getattr(block, name).T.ravel(), name in COUNTS)
        return out

    def rows(self) -> list[dict[str, Any]]:
        """The result as plain dicts."""
        columns = self.columns()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def table(self) -> pa.Table:
        """The result as an Arrow table, the method in its schema's metadata."""
        return as_table(self.columns(), self.method)

    def block(self, by: Sequence[str]) -> Block:
        """One grouping set's estimates; ComparisonError if it was not asked for."""
        found = self.blocks.get(tuple([by] if isinstance(by, str) else by))
        if found is None:
            have = ", ".join(map(repr, self.blocks))
            raise ComparisonError(f"No grouping set {tuple(by)!r} in this result. It has: {have}.")
        return found

    def item(self, variable: str | None, statistic: str | None, level: Any) -> int:
        """Index of the one item that is meant; ComparisonError if there are none or several."""
        found = [
            index
            for index, item in enumerate(self.basis.plan.items)
            if (variable is None or item.statistic.label == variable)
            and (statistic is None or item.statistic.kind == statistic)
            and (level is None or item.level == level)
        ]
        if len(found) != 1:
            have = "; ".join(
                f"{item.statistic.kind} of {item.statistic.label}"
                + ("" if item.level is None else f" = {item.level}")
                for item in self.basis.plan.items[:20]
            )
            raise ComparisonError(
                f"{len(found)} statistics fit variable={variable!r}, statistic={statistic!r}, "
                f"level={level!r}; name exactly one. The result has: {have}."
            )
        return found[0]

    def cov(
        self,
        variable: str | None = None,
        by: Sequence[str] = (),
        *,
        statistic: str | None = None,
        level: Any = None,
    ) -> Covariance:
        """Covariance matrix of one item's estimates between the domains of a grouping set."""
        item = self.item(variable, statistic, level)
        return covariances.covariance(self.basis.only(item), self.block(by).only(item))

    def contrast(
        self,
        expressions: Mapping[str, str],
        variable: str | None = None,
        by: Sequence[str] = (),
        *,
        dimension: str | None = None,
        statistic: str | None = None,
        level: Any = None,
    ) -> Comparisons:
        """Differences "low - high", ratios "low / high" and any arithmetic of one item's domains.

        The words are values of `dimension` (needed when `by` has several); there is a line for
        every expression and every combination of the other dimensions. A quotient is tested
        against 1 with its interval on the log scale, everything else against 0. The variance is
        that of one linear combination with the exact gradient; see
        samling.stats.inference.expressions for what can be written. Columns: contrast,
        expression, statistic, variable, level, the other dimensions, first, second, estimate,
        se, ci_low, ci_high, df, p, n_first, n_second (the last two and first and second are None
        in what isn't a difference or ratio of two).
        """
        item = self.item(variable, statistic, level)
        block, basis = self.block(by).only(item), self.basis.only(item)
        return contrasts.contrast(basis, block, expressions, dimension)

    def estimates(
        self,
        variable: str | None = None,
        by: Sequence[str] = (),
        *,
        statistic: str | None = None,
        level: Any = None,
    ) -> Estimates:
        """One item's estimates in a grouping set, with their covariance and any replicates.

        Their names are the domains' values, joined with ", " where `by` has several; without
        `by` the variable's. For contrasts, joint tests and measures of what is spread between
        domains. Domains without an estimate are NaN.
        """
        item = self.item(variable, statistic, level)
        return covariances.estimates(self.basis.only(item), self.block(by).only(item))

    def differences(
        self, by: Sequence[str], dimension: str, pairs: Sequence[tuple[Any, Any]]
    ) -> Comparisons:
        """first - second of `dimension` for every pair, item and combination of the others.

        Columns: statistic, variable, level, the other dimensions, first, second,
        estimate_first, estimate_second, difference, se, ci_low, ci_high, df, p, n_first,
        n_second. A side that does not exist gives None.
        """
        return comparison.differences(self.basis, self.block(by), dimension, pairs)

    def versus_rest(self, by: Sequence[str], dimension: str) -> Comparisons:
        """Every domain against all others of its margin over `dimension` together.

        With by=("area", "sex") and dimension="area": the area against the rest of the areas
        within the same sex. Columns: statistic, variable, level, the grouping variables,
        estimate, rest, difference, se, ci_low, ci_high, df, p, n, n_rest.
        """
        return comparison.versus_rest(self.basis, self.block(by), dimension)
