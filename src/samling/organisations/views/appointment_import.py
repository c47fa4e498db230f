"""Many appointments from a spreadsheet: choose a file, look, carry out."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samling.accounts.errors import AccountsError
from samling.accounts.rules import actor, person_of
from samling.organisations.actions import appointment_import as actions
from samling.organisations.actions.appointment_sheet import read_appointments, template_csv
from samling.organisations.actions.appointments import AppointmentError
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.spreadsheet import MOST_BYTES, SheetRow
from samling.organisations.forms.appointments import ImportForm
from samling.organisations.presenting import appointment_import as presenting
from samling.organisations.rules import APPOINT
from samling.organisations.views.appointment_frame import above, my_link, ways
from samling.ui import components as ui
from samling.ui.access import permitted, rights

A_DAY = 24 * 60 * 60


@permitted(APPOINT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; then see what it would lead to. Nothing is changed here."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = read_appointments(file.read(MOST_BYTES + 1))
        except RegistryError as error:
            form.add_error("file", str(error))
        else:
            return _preview(request, rows)
    context = {
        "page": ui.Page(
            gettext("Läs in många uppdrag"),
            gettext("Från ett kalkylblad. Du får se vad som händer innan något ändras."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "form": form,
        "columns": presenting.columns(),
    }
    return render(request, "organisations/appointments/import.html", context)


@permitted(APPOINT)
@require_POST
def carry_out(request: HttpRequest) -> HttpResponse:
    """Do what was shown, all of it or nothing."""
    me = person_of(request)
    rows = _opened(request)
    if rows is None:
        messages.error(
            request, gettext("Förhandsgranskningen gäller inte längre. Välj filen igen.")
        )
        return redirect("organisations:import_appointments")
    try:
        done, letters = actions.carry_out(
            by=actor(me), rights=rights(request), manager=me, rows=rows
        )
    except (AppointmentError, AccountsError) as error:
        text = gettext("Inget är ändrat. %(problem)s") % {"problem": error}
        messages.error(request, text)
        return _preview(request, rows)
    if done.problems:
        text = gettext("Något har ändrats sedan du tittade. Inget är inläst. Se vad som är fel nu.")
        messages.error(request, text)
        return _preview(request, rows)
    new, changed = len(done.of("new")), len(done.of("changed"))
    text = ngettext(
        "%(new)s nytt uppdrag, %(changed)s ändrade. %(letters)s mejl är på väg.",
        "%(new)s nya uppdrag, %(changed)s ändrade. %(letters)s mejl är på väg.",
        new,
    ) % {"new": new, "changed": changed, "letters": letters}
    messages.success(request, text)
    return redirect("organisations:appointments")


@permitted(APPOINT)
@require_safe
def template_file(request: HttpRequest) -> HttpResponse:
    """An empty file with the right columns."""
    answer = HttpResponse(template_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="uppdrag-mall.csv"'
    return answer


def _preview(request: HttpRequest, rows: Sequence[SheetRow]) -> HttpResponse:
    """What would be done. The rows travel in the page, signed for the one who looks at it."""
    plan = actions.plan(rights=rights(request), rows=rows)
    packed = [[row.number, row.cells] for row in rows]
    context = {
        "page": ui.Page(
            presenting.title(plan),
            presenting.summary(plan),
            breadcrumbs=above(my_link()),
        ),
        "plan": plan,
        "new": presenting.row_table("nya", plan.of("new")),
        "changed": presenting.row_table("andrade", plan.of("changed")),
        "same": plan.of("same"),
        "nothing": not (plan.of("new") or plan.of("changed")),
        "rows": signing.dumps(packed, salt=_salt(request), compress=True),
    }
    return render(request, "organisations/appointments/import_preview.html", context)


def _opened(request: HttpRequest) -> Sequence[SheetRow] | None:
    """The rows of the preview; None if they aren't as they were, another's, or a day old."""
    try:
        packed = signing.loads(request.POST.get("rows", ""), salt=_salt(request), max_age=A_DAY)
    except signing.BadSignature:
        return None
    return [SheetRow(number, cells) for number, cells in packed]


def _salt(request: HttpRequest) -> str:
    return f"appointments:{person_of(request).key}"
