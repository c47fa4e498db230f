"""The search for one move: a walk from sum to sum that keeps every one of them in balance."""

from dataclasses import dataclass, field

import numpy as np

from samling.stats.disclosure.board import Board, Kind, Pair

LONGEST = 64
"""A move of more cells than this is given up."""
RETRIES = 6
"""Dead ends of one search before it is given up."""
WIDTH = 16
"""Cheapest cells of a sum that are weighed against each other."""
DEAD = 1e15


@dataclass(frozen=True)
class Move:
    """A closed move: signs of its cells, and what it would cost to hide those that are shown."""

    kind: Kind
    signs: dict[int, int]
    balance: dict[int, int]
    hide: tuple[int, ...]
    cost: float


@dataclass
class Walk:
    """One search. `size` persons are to be moved; `level` 0 needs bases hidden, 1 shares.

    `offers` keeps, per (sum, direction), the (price, cell) that could balance it, cheapest first.
    """

    board: Board
    kind: Kind
    size: float
    may_hide: bool
    banned: set[int] = field(default_factory=set)
    offers: dict[tuple[int, int], list[tuple[float, int]]] = field(default_factory=dict)
    signs: dict[int, int] = field(default_factory=dict)
    balance: dict[int, int] = field(default_factory=dict)
    level: int = field(init=False)
    rooms: tuple[Pair, Pair] = field(init=False)

    def __post_init__(self) -> None:
        self.level = 0 if self.kind.fall is None else 1
        self.rooms = self.board.rooms(self.kind)

    def go(self, cell: int, sign: int) -> Move | int | None:
        """A move, or the cell that led to a dead end, or None when the walk became too long."""
        board = self.board
        self.signs, self.balance = {}, {}
        queue: list[int] = []
        self._add(cell, sign, queue)
        hide: list[int] = []
        while queue:
            row = queue[0]
            if board.rest_room(row, self.kind, self.balance[row]) >= self.size:
                queue.pop(0)
                continue
            if len(self.signs) >= LONGEST:
                return None
            found = self._choose(row)
            if found is None:
                return [c for c in self.signs if c in board.members[row]][-1]
            chosen, price = found
            direction = -1 if self.balance[row] > 0 else 1
            self._add(chosen, direction if board.parent[row] == chosen else -direction, queue)
            if price > 0:
                hide.append(chosen)
        cost = sum(board.cost[c] for c in hide)
        return Move(self.kind, self.signs, self.balance, tuple(hide), cost)

    def _add(self, cell: int, sign: int, queue: list[int]) -> None:
        self.signs[cell] = sign
        for row in self.board.rows[cell]:
            change = sign if self.board.parent[row] == cell else -sign
            self.balance[row] = self.balance.get(row, 0) + change
            if row not in queue:
                queue.append(row)

    def _choose(self, row: int) -> tuple[int, float] | None:
        """The cell that balances `row` at the least price, what follows elsewhere guessed in.

        Only those that leave the fewest sums out of balance are weighed, unless they all lead to
        a dead end.
        """
        direction = -1 if self.balance[row] > 0 else 1
        parent, signs, banned = self.board.parent[row], self.signs, self.banned
        offers = [
            (self._opened(cell, direction if parent == cell else -direction), price, cell)
            for price, cell in self._offers(row, direction)[:WIDTH]
            if cell not in signs and cell not in banned
        ]
        offers.sort()
        best: tuple[float, int, float] | None = None
        fewest = 0
        for opened, price, cell in offers:
            if best is not None and opened > fewest:
                break
            total = price + self._follow(cell, direction if parent == cell else -direction)
            if total < DEAD / 2 and (best is None or total < best[0]):
                best, fewest = (total, cell, price), opened
        return None if best is None else best[1:]

    def _opened(self, cell: int, sign: int) -> int:
        """How many more sums would be out of balance with the cell than without."""
        opened, board, balance, kind, size = 0, self.board, self.balance, self.kind, self.size
        for row in board.rows[cell]:
            before = balance.get(row, 0)
            after = before + (sign if board.parent[row] == cell else -sign)
            opened += board.rest_room(row, kind, after) < size
            opened -= board.rest_room(row, kind, before) < size
        return opened

    def _offers(self, row: int, direction: int) -> list[tuple[float, int]]:
        """Cells that can balance a sum, cheapest first; hidden ones are free."""
        known = self.offers.get((row, direction))
        if known is not None:
            return known
        board, size, found = self.board, self.size, []
        now, if_hidden = self.rooms
        unknown, able, cost = board.unknown[self.level], board.able[self.level], board.cost
        own, other = (0, 1) if direction > 0 else (1, 0)
        for cell in board.members[row]:
            side = own if board.parent[row] == cell else other
            if unknown[cell] and now[side][cell] >= size:
                found.append((0.0, cell))
            elif self.may_hide and able[cell] and if_hidden[side][cell] >= size:
                found.append((cost[cell], cell))
        found.sort()
        self.offers[row, direction] = found
        return found

    def _follow(self, cell: int, sign: int) -> float:
        """Guessed price of the sums that the cell would unbalance, less of those it balances."""
        price = 0.0
        for row in self.board.rows[cell]:
            before = self.balance.get(row, 0)
            after = before + (sign if self.board.parent[row] == cell else -sign)
            price += self._guess(row, after, cell)
            if before:
                price -= self._guess(row, before, cell)
            if price >= DEAD / 2:
                return price
        return price

    def _guess(self, row: int, balance: int, cell: int) -> float:
        """What it would cost to balance a sum without `cell`, as far as can be seen from here."""
        if balance == 0 or self.board.rest_room(row, self.kind, balance) >= self.size:
            return 0.0
        signs, banned = self.signs, self.banned
        for price, other in self._offers(row, -1 if balance > 0 else 1):
            if other != cell and other not in signs and other not in banned:
                return price
        return DEAD


def search(
    board: Board, cell: int, kind: Kind, sign: int, size: float, may_hide: bool
) -> Move | None:
    """A move that changes `cell` by `size` persons in direction `sign`, cheapest step first.

    At a dead end the cell that led there is left out and the walk begun again.
    """
    walk = Walk(board, kind, size, may_hide)
    for _ in range(RETRIES):
        found = walk.go(cell, sign)
        if isinstance(found, Move):
            return found
        if found is None or found == cell:
            return None
        walk.banned.add(found)
    return None


def measure(board: Board, move: Move) -> float:
    """How many persons the move can shift, once its cells are hidden."""
    plus, minus = board.rooms(move.kind)[0]
    cells = min((plus if s > 0 else minus)[c] for c, s in move.signs.items())
    rows = (board.rest_room(r, move.kind, b) for r, b in move.balance.items())
    return min(cells, min(rows, default=np.inf))
