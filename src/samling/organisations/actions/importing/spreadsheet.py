"""A spreadsheet's bytes to rows of texts, whatever program saved them.

CSV with any of the usual delimiters and encodings, or xlsx. The header is the first row that has
at least two of the columns asked for, so that a title above it does no harm.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from samling.documents.spreadsheet_text import could_be_formula
from samling.documents.workbook_bounds import WorkbookTooLargeError, refuse_too_large
from samling.organisations.actions.history import RegistryError

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
DELIMITERS = ";,\t|"
HEADER_WITHIN = 20
FORMULA = re.compile(rb"<f[ >/]")
Raw = tuple[int, list[str]]


@dataclass(frozen=True)
class SheetRow:
    """A row: its number in the file, and its texts by column. A column that isn't there is None."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str | None:
        """The cell's text, "" for an empty one, None if the file has no such column."""
        return self.cells.get(column)

    def text(self, column: str) -> str:
        """The cell's text, "" too if the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """The rows below the header, the columns that were known, and headings that were not."""

    rows: tuple[SheetRow, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def read_sheet(content: bytes, names: Mapping[str, Iterable[str]]) -> Sheet:
    """Read a file; `names` are the headings of each column.

    RegistryError for what can't be read at all: an old or damaged workbook, bytes that are no
    text, no header, a heading that stands twice, a file that is too large.
    """
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // 1_000_000
        raise RegistryError(
            _("Filen är för stor. Den får vara högst %(size)s MB.") % {"size": size}
        )
    known = {folded(name): column for column, all_of in names.items() for name in all_of}
    raw = list(_rows(content, known))
    return _sheet(raw, known)


def folded(text: str) -> str:
    """A heading or word without what people write differently: capitals, spaces, hyphens."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _sheet(raw: list[Raw], known: Mapping[str, str]) -> Sheet:
    scores = [sum(folded(c) in known for c in cells) for _n, cells in raw[:HEADER_WITHIN]]
    if max(scores, default=0) < min(2, len(set(known.values()))):
        raise RegistryError(
            _("Filens första rad ska ha kolumnernas namn. Jämför med exempelfilen.")
        )
    place = scores.index(max(scores))
    number, heading = raw[place]
    columns = [known.get(folded(cell), "") for cell in heading]
    named = [column for column in columns if column]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise RegistryError(
            _("Rad %(row)s: kolumnen %(column)s finns två gånger. Ta bort den ena.")
            % {"row": number, "column": heading[columns.index(twice[0])]}
        )
    body = raw[place + 1 :]
    if len(body) > MOST_ROWS:
        raise RegistryError(
            _("Filen är för lång. Dela den: högst %(most)s rader i taget.") % {"most": MOST_ROWS}
        )
    unknown = tuple(c for c, column in zip(heading, columns, strict=True) if c and not column)
    return Sheet(tuple(_row(n, cells, columns) for n, cells in body), tuple(named), unknown)


def _row(number: int, cells: list[str], columns: list[str]) -> SheetRow:
    filled = [*cells, *([""] * (len(columns) - len(cells)))]
    return SheetRow(number, {c: filled[i] for i, c in enumerate(columns) if c})


def _rows(content: bytes, known: Mapping[str, str]) -> Iterator[Raw]:
    if content.startswith(b"PK\x03\x04"):
        return _workbook_rows(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RegistryError(_("Det är en äldre Excelfil (.xls). Spara den som .xlsx eller CSV."))
    return _text_rows(_decoded(content), known)


def _decoded(content: bytes) -> str:
    """UTF-16 by its mark, UTF-8 when every byte fits, else Windows-1252, as Excel saves."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _without_zeros(content.decode("utf-16"))
        return _without_zeros(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _without_zeros(content.decode("cp1252", "replace"))


def _without_zeros(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise RegistryError(_("Filen är tom eller ingen textfil. Spara den som .xlsx eller CSV."))
    return text


def _text_rows(text: str, known: Mapping[str, str]) -> Iterator[Raw]:
    lines = list(io.StringIO(text, newline=""))
    skipped = 0
    if lines and lines[0].lower().startswith("sep="):
        lines, skipped = lines[1:], 1
    delimiter = max(DELIMITERS, key=lambda sign: _recognised(lines, sign, known))
    reader = csv.reader(lines, delimiter=delimiter)
    before = skipped
    try:
        for cells in reader:
            texts = [_cleaned(cell) for cell in cells[:MOST_COLUMNS]]
            if any(texts):
                yield before + 1, texts
            before = skipped + reader.line_num
    except csv.Error as error:
        raise RegistryError(
            _("Rad %(row)s går inte att läsa. Kontrollera citattecknen.") % {"row": before + 1}
        ) from error


def _recognised(lines: list[str], sign: str, known: Mapping[str, str]) -> int:
    try:
        rows = list(csv.reader(lines[:HEADER_WITHIN], delimiter=sign))
    except csv.Error:
        return 0
    return max((sum(folded(cell) in known for cell in row) for row in rows), default=0)


def _workbook_rows(content: bytes) -> Iterator[Raw]:
    broken = _("Excelfilen går inte att läsa. Öppna den i Excel och spara den på nytt som .xlsx.")
    try:
        refuse_too_large(content)
        formulas = _has_formulas(content)
        rows = _first_sheet(content, results=True)
        written = _first_sheet(content, results=False) if formulas else rows
    except WorkbookTooLargeError as error:
        raise RegistryError(
            _("Filen är för stor när den packas upp. Dela upp den i flera.")
        ) from error
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise RegistryError(broken) from error
    _refuse_missing_results(rows, written)
    texts = ((number, [_cleaned(_as_text(cell)) for cell in cells]) for number, cells in rows)
    return iter([(number, cells) for number, cells in texts if any(cells)])


def _has_formulas(content: bytes) -> bool:
    """Whether a sheet has any."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        return any(FORMULA.search(packed.read(name)) for name in sheets)


def _first_sheet(content: bytes, *, results: bool) -> list[tuple[int, tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=results)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(
        values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS + HEADER_WITHIN
    )
    found = list(enumerate(rows, start=1))
    book.close()
    return found


def _refuse_missing_results(
    rows: list[tuple[int, tuple[Any, ...]]], written: list[tuple[int, tuple[Any, ...]]]
) -> None:
    """A formula whose result was never saved is no empty cell."""
    for (number, cells), (_number, formulas) in zip(rows, written, strict=True):
        for place, (cell, formula) in enumerate(zip(cells, formulas, strict=True), start=1):
            if cell is None and formula is not None:
                raise RegistryError(
                    _("Cellen %(cell)s är en formel utan resultat. Spara filen på nytt i Excel.")
                    % {"cell": f"{get_column_letter(place)}{number}"}
                )


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _cleaned(cell: str) -> str:
    """Without spaces around, and without the apostrophe that keeps a text from being a formula."""
    text = " ".join(cell[:LONGEST_CELL].split())
    return text[1:] if text.startswith("'") and could_be_formula(text[1:]) else text
