"""Base rows of pairs of domains, in slices small enough to work on at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from samling.stats.cube.base import Base
from samling.stats.cube.grouping import Grouping
from samling.stats.cube.variance import CHUNK
from samling.stats.tables.exact import IntArray

# A slice of combinations of domains, and its base rows: row, combination within the slice, side
# (0 the first domain, 1 the second, ...).
Slices = Iterator[tuple[slice, IntArray, IntArray, IntArray]]


def pair_slices(base: Base, grouping: Grouping, first: IntArray, second: IntArray) -> Slices:
    """Rows of the domains first[k] (side 0) and second[k] (side 1); -1 has no rows."""
    return line_slices(base, grouping, np.array([first, second], dtype=np.int64))


def line_slices(base: Base, grouping: Grouping, lines: IntArray) -> Slices:
    """Rows of the domains lines[side, k], (sides, combinations); -1 has no rows."""
    row, start = _rows_by_group(grouping.domain[base.cell], grouping.size)
    counts = np.append(np.diff(start), 0)
    for part in _slices(np.cumsum(counts[lines].sum(axis=0))):
        pieces = [
            (row[start[domain] : start[domain + 1]], pair, np.int64(side))
            for pair, sides in enumerate(lines[:, part].T)
            for side, domain in enumerate(sides)
            if domain >= 0
        ]
        yield part, *_sorted(pieces)


def rest_slices(base: Base, grouping: Grouping, margin: IntArray, margins: int) -> Slices:
    """Rows of every domain (side 0) and of the rest of its margin (side 1)."""
    domain = grouping.domain[base.cell]
    of_row = np.where(domain >= 0, margin[domain] if margin.size else -1, -1)
    row, start = _rows_by_group(of_row, margins)
    counts = np.diff(start)
    for part in _slices(np.cumsum(counts[margin])):
        pieces = []
        for pair, line in enumerate(range(part.start, part.stop)):
            rows = row[start[margin[line]] : start[margin[line] + 1]]
            pieces.append((rows, pair, (domain[rows] != line).astype(np.int64)))
        yield part, *_sorted(pieces)


def _rows_by_group(group: IntArray, size: int) -> tuple[IntArray, IntArray]:
    row = np.flatnonzero(group >= 0)
    row = row[np.argsort(group[row], kind="stable")]
    return row, np.searchsorted(group[row], np.arange(size + 1))


def _slices(work: IntArray) -> Iterator[slice]:
    """Ranges of pairs whose rows together stay within the working memory."""
    start = 0
    while start < work.size:
        done = work[start - 1] if start else 0
        stop = max(int(np.searchsorted(work, done + CHUNK, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _sorted(
    pieces: Sequence[tuple[IntArray, int, IntArray | np.int64]],
) -> tuple[IntArray, IntArray, IntArray]:
    """All pieces as row, pair and side, sorted by pair and row."""
    empty = np.zeros(0, dtype=np.int64)
    row = np.concatenate([empty, *(rows for rows, _, _ in pieces)])
    pair = np.concatenate([empty, *(np.full(rows.size, pair) for rows, pair, _ in pieces)])
    side = np.concatenate([empty, *(np.broadcast_to(s, rows.size) for rows, _, s in pieces)])
    order = np.lexsort((row, pair))
    return row[order], pair[order], side[order]
