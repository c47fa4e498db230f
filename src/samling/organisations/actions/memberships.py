"""Memberships: who works in an organisation or a unit, as what, between which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.audit.actions import Actor, Subject, record
from samling.organisations.actions.closing import end_one_membership
from samling.organisations.actions.history import RegistryError, lock
from samling.organisations.actions.people import person_by_address
from samling.organisations.models import Membership, Organisation, Unit


@dataclass(frozen=True)
class Term:
    """As what, from when until when; `ends_on` is the last day, open when None."""

    starts_on: date
    ends_on: date | None = None
    title: str = ""


@transaction.atomic
def add_membership(
    *, by: Actor, person: Person, place: Organisation | Unit, term: Term
) -> Membership:
    """Make a person a member of an organisation or of one of its units.

    RegistryError if the place or the account is closed, the person is a member there already, or
    the days are the wrong way round.
    """
    unit = place if isinstance(place, Unit) else None
    organisation = place.organisation if isinstance(place, Unit) else place
    _refuse_wrong_days(term)
    lock(organisation)
    if not _is_open(organisation) or (unit is not None and not _is_open(unit)):
        raise RegistryError(_("%(name)s är stängd.") % {"name": place.name})
    if not Person.objects.select_for_update().filter(pk=person.pk, is_active=True).exists():
        raise RegistryError(_("Kontot med den adressen är stängt."))
    try:
        with transaction.atomic():
            return made_membership(by, person, place, term)
    except IntegrityError as error:
        raise RegistryError(_("Personen är redan medlem här, utan sista dag.")) from error


def made_membership(
    by: Actor, person: Person, place: Organisation | Unit, term: Term
) -> Membership:
    """`add_membership` where the organisation is locked already and everything was checked."""
    made = Membership.objects.create(
        person=person,
        organisation=place.organisation if isinstance(place, Unit) else place,
        unit=place if isinstance(place, Unit) else None,
        title=term.title.strip(),
        starts_on=term.starts_on,
        ends_on=term.ends_on,
    )
    _record(by, "membership added", made)
    return made


@transaction.atomic
def join(*, by: Actor, email: str, name: str, place: Organisation | Unit, term: Term) -> Membership:
    """Make whoever has the address a member; a new person if nobody has it, or nothing at all."""
    person = person_by_address(by=by, email=email, name=name)
    return add_membership(by=by, person=person, place=place, term=term)


@transaction.atomic
def change_membership(*, by: Actor, membership: Membership, term: Term) -> Membership:
    """Change title and days; the same again leaves no trace. RegistryError as when adding."""
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("person", "unit", "organisation")
        .get(pk=membership.pk)
    )
    _refuse_wrong_days(term)
    if (found.title, found.starts_on, found.ends_on) == (
        term.title.strip(),
        term.starts_on,
        term.ends_on,
    ):
        return found
    found.title, found.starts_on, found.ends_on = term.title.strip(), term.starts_on, term.ends_on
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise RegistryError(_("Personen är redan medlem här, utan sista dag.")) from error
    _record(by, "membership changed", found)
    return found


@transaction.atomic
def end_membership(*, by: Actor, membership: Membership) -> Membership:
    """End a membership today; RegistryError if it has ended already."""
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("person", "unit", "organisation")
        .get(pk=membership.pk)
    )
    today = timezone.localdate()
    if found.ends_on is not None and found.ends_on <= today:
        raise RegistryError(_("Medlemskapet är redan avslutat."))
    end_one_membership(by, found, on=today)
    return found


def _is_open(place: Organisation | Unit) -> bool:
    """As it is now, whatever was read before."""
    return type(place).objects.filter(pk=place.pk, closed_on__isnull=True).exists()


def _refuse_wrong_days(term: Term) -> None:
    if term.ends_on is not None and term.ends_on < term.starts_on:
        raise RegistryError(_("Sista dagen är före den första. Inget är ändrat."))


def _record(by: Actor, verb: str, membership: Membership) -> None:
    place = membership.unit or membership.organisation
    record(
        by=by,
        verb=verb,
        subject=Subject("person", membership.person.name, str(membership.person.key)),
        scope=place.scope,
        details={
            "in": place.name,
            "title": membership.title,
            "from": membership.starts_on.isoformat(),
            "until": membership.ends_on.isoformat() if membership.ends_on else "",
        },
    )
