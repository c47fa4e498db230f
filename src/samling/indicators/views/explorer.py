"""The indicator explorer: all indicators, and one indicator by area, group and year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.indicators import queries
from samling.indicators.presenting import addresses, explanation, labels, method, overview, words
from samling.indicators.presenting.explanation import Selection
from samling.indicators.queries import Published
from samling.indicators.study.schema import Indicator
from samling.indicators.views.choosing import (
    area_select,
    chosen,
    chosen_period,
    grouping_select,
    indicator_or_404,
    of_release,
    period_select,
    pinned_notice,
    published_or_404,
    published_page,
    study_select,
    unknown_notice,
)
from samling.ui import components as ui


@published_page
def index(request: HttpRequest) -> HttpResponse:
    """Every published indicator, by study and objective area; searched by words and study."""
    found = queries.all_published()
    query = request.GET.get("sok", "").strip()
    study = chosen(request, "undersokning", [data.study.study for data in found], "")
    studies = [
        part
        for data in found
        if study in ("", data.study.study) and (part := overview.study_overview(data, query)).themes
    ]
    context = {
        "page": ui.Page(
            gettext("Indikatorer"),
            gettext("Alla publicerade indikatorer efter undersökning och målområde."),
            gettext("Välj en indikator för att se den efter område, grupp och år."),
            updated=max((d.release.published_at.date() for d in found), default=None),
        ),
        "filter_bar": _search(found, query, study) if found else None,
        "is_searched": bool(query or study),
        "hits": _hits(studies),
        "studies": studies,
        "empty": _empty(found),
        "example_data": any(data.study.example_data for data in found),
    }
    return render(request, "indicators/index.html", context)


def _search(found: list[Published], query: str, study: str) -> ui.FilterBar:
    words_field = ui.TextField("sok", gettext("Sök bland indikatorerna"), query)
    selects = (study_select(found, study, everything=True),) if len(found) > 1 else ()
    return ui.FilterBar(
        gettext("Sök indikator"),
        selects,
        reverse("indicators:index"),
        fields=(words_field,),
        submit=gettext("Sök"),
    )


def _hits(studies: list[overview.StudyOverview]) -> str:
    count = sum(study.indicators for study in studies)
    return ngettext("%(count)s indikator", "%(count)s indikatorer", count) % {"count": count}


def _empty(found: list[Published]) -> ui.EmptyState:
    if not found:
        return nothing_published()
    return ui.EmptyState(
        gettext("Ingen indikator passar din sökning"),
        gettext("Pröva ett kortare ord, eller visa alla indikatorer."),
        (ui.Link(gettext("Visa alla indikatorer"), reverse("indicators:index")),),
    )


def nothing_published() -> ui.EmptyState:
    """What stands in place of a list before the first release."""
    return ui.EmptyState(
        gettext("Ingenting är publicerat ännu"),
        gettext("När en undersökning har publicerats syns den här."),
    )


@published_page
def indicator(request: HttpRequest, study: str, code: str) -> HttpResponse:
    """One indicator: the figure in words, over time, by group and by area, and its method."""
    return _show(request, published_or_404(study), code)


@published_page
@of_release
def indicator_of_release(request: HttpRequest, data: Published, code: str) -> HttpResponse:
    """The same of one release, at an address that can be cited: it stays as it is."""
    return _show(request, data, code)


def _show(request: HttpRequest, data: Published, code: str) -> HttpResponse:
    selection = _selection(request, data, code)
    study, filters = data.study.study, _filter_bar(selection)
    context = {
        "page": _page(selection),
        "pinned": pinned_notice(data, code) if data.pinned else None,
        "unknown": unknown_notice(request, filters),
        "filter_bar": filters,
        "key_figure": explanation.key_figure(selection),
        "sentences": explanation.sentences(selection),
        "figures": explanation.figures_of(selection),
        "no_groups": explanation.why_no_groups(selection),
        "areas": explanation.areas(selection),
        "method": ui.Method(
            tuple(method.account(data, selection.indicator)),
            (ui.Link(labels.text(data.study.name), reverse("indicators:study", args=[study])),),
        ),
        "downloads": downloads(data, selection.indicator),
        "hidden": overview.hidden_sentence(data, selection.indicator),
        "example_data": data.study.example_data,
    }
    return render(request, "indicators/indicator.html", context)


def _selection(request: HttpRequest, data: Published, code: str) -> Selection:
    indicator = indicator_or_404(data, code)
    groupings = data.groupings_of(indicator)
    return Selection(
        data,
        indicator,
        chosen(request, "omrade", data.areas, data.study.geography.total),
        chosen_period(request, data),
        chosen(request, "grupp", groupings, groupings[0] if groupings else ""),
    )


def _page(selection: Selection) -> ui.Page:
    data, name = selection.data, labels.text(selection.indicator.name)
    cell = selection.cell()
    said = words.headline(data, selection.indicator, cell) if cell else ""
    return ui.Page(
        name,
        f"{labels.isolated(name)}: {said}" if said else name,
        labels.text(selection.indicator.question),
        updated=data.release.published_at.date(),
        contact=data.study.owner.contact,
        owner=labels.text(data.study.owner.organisation),
        breadcrumbs=(ui.Link(gettext("Indikatorer"), reverse("indicators:index")),),
    )


def _filter_bar(selection: Selection) -> ui.FilterBar | None:
    data = selection.data
    selects = []
    if len(data.areas) > 1:
        selects.append(area_select(data, selection.area))
    if len(data.periods) > 1 or data.pools:
        selects.append(period_select(data, selection.period))
    if selection.grouping:
        selects.append(grouping_select(data, selection.indicator, selection.grouping))
    if not selects:
        return None
    return ui.FilterBar(gettext("Välj vad som visas"), tuple(selects), selection.address)


def downloads(data: Published, indicator: Indicator) -> tuple[ui.Link, ...]:
    """The indicator's figures as files."""
    names = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON-stat 2"))
    return tuple(
        ui.Link(name, addresses.indicator_file(data, indicator.code, ending))
        for ending, name in names
    )
