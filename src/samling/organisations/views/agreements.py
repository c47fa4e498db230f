"""Agreements: the list, one of them, a new one, renewing and ending."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from samling.accounts.rules import actor, person_of
from samling.organisations.actions import agreements as actions
from samling.organisations.actions.agreements import AgreementError
from samling.organisations.forms.appointments import (
    AgreementForm,
    AgreementTermsForm,
    EndAgreementForm,
)
from samling.organisations.models import Agreement, Organisation
from samling.organisations.presenting import agreements as presenting
from samling.organisations.queries import agreements as queries
from samling.organisations.queries.reach import organisations_reached
from samling.organisations.rules import AGREEMENTS, require
from samling.organisations.views.appointment_frame import ROWS, above, my_link, ways
from samling.ui import components as ui
from samling.ui.access import permitted, rights


@permitted(AGREEMENTS)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements that one looks after; those that have run out or soon will stand first."""
    closed = "alla" in request.GET
    found = queries.agreements_looked_after(rights(request), closed=closed)
    pages = Paginator(found, ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    soon = queries.soon_out(rights(request))
    context = {
        "page": ui.Page(
            gettext("Överenskommelser"),
            gettext("Det som organisationerna har skrivit under, och när det går ut."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "warning": presenting.warning(soon),
        "table": presenting.table_of(shown),
        "count": pages.count,
        "closed": closed,
        "empty": ui.EmptyState(
            gettext("Ingen överenskommelse ännu"),
            gettext("Lägg till den första, till exempel avsiktsförklaringen för HFS."),
        ),
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
    }
    return render(request, "organisations/appointments/agreements.html", context)


@permitted(AGREEMENTS)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write down an agreement."""
    reached = organisations_reached(rights(request), AGREEMENTS)
    mine = Organisation.objects.filter(reached, closed_on__isnull=True).select_related("area")
    form = AgreementForm(request.POST or None, organisations=list(mine))
    if request.method == "POST" and form.is_valid():
        organisation = form.chosen()
        require(rights(request), AGREEMENTS, organisation)
        given = {n: form.cleaned_data[n] for n in ("name", "signed_on", "expires_on", "note")}
        try:
            made = actions.add_agreement(
                by=actor(person_of(request)),
                rights=rights(request),
                organisation=organisation,
                **given,
            )
        except AgreementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Överenskommelsen är tillagd."))
            return redirect("organisations:agreement", key=made.key)
    return _form_page(request, gettext("Ny överenskommelse"), form, gettext("Lägg till"))


@permitted(AGREEMENTS)
@require_safe
def agreement(request: HttpRequest, key: UUID) -> HttpResponse:
    """One agreement, with what it followed and what followed it."""
    found = _found(request, key)
    context = {
        "page": ui.Page(
            found.name, lead=found.organisation.name, breadcrumbs=above(my_link(), _list_link())
        ),
        "agreement": found,
        "facts": presenting.facts_of(found),
        "open": found.renewed_by_id is None and found.ended_on is None,
    }
    return render(request, "organisations/appointments/agreement.html", context)


@permitted(AGREEMENTS)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Renew an agreement in one step."""
    found = _found(request, key)
    form = AgreementTermsForm(request.POST or None, after=found.expires_on)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.renew_agreement(
                by=actor(person_of(request)),
                rights=rights(request),
                agreement=found,
                **form.cleaned_data,
            )
        except AgreementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Överenskommelsen är förnyad."))
            return redirect("organisations:agreement", key=made.key)
    title = gettext("Förnya %(name)s") % {"name": found.name}
    return _form_page(request, title, form, gettext("Förnya"), found)


@permitted(AGREEMENTS)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an agreement."""
    found = _found(request, key)
    form = EndAgreementForm(request.POST or None, initial={"ended_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_agreement(
                by=actor(person_of(request)),
                rights=rights(request),
                agreement=found,
                **form.cleaned_data,
            )
        except AgreementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Överenskommelsen är avslutad."))
            return redirect("organisations:agreement", key=key)
    title = gettext("Avsluta %(name)s") % {"name": found.name}
    return _form_page(request, title, form, gettext("Avsluta"), found, danger=True)


def _found(request: HttpRequest, key: UUID) -> Agreement:
    """The agreement, for one who looks after it."""
    known = Agreement.objects.select_related("organisation__area", "renewed_by")
    found = get_object_or_404(known, key=key)
    require(rights(request), AGREEMENTS, found.organisation)
    return found


def _list_link() -> ui.Link:
    return ui.Link(gettext("Överenskommelser"), reverse("organisations:agreements"))


def _form_page(
    request: HttpRequest,
    title: str,
    form: AgreementTermsForm | EndAgreementForm,
    submit: str,
    found: Agreement | None = None,
    *,
    danger: bool = False,
) -> HttpResponse:
    back = _list_link().address
    if found is not None:
        back = reverse("organisations:agreement", args=[found.key])
    context = {
        "page": ui.Page(
            title,
            lead=found.organisation.name if found else "",
            breadcrumbs=above(my_link(), _list_link()),
        ),
        "form": form,
        "submit": submit,
        "danger": danger,
        "cancel": back,
    }
    return render(request, "organisations/appointments/form.html", context)
