"""Secondary suppression by moves: the cheapest cells that let a hidden count be something else.

A *move* changes a few cells by the same number of persons, up or down, so that every sum still
holds. If all its cells are hidden, an attacker cannot rule out the table after the move, so the
move proves how far each of its cells can be from the truth. If some are shown, hiding them makes
it so. One search therefore both certifies and repairs; it is greedy, so that what it cannot settle
is left to linear programming.
"""

import numpy as np

from samling.stats.disclosure.board import Board, Kind, kinds, split_atoms
from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE, Certificate, join
from samling.stats.disclosure.secondary import Entries
from samling.stats.disclosure.walk import Move, measure, search

ENOUGH = 1
"""Further ways to move a count that are tried once one is found that hides something."""

SEARCH = 20
"""The effort of a search: the time that a linear program takes for so many variables."""


class Mover:
    """Searches moves for counts that lack proof, and notes what each move proves."""

    def __init__(self, pattern: Pattern, entries: Entries, certificate: Certificate) -> None:
        atoms = None if _n_is_limited(pattern) else split_atoms(pattern.table)
        self.board = None if atoms is None else Board(pattern, entries, atoms)
        self.pattern, self.certificate = pattern, certificate
        self.outcomes = pattern.table.y.shape[1]
        self.atoms = 0 if atoms is None else len(atoms)

    def settle(self, place: int, cell: int, need: float, may_hide: bool) -> bool:
        """Try to prove a count safe, hiding cells if allowed; says whether it is proved now."""
        if self.board is None:
            return False
        for _ in range(4):
            missing = self._missing(place, cell, need)
            if missing <= 0:
                return True
            self.certificate.effort += SEARCH
            move = self._best(place, cell, need, may_hide)
            if move is None:
                return False
            level = 0 if move.kind.fall is None else 1
            for one in move.hide:
                self.board.hide(one, level)
            self._note(move)
            if self._missing(place, cell, need) >= missing:
                return False
        return self._missing(place, cell, need) <= 0

    def hide(self, cell: int, level: int) -> None:
        """Hide a cell's base (level 0) or share (level 1)."""
        (self.pattern.hide_base if level == 0 else self.pattern.hide_share)(cell)
        self.reread(cell)

    def reread(self, cell: int) -> None:
        """Take in what the pattern says of a cell now."""
        if self.board is not None:
            self.board.reread(cell)

    def _missing(self, place: int, cell: int, need: float) -> float:
        seen = self.certificate.up[place, cell] + self.certificate.down[place, cell]
        return float(need - TOLERANCE - seen)

    def _seen(self, place: int, cell: int, kind: Kind) -> tuple[float, float]:
        """(up, down) proved so far by moves that add to this kind's."""
        if place == 0 and self.outcomes:
            rise, fall = self.certificate.best_of_atom(cell, kind.rise)
            return rise.reach(cell) if rise else 0.0, fall.reach(cell) if fall else 0.0
        return float(self.certificate.up[place, cell]), float(self.certificate.down[place, cell])

    def _best(self, place: int, cell: int, need: float, may_hide: bool) -> Move | None:
        """The move that brings most of what is missing, at the least cost."""
        board = self.board
        if board is None:
            return None
        missing = self._missing(place, cell, need) + TOLERANCE
        tries: list[tuple[float, int, Kind, int, float]] = []
        for kind, effect in kinds(len(board.value), self.outcomes, place, board.known_n[cell]):
            up, down = self._seen(place, cell, kind)
            for sign in (1, -1):
                seen = up if sign * effect > 0 else down
                room = board.rooms(kind)[0][0 if sign > 0 else 1][cell]
                size = min(seen + missing, room)
                if size > seen + TOLERANCE:
                    tries.append((seen + missing - size, len(tries), kind, sign, size))
        best: Move | None = None
        ordered = sorted(tries, key=lambda one: one[:2])
        for tried, (short, _, kind, sign, size) in enumerate(ordered):
            if best is not None and short > TOLERANCE:
                break
            move = search(board, cell, kind, sign, size, may_hide)
            if move is not None and (best is None or move.cost < best.cost):
                best = move
            if best is not None and (not best.hide or tried == ENOUGH):
                break
        return best

    def _note(self, move: Move) -> None:
        """Write down how far the move shows that every one of its cells can be off."""
        if self.board is None:
            return
        size = measure(self.board, move)
        whole = 1 if move.kind.fall is None else 0
        of_y = [(move.kind.rise == k) - (move.kind.fall == k) for k in range(self.outcomes)]
        each = [size * one for one in (whole, *of_y, *(whole - one for one in of_y))]
        plus, minus = tuple(each), tuple(-one for one in each)
        changes = {cell: plus if sign > 0 else minus for cell, sign in move.signs.items()}
        self.certificate.add(changes, move.kind.rise if whole else None)
        if whole and self.outcomes:
            for cell in changes:
                self._join_atoms(cell)

    def _join_atoms(self, cell: int) -> None:
        """Atoms move independently where n is unknown, so what they allow n adds up."""
        certificate = self.certificate
        best = [certificate.best_of_atom(cell, atom) for atom in range(self.atoms)]
        for side, proved in enumerate((certificate.up, certificate.down)):
            worlds = [world for pair in best if (world := pair[side]) is not None]
            reach = sum(world.reach(cell) for world in worlds)
            if len(worlds) > 1 and reach > proved[0, cell] + TOLERANCE:
                certificate.add(join(worlds))


def _n_is_limited(pattern: Pattern) -> bool:
    """Whether an unknown n has limits of its own, which moves of y and n - y know nothing of."""
    told = pattern.table.told
    limited = np.isfinite(told.up[0]) | np.isfinite(told.down[0])
    return bool((limited & ~pattern.table.n_known).any())
