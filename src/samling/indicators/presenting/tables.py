"""Published figures as tables, on pages and in files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext

from samling.documents import Column as FileColumn
from samling.documents import FigureTable
from samling.indicators.choices import Comparison
from samling.indicators.presenting import labels, words
from samling.indicators.presenting.ordering import by_area, whole_first
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Indicator
from samling.ui import components as ui
from samling.ui import formats


def areas_table(
    data: Published, indicator: Indicator, period: str, address: str, chosen: str
) -> ui.Table:
    """Every area with its figure, and how it stands against the others together."""
    total = data.study.geography.total
    rest = {
        c.area: c
        for c in data.compared(
            Comparison.REST, indicator=indicator.code, period=period, grouping=""
        )
    }
    rows = [
        ui.Row(
            labels.area_name(code),
            (
                *value_cells(data, indicator, cell),
                _badge_cell(words.difference_badge(indicator, rest.get(code))),
            ),
            address=f"{address}?{urlencode({'omrade': code, 'ar': period})}",
            emphasised=code in (chosen, total),
        )
        for code, cell in whole_first(by_area(data, indicator, period), total)
    ]
    return ui.Table(
        key="omraden",
        caption=gettext("%(name)s efter område, %(period)s")
        % {
            "name": labels.text_beside(indicator.name),
            "period": labels.isolated(labels.period_name(data.study, period)),
        },
        columns=(
            ui.Column(gettext("Område"), numeric=False),
            *value_columns(data, indicator),
            ui.Column(
                gettext("Jämfört med övriga %(total)s") % {"total": labels.area_name(total)},
                numeric=False,
            ),
        ),
        rows=tuple(rows),
    )


def periods_table(
    data: Published, indicator: Indicator, cells: Sequence[Cell], changes: Sequence[Compared]
) -> ui.Table:
    """One figure over time with the change since the round before."""
    changed = {c.period: c for c in changes}
    return ui.Table(
        key="tid",
        caption=gettext("%(name)s över tid") % {"name": labels.text_beside(indicator.name)},
        columns=(
            ui.Column(gettext("År"), numeric=False),
            *value_columns(data, indicator),
            ui.Column(gettext("Sedan förra omgången"), numeric=False),
        ),
        rows=tuple(
            ui.Row(
                cell.period,
                (
                    *value_cells(
                        data,
                        indicator,
                        cell,
                        labels.text(data.study.periods.notes.get(cell.period)),
                    ),
                    _badge_cell(words.difference_badge(indicator, changed.get(cell.period))),
                ),
            )
            for cell in sorted(cells, key=lambda c: c.period)
        ),
    )


def value_columns(data: Published, indicator: Indicator) -> tuple[ui.Column, ...]:
    """Value, interval and number of answers."""
    value = gettext("Andel") if indicator.kind == "share" else gettext("Medelvärde")
    return (
        ui.Column(value),
        ui.Column(formats.capitalised(labels.interval_name(data.study))),
        ui.Column(gettext("Antal svar")),
    )


def value_cells(
    data: Published, indicator: Indicator, cell: Cell, note: str = ""
) -> tuple[ui.Cell, ...]:
    """The cells under `value_columns`; what is not shown says why."""
    why = labels.reason(data.study, indicator, cell)
    value = labels.value_text(indicator, cell)
    if value == formats.MISSING_MARK:
        return ui.Cell(hidden=why, note=note), ui.Cell(hidden=why), _n_cell(cell, why)
    interval = labels.interval_text(indicator, cell)
    first = ui.Cell(value, note=why or note)
    return first, ui.Cell(interval or "–"), _n_cell(cell, why)


def _n_cell(cell: Cell, why: str) -> ui.Cell:
    return ui.Cell(hidden=why) if cell.n is None else ui.Cell(labels.n_text(cell))


def _badge_cell(badge: ui.Badge | None) -> ui.Cell:
    return ui.Cell("–") if badge is None else ui.Cell(badge=badge)


def file_table(data: Published, indicator: Indicator) -> FigureTable:
    """Everything that is published of one indicator, as a file's table."""
    study = data.study
    interval = labels.interval_name(study)
    names = ["area_code", "area", "period", "grouping", "group_code", "group"]
    titles = [
        gettext("Områdeskod"),
        gettext("Område"),
        gettext("Period"),
        gettext("Indelning"),
        gettext("Gruppkod"),
        gettext("Grupp"),
    ]
    columns = [FileColumn(n, t, "text") for n, t in zip(names, titles, strict=True)]
    digits = labels.decimals_of(indicator, study.geography.total)
    columns += [
        FileColumn("value", labels.text(indicator.name), "number", digits),
        FileColumn(
            "low", gettext("%(interval)s, nedre") % {"interval": interval}, "number", digits
        ),
        FileColumn(
            "high", gettext("%(interval)s, övre") % {"interval": interval}, "number", digits
        ),
        FileColumn("n", gettext("Antal svar"), "integer"),
        FileColumn("bound", gettext("Gräns"), "number", digits),
        FileColumn("status", gettext("Status"), "text"),
        FileColumn("status_meaning", gettext("Vad statusen betyder"), "text"),
    ]
    return FigureTable(
        title=labels.text(indicator.name),
        subtitle=labels.text(study.name),
        columns=tuple(columns),
        rows=tuple(_file_row(data, indicator, c) for c in data.cells(indicator=indicator.code)),
        notes=tuple(file_notes(data, indicator)),
        source=source_line(data),
        language="en" if labels.language() == "en" else "sv",
        in_every_row={
            "study": study.study,
            "release": str(data.release.number),
            "published": data.release.published_at.date().isoformat(),
            "licence": study.source.licence,
            "example_data": "true" if study.example_data else "false",
        },
    )


def _file_row(
    data: Published, indicator: Indicator, cell: Cell
) -> dict[str, str | float | int | Decimal | None]:
    places = labels.decimals_of(indicator, cell.area)

    def written(value: float | None) -> Decimal | None:
        """A figure with the decimals that it was published with for this area."""
        return None if value is None else Decimal(f"{value:.{places}f}")

    return {
        "area_code": cell.area,
        "area": labels.area_name(cell.area),
        "period": cell.period,
        "grouping": labels.grouping_name(data.study, cell.grouping) if cell.grouping else "",
        "group_code": cell.group,
        "group": labels.group_name(data.study, cell.grouping, cell.group),
        "value": written(cell.value),
        "low": written(cell.low),
        "high": written(cell.high),
        "n": cell.n,
        "bound": written(cell.bound),
        "status": str(cell.status),
        "status_meaning": labels.reason(data.study, indicator, cell) or gettext("Visas."),
    }


def file_notes(data: Published, indicator: Indicator) -> list[str]:
    """What whoever opens the file away from the page must know."""
    study, release = data.study, data.release
    notes = [
        gettext("Exempeldata: siffrorna är påhittade.") if study.example_data else "",
        gettext("Fråga: %(question)s") % {"question": labels.text(indicator.question)},
        labels.text(study.geography.note),
        *(f"{pool}: {labels.period_name(study, pool)}" for pool in data.pools),
        *(f"{period}: {labels.text(note)}" for period, note in study.periods.notes.items()),
        gettext(
            "Status: shown = visas, hidden = dold för att skydda enskilda, bound_below och "
            "bound_above = visas bara som en gräns, unreliable = för osäker. Tomt värde är inte 0."
        ),
        gettext("Publicering %(number)s av %(study)s, %(date)s. Licens: %(licence)s.")
        % {
            "number": release.number,
            "study": study.study,
            "date": release.published_at.date().isoformat(),
            "licence": study.source.licence,
        },
    ]
    return [note for note in notes if note]


def source_line(data: Published) -> str:
    """ "Källa: …", as every chart and file carries it."""
    return gettext("Källa: %(source)s") % {"source": labels.text(data.study.source.text)}
