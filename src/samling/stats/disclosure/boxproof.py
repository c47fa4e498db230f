"""Boxes that nothing rests on are taken away, and those that are left are put to the test."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from samling.stats.disclosure.boxes import Box, Boxes, effects
from samling.stats.disclosure.errors import ProofError
from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.proofs import TOLERANCE
from samling.stats.disclosure.sums import Bools, Sums
from samling.stats.disclosure.told import Floats


def take_away_needless(boxes: Boxes) -> list[Box]:
    """The boxes that proofs rest on; cells that only the others hid are shown again.

    The last boxes are tried first. A cell is shown again as its own counts allow, and only if it
    then needs no proof or has one.
    """
    pattern = boxes.pattern
    of_cell: dict[int, set[int]] = {}
    for number, box in enumerate(boxes.found):
        for cell in box.cells.tolist():
            of_cell.setdefault(cell, set()).add(number)
    secondary = pattern.secondary()
    base_own = pattern.base_primary | pattern.table.latent
    kept = dict(enumerate(boxes.found))
    for number in range(len(boxes.found) - 1, -1, -1):
        cells = boxes.found[number].cells
        alone = [c for c in cells.tolist() if secondary[c] and of_cell[c] == {number}]
        # A cell whose own counts ask for a mask would need a proof of its own.
        free = [c for c in alone if not pattern.own_mask[c].any() and not pattern.own_share[c]]
        if not free:
            continue
        rest = [c for c in cells.tolist() if c not in set(free)]
        if all(_is_proved(boxes, c, of_cell[c] - {number}, kept) for c in rest):
            for cell in cells.tolist():
                of_cell[cell].discard(number)
            del kept[number]
            pattern.base[free] = base_own[free] & ~pattern.table.latent[free]
            pattern.share[free] = pattern.own_share[free]
            pattern.mask[free] = pattern.own_mask[free]
            secondary[free] = False
    return list(kept.values())


def _is_proved(boxes: Boxes, cell: int, numbers: set[int], kept: dict[int, Box]) -> bool:
    need = boxes.need[:, cell]
    if not need.any():
        return True
    up, down = np.zeros(len(need)), np.zeros(len(need))
    for number in numbers:
        box = kept[number]
        rise, fall = effects(box, len(need))
        if box.signs[np.flatnonzero(box.cells == cell)[0]] < 0:
            rise, fall = fall, rise
        up, down = np.maximum(up, rise), np.maximum(down, fall)
    return bool((up + down >= need - TOLERANCE).all())


def confirm_boxes(pattern: Pattern, found: Sequence[Box], sums: Sums, cells: Bools) -> None:
    """Raises ProofError unless the boxes keep every sum and prove every count of `cells`.

    Nothing is believed of what was noted when they were found but their cells and signs.
    """
    needs = pattern.needs() * cells
    if not needs.any():
        return
    up, down = np.zeros(needs.shape), np.zeros(needs.shape)
    if found:
        _keep_sums(found, sums, needs.shape[1])
        ranges = pattern.ranges()
        for swaps in (False, True):
            some = [box for box in found if box.swaps == swaps]
            if some:
                _measure(pattern, ranges, some, swaps, up, down)
    short = (up + down < needs - 2 * TOLERANCE).any(axis=0)
    if short.any():
        cell = int(np.flatnonzero(short)[0])
        raise _error(f"{pattern.table.name(cell)} is not proved safe")


def _keep_sums(found: Sequence[Box], sums: Sums, cells: int) -> None:
    rows = np.arange(len(sums))
    row = np.concatenate([rows, np.repeat(rows, np.diff(sums.start))])
    sign = np.concatenate([np.ones(len(rows)), -np.ones(len(sums.child))])
    cell = np.concatenate([sums.parent, sums.child])
    signs = sparse.csr_array((sign, (row, cell)), shape=(len(sums), cells))
    of_box = np.repeat(np.arange(len(found)), [len(box.cells) for box in found])
    changed = np.concatenate([box.cells for box in found])
    by = np.concatenate([box.signs for box in found]).astype(np.float64)
    worlds = sparse.csr_array((by, (changed, of_box)), shape=(cells, len(found)))
    if len(worlds.data) != len(by) or (abs(signs @ worlds) > TOLERANCE).nnz:
        raise _error("a box breaks a sum")


def _measure(
    pattern: Pattern,
    ranges: tuple[Floats, Floats],
    found: Sequence[Box],
    swaps: bool,
    up: Floats,
    down: Floats,
) -> None:
    """How far each corner can be off by the cells' own states as they are now."""
    cells = np.concatenate([box.cells for box in found])
    plus = np.concatenate([box.signs for box in found]) > 0
    lengths = np.array([len(box.cells) for box in found])
    start = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    if not swaps and not pattern.base_unknown()[cells].all():
        raise _error("a box changes a base that is known")
    own_up, own_down = ranges[0][:, cells], ranges[1][:, cells]
    if len(own_up) == 1:
        atoms = [(own_up[0], own_down[0], np.array([1.0]))]
    elif swaps:
        room = np.minimum(own_up[1], own_down[2]), np.minimum(own_down[1], own_up[2])
        atoms = [(*room, np.array([0.0, 1.0, -1.0]))]
    else:
        atoms = [
            (own_up[1], own_down[1], np.array([1.0, 1.0, 0.0])),
            (own_up[2], own_down[2], np.array([1.0, 0.0, 1.0])),
        ]
    most, least = np.zeros(own_up.shape), np.zeros(own_up.shape)
    for rise, fall, effect in atoms:
        ahead = np.repeat(np.minimum.reduceat(np.where(plus, rise, fall), start), lengths)
        back = np.repeat(np.minimum.reduceat(np.where(plus, fall, rise), start), lengths)
        ahead, back = np.where(plus, ahead, back), np.where(plus, back, ahead)
        for quantity, sign in enumerate(effect):
            if sign > 0:
                most[quantity] += ahead
                least[quantity] += back
            elif sign < 0:
                most[quantity] += back
                least[quantity] += ahead
    for quantity in range(len(most)):
        np.maximum.at(up[quantity], cells, most[quantity])
        np.maximum.at(down[quantity], cells, least[quantity])


def _error(what: str) -> ProofError:
    return ProofError(
        f"The disclosure control's own proof does not hold: {what}. Nothing may be published of "
        "this table. This is a fault in Samling; please report it with the table."
    )
