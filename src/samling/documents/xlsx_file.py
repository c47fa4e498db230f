"""A figure table as an Excel workbook.

The first sheet has title, subtitle and the table with its header frozen; figures are real
numbers. The second sheet has the notes and the source. The same table gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from samling.documents.figures import Cell, Column, FigureTable, plain_text, rounded
from samling.documents.spreadsheet_text import could_be_formula

_WORDS = {
    "sv": {"table": "Tabell", "about": "Om tabellen", "notes": "Noteringar", "source": "Källa"},
    "en": {"table": "Table", "about": "About the table", "notes": "Notes", "source": "Source"},
}
_NARROWEST, _WIDEST = 8, 60
_LONGEST_TEXT = 32_767  # Excel's limit for a cell
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def to_xlsx(table: FigureTable) -> bytes:
    """Return the table as the bytes of an .xlsx file."""
    words = _WORDS[table.language]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = words["table"]
    _write_table(sheet, table)
    _write_about(book.create_sheet(words["about"]), table, words["notes"], words["source"])
    book.properties.title = _allowed(table.title)
    book.properties.language = table.language
    book.properties.creator = "Samling"
    stream = io.BytesIO()
    book.save(stream)
    return _without_time(stream.getvalue())


def _write_table(sheet: Worksheet, table: FigureTable) -> None:
    """Write title, subtitle, header and rows."""
    _put(_at(sheet, 1, 1), table.title).font = Font(bold=True, size=14)
    _put(_at(sheet, 2, 1), table.subtitle)
    header = 4
    for j, column in enumerate(table.columns, start=1):
        cell = _put(_at(sheet, header, j), column.label)
        cell.font = Font(bold=True)
        cell.border = Border(bottom=Side(style="thin"))
        side = "left" if column.kind == "text" else "right"
        cell.alignment = Alignment(wrap_text=True, horizontal=side, vertical="bottom")
        cells = [row.get(column.key) for row in table.rows]
        sheet.column_dimensions[get_column_letter(j)].width = _width(column, cells)
        for i, value in enumerate(cells, start=header + 1):
            _put_figure(_at(sheet, i, j), column, value)
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"


def _write_about(sheet: Worksheet, table: FigureTable, notes: str, source: str) -> None:
    """Write title, subtitle, notes and source below one another."""
    sheet.column_dimensions["A"].width = 100
    lines: list[tuple[str, bool]] = [(table.title, True), (table.subtitle, False), ("", False)]
    if table.notes:
        lines += [(notes, True), *((note, False) for note in table.notes), ("", False)]
    lines += [(source, True), (table.source, False)]
    for i, (text, heading) in enumerate(lines, start=1):
        cell = _put(_at(sheet, i, 1), text)
        cell.font = Font(bold=heading)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _at(sheet: Worksheet, row: int, column: int) -> SheetCell:
    """Return the cell at a place; a new sheet has no merged ones."""
    return cast(SheetCell, sheet.cell(row, column))


def _put_figure(cell: SheetCell, column: Column, value: Cell) -> None:
    """Write one cell of the table as its column's kind."""
    if value is None:
        return
    if column.kind != "text" and isinstance(value, int | float | Decimal):
        cell.value = rounded(column, value)
        decimals = 0 if column.kind == "integer" else column.decimals
        if isinstance(value, Decimal):
            decimals = max(-int(value.as_tuple().exponent), 0)
        if decimals is not None:
            cell.number_format = "0." + "0" * decimals if decimals else "0"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        _put(cell, plain_text(value))


def _put(cell: SheetCell, text: str) -> SheetCell:
    """Write a text that stays a text: never a formula, never an error value."""
    if text:
        cell.value = _allowed(text)
        cell.data_type = "s"
        if could_be_formula(text):
            cell.quotePrefix = True
    return cell


def _allowed(text: str) -> str:
    """Return the text without control signs, which no workbook can hold, and not too long."""
    # Excel breaks lines at a line feed only, and the file's XML keeps no carriage return.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("", lines)[:_LONGEST_TEXT]


def _width(column: Column, cells: Sequence[Cell]) -> int:
    """Return a width that shows the cells whole and the label on a few lines."""
    longest_word = max((len(word) for word in column.label.split()), default=0)
    shown = [len(plain_text(cell)) for cell in cells]
    needed = max([*shown, longest_word, min(len(column.label), 20)]) + 2
    return min(max(needed, _NARROWEST), _WIDEST)


def _without_time(data: bytes) -> bytes:
    """Return the same workbook without the times of its making."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", before.read(name))
            after.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
