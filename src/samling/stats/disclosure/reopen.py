"""Show again what need not be hidden.

Cells are hidden one at a time, each for the sake of one count, and what is hidden later can make
an earlier one needless. So every cell that is hidden for others' sake is shown on trial, dearest
first. What that gives away decides: a count that is hidden for others' sake itself is shown as
well, for there is no pattern with the first cell shown and this one hidden; any other undoes the
trial. As hiding less never makes a count safer, a cell that failed once need not be tried again.
"""

from collections.abc import Iterable

import numpy as np

from samling.stats.disclosure.certify import find_narrow
from samling.stats.disclosure.moves import Mover
from samling.stats.disclosure.onesum import SingleSums
from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE, Certificate, Trial
from samling.stats.disclosure.secondary import Entries

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
        cost = self.pattern.table.cost
        hidden = np.flatnonzero(self.secondary)
        for cell in hidden[np.lexsort((hidden, -cost[hidden]))].tolist():
            if self.secondary[cell]:
                self.show(cell)

    def show(self, cell: int) -> bool:
        """Show a cell if single sums allow it."""
        shown: dict[int, int] = {}
        stands = self.follow([cell], shown)
        if not stands:
            self.undo(shown)
        return stands

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


class ProvedReopening(Reopening):
    """Shows cells for good: each time every count that is still hidden is proved safe anew.

    `minimal` says whether every trial was decided; when patience is at an end, the rest is left.
    """

    def __init__(
        self, pattern: Pattern, entries: Entries, certificate: Certificate, mover: Mover
    ) -> None:
        super().__init__(pattern, entries)
        self.certificate, self.mover = certificate, mover
        self.most_effort = certificate.effort + PATIENCE
        self.minimal = True

    def show(self, cell: int) -> bool:
        """Show a cell if everything that is still hidden is proved safe without it."""
        if not self.minimal:
            return False
        shown: dict[int, int] = {}
        trial = Trial()
        lost: set[int] = set()
        wave = [cell]
        while wave:
            before = len(shown)
            if not self.follow(wave, shown):
                return self._fail(shown, trial)
            new = list(shown)[before:]
            for one in new:
                self.mover.reread(one)
            lost.update(new)
            lost |= self.certificate.show(new, self.sums.up, self.sums.down, trial)
            wave = self._narrow(sorted(lost))
            if not all(self.secondary[one] for one in wave):
                return self._fail(shown, trial)
        return True

    def _fail(self, shown: dict[int, int], trial: Trial) -> bool:
        self.undo(shown)
        for cell in shown:
            self.mover.reread(cell)
        self.certificate.undo(trial)
        return False

    def _narrow(self, cells: list[int]) -> list[int]:
        """Prove the counts of some cells anew; returns cells with a count that is too narrow.

        All cells when that could not be decided.
        """
        needs = self.pattern.needs()[:, cells]
        proved = self.certificate.up[:, cells] + self.certificate.down[:, cells]
        for place, i in np.argwhere(proved < needs - TOLERANCE):
            self.mover.settle(int(place), cells[i], float(needs[place, i]), may_hide=False)
        found = find_narrow(self.pattern, self.certificate, self.most_effort)
        if found is None:
            self.minimal = False
            return list(range(len(self.secondary)))
        return sorted({one.place % len(self.pattern.table) for one in found})
