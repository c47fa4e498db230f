"""Auxiliary variables of a calibration, and their targets, joined by name and never by position."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from samling.stats.errors import AuxiliaryError, OptionError, ResponseError, TargetError
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.keys import Coded, combine
from samling.stats.tables.source import BoolArray, Memory, require_columns
from samling.stats.weighting.matrices import Matrix

ELEMENTS = "1"  # the auxiliary variable that is 1 for everyone: its total is the population size
NAMED = 8
AGREE = 1e-9


@dataclass(frozen=True)
class Margin:
    """One auxiliary variable: categories (of one variable or several crossed), or a number.

    `code` (rows,) is each row's category, -1 where the margin is not used; a number has
    `value` (rows,) too. `labels` and `totals` have an entry per category, one for a number.
    """

    name: str
    labels: tuple[str, ...]
    totals: FloatArray
    code: IntArray
    value: FloatArray | None = None

    @property
    def whole(self) -> bool:
        """Whether the categories' totals add up to the whole population."""
        return self.value is None


@dataclass(frozen=True)
class Auxiliary:
    """All margins as a matrix, one row per *cell* (rows of the data with the same values).

    `cell` (rows,) is each row's cell, `x` (cells, p); rows where no margin is used have x = 0.
    """

    margins: tuple[Margin, ...]
    cell: IntArray
    parts: tuple[IntArray, ...]
    x: Matrix

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the p columns."""
        return tuple(label for margin in self.margins for label in margin.labels)

    @property
    def totals(self) -> FloatArray:
        """Targets (p,)."""
        return np.concatenate([margin.totals for margin in self.margins])


def read_targets(source: Memory, targets: Any, used: BoolArray) -> tuple[Margin, ...]:
    """Margins from {name: {category: total}} and {name: total}, needed for the `used` rows.

    A crossed margin is named "a:b" and has tuples of values as categories; the name "1" is
    everyone. Raises TargetError for categories that are missing or too many, AuxiliaryError
    where a used row has no value, UnknownVariableError for a name that is no column.
    """
    pairs = _items(targets, "targets")
    if not pairs:
        raise OptionError('Give at least one target, such as {"sex": {"f": 510, "m": 490}}.')
    return tuple(_read_target(source, str(name), given, used) for name, given in pairs)


def _items(given: Any, what: str) -> list[tuple[Any, Any]]:
    if not hasattr(given, "items"):
        raise OptionError(
            f"{what} must join names with numbers, as a mapping does; {type(given).__name__} "
            "goes by position."
        )
    return list(given.items())


def _read_target(source: Memory, name: str, given: Any, used: BoolArray) -> Margin:
    if name == ELEMENTS:
        whole = np.where(used, 0, -1)
        return Margin(name, ("the population size",), np.array([_total(name, given)]), whole)
    if isinstance(given, int | float | np.number):
        return read_number(source, name, used, _total(name, given))
    asked = {_key(key): _total(f"{name} {key}", n) for key, n in _items(given, f"targets[{name}]")}
    margin, values = _read_categories(source, name, used)
    _refuse_other_categories(name, values, asked, margin.code)
    return replace(margin, totals=np.array([asked[value] for value in values], dtype=float))


def _key(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _total(name: str, given: Any) -> float:
    try:
        total = float(given)
    except (TypeError, ValueError):
        total = math.nan
    if not math.isfinite(total):
        raise TargetError(f"The target of {name} is {given!r}; it must be a finite number.")
    return total


def read_number(source: Memory, name: str, used: BoolArray, total: float = math.nan) -> Margin:
    """A numeric auxiliary variable; AuxiliaryError if it is missing in a used row."""
    require_columns(source, [name], "calibration")
    value, known = source.numbers(name)
    _refuse_missing(name, used & ~known)
    value = np.where(used, value, 0.0)
    return Margin(name, (name,), np.array([total]), np.where(used, 0, -1), value)


def read_categories(source: Memory, name: str, used: BoolArray) -> Margin:
    """A variable's categories, or of several crossed ("a:b"), without targets."""
    return _read_categories(source, name, used)[0]


def _read_categories(
    source: Memory, name: str, used: BoolArray
) -> tuple[Margin, list[tuple[Any, ...]]]:
    variables = [name] if name in source.names else name.split(":")
    require_columns(source, variables, f"the margin {name!r}")
    columns = [source.coded(variable) for variable in variables]
    for variable, column in zip(variables, columns, strict=True):
        _refuse_missing(variable, used & (column.codes < 0))
    some = np.flatnonzero(used)
    place, parts = combine([Coded(c.codes[some], c.values) for c in columns], some.size)
    code = np.full(used.size, -1, dtype=np.int64)
    code[some] = place
    values = [
        tuple(column.values[part] for column, part in zip(columns, line, strict=True))
        for line in zip(*parts, strict=True)
    ]
    labels = tuple(_label(name, value) for value in values)
    return Margin(name, labels, np.full(len(values), math.nan), code), values


def _label(name: str, value: tuple[Any, ...]) -> str:
    return f"{name}={':'.join(map(str, value))}"


def _refuse_missing(name: str, missing: BoolArray) -> None:
    if missing.any():
        raise AuxiliaryError(
            f"The auxiliary variable {name!r} is missing in {int(missing.sum())} rows that it is "
            "needed for. Fill in the values, or give these rows a category of their own."
        )


def _refuse_other_categories(
    name: str, values: Sequence[tuple[Any, ...]], asked: Mapping[tuple[Any, ...], float], code: Any
) -> None:
    """TargetError unless the sample's categories are those that have targets above 0."""
    counts = np.bincount(code[code >= 0], minlength=len(values))
    extra = [(v, int(n)) for v, n in zip(values, counts, strict=True) if asked.get(v, 0.0) == 0]
    if extra:
        listed = _listed([f"{_shown(value)} ({n} elements)" for value, n in extra])
        raise TargetError(
            f"The margin {name!r} has no target, or the target 0, for {listed}. The targets are "
            f"for {_listed([_shown(value) for value in asked])}. Every category in the sample "
            "needs its population total; mind that text and numbers differ."
        )
    found = set(values)
    empty = [(v, total) for v, total in asked.items() if v not in found and total != 0]
    if empty:
        listed = _listed([f"{_shown(value)} ({total:g})" for value, total in empty])
        raise TargetError(
            f"The margin {name!r} has targets for categories without anyone in the sample: "
            f"{listed}. No weights can reach them: merge each with a neighbouring category, in "
            "the data and in the targets."
        )
    low = [(v, total) for v, total in asked.items() if total < 0]
    if low:
        raise TargetError(f"The margin {name!r} has the target {low[0][1]:g} for {low[0][0]}.")


def _shown(value: tuple[Any, ...]) -> str:
    return repr(value[0] if len(value) == 1 else value)


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more


def agree(margins: Sequence[Margin], rescale: str | None) -> tuple[Margin, ...]:
    """The margins, if their totals add up to the same population; else TargetError naming two.

    `rescale` names the margin to whose sum all others' totals are scaled; a number's total is
    never scaled.
    """
    whole = [margin for margin in margins if margin.whole]
    if rescale is not None:
        right = [margin for margin in whole if margin.name == rescale]
        if not right:
            names = ", ".join(repr(margin.name) for margin in whole)
            raise OptionError(f"rescale={rescale!r} is no margin of categories. Choose: {names}.")
        size = right[0].totals.sum()
        return tuple(
            replace(m, totals=m.totals * (size / m.totals.sum())) if m.whole else m for m in margins
        )
    for margin in whole[1:]:
        one, other = whole[0].totals.sum(), margin.totals.sum()
        if abs(one - other) > AGREE * max(abs(one), abs(other)):
            raise TargetError(
                f"The targets of {whole[0].name!r} add up to {one:.10g}, those of "
                f"{margin.name!r} to {other:.10g}. They must describe the same population; "
                f"rescale={whole[0].name!r} scales the others to that sum."
            )
    return tuple(margins)


def make_auxiliary(margins: Sequence[Margin], also: Sequence[IntArray] = ()) -> Auxiliary:
    """Margins as a matrix by cell; `also` (codes from 0, each (rows,)) makes cells finer."""
    columns, numbers = [], []
    for margin in margins:
        code, value = margin.code, margin.value
        if value is not None:
            distinct, place = np.unique(value, return_inverse=True)
            code = np.where(code >= 0, place, -1)
            numbers.append(distinct)
        columns.append(_coded(code))
    finer = [_coded(code) for code in also]
    cell, parts = combine([*columns, *finer], margins[0].code.size)
    blocks, left = [], iter(numbers)
    for margin, part in zip(margins, parts, strict=False):
        blocks.append(
            _block(part, len(margin.labels), next(left) if margin.value is not None else None)
        )
    x = sparse.hstack(blocks, format="csr")
    return Auxiliary(tuple(margins), cell, tuple(parts[len(columns) :]), x)


def _coded(code: IntArray) -> Coded:
    return Coded(code, tuple(range(int(code.max(initial=-1)) + 1)))


def _block(part: IntArray, size: int, distinct: FloatArray | None) -> Matrix:
    """The columns of one margin for every cell, from the cells' codes."""
    used = np.flatnonzero(part >= 0)
    values, columns = np.ones(used.size), part[used]
    if distinct is not None:
        values, columns = distinct[part[used]], np.zeros(used.size, dtype=np.int64)
    return sparse.csr_array((values, (used, columns)), shape=(part.size, size))


def refuse_cells_without_respondents(margin: Margin, responded: BoolArray) -> None:
    """ResponseError if nobody responded in a category; names the categories and their sizes."""
    everyone = np.bincount(margin.code[margin.code >= 0], minlength=len(margin.labels))
    inside = responded & (margin.code >= 0)
    answered = np.bincount(margin.code[inside], minlength=len(margin.labels))
    empty = np.flatnonzero((everyone > 0) & (answered == 0))
    if empty.size:
        listed = _listed([f"{margin.labels[k]} ({everyone[k]} in the sample)" for k in empty])
        raise ResponseError(
            f"Nobody responded in {listed}, so nobody can stand for them. Merge these with "
            "neighbouring categories."
        )
