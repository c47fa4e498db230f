"""One indicator's published figures as a JSON-stat 2 dataset."""

from __future__ import annotations

import json

from django.utils.translation import gettext

from samling.documents.json_stat import About, Category, Cell, Dimension, to_json_stat
from samling.indicators.choices import Status
from samling.indicators.presenting import labels, tables
from samling.indicators.queries import Published
from samling.indicators.study.schema import Indicator
from samling.ui.formats import MISSING_MARK

MEASURES = ("value", "low", "high", "n")


def dataset(data: Published, indicator: Indicator) -> bytes:
    """Dimensions area, period, group and measure; a hidden figure is null with its status."""
    cells = data.cells(indicator=indicator.code)
    total = data.study.geography.total
    groups = dict.fromkeys((c.grouping, c.group) for c in cells)
    digits = labels.decimals_of(indicator, total)
    percent = gettext("procent") if indicator.kind == "share" else labels.text(indicator.unit)
    names = {
        "value": gettext("Värde"),
        "low": gettext("Nedre gräns"),
        "high": gettext("Övre gräns"),
        "n": gettext("Antal svar"),
    }
    dimensions = [
        Dimension(
            "area",
            gettext("Område"),
            [
                Category(code, labels.area_name(code))
                for code in data.areas
                if any(c.area == code for c in cells)
            ],
            role="geo",
        ),
        Dimension(
            "period",
            gettext("Period"),
            [Category(p, p) for p in sorted({c.period for c in cells})],
            role="time",
        ),
        Dimension(
            "group",
            gettext("Grupp"),
            [
                Category(_group_code(*group), labels.group_name(data.study, *group))
                for group in groups
            ],
        ),
        Dimension(
            "measure",
            gettext("Mått"),
            [
                Category(m, names[m], None if m == "n" else percent, 0 if m == "n" else digits)
                for m in MEASURES
            ],
            role="metric",
        ),
    ]
    figures: dict[tuple[str, ...], Cell] = {
        (c.area, c.period, _group_code(c.grouping, c.group), measure): Cell(
            getattr(c, measure),
            None if c.status is Status.SHOWN or getattr(c, measure) is not None else MISSING_MARK,
        )
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
    return json.dumps(to_json_stat(about, dimensions, figures), ensure_ascii=False).encode()


def _group_code(grouping: str, group: str) -> str:
    return f"{grouping}:{group}" if grouping else "all"
