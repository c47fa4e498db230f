"""SPSS .sav/.zsav and Stata .dta: data that bring labels and missing codes with them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyreadstat

from samling.questionnaire.codebook import Code, Measure, MissingCode, Variable, VariableType
from samling.surveys.microdata.model import MicrodataError, Note, ReadOptions, ReadVariable

_MEASURES: Mapping[str, Measure] = {"nominal": "nominal", "ordinal": "ordinal", "scale": "scale"}
_READERS: Mapping[str, tuple[Callable[..., Any], str]] = {
    ".sav": (pyreadstat.read_sav, "SPSS"),
    ".zsav": (pyreadstat.read_sav, "SPSS"),
    ".dta": (pyreadstat.read_dta, "Stata"),
}
_LARGEST_EXACT = 2.0**53


def read_labelled(path: Path, options: ReadOptions) -> tuple[list[ReadVariable], list[Note]]:
    """Read a file of SPSS or Stata with its labels and user-missing codes."""
    read, program = _READERS[path.suffix.lower()]
    if path.stat().st_size == 0:
        raise MicrodataError(path.name, "the file is empty.", "Export the data again.")
    try:
        columns, meta = read(
            str(path), user_missing=True, output_format="dict", encoding=options.encoding
        )
    except Exception as error:  # the reader has no closed list of what it raises
        raise MicrodataError(
            path.name,
            f"the file cannot be read as {program} data ({error}).",
            "It may be cut off, of another kind than its ending says, or in an encoding that "
            "must be told. Save it again from the program that made it.",
        ) from error
    if not columns or not meta.number_rows:
        raise MicrodataError(path.name, "there is not one row of data.", "Export the data again.")
    encoding = f", encoding {meta.file_encoding}" if meta.file_encoding else ""
    notes = [Note(None, f"{program} file{encoding}.")]
    variables = [_variable(name, list(columns[name]), meta, notes) for name in meta.column_names]
    return variables, notes


def _variable(name: str, values: list[Any], meta: Any, notes: list[Note]) -> ReadVariable:
    """Build one variable from its values and what the file says of it."""
    missing, counts = _missing(name, values, meta)
    kept = [None if value in missing else value for value in values] if missing else values
    kind, array, said = _typed(kept)
    notes.extend(Note(name, text) for text in said)
    labels = {
        _code(code): label for code, label in meta.variable_value_labels.get(name, {}).items()
    }
    variable = Variable(
        name=name,
        label=(meta.column_names_to_labels.get(name) or "").strip(),
        type=kind,
        value_labels={code: label for code, label in labels.items() if code not in counts},
        missing=tuple(MissingCode(code, labels.get(code, "")) for code in counts),
        measure=_MEASURES.get(meta.variable_measure.get(name, "")),
    )
    return ReadVariable(variable, array, counts)


def _missing(name: str, values: Sequence[Any], meta: Any) -> tuple[set[Any], dict[Code, int]]:
    """Return the values that stand for no answer, and how often each code occurs.

    A range counts the codes that occur or have a label in it; a declared single code is kept
    though it may not occur.
    """
    labelled = meta.variable_value_labels.get(name, {})
    ranges = meta.missing_ranges.get(name, [])
    letters = meta.missing_user_values.get(name, [])
    if not ranges and not letters:
        return set(), {}
    occurring = Counter(value for value in values if value is not None)
    declared = [item["lo"] for item in ranges if item["lo"] == item["hi"]] + list(letters)
    candidates = [*declared, *labelled, *occurring]
    codes = {value for value in candidates if value in letters or _inside(value, ranges)}
    ordered = sorted(codes, key=lambda value: (isinstance(value, str), value))
    return codes, {_code(value): occurring.get(value, 0) for value in ordered}


def _inside(value: Any, ranges: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a value lies in one of the declared ranges."""
    return any(
        isinstance(value, str) == isinstance(item["lo"], str) and item["lo"] <= value <= item["hi"]
        for item in ranges
    )


def _code(value: Any) -> Code:
    """Return a whole number as int, whatever the file stores it as."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT:
        return int(value)
    return value  # type: ignore[no-any-return]


def _typed(values: list[Any]) -> tuple[VariableType, pa.Array, list[str]]:
    """Return type, column and what should be said of a list of values of one kind."""
    present = next((value for value in values if value is not None), None)
    if isinstance(present, datetime):
        return _moments(values)
    if isinstance(present, date):
        return "date", pa.array(values, pa.date32()), []
    if isinstance(present, time):
        texts = [None if value is None else value.isoformat() for value in values]
        return "text", pa.array(texts, pa.string()), ["times of day are kept as text."]
    if isinstance(present, str):
        texts = [(value or "").strip() or None for value in values]
        return "text", pa.array(texts, pa.string()), []
    if present is None:
        return "text", pa.array(values, pa.string()), ["every cell is empty; read as text."]
    return _numbers(np.array(values, dtype=np.float64))


def _moments(values: list[datetime | None]) -> tuple[VariableType, pa.Array, list[str]]:
    """Return moments as dates when every one is midnight, otherwise as ISO text."""
    if all(value is None or value.time() == time() for value in values):
        dates = [None if value is None else value.date() for value in values]
        return "date", pa.array(dates, pa.date32()), []
    texts = [None if value is None else value.isoformat(sep=" ") for value in values]
    return "text", pa.array(texts, pa.string()), ["dates with a time of day are kept as text."]


def _numbers(values: npt.NDArray[np.float64]) -> tuple[VariableType, pa.Array, list[str]]:
    """Return whole numbers as integers, others as numbers; NaN is null."""
    absent = np.isnan(values)
    known = values[~absent]
    if bool(np.all((known == np.floor(known)) & (np.abs(known) < _LARGEST_EXACT))):
        whole = np.where(absent, 0, values).astype(np.int64)
        return "integer", pa.array(whole, mask=absent), []
    return "number", pa.array(values, mask=absent), []
