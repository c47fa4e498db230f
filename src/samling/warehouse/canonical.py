"""The one form of a table that its identity is computed from.

The same rows and definitions give the same hash whatever order they arrived in, on any machine,
at any time, under any version of the libraries that wrote the file.

Canonical table (`canonical_table`)
    Types are brought to the short list in `_type_name`: dictionaries to their values, long and
    view strings to ``text``, all timestamps and times to microseconds, date64 to ``date``,
    float16 to ``float32``, narrow decimals to ``decimal(p,s)`` in 128 bits, a column without a
    type to ``text``. In floats -0.0 becomes 0.0 and every NaN the same NaN; a NaN is not a null.
    Texts keep their code points: no Unicode normalisation.
    Rows are sorted ascending by `sort_by`, then by the remaining columns in their own order.
    Numbers sort by value with NaN after every number, texts and binaries by their (UTF-8) bytes,
    false before true, and null last.

Encoding (`content_hash`), hashed as one SHA-256 stream
    1. the line ``samling-snapshot-1``, ended by a line feed;
    2. one line of canonical JSON (`canonical_json`), ended by a line feed, with the keys
       ``columns`` (list of [name, type name]), ``definitions``, ``rows`` and ``sort_by``;
    3. for each column in order: one byte a row, 1 for a value and 0 for null; then the values in
       row order. A fixed-width value is its little-endian bytes, a null all zero bytes; a bool is
       one byte; date is int32 days and timestamp int64 microseconds since 1970-01-01, time int64
       microseconds since midnight; decimal is the unscaled integer, 16 bytes, two's complement.
       Text and binary are first the lengths in bytes (uint32 each, 0 for null), then the bytes.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from samling.warehouse.errors import UnsuitableTable

FORMAT = b"samling-snapshot-1\n"

_TYPE_NAMES = {
    pa.bool_(): "bool",
    pa.int8(): "int8",
    pa.int16(): "int16",
    pa.int32(): "int32",
    pa.int64(): "int64",
    pa.uint8(): "uint8",
    pa.uint16(): "uint16",
    pa.uint32(): "uint32",
    pa.uint64(): "uint64",
    pa.float32(): "float32",
    pa.float64(): "float64",
    pa.string(): "text",
    pa.binary(): "binary",
    pa.date32(): "date",
    pa.time64("us"): "time",
    pa.timestamp("us"): "timestamp",
}


def type_name(kind: pa.DataType) -> str | None:
    """Return Samling's own name of a canonical type, or None for one that is not canonical."""
    if pa.types.is_decimal128(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind) and kind.unit == "us" and kind.tz:
        return f"timestamp({kind.tz})"
    return _TYPE_NAMES.get(kind)


def canonical_json(value: object) -> str:
    """Write definitions as JSON in exactly one way: sorted keys, no spaces, ASCII.

    Accepts None, bool, int, finite float, str, date and datetime (as ISO text), lists, tuples
    and mappings with text keys. Raises UnsuitableTable with the place for anything else.
    """
    return json.dumps(plain(value, "definitions"), sort_keys=True, separators=(",", ":"))


def plain(value: object, place: str) -> object:
    """Return a value as plain JSON data, or raise UnsuitableTable that names the place."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value + 0.0  # -0.0 is the same number as 0.0
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item, f"{place}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: plain(item, f"{place}.{key}") for key, item in value.items()}
    raise UnsuitableTable(
        f"{place} holds {value!r} ({type(value).__name__}), which cannot be kept as JSON. "
        "Use text, whole numbers, finite numbers, dates, lists and mappings with text keys."
    )


def canonical_table(table: pa.Table, sort_by: Sequence[str]) -> pa.Table:
    """Return the table with canonical types, values and row order; raise UnsuitableTable if not."""
    _check_names(table, sort_by)
    columns = [
        _canonical_column(name, column)
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    typed = pa.table(columns, names=table.column_names)
    rest = [name for name in typed.column_names if name not in set(sort_by)]
    keys = [(name, "ascending", "at_end") for name in (*sort_by, *rest)]
    order = pc.sort_indices(typed, sort_keys=keys)
    return typed.take(order)


def content_hash(table: pa.Table, sort_by: Sequence[str], definitions: object) -> str:
    """Return the SHA-256 of a canonical table (already sorted) as 64 hexadecimal digits."""
    columns = [[field.name, type_name(field.type)] for field in table.schema]
    head = {
        "columns": columns,
        "definitions": plain(definitions, "definitions"),
        "rows": table.num_rows,
        "sort_by": list(sort_by),
    }
    digest = hashlib.sha256(FORMAT)
    digest.update(canonical_json(head).encode("ascii") + b"\n")
    for column in table.columns:
        for chunk in column.chunks:
            digest.update(np.asarray(chunk.is_valid()).astype(np.uint8).tobytes())
        for part in _value_parts(column):
            digest.update(part)
    return digest.hexdigest()


def _check_names(table: pa.Table, sort_by: Sequence[str]) -> None:
    """Raise UnsuitableTable for names that are empty, equal to the engine, or unknown."""
    if not table.column_names:
        raise UnsuitableTable("The table has no columns, so there is nothing to keep.")
    seen: dict[str, str] = {}
    for name in table.column_names:
        if not name:
            raise UnsuitableTable("A column has no name. Give every column a name.")
        if name.casefold() in seen:
            raise UnsuitableTable(
                f"Two columns are called {seen[name.casefold()]!r} and {name!r}; the analysis "
                "engine does not tell capitals from small letters. Rename one of them."
            )
        seen[name.casefold()] = name
    unknown = [name for name in sort_by if name not in table.column_names]
    if unknown:
        raise UnsuitableTable(
            f"Cannot sort by {', '.join(unknown)}: no such column. "
            f"The columns are {', '.join(table.column_names)}."
        )
    if len(set(sort_by)) != len(sort_by):
        raise UnsuitableTable(f"A column is named twice in sort_by: {', '.join(sort_by)}.")


def _target_type(kind: pa.DataType) -> pa.DataType:
    """Return the canonical type that a type is brought to (itself when there is none)."""
    if pa.types.is_dictionary(kind):
        return _target_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz=kind.tz)
    if pa.types.is_time(kind):
        return pa.time64("us")
    if pa.types.is_decimal(kind) and kind.precision <= 38:
        return pa.decimal128(kind.precision, kind.scale)
    return {pa.date64(): pa.date32(), pa.float16(): pa.float32()}.get(kind, kind)


def _canonical_column(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return one column with its canonical type and values."""
    target = _target_type(column.type)
    if type_name(target) is None:
        raise UnsuitableTable(
            f"Column {name!r} has the type {column.type}, which the warehouse does not keep. "
            "Use text, numbers, dates, times, true/false or binary values."
        )
    if column.type != target:
        try:
            column = column.cast(target)
        except pa.ArrowInvalid as error:
            raise UnsuitableTable(
                f"Column {name!r} cannot be kept as {type_name(target)} without loss: {error}."
            ) from error
    if pa.types.is_floating(target):
        column = pc.add(column, pa.scalar(0, type=target))
        if pc.any(pc.is_nan(column)).as_py():
            nan = pa.scalar(math.nan, type=target)
            column = pc.if_else(pc.is_nan(column), nan, column)
    return column


def _value_parts(column: pa.ChunkedArray) -> list[bytes | memoryview]:
    """Return the values of a canonical column in the documented encoding, in order."""
    if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        empty = pa.scalar("" if pa.types.is_string(column.type) else b"", type=column.type)
        chunks = [chunk.fill_null(empty) for chunk in column.chunks]
        lengths = [np.asarray(pc.binary_length(chunk)).astype("<u4").tobytes() for chunk in chunks]
        return [*lengths, *(_text_bytes(chunk) for chunk in chunks)]
    return [_fixed_bytes(chunk) for chunk in column.chunks]


def _text_bytes(chunk: pa.Array) -> bytes | memoryview:
    """Return the bytes of a text or binary array without nulls, joined."""
    _, offsets, data = chunk.buffers()
    if len(chunk) == 0 or data is None:
        return b""
    ends = np.frombuffer(offsets, dtype=np.int32, count=len(chunk) + 1, offset=chunk.offset * 4)
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def _fixed_bytes(chunk: pa.Array) -> bytes | memoryview:
    """Return the little-endian bytes of a fixed-width array, nulls as zero bytes."""
    kind = chunk.type
    if pa.types.is_boolean(kind):
        return np.asarray(chunk.fill_null(False)).astype(np.uint8).tobytes()
    if pa.types.is_decimal(kind):
        words = np.frombuffer(
            chunk.buffers()[1], dtype="<u8", count=2 * (len(chunk) + chunk.offset)
        )
        values = words[2 * chunk.offset :].reshape(-1, 2).copy()
        values[~np.asarray(chunk.is_valid())] = 0
        return values.tobytes()
    if pa.types.is_temporal(kind):
        chunk = chunk.view(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    values = np.asarray(chunk.fill_null(0) if chunk.null_count else chunk)
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
