"""Certification: is every hidden count left with an interval that is long enough?

Every solution of the attacker's system is a table that he cannot rule out. Two of them that differ
enough in a count prove that the count is safe, whatever objective led to them, so most counts are
certified many at a time; those left over are asked for their exact limits one by one, all
independent parts of the table in the same linear program.
"""

from dataclasses import dataclass

import numpy as np

from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE, Certificate
from samling.stats.disclosure.sums import Ints
from samling.stats.disclosure.system import System, build_system
from samling.stats.disclosure.told import Floats

SEED = 18
SPREADS = 4
STEPS = 3
FAIR = 0.8
"""Pushing goes on while no more than this part of the uncertain counts is left."""
MANY = 12
"""Fewer uncertain counts than this in each part are looked at one by one."""
NOTHING = 1e-9
"""A smaller change in a solution is the solver's own arithmetic."""


@dataclass(frozen=True)
class Narrow:
    """A count that is proved to be too narrow. `place` is its place in (quantities, cells)."""

    place: int
    target: int
    system: System | None


@dataclass(frozen=True)
class Reason:
    """The sums and limits that make a count too narrow.

    `rows` are (quantity, sum or -1 - cell) pairs with a price; `everywhere` all those of its part.
    `own` are places of masked or hidden counts whose own limits bind.
    """

    rows: Ints
    everywhere: Ints
    own: Ints


def learn(certificate: Certificate, system: System, solution: Floats) -> None:
    """Take in one more table that the attacker cannot rule out, each independent part by itself."""
    certificate.programs += 1
    certificate.effort += len(system.column)
    quantities, cells = certificate.up.shape
    outcomes = quantities // 2
    moved = np.abs(solution) > NOTHING
    for block in np.unique(system.block_of_column[moved]):
        mine = moved & (system.block_of_column == block)
        quantity, cell = np.divmod(system.column[mine], cells)
        found, row = np.unique(cell, return_inverse=True)
        changes = np.zeros((len(found), quantities))
        changes[row, quantity] = solution[mine]
        changes[:, outcomes + 1 :] = changes[:, :1] - changes[:, 1 : outcomes + 1]
        certificate.add(dict(zip(found.tolist(), map(tuple, changes.tolist()), strict=True)))


def certify_many(pattern: Pattern, certificate: Certificate) -> None:
    """Prove what can be proved by changing only cells that are near the uncertain counts."""
    wanted = certificate.missing(pattern)
    if wanted.any():
        system = build_system(pattern, certificate.signs, wanted, STEPS)
        if system is not None:
            _spread(pattern, certificate, system)


def _spread(pattern: Pattern, certificate: Certificate, system: System) -> None:
    """Push all uncertain counts in random directions, while that certifies a fair part of them."""
    rng = np.random.default_rng(SEED)
    left = int(certificate.missing(pattern).sum())
    for _ in range(SPREADS):
        open_ = certificate.missing(pattern).ravel()[system.place]
        push = rng.choice([-1.0, 1.0], size=len(system.place)) * open_
        for side in (push, -push):
            learn(certificate, system, system.solve(system.targets.T @ side))
        now = int(certificate.missing(pattern).sum())
        if now == 0 or now > FAIR * left:
            return
        left = now


def find_narrow(
    pattern: Pattern, certificate: Certificate, most_effort: float = np.inf
) -> list[Narrow] | None:
    """One count too narrow per independent part of the table; empty when every count is safe.

    None when finding out took the certificate's effort beyond what was given: then a part of which
    nothing was found may not have been looked at.
    """
    wanted = certificate.missing(pattern)
    if not wanted.any():
        return []
    if certificate.effort > most_effort:
        return None
    system = build_system(pattern, certificate.signs, wanted)
    if system is None:
        return [Narrow(int(place), 0, None) for place in np.flatnonzero(wanted)]
    if len(system.place) > MANY * len(np.unique(system.block)):
        _spread(pattern, certificate, system)
    narrow: list[Narrow] = []
    settled: set[int] = set()
    while True:
        open_ = np.flatnonzero(certificate.missing(pattern).ravel()[system.place])
        open_ = open_[~np.isin(system.block[open_], list(settled))]
        if not len(open_):
            return narrow
        if certificate.effort > most_effort:
            return None
        proved = (certificate.up + certificate.down).ravel()[system.place[open_]]
        open_ = open_[np.argsort(proved, kind="stable")]
        _, first = np.unique(system.block[open_], return_index=True)
        found = _exact(pattern, certificate, system, open_[first])
        settled.update(int(system.block[one.target]) for one in found)
        narrow.extend(found)


def _exact(
    pattern: Pattern, certificate: Certificate, system: System, chosen: Ints
) -> list[Narrow]:
    """Exact limits of one count in each part: those proved too narrow."""
    objective = np.zeros(len(system.place))
    objective[chosen] = 1.0
    for side in (objective, -objective):
        learn(certificate, system, system.solve(system.targets.T @ side))
    missing = certificate.missing(pattern).ravel()[system.place]
    return [Narrow(int(system.place[t]), int(t), system) for t in chosen if missing[t]]


def explain(narrow: Narrow) -> Reason:
    """What makes the count so narrow, by the prices of the program that asks for its limits."""
    system, target = narrow.system, narrow.target
    if system is None:
        nothing = np.zeros((2, 0), dtype=np.int64)
        return Reason(nothing, nothing, np.zeros(0, dtype=np.int64))
    objective = system.targets[[target]].toarray().ravel()
    price, limit = (
        a + b for a, b in zip(*map(system.prices, (objective, -objective)), strict=True)
    )
    mine = system.block_of_row == system.block[target]
    own = (system.block_of_column == system.block[target]) & (limit > TOLERANCE)
    return Reason(
        rows=system.source[:, mine & (price > TOLERANCE)],
        everywhere=system.source[:, mine],
        own=system.column[own],
    )
