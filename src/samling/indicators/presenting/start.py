"""The county's picture for the start page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from samling.indicators import queries
from samling.indicators.choices import Comparison, Sign
from samling.indicators.presenting import figures, group_tables, labels, overview, tables
from samling.indicators.presenting.figures import Picture
from samling.indicators.presenting.overview import Saying
from samling.indicators.queries import Published
from samling.indicators.study.schema import Breakdown
from samling.ui import components as ui


@dataclass(frozen=True)
class CountyPicture:
    """What the start page shows of the study that covers most areas."""

    heading: str
    lead: str
    updated: date
    contact: str
    owner: str
    example_data: bool
    key_figures: list[ui.KeyFigure]
    gaps: list[Saying]
    changes: list[Saying]
    map: ui.Figure | None
    gap_figure: ui.Figure | None
    areas: list[ui.Link]


def county_picture() -> CountyPicture | None:
    """The picture, or None while nothing is published."""
    found = queries.all_published()
    if not found:
        return None
    data = found[0]
    total, period = data.study.geography.total, data.latest
    place = {"area": labels.area_name(total), "period": period}
    return CountyPicture(
        heading=gettext("Så har vi det i %(area)s") % place,
        lead=f"{labels.text_beside(data.study.name)}, {period}",
        updated=data.release.published_at.date(),
        contact=data.study.owner.contact,
        owner=labels.text(data.study.owner.organisation),
        example_data=data.study.example_data,
        key_figures=overview.key_figures(data, total, period),
        gaps=overview.greatest_gaps(data, total, period),
        changes=overview.standing_out(data, total, period) or [],
        map=_map(data),
        gap_figure=_gap_figure(data),
        areas=[
            ui.Link(labels.area_name(code), reverse("indicators:area", args=[code]))
            for code in sorted(data.areas, key=lambda c: labels.alphabetical(labels.area_name(c)))
            if code != total
        ],
    )


def _map(data: Published) -> ui.Figure | None:
    indicator = next((i for i in data.study.indicators if i.featured), None)
    if indicator is None or len(data.areas) < 2:
        return None
    return figures.figure_or_none(
        data,
        Picture("karta", indicator.code, "-", data.latest),
        overview.areas_sentence(data, indicator, data.latest),
        subtitle=f"{labels.text_beside(indicator.name)}, {data.latest}",
        table=tables.areas_table(
            data, indicator, data.latest, overview.indicator_address(data, indicator.code), ""
        ),
    )


def _gap_figure(data: Published) -> ui.Figure | None:
    breakdown, total = _telling_breakdown(data), data.study.geography.total
    if breakdown is None or not any(i.featured for i in data.study.indicators):
        return None
    return figures.figure_or_none(
        data,
        Picture("skillnader", "-", total, data.latest, breakdown.code),
        gettext("Skillnader efter %(breakdown)s")
        % {"breakdown": labels.inside(labels.text(breakdown.name))},
        subtitle=f"{labels.area_name(total)}, {data.latest}",
        table=group_tables.gaps_table(data, breakdown, total, data.latest),
    )


def _telling_breakdown(data: Published) -> Breakdown | None:
    """The breakdown with a gap in which most indicators surely differ in the whole."""
    gaps = data.compared(Comparison.GAP, area=data.study.geography.total, period=data.latest)
    clear = Counter(c.grouping for c in gaps if c.sign is not Sign.UNCLEAR)
    found = [b for b in data.study.breakdowns if clear[b.code]]
    return max(found, key=lambda b: clear[b.code], default=None)
