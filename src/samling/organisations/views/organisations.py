"""Looking after an organisation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from samling.organisations.actions.logos import MOST_BYTES, remove_logo, set_logo
from samling.organisations.actions.merging import merge_organisations
from samling.organisations.actions.registry import (
    close_organisation,
    create_organisation,
    edit_organisation,
    reopen_organisation,
)
from samling.organisations.forms.registry import LogoForm, OrganisationForm
from samling.organisations.models import Logo, Organisation
from samling.organisations.queries.registry import with_area
from samling.organisations.queries.standing import of_organisation
from samling.organisations.rules import REGISTRY, may_found, may_found_somewhere, scopes_of
from samling.organisations.views.place_forms import (
    closing,
    form_page,
    merging,
    reopened,
    settled,
)
from samling.organisations.views.shared import (
    above_in,
    above_organisation,
    address,
    managed_organisation,
    me,
)
from samling.ui import components as ui
from samling.ui.access import permitted, rights


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new organisation, in an area that the maker looks after."""
    if not may_found_somewhere(rights(request)):
        raise PermissionDenied
    form = OrganisationForm(request.POST or None)
    if form.is_valid() and not may_found(rights(request), form.details().area):
        raise PermissionDenied
    made = settled(
        request,
        form,
        lambda: create_organisation(by=me(request), details=form.details()),
        gettext("Organisationen är skapad."),
    )
    page = ui.Page(gettext("Ny organisation"), breadcrumbs=above_organisation())
    context = {"page": page, "form": form, "submit": gettext("Skapa")}
    return made or render(request, "organisations/form.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name, kind, contact and registry."""
    found = managed_organisation(request, key)
    form = OrganisationForm(request.POST or None, current=found)
    if form.is_valid():
        area = form.details().area
        if area != found.area and not may_found(rights(request), area):
            # An area's people would lose sight of it, and those of another come to rule it.
            form.add_error("area", gettext("Området ändras av den som ansvarar för det nya."))
    done = settled(
        request,
        form,
        lambda: edit_organisation(by=me(request), organisation=found, details=form.details()),
        gettext("Uppgifterna är sparade."),
    )
    return done or form_page(request, found, gettext("Ändra uppgifter"), form, gettext("Spara"))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def logo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose a logo, or take it away."""
    found = managed_organisation(request, key)
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "remove" in request.POST:
        remove_logo(by=me(request), organisation=found)
        messages.success(request, gettext("Logotypen är borttagen."))
        return redirect(address(found))

    def chosen() -> Organisation:
        content = form.cleaned_data["picture"].read(MOST_BYTES + 1)
        set_logo(by=me(request), organisation=found, content=content)
        return found

    done = settled(request, form, chosen, gettext("Logotypen är sparad."))
    context = {
        "page": ui.Page(gettext("Logotyp"), breadcrumbs=above_in(found)),
        "organisation": found,
        "logo": Logo.objects.filter(organisation=found).defer("content").first(),
        "form": form,
    }
    return done or render(request, "organisations/logo.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close, saying what stands in the way or taking all of it along."""
    found = managed_organisation(request, key)
    return closing(
        request,
        found,
        of_organisation(found),
        lambda whole: close_organisation(by=me(request), organisation=found, with_everything=whole),
        gettext("Organisationen är stängd."),
    )


@permitted(REGISTRY)
@require_POST
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open again."""
    found = managed_organisation(request, key)
    said = gettext("Organisationen är öppen igen.")
    return reopened(
        request, found, lambda: reopen_organisation(by=me(request), organisation=found), said
    )


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Merge into another that one looks after too."""
    found = managed_organisation(request, key)
    mine = rights(request)
    open_ones = with_area(Organisation.objects.filter(closed_on__isnull=True).exclude(pk=found.pk))
    others = [(str(o.key), o.name) for o in open_ones if mine.can(REGISTRY, scopes_of(o))]

    def merged(target: UUID) -> Organisation:
        into = managed_organisation(request, target)
        return merge_organisations(by=me(request), organisation=found, into=into)

    said = gettext("Organisationerna är ihopslagna.")
    return merging(request, found, of_organisation(found), others, merged, said)
