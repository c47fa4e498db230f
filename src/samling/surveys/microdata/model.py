"""What reading a file of microdata takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from samling.questionnaire.codebook import Code, Codebook, Variable


class MicrodataError(Exception):
    """The file cannot be read as microdata.

    `place` is the file with line, row, cell or variable; `found` what is wrong there; `mend`
    what to do. The text of the error is the three together.
    """

    def __init__(self, place: str, found: str, mend: str) -> None:
        super().__init__(f"{place}: {found} {mend}")
        self.place = place
        self.found = found
        self.mend = mend


@dataclass(frozen=True)
class ReadOptions:
    """What the person says about the file; None lets the reader find out and tell.

    `encoding` is a Python codec name; `decimal` is "," or "."; `text` names columns that are
    kept as text whatever they hold; `sheet` is a sheet's name in an Excel file; `codebook` is a
    file of labels, looked for beside the data when None.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    text: tuple[str, ...] = ()
    codebook: Path | None = None


@dataclass(frozen=True)
class Note:
    """A decision the reader took, about one variable or (None) about the whole file."""

    variable: str | None
    text: str


@dataclass(frozen=True)
class ReadVariable:
    """One column as read: description, values with missing codes null, and their counts."""

    variable: Variable
    values: pa.Array
    missing_counts: Mapping[Code, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Microdata:
    """A file as a table and a codebook with the same variables in the same order.

    Cells that held a missing code are null in `table`; `missing_counts` says how many cells of
    each variable held each code. Only the types int64, float64, string, date32 and bool occur.
    """

    table: pa.Table
    codebook: Codebook
    notes: tuple[Note, ...] = ()
    missing_counts: Mapping[str, Mapping[Code, int]] = field(default_factory=dict)
