"""A table of published figures: the one thing that every file format is written from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

ColumnKind = Literal["text", "number", "integer"]
Language = Literal["sv", "en"]
Cell = str | int | float | Decimal | date | None
"""A Decimal is written with the digits that it has, whatever its column's decimals."""


class FigureTableError(ValueError):
    """The table contradicts itself; the text says which column and row."""


@dataclass(frozen=True)
class Column:
    """A column: `key` names it to programs, `label` to people.

    `decimals` is how many a number is written with; None writes it as it is.
    """

    key: str
    label: str
    kind: ColumnKind = "text"
    decimals: int | None = None


@dataclass(frozen=True)
class FigureTable:
    """Figures as they are published, already rounded and with disclosure control applied.

    A row maps keys to cells. A hidden or absent figure is None: say why in a text column of its
    own, keyed ``status``. Raises FigureTableError for a key that is given twice or unknown, a
    text or true/false in a column of figures, an integer with decimals, and NaN or infinity.
    """

    title: str
    subtitle: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Cell]]
    notes: Sequence[str]
    source: str
    language: Language
    in_every_row: Mapping[str, str] = field(default_factory=dict)
    """What each row of a file without a place for notes must carry with it, by key."""

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice or not keys:
            problem = f"the key {', '.join(twice)} is given twice" if twice else "no columns"
            raise FigureTableError(f"Table {self.title!r}: {problem}.")
        for number, row in enumerate(self.rows, start=1):
            strangers = sorted(set(row) - set(keys))
            if strangers:
                known = ", ".join(keys)
                raise FigureTableError(
                    f"Table {self.title!r}, row {number}: no column {', '.join(strangers)}. "
                    f"The columns are {known}."
                )
            for column in self.columns:
                _check_cell(column, row.get(column.key), f"Table {self.title!r}, row {number}")


def _check_cell(column: Column, cell: Cell, place: str) -> None:
    """Raise FigureTableError for a cell that its column cannot hold."""
    if column.kind == "text" or cell is None:
        return
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise FigureTableError(f"{place}: {column.key} is {cell!r}, but the column holds figures.")
    if not math.isfinite(cell):
        raise FigureTableError(f"{place}: {column.key} is {cell}. Write None and a status.")
    if column.kind == "integer" and cell != int(cell):
        raise FigureTableError(f"{place}: {column.key} is {cell}, but the column holds integers.")


def plain_text(cell: Cell) -> str:
    """Return a text cell's text: dates as ISO, nothing for None."""
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def plain_number(column: Column, cell: int | float | Decimal) -> str:
    """Return a figure with a decimal point, half rounded away from zero, and no -0."""
    if column.kind == "integer":
        return str(int(cell))
    if isinstance(cell, Decimal):
        return f"{cell if cell else abs(cell):f}"
    exact = Decimal(repr(cell))
    if column.decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-column.decimals), rounding=ROUND_HALF_UP)
    return f"{exact if exact else abs(exact):f}"


def rounded(column: Column, cell: int | float | Decimal) -> int | float:
    """Return the figure that `plain_number` writes, as a number."""
    text = plain_number(column, cell)
    return int(text) if column.kind == "integer" else float(text)
