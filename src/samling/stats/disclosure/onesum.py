"""What every sum on its own tells an attacker, kept up to date while cells are shown and hidden.

`narrow_by_one_sum` says the same of a whole table at once.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE
from samling.stats.disclosure.secondary import Entries

Rows = list[list[float]]


class SingleSums:
    """Own ranges and needs of every count, and what the members of every sum could give and take.

    Lists are (quantities, cells) or (quantities, sums). A sum is parent - children = remainder:
    what is given makes the remainder grow, what is taken makes it shrink.
    """

    def __init__(self, pattern: Pattern, entries: Entries) -> None:
        self.pattern = pattern
        self._states = [_ranges_and_needs(one) for one in _hidden_ways(pattern)]
        self.up, self.down, self.need = _ranges_and_needs(pattern)
        self.whole: list[bool] = entries.exhaustive.tolist()
        self.remainder: Rows = entries.remainder.tolist()
        flat: list[int] = entries.cell.tolist()
        self.members = [flat[a:b] for a, b in pairwise(entries.start.tolist())]
        self.parent: list[int] = [cells[0] for cells in self.members]
        self.rows = [sorted({*entries.rows_of(c).tolist()}) for c in range(len(pattern.table))]
        quantities = range(len(self.up))
        self.give = [[self._total(q, r, 1) for r in range(len(self.members))] for q in quantities]
        self.take = [[self._total(q, r, -1) for r in range(len(self.members))] for q in quantities]

    def _total(self, quantity: int, row: int, side: int) -> float:
        own, other = self.up[quantity], self.down[quantity]
        if side < 0:
            own, other = other, own
        parent, *children = self.members[row]
        return own[parent] + sum(other[cell] for cell in children)

    def reread(self, cell: int) -> None:
        """Take in what the pattern says of a cell now."""
        pattern = self.pattern
        way = 2 if pattern.base[cell] else 1 if pattern.share[cell] else 0
        up, down, need = self._states[way]
        for quantity in range(len(self.up)):
            rise = up[quantity][cell] - self.up[quantity][cell]
            fall = down[quantity][cell] - self.down[quantity][cell]
            self.up[quantity][cell] = up[quantity][cell]
            self.down[quantity][cell] = down[quantity][cell]
            self.need[quantity][cell] = need[quantity][cell]
            for row in self.rows[cell]:
                is_parent = self.parent[row] == cell
                self.give[quantity][row] += rise if is_parent else fall
                self.take[quantity][row] += fall if is_parent else rise

    def narrow_around(self, cells: Iterable[int]) -> list[int]:
        """Cells in the sums of some cells with a count that one of these sums narrows too far."""
        rows = sorted({row for cell in cells for row in self.rows[cell]})
        found = {cell for row in rows for cell in self.members[row] if self._is_narrow(cell, row)}
        return sorted(found)

    def _is_narrow(self, cell: int, row: int) -> bool:
        is_parent = self.parent[row] == cell
        for quantity, needs in enumerate(self.need):
            need = needs[cell]
            if not need:
                continue
            up, down = self.up[quantity][cell], self.down[quantity][cell]
            give, take = (up, down) if is_parent else (down, up)
            gain = self.take[quantity][row] - take if self.whole[row] else np.inf
            loss = self.give[quantity][row] - give + self.remainder[quantity][row]
            rise, fall = (gain, loss) if is_parent else (loss, gain)
            if min(up, rise) + min(down, fall) < need - TOLERANCE:
                return True
        return False


def _hidden_ways(pattern: Pattern) -> list[Pattern]:
    """The pattern with every cell as its own counts allow, with its share hidden, and its base."""
    nothing = np.zeros_like(pattern.mask)
    every = np.ones_like(pattern.base)
    own = replace(
        pattern, base=pattern.base_primary, share=pattern.own_share, mask=pattern.own_mask
    )
    return [
        own,
        replace(pattern, base=~every, share=every, mask=nothing),
        replace(pattern, base=every, share=every, mask=nothing),
    ]


def _ranges_and_needs(pattern: Pattern) -> tuple[Rows, Rows, Rows]:
    up, down = pattern.ranges()
    return up.tolist(), down.tolist(), pattern.needs().tolist()
