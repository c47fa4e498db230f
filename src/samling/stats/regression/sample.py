"""The rows that a model is fitted to: who takes part, who does not and why, and alike rows as one.

Rows with the same values of all terms give the same column of the model, so the work is done once
for every such pattern. With categorical terms only there are few, however many rows there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from samling.stats.cube.figures import Dropped
from samling.stats.cube.local import bring_here
from samling.stats.errors import EmptyDataError, TermError
from samling.stats.regression.terms import Categorical, Main, Numeric, Polynomial
from samling.stats.sampling.design import Design
from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.tables.source import (
    BoolArray,
    Memory,
    Where,
    refuse_extreme,
    require_columns,
)

MANY = 2_000


@dataclass(frozen=True)
class Levels:
    """A categorical term's values by pattern: `codes` (patterns,) into `values`."""

    values: tuple[Any, ...]
    codes: IntArray
    reference: int
    counts: IntArray

    def constant(self, value: Any, name: str) -> Levels:
        """Every pattern with the same value; TermError if there is no such level."""
        if value not in self.values:
            have = ", ".join(map(repr, self.values))
            raise TermError(f"{name!r} has no level {value!r}. It has: {have}.")
        return replace(self, codes=np.full_like(self.codes, self.values.index(value)))


@dataclass(frozen=True)
class Amounts:
    """A numeric term's column by pattern, (patterns,), centred and in its unit."""

    values: FloatArray
    centre: float
    unit: float

    def constant(self, value: float, name: str) -> Amounts:
        """Every pattern with the same value; TermError if it is no number."""
        try:
            amount = (float(value) - self.centre) / self.unit
        except (TypeError, ValueError) as error:
            raise TermError(f"{name!r} is numeric, and {value!r} is no number.") from error
        return replace(self, values=np.full_like(self.values, amount))


@dataclass(frozen=True)
class Powers:
    """A polynomial term's columns by pattern: `codes` (patterns,) into the distinct `points`.

    `contrasts` (points, degree) has orthonormal columns, the first one rising.
    """

    points: tuple[float, ...]
    contrasts: FloatArray
    codes: IntArray

    def constant(self, value: float, name: str) -> Powers:
        """Every pattern at the same point; TermError if it is none of them."""
        if value not in self.points:
            have = ", ".join(f"{point:g}" for point in self.points)
            raise TermError(f"{name!r} has no point {value!r}. It has: {have}.")
        return replace(self, codes=np.full_like(self.codes, self.points.index(value)))


Column = Levels | Amounts | Powers


@dataclass(frozen=True)
class Sample:
    """The rows of a model: `inside` (rows,) takes part, `pattern` is those rows' pattern.

    Without `pattern` every row inside is one of its own.
    `outcome` is the outcome of the rows inside, `columns` each main term's values by pattern.
    """

    inside: IntArray
    rows: int
    pattern: IntArray | None
    patterns: int
    outcome: FloatArray = field(repr=False)
    columns: Mapping[str, Column] = field(repr=False)
    dropped: Dropped

    def sums(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weight and mean outcome by pattern, (patterns,) each, for weights (rows,)."""
        own = weights[self.inside]
        if self.pattern is None:
            return own, self.outcome
        weight = tally(self.pattern, self.patterns, own)
        top = tally(self.pattern, self.patterns, own * self.outcome)
        return weight, top / np.where(weight > 0, weight, 1.0)

    def by_row(self, values: FloatArray) -> FloatArray:
        """Values by pattern (patterns, ...) for every row inside; not a copy if it need not be."""
        return values if self.pattern is None else values[self.pattern]

    def spread(self, values: FloatArray) -> FloatArray:
        """Values of the rows inside (inside, k) among all rows (rows, k), the others 0."""
        if self.inside.size == self.rows:
            return values
        out = np.zeros((self.rows, values.shape[1]))
        out[self.inside] = values
        return out


def read_columns(design: Design, names: Sequence[str], where: Where) -> tuple[Design, Where]:
    """The design with the named columns in memory, and the filter that goes with it there."""
    require_columns(design.source, names, "the model")
    return bring_here(design, names, where)


def read_sample(design: Design, outcome: str, terms: Sequence[Main], where: Where) -> Sample:
    """The complete rows of the domain `where`, with their patterns.

    A row takes part if `where` holds, its weight is positive and the outcome and all variables
    of the terms are known; `dropped` counts the others (a row that misses two variables under
    both). Design and `where` come from `read_columns`. EmptyDataError if nobody is left.
    """
    weight = design.element_weights()
    chosen = _domain(design, where)
    alive = chosen & (weight > 0)
    y, complete = design.numbers(outcome)
    missing = {outcome: int((alive & ~complete).sum())}
    known = alive & complete
    for term in terms:
        there = _known(design, term)
        missing[term.name] = int((alive & ~there).sum())
        known &= there
    dropped = Dropped(
        where=int((~chosen).sum()),
        zero_weight=int((chosen & ~alive).sum()),
        variables=missing,
        by={},
    )
    inside = np.flatnonzero(known)
    if not inside.size:
        raise EmptyDataError(
            f"No row is complete: of {weight.size}, {dropped.where} are outside `where`, "
            f"{dropped.zero_weight} have weight 0, and missing are {missing}."
        )
    for name in (outcome, *(term.name for term in terms if not isinstance(term, Categorical))):
        values = design.numbers(name)[0][inside]
        refuse_extreme(name, float(values.min()), float(values.max()))
    pattern, first = _patterns(design, terms, inside)
    columns = {term.name: _column(design, term, inside, first) for term in terms}
    return Sample(inside, weight.size, pattern, first.size, y[inside], columns, dropped)


def _domain(design: Design, where: Where) -> BoolArray:
    source = design.source
    assert isinstance(source, Memory)  # noqa: S101 - callers have read the columns
    mask = source.mask(where)
    return np.ones(source.table.num_rows, dtype=bool) if mask is None else mask


def _known(design: Design, term: Main) -> BoolArray:
    if not isinstance(term, Categorical):
        return design.numbers(term.name)[1]
    return np.asarray(design.coded(term.name).codes >= 0)


def _patterns(
    design: Design, terms: Sequence[Main], inside: IntArray
) -> tuple[IntArray | None, IntArray]:
    """Each inside row's pattern, and a row (of the design) that has each pattern.

    None where a number has so many values that rows are hardly ever alike.
    """
    part = []
    for term in terms:
        if isinstance(term, Categorical):
            coded = design.coded(term.name)
            part.append(Coded(coded.codes[inside], coded.values))
            continue
        points, codes = np.unique(design.numbers(term.name)[0][inside], return_inverse=True)
        if points.size > MANY:
            return None, inside
        part.append(Coded(codes, tuple(points)))
    pattern, kinds = combine(part, inside.size)
    first = np.zeros(kinds[0].size if kinds else 1, dtype=np.int64)
    first[pattern[::-1]] = inside[::-1]
    return pattern, first


def _column(design: Design, term: Main, inside: IntArray, first: IntArray) -> Column:
    if isinstance(term, Numeric):
        values = (design.numbers(term.name)[0][first] - term.centre) / term.unit
        return Amounts(values, term.centre, term.unit)
    if isinstance(term, Polynomial):
        return _powers(term, design.numbers(term.name)[0], inside, first)
    coded = design.coded(term.name)
    counts = np.bincount(coded.codes[inside], minlength=len(coded.values))
    present = [value for value, n in zip(coded.values, counts, strict=True) if n]
    levels = _ordered(term, present)
    rank = np.array(
        [levels.index(value) if value in levels else -1 for value in coded.values], dtype=np.int64
    )
    order = np.argsort(rank[rank >= 0])
    reference = levels.index(levels[0] if term.reference is None else term.reference)
    return Levels(levels, rank[coded.codes[first]], reference, counts[rank >= 0][order])


def _powers(term: Polynomial, values: FloatArray, inside: IntArray, first: IntArray) -> Powers:
    points = np.unique(values[inside])
    if points.size <= term.degree:
        raise TermError(
            f"{term.name!r} has {points.size} distinct values among the rows of the model; a "
            f"polynomial of degree {term.degree} needs at least {term.degree + 1}."
        )
    codes = np.searchsorted(points, values[first])
    return Powers(tuple(points.tolist()), orthogonal(points, term.degree), codes)


def orthogonal(points: FloatArray, degree: int) -> FloatArray:
    """Orthonormal polynomial contrasts (points, degree) of distinct points, without the constant.

    Every column has its last value positive, as the power itself would (Fisher & Yates 1938).
    """
    centred = points - points.mean()
    powers = np.vander(centred / np.abs(centred).max(), degree + 1, increasing=True)
    basis = np.linalg.qr(powers)[0][:, 1:]
    return np.asarray(basis * np.sign(basis[-1]))


def _ordered(term: Categorical, present: Sequence[Any]) -> tuple[Any, ...]:
    have = ", ".join(map(repr, present[:20])) + (", ..." if len(present) > 20 else "")
    unlisted = [value for value in present if value not in term.order]
    if term.order and unlisted:
        raise TermError(
            f"{term.name!r} has levels that its order does not name: "
            f"{', '.join(map(repr, unlisted[:20]))}. Name them, or leave them out with `where`."
        )
    levels = tuple(value for value in term.order if value in present) or tuple(present)
    if term.reference is not None and term.reference not in levels:
        raise TermError(
            f"The reference {term.reference!r} of {term.name!r} is not among the rows of the "
            f"model. Its levels there: {have}."
        )
    if len(levels) < 2:
        raise TermError(
            f"{term.name!r} has only one level among the rows of the model: {have}. A factor needs "
            "two to be compared; leave it out."
        )
    return levels
