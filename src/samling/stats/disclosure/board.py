"""The table as plain lists, and what a move may do to each of its cells.

Persons of a cell are split in *atoms* that add up to n: the outcomes, and the rest. A move either
adds persons of one atom (n changes too), or exchanges two atoms (n stays).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from samling.stats.disclosure.pattern import EVERY, Pattern
from samling.stats.disclosure.secondary import Entries
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import CountTable, Outcomes

Pair = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Kind:
    """What a move does to a cell with sign +1: `rise` an atom, and `fall` another one if given."""

    rise: int
    fall: int | None


def split_atoms(table: CountTable) -> Ints | None:
    """(atoms, cells), adding up to n; None when the outcomes overlap and there are no atoms."""
    n, y = table.n, table.y
    if y.shape[1] == 0:
        return n[None, :]
    if y.shape[1] == 1:
        return np.vstack([y.T, (n - y[:, 0])[None, :]])
    if table.outcomes is Outcomes.FREE:
        return None
    if table.outcomes is Outcomes.EXHAUSTIVE:
        return y.T
    return np.vstack([y.T, (n - y.sum(axis=1))[None, :]])


class Board:
    """The table as plain lists, kept in step with the pattern, for searching moves."""

    def __init__(self, pattern: Pattern, entries: Entries, atoms: Ints) -> None:
        self.pattern = pattern
        table = pattern.table
        self.value: list[list[int]] = atoms.tolist()
        sums = table.sums
        self.rest: list[list[int]] = [sums.remainder(atom).tolist() for atom in atoms]
        self.whole: list[bool] = sums.exhaustive.tolist()
        self.parent: list[int] = sums.parent.tolist()
        bounds = entries.start.tolist()
        flat = entries.cell.tolist()
        self.members = [flat[a:b] for a, b in pairwise(bounds)]
        self.rows = [entries.rows_of(cell).tolist() for cell in range(len(table))]
        self.cost: list[float] = (table.cost + 1.0).tolist()
        cells = len(table)
        self.known_n = [False] * cells
        self.unknown = [[False] * cells, [False] * cells]
        self.able = [[False] * cells, [False] * cells]
        self.up = [[0.0] * cells for _ in atoms]
        self.down = [[0.0] * cells for _ in atoms]
        self._rooms: dict[Kind, Pair] = {}
        self._rooms_if_hidden: dict[Kind, Pair] = {}
        self._read(EVERY)

    def _read(self, cells: slice) -> None:
        """Take in what the pattern says of some cells."""
        pattern = self.pattern
        base, share = pattern.base_unknown(cells), pattern.share_unknown(cells).any(axis=1)
        self.known_n[cells] = (~base).tolist()
        self.unknown[0][cells], self.unknown[1][cells] = base.tolist(), (base | share).tolist()
        self.able[0][cells] = pattern.may_hide_base(cells).tolist()
        self.able[1][cells] = pattern.may_hide_share(cells).tolist()
        up, down = pattern.ranges(cells)
        outcomes = pattern.table.y.shape[1]
        picks = [0] if outcomes == 0 else list(range(1, outcomes + 1))
        if outcomes == 1:
            picks.append(2)
        for atom, quantity in enumerate(picks):
            self.up[atom][cells] = up[quantity].tolist()
            self.down[atom][cells] = down[quantity].tolist()
        if len(self.value) > len(picks):
            self._read_rest(cells, base | share, ~base)

    def _read_rest(self, cells: slice, unknown: Bools, known_n: Bools) -> None:
        """The last atom, those with none of several outcomes, is no quantity of the pattern."""
        rest = np.array(self.value[-1][cells], dtype=np.float64)
        room = np.where(known_n, self.pattern.table.n[cells] - rest, self.pattern.limit)
        self.up[-1][cells] = np.where(unknown, room, 0.0).tolist()
        self.down[-1][cells] = np.where(unknown, rest, 0.0).tolist()

    def hide(self, cell: int, level: int) -> None:
        """Hide a cell's base (level 0) or share (level 1), on the pattern and here."""
        (self.pattern.hide_base if level == 0 else self.pattern.hide_share)(cell)
        self.reread(cell)

    def reread(self, cell: int) -> None:
        """Take in what the pattern says of a cell now."""
        if self.pattern.share[cell] and not self.pattern.table.told.touches[cell]:
            self._read_hidden(cell)
        else:
            self._read(slice(cell, cell + 1))
        for kind, (plus, minus) in self._rooms.items():
            plus[cell], minus[cell] = self._room(cell, kind, 1), self._room(cell, kind, -1)

    def _read_hidden(self, cell: int) -> None:
        """As `_read` does, but quickly."""
        hidden_n = bool(self.pattern.base[cell]) and not self.pattern.table.n_known[cell]
        self.known_n[cell] = not hidden_n
        self.unknown[0][cell], self.unknown[1][cell] = hidden_n, True
        self.able[0][cell] = bool(self.pattern.may_hide_base(slice(cell, cell + 1))[0])
        self.able[1][cell] = False
        n = sum(atom[cell] for atom in self.value)
        top = self.pattern.limit if hidden_n else float(n)
        for atom, values in enumerate(self.value):
            self.up[atom][cell] = top - values[cell]
            self.down[atom][cell] = float(values[cell])

    def rooms(self, kind: Kind) -> tuple[Pair, Pair]:
        """How many persons each cell can take in a move, as it is and if it were hidden.

        Each a pair of lists over cells: for sign +1, and for sign -1.
        """
        if kind not in self._rooms:
            every = range(len(self.cost))
            now = tuple([self._room(c, kind, s) for c in every] for s in (1, -1))
            top = [self.pattern.limit] * len(self.cost)
            fall = top if kind.fall is None else [float(v) for v in self.value[kind.fall]]
            self._rooms[kind] = (now[0], now[1])
            self._rooms_if_hidden[kind] = (fall, [float(v) for v in self.value[kind.rise]])
        return self._rooms[kind], self._rooms_if_hidden[kind]

    def _room(self, cell: int, kind: Kind, sign: int) -> float:
        first, second = (self.up, self.down) if sign > 0 else (self.down, self.up)
        room = first[kind.rise][cell]
        return float(room if kind.fall is None else min(room, second[kind.fall][cell]))

    def rest_room(self, row: int, kind: Kind, balance: int) -> float:
        """How many persons the remainder of a sum can take or give at this balance."""
        if balance == 0:
            return np.inf
        if self.whole[row]:
            return 0.0
        if balance > 0:
            return np.inf if kind.fall is None else self.rest[kind.fall][row] / balance
        return self.rest[kind.rise][row] / -balance


def kinds(atoms: int, outcomes: int, place: int, known_n: bool) -> Iterator[tuple[Kind, int]]:
    """Moves that change quantity `place` (0 n, 1..K y, K+1.. n - y), with its change per sign."""

    def change(kind: Kind) -> int:
        if place == 0:
            return 1 if kind.fall is None else 0
        outcome = (place - 1) % outcomes
        of_y = (kind.rise == outcome) - (kind.fall == outcome)
        return of_y if place <= outcomes else (1 if kind.fall is None else 0) - of_y

    swaps = [Kind(a, b) for a in range(atoms) for b in range(a + 1, atoms)]
    singles = [] if known_n else [Kind(a, None) for a in range(atoms)]
    for kind in singles + swaps:
        effect = change(kind)
        if effect:
            yield kind, effect
