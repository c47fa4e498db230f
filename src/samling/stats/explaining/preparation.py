"""The rows that all parts of an explanation rest on: complete, and in no level too small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from samling.stats.cube.figures import Dropped
from samling.stats.errors import NotBinaryError, SeparationError, TermError
from samling.stats.regression.sample import read_columns, read_sample
from samling.stats.regression.terms import Categorical, Main, Term, main_terms, read_terms
from samling.stats.sampling.design import Design
from samling.stats.tables.exact import IntArray
from samling.stats.tables.source import Memory, Where

EXPLAINED = "samling_explained"
ADVERSE = "samling_adverse"


@dataclass(frozen=True)
class Prepared:
    """The design with its data in memory and two columns more: which rows, and the adverse outcome.

    `factors` are ranked, `place` is where people live (or None), `adjust` is taken into account
    only. `n` rows take part; `dropped` counts those that are incomplete, `small` those in a level
    with fewer than the smallest number of rows.
    """

    design: Design = field(repr=False)
    outcome: str
    factors: tuple[Categorical, ...]
    place: Categorical | None
    adjust: tuple[Term, ...]
    rows: IntArray = field(repr=False)
    dropped: Dropped
    small: Mapping[str, int]

    @property
    def n(self) -> int:
        """Rows that take part."""
        return int(self.rows.size)

    @property
    def grouped(self) -> tuple[Categorical, ...]:
        """The factors, and the place."""
        return self.factors if self.place is None else (*self.factors, self.place)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms of the full model."""
        return (*self.grouped, *self.adjust)


def prepare(
    design: Design,
    outcome: str,
    factors: Sequence[Categorical | str],
    place: Categorical | str | None,
    adjust: Sequence[Term | str],
    favourable: bool,
    where: Where,
    minimum: int,
) -> Prepared:
    """Read the columns and choose the rows; TermError, NotBinaryError or EmptyDataError."""
    grouped = tuple(_categorical(factor) for factor in factors)
    home = None if place is None else _categorical(place)
    kinds = {name: design.source.kind(name) for name in design.source.names}
    others = read_terms(adjust, kinds)
    every = [*grouped, *([home] if home else []), *main_terms(others)]
    _check_names([outcome, *(term.name for term in every)])
    there, inside = read_columns(design, [outcome, *(term.name for term in every)], where)
    loose = [_loose(term) for term in every]
    sample = read_sample(there, outcome, loose, inside)
    other = sample.outcome[(sample.outcome != 0) & (sample.outcome != 1)]
    if other.size:
        raise NotBinaryError(
            f"The outcome {outcome!r} must be 0 or 1, but {other.size} rows have other values, the "
            f"first {other[0]:g}. Recode it."
        )
    ranked = [*grouped, *([home] if home else [])]
    rows, small = _large_levels(there, ranked, sample.inside, minimum)
    _refuse_lone_levels(there, ranked, rows, small, minimum)
    _refuse_one_outcome(there, outcome, rows)
    return Prepared(
        design=_with_columns(there, outcome, rows, favourable),
        outcome=outcome,
        factors=grouped,
        place=home,
        adjust=others,
        rows=rows,
        dropped=sample.dropped,
        small=small,
    )


def _categorical(given: Categorical | str) -> Categorical:
    if isinstance(given, str):
        return Categorical(given)
    if isinstance(given, Categorical):
        return given
    raise TermError(
        f"{given!r} can't be explained by groups. Give the name of a variable with few values, or "
        "categorical(...); numbers belong in `adjust`."
    )


def _loose(term: Main) -> Main:
    """The term without order and reference, which may name levels that turn out too small."""
    return Categorical(term.name) if isinstance(term, Categorical) else term


def _check_names(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TermError(f"{', '.join(twice)} stands twice among outcome, factors, place, adjust.")


def _large_levels(
    design: Design, terms: Sequence[Categorical], rows: IntArray, minimum: int
) -> tuple[IntArray, dict[str, int]]:
    """Rows of levels with at least `minimum` rows; taking some away may make others small."""
    small = dict.fromkeys((term.name for term in terms), 0)
    codes = {term.name: design.coded(term.name).codes for term in terms}
    changed = True
    while changed:
        changed = False
        for name, code in codes.items():
            size = np.bincount(code[rows])
            keep = size[code[rows]] >= minimum
            small[name] += int((~keep).sum())
            changed |= not keep.all()
            rows = rows[keep]
    return rows, {name: count for name, count in small.items() if count}


def _refuse_lone_levels(
    design: Design,
    terms: Sequence[Categorical],
    rows: IntArray,
    small: Mapping[str, int],
    minimum: int,
) -> None:
    """TermError where too small levels have left a factor with nothing to compare."""
    for term in terms:
        left = np.unique(design.coded(term.name).codes[rows]).size
        if left < 2 and term.name in small:
            raise TermError(
                f"Fewer than two levels of {term.name!r} have at least minimum={minimum} rows: "
                f"{small[term.name]} rows are in smaller levels, {rows.size} are left. Merge "
                f"levels, leave {term.name!r} out, or lower minimum (at least 5)."
            )


def _refuse_one_outcome(design: Design, outcome: str, rows: IntArray) -> None:
    values = design.numbers(outcome)[0][rows]
    if values.min() == values.max():
        raise SeparationError(
            f"The outcome {outcome!r} is {values[0]:g} in all {values.size} rows that take part, "
            "so there is nothing to explain. Choose other rows, or another outcome."
        )


def _with_columns(design: Design, outcome: str, rows: IntArray, favourable: bool) -> Design:
    source = design.source
    assert isinstance(source, Memory)  # noqa: S101 - it has been read
    chosen = np.zeros(source.table.num_rows, dtype=bool)
    chosen[rows] = True
    values = design.numbers(outcome)[0]
    adverse = 1.0 - values if favourable else values
    table = source.table.append_column(EXPLAINED, pa.array(chosen))
    return replace(design, data=table.append_column(ADVERSE, pa.array(adverse, mask=~chosen)))
