"""One indicator as the explorer shows it: a choice of area, period and grouping, in words,
pictures and tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from samling.indicators.choices import Comparison
from samling.indicators.presenting import (
    addresses,
    figures,
    group_tables,
    labels,
    overview,
    tables,
    words,
)
from samling.indicators.presenting.drawings import MOST_SERIES
from samling.indicators.presenting.figures import Picture
from samling.indicators.presenting.ordering import by_area
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Indicator
from samling.ui import components as ui
from samling.ui import formats


@dataclass(frozen=True)
class Selection:
    """What an indicator page shows. `grouping` may cross breakdowns, as in `gender*grade`."""

    data: Published
    indicator: Indicator
    area: str
    period: str
    grouping: str

    def cell(self) -> Cell | None:
        """The headline cell."""
        return next(iter(self.cells(self.period)), None)

    def cells(self, *periods: str) -> list[Cell]:
        """The whole in the chosen area, in some or all periods."""
        wanted = {"period": periods} if periods else {}
        return self.data.cells(indicator=self.indicator.code, grouping="", area=self.area, **wanted)

    def groups(self, *periods: str) -> list[Cell]:
        """The chosen groups in the chosen area, in the chosen or other periods."""
        return self.data.cells(
            indicator=self.indicator.code,
            grouping=self.grouping,
            area=self.area,
            period=periods or self.period,
        )

    def compared(self, kind: Comparison, grouping: str = "") -> list[Compared]:
        """Comparisons of the chosen area and period."""
        return self.data.compared(
            kind,
            indicator=self.indicator.code,
            grouping=grouping,
            area=self.area,
            period=self.period,
        )

    @property
    def address(self) -> str:
        """The page's own address without parameters."""
        return addresses.indicator_page(self.data, self.indicator.code)

    @property
    def where(self) -> str:
        """The indicator and the area, for a subtitle."""
        return f"{labels.text_beside(self.indicator.name)}, {labels.area_name(self.area)}"

    @property
    def when(self) -> str:
        """The period's name, beside other words."""
        return labels.isolated(labels.period_name(self.data.study, self.period))


def key_figure(selection: Selection) -> ui.KeyFigure:
    """The chosen figure, large, with interval and number of answers."""
    label = f"{labels.area_name(selection.area)}, {selection.when}"
    cell = selection.cell()
    if cell is None:
        return ui.KeyFigure(label, hidden=_why_not_here(selection))
    indicator, data = selection.indicator, selection.data
    why = labels.reason(data.study, indicator, cell)
    value = labels.value_text(indicator, cell)
    unit = f" {labels.text_beside(indicator.unit)}" if indicator.unit and cell.shown else ""
    interval = labels.interval_text(indicator, cell)
    said = f"{labels.interval_name(data.study)} {interval}, {labels.answers_text(cell)}"
    return ui.KeyFigure(
        label,
        value + unit,
        detail=formats.capitalised(said) if interval else why,
        hidden=why if value == formats.MISSING_MARK else "",
    )


def _why_not_here(selection: Selection) -> str:
    """Why an indicator has no figure at all for an area and a period."""
    data = selection.data
    levels = data.study.policy(selection.indicator).levels
    if levels is not None and labels.area(selection.area).level not in levels:
        return gettext("Visas bara för större områden, eftersom frågan är känslig.")
    return gettext("Ingen svarade på frågan här %(when)s.") % {"when": selection.when}


def sentences(selection: Selection) -> list[str]:
    """What the chosen figure is compared with: the round before, the rest, its groups."""
    data, indicator = selection.data, selection.indicator
    total = data.study.geography.total
    said = [words.change(indicator, c) for c in selection.compared(Comparison.CHANGE)]
    said += [words.against_rest(indicator, c, total) for c in selection.compared(Comparison.REST)]
    said += [words.gap(data, indicator, c) for c in _gaps(selection)]
    return said


def _gaps(selection: Selection) -> list[Compared]:
    return selection.compared(Comparison.GAP, selection.grouping) if selection.grouping else []


def figures_of(selection: Selection) -> list[ui.Figure]:
    """By group, over time, and by group over time; those that there is something to show in."""
    found = []
    for make in (_by_group, _over_time, _groups_over_time):
        made = make(selection)
        if made:
            found.append(made)
    return found


def why_no_groups(selection: Selection) -> str:
    """Why the chosen groups are not there for the chosen area; empty when they are."""
    if not selection.grouping or selection.groups():
        return ""
    return gettext(
        "%(grouping)s visas bara för större områden: i %(area)s skulle grupperna bli för små."
    ) % {
        "grouping": labels.isolated(labels.grouping_name(selection.data.study, selection.grouping)),
        "area": labels.area_name(selection.area),
    }


def _by_group(selection: Selection) -> ui.Figure | None:
    data, indicator = selection.data, selection.indicator
    cells = selection.groups()
    if not selection.grouping or not cells:
        return None
    gaps = [words.gap_caption(data, indicator, c) for c in _gaps(selection)]
    picture = Picture(
        "grupper", indicator.code, selection.area, selection.period, selection.grouping
    )
    return figures.figure_or_none(
        data,
        picture,
        gaps[0] if gaps else group_tables.spread(selection.data, indicator, cells),
        subtitle=f"{selection.where}, {selection.when}",
        table=group_tables.groups_table(data, indicator, selection.grouping, cells),
    )


def _over_time(selection: Selection) -> ui.Figure | None:
    data, indicator = selection.data, selection.indicator
    cells = selection.cells(*data.periods)
    if len(cells) < 2:
        return None
    changes = data.compared(
        Comparison.CHANGE, indicator=indicator.code, grouping="", area=selection.area
    )
    latest = [words.change_caption(indicator, c) for c in changes if c.period == data.latest]
    return figures.figure_or_none(
        data,
        Picture("trend", indicator.code, selection.area),
        f"{data.latest}: {labels.inside(latest[0])}" if latest else gettext("Över tid"),
        subtitle=f"{selection.where}, {data.periods[0]}–{data.latest}",
        table=tables.periods_table(data, indicator, cells, changes),
    )


def _groups_over_time(selection: Selection) -> ui.Figure | None:
    data, indicator = selection.data, selection.indicator
    cells = selection.groups(*data.periods)
    groups = {cell.group for cell in cells}
    few = 0 < len(groups) <= MOST_SERIES
    if not selection.grouping or len({c.period for c in cells}) < 2 or not few:
        return None
    name = labels.inside(labels.grouping_name(data.study, selection.grouping))
    return figures.figure_or_none(
        data,
        Picture("trend", indicator.code, selection.area, "-", selection.grouping),
        gettext("Över tid efter %(grouping)s") % {"grouping": name},
        subtitle=f"{selection.where}, {data.periods[0]}–{data.latest}",
        table=group_tables.groups_over_time(data, indicator, selection.grouping, cells),
    )


def areas(selection: Selection) -> dict[str, object] | None:
    """Map and bars of every area, with one table for both; None when there is only one area."""
    data, indicator = selection.data, selection.indicator
    if len(by_area(data, indicator, selection.period)) < 2:
        return None
    place = (indicator.code, selection.area, selection.period)
    subtitle = f"{labels.text_beside(indicator.name)}, {selection.when}"
    pictures = (
        (Picture("karta", *place), overview.areas_sentence(data, indicator, selection.period)),
        (Picture("omraden", *place), gettext("Områdena i bokstavsordning")),
    )
    return {
        "figures": [
            made
            for picture, text in pictures
            if (made := figures.figure_or_none(data, picture, text, subtitle=subtitle))
        ],
        "tables": [
            tables.areas_table(
                data, indicator, selection.period, selection.address, selection.area
            ),
            *group_tables.areas_by_group(data, indicator, selection.grouping, selection.period),
        ],
        "note": labels.text(data.study.geography.note),
    }
