"""The careful route: moves and linear programs, and everything needless is shown again."""

import numpy as np

from samling.stats.disclosure.certify import (
    Narrow,
    Reason,
    certify_many,
    explain,
    find_narrow,
)
from samling.stats.disclosure.confirm import confirm
from samling.stats.disclosure.errors import UnprotectableError
from samling.stats.disclosure.moves import Mover
from samling.stats.disclosure.pattern import Pattern, start_pattern
from samling.stats.disclosure.proofs import Certificate, start_certificate
from samling.stats.disclosure.reopen import ProvedReopening, Reopening
from samling.stats.disclosure.secondary import Entries, list_entries, narrow_by_one_sum
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import CountTable

PATIENCE = 100_000
"""Effort (see `Certificate`) that is spent before moves decide what is hidden."""


def protect_carefully(table: CountTable) -> tuple[Pattern, Certificate, bool]:
    """A pattern that is proved safe; True if it is proved minimal too."""
    pattern = start_pattern(table)
    entries = list_entries(table)
    if narrow_by_one_sum(pattern, entries).any():
        _hide_by_single_sums(pattern, entries, Mover(pattern, entries, start_certificate(table)))
        Reopening(pattern, entries).run()
    certificate = start_certificate(table)
    mover = Mover(pattern, entries, certificate)
    _hide_until_safe(pattern, entries, mover)
    minimal = _show_again(pattern, entries, mover)
    confirm(pattern, certificate)
    return pattern, certificate, minimal


def _show_again(pattern: Pattern, entries: Entries, mover: Mover) -> bool:
    """Show what need not be hidden; says whether that was decided of every cell."""
    if not pattern.secondary().any():
        return True
    reopening = ProvedReopening(pattern, entries, mover)
    reopening.run()
    return reopening.minimal


def _hide_by_single_sums(pattern: Pattern, entries: Entries, mover: Mover) -> None:
    """Hide what moves need for the counts that a single sum gives away."""
    while (narrow := narrow_by_one_sum(pattern, entries)).any():
        if not _settle_all(pattern, mover, narrow, may_hide=True):
            return


def _settle_all(pattern: Pattern, mover: Mover, which: Bools, *, may_hide: bool) -> bool:
    """Try each unproved count once; says whether hiding something gave it new ones to try."""
    before = pattern.size()
    needs = pattern.needs()
    for place, cell in np.argwhere(mover.certificate.missing(pattern) & which)[::-1]:
        mover.settle(int(place), int(cell), float(needs[place, cell]), may_hide)
    return pattern.size() > before


def _hide_until_safe(pattern: Pattern, entries: Entries, mover: Mover) -> None:
    """Prove every count, and hide more where linear programs show that one is too narrow.

    What moves do not prove may still be safe, so nothing is hidden for lack of a move, unless the
    table is so large that asking the programs of every count takes too long.
    """
    _hide_by_single_sums(pattern, entries, mover)
    every = np.ones(mover.certificate.up.shape, dtype=np.bool_)
    _settle_all(pattern, mover, every, may_hide=False)
    certify_many(pattern, mover.certificate)
    while narrow := _find_narrow(pattern, mover):
        for one in narrow:
            before = pattern.size()
            place, cell = divmod(one.place, len(pattern.table))
            mover.settle(place, cell, float(pattern.needs()[place, cell]), may_hide=True)
            if pattern.size() == before:
                _hide_one_more(pattern, entries, mover, one)
        _hide_by_single_sums(pattern, entries, mover)


def _find_narrow(pattern: Pattern, mover: Mover) -> list[Narrow]:
    """Counts too narrow; when finding them takes too long, moves hide for all that they can."""
    narrow = find_narrow(pattern, mover.certificate, PATIENCE)
    if narrow is not None:
        return narrow
    every = np.ones(mover.certificate.up.shape, dtype=np.bool_)
    while _settle_all(pattern, mover, every, may_hide=True):
        continue
    return find_narrow(pattern, mover.certificate) or []


def _hide_one_more(pattern: Pattern, entries: Entries, mover: Mover, narrow: Narrow) -> None:
    """Hide the cheapest cell that can widen the count: first where prices point, then anywhere."""
    cost = pattern.table.cost
    reason = explain(narrow)
    for rows in (reason.rows, reason.everywhere):
        base, share, last = _candidates(pattern, entries, rows, reason.own)
        offers = [(float(cost[c]), 0, int(c)) for c in base]
        offers += [(float(cost[c]), 1, int(c)) for c in share]
        offers = offers or [(float(cost[c]), 0, int(c)) for c in last]
        if offers:
            _, level, cell = min(offers)
            mover.hide(cell, level)
            return
    raise _unprotectable(pattern, entries, narrow, reason)


def _candidates(
    pattern: Pattern, entries: Entries, rows: Ints, own: Ints
) -> tuple[Ints, Ints, Ints]:
    """Cells to hide: (bases in sums of n, shares in sums of y, bases as the last resort)."""
    cells = len(pattern.table)
    in_n = [entries.members(int(r)) for q, r in rows.T if r >= 0 and q == 0]
    in_y = [entries.members(int(r)) for q, r in rows.T if r >= 0 and q > 0]
    tied = np.array([-1 - r for _, r in rows.T if r < 0], dtype=np.int64)
    of_n = np.unique(np.concatenate([np.zeros(0, np.int64), *in_n]))
    of_y = np.unique(np.concatenate([np.zeros(0, np.int64), *in_y, tied, own % cells]))
    able_base, able_share = pattern.may_hide_base(), pattern.may_hide_share()
    return (
        of_n[able_base[of_n]],
        of_y[able_share[of_y]],
        of_y[able_base[of_y] & ~able_share[of_y]],
    )


def _unprotectable(
    pattern: Pattern, entries: Entries, narrow: Narrow, reason: Reason
) -> UnprotectableError:
    table = pattern.table
    cell = narrow.place % len(table)
    rows = {int(r) for r in reason.everywhere[1] if r >= 0} | {*entries.rows_of(cell).tolist()}
    around = np.unique([int(c) for r in sorted(rows) for c in entries.members(r)] + [cell])
    blockers = around[(table.fixed | table.n_known)[around]]
    what = ("n", "y", "n - y")[0 if narrow.place < len(table) else 1]
    return UnprotectableError(
        f"{table.name(cell)}: {what} must be protected, but can be narrowed down from cells that "
        f"cannot be withheld: {table.name_all(blockers)}. Withhold one of them, or leave the "
        "table out.",
        [cell],
        blockers.tolist(),
    )
