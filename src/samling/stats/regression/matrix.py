"""The model matrix: a column for every coefficient, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from samling.stats.errors import CollinearError
from samling.stats.regression.gram import gram
from samling.stats.regression.sample import Column, Levels, Powers
from samling.stats.regression.terms import Interaction, Term
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import BoolArray

Values = FloatArray | BoolArray
INTERCEPT = "(intercept)"
ALIKE = 1e-7  # a column is a combination of others when less than this part of it is its own
DISTINCT = 1e-3
SHARE = 1e-6
POWERS = ("linear", "quadratic", "cubic")


@dataclass(frozen=True)
class Matrix:
    """`values` (patterns, p) with a name for each column; `term` is each column's term.

    The first column is the intercept, whose term is -1.
    """

    names: tuple[str, ...]
    values: FloatArray
    term: IntArray

    def of(self, term: int) -> tuple[str, ...]:
        """The names of a term's columns."""
        return tuple(name for name, own in zip(self.names, self.term, strict=True) if own == term)


def build_matrix(terms: Sequence[Term], columns: Mapping[str, Column], patterns: int) -> Matrix:
    """The intercept, then each term's columns; a factor's reference level has none.

    Names are "age", "edu=low", "year linear", and "sex=girl:edu=low" for an interaction.
    """
    names, owner = [INTERCEPT], [-1]
    factors: list[tuple[Values, ...]] = [()]
    for place, term in enumerate(terms):
        parts = term.parts if isinstance(term, Interaction) else (term.name,)
        product: list[tuple[str, tuple[Values, ...]]] = [("", ())]
        for part in parts:
            product = [
                (f"{before}:{name}" if before else name, (*some, other))
                for name, other in _columns(part, columns[part])
                for before, some in product
            ]
        names += [name for name, _ in product]
        factors += [some for _, some in product]
        owner += [place] * len(product)
    together = np.empty((patterns, len(names)), order="F")  # by column, as it is made and used
    for place, some in enumerate(factors):
        together[:, place] = some[0] if some else 1.0
        for other in some[1:]:
            together[:, place] *= other
    return Matrix(tuple(names), together, np.array(owner, dtype=np.int64))


def _columns(name: str, column: Column) -> list[tuple[str, Values]]:
    if isinstance(column, Levels):
        return [
            (f"{name}={value}", column.codes == code)
            for code, value in enumerate(column.values)
            if code != column.reference
        ]
    if isinstance(column, Powers):
        return [
            (f"{name} {_power(place + 1)}", column.contrasts[column.codes, place])
            for place in range(column.contrasts.shape[1])
        ]
    return [(name, column.values)]


def _power(degree: int) -> str:
    return POWERS[degree - 1] if degree <= len(POWERS) else f"degree {degree}"


def triangle(matrix: Matrix, weight: FloatArray) -> FloatArray:
    """Upper triangle T (p, p) for which the columns of X T⁻¹ are orthonormal with the weights.

    Nearly so, by Cholesky, when no column is close to a combination of others; by QR otherwise.
    Raises CollinearError for the first column that is empty or a combination of those before it,
    naming these.
    """
    share = weight / weight.sum()
    products = gram(matrix.values, share)
    size = np.sqrt(np.diag(products))
    empty = [name for name, length in zip(matrix.names, size, strict=True) if length == 0]
    if empty:
        raise CollinearError(
            f"Nobody in the model has {', '.join(empty[:10])}, so there is nothing to estimate it "
            "from. Merge levels, or leave the interaction out."
        )
    try:
        factor = np.linalg.cholesky(products / np.outer(size, size)).T
    except np.linalg.LinAlgError:
        factor = np.zeros_like(products)
    if np.diag(factor).min() < DISTINCT:
        factor = _triangle_of_rows(matrix, share, size)
    return np.asarray(factor * size)


def _triangle_of_rows(matrix: Matrix, share: FloatArray, size: FloatArray) -> FloatArray:
    """The triangle by QR, which sees twice as many digits of what a column has of its own."""
    weighted = matrix.values / size * np.sqrt(share)[:, None]
    lack = max(size.size - weighted.shape[0], 0)
    factor = linalg.qr(np.vstack([weighted, np.zeros((lack, size.size))]), mode="r")[0][: size.size]
    alone = np.abs(np.diag(factor))
    if (alone < ALIKE).any():
        raise _alike(matrix.names, factor, int(np.argmax(alone < ALIKE)))
    return np.asarray(factor)


def _alike(names: Sequence[str], factor: FloatArray, place: int) -> CollinearError:
    parts = linalg.solve_triangular(factor[:place, :place], factor[:place, place])
    others = [name for name, part in zip(names, parts, strict=False) if abs(part) > SHARE]
    return CollinearError(
        f"The column {names[place]!r} is a combination of {', '.join(others)}, so their effects "
        "can't be told apart. Leave one of the variables out."
    )
