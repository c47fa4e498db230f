"""Looking after an organisation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from samling.organisations.actions.closing import standing_in_words
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.logos import MOST_BYTES, remove_logo, set_logo
from samling.organisations.actions.merging import merge_organisations
from samling.organisations.actions.registry import (
    close_organisation,
    create_organisation,
    edit_organisation,
    reopen_organisation,
)
from samling.organisations.forms.registry import CloseForm, LogoForm, MergeForm, OrganisationForm
from samling.organisations.models import Logo, Organisation
from samling.organisations.queries.registry import with_area
from samling.organisations.queries.standing import of_organisation
from samling.organisations.rules import REGISTRY, may_found, may_found_somewhere, require, scopes_of
from samling.organisations.views.shared import (
    above_in,
    above_organisation,
    address,
    managed_organisation,
    me,
    tried,
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
    if request.method == "POST" and form.is_valid():
        details = form.details()
        if not may_found(rights(request), details.area):
            raise PermissionDenied
        made = tried(form, lambda: create_organisation(by=me(request), details=details))
        if made is not None:
            messages.success(request, gettext("Organisationen är skapad."))
            return redirect(address(made))
    page = ui.Page(gettext("Ny organisation"), breadcrumbs=above_organisation())
    context = {"page": page, "form": form, "submit": gettext("Skapa")}
    return render(request, "organisations/form.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name, kind, contact and registry."""
    found = managed_organisation(request, key)
    form = OrganisationForm(request.POST or None, current=found)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        done = None
        if details.area == found.area or may_found(rights(request), details.area):
            done = tried(
                form,
                lambda: edit_organisation(by=me(request), organisation=found, details=details),
            )
        else:
            # An area's people would lose sight of it, and those of another come to rule it.
            form.add_error("area", gettext("Området ändras av den som ansvarar för det nya."))
        if done is not None:
            messages.success(request, gettext("Uppgifterna är sparade."))
            return redirect(address(done))
    return _form_page(request, found, gettext("Ändra uppgifter"), form, gettext("Spara"))


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
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["picture"].read(MOST_BYTES + 1)
        if tried(form, lambda: set_logo(by=me(request), organisation=found, content=content)):
            messages.success(request, gettext("Logotypen är sparad."))
            return redirect(address(found))
    context = {
        "page": ui.Page(gettext("Logotyp"), breadcrumbs=above_in(found)),
        "organisation": found,
        "logo": Logo.objects.filter(organisation=found).defer("content").first(),
        "form": form,
    }
    return render(request, "organisations/logo.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close, saying what stands in the way or taking all of it along."""
    found = managed_organisation(request, key)
    standing = standing_in_words(of_organisation(found))
    form = CloseForm(request.POST or None, standing=standing)
    if request.method == "POST" and form.is_valid():
        everything = form.cleaned_data.get("with_everything", False)
        done = tried(
            form,
            lambda: close_organisation(
                by=me(request), organisation=found, with_everything=everything
            ),
        )
        if done is not None:
            messages.success(request, gettext("Organisationen är stängd."))
            return redirect(address(done))
    context = {
        "page": ui.Page(
            gettext("Stäng %(name)s") % {"name": found.name}, breadcrumbs=above_in(found)
        ),
        "place": found,
        "standing": standing,
        "form": form,
        "cancel": address(found),
    }
    return render(request, "organisations/close.html", context)


@permitted(REGISTRY)
@require_POST
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open again."""
    found = managed_organisation(request, key)
    try:
        reopen_organisation(by=me(request), organisation=found)
    except RegistryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Organisationen är öppen igen."))
    return redirect(address(found))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Merge into another that one looks after too."""
    found = managed_organisation(request, key)
    others = with_area(Organisation.objects.filter(closed_on__isnull=True).exclude(pk=found.pk))
    mine = rights(request)
    choices = [(str(o.key), o.name) for o in others if mine.can(REGISTRY, scopes_of(o))]
    form = MergeForm(request.POST or None, choices=choices, label=gettext("Slå ihop med"))
    if request.method == "POST" and form.is_valid():
        into = get_object_or_404(
            with_area(Organisation.objects.all()), key=form.cleaned_data["target"]
        )
        require(mine, REGISTRY, into)
        done = tried(
            form, lambda: merge_organisations(by=me(request), organisation=found, into=into)
        )
        if done is not None:
            messages.success(request, gettext("Organisationerna är ihopslagna."))
            return redirect(address(done))
    context = {
        "page": ui.Page(
            gettext("Slå ihop %(name)s med en annan") % {"name": found.name},
            breadcrumbs=above_in(found),
        ),
        "place": found,
        "standing": standing_in_words(of_organisation(found)),
        "none": not choices,
        "form": form,
        "cancel": address(found),
    }
    return render(request, "organisations/merge.html", context)


def _form_page(
    request: HttpRequest, found: Organisation, title: str, form: OrganisationForm, submit: str
) -> HttpResponse:
    context = {
        "page": ui.Page(title, breadcrumbs=above_in(found)),
        "form": form,
        "submit": submit,
        "cancel": address(found),
    }
    return render(request, "organisations/form.html", context)
