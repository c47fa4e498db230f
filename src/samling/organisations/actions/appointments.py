"""Every change of an appointment.

A change takes its rows in the order person, unit, appointment, so that two at once wait for one
another. An appointment whose last day has passed holds nothing, whether or not the scheduled work
has come to close it (`close_passed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.actions.registering import register_person
from samling.accounts.errors import AccountsError
from samling.accounts.models import Person
from samling.audit.actions import Actor, Subject, record
from samling.organisations.actions import appointment_letters as letters
from samling.organisations.choices import OPEN_STATES, AppointmentState
from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.queries.appointments import whole
from samling.organisations.queries.reach import Holders, managers_of
from samling.organisations.rules import APPOINT, may_become, require
from samling.ui.access import Rights

A_DAY = timedelta(days=1)


class AppointmentError(Exception):
    """Something was not done; the text says what happened and what to do."""


@dataclass(frozen=True)
class Terms:
    """What someone is appointed with. `ends_on` is the last day; open when None."""

    starts_on: date
    ends_on: date | None = None
    training: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Newcomer:
    """Someone who is written with an address, and who may or may not be known by it."""

    name: str
    email: str


@transaction.atomic
def appoint(
    *,
    by: Actor,
    rights: Rights,
    manager: Person,
    person: Person | Newcomer,
    role_type: RoleType,
    unit: Unit,
    terms: Terms,
    letter: bool = True,
) -> Appointment:
    """Propose that the person takes the role for the unit; they get a letter and may answer.

    Without `letter` the caller writes one for several appointments. PermissionDenied without the
    right for the unit; AppointmentError for a closed person or unit, for days the wrong way
    round, and when the person is asked or appointed already.
    """
    require(rights, APPOINT, unit)
    known = _known(by, person)
    return _proposed(by, manager, known, role_type, unit, terms, None, letter)


def _known(by: Actor, person: Person | Newcomer) -> Person:
    """The person, written down if they are new. AppointmentError for a closed account."""
    if isinstance(person, Person):
        return person
    try:
        return register_person(by=by, email=person.email, name=person.name)
    except AccountsError as error:
        raise AppointmentError(str(error)) from error


def _proposed(
    by: Actor,
    manager: Person,
    person: Person,
    role_type: RoleType,
    unit: Unit,
    terms: Terms,
    follows: Appointment | None,
    letter: bool,
) -> Appointment:
    locked_person = Person.objects.select_for_update().get(pk=person.pk)
    locked_unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _check(locked_person, locked_unit, terms)
    _check_not_open(locked_person, role_type, locked_unit)
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                role_type=role_type,
                person=locked_person,
                unit=unit,
                starts_on=terms.starts_on,
                ends_on=terms.ends_on,
                training=terms.training.strip(),
                plan=terms.plan.strip(),
                appointed_by=manager,
                follows=follows,
            )
    except IntegrityError as error:
        raise AppointmentError(_already(locked_person)) from error
    _record(by, "appointment proposed", made)
    if letter:
        letters.send_proposals(locked_person, [made], manager.name)
    return made


def _check(person: Person, unit: Unit, terms: Terms) -> None:
    if not person.is_active:
        raise AppointmentError(_("Personens konto är stängt. Inget är ändrat."))
    if unit.closed_on is not None and unit.closed_on <= terms.starts_on:
        raise AppointmentError(_("Enheten är stängd. Välj en annan enhet."))
    _check_days(terms.starts_on, terms.ends_on)


def _check_days(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise AppointmentError(_("Sista dagen är före den första. Inget är ändrat."))


def _check_not_open(person: Person, role_type: RoleType, unit: Unit) -> None:
    """AppointmentError if the person has it; one whose last day has passed is closed first."""
    own = whole().filter(person=person, role_type=role_type, unit=unit, state__in=OPEN_STATES)
    for found in own.select_for_update(of=("self",)):
        if found.ends_on is None or found.ends_on >= timezone.localdate():
            raise AppointmentError(_already(person, found))
        _close(Actor("samling"), found)


def _already(person: Person, found: Appointment | None = None) -> str:
    manager = found.appointed_by.name if found and found.appointed_by else ""
    if manager:
        return _(
            "%(person)s har redan fått uppdraget för enheten, av %(manager)s. Inget nytt är skapat."
        ) % {"person": person.name, "manager": manager}
    return _("%(person)s har redan fått uppdraget för enheten. Inget nytt är skapat.") % {
        "person": person.name
    }


@transaction.atomic
def hand_over(
    *,
    by: Actor,
    rights: Rights,
    manager: Person,
    appointment: Appointment,
    person: Person | Newcomer,
    terms: Terms,
) -> Appointment:
    """Propose that another person takes it over; the one who has it keeps it until they accept.

    When the new one accepts, the old one ends the day before the new one's first day. If they
    accept after that first day has passed, they begin the day they accept, so that someone has it
    every day. If they decline, nothing has changed for the old one. AppointmentError if it isn't
    held any more, is being handed over already, or begins after the day it would be taken over.
    """
    require(rights, APPOINT, appointment.unit)
    new = _known(by, person)
    if new.pk == appointment.person_id:
        raise AppointmentError(_("Det är samma person som har uppdraget. Välj någon annan."))
    Person.objects.select_for_update().get(pk=new.pk)
    Unit.objects.select_for_update().get(pk=appointment.unit_id)
    old = _locked(appointment)
    if old.state != AppointmentState.ACCEPTED or _passed(old):
        raise AppointmentError(_("Uppdraget är inte längre någons, så det kan inte lämnas över."))
    if terms.starts_on <= old.starts_on:
        raise AppointmentError(
            _("Den nya måste börja senare än den som har uppdraget gjorde. Inget är ändrat.")
        )
    successor = old.followed_by.filter(state__in=OPEN_STATES).select_related("person").first()
    if successor is not None:
        text = _("Uppdraget lämnas redan över till %(person)s. Avsluta det först, om det är fel.")
        raise AppointmentError(text % {"person": successor.person.name})
    return _proposed(by, manager, new, old.role_type, old.unit, terms, old, True)


@transaction.atomic
def accept(*, person: Person, appointment: Appointment) -> Appointment:
    """Say yes, by the person alone; the one who is followed ends the day before.

    PermissionDenied for anyone else; AppointmentError when it has been answered or withdrawn.
    """
    found = _answered(person, appointment, AppointmentState.ACCEPTED)
    today = timezone.localdate()
    if found.follows_id is not None:
        found.starts_on = max(found.starts_on, today)
    if found.ends_on is not None and found.ends_on < max(found.starts_on, today):
        raise AppointmentError(_("Uppdragets sista dag har passerat. Be om ett nytt."))
    if found.unit.closed_on is not None and found.unit.closed_on <= today:
        raise AppointmentError(_("Enheten är stängd, så uppdraget går inte att ta."))
    found.save(update_fields=["state", "answered_at", "starts_on"])
    _record(Actor(person.name, str(person.key)), "appointment accepted", found)
    if found.follows is not None:
        _end_before(person, found.follows, found)
    _tell_manager("appointment-accepted", found)
    return found


def _end_before(person: Person, before: Appointment, successor: Appointment) -> None:
    """End the one who is followed the day before the successor's first day."""
    old = _locked(before)
    last = successor.starts_on - A_DAY
    if old.state != AppointmentState.ACCEPTED or (old.ends_on and old.ends_on <= last):
        return
    reason = _("Lämnades över till %(person)s") % {"person": successor.person.name}
    old.ends_on, old.end_reason = max(last, old.starts_on), reason[:300]
    if old.ends_on < timezone.localdate():
        _become(old, AppointmentState.ENDED)
    old.save(update_fields=["state", "ends_on", "end_reason"])
    _record(Actor(person.name, str(person.key)), "appointment handed over", old)
    letters.send(
        "appointment-handed-over", old.person, old, "handed over", successor=successor.person.name
    )


@transaction.atomic
def decline(*, person: Person, appointment: Appointment, reason: str = "") -> Appointment:
    """Say no, by the person alone; the manager gets a letter with the reason if there is one."""
    found = _answered(person, appointment, AppointmentState.DECLINED)
    found.end_reason = reason.strip()[:300]
    found.save(update_fields=["state", "answered_at", "end_reason"])
    _record(Actor(person.name, str(person.key)), "appointment declined", found)
    _tell_manager("appointment-declined", found)
    return found


def _answered(person: Person, appointment: Appointment, state: AppointmentState) -> Appointment:
    if appointment.person_id != person.pk or not person.is_active:
        raise PermissionDenied
    found = _locked(appointment)
    if found.state != AppointmentState.PROPOSED:
        raise AppointmentError(_("Uppdraget är redan besvarat eller tillbakadraget."))
    _become(found, state)
    found.answered_at = timezone.now()
    return found


@transaction.atomic
def change(
    *,
    by: Actor,
    rights: Rights,
    appointment: Appointment,
    ends_on: date | None,
    training: str,
    plan: str,
    trained_on: date | None = None,
) -> Appointment:
    """Change last day, training and plan; the person gets a letter if anything differs.

    AppointmentError when it is over, or would end before it begins or before today: ending has
    a step of its own.
    """
    require(rights, APPOINT, appointment.unit)
    found = _locked(appointment)
    if found.state not in OPEN_STATES or _passed(found):
        raise AppointmentError(_("Uppdraget är avslutat och kan inte ändras."))
    if ends_on != found.ends_on and ends_on is not None:
        _check_days(max(found.starts_on, timezone.localdate()), ends_on)
    values = {
        "ends_on": ends_on,
        "training": training.strip(),
        "trained_on": trained_on,
        "plan": plan.strip(),
    }
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, values[name])
    found.save(update_fields=changed)
    entry = _record(by, "appointment changed", found, changed=changed)
    texts = {"training": found.training, "plan": found.plan}
    letters.send("appointment-changed", found.person, found, f"changed {entry}", **texts)
    return found


@transaction.atomic
def end(
    *, by: Actor, rights: Rights, appointment: Appointment, last_day: date, reason: str = ""
) -> Appointment:
    """End it; `last_day` is the last day that it holds. What waits or begins later is withdrawn.

    It holds through the last day, if that is today or later. AppointmentError when it is over
    already, when the last day is before the first, or after the one that was decided.
    """
    require(rights, APPOINT, appointment.unit)
    found = _locked(appointment)
    if found.state not in OPEN_STATES or _passed(found):
        raise AppointmentError(_("Uppdraget är redan avslutat."))
    withdrawn = found.state == AppointmentState.PROPOSED or found.starts_on > timezone.localdate()
    if not withdrawn:
        _check_days(found.starts_on, last_day)
        if found.ends_on is not None and last_day >= found.ends_on:
            raise AppointmentError(_("Uppdraget slutar redan senast den dagen. Inget är ändrat."))
        found.ends_on = last_day
    if withdrawn or last_day < timezone.localdate():
        _become(found, AppointmentState.ENDED)
    found.end_reason = reason.strip()[:300]
    found.save(update_fields=["state", "ends_on", "end_reason"])
    entry = _record(by, "appointment ended", found, reason=found.end_reason)
    letter = "appointment-withdrawn" if withdrawn else "appointment-ended"
    letters.send(letter, found.person, found, f"ended {entry}", reason=found.end_reason)
    return found


@transaction.atomic
def end_for_leaver(*, by: Actor, person: Person) -> int:
    """End all that a person has who deletes their account; gives how many.

    What is accepted ends today and what waits is withdrawn. The units stand on the gap list and
    in the managers' weekly letter; the person gets none.
    """
    today = timezone.localdate()
    mine = whole().filter(person=person, state__in=OPEN_STATES).order_by("pk")
    count = 0
    for found in mine.select_for_update(of=("self",)):
        if found.state == AppointmentState.ACCEPTED and found.starts_on <= today:
            found.ends_on = min(found.ends_on or today, today)
        _become(found, AppointmentState.ENDED)
        found.save(update_fields=["state", "ends_on"])
        _record(by, "appointment ended", found, reason="account deleted")
        count += 1
    return count


@transaction.atomic
def close_passed(*, by: Actor, today: date) -> int:
    """Mark those as ended whose last day has passed; gives how many. Twice does nothing more."""
    passed = whole().filter(state__in=OPEN_STATES, ends_on__lt=today).order_by("pk")
    return sum(_close(by, found) for found in passed.select_for_update(of=("self",)))


def _close(by: Actor, found: Appointment) -> int:
    _become(found, AppointmentState.ENDED)
    found.save(update_fields=["state"])
    _record(by, "appointment ended", found, reason="last day passed")
    return 1


def _become(appointment: Appointment, state: AppointmentState) -> None:
    """Go on to the state; AppointmentError for one that can't be gone to from here."""
    if not may_become(appointment.state, state):
        raise AppointmentError(_("Uppdraget är redan avslutat."))
    appointment.state = state


def _passed(appointment: Appointment) -> bool:
    return appointment.ends_on is not None and appointment.ends_on < timezone.localdate()


def _locked(appointment: Appointment) -> Appointment:
    return whole().select_for_update(of=("self",)).get(pk=appointment.pk)


def _tell_manager(template: str, appointment: Appointment) -> None:
    reason = appointment.end_reason
    for manager in managers_of(appointment, Holders.of(APPOINT)):
        letters.send(template, manager, appointment, "answered", reason=reason)


def _record(by: Actor, verb: str, appointment: Appointment, **details: object) -> int:
    """Write to the audit; gives the entry's number."""
    told: dict[str, object] = {
        "role": appointment.role_type.code,
        "unit": appointment.unit.name,
        "from": appointment.starts_on.isoformat(),
        "until": appointment.ends_on.isoformat() if appointment.ends_on else "",
    }
    entry = record(
        by=by,
        verb=verb,
        subject=Subject("appointment", str(appointment), str(appointment.key)),
        scope=appointment.unit.scope,
        details=told | details,
    )
    return int(entry.pk)
