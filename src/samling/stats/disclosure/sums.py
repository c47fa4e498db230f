"""The sums that tie the cells of a release together, as flat arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samling.stats.disclosure.errors import InconsistentTableError

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sum:
    """`parent` = sum of `children`, plus an unknown remainder of at least 0 unless `exhaustive`.

    The remainder holds those who belong to the parent but to none of the children, as a rule the
    people who left the grouping question blank. It is never published.
    """

    parent: int
    children: tuple[int, ...]
    exhaustive: bool = True


class Sums:
    """Many sums: row r says cell `parent[r]` = sum of `child[start[r]:start[r + 1]]`.

    Arrays are read-only. `exhaustive[r]` is False where a remainder of at least 0 is added.
    `relation[r]` is the caller's number of what is summed over (such as "over sex"), -1 if not
    said; large tables are protected faster where it is.
    """

    parent: Ints
    start: Ints
    child: Ints
    exhaustive: Bools
    relation: Ints

    def __init__(self, sums: Iterable[Sum] = ()) -> None:
        rows = list(sums)
        lengths = [len(row.children) for row in rows]
        self._fill(
            np.array([row.parent for row in rows], dtype=np.int64),
            np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
            np.array([cell for row in rows for cell in row.children], dtype=np.int64),
            np.array([row.exhaustive for row in rows], dtype=np.bool_),
            np.full(len(rows), -1, dtype=np.int64),
        )

    def _fill(
        self, parent: Ints, start: Ints, child: Ints, exhaustive: Bools, relation: Ints
    ) -> None:
        self.parent, self.start, self.child, self.exhaustive = parent, start, child, exhaustive
        self.relation = relation
        row_of_child = np.repeat(np.arange(len(parent)), np.diff(start))
        if (np.diff(start) < 1).any():
            raise InconsistentTableError("A sum has no children. Leave it out.")
        if (parent[row_of_child] == child).any():
            bad = int(parent[row_of_child][parent[row_of_child] == child][0])
            raise InconsistentTableError(f"Cell {bad} is its own child in a sum. Mend the sum.")
        pairs = np.sort(row_of_child * (child.max(initial=0) + 1) + child)
        if (pairs[1:] == pairs[:-1]).any():
            raise InconsistentTableError("A sum names the same child twice. Name it once.")
        for array in (parent, start, child, exhaustive, relation):
            array.flags.writeable = False

    @classmethod
    def from_pairs(
        cls,
        relation: npt.ArrayLike,
        parent: npt.ArrayLike,
        child: npt.ArrayLike,
        exhaustive: npt.ArrayLike = True,
    ) -> "Sums":
        """Sums from long arrays, one element per (parent, child) pair.

        Pairs of one `relation` (any integer, such as "sum over sex") and one parent form one sum.
        `exhaustive` is a scalar or per pair; a sum is exhaustive when all its pairs are.
        """
        relations = np.asarray(relation, dtype=np.int64)
        parents = np.asarray(parent, dtype=np.int64)
        children = np.asarray(child, dtype=np.int64)
        relations = np.broadcast_to(relations, parents.shape)
        whole = np.broadcast_to(np.asarray(exhaustive, dtype=np.bool_), parents.shape)
        order = np.lexsort((children, parents, relations))
        keys = np.stack([relations[order], parents[order]])
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        first = np.flatnonzero(new)
        sums = cls.__new__(cls)
        sums._fill(
            parents[order][first],
            np.append(first, len(order)).astype(np.int64),
            children[order],
            np.logical_and.reduceat(whole[order], first) if len(first) else np.zeros(0, np.bool_),
            relations[order][first],
        )
        return sums

    def __len__(self) -> int:
        return len(self.parent)

    def __add__(self, other: "Sums") -> "Sums":
        sums = Sums.__new__(Sums)
        sums._fill(
            np.concatenate([self.parent, other.parent]),
            np.concatenate([self.start, other.start[1:] + self.start[-1]]),
            np.concatenate([self.child, other.child]),
            np.concatenate([self.exhaustive, other.exhaustive]),
            np.concatenate([self.relation, other.relation]),
        )
        return sums

    def with_exhaustive(self, exhaustive: Bools) -> "Sums":
        """The same sums, others of which leave nothing over."""
        sums = Sums.__new__(Sums)
        sums._fill(self.parent, self.start, self.child, exhaustive.copy(), self.relation)
        return sums

    def among(self, cells: Ints, size: int) -> "Sums":
        """The sums of some cells of a table of `size`, which are numbered anew in this order.

        A sum that also has cells outside is left out.
        """
        place = np.full(size, -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        inside = place[self.child] >= 0
        kept = place[self.parent] >= 0
        if len(self):
            kept &= np.logical_and.reduceat(inside, self.start[:-1])
        lengths = np.diff(self.start)
        sums = Sums.__new__(Sums)
        sums._fill(
            place[self.parent[kept]],
            np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64),
            place[self.child[np.repeat(kept, lengths)]],
            self.exhaustive[kept],
            self.relation[kept],
        )
        return sums

    def children(self, row: int) -> Ints:
        """Child cells of sum number `row`."""
        return self.child[self.start[row] : self.start[row + 1]]

    def rows(self) -> Sequence[Sum]:
        """The sums one by one, for reading rather than for speed."""
        return [
            Sum(int(self.parent[r]), tuple(int(c) for c in self.children(r)), bool(whole))
            for r, whole in enumerate(self.exhaustive)
        ]

    def remainder(self, values: Ints) -> Ints:
        """Parent minus its children, per sum, for counts of shape (cells,) or (cells, any)."""
        if not len(self):
            return np.zeros((0, *values.shape[1:]), dtype=np.int64)
        below = np.add.reduceat(values[self.child], self.start[:-1], axis=0)
        return np.asarray(values[self.parent] - below, dtype=np.int64)
