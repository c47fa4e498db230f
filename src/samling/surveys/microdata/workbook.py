"""Excel workbooks (.xlsx): one sheet, the variables' names on its first filled row."""

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.utils import get_column_letter

from samling.surveys.microdata.delimited import check_names
from samling.surveys.microdata.model import MicrodataError, Note, ReadOptions
from samling.surveys.microdata.shapes import text_column
from samling.surveys.microdata.typing_texts import TypedColumn, typed_columns

_FORMULA = re.compile(rb"<f[ >/]")
_MEND = "Open it in Excel and save it again as .xlsx."


def read_workbook(
    path: Path, options: ReadOptions, missing_words: Mapping[str, Collection[str]]
) -> tuple[list[TypedColumn], list[Note]]:
    """Read one sheet into typed columns and notes; raise MicrodataError with the cell."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet, notes = _sheet(book, path.name, options.sheet)
        rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
        book.close()
        formulas = _has_formulas(path)
    except MicrodataError:
        raise
    except Exception as error:  # a damaged archive or XML shows itself in many ways
        what = f"the file cannot be read as an Excel workbook ({error})."
        raise MicrodataError(path.name, what, _MEND) from error
    place = f"{path.name}, sheet {sheet.title!r}"
    table = _table(rows, place)
    if formulas:
        _refuse_missing_results(path, sheet.title, rows, place)
    return _typed_sheet(table, options, missing_words, notes)


def _sheet(book: Any, place: str, told: str | None) -> tuple[Any, list[Note]]:
    """Return the sheet to read, and say which when there are several."""
    names = list(book.sheetnames)
    if told is not None and told not in names:
        what = f"there is no sheet {told!r}."
        raise MicrodataError(place, what, f"The sheets are {', '.join(names)}.")
    chosen = told or names[0]
    notes = [Note(None, f"Sheet {chosen!r} of {', '.join(names)}.")] if len(names) > 1 else []
    return book[chosen], notes


@dataclass(frozen=True)
class _Sheet:
    """The names, the cells of each column, and what was left out."""

    columns: dict[str, list[Any]]
    notes: tuple[Note, ...]


def _table(rows: list[tuple[Any, ...]], place: str) -> _Sheet:
    """Divide the sheet into header and columns; empty rows and nameless empty columns go."""
    filled = [i for i, row in enumerate(rows) if any(_has_value(cell) for cell in row)]
    if not filled:
        raise MicrodataError(place, "the sheet is empty.", "Choose another sheet.")
    first, body = filled[0], [rows[i] for i in filled[1:]]
    if not body:
        what = "there is a header but not one row of data."
        raise MicrodataError(f"{place}, row {first + 1}", what, "Export the data again.")
    width = max(len(rows[i]) for i in filled)
    names = [_name(cell) for cell in rows[first]] + [""] * (width - len(rows[first]))
    check_names(names, f"{place}, row {first + 1}")
    columns: dict[str, list[Any]] = {}
    for i, name in enumerate(names):
        cells = [row[i] if i < len(row) and _has_value(row[i]) else None for row in body]
        if name:
            columns[name] = cells
        elif any(cell is not None for cell in cells):
            what = f"the cell {get_column_letter(i + 1)}{first + 1} has no name above its data."
            mend = "The first filled row must hold the name of every variable."
            raise MicrodataError(place, what, mend)
    empty = filled[-1] - first + 1 - len(filled)
    notes = [Note(None, f"The names were read from row {first + 1}.")] if first else []
    notes += [Note(None, f"{empty} empty rows were left out.")] if empty else []
    return _Sheet(columns, tuple(notes))


def _has_value(cell: Any) -> bool:
    """Tell whether a cell holds anything but spaces."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _name(cell: Any) -> str:
    """Return a header cell as a variable's name."""
    return _text(cell).strip() if _has_value(cell) else ""


def _text(cell: Any) -> str:
    """Return any cell as text: whole numbers without decimals, dates as ISO."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _typed_sheet(
    sheet: _Sheet,
    options: ReadOptions,
    missing_words: Mapping[str, Collection[str]],
    notes: list[Note],
) -> tuple[list[TypedColumn], list[Note]]:
    """Take the cells' own types where a column has one; read the others as texts."""
    done: dict[str, TypedColumn] = {}
    texts, mixed = [], []
    for name, cells in sheet.columns.items():
        own = None if name in options.text else _by_cell_type(name, cells)
        if own is not None:
            done[name] = own
            continue
        values = pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())
        texts.append(text_column(name, values))
        mixed.extend(_mixture(name, cells))
    typed, said = typed_columns(
        texts, options.decimal, keep_text=options.text, missing_words=missing_words
    )
    for column in typed:
        done[column.name] = column
        if column.type in ("integer", "number") and not any(
            n.variable == column.name for n in mixed
        ):
            mixed.append(Note(column.name, "numbers stored as text were read as numbers."))
    return [done[name] for name in sheet.columns], [*notes, *sheet.notes, *said, *mixed]


def _by_cell_type(name: str, cells: list[Any]) -> TypedColumn | None:
    """Return the column when all its cells are of one kind that is not text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds:
        return None
    if kinds == {bool}:
        return TypedColumn(name, pa.array(cells, pa.bool_()), "boolean")
    if kinds <= {int, float}:
        if all(cell is None or (cell == int(cell) and abs(cell) < 2**63) for cell in cells):
            whole = [None if cell is None else int(cell) for cell in cells]
            return TypedColumn(name, pa.array(whole, pa.int64()), "integer")
        return TypedColumn(name, pa.array(cells, pa.float64()), "number")
    if kinds <= {datetime, date}:
        moments = [cell for cell in cells if isinstance(cell, datetime)]
        if all(moment.time() == time() for moment in moments):
            days = [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
            return TypedColumn(name, pa.array(days, pa.date32()), "date")
    return None


def _mixture(name: str, cells: list[Any]) -> list[Note]:
    """Say when a column mixes cells of different kinds."""
    kinds = Counter(
        "text" if isinstance(cell, str) else "number" if isinstance(cell, int | float) else "date"
        for cell in cells
        if cell is not None
    )
    if len(kinds) < 2:
        return []
    words = ", ".join(f"{count} {kind} cells" for kind, count in kinds.most_common())
    return [Note(name, f"mixes {words}.")]


def _has_formulas(path: Path) -> bool:
    """Tell whether any sheet of the workbook holds a formula."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _refuse_missing_results(
    path: Path, title: str, rows: list[tuple[Any, ...]], place: str
) -> None:
    """Raise MicrodataError for a formula whose result was never saved: it is not an empty cell."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    for i, row in enumerate(book[title].iter_rows()):
        for j, cell in enumerate(row):
            result = rows[i][j] if i < len(rows) and j < len(rows[i]) else None
            if cell.data_type == "f" and result is None:
                what = f"the cell {get_column_letter(j + 1)}{i + 1} is a formula without a result."
                raise MicrodataError(place, what, "Open the file in Excel and save it again.")
    book.close()
