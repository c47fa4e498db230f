"""One release of a study, at an address that can be cited."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from samling.indicators import queries
from samling.indicators.presenting import labels, method, overview
from samling.indicators.presenting.provenance import as_html
from samling.indicators.queries import Published
from samling.indicators.views.choosing import published_page
from samling.ui import components as ui
from samling.ui import formats


@published_page
def page(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """What was published, when, from what and why; and its figures, if they are still public."""
    releases = {release.number: release for release in queries.releases_of(study)}
    if number not in releases:
        raise Http404(gettext("Den publiceringen finns inte."))
    release, public = releases[number], queries.public_releases(study)
    data = queries.published(release, pinned=True)
    context = {
        "page": _page(data),
        "facts": method.release_account(data),
        "provenance": as_html(data.provenance) if data.provenance else "",
        "overview": overview.study_overview(data) if release in public else None,
        "gone": None if release in public else _gone(study),
        "example_data": data.study.example_data,
    }
    return render(request, "indicators/release.html", context)


def _page(data: Published) -> ui.Page:
    study, release = data.study, data.release
    name = labels.text(study.name)
    place = {"number": release.number, "date": formats.full_date(release.published_at)}
    return ui.Page(
        gettext("Publicering %(number)s") % place + f": {labels.isolated(name)}",
        gettext("Vad som publicerades, när och varför. Sidan ändras inte, så den går att citera."),
        gettext("Publicerad %(date)s.") % place,
        updated=release.published_at.date(),
        contact=study.owner.contact,
        owner=labels.text(study.owner.organisation),
        breadcrumbs=(
            ui.Link(gettext("Undersökningar"), reverse("indicators:studies")),
            ui.Link(name, reverse("indicators:study", args=[study.study])),
        ),
    )


def _gone(study: str) -> ui.Notice:
    return ui.Notice(
        gettext(
            "En senare publicering rättade siffrorna så lite att enskilda svar skulle gå att räkna "
            "ut för den som jämförde dem med de nya. Därför visas bara de nya."
        ),
        gettext("Siffrorna i den här publiceringen visas inte längre"),
        links=(
            ui.Link(gettext("De senaste siffrorna"), reverse("indicators:study", args=[study])),
        ),
    )
