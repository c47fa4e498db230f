"""Parquet files: the types are in the file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from samling.surveys.microdata.delimited import check_names
from samling.surveys.microdata.model import MicrodataError, Note, ReadOptions
from samling.surveys.microdata.typing_texts import TypedColumn


def read_columnar(path: Path, options: ReadOptions) -> tuple[list[TypedColumn], list[Note]]:
    """Read a Parquet file; raise MicrodataError for a damaged one or a type that is no answer."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        what = f"the file cannot be read as Parquet ({error})."
        raise MicrodataError(path.name, what, "It may be cut off: export it again.") from error
    if table.num_rows == 0 or table.num_columns == 0:
        raise MicrodataError(path.name, "there is not one row of data.", "Export the data again.")
    check_names(table.column_names, path.name)
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    left = table.num_columns - len(names)
    notes = [Note(None, f"{left} index columns of pandas were left out.")] if left else []
    columns = [_column(path.name, name, table[name], name in options.text) for name in names]
    return columns, notes


def _column(place: str, name: str, column: pa.ChunkedArray, as_text: bool) -> TypedColumn:
    """Bring a column to one of the five types."""
    values = column.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    kind = values.type
    if as_text or _is_text(kind):
        return _text(name, values)
    if pa.types.is_boolean(kind):
        return TypedColumn(name, values, "boolean")
    if pa.types.is_integer(kind):
        return TypedColumn(name, _cast(place, name, values, pa.int64()), "integer")
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _number(name, values.cast(pa.float64()))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _date(name, values)
    raise MicrodataError(
        f"{place}, variable {name!r}",
        f"the type {kind} is not one that an answer can have.",
        "Keep text, numbers, dates and true/false only.",
    )


def _is_text(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type holds texts, times of day or nothing at all."""
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in (*texts, pa.types.is_time, pa.types.is_null))


def _text(name: str, values: pa.Array) -> TypedColumn:
    """Return a column as texts; an empty text is a missing answer."""
    texts = pc.utf8_trim_whitespace(values.cast(pa.string()))
    blank = pc.equal(texts, "")
    texts = pc.if_else(blank, pa.scalar(None, pa.string()), texts)
    said = "every cell is empty; read as text." if texts.null_count == len(texts) else None
    return TypedColumn(name, texts, "text", (Note(name, said),) if said else ())


def _cast(place: str, name: str, values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the column as another type, or raise MicrodataError."""
    try:
        return values.cast(kind)
    except pa.ArrowInvalid as error:
        where = f"{place}, variable {name!r}"
        raise MicrodataError(where, f"{error}.", "Use whole numbers below 2^63.") from error


def _number(name: str, values: pa.Array) -> TypedColumn:
    """Return a column of numbers; NaN, which is no number, is missing."""
    nan = pc.sum(pc.is_nan(values)).as_py() or 0
    if nan:
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)
    notes = (Note(name, f"{nan} cells with NaN read as missing."),) if nan else ()
    return TypedColumn(name, values, "number", notes)


def _date(name: str, values: pa.Array) -> TypedColumn:
    """Return dates as dates, moments that are not midnight as ISO text."""
    if pa.types.is_timestamp(values.type):
        midnights = pc.equal(pc.floor_temporal(values, unit="day"), values)
        if pc.any(pc.invert(midnights)).as_py():
            note = Note(name, "dates with a time of day are kept as text.")
            texts = pc.strftime(values, format="%Y-%m-%d %H:%M:%S")
            return TypedColumn(name, texts, "text", (note,))
    return TypedColumn(name, values.cast(pa.date32()), "date")
