"""What every sum on its own tells an attacker."""

from dataclasses import dataclass

import numpy as np

from samling.stats.disclosure.pattern import Pattern, quantities
from samling.stats.disclosure.proofs import TOLERANCE
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import CountTable
from samling.stats.disclosure.told import Floats


@dataclass(frozen=True)
class Entries:
    """The sums as (row, cell, is parent) entries sorted by row, and the room in each remainder.

    `start` has one more element than rows. `remainder` is (quantities, rows) and true;
    `by_cell`/`cell_start` list the entries of each cell.
    """

    row: Ints
    cell: Ints
    parent: Bools
    start: Ints
    exhaustive: Bools
    remainder: Floats
    by_cell: Ints
    cell_start: Ints

    def rows_of(self, cell: int) -> Ints:
        """Sums in which the cell takes part."""
        return self.row[self.by_cell[self.cell_start[cell] : self.cell_start[cell + 1]]]

    def members(self, row: int) -> Ints:
        """Cells of a sum, its parent first."""
        return self.cell[self.start[row] : self.start[row + 1]]


def list_entries(table: CountTable) -> Entries:
    """Flatten the sums of a table, parent first in every row."""
    sums = table.sums
    rows = len(sums)
    row = np.concatenate([np.arange(rows), np.repeat(np.arange(rows), np.diff(sums.start))])
    cell = np.concatenate([sums.parent, sums.child])
    parent = np.arange(len(row)) < rows
    order = np.lexsort((~parent, row))
    row, cell, parent = row[order], cell[order], parent[order]
    by_cell = np.argsort(cell, kind="stable")
    left = quantities(table, sums.remainder(table.n), sums.remainder(table.y))
    return Entries(
        row=row,
        cell=cell,
        parent=parent,
        start=np.searchsorted(row, np.arange(rows + 1)),
        exhaustive=sums.exhaustive,
        remainder=left.astype(np.float64),
        by_cell=by_cell,
        cell_start=np.searchsorted(cell[by_cell], np.arange(len(table) + 1)),
    )


def narrow_by_one_sum(pattern: Pattern, entries: Entries) -> Bools:
    """(quantities, cells) that a single sum, with the cells' own ranges, narrows too far.

    Those are certainly unsafe. The others may still be: sums work together.
    """
    up, down = pattern.ranges()
    found = np.zeros(up.shape, dtype=np.bool_)
    if not len(entries.exhaustive):
        return found
    row, own_up, own_down = entries.row, up[:, entries.cell], down[:, entries.cell]
    give = np.where(entries.parent, own_up, own_down)
    take = np.where(entries.parent, own_down, own_up)
    start = entries.start[:-1]
    others_give = np.add.reduceat(give, start, axis=1)[:, row] - give
    others_take = np.add.reduceat(take, start, axis=1)[:, row] - take
    # parent - children = remainder: where it is exhaustive, a gain here is a loss elsewhere;
    # otherwise that difference may grow freely, and shrink by what the remainder holds.
    gain = np.where(entries.exhaustive[row], others_take, np.inf)
    loss = others_give + entries.remainder[:, row]
    rise = np.minimum(own_up, np.where(entries.parent, gain, loss))
    fall = np.minimum(own_down, np.where(entries.parent, loss, gain))
    narrow = rise + fall < pattern.needs()[:, entries.cell] - TOLERANCE
    for quantity in range(len(up)):
        found[quantity, entries.cell[narrow[quantity]]] = True
    return found
