"""Comparing domains, with the covariance that the design gives them.

A difference of two domains is one linear combination, so its variance comes straight from the
units' values (no V1 + V2 - 2C, which loses digits). A ratio is tested and given its interval on
the log scale. All are made from the base table; the microdata is not read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from samling.stats.cube.figures import (
    COUNTS,
    Basis,
    Block,
    Method,
    as_table,
    degrees_of_freedom,
    plain,
)
from samling.stats.cube.grouping import require_dimension
from samling.stats.cube.linear import Linear, linearise
from samling.stats.cube.pairs import Slices, pair_slices, rest_slices
from samling.stats.cube.variance import Columns, Variance, column_variance
from samling.stats.errors import ComparisonError
from samling.stats.inference.intervals import t_quantile
from samling.stats.tables.exact import FloatArray, IntArray


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


@dataclass(frozen=True)
class Covariance:
    """Covariance `matrix` between the estimates of `domains`, tuples of the values of `by`."""

    by: tuple[str, ...]
    domains: tuple[tuple[Any, ...], ...]
    matrix: FloatArray


def covariance(basis: Basis, block: Block) -> Covariance:
    """Covariance of the block's first item between its domains: (V_i + V_j - V_(i-j)) / 2."""
    grouping = block.grouping
    first, second = np.triu_indices(grouping.size, 1)
    slices = pair_slices(basis.base, grouping, first, second)
    one, two = block.linear.take(first), block.linear.take(second)
    apart = _difference_variance(basis, slices, one, two).value[:, 0]
    own = block.se[:, 0] ** 2
    matrix = np.diag(own)
    matrix[first, second] = matrix[second, first] = (own[first] + own[second] - apart) / 2.0
    domains = zip(*(grouping.column(name) for name in grouping.by), strict=True)
    return Covariance(grouping.by, tuple(domains) if grouping.by else ((),), matrix)


def versus_rest(basis: Basis, block: Block, dimension: str) -> Comparisons:
    """Every domain against the rest of its margin over `dimension`."""
    grouping = block.grouping
    require_dimension(grouping, dimension)
    margin, margins = grouping.without(dimension)
    left = block.sums.gather(margin, margins).take(margin).minus(block.sums)
    other = linearise(left, basis.plan)
    slices = rest_slices(basis.base, grouping, margin, margins)
    variance = _difference_variance(basis, slices, block.linear, other)
    value = block.estimate - other.estimate
    keys = {name: grouping.column(name) for name in grouping.by}
    numbers = {"estimate": block.estimate, "rest": other.estimate, "difference": value}
    numbers |= _difference_test(basis, value, variance)
    numbers |= {"n": block.n, "n_rest": left.n}
    return Comparisons(_lines(basis, keys, numbers), basis.method)


@dataclass(frozen=True)
class _Sides:
    """The two sides of comparisons over one dimension: lines of the block, -1 for none."""

    keys: dict[str, list[Any]]
    first: IntArray
    second: IntArray


def differences(
    basis: Basis, block: Block, dimension: str, pairs: Sequence[tuple[Any, Any]]
) -> Comparisons:
    """First minus second for every pair of values and combination of the other dimensions."""
    sides = _sides(block, dimension, pairs)
    one, two = block.linear.take(sides.first), block.linear.take(sides.second)
    slices = pair_slices(basis.base, block.grouping, sides.first, sides.second)
    value = one.estimate - two.estimate
    variance = _difference_variance(basis, slices, one, two)
    numbers = {"estimate_first": one.estimate, "estimate_second": two.estimate}
    numbers |= {"difference": value} | _difference_test(basis, value, variance)
    numbers |= _sizes(block, sides)
    return Comparisons(_lines(basis, sides.keys, numbers), basis.method)


def contrast(
    basis: Basis, block: Block, expressions: Mapping[str, str], dimension: str | None
) -> Comparisons:
    """Named differences and ratios of the block's one item."""
    grouping = block.grouping
    if dimension is None:
        if len(grouping.by) != 1:
            raise ComparisonError(
                f"The grouping set {grouping.by!r} has {len(grouping.by)} dimensions: say which "
                "one the expressions compare, with dimension=."
            )
        dimension = grouping.by[0]
    require_dimension(grouping, dimension)
    values = grouping.values[grouping.by.index(dimension)]
    columns: dict[str, list[Any]] = {}
    for name, expression in expressions.items():
        pair, quotient = _parse(expression, values)
        found = _contrast(basis, block, dimension, pair, quotient)
        count = len(found["estimate"])
        found = {"contrast": [name] * count, "expression": [expression] * count} | found
        for key, column in found.items():
            columns.setdefault(key, []).extend(column)
    return Comparisons(columns, basis.method)


def _contrast(
    basis: Basis, block: Block, dimension: str, pair: tuple[Any, Any], quotient: bool
) -> dict[str, list[Any]]:
    sides = _sides(block, dimension, [pair])
    one, two = block.linear.take(sides.first), block.linear.take(sides.second)
    if quotient:
        one, two = one.relative(), two.relative()
    slices = pair_slices(basis.base, block.grouping, sides.first, sides.second)
    variance = _difference_variance(basis, slices, one, two)
    value = one.estimate - two.estimate
    numbers = _difference_test(basis, value, variance)
    if quotient:
        ends = {name: np.exp(numbers[name]) for name in ("ci_low", "ci_high")}
        value = np.exp(value)
        numbers |= {"se": value * numbers["se"]} | ends
    return _lines(basis, sides.keys, {"estimate": value} | numbers | _sizes(block, sides))


def _parse(expression: str, values: Sequence[Any]) -> tuple[tuple[Any, Any], bool]:
    """The two values and whether it is a ratio; values may themselves contain the signs."""
    named = {str(value): value for value in values}
    for sign in (" - ", " / "):
        words = expression.split(sign)
        for cut in range(1, len(words)):
            left, right = sign.join(words[:cut]).strip(), sign.join(words[cut:]).strip()
            if left in named and right in named:
                return (named[left], named[right]), sign == " / "
    raise ComparisonError(
        f'The contrast {expression!r} is not "A - B" or "A / B" of two values. '
        f"The values are: {', '.join(named)}."
    )


def _sides(block: Block, dimension: str, pairs: Sequence[tuple[Any, Any]]) -> _Sides:
    grouping = block.grouping
    require_dimension(grouping, dimension)
    place = grouping.by.index(dimension)
    values = list(grouping.values[place])
    for value in (value for pair in pairs for value in pair):
        if value not in values:
            raise ComparisonError(
                f"{dimension!r} has no value {value!r}. It has: {', '.join(map(str, values))}."
            )
    group, groups = grouping.without(dimension)
    line = np.full((groups, len(values)), -1, dtype=np.int64)
    line[group, grouping.codes[place]] = np.arange(grouping.size)
    member = line.max(axis=1)
    keys = {
        name: [grouping.value(name, int(domain)) for _ in pairs for domain in member]
        for name in grouping.by
        if name != dimension
    }
    keys["first"] = [one for one, _ in pairs for _ in member]
    keys["second"] = [two for _, two in pairs for _ in member]
    order = [(values.index(one), values.index(two)) for one, two in pairs]
    empty = np.zeros(0, dtype=np.int64)
    return _Sides(
        keys,
        np.concatenate([empty, *(line[:, one] for one, _ in order)]),
        np.concatenate([empty, *(line[:, two] for _, two in order)]),
    )


def _sizes(block: Block, sides: _Sides) -> dict[str, FloatArray]:
    n = np.concatenate([block.n, np.zeros((1, block.n.shape[1]))])
    return {"n_first": n[sides.first], "n_second": n[sides.second]}


def _difference_variance(basis: Basis, slices: Slices, first: Linear, second: Linear) -> Variance:
    """Variance of first - second for every pair and item; the Linears have a line per pair."""
    found = []
    for part, row, pair, side in slices:
        alpha = np.concatenate([first.alpha[part], -second.alpha[part]])
        beta = np.concatenate([first.beta[part], -second.beta[part]])
        size = part.stop - part.start
        columns = Columns(row, pair, size, pair + side * size, alpha, beta)
        found.append(column_variance(basis.design, basis.base, columns, basis.pairs))
    empty = np.zeros((0, basis.pairs.size))
    return Variance(
        np.concatenate([empty, *(part.value for part in found)]),
        np.concatenate([empty, *(part.psus for part in found)]),
        np.concatenate([empty, *(part.strata for part in found)]),
    )


def _difference_test(basis: Basis, value: FloatArray, variance: Variance) -> dict[str, FloatArray]:
    """se, interval, df and p of the hypothesis that `value` is 0; p is NaN where se is 0."""
    se = np.sqrt(np.where(np.isnan(value), np.nan, variance.value))
    df = degrees_of_freedom(basis.design, basis.method, variance)
    half = t_quantile(df, basis.method.level) * se
    testable = (se > 0) & (df > 0)
    size = -np.abs(value / np.where(testable, se, 1.0))
    student = special.stdtr(np.where(np.isfinite(df) & (df > 0), df, 1.0), size)
    p = 2.0 * np.where(np.isinf(df), special.ndtr(size), student)
    p = np.where(testable, p, np.nan)
    return {"se": se, "ci_low": value - half, "ci_high": value + half, "df": df, "p": p}


def _lines(
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
