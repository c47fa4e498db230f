"""Codes for the values of key columns, and for combinations of them, in sorted order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from samling.stats.tables.exact import IntArray

DENSE_LIMIT = 50_000_000
NARROW = 1_000_000
SPARSE = 16  # a table this many times as long as the codes is still quicker than sorting them


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
        column = column.unify_dictionaries()
    else:
        column = column.dictionary_encode()
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
    indices = pc.fill_null(array.indices, len(found)).to_numpy(zero_copy_only=False)
    codes = lookup[indices]
    present = np.zeros(len(values), dtype=bool)
    present[codes[codes >= 0]] = True
    if present.all():
        return Coded(codes, values)
    renumber = np.append(np.cumsum(present) - 1, -1)
    kept = tuple(v for v, keep in zip(values, present, strict=True) if keep)
    return Coded(renumber[codes], kept)


def _encode_integers(column: pa.ChunkedArray) -> Coded | None:
    """Codes by a table over the range of the values; None if that is wide."""
    numbers = column.to_numpy()
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= max(NARROW, column.length()) or high >= 2**62:
        return None
    distinct, codes = compress(numbers.astype(np.int64) - low, high - low + 1)
    return Coded(codes, tuple((distinct + low).tolist()))


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def compress(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The sorted distinct codes, and each row's position among them; codes are 0..size-1."""
    low = int(codes.min()) if codes.size else 0
    width = int(codes.max()) - low + 1 if codes.size else min(size, 1)
    if width <= min(max(NARROW, SPARSE * codes.size), DENSE_LIMIT):
        near = codes - low if low else codes
        present = np.zeros(width, dtype=bool)
        present[near] = True
        distinct = np.flatnonzero(present)
        position = np.cumsum(present) - 1
        return distinct + low, position[near]
    distinct, inverse = np.unique(codes, return_inverse=True)
    return distinct, inverse.astype(np.int64)


def combine(columns: Sequence[Coded], rows: int) -> tuple[IntArray, list[IntArray]]:
    """Each row's combination 0..k-1 in sorted order, and the k combinations' codes by column.

    Missing values (-1) take part as a value of their own, sorted first.
    """
    combination = np.zeros(rows, dtype=np.int64)
    parts: list[IntArray] = []
    for column in columns:
        size = len(column.values) + 1
        wide = combination * size + (column.codes + 1)
        top = (int(parts[0].size) if parts else 1) * size
        distinct, combination = compress(wide, top)
        parts = [part[distinct // size] for part in parts] + [distinct % size - 1]
    if not parts:
        return combination, []
    return combination, parts


def merge(parts: Sequence[Coded]) -> Coded:
    """Several columns one after the other, coded by the sorted values of all."""
    values = sorted({v for part in parts for v in part.values}, key=_sort_key)
    rank = {value: code for code, value in enumerate(values)}
    codes = [
        np.array([*(rank[value] for value in part.values), -1], dtype=np.int64)[part.codes]
        for part in parts
    ]
    return Coded(np.concatenate(codes), tuple(values))
