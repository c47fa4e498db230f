"""Finds the regular parts of a table: cells that lie in a grid of crossed sums.

A *sheet* is a set of cells that are summed over the same relations (areas, sex, age, years ...),
each cell in one sum of each. Its place in each sum, the total being 0, is its coordinate. No two
cells of a sheet have the same place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from samling.stats.disclosure.sums import Ints, Sums

MOST_RELATIONS = 8
SPARSEST = 4
"""A grid may have this many places per cell that is there."""


@dataclass(frozen=True)
class Sheet:
    """`cells` by place: an array with one axis per relation, the longest last; -1 where none is."""

    cells: Ints


def find_sheets(sums: Sums, cells: int, wanted: Ints) -> tuple[list[Sheet], Ints]:
    """The sheets that hold a wanted cell, and the wanted cells that lie in none."""
    lines = _Lines(sums, cells)
    label = lines.label_sheets()
    of_wanted = label[wanted]
    numbers = np.unique(of_wanted[of_wanted >= 0])
    # Its last element stands for the label -1.
    sheets, regular = [], np.zeros(int(label.max(initial=-1)) + 2, dtype=np.bool_)
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.stack([numbers, numbers + 1]))
    for number, first, last in zip(numbers.tolist(), *bounds.tolist(), strict=True):
        sheet = lines.lay_out(order[first:last])
        if sheet is not None:
            sheets.append(sheet)
            regular[number] = True
    left = wanted[~regular[of_wanted]]
    return sheets, left


class _Lines:
    """Per relation, the sum that each cell is in and its place there; -1 where it is in none."""

    def __init__(self, sums: Sums, cells: int) -> None:
        self.names = np.unique(sums.relation[sums.relation >= 0])
        self.row = np.full((len(self.names), cells), -1, dtype=np.int64)
        self.place = np.full((len(self.names), cells), -1, dtype=np.int64)
        self.irregular = np.zeros(cells, dtype=np.bool_)
        lengths = np.diff(sums.start)
        of_child = np.repeat(np.arange(len(sums)), lengths)
        place = np.arange(len(sums.child)) - sums.start[of_child] + 1
        for k, name in enumerate(self.names):
            rows = np.flatnonzero(sums.relation == name)
            mine = sums.relation[of_child] == name
            members = np.concatenate([sums.parent[rows], sums.child[mine]])
            twice = np.bincount(members, minlength=cells) > 1
            self.irregular |= twice
            self.row[k, sums.parent[rows]], self.place[k, sums.parent[rows]] = rows, 0
            self.row[k, sums.child[mine]], self.place[k, sums.child[mine]] = (
                of_child[mine],
                place[mine],
            )
        unnamed = sums.relation < 0
        self.irregular[sums.parent[unnamed]] = True
        self.irregular[sums.child[unnamed[of_child]]] = True

    def label_sheets(self) -> Ints:
        """A number per cell, the same for cells of one sheet; -1 for those that can be in none."""
        relations, cells = self.row.shape
        if not relations or relations > MOST_RELATIONS * 8 - 2:
            return np.full(cells, -1, dtype=np.int64)
        member = self.row >= 0
        kind = (member.astype(np.int64) << np.arange(relations)[:, None]).sum(axis=0)
        able = ~self.irregular & (kind > 0) & (member.sum(axis=0) <= MOST_RELATIONS)
        kinds = np.unique(kind)
        code = np.searchsorted(kinds, kind)
        rows: list[Ints] = []
        columns: list[Ints] = []
        for k in range(relations):
            here = np.flatnonzero(able & member[k])
            # Cells of one kind in one sum are joined through a node of their own.
            nodes = self.row[k, here] * len(kinds) + code[here]
            _, node = np.unique(nodes, return_inverse=True)
            rows.append(here)
            columns.append(node + (columns[-1].max(initial=-1) + 1 if columns else 0))
        row, column = np.concatenate(rows), np.concatenate(columns)
        size = cells + int(column.max(initial=-1)) + 1
        graph = sparse.coo_array(
            (np.ones(len(row), dtype=np.int8), (row, cells + column)), shape=(size, size)
        )
        _, label = sparse.csgraph.connected_components(graph.tocsr(), directed=False)
        return np.where(able, label[:cells], -1).astype(np.int64)

    def lay_out(self, cells: Ints) -> Sheet | None:
        """The cells of a sheet by their places; None where two have the same place."""
        used = np.flatnonzero(self.row[:, cells[0]] >= 0)
        place = self.place[np.ix_(used, cells)]
        shape = place.max(axis=1) + 1
        order = np.argsort(shape, kind="stable")
        shape, place = shape[order], place[order]
        if np.prod(shape.astype(float)) > SPARSEST * len(cells):
            return None
        grid = np.full(shape, -1, dtype=np.int64)
        grid[tuple(place)] = cells
        return Sheet(grid) if (grid >= 0).sum() == len(cells) else None


def corners(shape: tuple[int, ...], place: tuple[int, ...]) -> Iterator[tuple[Ints, Ints]]:
    """Boxes with a corner at `place` of a grid, all axes but the last: (corners, signs) of each.

    Corners are numbers of places, flattened. Signs say which corners rise together: along an axis
    two parts are opposite, a part and its total are not.
    """
    ways: list[list[tuple[Ints, Ints]]] = []
    for size, at in zip(shape, place, strict=True):
        axis = []
        for other in range(size):
            if other != at:
                sign = 1 if 0 in (at, other) else -1
                axis.append((np.array([at, other]), np.array([1, sign])))
        ways.append(axis)
    yield from _combined(ways, shape)


def _combined(
    ways: list[list[tuple[Ints, Ints]]], shape: tuple[int, ...]
) -> Iterator[tuple[Ints, Ints]]:
    if not ways:
        yield np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
        return
    for places, signs in ways[0]:
        for rest, rest_signs in _combined(ways[1:], shape[1:]):
            step = int(np.prod(shape[1:], dtype=np.int64))
            yield (
                (places[:, None] * step + rest[None, :]).ravel(),
                (signs[:, None] * rest_signs[None, :]).ravel(),
            )
