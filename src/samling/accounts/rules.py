"""What a person may do: the permissions of the roles that they have today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from samling.accounts.models import Person, RoleGrant
from samling.audit.actions import Actor
from samling.ui.access import EVERYWHERE


@dataclass(frozen=True)
class PersonRights:
    """The permissions of one person by scope, read from the database once a request.

    Nothing is kept between requests: a role that is taken away is gone at the next click.
    """

    actor: str = ""
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    def can(self, permission: str, scopes: Collection[str] = ()) -> bool:
        """Whether the permission is held in one of the scopes or everywhere."""
        mine = self.scopes(permission)
        return EVERYWHERE in mine or not mine.isdisjoint(scopes)

    def can_anywhere(self, permission: str) -> bool:
        """Whether the permission is held in any scope at all."""
        return bool(self.scopes(permission))

    def scopes(self, permission: str) -> frozenset[str]:
        """The scopes that the permission is held in."""
        return self.held.get(permission, frozenset())


NOBODY = PersonRights()


def rights_of(person: Person, *, on: date | None = None) -> PersonRights:
    """The person's rights on a day, today if none is given; none at all if closed."""
    if not person.is_active:
        return NOBODY
    held: dict[str, set[str]] = {}
    for grant in active_grants(on=on).filter(person=person).select_related("role"):
        for permission in grant.role.permissions:
            held.setdefault(permission, set()).add(grant.scope)
    frozen = {permission: frozenset(scopes) for permission, scopes in held.items()}
    return PersonRights(actor=str(person.key), held=frozen)


def active_grants(*, on: date | None = None) -> QuerySet[RoleGrant]:
    """The grants that hold on a day, today if none is given."""
    day = on or timezone.localdate()
    open_then = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return RoleGrant.objects.filter(open_then, starts_on__lte=day)


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; the mark of the view says that someone is."""
    return cast(Person, request.user)


def actor(person: Person) -> Actor:
    """The person as the audit names them."""
    return Actor(person.name, str(person.key))


def display_name(person: Person) -> str:
    """The person's name, as the sign-in library says it."""
    return person.name
