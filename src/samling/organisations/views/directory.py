"""The directory, and what everyone signed in may read of an organisation."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from samling.organisations.models import Logo
from samling.organisations.presenting import pages
from samling.organisations.presenting.history import events
from samling.organisations.queries import registry
from samling.organisations.rules import PEOPLE, REGISTRY, may_found_somewhere, require
from samling.organisations.views.shared import (
    above_in,
    above_organisation,
    holds,
    organisation_at,
)
from samling.ui import components as ui
from samling.ui.access import rights, signed_in

ORGANISATIONS, ROWS, FIRST, LATEST = 50, 100, 10, 5


@signed_in
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Every organisation, by name; a search finds units too."""
    asked = pages.Asked.of(request.GET)
    found = Paginator(registry.organisations(**asked.conditions), ORGANISATIONS)
    shown = found.get_page(request.GET.get("sida"))
    units = registry.units_found(**asked.conditions)[: ORGANISATIONS + 1] if asked.search else ()
    context = {
        "page": ui.Page(
            gettext("Organisationer"),
            gettext("Kommuner, regioner, föreningar och andra som samarbetar i Samling."),
            breadcrumbs=above_organisation()[:1],
        ),
        "filters": pages.directory_filters(asked, registry.counties()),
        "table": pages.organisations_table(list(shown), registry.unit_counts(list(shown))),
        "count": found.count,
        "units": pages.units_table(list(units)[:ORGANISATIONS]),
        "more_units": len(units) > ORGANISATIONS,
        "asked": asked,
        "may_create": may_found_somewhere(rights(request)),
        "pagination": ui.Pagination(shown.number, found.num_pages, request.GET),
    }
    return render(request, "organisations/directory.html", context)


@signed_in
@require_safe
def organisation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One organisation: how to reach it, its units in their tree, its people and history."""
    found = organisation_at(key)
    search, closed = request.GET.get("sok", "").strip(), "stangda" in request.GET
    tree = Paginator(registry.tree(found, closed=closed, search=search), ROWS)
    shown = tree.get_page(request.GET.get("sida"))
    sees_people = holds(request, PEOPLE, found)
    members = registry.members(found, on=timezone.localdate()) if sees_people else ()
    context = {
        "page": ui.Page(found.name, breadcrumbs=above_organisation()),
        "organisation": found,
        "logo": Logo.objects.filter(organisation=found).defer("content").first(),
        "facts": pages.organisation_facts(found),
        "rows": shown,
        "search": search,
        "closed": closed,
        "count": tree.count,
        "pagination": ui.Pagination(shown.number, tree.num_pages, request.GET),
        "sees_people": sees_people,
        "members": members[:FIRST],
        "events": events(list(registry.history(found)[:LATEST])),
        "manages": holds(request, REGISTRY, found),
    }
    return render(request, "organisations/organisation.html", context)


@signed_in
@require_safe
def members(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everyone in an organisation, for those who may read of people there."""
    found = organisation_at(key)
    require(rights(request), PEOPLE, found)
    search, ended = request.GET.get("sok", "").strip(), "tidigare" in request.GET
    everyone = registry.members(found, search=search, ended=ended, on=timezone.localdate())
    paged = Paginator(everyone, ROWS)
    shown = paged.get_page(request.GET.get("sida"))
    context = {
        "page": ui.Page(gettext("Personer"), breadcrumbs=above_in(found)),
        "organisation": found,
        "members": shown,
        "search": search,
        "ended": ended,
        "count": paged.count,
        "manages": holds(request, REGISTRY, found),
        "pagination": ui.Pagination(shown.number, paged.num_pages, request.GET),
    }
    return render(request, "organisations/members.html", context)


@signed_in
@require_safe
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that has happened to an organisation and its units."""
    found = organisation_at(key)
    paged = Paginator(registry.history(found), ROWS)
    shown = paged.get_page(request.GET.get("sida"))
    context = {
        "page": ui.Page(gettext("Historik"), breadcrumbs=above_in(found)),
        "organisation": found,
        "events": events(list(shown)),
        "sees_people": holds(request, PEOPLE, found),
        "pagination": ui.Pagination(shown.number, paged.num_pages, request.GET),
    }
    return render(request, "organisations/history.html", context)


@signed_in
@require_safe
def logo(request: HttpRequest, key: UUID) -> HttpResponse:
    """An organisation's logo, with the type that its bytes have and nothing that could run."""
    found = get_object_or_404(Logo, organisation__key=key)
    tag = f'"{found.checksum}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer["ETag"], answer["Cache-Control"] = tag, "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer
