"""One indicator's published figures as a JSON-stat 2 dataset."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.utils.translation import gettext

from samling.documents.json_stat import About, Category, Cell, Dimension, to_json_stat
from samling.indicators import queries
from samling.indicators.choices import Status
from samling.indicators.presenting import labels, tables
from samling.indicators.queries import Published
from samling.indicators.study.schema import Indicator
from samling.ui.formats import MISSING_MARK

MEASURES = ("value", "low", "high", "n")


def dataset(data: Published, indicator: Indicator) -> bytes:
    """Dimensions area, period, group and measure; a hidden figure is null with its status."""
    cells = data.cells(indicator=indicator.code)
    figures: dict[tuple[str, ...], Cell] = {
        (c.area, c.period, _group_code(c.grouping, c.group), measure): _figure(c, measure)
        for c in cells
        for measure in MEASURES
    }
    about = About(
        label=f"{labels.text(indicator.name)} ({labels.text(data.study.name)})",
        source=tables.source_line(data),
        updated=data.release.published_at,
        notes=tables.file_notes(data, indicator),
        extension={
            "release": data.release.number,
            "identity": data.release.identity,
            "example_data": data.study.example_data,
            "licence": data.study.source.licence,
        },
    )
    found = to_json_stat(about, _dimensions(data, indicator, cells), figures)
    return json.dumps(found, ensure_ascii=False).encode()


def _dimensions(
    data: Published, indicator: Indicator, cells: Sequence[queries.Cell]
) -> list[Dimension]:
    with_cells = {cell.area for cell in cells}
    areas = [Category(a, labels.area_name(a)) for a in data.areas if a in with_cells]
    periods = [
        Category(p, labels.period_name(data.study, p)) for p in sorted({c.period for c in cells})
    ]
    groups = [
        Category(_group_code(*group), labels.group_name(data.study, *group))
        for group in dict.fromkeys((cell.grouping, cell.group) for cell in cells)
    ]
    return [
        Dimension("area", gettext("Område"), areas, role="geo"),
        Dimension("period", gettext("Period"), periods, role="time"),
        Dimension("group", gettext("Grupp"), groups),
        Dimension("measure", gettext("Mått"), _measures(data, indicator), role="metric"),
    ]


def _measures(data: Published, indicator: Indicator) -> list[Category]:
    digits = labels.decimals_of(indicator, data.study.geography.total)
    unit = gettext("procent") if indicator.kind == "share" else labels.text(indicator.unit)
    return [
        Category("value", gettext("Värde"), unit, digits),
        Category("low", gettext("Nedre gräns"), unit, digits),
        Category("high", gettext("Övre gräns"), unit, digits),
        Category("n", gettext("Antal svar"), None, 0),
    ]


def _figure(cell: queries.Cell, measure: str) -> Cell:
    value: float | int | None = getattr(cell, measure)
    hidden = value is None and cell.status is not Status.SHOWN
    return Cell(value, MISSING_MARK if hidden else None)


def _group_code(grouping: str, group: str) -> str:
    return f"{grouping}:{group}" if grouping else "all"
