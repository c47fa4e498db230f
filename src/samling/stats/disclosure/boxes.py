"""Secondary suppression of large regular tables: hidden cells are the corners of boxes.

A *box* takes two places on each axis of a sheet. Persons added at one corner and taken away at the
next keep every sum, so a box whose corners are all hidden proves how far each of them can be from
the truth. Each hidden or masked count that lacks proof gets the cheapest box that proves it; in
the end boxes that nothing rests on are taken away again. That hides more than `moves` and linear
programs do, but needs neither.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE
from samling.stats.disclosure.sheets import Sheet, corners
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.told import Floats

MOST_WAYS = 96
"""Ways to choose two places on every axis but the longest that are weighed."""
RETRIES = 4
ROUNDS = 5
Proved = dict[int, list[float]]


@dataclass(frozen=True)
class Box:
    """Cells and signs. `swaps`: whether y and n - y change places and n stays.

    `reach` is how many persons each atom (y and n - y, or n alone) can rise at a corner with sign
    +1, then how many it can fall.
    """

    cells: Ints
    signs: Ints
    swaps: bool
    reach: tuple[float, ...]


@dataclass
class Boxes:
    """What has been hidden and proved so far, for all sheets of a table. One outcome, or none."""

    pattern: Pattern
    found: list[Box] = field(default_factory=list)

    def __post_init__(self) -> None:
        pattern = self.pattern
        table = pattern.table
        every = np.ones_like(pattern.base)
        nothing = np.zeros_like(pattern.mask)
        self.outcomes = table.y.shape[1]
        bare = replace(pattern, base=every, share=every, mask=nothing)
        self.up, self.down = bare.ranges()  # of every count, were its cell hidden
        self.own_up, self.own_down = pattern.ranges()  # as its own mask allows
        hidden_base = pattern.base | table.latent
        cost = table.cost + 1.0
        self.base_cost = np.where(hidden_base, 0.0, np.where(pattern.may_hide_base(), cost, np.inf))
        limited = np.isfinite(table.told.up[0]) | np.isfinite(table.told.down[0])
        self.base_cost[table.n_known | limited] = np.inf
        hidden_share = pattern.share | table.latent
        self.share_cost = np.where(
            hidden_share, 0.0, np.where(pattern.may_hide_share(), cost, np.inf)
        )
        self.share_cost[table.told.share.any(axis=1)] = np.inf
        self.need = pattern.needs()
        self.proved_up = np.zeros(self.need.shape)
        self.proved_down = np.zeros(self.need.shape)

    def missing(self, cells: Ints) -> Bools:
        """Which of the cells have a count that lacks proof."""
        short = self.proved_up[:, cells] + self.proved_down[:, cells]
        return np.asarray((short < self.need[:, cells] - TOLERANCE).any(axis=0), dtype=np.bool_)

    def lacks(self, cell: int) -> bool:
        """Whether a cell has a count that lacks proof."""
        reach = self.proved_up[:, cell] + self.proved_down[:, cell]
        return bool((reach < self.need[:, cell] - TOLERANCE).any())

    def add(self, cells: Ints, signs: Ints, swaps: bool) -> None:
        """Hide the corners of a box and note what it proves; masks are kept if they can be."""
        pattern, table = self.pattern, self.pattern.table
        masked = cells[(pattern.mask[cells] > 0).any(axis=1)]
        if swaps:
            self._hide(np.setdiff1d(cells, masked), base=False)
            reach = self.reach(cells, signs, swaps)
            if len(masked) and sum(reach) < table.count_threshold[cells].max() - TOLERANCE:
                self._hide(masked, base=False)
        else:
            self._hide(cells, base=True)
        reach = self.reach(cells, signs, swaps)
        self.found.append(Box(cells, signs, swaps, reach))
        self.prove(self.found[-1])

    def unmask(self, cell: int) -> bool:
        """Hide the share of a masked cell, which gives it more room; False if it has no mask."""
        if not (self.pattern.mask[cell] > 0).any() or np.isinf(self.share_cost[cell]):
            return False
        self._hide(np.array([cell]), base=False)
        return True

    def _hide(self, cells: Ints, *, base: bool) -> None:
        pattern = self.pattern
        cells = cells[~pattern.table.latent[cells]]
        new = cells[~(pattern.base if base else pattern.share)[cells]]
        if not len(new):
            return
        if base:
            pattern.base[new] = True
            self.base_cost[new] = 0.0
        pattern.share[new] = True
        pattern.mask[new] = 0
        self.share_cost[new] = 0.0
        self._read_needs(new)

    def _read_needs(self, cells: Ints) -> None:
        table, pattern = self.pattern.table, self.pattern
        unknown = pattern.base[cells] & ~table.n_known[cells]
        self.need[0, cells] = np.where(unknown, table.base_threshold[cells], 0)
        least = table.count_threshold[cells]
        count = np.where(unknown, least, np.minimum(least, table.n[cells]))
        wanted = pattern.share[cells] | (pattern.mask[cells] > 0).any(axis=1)
        if self.outcomes:
            wanted &= ~table.told.share[cells, 0]
        self.need[1:, cells] = np.where(wanted, count, 0)

    def reach(self, cells: Ints, signs: Ints, swaps: bool) -> tuple[float, ...]:
        """How far the box can be moved as the cells are now: up per atom, then down per atom."""
        up, down = self.ranges(cells)
        return _reach(up, down, signs, swaps)

    def ranges(self, cells: Ints) -> tuple[Floats, Floats]:
        """(up, down) of some cells' quantities as they are now."""
        up, down = self.up[:, cells], self.down[:, cells]
        masked = (self.pattern.mask[cells] > 0).any(axis=1)
        if masked.any():
            up, down = up.copy(), down.copy()
            up[:, masked] = self.own_up[:, cells[masked]]
            down[:, masked] = self.own_down[:, cells[masked]]
        return up, down

    def prove(self, box: Box) -> None:
        """Write down how far each corner can be off."""
        rise, fall = effects(box, 1 + 2 * self.outcomes)
        plus, minus = box.cells[box.signs > 0], box.cells[box.signs < 0]
        for cells, up, down in ((plus, rise, fall), (minus, fall, rise)):
            self.proved_up[:, cells] = np.maximum(self.proved_up[:, cells], up[:, None])
            self.proved_down[:, cells] = np.maximum(self.proved_down[:, cells], down[:, None])


def _reach(up: Floats, down: Floats, signs: Ints, swaps: bool) -> tuple[float, ...]:
    plus = signs > 0
    if up.shape[0] == 1:
        atoms = [(up[0], down[0])]
    elif swaps:
        atoms = [(np.minimum(up[1], down[2]), np.minimum(down[1], up[2]))]
    else:
        atoms = [(up[1], down[1]), (up[2], down[2])]
    rise = [float(np.where(plus, a, b).min()) for a, b in atoms]
    fall = [float(np.where(plus, b, a).min()) for a, b in atoms]
    return (*rise, *fall)


def effects(box: Box, quantities: int) -> tuple[Floats, Floats]:
    """How far n, y and n - y rise and fall at a corner with sign +1."""
    if quantities == 1:
        return np.array(box.reach[:1]), np.array(box.reach[1:])
    if box.swaps:
        rise, fall = box.reach
        return np.array([0.0, rise, fall]), np.array([0.0, fall, rise])
    y_up, z_up, y_down, z_down = box.reach
    return np.array([y_up + z_up, y_up, z_up]), np.array([y_down + z_down, y_down, z_down])


@dataclass
class SheetSearch:
    """Finds boxes in one sheet. Arrays are (places on all axes but the longest, longest)."""

    boxes: Boxes
    sheet: Sheet

    def __post_init__(self) -> None:
        grid = self.sheet.cells
        self.short = grid.shape[:-1]
        self.cells = grid.reshape(-1, grid.shape[-1])
        self.there = self.cells >= 0
        self._ways: dict[int, tuple[Ints, Ints]] = {}
        self._rooms: dict[tuple[int, bool], list[tuple[Floats, Floats]]] = {}
        up, down = self.boxes.up, self.boxes.down
        if len(up) == 1:
            self._atoms = {False: [self._lay(up[0], down[0])], True: []}
        else:
            swap = np.minimum(up[1], down[2]), np.minimum(down[1], up[2])
            self._atoms = {
                False: [self._lay(up[1], down[1]), self._lay(up[2], down[2])],
                True: [self._lay(*swap)],
            }

    def _lay(self, up: Floats, down: Floats) -> tuple[Floats, Floats]:
        return np.where(self.there, up[self.cells], 0.0), np.where(
            self.there, down[self.cells], 0.0
        )

    def settle_all(self) -> Ints:
        """Prove all that lacks proof in the sheet; returns the cells that no box proves."""
        places = np.argwhere(self.there)
        cells = self.cells[self.there]
        for _ in range(ROUNDS):
            lacking = self.boxes.missing(cells)
            if not lacking.any():
                break
            found = cells[lacking]
            # Bases first, as they hide shares too; then the small, so that what they need is there.
            need, cost = self.boxes.need[0, found], self.boxes.pattern.table.cost[found]
            for i in np.lexsort((cost, -need)):
                self._settle(int(found[i]), *places[lacking][i].tolist())
        return cells[self.boxes.missing(cells)]

    def _settle(self, cell: int, row: int, column: int) -> None:
        for _ in range(RETRIES):
            if not self.boxes.lacks(cell):
                return
            if not self._add_box(cell, row, column) and not self.boxes.unmask(cell):
                return

    def _add_box(self, cell: int, row: int, column: int) -> bool:
        table, pattern = self.boxes.pattern.table, self.boxes.pattern
        swaps = not (pattern.base[cell] and not table.n_known[cell])
        ways, signs = self._ways_at(row)
        cost = self._cost(ways, column, swaps)
        gain = self._gain(cell, row, column, swaps)
        need = self._short_of(cell, swaps)
        enough = (gain >= need[:, None, None] - TOLERANCE).all(axis=0)
        able = np.isfinite(cost)
        if not (enough & able).any():
            # Nothing brings all at once: as much as can be, at the least cost.
            part = np.minimum(gain / np.maximum(need, TOLERANCE)[:, None, None], 1.0).min(axis=0)
            part[~able] = 0.0
            if part.max(initial=0.0) < 1e-3:
                return False
            enough = part >= part.max() - 1e-9
        cost[~enough] = np.inf
        way, other = np.unravel_index(int(np.argmin(cost)), cost.shape)
        if not np.isfinite(cost[way, other]):
            return False
        cells = np.concatenate([self.cells[ways[way], column], self.cells[ways[way], other]])
        along = 1 if 0 in (column, int(other)) else -1
        before = self.boxes.proved_up[:, cell] + self.boxes.proved_down[:, cell]
        self.boxes.add(cells, np.concatenate([signs[way], along * signs[way]]), swaps)
        after = self.boxes.proved_up[:, cell] + self.boxes.proved_down[:, cell]
        return bool((after > before + TOLERANCE).any())

    def _ways_at(self, row: int) -> tuple[Ints, Ints]:
        """(ways, corners) numbers of rows, and their signs."""
        if row not in self._ways:
            place = tuple(int(i) for i in np.unravel_index(row, self.short)) if self.short else ()
            found = list(corners(self.short, place))
            if len(found) > MOST_WAYS:
                found = found[:: -(-len(found) // MOST_WAYS)]
            self._ways[row] = np.array([w for w, _ in found]), np.array([s for _, s in found])
        return self._ways[row]

    def _cost(self, ways: Ints, column: int, swaps: bool) -> Floats:
        """(ways, longest) what it costs to hide the corners."""
        prices = self.boxes.share_cost if swaps else self.boxes.base_cost
        rows, inverse = np.unique(ways, return_inverse=True)
        price = np.where(self.there[rows], prices[self.cells[rows]], np.inf)
        each = price[inverse.reshape(ways.shape)]
        cost = each.sum(axis=1)
        cost += cost[:, column][:, None]
        cost[:, column] = np.inf
        return np.asarray(cost)

    def _gain(self, cell: int, row: int, column: int, swaps: bool) -> Floats:
        """(atoms, ways, longest) how far the box would reach, up and down together."""
        gains = []
        for rise, fall in self._rooms_at(row, swaps):
            own_rise, own_fall = rise[:, column].copy(), fall[:, column].copy()
            if (self.boxes.pattern.mask[cell] > 0).any():
                up, down = self.boxes.ranges(np.array([cell]))
                room = _reach(up, down, np.ones(1, dtype=np.int64), swaps)
                own_rise, own_fall = np.minimum(own_rise, room[0]), np.minimum(own_fall, room[1])
            same = np.zeros(rise.shape[1], dtype=np.bool_)
            same[0] = True
            same |= column == 0
            ahead, back = np.where(same, rise, fall), np.where(same, fall, rise)
            gains.append(np.minimum(own_rise[:, None], ahead) + np.minimum(own_fall[:, None], back))
        return np.stack(gains)

    def _short_of(self, cell: int, swaps: bool) -> Floats:
        """Per atom, how far a box must reach; n must be reached by its atoms together."""
        need = self.boxes.need[:, cell]
        if len(need) == 1:
            return need
        if swaps:
            return need[1:2]
        half = max(float(need[1]), float(need[0]) / 2)
        return np.array([half, half])

    def _rooms_at(self, row: int, swaps: bool) -> list[tuple[Floats, Floats]]:
        """Per atom (ways, longest): how far the corners of one column can rise, and fall."""
        key = row, swaps
        if key not in self._rooms:
            ways, signs = self._ways_at(row)
            plus = (signs > 0)[:, :, None]
            self._rooms[key] = [
                (
                    np.where(plus, up[ways], down[ways]).min(axis=1),
                    np.where(plus, down[ways], up[ways]).min(axis=1),
                )
                for up, down in self._atoms[swaps]
            ]
        return self._rooms[key]
