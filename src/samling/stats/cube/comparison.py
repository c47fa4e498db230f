"""Comparing domains, with the covariance that the design gives them.

A difference of two domains is one linear combination, so its variance comes straight from the
units' values (no V1 + V2 - 2C, which loses digits). A ratio is tested and given its interval on
the log scale. All are made from the base table; the microdata is not read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.cube.clusters import clusters_of_rest
from samling.stats.cube.edges import (
    edge_variance,
    edges_of,
    in_one_unit,
    open_domains,
    unasked,
)
from samling.stats.cube.figures import (
    COUNTS,
    Basis,
    Block,
    Method,
    as_table,
    degrees_of_freedom,
    plain,
)
from samling.stats.cube.freedom import variance_with_df
from samling.stats.cube.grouping import require_dimension
from samling.stats.cube.linear import Linear, Sums, linearise
from samling.stats.cube.pairs import Slices, pair_slices, rest_slices
from samling.stats.cube.variance import Columns, Variance
from samling.stats.errors import ComparisonError
from samling.stats.inference.intervals import t_quantile
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.source import BoolArray


@dataclass(frozen=True)
class Comparisons:
    """One line per comparison; None is "cannot be said" (a side is missing, or its se is 0)."""

    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    method: Method

    def rows(self) -> list[dict[str, Any]]:
        """The comparisons as plain dicts."""
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]

    def table(self) -> pa.Table:
        """The comparisons as an Arrow table, the method in its schema's metadata."""
        return as_table(self.columns, self.method)


def versus_rest(basis: Basis, block: Block, dimension: str) -> Comparisons:
    """Every domain against the rest of its margin over `dimension`."""
    grouping = block.grouping
    require_dimension(grouping, dimension)
    margin, margins = grouping.without(dimension)
    left, other = rest_of(basis, block, dimension)
    slices = rest_slices(basis.base, grouping, margin, margins)
    variance = combined_variance(basis, slices, (block.linear, other.negative()))
    here = unasked(basis, block)
    apart = sum_rows(here, margin, margins)[margin] - here
    alone = np.where(_rest_in_one_unit(basis, block, left, dimension), np.nan, 0.0)
    edges = edge_variance(basis, block) + edges_of(basis, left, apart)
    variance = variance.plus(edges + alone)
    value = block.estimate - other.estimate
    keys = {name: grouping.column(name) for name in grouping.by}
    numbers = {"estimate": block.estimate, "rest": other.estimate, "difference": value}
    numbers |= difference_test(basis, value, variance)
    numbers |= {"n": block.n, "n_rest": left.n}
    return Comparisons(comparison_lines(basis, keys, numbers), basis.method)


def rest_of(basis: Basis, block: Block, dimension: str) -> tuple[Sums, Linear]:
    """Sums and estimates of the rest of every domain's margin over `dimension`."""
    margin, margins = block.grouping.without(dimension)
    left = block.sums.gather(margin, margins).take(margin).minus(block.sums)
    return left, linearise(left, basis.plan)


def _rest_in_one_unit(basis: Basis, block: Block, left: Sums, dimension: str) -> BoolArray:
    """Which rests have an unknown variance because all that is left is in one PSU."""
    grouping = block.grouping
    margin, margins = grouping.without(dimension)

    def of_others(values: FloatArray) -> FloatArray:
        return sum_rows(values, margin, margins)[margin] - values

    if not ((of_others((block.n_psu > 1).astype(float)) == 0) & (left.n > 0)).any():
        return np.zeros(left.n.shape, dtype=bool)
    units, _ = clusters_of_rest(basis, grouping, dimension)
    drawn = of_others(open_domains(basis, block).astype(float)) > 0
    return in_one_unit(basis, left, units, drawn)


@dataclass(frozen=True)
class Sides:
    """The two sides of comparisons over one dimension: lines of the block, -1 for none."""

    keys: dict[str, list[Any]]
    first: IntArray
    second: IntArray


def differences(
    basis: Basis, block: Block, dimension: str, pairs: Sequence[tuple[Any, Any]]
) -> Comparisons:
    """First minus second for every pair of values and combination of the other dimensions."""
    sides = sides_of(block, dimension, pairs)
    one, two = block.linear.take(sides.first), block.linear.take(sides.second)
    slices = pair_slices(basis.base, block.grouping, sides.first, sides.second)
    value = one.estimate - two.estimate
    variance = combined_variance(basis, slices, (one, two.negative()))
    variance = variance.plus(edges_beside(basis, block, (sides.first, sides.second)))
    numbers = {"estimate_first": one.estimate, "estimate_second": two.estimate}
    numbers |= {"difference": value} | difference_test(basis, value, variance)
    numbers |= sizes(block, sides)
    return Comparisons(comparison_lines(basis, sides.keys, numbers), basis.method)


def edges_beside(basis: Basis, block: Block, lines: Sequence[IntArray]) -> FloatArray:
    """What shares of 0 or 1, and domains in one PSU, add to the variance of a combination.

    `lines` are the domains of each side; a domain beside itself adds nothing.
    """
    own = np.vstack([edge_variance(basis, block), np.zeros((1, basis.pairs.size))])
    found = np.asarray(np.add.reduce([own[line] for line in lines]))
    same = np.all([line == lines[0] for line in lines[1:]], axis=0) & (len(lines) > 1)
    return np.where(same[:, None], 0.0, found) if np.any(same) else found


def require_values(block: Block, dimension: str, values: Sequence[Any]) -> None:
    """Raise ComparisonError unless the dimension has all the values."""
    require_dimension(block.grouping, dimension)
    have = list(block.grouping.values[block.grouping.by.index(dimension)])
    for value in values:
        if value not in have:
            raise ComparisonError(
                f"{dimension!r} has no value {value!r}. It has: {', '.join(map(str, have))}."
            )


def lines_by_value(block: Block, dimension: str) -> tuple[dict[str, list[Any]], IntArray]:
    """The combinations of the other dimensions, and each one's lines by value of `dimension`.

    Lines are (combinations, values), -1 where the domain does not exist.
    """
    grouping = block.grouping
    place = grouping.by.index(dimension)
    group, groups = grouping.without(dimension)
    line = np.full((groups, len(grouping.values[place])), -1, dtype=np.int64)
    line[group, grouping.codes[place]] = np.arange(grouping.size)
    member = line.max(axis=1)
    keys = {
        name: [grouping.value(name, int(domain)) for domain in member]
        for name in grouping.by
        if name != dimension
    }
    return keys, line


def sides_of(block: Block, dimension: str, pairs: Sequence[tuple[Any, Any]]) -> Sides:
    """The lines of every pair of values in every combination of the other dimensions."""
    if any(isinstance(pair, str) or len(pair) != 2 for pair in pairs):
        raise ComparisonError(
            f'pairs={pairs!r} must be a list of pairs (first, second), such as [("low", "high")].'
        )
    require_values(block, dimension, [value for pair in pairs for value in pair])
    values = list(block.grouping.values[block.grouping.by.index(dimension)])
    keys, line = lines_by_value(block, dimension)
    keys = {name: column * len(pairs) for name, column in keys.items()}
    keys["first"] = [one for one, _ in pairs for _ in line]
    keys["second"] = [two for _, two in pairs for _ in line]
    order = [(values.index(one), values.index(two)) for one, two in pairs]
    empty = np.zeros(0, dtype=np.int64)
    return Sides(
        keys,
        np.concatenate([empty, *(line[:, one] for one, _ in order)]),
        np.concatenate([empty, *(line[:, two] for _, two in order)]),
    )


def sizes(block: Block, sides: Sides) -> dict[str, FloatArray]:
    """Elements on both sides of every comparison."""
    n = np.concatenate([block.n, np.zeros((1, block.n.shape[1]))])
    return {"n_first": n[sides.first], "n_second": n[sides.second]}


def combined_variance(basis: Basis, slices: Slices, sides: Sequence[Linear]) -> Variance:
    """Variance of the sum of the sides for every combination and item.

    The Linears have a line per combination; `slices` numbers the sides in the same order.
    """
    found = []
    rule = basis.method.df
    for part, row, pair, side in slices:
        alpha = np.concatenate([one.alpha[part] for one in sides])
        beta = np.concatenate([one.beta[part] for one in sides])
        size = part.stop - part.start
        columns = Columns(row, pair, size, pair + side * size, alpha, beta)
        found.append(variance_with_df(basis.design, basis.base, columns, basis.pairs, rule))
    empty = np.zeros((0, basis.pairs.size))
    freedom = [part.df for part in found if part.df is not None]
    variance = Variance(
        np.concatenate([empty, *(part.value for part in found)]),
        np.concatenate([empty, *(part.psus for part in found)]),
        np.concatenate([empty, *(part.strata for part in found)]),
        np.concatenate([empty, *freedom]) if freedom else None,
    )
    copies = [one.copies for one in sides if one.copies is not None]
    if basis.copies is None or not copies:
        return variance
    value = basis.copies.variance(np.add.reduce(copies), sum_of(sides))
    return replace(variance, value=value)


def sum_of(sides: Sequence[Linear]) -> FloatArray:
    """The sides' estimates added up."""
    return np.asarray(np.add.reduce([one.estimate for one in sides]))


def difference_test(basis: Basis, value: FloatArray, variance: Variance) -> dict[str, FloatArray]:
    """se, interval, df and p of the hypothesis that `value` is 0; p is NaN where se is 0."""
    df = degrees_of_freedom(basis.design, basis.method, variance)
    return tested_against_0(value, variance.value, df, basis.method.level)


def tested_against_0(
    value: FloatArray, variance: FloatArray, df: FloatArray, level: float
) -> dict[str, FloatArray]:
    """se, interval, df and p of the hypothesis that `value` is 0; p is NaN where se is 0."""
    se = np.sqrt(np.where(np.isnan(value), np.nan, variance))
    half = t_quantile(df, level) * se
    testable = (se > 0) & (df > 0)
    size = -np.abs(value / np.where(testable, se, 1.0))
    student = special.stdtr(np.where(np.isfinite(df) & (df > 0), df, 1.0), size)
    p = 2.0 * np.where(np.isinf(df), special.ndtr(size), student)
    p = np.where(testable, p, np.nan)
    return {"se": se, "ci_low": value - half, "ci_high": value + half, "df": df, "p": p}


def comparison_lines(
    basis: Basis, keys: Mapping[str, Sequence[Any]], numbers: Mapping[str, FloatArray]
) -> dict[str, list[Any]]:
    """Columns with a line per item and comparison; `numbers` are (comparisons, items)."""
    items = basis.plan.items
    count = next(iter(numbers.values())).shape[0]
    out: dict[str, list[Any]] = {
        "statistic": [item.statistic.kind for item in items for _ in range(count)],
        "variable": [item.statistic.label for item in items for _ in range(count)],
        "level": [item.level for item in items for _ in range(count)],
    }
    out |= {name: list(values) * len(items) for name, values in keys.items()}
    for name, array in numbers.items():
        out[name] = plain(array.T.ravel(), name in COUNTS)
    return out
