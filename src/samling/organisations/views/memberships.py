"""Writing down members, changing and ending their membership."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.memberships import change_membership, end_membership, join
from samling.organisations.forms.registry import MembershipForm, NewMemberForm
from samling.organisations.models import Membership, Organisation, Unit
from samling.organisations.rules import REGISTRY, require
from samling.organisations.views.shared import (
    above_in,
    address,
    managed_organisation,
    managed_unit,
    me,
    organisation_at,
    tried,
    unit_at,
)
from samling.ui import components as ui
from samling.ui.access import permitted, rights


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def add_to_organisation(request: HttpRequest, key: UUID) -> HttpResponse:
    """A member of the organisation as a whole."""
    return _add(request, managed_organisation(request, key))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def add_to_unit(request: HttpRequest, key: UUID) -> HttpResponse:
    """A member of a unit."""
    return _add(request, managed_unit(request, key))


def _add(request: HttpRequest, place: Organisation | Unit) -> HttpResponse:
    form = NewMemberForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = tried(
            form,
            lambda: join(
                by=me(request),
                email=values["email"],
                name=values["name"],
                place=place,
                term=form.term(),
            ),
        )
        if made is not None:
            text = gettext("%(name)s är tillagd.") % {"name": made.person.name}
            messages.success(request, text)
            return redirect(address(place))
    context = {
        "page": ui.Page(
            gettext("Lägg till en person i %(name)s") % {"name": place.name},
            gettext(
                "Personen får inget mejl. För att logga in första gången väljer personen "
                "”Glömt lösenordet?” och skriver sin adress."
            ),
            breadcrumbs=above_in(place),
        ),
        "form": form,
        "submit": gettext("Lägg till"),
        "cancel": address(place),
    }
    return render(request, "organisations/form.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Title and days of a membership."""
    found = _membership(request, number)
    place = _place(found)
    form = MembershipForm(
        request.POST or None,
        initial={
            "title": found.title,
            "starts_on": found.starts_on,
            "ends_on": found.ends_on,
        },
    )
    if request.method == "POST" and form.is_valid():
        term = form.term()
        if tried(form, lambda: change_membership(by=me(request), membership=found, term=term)):
            messages.success(request, gettext("Uppgifterna är sparade."))
            return redirect(address(place))
    context = {
        "page": ui.Page(
            gettext("%(person)s i %(place)s") % {"person": found.person.name, "place": place.name},
            breadcrumbs=above_in(place),
        ),
        "membership": found,
        "goes_on": found.ends_on is None or found.ends_on > timezone.localdate(),
        "form": form,
        "cancel": address(place),
    }
    return render(request, "organisations/membership.html", context)


@permitted(REGISTRY)
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a membership today."""
    found = _membership(request, number)
    try:
        end_membership(by=me(request), membership=found)
    except RegistryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Medlemskapet är avslutat."))
    return redirect(address(_place(found)))


def _membership(request: HttpRequest, number: int) -> Membership:
    """The membership, for those who look after its place; PermissionDenied for others."""
    memberships = Membership.objects.select_related("person", "organisation", "unit")
    found = get_object_or_404(memberships, pk=number)
    require(rights(request), REGISTRY, _place(found))
    return found


def _place(membership: Membership) -> Organisation | Unit:
    if membership.unit is not None:
        return unit_at(membership.unit.key)
    return organisation_at(membership.organisation.key)
