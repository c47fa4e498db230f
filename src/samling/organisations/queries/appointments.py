"""What is read of appointments: which hold today, one's own, a manager's list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from samling.accounts.models import Person
from samling.organisations.choices import OPEN_STATES, AppointmentState
from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.queries.reach import Reach
from samling.organisations.rules import APPOINT, READ_APPOINTMENTS
from samling.ui.access import Rights

SOON = timedelta(days=90)
ACTIVE, WAITING, ENDING, MISSING = "aktiva", "vantar", "slutar", "saknas"


def active(*, on: date | None = None) -> Q:
    """That an appointment is accepted and its dates cover the day, in Sweden today if none."""
    day = on or timezone.localdate()
    return Q(state=AppointmentState.ACCEPTED, starts_on__lte=day) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def whole() -> QuerySet[Appointment]:
    """Appointments with all that a row or a letter tells of them."""
    return Appointment.objects.select_related(
        "person", "role_type", "unit__organisation__area", "unit__area", "appointed_by"
    )


def role_name(role_type: RoleType, language: str = "") -> str:
    """The role's name in a language, the reader's if none is given."""
    english = (language or get_language() or "sv").startswith("en")
    return role_type.name_en if english else role_type.name_sv


def role_description(role_type: RoleType, language: str = "") -> str:
    """What the role is, in a language, the reader's if none is given."""
    english = (language or get_language() or "sv").startswith("en")
    return role_type.description_en if english else role_type.description_sv


def mine(person: Person) -> QuerySet[Appointment]:
    """A person's own appointments, those that wait for an answer first."""
    return whole().filter(person=person).order_by("answered_at", "-starts_on", "pk")


def waiting_for_answer(person: Person) -> QuerySet[Appointment]:
    """The appointments that the person has yet to say yes or no to."""
    return whole().filter(person=person, state=AppointmentState.PROPOSED)


@dataclass(frozen=True)
class Choice:
    """What a list is narrowed to: an organisation's pk, an area's code; None and "" are none."""

    role_type: RoleType | None = None
    organisation: int | None = None
    area: str = ""
    state: str = ""

    def units(self, at: str = "") -> Q:
        """The condition on units; `at` is the way to the unit ("unit__")."""
        found = Q()
        if self.organisation is not None:
            found &= Q(**{f"{at}organisation": self.organisation})
        if self.area:
            code = self.area
            own = Q(**{f"{at}area__code": code}) | Q(**{f"{at}area__parent_code": code})
            inherited = Q(**{f"{at}area__isnull": True}) & (
                Q(**{f"{at}organisation__area__code": code})
                | Q(**{f"{at}organisation__area__parent_code": code})
            )
            found &= own | inherited
        return found


def follows(rights: Rights) -> Reach:
    """The units where someone follows appointments or looks after them."""
    return Reach.of(rights, READ_APPOINTMENTS, APPOINT)


def followed(reach: Reach, choice: Choice, *, on: date | None = None) -> QuerySet[Appointment]:
    """The appointments of the units within reach, narrowed by the choice.

    Without a state those that are open: waiting for an answer, or holding now or later.
    """
    day = on or timezone.localdate()
    within = reach.condition("unit__") & choice.units("unit__")
    found = Appointment.objects.filter(within, state_of(choice.state, day))
    if choice.role_type is not None:
        found = found.filter(role_type=choice.role_type)
    return found.order_by("unit__organisation__name", "unit__name", "person__name", "pk")


def in_order(keys: Iterable[int]) -> list[Appointment]:
    """The appointments with all that a row tells, in the order of the keys.

    A page's keys are found first: sorting all appointments with all that is told takes longer.
    """
    listed = list(keys)
    found = whole().in_bulk(listed)
    return [found[key] for key in listed if key in found]


def state_of(state: str, day: date) -> Q:
    """The condition of a state in the filter; open ones for a state that isn't one."""
    if state == ACTIVE:
        return active(on=day)
    if state == WAITING:
        return Q(state=AppointmentState.PROPOSED)
    if state == ENDING:
        return active(on=day) & Q(ends_on__lte=day + SOON)
    passed = Q(ends_on__isnull=False, ends_on__lt=day)
    return Q(state__in=OPEN_STATES) & ~passed


def of_unit(unit: Unit) -> QuerySet[Appointment]:
    """The unit's open appointments, for a page about the unit."""
    return whole().filter(state_of("", timezone.localdate()), unit=unit).order_by("starts_on")


def appointment_data(person: Person) -> dict[str, Any]:
    """What is known of a person's appointments, for their own export."""
    return {
        "appointments": [
            {
                "role": appointment.role_type.name_sv,
                "unit": appointment.unit.name,
                "organisation": appointment.unit.organisation.name,
                "state": appointment.state,
                "from": _iso(appointment.starts_on),
                "until": _iso(appointment.ends_on),
                "training": appointment.training,
                "trained on": _iso(appointment.trained_on),
                "plan": appointment.plan,
                "appointed by": appointment.appointed_by.name if appointment.appointed_by else "",
                "appointed": _iso(appointment.appointed_at),
                "answered": _iso(appointment.answered_at),
                "end reason": appointment.end_reason,
            }
            for appointment in mine(person)
        ]
    }


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
