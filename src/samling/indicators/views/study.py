"""A study: what it is, how it was made, and everything that has been published of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from samling.indicators import queries
from samling.indicators.models import Release
from samling.indicators.presenting import addresses, labels, method, overview
from samling.indicators.presenting.provenance import as_html
from samling.indicators.views.choosing import published_or_404, published_page
from samling.indicators.views.explorer import nothing_published
from samling.ui import components as ui
from samling.ui import formats


@published_page
def index(request: HttpRequest) -> HttpResponse:
    """Every study with something published."""
    found = queries.all_published()
    cards = [
        ui.Card(
            labels.text(data.study.name),
            reverse("indicators:study", args=[data.study.study]),
            labels.text(data.study.about),
        )
        for data in found
    ]
    context = {
        "page": ui.Page(
            gettext("Undersökningar"),
            gettext("Undersökningar som har publicerade siffror."),
            gettext("Hur siffrorna har tagits fram, och vad som har publicerats när."),
            updated=max((d.release.published_at.date() for d in found), default=None),
        ),
        "cards": cards,
        "empty": nothing_published(),
        "example_data": any(data.study.example_data for data in found),
    }
    return render(request, "indicators/studies.html", context)


@published_page
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The study's account and its releases."""
    data = published_or_404(code)
    study = data.study
    releases = queries.releases_of(code)
    context = {
        "page": ui.Page(
            labels.text(study.name),
            gettext("Hur undersökningen gjordes, vad som är publicerat och alla dess indikatorer."),
            labels.text(study.about),
            updated=data.release.published_at.date(),
            contact=study.owner.contact,
            owner=labels.text(study.owner.organisation),
            breadcrumbs=(ui.Link(gettext("Undersökningar"), reverse("indicators:studies")),),
        ),
        "facts": method.study_account(data),
        "overview": overview.study_overview(data),
        "releases": releases_table(releases),
        "provenance": as_html(data.provenance) if data.provenance else "",
        "periods": [ui.Fact(p, labels.text(note)) for p, note in study.periods.notes.items()],
        "example_data": study.example_data,
    }
    return render(request, "indicators/study.html", context)


def releases_table(releases: list[Release]) -> ui.Table:
    """Every release with its date, its numbers and what changed."""
    return ui.Table(
        key="publiceringar",
        caption=gettext("Publiceringar"),
        columns=(
            ui.Column(gettext("Publicering"), numeric=False),
            ui.Column(gettext("Datum"), numeric=False),
            ui.Column(gettext("Uppgifter")),
            ui.Column(gettext("Dolda")),
            ui.Column(gettext("Vad som ändrats"), numeric=False),
        ),
        rows=tuple(
            ui.Row(
                gettext("Publicering %(number)s") % {"number": r.number},
                (
                    ui.Cell(formats.full_date(r.published_at)),
                    ui.Cell(formats.number(r.summary.get("cells"))),
                    ui.Cell(formats.number(r.summary.get("hidden"))),
                    ui.Cell(labels.what_changed(r), note=method.despite(r)),
                ),
                address=addresses.release_page(r),
            )
            for r in releases
        ),
    )
