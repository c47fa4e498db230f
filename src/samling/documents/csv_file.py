"""A figure table as CSV for people and programs.

UTF-8 without byte order mark, comma between cells, CRLF between lines (RFC 4180), decimal point,
ISO dates. The header holds the columns' keys, which do not change with language. A hidden figure
is an empty cell. The source, and what else must follow every row (release, licence, whether the
data are examples), stand in last columns of their own.
"""

import csv
import io
from decimal import Decimal

from samling.documents.figures import Cell, Column, FigureTable, plain_number, plain_text
from samling.documents.spreadsheet_text import guarded

SOURCE = Column("source", "")


def to_csv(table: FigureTable) -> bytes:
    """Return the table as the bytes of a CSV file."""
    keys = {column.key for column in table.columns}
    said = {SOURCE.key: table.source} if table.source else {}
    added = {key: text for key, text in {**said, **table.in_every_row}.items() if key not in keys}
    columns = [*table.columns, *(Column(key, "") for key in added)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(guarded(column.key) for column in columns)
    for row in table.rows:
        cells = {**row, **added}
        writer.writerow(_cell(column, cells.get(column.key)) for column in columns)
    return stream.getvalue().encode("utf-8")


def _cell(column: Column, cell: Cell) -> str:
    """Return one cell as text."""
    if column.kind != "text" and isinstance(cell, int | float | Decimal):
        return plain_number(column, cell)
    return guarded(plain_text(cell))
