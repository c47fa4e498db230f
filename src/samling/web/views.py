"""The start page, and pages about the site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from samling.accounts.rules import active_grants, person_of
from samling.accounts.scopes import scope_label
from samling.indicators.presenting import fresh, start
from samling.organisations.queries.registry import workplaces
from samling.ui import components as ui
from samling.ui.access import signed_in
from samling.ui.conditional import public_page
from samling.web import slots
from samling.web.accessibility import statement

published_page = public_page(fresh.stamp)


@published_page
def start_page(request: HttpRequest) -> HttpResponse:
    """The county's picture: key figures, gaps in words, what changed, ways on."""
    picture = start.county_picture()
    context = {
        "page": None
        if picture is None
        else ui.Page(
            "",
            gettext("Det viktigaste ur den undersökning som täcker flest områden."),
            picture.lead,
            updated=picture.updated,
            contact=picture.contact,
            owner=picture.owner,
        ),
        "picture": picture,
        "ways": _ways() if picture else _ways_of_a_new_site(),
        "example_data": picture is not None and picture.example_data,
    }
    return render(request, "web/start.html", context)


def _ways() -> list[ui.Card]:
    """On from the county's picture."""
    return [
        ui.Card(
            gettext("Indikatorer"),
            reverse("indicators:index"),
            gettext("Välj en siffra och se den efter område, grupp och år."),
        ),
        ui.Card(
            gettext("Områden"),
            reverse("indicators:areas"),
            gettext("Se alla siffror för en kommun bredvid länets."),
        ),
        ui.Card(
            gettext("Undersökningar"),
            reverse("indicators:studies"),
            gettext("Läs hur siffrorna har tagits fram och vad som har publicerats."),
        ),
    ]


def _ways_of_a_new_site() -> list[ui.Card]:
    """On from a site that has not published anything: nothing that leads to an empty page."""
    return [
        ui.Card(
            gettext("Om Samling och siffrorna"),
            reverse("about"),
            gettext("Hur siffrorna ska läsas, och varför några inte visas."),
        ),
        ui.Card(
            gettext("Mina sidor"),
            reverse("workspace"),
            gettext("För dig som arbetar i Samling."),
        ),
    ]


@published_page
def about_page(request: HttpRequest) -> HttpResponse:
    """What the site is and how its figures are to be read."""
    page = ui.Page(
        gettext("Om Samling och siffrorna"),
        gettext("Hur siffrorna ska läsas, och varför några inte visas."),
        gettext("Samling visar hur hälsa och livsvillkor skiljer sig mellan grupper och platser."),
    )
    return render(request, "web/about.html", {"page": page})


@published_page
def accessibility_page(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, from the results of the tests."""
    results = statement()
    context = {
        "page": ui.Page(
            gettext("Tillgänglighetsredogörelse"),
            gettext("Redogörelsen skrivs av testernas resultat."),
            gettext(
                "Hur tillgänglig webbplatsen är, vad som prövats och hur du säger till om fel."
            ),
            updated=results.tested if results else None,
        ),
        "statement": results,
    }
    return render(request, "web/accessibility.html", context)


@signed_in
@require_safe
def workspace(request: HttpRequest) -> HttpResponse:
    """Where someone signed in starts: what awaits them, where they belong, what they look after."""
    person = person_of(request)
    grants = active_grants().filter(person=person).select_related("role")
    context = {
        "page": ui.Page(gettext("Hej %(name)s!") % {"name": person.name}),
        "awaiting": slots.awaiting(request),
        "workplaces": workplaces(person),
        "roles": [(grant.role, scope_label(grant.scope)) for grant in grants],
        "tools": slots.tools(request),
    }
    return render(request, "web/workspace.html", context)
