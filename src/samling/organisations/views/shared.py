"""What the pages of this room share: finding what an address names, and trying to do something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from samling.accounts.rules import actor, person_of
from samling.audit.actions import Actor
from samling.organisations.actions.history import RegistryError
from samling.organisations.models import Membership, Organisation, Unit
from samling.organisations.queries.registry import path_of, units_with_area, with_area
from samling.organisations.rules import REGISTRY, require, scopes_of
from samling.ui import components as ui
from samling.ui.access import rights

Done = TypeVar("Done")


def organisation_at(key: UUID) -> Organisation:
    """The organisation of an address, open or closed; 404 for a guess."""
    return get_object_or_404(with_area(Organisation.objects.all()), key=key)


def unit_at(key: UUID) -> Unit:
    """The unit of an address, open or closed; 404 for a guess."""
    return get_object_or_404(units_with_area(Unit.objects.all()), key=key)


def managed_organisation(request: HttpRequest, key: UUID) -> Organisation:
    """The organisation, for those who look after it; PermissionDenied for others."""
    organisation = organisation_at(key)
    require(rights(request), REGISTRY, organisation)
    return organisation


def managed_unit(request: HttpRequest, key: UUID) -> Unit:
    """The unit, for those who look after it; PermissionDenied for others."""
    unit = unit_at(key)
    require(rights(request), REGISTRY, unit)
    return unit


def holds(request: HttpRequest, permission: str, place: Organisation | Unit) -> bool:
    """Whether the reader holds the permission for the place or above it."""
    return rights(request).can(permission, scopes_of(place))


def me(request: HttpRequest) -> Actor:
    """The reader as the audit names them."""
    return actor(person_of(request))


def tried(form: forms.Form, action: Callable[[], Done]) -> Done | None:
    """Do something; if it can't be done the form says why, and None comes back."""
    try:
        return action()
    except RegistryError as error:
        form.add_error(None, str(error))
        return None


def uncounted(
    rows: Sequence[Membership] | QuerySet[Membership], query: QueryDict, most: int
) -> tuple[list[Membership], ui.Pagination]:
    """A page of a list whose length nobody has asked the database for."""
    asked = query.get("sida", "")
    number = int(asked) if asked.isdecimal() and 0 < len(asked) < 5 else 1
    number = max(number, 1)
    found = list(rows[(number - 1) * most : number * most + 1])
    return found[:most], ui.Pagination(number, number + (len(found) > most), query)


def address(place: Organisation | Unit) -> str:
    """The page of an organisation or unit."""
    kind = "unit" if isinstance(place, Unit) else "organisation"
    return reverse(f"organisations:{kind}", args=[place.key])


def directory_link() -> ui.Link:
    """The directory, as a page above."""
    return ui.Link(gettext("Organisationer"), reverse("organisations:directory"))


def above_organisation() -> tuple[ui.Link, ...]:
    """The pages above an organisation's."""
    return (ui.Link(gettext("Mina sidor"), reverse("workspace")), directory_link())


def above_in(place: Organisation | Unit) -> tuple[ui.Link, ...]:
    """The pages above one that is about a part of an organisation or unit."""
    return (*above(place), ui.Link(place.name, address(place)))


def above(place: Organisation | Unit) -> tuple[ui.Link, ...]:
    """The pages above an organisation's or unit's own."""
    if isinstance(place, Organisation):
        return above_organisation()
    organisation = place.organisation
    return (
        *above_organisation(),
        ui.Link(organisation.name, address(organisation)),
        *(ui.Link(unit.name, address(unit)) for unit in path_of(place)),
    )
