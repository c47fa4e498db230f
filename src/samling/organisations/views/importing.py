"""Spreadsheets: what to begin from, the preview, the button."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samling.accounts.rules import person_of
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.drafts import (
    PlanHasChangedError,
    apply_draft,
    hold_file,
    plan_of,
    put_aside,
)
from samling.organisations.actions.importing.spreadsheet import MOST_BYTES
from samling.organisations.choices import FileKind
from samling.organisations.forms.registry import FileForm
from samling.organisations.models import ImportDraft, Organisation
from samling.organisations.presenting import files
from samling.organisations.presenting.previews import preview_parts
from samling.organisations.rules import REGISTRY
from samling.organisations.views.shared import (
    above_in,
    address,
    managed_organisation,
    me,
    tried,
)
from samling.ui import components as ui
from samling.ui.access import permitted, signed_in

ROWS = 100


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """Choose a file; it is read and previewed, and nothing is changed."""
    found = managed_organisation(request, key)
    _known(kind)
    form = FileForm(request.POST or None, request.FILES or None, closing=files.closing_label(kind))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        draft = tried(
            form,
            lambda: hold_file(
                person=person_of(request),
                organisation=found,
                kind=kind,
                name=file.name,
                content=file.read(MOST_BYTES + 1),
                close_missing=form.cleaned_data.get("close_missing", False),
            ),
        )
        if draft is not None:
            return redirect("organisations:preview", key=key, draft=draft.key)
    context = {
        "page": ui.Page(files.title_of(kind), files.lead_of(kind), breadcrumbs=above_in(found)),
        "organisation": found,
        "kind": kind,
        "others": [
            ui.Link(files.title_of(other), reverse("organisations:import", args=[key, other]))
            for other in FileKind.values
            if other != kind
        ],
        "advice": files.advice(kind),
        "form": form,
        "cancel": address(found),
    }
    return render(request, "organisations/import.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, key: UUID, draft: UUID) -> HttpResponse:
    """What the file would change; by the button it does."""
    found = managed_organisation(request, key)
    held = _held(request, found, draft)
    if held is None:
        messages.info(
            request,
            gettext("Förhandsvisningen finns inte längre: filen är inläst eller åsidolagd."),
        )
        return redirect(address(found))
    if request.method == "POST" and _applied(request, held):
        return redirect(address(found))
    plan = plan_of(held)
    paged = Paginator(plan.findings or plan.changes, ROWS)
    shown = paged.get_page(request.GET.get("sida"))
    context = {
        "page": ui.Page(
            gettext("Förhandsvisning av %(file)s") % {"file": held.name},
            breadcrumbs=above_in(found),
        ),
        "organisation": found,
        "draft": held,
        "plan": plan,
        **preview_parts(held.kind, plan, list(shown)),
        "pagination": ui.Pagination(shown.number, paged.num_pages, request.GET),
    }
    return render(request, "organisations/preview.html", context)


def _applied(request: HttpRequest, held: ImportDraft) -> bool:
    """Whether the button did what was shown; if not, it is said why."""
    try:
        apply_draft(by=me(request), draft=held, fingerprint=request.POST.get("fingerprint", ""))
    except PlanHasChangedError:
        messages.warning(
            request,
            gettext(
                "Uppgifterna har ändrats sedan förhandsvisningen, så inget är inläst. Här är vad "
                "filen gör nu. Se efter och läs in igen."
            ),
        )
        return False
    except RegistryError as error:
        messages.error(request, gettext("Inget är inläst. %(why)s") % {"why": error})
        return False
    messages.success(request, gettext("Filen är inläst."))
    return True


@permitted(REGISTRY)
@require_POST
def aside(request: HttpRequest, key: UUID, draft: UUID) -> HttpResponse:
    """Put a file aside; nothing of it has happened."""
    found = managed_organisation(request, key)
    held = _held(request, found, draft)
    if held is not None:
        put_aside(draft=held)
    messages.info(request, gettext("Filen är åsidolagd. Inget är ändrat."))
    return redirect(address(found))


@permitted(REGISTRY)
@require_safe
def current(request: HttpRequest, key: UUID, kind: str, file_format: str) -> HttpResponse:
    """What the organisation has today, as a file to change and read in again."""
    found = managed_organisation(request, key)
    _known(kind)
    return _file(kind, file_format, files.current_rows(kind, found), gettext("nuläge"))


@signed_in
@require_safe
def example(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """A file with made-up rows that can be read as they are."""
    _known(kind)
    return _file(kind, file_format, files.example_rows(kind), gettext("exempel"))


def _file(kind: str, file_format: str, rows: files.Rows, word: str) -> HttpResponse:
    if file_format not in files.FORMATS:
        raise Http404
    content = files.file_of(kind, file_format, rows)
    answer = HttpResponse(content, content_type=files.FORMATS[file_format])
    name = f"{FileKind(kind).label}-{word}.{file_format}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def _known(kind: str) -> None:
    if kind not in FileKind.values:
        raise Http404


def _held(request: HttpRequest, found: Organisation, draft: UUID) -> ImportDraft | None:
    """The reader's own file; nobody else's, and not for another organisation."""
    drafts = ImportDraft.objects.select_related("organisation")
    return drafts.filter(key=draft, organisation=found, person=person_of(request)).first()
