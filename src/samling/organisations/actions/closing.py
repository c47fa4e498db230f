"""What is ended with a unit or an organisation that closes."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samling.audit.actions import Actor, Subject, record
from samling.organisations.actions import appointment_letters as letters
from samling.organisations.actions.history import RegistryError
from samling.organisations.choices import AppointmentState
from samling.organisations.models import Appointment, Membership, Organisation, Unit
from samling.organisations.queries.standing import Standing, goes_on, open_appointments


def standing_in_words(standing: Standing) -> str:
    """ "3 enheter, 1 uppdrag och 2 medlemskap", leaving out what there is none of."""
    counts = (
        (standing.units, ngettext("%(n)s öppen enhet", "%(n)s öppna enheter", standing.units)),
        (standing.appointments, ngettext("%(n)s uppdrag", "%(n)s uppdrag", standing.appointments)),
        (
            standing.memberships,
            ngettext("%(n)s medlemskap", "%(n)s medlemskap", standing.memberships),
        ),
    )
    parts = [words % {"n": count} for count, words in counts if count]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s och %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def refuse_what_stands(standing: Standing) -> None:
    """RegistryError if anything still leans on what is to be closed."""
    if standing:
        raise RegistryError(
            _(
                "Stänger inte: här finns %(what)s. Flytta eller avsluta dem först, eller välj att "
                "stänga och avsluta allt på en gång."
            )
            % {"what": standing_in_words(standing)}
        )


def end_what_stands(
    by: Actor,
    *,
    reason: str,
    units: QuerySet[Unit],
    organisation: Organisation | None = None,
) -> dict[str, int]:
    """End the appointments and memberships of the units today; with an organisation all of its."""
    today = timezone.localdate()
    memberships = Membership.objects.filter(unit__in=units)
    if organisation is not None:
        memberships = Membership.objects.filter(organisation=organisation)
    appointments = list(
        open_appointments(units)
        .select_for_update(of=("self",))
        .select_related("person", "role_type", "unit__organisation")
    )
    for appointment in appointments:
        begun = appointment.state == AppointmentState.ACCEPTED and appointment.starts_on <= today
        end_appointment(by, appointment, reason=reason, on=today)
        template = "appointment-ended" if begun else "appointment-withdrawn"
        letters.send(template, appointment.person, appointment, "closed", reason=reason)
    ended = 0
    for membership in memberships.filter(goes_on()).select_related(
        "person", "unit", "organisation"
    ):
        end_one_membership(by, membership, on=today)
        ended += 1
    return {"appointments ended": len(appointments), "memberships ended": ended}


def last_day(row: Membership | Appointment, on: date) -> date:
    """The day, or the first one where that is later: nothing ends before it begins."""
    return max(row.starts_on, on)


def end_one_membership(by: Actor, membership: Membership, *, on: date) -> None:
    """End a membership; one that was to begin later ends on its first day."""
    membership.ends_on = last_day(membership, on)
    membership.save(update_fields=["ends_on"])
    subject = Subject("person", membership.person.name, str(membership.person.key))
    scope = (membership.unit or membership.organisation).scope
    place = (membership.unit or membership.organisation).name
    details = {"in": place, "last day": membership.ends_on.isoformat()}
    record(by=by, verb="membership ended", subject=subject, scope=scope, details=details)


def end_appointment(by: Actor, appointment: Appointment, *, reason: str, on: date) -> None:
    """End an appointment whose unit is no more."""
    appointment.state = AppointmentState.ENDED
    appointment.ends_on = last_day(appointment, on)
    appointment.end_reason = reason[:300]
    appointment.save(update_fields=["state", "ends_on", "end_reason"])
    subject = Subject("appointment", str(appointment), str(appointment.key))
    details = {"reason": reason, "last day": appointment.ends_on.isoformat()}
    record(
        by=by,
        verb="appointment ended",
        subject=subject,
        scope=appointment.unit.scope,
        details=details,
    )
