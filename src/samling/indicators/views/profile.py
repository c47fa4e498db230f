"""Area profiles: all indicators of a place beside the whole."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from samling.indicators import queries
from samling.indicators.presenting import labels, overview
from samling.indicators.queries import Published
from samling.indicators.views.choosing import (
    chosen,
    chosen_period,
    period_select,
    published_page,
    study_select,
    unknown_notice,
)
from samling.indicators.views.explorer import nothing_published
from samling.ui import components as ui


@published_page
def index(request: HttpRequest) -> HttpResponse:
    """Every area that has published figures, the whole first."""
    found = with_areas()
    codes = dict.fromkeys(code for data in found for code in data.areas)
    totals = {data.study.geography.total for data in found}

    def place(code: str) -> tuple[bool, str]:
        return code not in totals, labels.alphabetical(labels.area_name(code))

    cards = [
        ui.Card(labels.area_name(code), reverse("indicators:area", args=[code]))
        for code in sorted(codes, key=place)
    ]
    context = {
        "page": ui.Page(
            gettext("Områden"),
            gettext("Områden som har publicerade siffror."),
            gettext("Välj ett område för att se alla dess indikatorer."),
            updated=max((d.release.published_at.date() for d in found), default=None),
        ),
        "cards": cards,
        "empty": nothing_published(),
        "example_data": any(data.study.example_data for data in found),
    }
    return render(request, "indicators/areas.html", context)


@published_page
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The profile of one area."""
    found = [data for data in with_areas() if code in data.areas]
    if not found:
        raise Http404(gettext("Inget område med koden %(code)s har siffror.") % {"code": code})
    by_code = {data.study.study: data for data in found}
    data = by_code[chosen(request, "undersokning", by_code, next(iter(by_code)))]
    period = chosen_period(request, data)
    filters = _filter_bar(found, data, period)
    context = {
        "page": _page(data, code, period),
        "unknown": unknown_notice(request, filters),
        "filter_bar": filters,
        "standing_out": overview.standing_out(data, code, period),
        "figure": overview.profile_figure(data, code, period),
        "themes": overview.profile(data, code, period),
        "note": labels.text(data.study.geography.note),
        "is_total": code == data.study.geography.total,
        "total": labels.area_name(data.study.geography.total),
        "example_data": data.study.example_data,
    }
    return render(request, "indicators/area.html", context)


def with_areas() -> list[Published]:
    """Latest releases of studies that have more than one area."""
    return [data for data in queries.all_published() if len(data.areas) > 1]


def _page(data: Published, code: str, period: str) -> ui.Page:
    place = {
        "study": labels.text_beside(data.study.name),
        "period": labels.isolated(labels.period_name(data.study, period)),
        "total": labels.area_name(data.study.geography.total),
    }
    lead = gettext("%(study)s %(period)s: alla indikatorer bredvid värdet för %(total)s.")
    if code == data.study.geography.total:
        lead = gettext("%(study)s %(period)s: alla indikatorer.")
    return ui.Page(
        labels.area_name(code),
        labels.text(data.study.about),
        lead % place,
        updated=data.release.published_at.date(),
        contact=data.study.owner.contact,
        owner=labels.text(data.study.owner.organisation),
        breadcrumbs=(ui.Link(gettext("Områden"), reverse("indicators:areas")),),
    )


def _filter_bar(found: list[Published], data: Published, period: str) -> ui.FilterBar | None:
    selects = []
    if len(found) > 1:
        selects.append(study_select(found, data.study.study))
    if len(data.periods) > 1 or data.pools:
        selects.append(period_select(data, period))
    return ui.FilterBar(gettext("Välj vad som visas"), tuple(selects)) if selects else None
