"""Who may do what with an organisation or a unit: the scopes that a permission may be held in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from samling.accounts.models import Person
from samling.organisations.choices import TRANSITIONS, AppointmentState
from samling.organisations.models import Appointment, Organisation, Unit
from samling.places.models import Area
from samling.ui.access import EVERYWHERE, Rights

REGISTRY = "organisations.manage"
PEOPLE = "people.read"
APPOINT = "appointments.manage"
READ_APPOINTMENTS = "appointments.read"
AGREEMENTS = "agreements.manage"


def scopes_of(subject: Organisation | Unit) -> tuple[str, ...]:
    """The subject's own scope and those above it: units up the tree, organisation, area."""
    if isinstance(subject, Organisation):
        return (subject.scope, *area_scopes(subject.area))
    above = [f"unit:{key}" for key in subject.path.strip("/").split("/") if key]
    return (*above, *scopes_of(subject.organisation))


def area_scopes(area: Area | None) -> tuple[str, ...]:
    """The area's scope and those of the areas that it lies in: who has the county has each part."""
    codes = []
    while area is not None:
        codes.append(f"area:{area.code}")
        area = area.parent
    return tuple(codes)


def require(rights: Rights, permission: str, subject: Organisation | Unit) -> None:
    """PermissionDenied unless the permission is held for the subject or above it."""
    if not rights.can(permission, scopes_of(subject)):
        raise PermissionDenied


def may_found(rights: Rights, area: Area | None) -> bool:
    """Whether someone may make an organisation in the area: who looks after a whole area may."""
    return rights.can(REGISTRY, area_scopes(area))


def may_found_somewhere(rights: Rights) -> bool:
    """Whether someone may make an organisation in some area."""
    mine = rights.scopes(REGISTRY)
    return any(scope == EVERYWHERE or scope.startswith("area:") for scope in mine)


def may_read_appointment(rights: Rights, person: Person, appointment: Appointment) -> bool:
    """Whether someone may see the appointment: their own, or one that they follow or look after."""
    scopes = scopes_of(appointment.unit)
    return (
        appointment.person_id == person.pk
        or rights.can(READ_APPOINTMENTS, scopes)
        or rights.can(APPOINT, scopes)
    )


def may_answer(person: Person, appointment: Appointment) -> bool:
    """Whether someone may say yes or no: only the one who is asked, while it is asked."""
    return appointment.person_id == person.pk and appointment.state == AppointmentState.PROPOSED


def may_become(state: str, after: AppointmentState) -> bool:
    """Whether an appointment in a state may go on to another."""
    return after in TRANSITIONS[AppointmentState(state)]
