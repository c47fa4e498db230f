"""Reminders of appointments. Each has a name of its own (its message key), so that it is sent once,
however often or late the scheduled work is done.

When several stand for the same thing, only the latest is sent: work that was not done for a month
sends the reminder of day 21 and not that of day 7 too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext

from samling.accounts.models import Person
from samling.mail.actions import queue
from samling.mail.models import Message
from samling.organisations.actions import appointment_letters as letters
from samling.organisations.choices import OPEN_STATES, AppointmentState
from samling.organisations.models import Appointment, Unit
from samling.organisations.queries.appointments import active, role_name, whole
from samling.organisations.queries.gaps import gaps, required_roles
from samling.organisations.queries.reach import Holders, managers_of
from samling.organisations.rules import APPOINT

FIRST, SECOND = 7, 21  # days without an answer
EARLY, LATE = 60, 14  # days before the last day
LISTED = 20  # units named in the weekly letter; the rest are counted


def remind_of_answers(*, today: date) -> int:
    """Remind those who haven't answered after 7 days; after 21 their manager too.

    Gives the number of letters that were new.
    """
    holders = Holders.of(APPOINT)
    before = Message.objects.count()
    asked = whole().filter(state=AppointmentState.PROPOSED).exclude(ends_on__lt=today)
    for found in asked.order_by("pk"):
        waited = (today - timezone.localtime(found.appointed_at).date()).days
        if waited < FIRST:
            continue
        key = f"unanswered {SECOND if waited >= SECOND else FIRST}"
        first = letters.first_time(found.person)
        letters.send("appointment-unanswered", found.person, found, key, **first)
        for manager in managers_of(found, holders) if waited >= SECOND else ():
            letters.send("appointment-unanswered-manager", manager, found, f"manager {key}")
    return Message.objects.count() - before


def remind_of_ends(*, today: date) -> int:
    """Tell person and manager 60 and 14 days before the last day, while it can be planned for.

    Nothing is told of a day that was decided later than it would have been told. The manager
    isn't told when someone is to take over. Gives the number of letters that were new.
    """
    holders = Holders.of(APPOINT)
    before = Message.objects.count()
    ending = whole().filter(active(on=today), ends_on__lte=today + timedelta(days=EARLY))
    followed = set(
        Appointment.objects.filter(follows__in=ending, state__in=OPEN_STATES).values_list(
            "follows_id", flat=True
        )
    )
    for found in ending.order_by("pk"):
        left = found.ends_on - today if found.ends_on else timedelta()
        days = LATE if left.days <= LATE else EARLY
        decided = timezone.localtime(found.appointed_at).date()
        if found.ends_on is None or found.ends_on - timedelta(days=days) <= decided:
            continue
        key = f"ends {found.ends_on.isoformat()} {days}"
        letters.send("appointment-ending", found.person, found, key)
        for manager in managers_of(found, holders) if found.pk not in followed else ():
            letters.send("appointment-ending-manager", manager, found, f"manager {key}")
    return Message.objects.count() - before


def tell_of_gaps(*, today: date) -> int:
    """One letter a week to each manager with the units that have nobody; gives how many were new.

    It is for who last appointed there and still may, else for the nearest who may appoint.
    """
    by_manager: dict[int, list[str]] = {}
    people: dict[int, Person] = {}
    holders = Holders.of(APPOINT)
    for role_type in required_roles():
        units = list(gaps(role_type, on=today).select_related("organisation"))
        last = _last_appointed(role_type.pk, units)
        for unit in units:
            for manager in _managers_of_gap(unit, last.get(unit.pk), holders):
                people[manager.pk] = manager
                role = role_name(role_type, manager.language)
                line = f"{unit.name}, {unit.organisation.name} ({role})"
                by_manager.setdefault(manager.pk, []).append(line)
    year, week, _weekday = today.isocalendar()
    before = Message.objects.count()
    for key, lines in sorted(by_manager.items()):
        _tell_of_gaps(people[key], lines, f"gaps:{year}-{week:02}:{key}")
    return Message.objects.count() - before


def _last_appointed(role_type: int, units: Iterable[Unit]) -> dict[int, Appointment]:
    """The latest appointment of the role in each unit, whatever became of it."""
    found = whole().filter(role_type=role_type, unit__in=[unit.pk for unit in units])
    return {appointment.unit_id: appointment for appointment in found.order_by("appointed_at")}


def _managers_of_gap(unit: Unit, last: Appointment | None, holders: Holders) -> list[Person]:
    manager = last.appointed_by if last else None
    if manager is not None and manager.is_active and holders.holds(manager, unit):
        return [manager]
    return holders.nearest(unit)


@transaction.atomic
def _tell_of_gaps(manager: Person, lines: list[str], key: str) -> None:
    shown = lines[:LISTED]
    left = len(lines) - len(shown)
    with translation.override(manager.language):
        if left:
            more = ngettext("och %(count)s enhet till", "och %(count)s enheter till", left)
            shown.append(more % {"count": left})
        number = ngettext("%(count)s enhet", "%(count)s enheter", len(lines))
    queue(
        key=key,
        template="appointment-gaps",
        to=manager.email,
        language=manager.language,
        context={
            "name": manager.name,
            "number": number % {"count": len(lines)},
            "units": "\n".join(shown),
            "address": letters.address("organisations:gaps", manager.language),
        },
    )
