"""The picture of many indicators at once: lists, profiles, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.indicators.choices import Comparison, Sign, Status
from samling.indicators.presenting import addresses, figures, labels, words
from samling.indicators.presenting.figures import Picture
from samling.indicators.presenting.objective_areas import OBJECTIVE_AREAS, objective_area_name
from samling.indicators.presenting.ordering import by_area
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Indicator
from samling.ui import components as ui

STANDING_OUT = 6


@dataclass(frozen=True)
class Theme:
    """An objective area with its table."""

    code: str
    name: str
    table: ui.Table


@dataclass(frozen=True)
class StudyOverview:
    """A study with its indicators by objective area."""

    code: str
    name: str
    about: str
    address: str
    period: str
    area: str
    themes: list[Theme]

    @property
    def indicators(self) -> int:
        """How many indicators there are in all tables."""
        return sum(len(theme.table.rows) for theme in self.themes)


@dataclass(frozen=True)
class Saying:
    """A sentence about something, and where to read more."""

    title: str
    text: str
    address: str
    badge: ui.Badge | None = None


def study_overview(data: Published, query: str = "") -> StudyOverview:
    """All indicators of a study, or those that `query` finds, with the value of the whole."""
    total = data.study.geography.total
    code = data.study.study
    return StudyOverview(
        code=code,
        name=labels.text(data.study.name),
        about=labels.text(data.study.about),
        address=reverse("indicators:study", args=[code]),
        period=data.latest,
        area=labels.area_name(total),
        themes=_themes(data, matching(data, query), total, data.latest),
    )


def matching(data: Published, query: str) -> list[Indicator]:
    """Indicators whose name, question, theme or objective area hold every word of `query`."""
    wanted = query.casefold().split()

    def said(indicator: Indicator) -> str:
        parts = (indicator.name, indicator.question, indicator.theme, data.study.name)
        area = objective_area_name(indicator.objective_area)
        return " ".join([*map(labels.text, parts), area]).casefold()

    return [i for i in data.study.indicators if all(word in said(i) for word in wanted)]


def profile(data: Published, area: str, period: str) -> list[Theme]:
    """All indicators of an area beside the whole, by objective area."""
    return _themes(data, data.study.indicators, area, period)


def profile_figure(data: Published, area: str, period: str) -> ui.Figure | None:
    """The area's shares beside the whole's in one picture; None for the whole itself."""
    total = data.study.geography.total
    if area == total:
        return None
    place = {"area": labels.area_name(area), "total": labels.area_name(total)}
    return figures.figure_or_none(
        data,
        Picture("profil", "-", area, period, "-"),
        gettext("%(area)s jämfört med övriga %(total)s") % place,
        subtitle=", ".join(
            [
                labels.text_beside(data.study.name),
                labels.isolated(labels.period_name(data.study, period)),
            ]
        ),
    )


def _themes(
    data: Published, indicators: Sequence[Indicator], area: str, period: str
) -> list[Theme]:
    found = []
    sides = _sides(data, area, period)
    for code in _objective_areas(data):
        chosen = [i for i in indicators if i.objective_area == code and i.code in sides.whole]
        table = _theme_table(data, code, chosen, sides, area, period)
        if table.rows:
            theme = f"{data.study.study}-{code.lower()}"
            found.append(Theme(theme, objective_area_name(code), table))
    return found


def _objective_areas(data: Published) -> list[str]:
    used = {indicator.objective_area for indicator in data.study.indicators}
    return [code for code in OBJECTIVE_AREAS if code in used]


def _theme_table(
    data: Published,
    code: str,
    indicators: Sequence[Indicator],
    sides: _Sides,
    area: str,
    period: str,
) -> ui.Table:
    total, when = data.study.geography.total, labels.period_name(data.study, period)
    beside = (
        ui.Column(labels.area_name(total)),
        ui.Column(gettext("Mot övriga"), numeric=False),
    )
    since = (ui.Column(gettext("Sedan förra omgången"), numeric=False),)
    return ui.Table(
        key=f"tema-{data.study.study}-{code.lower()}",
        caption=f"{objective_area_name(code)}, {labels.text_beside(data.study.name)}",
        columns=(
            ui.Column(gettext("Indikator"), numeric=False),
            ui.Column(f"{labels.area_name(area)} {labels.isolated(when)}"),
            *(beside if sides.beside else ()),
            *(since if sides.changes else ()),
        ),
        rows=tuple(_theme_row(data, i, sides, area, period) for i in indicators),
        caption_hidden=True,
    )


@dataclass(frozen=True)
class _Sides:
    """One area's figures in one period and what they are compared with, by indicator."""

    cells: dict[str, Cell]
    whole: dict[str, Cell]
    changes: dict[str, Compared]
    rest: dict[str, Compared]
    beside: bool


def _sides(data: Published, area: str, period: str) -> _Sides:
    total = data.study.geography.total
    return _Sides(
        cells={c.indicator: c for c in data.cells(grouping="", area=area, period=period)},
        whole={c.indicator: c for c in data.cells(grouping="", area=total, period=period)},
        changes=_by_indicator(data, Comparison.CHANGE, area, period),
        rest=_by_indicator(data, Comparison.REST, area, period),
        beside=area != total,
    )


def _theme_row(
    data: Published, indicator: Indicator, sides: _Sides, area: str, period: str
) -> ui.Row:
    code = indicator.code
    cells = [_value(data, indicator, sides.cells.get(code))]
    if sides.beside:
        cells.append(_value(data, indicator, sides.whole[code]))
        cells.append(_badge(words.difference_badge(indicator, sides.rest.get(code))))
    if sides.changes:
        cells.append(_badge(words.difference_badge(indicator, sides.changes.get(code))))
    address = indicator_address(data, code, area, period)
    return ui.Row(labels.text(indicator.name), tuple(cells), address)


def indicator_address(
    data: Published, code: str, area: str = "", period: str = "", grouping: str = ""
) -> str:
    """The explorer's address for a choice; what is chosen from the start is left out."""
    chosen = {
        "omrade": area if area != data.study.geography.total else "",
        "ar": period if period != data.latest else "",
        "grupp": grouping,
    }
    query = urlencode({name: value for name, value in chosen.items() if value})
    address = addresses.indicator_page(data, code)
    return f"{address}?{query}" if query else address


def _value(data: Published, indicator: Indicator, cell: Cell | None) -> ui.Cell:
    if cell is None:
        return ui.Cell(hidden=gettext("Visas bara för större områden, eftersom frågan är känslig."))
    why = labels.reason(data.study, indicator, cell)
    if cell.status in (Status.HIDDEN, Status.UNRELIABLE):
        return ui.Cell(hidden=why)
    return ui.Cell(labels.value_text(indicator, cell), note=why)


def _badge(badge: ui.Badge | None) -> ui.Cell:
    return ui.Cell("–") if badge is None else ui.Cell(badge=badge)


def _by_indicator(data: Published, kind: Comparison, area: str, period: str) -> dict[str, Compared]:
    found = data.compared(kind, grouping="", area=area, period=period)
    return {c.indicator: c for c in found}


def key_figures(data: Published, area: str, period: str) -> list[ui.KeyFigure]:
    """The featured indicators as key figures."""
    cells = {c.indicator: c for c in data.cells(grouping="", area=area, period=period)}
    changes = _by_indicator(data, Comparison.CHANGE, area, period)
    return [
        key_figure(data, indicator, cells[indicator.code], changes.get(indicator.code))
        for indicator in data.study.indicators
        if indicator.featured and indicator.code in cells
    ]


def key_figure(
    data: Published, indicator: Indicator, cell: Cell, change: Compared | None
) -> ui.KeyFigure:
    """One figure with its interval, its answers and its change."""
    interval = labels.interval_text(indicator, cell)
    why = labels.reason(data.study, indicator, cell)
    is_hidden = cell.status in (Status.HIDDEN, Status.UNRELIABLE)
    return ui.KeyFigure(
        label=labels.text(indicator.name),
        value=labels.value_text(indicator, cell),
        detail=f"{interval} · {labels.answers_text(cell)}" if interval else why,
        badge=words.change_badge(indicator, change),
        address=indicator_address(data, indicator.code, cell.area, cell.period),
        hidden=why if is_hidden else "",
    )


def greatest_gaps(data: Published, area: str, period: str) -> list[Saying]:
    """The clearest gaps between groups, at most two of a breakdown, greatest first."""
    found = [
        c
        for c in data.compared(Comparison.GAP, area=area, period=period)
        if c.sign is not Sign.UNCLEAR and data.study.indicator(c.indicator).kind == "share"
    ]
    # By the end nearest to zero: a gap that is surely large, not one that may be.
    found.sort(key=lambda c: (-min(abs(c.low), abs(c.high)), c.indicator))
    kept: list[Compared] = []
    for compared in found:
        if sum(k.grouping == compared.grouping for k in kept) < 2 and all(
            k.indicator != compared.indicator for k in kept
        ):
            kept.append(compared)
    return [_gap_saying(data, c) for c in kept[:STANDING_OUT]]


def _gap_saying(data: Published, compared: Compared) -> Saying:
    indicator = data.study.indicator(compared.indicator)
    return Saying(
        labels.text(indicator.name),
        words.gap(data, indicator, compared),
        indicator_address(data, indicator.code, compared.area, compared.period, compared.grouping),
    )


def standing_out(data: Published, area: str, period: str) -> list[Saying] | None:
    """Where an area differs most surely from all others together; for the whole, what changed.

    None where nothing is compared: no round came before, or several years are shown together.
    """
    total = data.study.geography.total
    kind = Comparison.CHANGE if area == total else Comparison.REST
    compared = data.compared(kind, grouping="", area=area, period=period)
    if not compared:
        return None
    found = [
        c
        for c in compared
        if c.sign is not Sign.UNCLEAR and data.study.indicator(c.indicator).kind == "share"
    ]
    found.sort(key=lambda c: (-min(abs(c.low), abs(c.high)), c.indicator))
    return [_area_saying(data, c, total) for c in found[:STANDING_OUT]]


def _area_saying(data: Published, compared: Compared, total: str) -> Saying:
    indicator = data.study.indicator(compared.indicator)
    if compared.kind is Comparison.CHANGE:
        text, badge = _from_to(data, indicator, compared), words.change_badge(indicator, compared)
    else:
        text = _beside(data, indicator, compared, total)
        badge = words.rest_badge(indicator, compared)
    address = indicator_address(data, indicator.code, compared.area, compared.period)
    return Saying(labels.text(indicator.name), text, address, badge)


def _from_to(data: Published, indicator: Indicator, compared: Compared) -> str:
    """ "2020: 16,2 %. 2023: 20,1 %.", both of which are shown where the change is."""
    cells = {
        c.period: labels.value_text(indicator, c)
        for c in data.cells(indicator=indicator.code, grouping="", area=compared.area)
    }
    return gettext("%(first)s: %(before)s. %(last)s: %(after)s.") % {
        "before": cells[compared.other],
        "first": compared.other,
        "after": cells[compared.period],
        "last": compared.period,
    }


def _beside(data: Published, indicator: Indicator, compared: Compared, total: str) -> str:
    cells = by_area(data, indicator, compared.period)
    return gettext("%(area)s: %(own)s. Hela %(total)s: %(whole)s.") % {
        "own": labels.value_text(indicator, cells[compared.area]),
        "area": labels.area_name(compared.area),
        "whole": labels.value_text(indicator, cells[total]),
        "total": labels.area_name(total),
    }


def areas_sentence(data: Published, indicator: Indicator, period: str) -> str:
    """How many areas surely differ from the others; never which is best or worst."""
    found = data.compared(Comparison.REST, indicator=indicator.code, grouping="", period=period)
    differing = sorted(
        (labels.area_name(c.area) for c in found if c.sign is not Sign.UNCLEAR),
        key=labels.alphabetical,
    )
    if not found:
        return gettext("Områdena jämförs inte.")
    if not differing:
        return gettext("Inget område skiljer sig säkert från de övriga.")
    return ngettext(
        "%(areas)s skiljer sig säkert från övriga %(total)s.",
        "%(areas)s skiljer sig säkert från övriga %(total)s.",
        len(differing),
    ) % {"areas": in_a_row(differing), "total": labels.area_name(data.study.geography.total)}


def in_a_row(names: list[str]) -> str:
    """ "Flen, Trosa och Vingåker"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {gettext('och')} {names[-1]}"


def hidden_sentence(data: Published, indicator: Indicator) -> str:
    """How many of the indicator's figures are hidden."""
    cells = data.cells(indicator=indicator.code)
    hidden = sum(cell.status is Status.HIDDEN for cell in cells)
    bounds = sum(cell.status in (Status.BOUND_BELOW, Status.BOUND_ABOVE) for cell in cells)
    if not hidden and not bounds:
        return gettext("Ingen av indikatorns %(cells)s uppgifter är dold.") % {"cells": len(cells)}
    return gettext(
        "Av indikatorns %(cells)s uppgifter är %(hidden)s dolda och %(bounds)s visade bara som en "
        "gräns, för att skydda enskilda."
    ) % {"cells": len(cells), "hidden": hidden, "bounds": bounds}
