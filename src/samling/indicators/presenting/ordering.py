"""Cells in the order that people read them: areas by the alphabet, groups as the study does."""

from __future__ import annotations

from samling.indicators.presenting import labels
from samling.indicators.publication.lattice import SEPARATOR
from samling.indicators.queries import Cell, Published
from samling.indicators.study.schema import Indicator


def by_area(data: Published, indicator: Indicator, period: str) -> dict[str, Cell]:
    """The whole's cell of every area."""
    cells = data.cells(indicator=indicator.code, grouping="", period=period)
    return {cell.area: cell for cell in cells}


def sorted_areas(cells: dict[str, Cell]) -> list[tuple[str, Cell]]:
    """Areas in the order of the Swedish alphabet: never a ranking."""
    return sorted(cells.items(), key=lambda item: labels.alphabetical(labels.area_name(item[0])))


def whole_first(cells: dict[str, Cell], total: str) -> list[tuple[str, Cell]]:
    """The total, and then its areas by the alphabet."""
    return sorted(sorted_areas(cells), key=lambda item: item[0] != total)


def in_group_order(data: Published, cells: list[Cell]) -> list[Cell]:
    """Cells in the order in which the study names its levels."""
    order = {
        (b.code, level.code): place
        for b in data.study.breakdowns
        for place, level in enumerate(b.levels)
    }

    def places(cell: Cell) -> list[int]:
        groups = zip(cell.grouping.split(SEPARATOR), cell.group.split(SEPARATOR), strict=True)
        return [order.get(group, 0) for group in groups]

    return sorted(cells, key=places)
