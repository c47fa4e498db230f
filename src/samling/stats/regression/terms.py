"""The terms of a model, as data: categorical and numeric variables and their interactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from samling.stats.errors import TermError


@dataclass(frozen=True)
class Categorical:
    """A variable whose values are groups; all are compared with `reference`.

    Without `reference` it is the first of `order`, and without `order` the first in sorted
    order. `order` names every level that there is, in the order of the result.
    """

    name: str
    reference: Any = None
    order: tuple[Any, ...] = ()

    @property
    def label(self) -> str:
        """What the term is called in results."""
        return self.name


@dataclass(frozen=True)
class Numeric:
    """A variable whose values are amounts; its coefficient is for one `unit` more.

    The column of the model is (value - centre) / unit.
    """

    name: str
    centre: float = 0.0
    unit: float = 1.0

    @property
    def label(self) -> str:
        """What the term is called in results."""
        return self.name


@dataclass(frozen=True)
class Polynomial:
    """A variable of points in time (or doses): straight, quadratic and further parts by degree.

    The columns are orthonormal over the distinct values that there are, whatever their spacing
    and however many rows have them, so that each part is tested after the lower ones.
    """

    name: str
    degree: int

    @property
    def label(self) -> str:
        """What the term is called in results."""
        return self.name


@dataclass(frozen=True)
class Interaction:
    """The product of two or more terms, by their names."""

    parts: tuple[str, ...]

    @property
    def label(self) -> str:
        """What the term is called in results."""
        return ":".join(self.parts)


Main = Categorical | Numeric | Polynomial
Term = Main | Interaction


def categorical(name: str, *, reference: Any = None, order: Sequence[Any] = ()) -> Categorical:
    """A categorical term; TermError if `reference` is not in a given `order`."""
    levels = tuple(order)
    if levels and reference is not None and reference not in levels:
        raise TermError(
            f"The reference {reference!r} of {name!r} is not in its order: "
            f"{', '.join(map(repr, levels))}."
        )
    return Categorical(name, reference, levels)


def numeric(name: str, *, centre: float = 0.0, unit: float = 1.0) -> Numeric:
    """A numeric term, such as numeric("age", centre=50, unit=10); TermError if `unit` is 0."""
    if not unit:
        raise TermError(f"The unit of {name!r} is 0. Give what one step of the coefficient means.")
    return Numeric(name, float(centre), float(unit))


def polynomial(name: str, degree: int) -> Polynomial:
    """Orthogonal polynomial contrasts of a numeric variable's distinct values, up to `degree`."""
    if degree < 1:
        raise TermError(f"The degree {degree} of {name!r} must be at least 1, a straight line.")
    return Polynomial(name, int(degree))


def interaction(*names: str) -> Interaction:
    """The interaction of two or more terms; "sex:edu" in a list of terms says the same."""
    if len(names) < 2 or len(set(names)) < len(names):
        raise TermError(f"An interaction needs two different terms or more, not {names!r}.")
    return Interaction(tuple(names))


def read_terms(given: Sequence[Term | str], kinds: Mapping[str, str]) -> tuple[Term, ...]:
    """Terms of a list of names and terms; `kinds` says what each column of the data holds.

    A name is categorical if its column holds text or booleans, else numeric. "a:b" is an
    interaction unless a column is called that. TermError if a term stands twice, or if an
    interaction is there without the terms that it is made of.
    """
    if isinstance(given, str):
        given = [given]
    wrong = [term for term in given if not isinstance(term, str | Main | Interaction)]
    if wrong:
        raise TermError(
            f"{wrong[0]!r} is no term. Give the name of a variable, or what categorical(), "
            "numeric(), polynomial() and interaction() make."
        )
    terms = tuple(_read(term, kinds) if isinstance(term, str) else term for term in given)
    labels = [_parts(term) for term in terms]
    for term, parts in zip(terms, labels, strict=True):
        if labels.count(parts) > 1:
            raise TermError(f"The term {term.label!r} stands twice. Name it once.")
        below = [frozenset(some) for k in range(1, len(parts)) for some in combinations(parts, k)]
        missing = sorted(":".join(sorted(some)) for some in below if some not in labels)
        if missing:
            raise TermError(
                f"The interaction {term.label!r} needs the terms that it is made of: "
                f"{', '.join(missing)} is not in the list. Add it."
            )
    return terms


def _parts(term: Term) -> frozenset[str]:
    return frozenset(term.parts if isinstance(term, Interaction) else (term.name,))


def _read(text: str, kinds: Mapping[str, str]) -> Term:
    if ":" in text and text not in kinds:
        return interaction(*(part.strip() for part in text.split(":")))
    return Numeric(text) if kinds.get(text) in ("integer", "floating") else Categorical(text)


def main_terms(terms: Sequence[Term]) -> tuple[Main, ...]:
    """The terms that are no interactions."""
    return tuple(term for term in terms if not isinstance(term, Interaction))
