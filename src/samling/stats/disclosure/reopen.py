"""Show again what need not be hidden.

Cells are hidden one at a time, each for the sake of one count, and what is hidden later can make
an earlier one needless. So every cell that is hidden for others' sake is shown on trial, dearest
first. What that gives away decides: a count that is hidden for others' sake itself is shown as
well, for there is no pattern with the first cell shown and this one hidden; any other undoes the
trial. As hiding less never makes a count safer, a cell that failed once need not be tried again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from samling.stats.disclosure.certify import find_narrow
from samling.stats.disclosure.moves import Mover
from samling.stats.disclosure.onesum import SingleSums
from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE, Certificate, Trial
from samling.stats.disclosure.secondary import Entries
from samling.stats.disclosure.sums import Ints

PATIENCE = 150_000
"""Effort (see `Certificate`) that is spent on showing cells again. The questions of a county's
survey need up to a sixth of it; a table so large or so entangled that it is not enough stays safe,
with some cells hidden that need not be."""


class Reopening:
    """Shows cells on trial, and what their showing leads to, by what single sums give away."""

    def __init__(self, pattern: Pattern, entries: Entries) -> None:
        self.pattern = pattern
        self.sums = SingleSums(pattern, entries)
        self.secondary: list[bool] = pattern.secondary().tolist()

    def run(self) -> None:
        """Try every cell that is hidden for others' sake."""
        for cell in self.candidates():
            if self.secondary[cell]:
                self.show(cell)

    def candidates(self) -> list[int]:
        """Cells that are hidden for others' sake, dearest first."""
        cost = self.pattern.table.cost
        hidden = np.flatnonzero(self.secondary)
        found: list[int] = hidden[np.lexsort((hidden, -cost[hidden]))].tolist()
        return found

    def show(self, cell: int) -> None:
        """Show a cell if single sums allow it."""
        shown: dict[int, int] = {}
        if not self.follow([cell], shown):
            self.undo(shown)

    def follow(self, cells: Iterable[int], shown: dict[int, int]) -> bool:
        """Show cells and all that they lead to, noted in `shown` with the level hidden before.

        False when a count is given away that has to be hidden.
        """
        wave = list(cells)
        while wave:
            for cell in wave:
                shown[cell] = 0 if self.pattern.base[cell] else 1
                self.secondary[cell] = False
                self.pattern.show(cell)
                self.sums.reread(cell)
            wave = self.sums.narrow_around(wave)
            if not all(self.secondary[cell] for cell in wave):
                return False
        return True

    def undo(self, shown: dict[int, int]) -> None:
        """Hide the cells again."""
        for cell, level in shown.items():
            (self.pattern.hide_base if level == 0 else self.pattern.hide_share)(cell)
            self.secondary[cell] = True
            self.sums.reread(cell)


@dataclass
class _Showing:
    """A trial under way: the cells shown, what was proved before, and the cells to prove anew."""

    shown: dict[int, int] = field(default_factory=dict)
    trial: Trial = field(default_factory=Trial)
    lost: set[int] = field(default_factory=set)


class ProvedReopening(Reopening):
    """Shows cells for good: each time every count that is still hidden is proved safe anew.

    Cells in parts of the table that hidden counts don't tie together are tried side by side, as
    a program for all of them takes hardly longer than for one. `minimal` says whether every trial
    was decided; when patience is at an end, the rest is left.
    """

    def __init__(self, pattern: Pattern, entries: Entries, mover: Mover) -> None:
        super().__init__(pattern, entries)
        self.certificate, self.mover = mover.certificate, mover
        self.most_effort = mover.certificate.effort + PATIENCE
        self.part: list[int] = label_parts(pattern, mover.certificate).tolist()
        self.minimal = True

    def run(self) -> None:
        """Try every cell that is hidden for others' sake."""
        waiting: dict[int, list[int]] = {}
        for cell in reversed(self.candidates()):
            waiting.setdefault(self.part[cell], []).append(cell)
        under_way: dict[int, _Showing] = {}
        while self.minimal:
            for part in sorted(waiting.keys() - under_way.keys()):
                showing = self._start(waiting[part])
                if showing is not None:
                    under_way[part] = showing
            if not under_way:
                return
            under_way = self._decide(under_way)

    def _start(self, waiting: list[int]) -> _Showing | None:
        """Show the dearest waiting cell that single sums allow; None when there is none."""
        while waiting:
            cell = waiting.pop()
            showing = _Showing()
            if self.secondary[cell] and self._go_on(showing, [cell]):
                return showing
        return None

    def _go_on(self, showing: _Showing, cells: Iterable[int]) -> bool:
        """Show cells and what they lead to; undoes the whole trial if that can't be."""
        before = len(showing.shown)
        if not self.follow(cells, showing.shown):
            return self._fail(showing)
        new = list(showing.shown)[before:]
        for cell in new:
            self.mover.reread(cell)
        showing.lost.update(new)
        showing.lost |= self.certificate.show(new, self.sums.up, self.sums.down, showing.trial)
        return True

    def _fail(self, showing: _Showing) -> bool:
        self.undo(showing.shown)
        for cell in showing.shown:
            self.mover.reread(cell)
        self.certificate.undo(showing.trial)
        return False

    def _decide(self, under_way: dict[int, _Showing]) -> dict[int, _Showing]:
        """Prove what the trials undid; returns those that have led to further cells."""
        lost = sorted(set().union(*(showing.lost for showing in under_way.values())))
        narrow = self._find_narrow(lost)
        going_on = {}
        for part, showing in sorted(under_way.items()):
            cells = [cell for cell in narrow if self.part[cell] == part]
            if not all(self.secondary[cell] for cell in cells):
                self._fail(showing)
            elif cells and self._go_on(showing, cells):
                going_on[part] = showing
        return going_on

    def _find_narrow(self, lost: list[int]) -> list[int]:
        """Prove the counts of some cells anew; returns cells with a count that is too narrow.

        All cells when that could not be decided.
        """
        needs = self.pattern.needs()[:, lost]
        proved = self.certificate.up[:, lost] + self.certificate.down[:, lost]
        for place, i in np.argwhere(proved < needs - TOLERANCE):
            self.mover.settle(int(place), lost[i], float(needs[place, i]), may_hide=False)
        found = find_narrow(self.pattern, self.certificate, self.most_effort)
        if found is None:
            self.minimal = False
            return list(range(len(self.secondary)))
        return sorted({one.place % len(self.pattern.table) for one in found})


def label_parts(pattern: Pattern, certificate: Certificate) -> Ints:
    """A number per cell, the same for cells that sums of hidden counts tie together."""
    unknown = pattern.base_unknown() | pattern.share_unknown().any(axis=1)
    signs = abs(certificate.signs) @ sparse.diags_array(unknown.astype(np.float64))
    graph = sparse.csr_array(signs.T @ signs)
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)
