"""Named arithmetic on the values of a dimension: differences, ratios, and anything else.

"low - high" and "low / high" are two values, whatever signs they contain. Everything else is read
as arithmetic on the values (samling.stats.inference.expressions). Its variance is that of one
linear combination of the domains' linearised values with the exact gradient, taken at the units,
so nothing is lost to cancellation (Woodruff 1971). With replicates it is worked out in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from samling.stats.cube.comparison import (
    Comparisons,
    combined_variance,
    comparison_lines,
    difference_test,
    edges_beside,
    lines_by_value,
    sides_of,
    sizes,
)
from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.grouping import require_dimension
from samling.stats.cube.linear import Linear
from samling.stats.cube.pairs import line_slices, pair_slices
from samling.stats.cube.variance import Variance
from samling.stats.errors import ComparisonError
from samling.stats.inference.expressions import Expression, parse, refuse_no_expressions
from samling.stats.tables.exact import FloatArray, IntArray

Pair = tuple[Any, Any]


def contrast(
    basis: Basis, block: Block, expressions: Mapping[str, str], dimension: str | None
) -> Comparisons:
    """Named contrasts of the block's one item, one line per combination of other dimensions."""
    grouping = block.grouping
    if dimension is None:
        if len(grouping.by) != 1:
            raise ComparisonError(
                f"The grouping set {grouping.by!r} has {len(grouping.by)} dimensions: say which "
                "one the expressions compare, with dimension=."
            )
        dimension = grouping.by[0]
    require_dimension(grouping, dimension)
    refuse_no_expressions(expressions)
    values = grouping.values[grouping.by.index(dimension)]
    columns: dict[str, list[Any]] = {}
    for name, text in expressions.items():
        pair = _two_values(text, values)
        if pair is None:
            found = _any(basis, block, dimension, _parse(text, values))
        else:
            found = _of_two(basis, block, dimension, *pair)
        count = len(found["estimate"])
        found = {"contrast": [name] * count, "expression": [text] * count} | found
        for key, column in found.items():
            columns.setdefault(key, []).extend(column)
    return Comparisons(columns, basis.method)


def _two_values(text: str, values: Sequence[Any]) -> tuple[Pair, bool] | None:
    """The two values and whether it is a ratio; values may themselves contain the signs."""
    named = {str(value): value for value in values}
    for sign in (" - ", " / "):
        words = text.split(sign)
        for cut in range(1, len(words)):
            left, right = sign.join(words[:cut]).strip(), sign.join(words[cut:]).strip()
            if left in named and right in named:
                return (named[left], named[right]), sign == " / "
    return None


def _parse(text: str, values: Sequence[Any]) -> Expression:
    parsed = parse(text, [str(value) for value in values])
    if not parsed.used:
        raise ComparisonError(
            f"The contrast {text!r} has none of the values: {', '.join(map(str, values))}."
        )
    return parsed


def _of_two(
    basis: Basis, block: Block, dimension: str, pair: Pair, quotient: bool
) -> dict[str, list[Any]]:
    sides = sides_of(block, dimension, [pair])
    first, second = block.linear.take(sides.first), block.linear.take(sides.second)
    one, two = (first.relative(), second.relative()) if quotient else (first, second)
    slices = pair_slices(basis.base, block.grouping, sides.first, sides.second)
    variance = combined_variance(basis, slices, (one, two.negative()))
    value = one.estimate - two.estimate
    if quotient and first.copies is not None and second.copies is not None:
        with np.errstate(all="ignore"):
            copies = first.copies / second.copies
        copies = np.where(np.isfinite(copies), copies, np.nan)
        variance = _on_log_scale(basis, copies, np.exp(value), variance)
    # A quotient has a logarithm where no side is 0, and of a share of 1 that changes as the share.
    variance = variance.plus(edges_beside(basis, block, (sides.first, sides.second)))
    numbers = _tested(basis, value, variance, quotient)
    return comparison_lines(basis, sides.keys, numbers | sizes(block, sides))


def _any(
    basis: Basis, block: Block, dimension: str, expression: Expression
) -> dict[str, list[Any]]:
    """Any arithmetic on the values that the expression has."""
    keys, line = lines_by_value(block, dimension)
    lines = line[:, list(expression.used)].T
    domains = [block.linear.take(chosen) for chosen in lines]
    found, gradient = _evaluate(expression, domains, line.shape)
    steep = ~np.isfinite(gradient).all(axis=1)
    gradient = np.where(np.isfinite(gradient), gradient, 0.0)
    value, quotient = found, expression.quotient
    if quotient:
        usable = value > 0
        safe = np.where(usable, value, 1.0)
        gradient = gradient / safe[:, None]
        value = np.where(usable, np.log(safe), np.nan)
    weighted = [one.times(gradient[:, [place]]) for place, one in enumerate(domains)]
    variance = combined_variance(basis, _slices(basis, block, lines), weighted)
    if domains[0].copies is not None:
        copies = _copies(expression, domains, line.shape[1])
        if quotient:
            variance = _on_log_scale(basis, copies, np.exp(value)[:, None], variance)
        else:
            variance = _from_copies(basis, copies, value[:, None], variance)
    variance = variance.plus(
        np.add.reduce(
            [
                gradient[:, [place]] ** 2 * edges_beside(basis, block, (chosen,))
                for place, chosen in enumerate(lines)
            ]
        )
    )
    variance = variance.plus(np.where(steep, np.nan, 0.0)[:, None])
    numbers = _tested(basis, value[:, None], variance, quotient) | {"estimate": found[:, None]}
    nothing = np.full(numbers["estimate"].shape, np.nan)
    keys |= {"first": [None] * lines.shape[1], "second": [None] * lines.shape[1]}
    return comparison_lines(basis, keys, numbers | {"n_first": nothing, "n_second": nothing})


def _slices(basis: Basis, block: Block, lines: IntArray) -> Any:
    return line_slices(basis.base, block.grouping, lines)


def _evaluate(
    expression: Expression, domains: Sequence[Linear], shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Value (combinations,) and gradient (combinations, used values)."""
    combinations, width = shape
    values = np.full((combinations, width), np.nan)
    for place, one in zip(expression.used, domains, strict=True):
        values[:, place] = one.estimate[:, 0]
    found = [expression.at(line) for line in values]
    value = np.array([dual.value for dual in found])
    gradient = np.array([dual.gradient for dual in found]).reshape(combinations, width)
    return value, gradient[:, list(expression.used)]


def _copies(expression: Expression, domains: Sequence[Linear], width: int) -> FloatArray:
    """The expression in every replicate, (combinations, 1, replicates)."""
    held = [np.asarray(one.copies) for one in domains]
    shape = held[0].shape
    values = np.full((width, held[0].size), np.nan)
    for place, one in zip(expression.used, held, strict=True):
        values[place] = one.ravel()
    return expression.over(values).reshape(shape)


def _from_copies(
    basis: Basis, copies: FloatArray, value: FloatArray, variance: Variance
) -> Variance:
    assert basis.copies is not None  # noqa: S101 - the copies came from it
    return replace(variance, value=basis.copies.variance(copies, value))


def _on_log_scale(
    basis: Basis, copies: FloatArray, value: FloatArray, variance: Variance
) -> Variance:
    """The replicates' variance of a quotient, as a variance of its logarithm."""
    plain = _from_copies(basis, copies, value, variance)
    return replace(plain, value=plain.value / value**2)


def _tested(
    basis: Basis, value: FloatArray, variance: Variance, quotient: bool
) -> dict[str, FloatArray]:
    """Estimate, se, interval, df and p; a quotient's are found on the log scale and taken back."""
    numbers = difference_test(basis, value, variance)
    if quotient:
        ends = {name: np.exp(numbers[name]) for name in ("ci_low", "ci_high")}
        value = np.exp(value)
        numbers |= {"se": value * numbers["se"]} | ends
    return {"estimate": value} | numbers
