"""The result of disclosure control."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from samling.stats.disclosure.attack import Audit
from samling.stats.disclosure.auditing import audit
from samling.stats.disclosure.published import EarlierRelease
from samling.stats.disclosure.routes import Route
from samling.stats.disclosure.states import State, States
from samling.stats.disclosure.table import CountTable
from samling.stats.disclosure.told import Floats


@dataclass(frozen=True)
class Protection:
    """What may be published.

    base: State per cell (cells,). share: State per cell and outcome (cells, outcomes).
    bound: X per cell and outcome, in percent, where masked; nan elsewhere.
    tail: the number of persons that the bound stands for, X * n / 100; nan elsewhere.
    programs: linear programs solved, for those who watch speed.
    minimal: whether it is proved that no cell hidden for others' sake, nor any set of them, could
        be shown as far as its own counts allow while the others stay as they are.
    table, history: what was protected, and from whom.
    routes: how its independent parts were protected.
    """

    base: States
    share: States
    bound: Floats
    tail: Floats
    programs: int
    minimal: bool
    table: CountTable = field(repr=False, compare=False)
    history: tuple[EarlierRelease, ...] = field(default=(), repr=False, compare=False)
    routes: tuple[Route, ...] = ()

    def count_base(self) -> dict[State, int]:
        """How many cells have each state of the base."""
        return _count(self.base)

    def count_share(self) -> dict[State, int]:
        """How many (cell, outcome) pairs have each state of the share."""
        return _count(self.share)

    def audit(self, *, sample: int | None = None, seed: int = 0, exact: bool = True) -> Audit:
        """Attack the result, with what earlier releases told; see `audit`."""
        return audit(self.table, self, history=self.history, exact=exact, sample=sample, seed=seed)


def _count(states: States) -> dict[State, int]:
    values, counts = np.unique(states, return_counts=True)
    found = Counter(dict(zip(values.tolist(), counts.tolist(), strict=True)))
    return {state: found.get(int(state), 0) for state in State}
