"""One indicator's groups as tables: in one place, over time, and in every area."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from samling.indicators.choices import Comparison, Sign
from samling.indicators.presenting import labels, words
from samling.indicators.presenting.ordering import in_group_order, whole_first
from samling.indicators.presenting.tables import value_cells, value_columns
from samling.indicators.publication.lattice import SEPARATOR
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Breakdown, Indicator
from samling.ui import components as ui
from samling.ui import formats


def groups_table(
    data: Published, indicator: Indicator, grouping: str, cells: Sequence[Cell]
) -> ui.Table:
    """The groups of one breakdown in one area and period."""
    return ui.Table(
        key=f"grupper-{grouping.replace(SEPARATOR, '-')}",
        caption=gettext("%(name)s efter %(grouping)s")
        % {
            "name": labels.text_beside(indicator.name),
            "grouping": labels.inside(labels.grouping_name(data.study, grouping)),
        },
        columns=(
            ui.Column(labels.grouping_name(data.study, grouping), numeric=False),
            *value_columns(data, indicator),
        ),
        rows=tuple(
            ui.Row(
                labels.group_name(data.study, cell.grouping, cell.group),
                value_cells(data, indicator, cell),
            )
            for cell in in_group_order(data, list(cells))
        ),
    )


def spread(data: Published, indicator: Indicator, cells: Sequence[Cell]) -> str:
    """A caption for groups without a gap of their own: between which values they lie."""
    shown = [cell for cell in cells if cell.shown and cell.value is not None]
    grouping = labels.inside(labels.grouping_name(data.study, cells[0].grouping))
    if len(shown) < 2:
        return gettext("Efter %(grouping)s") % {"grouping": grouping}
    low, high = (end(shown, key=lambda cell: cell.value or 0.0) for end in (min, max))
    return gettext("Efter %(grouping)s: från %(low)s till %(high)s") % {
        "grouping": grouping,
        "low": labels.value_text(indicator, low),
        "high": labels.value_text(indicator, high),
    }


def groups_over_time(
    data: Published, indicator: Indicator, grouping: str, cells: Sequence[Cell]
) -> ui.Table:
    """A row for each group and a column for each period."""
    periods = sorted({cell.period for cell in cells})
    groups = dict.fromkeys(cell.group for cell in in_group_order(data, list(cells)))
    found = {(cell.group, cell.period): cell for cell in cells}
    name = labels.grouping_name(data.study, grouping)
    return ui.Table(
        key=f"tid-{grouping.replace(SEPARATOR, '-')}",
        caption=gettext("%(name)s över tid efter %(grouping)s")
        % {"name": labels.text_beside(indicator.name), "grouping": labels.inside(name)},
        columns=(ui.Column(name, numeric=False), *map(ui.Column, periods)),
        rows=tuple(
            ui.Row(
                labels.group_name(data.study, grouping, group),
                tuple(value_cell(data, indicator, found.get((group, p))) for p in periods),
            )
            for group in groups
        ),
    )


def areas_by_group(
    data: Published, indicator: Indicator, grouping: str, period: str
) -> list[ui.Table]:
    """A row for each area and a column for each group; nothing when only one area has them."""
    cells = data.cells(indicator=indicator.code, grouping=grouping, period=period)
    areas = {cell.area: cell for cell in cells}
    if not grouping or len(areas) < 2:
        return []
    groups = dict.fromkeys(cell.group for cell in in_group_order(data, cells))
    found = {(cell.area, cell.group): cell for cell in cells}
    name = labels.inside(labels.grouping_name(data.study, grouping))
    titles = (labels.group_name(data.study, grouping, group) for group in groups)
    table = ui.Table(
        key="omraden-grupper",
        caption=gettext("%(name)s efter område och %(grouping)s, %(period)s")
        % {
            "name": labels.text_beside(indicator.name),
            "grouping": name,
            "period": labels.isolated(labels.period_name(data.study, period)),
        },
        columns=(ui.Column(gettext("Område"), numeric=False), *map(ui.Column, titles)),
        rows=tuple(
            ui.Row(
                labels.area_name(code),
                tuple(value_cell(data, indicator, found.get((code, g))) for g in groups),
                emphasised=code == data.study.geography.total,
            )
            for code, _ in whole_first(areas, data.study.geography.total)
        ),
    )
    return [table]


def gaps_table(data: Published, breakdown: Breakdown, area: str, period: str) -> ui.Table:
    """The featured shares of a breakdown's two groups, and the difference between them."""
    compared = {
        c.indicator: c
        for c in data.compared(Comparison.GAP, grouping=breakdown.code, area=area, period=period)
    }
    cells = {
        (c.indicator, c.group): c
        for c in data.cells(grouping=breakdown.code, area=area, period=period)
    }
    groups = breakdown.gap or ()
    names = (labels.group_name(data.study, breakdown.code, group) for group in groups)
    return ui.Table(
        key="skillnader",
        caption=gettext("Skillnader efter %(breakdown)s")
        % {"breakdown": labels.inside(labels.text(breakdown.name))},
        columns=(
            ui.Column(gettext("Indikator"), numeric=False),
            *map(ui.Column, names),
            ui.Column(gettext("Skillnad"), numeric=False),
        ),
        rows=tuple(
            ui.Row(
                labels.text(i.name),
                (
                    *(value_cell(data, i, cells.get((i.code, group))) for group in groups),
                    ui.Cell(_gap_text(i, compared.get(i.code))),
                ),
            )
            for i in data.study.indicators
            if i.featured and i.kind == "share"
        ),
    )


def _gap_text(indicator: Indicator, compared: Compared | None) -> str:
    if compared is None:
        return "–"
    if compared.sign is Sign.UNCLEAR:
        return gettext("ingen säker skillnad")
    interval = words.difference_interval(indicator, compared)
    return f"{words.difference_text(indicator, compared)} ({interval})"


def value_cell(data: Published, indicator: Indicator, cell: Cell | None) -> ui.Cell:
    """A value alone; what is not shown says why."""
    if cell is None:
        return ui.Cell(hidden=gettext("Visas inte för gruppen här: den skulle bli för liten."))
    value, why = labels.value_text(indicator, cell), labels.reason(data.study, indicator, cell)
    if value == formats.MISSING_MARK:
        return ui.Cell(hidden=why)
    return ui.Cell(value, note=why)
