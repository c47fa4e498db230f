"""What still leans on a unit or an organisation, so that it isn't closed without a word."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from samling.organisations.choices import AppointmentState
from samling.organisations.models import Appointment, Membership, Organisation, Unit

OPEN_STATES = (AppointmentState.PROPOSED, AppointmentState.ACCEPTED)


@dataclass(frozen=True)
class Standing:
    """Open units below, appointments and memberships that haven't ended."""

    units: int = 0
    appointments: int = 0
    memberships: int = 0

    def __bool__(self) -> bool:
        return bool(self.units or self.appointments or self.memberships)


def not_ended() -> Q:
    """Rows whose last day hasn't passed."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())


def goes_on() -> Q:
    """Rows that hold after today as well: what ends today stands in nobody's way."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=timezone.localdate())


def subtree(unit: Unit) -> QuerySet[Unit]:
    """The unit and everything below it, open or closed."""
    return Unit.objects.filter(path__startswith=unit.path)


def open_appointments(units: QuerySet[Unit]) -> QuerySet[Appointment]:
    """Appointments in the units that wait for an answer, or hold after today."""
    return Appointment.objects.filter(goes_on(), unit__in=units, state__in=OPEN_STATES)


def of_unit(unit: Unit) -> Standing:
    """What leans on a unit and on those below it."""
    units = subtree(unit)
    return Standing(
        units=units.filter(closed_on__isnull=True).exclude(pk=unit.pk).count(),
        appointments=open_appointments(units).count(),
        memberships=Membership.objects.filter(goes_on(), unit__in=units).count(),
    )


def of_organisation(organisation: Organisation) -> Standing:
    """What leans on an organisation."""
    units = Unit.objects.filter(organisation=organisation)
    return Standing(
        units=units.filter(closed_on__isnull=True).count(),
        appointments=open_appointments(units).count(),
        memberships=Membership.objects.filter(goes_on(), organisation=organisation).count(),
    )
