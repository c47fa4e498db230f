"""Who did what, to what, when."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from samling.audit.forms import read_asked, read_number
from samling.audit.models import Entry
from samling.audit.presenting import days, filters
from samling.audit.queries import READ, Asked, all_entries, entries_page
from samling.documents.spreadsheet_text import guarded
from samling.ui import components as ui
from samling.ui.access import Rights, permitted, rights

MOST_ROWS = 100_000
COLUMNS = (
    "at", "actor", "actor_key", "verb", "subject_kind", "subject", "subject_key", "scope",
    "details",
)  # fmt: skip


@permitted(READ)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The audit, newest first, as far as the reader's scopes reach."""
    asked, problems = read_asked(request.GET)
    before, after = read_number(request.GET, "fore"), read_number(request.GET, "efter")
    found = entries_page(rights(request), asked, before=before, after=after)
    context = {
        "page": ui.Page(
            gettext("Händelser"),
            lead=gettext("Vem som gjorde vad, med vad och när. Ingen kan ändra listan."),
            breadcrumbs=(ui.Link(gettext("Mina sidor"), reverse("workspace")),),
        ),
        "problems": problems,
        "filters": filters(asked),
        "narrowed": asked.subject_key,
        "days": days(found.entries),
        "older": _address(request.GET, fore=found.older),
        "newer": _address(request.GET, efter=found.newer),
        "download": _address(request.GET),
        "most": MOST_ROWS,
    }
    return render(request, "audit/entries.html", context)


@permitted(READ)
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """What the page would show, as a CSV file; the newest `MOST_ROWS`."""
    asked, _ = read_asked(request.GET)
    answer = StreamingHttpResponse(_lines(rights(request), asked), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="handelser.csv"'
    return answer


def _lines(reader: Rights, asked: Asked) -> Iterator[str]:
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for entry in all_entries(reader, asked, limit=MOST_ROWS):
        yield writer.writerow(_cells(entry))


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def _cells(entry: Entry) -> list[str]:
    details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
    texts = (
        entry.actor, entry.actor_key, entry.verb, entry.subject_kind, entry.subject,
        entry.subject_key, entry.scope, details,
    )  # fmt: skip
    return [entry.at.isoformat(timespec="seconds"), *map(guarded, texts)]


def _address(query: QueryDict, **places: int | None) -> str:
    """The same question from another place; empty if there is no such place."""
    asked = query.copy()
    for name in ("fore", "efter"):
        asked.pop(name, None)
    for name, place in places.items():
        if place is None:
            return ""
        asked[name] = str(place)
    return f"?{asked.urlencode()}"
