"""Protect a table: which counts are shown, masked or hidden so that no hidden one can be found."""

from collections.abc import Sequence

import numpy as np

from samling.stats.disclosure.errors import UnprotectableError
from samling.stats.disclosure.history import join_history, refuse_telling
from samling.stats.disclosure.pattern import HIGH, LOW
from samling.stats.disclosure.published import EarlierRelease
from samling.stats.disclosure.result import Protection
from samling.stats.disclosure.routes import Chosen, choose_hidden
from samling.stats.disclosure.states import State
from samling.stats.disclosure.table import CountTable


def protect(table: CountTable, *, history: Sequence[EarlierRelease] = ()) -> Protection:
    """The states of every cell, such that every hidden or masked count is safe.

    Safe: knowing every shown count exactly, every sum, and that counts are not negative, nobody
    can narrow a hidden base to an interval shorter than its base threshold, or a hidden or masked
    y or n - y to one shorter than its count threshold (all of 0..n where n is known and smaller).
    `history` is what earlier releases, which people still have, told of the same cells; the
    attacker knows that too. A table of many cells is protected part by part, the regular ones by
    a quicker way that hides more; `Protection.routes` says so. The same table gives the same
    protection. Raises UnprotectableError when fixed or known cells make that impossible,
    AlreadyToldError when a count that must be protected is out already, and
    TellingDifferenceError when counts have changed since an earlier release in a way that tells
    of few persons.
    """
    joined = join_history(table, history)
    _refuse_unsafe_fixed(joined)
    found = _publishable(table, history, choose_hidden(joined))
    refuse_telling(table, found.base == State.SHOWN, found.share == State.SHOWN, history)
    return found


def _refuse_unsafe_fixed(table: CountTable) -> None:
    small = np.minimum(table.y, table.n[:, None] - table.y) < table.count_threshold[:, None]
    bad = table.fixed & ((table.n < table.base_threshold) | small.any(axis=1))
    if bad.any():
        cells = np.flatnonzero(bad)
        raise UnprotectableError(
            f"{table.name_all(cells)}: already published and cannot be withheld, but too few by "
            "itself. Withdraw the publication, or publish this table without the cell.",
            cells.tolist(),
            cells.tolist(),
        )


def _publishable(
    table: CountTable, history: Sequence[EarlierRelease], chosen: Chosen
) -> Protection:
    """The pattern's first cells, which are the table's, as states."""
    pattern, cells = chosen.pattern, slice(len(table))
    hidden, share = pattern.base[cells], pattern.share[cells]
    base = np.select(
        [table.latent, hidden & pattern.base_primary[cells], hidden],
        [State.LATENT, State.HIDDEN_PRIMARY, State.HIDDEN_SECONDARY],
        State.SHOWN,
    )
    whole = np.select(
        [table.latent, share & pattern.share_primary[cells], share],
        [State.LATENT, State.HIDDEN_PRIMARY, State.HIDDEN_SECONDARY],
        State.SHOWN,
    )
    mask = pattern.mask[cells]
    masked = (mask > 0) & (whole == State.SHOWN)[:, None]
    states = np.select(
        [masked & (mask == LOW), masked & (mask == HIGH)],
        [State.MASKED_LOW, State.MASKED_HIGH],
        np.broadcast_to(whole[:, None], masked.shape),
    )
    frozen = (
        base.astype(np.int8),
        states.astype(np.int8),
        np.where(masked, pattern.bound[cells], np.nan),
        np.where(masked, pattern.cap[cells], np.nan),
    )
    for array in frozen:
        array.flags.writeable = False
    return Protection(
        *frozen, chosen.programs, chosen.minimal, table, tuple(history), chosen.routes
    )
