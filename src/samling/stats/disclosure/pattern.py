"""The pattern being built: what is hidden or masked, and what an attacker knows of each count.

Counts are kept as quantities: row 0 is n, rows 1..K are y per outcome, rows K+1..2K are n - y.
Everything an attacker may believe is said as a displacement from the truth: `up[q, i]` is how far
quantity q of cell i could rise, `down[q, i]` how far it could fall, both 0 when it is known.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import CountTable, Outcomes
from samling.stats.disclosure.told import Floats

LOW, HIGH = 1, 2
EVERY = slice(None)
"""All cells, where a method can also answer for some."""
Signs = npt.NDArray[np.int8]


@dataclass
class Pattern:
    """Working state of one table. `cap` is the longest tail a mask allows, in persons.

    `own_share` and `own_mask` are what the cell's own counts ask for, whatever the others are.
    """

    table: CountTable
    base: Bools
    share: Bools
    mask: Signs
    bound: Floats
    cap: Floats
    base_primary: Bools
    share_primary: Bools
    own_share: Bools
    own_mask: Signs
    limit: float

    def hide_base(self, cell: int) -> None:
        """Hide n and every share of the cell."""
        self.base[cell] = True
        self.hide_share(cell)

    def hide_share(self, cell: int) -> None:
        """Hide every share of the cell; a hidden share has no mask."""
        self.share[cell] = True
        self.mask[cell] = 0

    def size(self) -> int:
        """How much is hidden."""
        return int(self.base.sum() + self.share.sum())

    def secondary(self) -> Bools:
        """Cells of which something is hidden for others' sake alone."""
        return (self.base & ~self.base_primary) | (self.share & ~self.own_share)

    def show(self, cell: int) -> None:
        """Show all of a cell that its own counts allow."""
        self.base[cell] = self.base_primary[cell]
        self.share[cell] = self.own_share[cell]
        self.mask[cell] = self.own_mask[cell]

    def base_unknown(self, cells: slice = EVERY) -> Bools:
        """Cells whose n the attacker does not know."""
        table = self.table
        return (self.base[cells] | table.latent[cells]) & ~table.n_known[cells]

    def share_unknown(self, cells: slice = EVERY) -> Bools:
        """(cells, outcomes) whose y the attacker does not know, masked ones included."""
        hidden = (self.share[cells] | self.table.latent[cells])[:, None] | (self.mask[cells] > 0)
        return np.asarray(hidden & ~self.table.told.share[cells], dtype=np.bool_)

    def may_hide_base(self, cells: slice = EVERY) -> Bools:
        """Cells where hiding n would take knowledge from the attacker."""
        table, base = self.table, self.base[cells]
        return ~(base | table.latent[cells] | table.fixed[cells] | table.n_known[cells])

    def may_hide_share(self, cells: slice = EVERY) -> Bools:
        """Cells where hiding the share would take knowledge from the attacker."""
        table = self.table
        never = table.latent[cells] | table.fixed[cells] | table.told.shares_all[cells]
        return np.asarray(~(self.share[cells] | never), dtype=np.bool_)

    def ranges(self, cells: slice = EVERY) -> tuple[Floats, Floats]:
        """(up, down), each (quantities, cells), from the cell's own state alone, no sums."""
        table, mask = self.table, self.mask[cells]
        n, y = table.n[cells].astype(np.float64), table.y[cells].T.astype(np.float64)
        unknown = self.base_unknown(cells)
        top = np.where(unknown, self.limit, n)
        hidden = (self.share[cells] | table.latent[cells])[None, :]
        low, high, cap = (mask == LOW).T, (mask == HIGH).T, self.cap[cells].T
        floor = np.select([hidden, low, high], [0.0 * y, 0.0 * y, n - cap], y)
        roof = np.select([hidden, low, high], [top + 0.0 * y, cap, n + 0.0 * y], y)
        z = n - y
        z_floor = np.select([hidden, low | high], [0.0 * y, n - roof], z)
        z_roof = np.select([hidden, low | high], [top + 0.0 * y, n - floor], z)
        up = np.vstack([top - n, roof - y, z_roof - z])
        down = np.vstack([np.where(unknown, n, 0.0), y - floor, z - z_floor])
        return self._within_told(up, down, unknown, cells)

    def _within_told(
        self, up: Floats, down: Floats, unknown: Bools, cells: slice
    ) -> tuple[Floats, Floats]:
        """No further than what is out already allows; where n is known, y and n - y tell of
        each other."""
        told = self.table.told
        if not told.any:
            return up, down
        up, down = np.minimum(up, told.up[:, cells]), np.minimum(down, told.down[:, cells])
        outcomes = self.table.y.shape[1]
        of_y, of_z = slice(1, 1 + outcomes), slice(1 + outcomes, None)
        rise = np.where(unknown, up[of_y], np.minimum(up[of_y], down[of_z]))
        fall = np.where(unknown, down[of_y], np.minimum(down[of_y], up[of_z]))
        z_rise, z_fall = np.where(unknown, up[of_z], fall), np.where(unknown, down[of_z], rise)
        return np.vstack([up[:1], rise, z_rise]), np.vstack([down[:1], fall, z_fall])

    def needs(self) -> Floats:
        """(quantities, cells): how long an interval the attacker must be left with, 0 for free.

        A share whose n is known can at most range over 0..n, so that is all that is asked of it.
        """
        table = self.table
        unknown = self.base_unknown()
        base = np.where(self.base & unknown, table.base_threshold, 0)
        count = np.where(unknown, table.count_threshold, np.minimum(table.count_threshold, table.n))
        wanted = self.share_unknown() & ~table.latent[:, None]
        share = np.where(wanted, count[:, None], 0).T
        return np.vstack([base, share, share]).astype(np.float64)


def quantities(table: CountTable, values_n: Ints, values_y: Ints) -> Ints:
    """Stack n, y and n - y in the order of this module: (quantities, any)."""
    return np.vstack([values_n[None, :], values_y.T, values_n[None, :] - values_y.T])


def start_pattern(table: CountTable) -> Pattern:
    """Primary suppression: small bases, small counts and complements, masks, forced cells.

    A fixed cell that breaks a rule by itself is left as it is; `protect` refuses it.
    """
    n, y, threshold = table.n, table.y, table.count_threshold[:, None]
    free = ~table.latent & ~table.fixed & ~table.told.given
    base = (n < table.base_threshold) & free | table.forced
    low, high = y < threshold, n[:, None] - y < threshold
    scale = 10 ** table.decimals[:, None]
    steps = -(-(100 * threshold * scale) // np.maximum(n, 1)[:, None])
    small = (low | high) & free[:, None]
    share = base | (small & ((low & high) | (2 * steps >= 100 * scale))).any(axis=1)
    mask = np.where(low, LOW, np.where(high, HIGH, 0)).astype(np.int8)
    mask[~small | share[:, None]] = 0
    pattern = Pattern(
        table,
        base,
        share,
        mask,
        bound=steps / scale,
        cap=np.minimum(steps * n[:, None] / (100 * scale), n[:, None]),
        base_primary=base.copy(),
        share_primary=share.copy(),
        own_share=share,
        own_mask=mask,
        limit=float(n.max(initial=0) + 100 * table.base_threshold.max(initial=0)),
    )
    _hide_narrow_masks(pattern)
    pattern.own_share, pattern.own_mask = pattern.share.copy(), pattern.mask.copy()
    return pattern


def _hide_narrow_masks(pattern: Pattern) -> None:
    """Hide the share where the other outcomes of the same cell undo a mask."""
    table = pattern.table
    if table.outcomes is Outcomes.FREE or not pattern.mask.any():
        return
    outcomes = table.y.shape[1]
    up, down = (part[1 : outcomes + 1] for part in pattern.ranges())
    left = (table.n - table.y.sum(axis=1)).astype(np.float64)
    more = np.inf if table.outcomes is Outcomes.DISJOINT else 0.0
    rise = np.minimum(up, down.sum(axis=0) - down + left)
    fall = np.minimum(down, up.sum(axis=0) - up + more)
    narrow = (rise + fall < table.count_threshold - 1e-6) & (pattern.mask.T > 0)
    for cell in np.flatnonzero(narrow.any(axis=0)):
        pattern.hide_share(int(cell))
