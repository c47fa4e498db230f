"""Certification: is every hidden count left with an interval that is long enough?

Every solution of the attacker's system is a table that he cannot rule out. Two of them that differ
enough in a count prove that the count is safe, whatever objective led to them, so most counts are
certified many at a time; those left over are asked for their exact limits one by one, all
independent parts of the table in the same linear program.
"""

from dataclasses import dataclass

import numpy as np

from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.secondary import TOLERANCE, Certificate
from samling.stats.disclosure.sums import Ints
from samling.stats.disclosure.system import System, build_system
from samling.stats.disclosure.table import Floats

SEED = 18
SPREADS = 4
STEPS = 3


@dataclass(frozen=True)
class Narrow:
    """A count that is proved to be too narrow, with the sums and limits that make it so.

    `rows` are (quantity, sum or -1 - cell) pairs with a price; `everywhere` all those of its part.
    `own` are places of masked or hidden counts whose own limits bind.
    """

    place: int
    rows: Ints
    everywhere: Ints
    own: Ints


def learn(certificate: Certificate, system: System, solution: Floats) -> None:
    """Take in one more table that the attacker cannot rule out."""
    moved = system.targets @ solution
    up, down = certificate.up.ravel(), certificate.down.ravel()
    up[system.place] = np.maximum(up[system.place], moved)
    down[system.place] = np.maximum(down[system.place], -moved)
    certificate.programs += 1


def certify_many(pattern: Pattern, certificate: Certificate) -> None:
    """Push all uncertain counts in random directions, while that certifies a fair part of them."""
    wanted = certificate.missing(pattern)
    if not wanted.any():
        return
    system = build_system(pattern, certificate.signs, wanted, STEPS)
    if system is None:
        return
    rng = np.random.default_rng(SEED)
    left = int(wanted.sum())
    for _ in range(SPREADS):
        open_ = certificate.missing(pattern).ravel()[system.place]
        push = rng.choice([-1.0, 1.0], size=len(system.place)) * open_
        for side in (push, -push):
            solution, _, _ = system.solve(system.targets.T @ side)
            learn(certificate, system, solution)
        now = int(certificate.missing(pattern).sum())
        if now == 0 or now > 0.8 * left:
            return
        left = now


def find_narrow(pattern: Pattern, certificate: Certificate) -> list[Narrow]:
    """One count too narrow per independent part of the table; empty when every count is safe."""
    wanted = certificate.missing(pattern)
    if not wanted.any():
        return []
    system = build_system(pattern, certificate.signs, wanted)
    if system is None:
        return [_known(place) for place in np.flatnonzero(wanted)]
    narrow: list[Narrow] = []
    settled: set[int] = set()
    while True:
        open_ = np.flatnonzero(certificate.missing(pattern).ravel()[system.place])
        open_ = open_[~np.isin(system.block[open_], list(settled))]
        if not len(open_):
            return narrow
        _, first = np.unique(system.block[open_], return_index=True)
        found = _exact(pattern, certificate, system, open_[first])
        settled.update(int(system.block[target]) for target, _ in found)
        narrow.extend(one for _, one in found)


def _known(place: np.int64) -> Narrow:
    nothing = np.zeros((2, 0), dtype=np.int64)
    return Narrow(int(place), nothing, nothing, np.zeros(0, dtype=np.int64))


def _exact(
    pattern: Pattern, certificate: Certificate, system: System, chosen: Ints
) -> list[tuple[int, Narrow]]:
    """Exact limits of one count in each part: the (target, reason) of those proved too narrow."""
    objective = np.zeros(len(system.place))
    objective[chosen] = 1.0
    price, limit = np.zeros(len(system.block_of_row)), np.zeros(len(system.column))
    for side in (objective, -objective):
        solution, rows, limits = system.solve(system.targets.T @ side)
        learn(certificate, system, solution)
        price, limit = price + rows, limit + limits
    missing = certificate.missing(pattern).ravel()[system.place]
    return [(int(t), _explain(system, int(t), price, limit)) for t in chosen if missing[t]]


def _explain(system: System, target: int, price: Floats, limit: Floats) -> Narrow:
    mine = system.block_of_row == system.block[target]
    own = (system.block_of_column == system.block[target]) & (limit > TOLERANCE)
    return Narrow(
        place=int(system.place[target]),
        rows=system.source[:, mine & (price > TOLERANCE)],
        everywhere=system.source[:, mine],
        own=system.column[own],
    )
