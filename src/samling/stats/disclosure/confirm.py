"""The last look before a pattern is used: every table that a proof rests on is put to the test.

The searches keep account of proofs while cells are hidden and shown again. Here nothing of that
account is believed: a world must keep every sum and every limit of the finished pattern, and the
counts must be moved far enough by the worlds that do.
"""

from collections.abc import Sequence

import numpy as np

from samling.stats.disclosure.errors import ProofError
from samling.stats.disclosure.pattern import Pattern, quantities
from samling.stats.disclosure.proofs import TOLERANCE, Certificate, World
from samling.stats.disclosure.table import Outcomes
from samling.stats.disclosure.told import Floats

SLACK = 1e-5
"""Persons by which a world may break a sum or a limit: the arithmetic of the solver."""

AT_A_TIME = 100
"""Worlds that are looked at together, so that a large table needs little memory."""


def confirm(pattern: Pattern, certificate: Certificate) -> None:
    """Raises ProofError unless every hidden and masked count is proved safe by worlds that fit."""
    needs = pattern.needs()
    if not needs.any():
        return
    most, least = np.zeros(needs.shape), np.zeros(needs.shape)
    used = certificate.used(pattern)
    for start in range(0, len(used), AT_A_TIME):
        changes = _stack(used[start : start + AT_A_TIME], needs.shape)
        _keep_limits(pattern, changes)
        _keep_sums(pattern, certificate, changes)
        most, least = np.maximum(most, changes.max(axis=0)), np.minimum(least, changes.min(axis=0))
    short = (most - least < needs - 2 * TOLERANCE).any(axis=0)
    if short.any():
        cell = int(np.flatnonzero(short)[0])
        raise _error(f"{pattern.table.name(cell)} is not proved safe")


def _stack(worlds: Sequence[World], shape: tuple[int, ...]) -> Floats:
    """(worlds, quantities, cells), n - y worked out from the others."""
    changes = np.zeros((len(worlds), *shape))
    for place, world in enumerate(worlds):
        cells = list(world.changes)
        changes[place][:, cells] = np.array(list(world.changes.values())).T * world.scale
    outcomes = shape[0] // 2
    changes[:, outcomes + 1 :] = changes[:, :1] - changes[:, 1 : outcomes + 1]
    return changes


def _keep_limits(pattern: Pattern, changes: Floats) -> None:
    """Nothing that is known changes, nothing falls below 0, and masks hold."""
    up, down = pattern.ranges()
    table = pattern.table
    free = pattern.base_unknown() & (up > 0) & np.isinf(table.told.up)
    up = np.where(free, np.inf, up)
    spare = (table.n - table.y.sum(axis=1)).astype(np.float64)
    left = spare + _spare(changes[:, 0], np.moveaxis(changes[:, 1 : 1 + table.y.shape[1]], 1, -1))
    ties = {Outcomes.FREE: 0.0 * left, Outcomes.DISJOINT: np.minimum(left, 0.0)}
    broken = np.abs(ties.get(table.outcomes, left)) > SLACK
    if ((changes > up + SLACK) | (changes < -down - SLACK)).any() or broken.any():
        raise _error("a world changes what is shown")


def _keep_sums(pattern: Pattern, certificate: Certificate, changes: Floats) -> None:
    """Every sum holds in n, y and n - y, and for those who have none of several outcomes."""
    table = pattern.table
    outcomes = table.y.shape[1]
    left = quantities(table, table.sums.remainder(table.n), table.sums.remainder(table.y))
    if table.outcomes is not Outcomes.FREE:
        of_y = np.moveaxis(changes[:, 1 : 1 + outcomes], 1, -1)
        changes = np.concatenate([changes, _spare(changes[:, 0], of_y)[:, None]], axis=1)
        spare = table.sums.remainder(table.n - table.y.sum(axis=1))
        left = np.vstack([left, spare[None, :]])
    rows = certificate.signs @ changes.reshape(-1, len(table)).T
    after = rows.T.reshape(*changes.shape[:2], len(table.sums)) + left
    whole = table.sums.exhaustive
    if (np.abs(after[..., whole]) > SLACK).any() or (after[..., ~whole] < -SLACK).any():
        raise _error("a world breaks a sum")


def _spare(n: Floats, y: Floats) -> Floats:
    """Those who have none of the outcomes; `y` has them on its last axis."""
    return np.asarray(n - y.sum(axis=-1))


def _error(what: str) -> ProofError:
    return ProofError(
        f"The disclosure control's own proof does not hold: {what}. Nothing may be published of "
        "this table. This is a fault in Samling; please report it with the study."
    )
