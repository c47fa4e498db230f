"""Which way a table is protected: carefully, or by boxes where it is large and regular.

Parts of a table that no sum ties together are independent. A table of many cells is protected
part by part: parts without small counts are shown as they are, those that are a grid of crossed
sums are protected by boxes, and what is left, carefully.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from samling.stats.disclosure.boxes import Boxes, SheetSearch
from samling.stats.disclosure.boxproof import confirm_boxes, take_away_needless
from samling.stats.disclosure.careful import protect_carefully
from samling.stats.disclosure.errors import UnprotectableError
from samling.stats.disclosure.pattern import Pattern, start_pattern
from samling.stats.disclosure.sheets import find_sheets
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import CountTable

MANY_CELLS = 6_000
"""A table of more cells than this is protected part by part."""


@dataclass(frozen=True)
class Route:
    """How some of a table was protected.

    name: "careful" (linear programs; minimal as far as patience goes), "boxes" (large grids; hides
    more), or "open" (nothing small in it). parts, cells: how many went this way.
    """

    name: str
    parts: int
    cells: int


@dataclass(frozen=True)
class Chosen:
    """A pattern that is proved safe, and how it was found."""

    pattern: Pattern
    programs: int
    minimal: bool
    routes: tuple[Route, ...]


def choose_hidden(table: CountTable) -> Chosen:
    """A safe pattern, by the way that the table's size asks for."""
    if len(table) <= MANY_CELLS:
        pattern, certificate, minimal = protect_carefully(table)
        return Chosen(pattern, certificate.programs, minimal, (Route("careful", 1, len(table)),))
    return _choose_by_parts(table)


def _choose_by_parts(table: CountTable) -> Chosen:
    pattern = start_pattern(table)
    part = _label_parts(table)
    needy = pattern.needs().any(axis=0)
    by_boxes = np.zeros(int(part.max(initial=-1)) + 1, dtype=np.bool_)
    if table.y.shape[1] <= 1:
        by_boxes |= _hide_by_boxes(table, pattern, part, np.flatnonzero(needy))
    has_needs = np.zeros(len(by_boxes), dtype=np.bool_)
    has_needs[part[needy]] = True
    programs, minimal = 0, not by_boxes.any()
    for cells in _parts_of(part, has_needs & ~by_boxes):
        programs, minimal = _protect_part(table, pattern, cells, programs, minimal)
    sizes = np.bincount(part, minlength=len(by_boxes))
    kinds = (("open", ~has_needs), ("boxes", by_boxes), ("careful", has_needs & ~by_boxes))
    routes = [Route(name, int(of.sum()), int(sizes[of].sum())) for name, of in kinds if of.any()]
    return Chosen(pattern, programs, minimal, tuple(routes))


def _label_parts(table: CountTable) -> Ints:
    """A number per cell, the same for cells that sums tie together."""
    sums = table.sums
    of_child = np.repeat(sums.parent, np.diff(sums.start))
    graph = sparse.coo_array(
        (np.ones(len(of_child), dtype=np.int8), (of_child, sums.child)),
        shape=(len(table), len(table)),
    )
    _, label = sparse.csgraph.connected_components(graph.tocsr(), directed=False)
    return np.asarray(label, dtype=np.int64)


def _parts_of(part: Ints, wanted: Bools) -> Iterator[Ints]:
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(len(wanted) + 1))
    for number in np.flatnonzero(wanted):
        yield order[bounds[number] : bounds[number + 1]]


def _hide_by_boxes(table: CountTable, pattern: Pattern, part: Ints, needy: Ints) -> Bools:
    """Hide what boxes need; says which parts are protected by them, the others are left as they
    were."""
    before = pattern.base.copy(), pattern.share.copy(), pattern.mask.copy()
    sheets, left = find_sheets(table.sums, len(table), needy)
    failed = np.zeros(int(part.max(initial=-1)) + 1, dtype=np.bool_)
    failed[part[left]] = True
    boxes = Boxes(pattern)
    for sheet in sheets:
        search = SheetSearch(boxes, sheet)
        failed[part[search.settle_all()]] = True
    kept = take_away_needless(boxes)
    undone = failed[part]
    for now, then in zip((pattern.base, pattern.share, pattern.mask), before, strict=True):
        now[undone] = then[undone]
    proved = [box for box in kept if not failed[part[box.cells[0]]]]
    confirm_boxes(pattern, proved, table.sums, ~undone)
    done = np.zeros(len(failed), dtype=np.bool_)
    done[part[needy]] = True
    return np.asarray(done & ~failed, dtype=np.bool_)


def _protect_part(
    table: CountTable, pattern: Pattern, cells: Ints, programs: int, minimal: bool
) -> tuple[int, bool]:
    try:
        found, certificate, all_tried = protect_carefully(table.part(cells))
    except UnprotectableError as error:
        at, by = (cells[np.array(some, dtype=np.int64)] for some in (error.cells, error.blockers))
        raise UnprotectableError(str(error), at.tolist(), by.tolist()) from error
    pattern.base[cells], pattern.share[cells] = found.base, found.share
    pattern.mask[cells] = found.mask
    return programs + certificate.programs, minimal and all_tried
