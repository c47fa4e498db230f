"""Reads a division's CSV file: every line is understood, or every problem is named."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

from samling.places.choices import CODE_FORMS, NESTED_LEVELS, Level
from samling.places.loading.drafts import COLUMNS, AreaDraft, DivisionError, Problem

_REQUIRED = ("code", "name", "level", "valid_from")
_EXAMPLES = {
    Level.COUNTY: "04",
    Level.MUNICIPALITY: "0480",
    Level.DESO: "0480A0010",
    Level.REGSO: "0480R001",
}


def read_division(file: Path) -> list[AreaDraft]:
    """Read a UTF-8 file with comma or semicolon and the columns code, name, level, parent,
    valid_from, valid_to, members (the last are codes with a space between; dates as 2026-01-31).

    Raises DivisionError with every problem that one line can have alone.
    """
    reader = _open(file)
    problems: list[Problem] = []
    drafts = []
    for row in reader:
        draft = _draft(row, reader.line_num, problems)
        if draft is not None:
            drafts.append(draft)
    if not drafts and not problems:
        problems.append(Problem(2, "code", "the file has no areas.", "Add a line for each area."))
    if problems:
        raise DivisionError(file, problems)
    return drafts


def _open(file: Path) -> csv.DictReader[str]:
    """A reader after its header has been checked."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DivisionError(
            file, [Problem(line, "file", "the text is not UTF-8.", "Save the file as CSV UTF-8.")]
        ) from error
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = list(reader.fieldnames or [])
    problems = [
        Problem(1, name, "the column is missing.", f"Add it; the columns are {', '.join(COLUMNS)}.")
        for name in _REQUIRED
        if name not in names
    ]
    problems += [
        Problem(1, str(name), "no such column.", f"The columns are {', '.join(COLUMNS)}.")
        for name in names
        if name not in COLUMNS
    ]
    if problems:
        raise DivisionError(file, problems)
    return reader


def _draft(
    row: dict[str | None, str | None], line: int, problems: list[Problem]
) -> AreaDraft | None:
    """The line as an area, or None when a problem was added."""
    before = len(problems)
    if None in row or None in row.values():
        what = "the line has more or fewer cells than the header."
        problems.append(Problem(line, "line", what, 'Put text with a comma in "quotes".'))
        return None
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in _REQUIRED:
        if not cells[name]:
            problems.append(Problem(line, name, "the cell is empty.", "Fill it in."))
    starts = _day(cells["valid_from"], line, "valid_from", problems)
    ends = _day(cells["valid_to"], line, "valid_to", problems)
    _check_level(cells, line, problems)
    if starts and ends and ends <= starts:
        what = f"{ends} is not after valid_from {starts}."
        mend = "Give the first day that the area no longer holds, or leave it empty."
        problems.append(Problem(line, "valid_to", what, mend))
    if len(problems) > before or starts is None:
        return None
    members = tuple(cells["members"].split())
    codes = (cells["code"], cells["name"], cells["level"], cells["parent"])
    return AreaDraft(line, *codes, starts, ends, members)


def _day(text: str, line: int, field: str, problems: list[Problem]) -> date | None:
    """A date, or None when the cell is empty or a problem was added."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        what = f'"{text}" is not a date.'
        problems.append(Problem(line, field, what, "Write it as 2026-01-31."))
        return None


def _check_level(cells: dict[str, str], line: int, problems: list[Problem]) -> None:
    """The level is known, and code, parent and members are as it wants them."""
    code, level, parent = cells["code"], cells["level"], cells["parent"]
    if not level or not code:
        return
    if level not in Level.values:
        mend = f"Choose one of {', '.join(Level.values)}."
        problems.append(Problem(line, "level", f'"{level}" is no level.', mend))
        return
    kind = Level(level)
    if kind in CODE_FORMS and not re.match(CODE_FORMS[kind], code):
        what = f'"{code}" is no code of a {level}.'
        mend = f'Write it like "{_EXAMPLES[kind]}"; a spreadsheet may have dropped a leading zero.'
        problems.append(Problem(line, "code", what, mend))
    if kind in NESTED_LEVELS and not (parent and code.startswith(parent)):
        upper = "county" if kind is Level.MUNICIPALITY else "municipality"
        what = f'"{code}" does not begin with its parent "{parent}".'
        problems.append(Problem(line, "parent", what, f"Give the code of the {upper} it lies in."))
    if cells["members"] and kind is not Level.GROUP:
        what = f"a {level} has no members."
        mend = "Use level group, or give the parts this area as their parent."
        problems.append(Problem(line, "members", what, mend))
