"""The one way in: a file of any known kind becomes a table with its codebook."""

from pathlib import Path

import pyarrow as pa

from samling.questionnaire.codebook import Codebook
from samling.surveys.microdata.columnar import read_columnar
from samling.surveys.microdata.delimited import read_delimited
from samling.surveys.microdata.joining import finding_notes, join_labels
from samling.surveys.microdata.labelled import read_labelled
from samling.surveys.microdata.model import (
    Microdata,
    MicrodataError,
    Note,
    ReadOptions,
    ReadVariable,
)
from samling.surveys.microdata.sidecar import Sidecar, find_sidecar, read_sidecar
from samling.surveys.microdata.typing_texts import TypedColumn
from samling.surveys.microdata.workbook import read_workbook

DELIMITED = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
COLUMNAR = (".parquet",)
LABELLED = (".sav", ".zsav", ".dta")
KNOWN = (*DELIMITED, *WORKBOOKS, *COLUMNAR, *LABELLED)
_MEANINGFUL = {
    DELIMITED: {"delimiter", "encoding", "decimal", "text", "codebook"},
    WORKBOOKS: {"decimal", "sheet", "text", "codebook"},
    COLUMNAR: {"text", "codebook"},
    LABELLED: {"encoding"},  # types and labels are in the file
}


def read_microdata(path: Path, *, options: ReadOptions | None = None) -> Microdata:
    """Read a file of microdata, its labels and its missing codes.

    The file's ending says its kind. Every choice the reader makes is in `notes`. Raises
    MicrodataError, with the place and the mend, for anything that cannot be read whole.
    """
    path, chosen = Path(path), options or ReadOptions()
    _check_file(path)
    _check_options(path, chosen)
    try:
        variables, notes = _read(path, chosen)
    except OSError as error:
        what = f"the file cannot be read ({error})."
        raise MicrodataError(path.name, what, "Check that you may read it.") from error
    names = [item.variable.name for item in variables]
    strangers = [name for name in chosen.text if name not in names]
    if strangers:
        what = f"there is no variable {', '.join(strangers)} to keep as text."
        raise MicrodataError(path.name, what, f"The variables are {', '.join(names)}.")
    return Microdata(
        table=pa.table([item.values for item in variables], names=names),
        codebook=Codebook(tuple(item.variable for item in variables)),
        notes=(*notes, *finding_notes(variables)),
        missing_counts={
            item.variable.name: dict(item.missing_counts)
            for item in variables
            if item.missing_counts
        },
    )


def _check_file(path: Path) -> None:
    """Raise MicrodataError for a file that is not there or of an unknown kind."""
    if path.is_dir():
        raise MicrodataError(str(path), "this is a directory.", "Name a file in it.")
    if not path.is_file():
        raise MicrodataError(str(path), "there is no such file.", "Check the name and the place.")
    ending = path.suffix.lower()
    if ending not in KNOWN:
        mend = f"Use one of {', '.join(KNOWN)}."
        if ending == ".xls":
            mend = "Open it in Excel and save it as .xlsx."
        raise MicrodataError(path.name, f"the ending {ending!r} is not known.", mend)


def _check_options(path: Path, options: ReadOptions) -> None:
    """Raise MicrodataError for an option that means nothing for this kind of file."""
    kinds = (names for endings, names in _MEANINGFUL.items() if path.suffix.lower() in endings)
    allowed = next(kinds)
    for name, value in vars(options).items():
        if value not in (None, ()) and name not in allowed:
            what = f"the option {name} means nothing for a {path.suffix} file."
            mend = f"Leave it out; what can be told is {', '.join(sorted(allowed))}."
            raise MicrodataError(path.name, what, mend)
    if options.decimal not in (None, ",", "."):
        what = f"the decimal sign {options.decimal!r} is not known."
        raise MicrodataError(path.name, what, "Use , or .")


def _read(path: Path, options: ReadOptions) -> tuple[list[ReadVariable], list[Note]]:
    """Read by the file's ending."""
    if path.suffix.lower() in LABELLED:
        return read_labelled(path, options)
    found = find_sidecar(path, options.codebook)
    sidecar = read_sidecar(found) if found else None
    columns, notes = _read_unlabelled(path, options, sidecar)
    said = [Note(None, f"Labels from {found.name}.")] if found else []
    notes = [*notes, *said, *(note for column in columns for note in column.notes)]
    return join_labels(columns, sidecar), notes


def _read_unlabelled(
    path: Path, options: ReadOptions, sidecar: Sidecar | None
) -> tuple[list[TypedColumn], list[Note]]:
    """Read a file that has no labels of its own."""
    words = sidecar.missing_words() if sidecar else {}
    if path.suffix.lower() in COLUMNAR:
        return read_columnar(path, options)
    if path.suffix.lower() in WORKBOOKS:
        return read_workbook(path, options, words)
    return read_delimited(path, options, words)
