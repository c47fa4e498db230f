"""Whom a manager may look up to appoint: not everyone who has an account."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from samling.accounts.models import Person
from samling.organisations.models import Appointment, Membership, Organisation
from samling.ui.access import Rights
from samling.ui.searching import matching

EVERYONE = "people.manage"


def colleagues(rights: Rights, organisation: Organisation) -> QuerySet[Person]:
    """Those with an open account who work in the organisation or have an appointment there.

    All accounts for someone who looks after them all. Anyone else is appointed by writing their
    address, which tells nothing of whether it has an account.
    """
    accounts = Person.objects.filter(is_active=True)
    if rights.can(EVERYONE):
        return accounts
    today = timezone.localdate()
    holds = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    members = Membership.objects.filter(holds, organisation=organisation).values("person")
    appointed = Appointment.objects.filter(holds, unit__organisation=organisation).values("person")
    return accounts.filter(Q(pk__in=members) | Q(pk__in=appointed))


def looked_up(rights: Rights, organisation: Organisation, search: str) -> QuerySet[Person]:
    """The colleagues whose name or address has every word of the search."""
    return colleagues(rights, organisation).filter(matching(search, "name", "email"))


def chosen(rights: Rights, organisation: Organisation, key: str) -> Person | None:
    """The colleague with the key; None for anyone else and for what is no key."""
    try:
        return colleagues(rights, organisation).filter(key=UUID(key)).first()
    except ValueError:
        return None
