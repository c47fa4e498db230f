"""Reading a spreadsheet of appointments, CSV or .xlsx, into rows of texts.

The first filled row is the header. Cells are texts as people see them, dates as ISO; what they
mean is for the import to say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from samling.documents.workbook_bounds import WorkbookTooLargeError, refuse_too_large

MOST_ROWS = 2000
MOST_BYTES = 5_000_000
MOST_COLUMNS = 50
# What people may call each column; the first is the one in the template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "unit": ("enhetskod", "enhet", "kod", "unit code", "unit"),
    "organisation": ("organisation", "kommun", "municipality"),
    "name": ("namn", "person", "name"),
    "email": ("e-post", "e-postadress", "epost", "mejl", "e-mail", "email"),
    "role": ("uppdrag", "roll", "role"),
    "starts_on": ("start", "startdatum", "från", "from"),
    "ends_on": ("slut", "slutdatum", "sista dag", "till", "end"),
    "training": ("utbildning", "training"),
}
NEEDED = ("unit", "name", "email", "role", "starts_on")


class SheetError(Exception):
    """The file can't be read as a list of appointments; the text says where and what to mend."""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the file, and its cells by column."""

    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell, empty if there is none."""
        return self.cells.get(column, "")


def read_sheet(name: str, content: bytes) -> list[SheetRow]:
    """The file's rows, without empty ones. SheetError for a file that isn't such a list."""
    if len(content) > MOST_BYTES:
        raise SheetError(_("Filen är större än 5 MB. Dela upp den i flera."))
    lines = _workbook(content) if content[:2] == b"PK" else _text(name, content)
    filled = [(number, line) for number, line in enumerate(lines, 1) if any(line)]
    if not filled:
        raise SheetError(_("Filen är tom."))
    columns = _columns(filled[0][1])
    if len(filled) - 1 > MOST_ROWS:
        text = _("Filen har fler än %(most)s rader. Dela upp den i flera.")
        raise SheetError(text % {"most": MOST_ROWS})
    if len(filled) == 1:
        raise SheetError(_("Filen har en rubrikrad men inga rader under den."))
    return [
        SheetRow(number, {column: line[i] for column, i in columns.items() if i < len(line)})
        for number, line in filled[1:]
    ]


def column_title(column: str) -> str:
    """What the column is called in the template."""
    return COLUMNS[column][0]


def template_csv() -> bytes:
    """An empty file with the columns' names, that spreadsheet programs open as it is."""
    return ("\ufeff" + ";".join(names[0] for names in COLUMNS.values()) + "\r\n").encode()


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = {name: column for column, all_names in COLUMNS.items() for name in all_names}
    found: dict[str, int] = {}
    for i, title in enumerate(header):
        column = names.get(title.strip().lower())
        if column is None:
            continue
        if column in found:
            text = _("Kolumnen %(title)s finns två gånger. Ta bort den ena.")
            raise SheetError(text % {"title": title})
        found[column] = i
    missing = [column_title(column) for column in NEEDED if column not in found]
    if missing:
        text = _("Rubrikraden saknar: %(missing)s. Utgå gärna från mallen.")
        raise SheetError(text % {"missing": ", ".join(missing)})
    return found


def _text(name: str, content: bytes) -> list[list[str]]:
    if not name.lower().endswith((".csv", ".txt")):
        raise SheetError(_("Välj en fil i formatet .xlsx eller .csv."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SheetError(_("Filen går inte att läsa som CSV. Spara den på nytt.")) from error
    return [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows]


def _workbook(content: bytes) -> list[list[str]]:
    try:
        refuse_too_large(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 100, values_only=True)
        lines = [[_cell(value) for value in row] for row in rows]
        book.close()
    except WorkbookTooLargeError as error:
        raise SheetError(
            _("Filen är för stor när den packas upp. Dela upp den i flera.")
        ) from error
    except Exception as error:  # a damaged archive or XML shows itself in many ways
        text = _("Filen går inte att läsa. Öppna den i Excel och spara den på nytt som .xlsx.")
        raise SheetError(text) from error
    return lines


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
