"""Codes for the values of key columns, and for combinations of them, in sorted order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.tables.exact import IntArray

DENSE_LIMIT = 50_000_000
NARROW = 1_000_000
SPARSE = 16  # a table this many times as long as the codes is still quicker than sorting them
SMALL = 1_000  # a table of this length costs next to nothing


@dataclass(frozen=True)
class Coded:
    """A column as codes into sorted `values`; -1 stands for a missing value."""

    codes: IntArray
    values: tuple[Any, ...]


def _sort_key(value: Any) -> tuple[str, Any]:
    if isinstance(value, bool | int | float):
        return ("", value)
    return (type(value).__name__, value)


def encode(column: pa.ChunkedArray | pa.Array) -> Coded:
    """Codes of a column by sorted distinct value; null and NaN become -1."""
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    if pa.types.is_integer(column.type) and column.null_count == 0 and len(column):
        whole = _encode_integers(column)
        if whole is not None:
            return whole
    if pa.types.is_dictionary(column.type):
        return _only_present(_encode_dictionary(column.unify_dictionaries()))
    return _encode_dictionary(column.dictionary_encode())


def _encode_integers(column: pa.ChunkedArray) -> Coded | None:
    """Codes by a table over the range of the values; None if that is wide."""
    numbers = column.to_numpy()
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= max(NARROW, column.length()) or high >= 2**62:
        return None
    distinct, codes = compress(np.subtract(numbers, low, dtype=np.int64), high - low + 1)
    return Coded(codes, tuple((distinct + low).tolist()))


def _encode_dictionary(column: pa.ChunkedArray) -> Coded:
    """Codes by the column's dictionary, whose values need neither be sorted nor present."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    found = array.dictionary.to_pylist()
    known = [(i, v) for i, v in enumerate(found) if not _is_missing(v)]
    known.sort(key=lambda pair: _sort_key(pair[1]))
    values = tuple(dict.fromkeys(v for _, v in known))
    rank = {v: code for code, v in enumerate(values)}
    lookup = np.full(len(found) + 1, -1, dtype=np.int64)
    for index, value in known:
        lookup[index] = rank[value]
    indices = array.indices.fill_null(len(found)) if array.null_count else array.indices
    return Coded(lookup[indices.to_numpy(zero_copy_only=False)], values)


def _only_present(column: Coded) -> Coded:
    """The column without the values that no row has."""
    present = np.zeros(len(column.values) + 1, dtype=bool)
    present[column.codes] = True
    if present[:-1].all():
        return column
    renumber = np.append(np.cumsum(present[:-1]) - 1, -1)
    kept = tuple(v for v, keep in zip(column.values, present, strict=False) if keep)
    return Coded(renumber[column.codes], kept)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _table_limit(rows: int) -> int:
    return min(SMALL + SPARSE * rows, DENSE_LIMIT)


def compress(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The sorted distinct codes, and each row's position among them; codes are 0..size-1."""
    low, width, limit = 0, size, _table_limit(codes.size)
    if width > limit and codes.size:
        low = int(codes.min())
        width = int(codes.max()) - low + 1
    if width > limit:
        distinct, inverse = np.unique(codes, return_inverse=True)
        return distinct, inverse.astype(np.int64)
    near = codes - low if low else codes
    present = np.zeros(width, dtype=bool)
    present[near] = True
    distinct = np.flatnonzero(present)
    if distinct.size == width:
        return distinct + low, near
    position = np.empty(width, dtype=np.int64)
    position[distinct] = np.arange(distinct.size)
    return distinct + low, position[near]


def combine(columns: Sequence[Coded], rows: int) -> tuple[IntArray, list[IntArray]]:
    """Each row's combination 0..k-1 in sorted order, and the k combinations' codes by column.

    Missing values (-1) take part as a value of their own, sorted first.
    """
    return combine_codes([c.codes for c in columns], [len(c.values) for c in columns], rows)


def combine_codes(
    codes: Sequence[IntArray], sizes: Sequence[int], rows: int
) -> tuple[IntArray, list[IntArray]]:
    """`combine` of columns whose codes are -1..size-1.

    The codes are the digits of one number; it is compressed when a table over it grows too large.
    """
    limit = _table_limit(rows)
    combination = np.zeros(rows, dtype=np.int64)
    reach = 1
    parts: list[IntArray] = []
    digits: list[int] = []
    for code, size in zip(codes, sizes, strict=True):
        if digits and reach * (size + 1) > limit:
            distinct, combination = compress(combination, reach)
            parts, digits, reach = _split(parts, digits, distinct), [], int(distinct.size)
        combination = combination * (size + 1)
        combination += code
        combination += 1
        digits.append(size + 1)
        reach *= size + 1
    if not digits:
        return combination, parts
    distinct, combination = compress(combination, reach)
    return combination, _split(parts, digits, distinct)


def _split(parts: Sequence[IntArray], digits: Sequence[int], numbers: IntArray) -> list[IntArray]:
    """Codes of every column from the numbers of which the last columns are digits."""
    last: list[IntArray] = []
    for digit in reversed(digits):
        last.append(numbers % digit - 1)
        numbers = numbers // digit
    return [part[numbers] for part in parts] + last[::-1]


def merge(parts: Sequence[Coded]) -> Coded:
    """Several columns one after the other, coded by the sorted values of all."""
    values = sorted({v for part in parts for v in part.values}, key=_sort_key)
    rank = {value: code for code, value in enumerate(values)}
    codes = [
        np.array([*(rank[value] for value in part.values), -1], dtype=np.int64)[part.codes]
        for part in parts
    ]
    return Coded(np.concatenate(codes), tuple(values))
