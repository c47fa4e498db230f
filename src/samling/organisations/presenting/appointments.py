"""Appointments in words, as facts and as tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from samling.organisations.choices import AppointmentState
from samling.organisations.models import Appointment
from samling.organisations.queries.appointments import role_name
from samling.ui import components as ui
from samling.ui.formats import capitalised, full_date, short_date, short_span


def state_text(appointment: Appointment, *, on: date | None = None) -> str:
    """Where the appointment is, in words: "gäller", "börjar 1 dec. 2026", "väntar på svar"."""
    day = on or timezone.localdate()
    state = appointment.state
    if appointment.ends_on is not None and appointment.ends_on < day:
        if state == AppointmentState.ACCEPTED:
            return gettext("avslutat")
        if state == AppointmentState.PROPOSED:
            return gettext("obesvarat, tiden har gått ut")
    if state == AppointmentState.ACCEPTED:
        if appointment.starts_on > day:
            return gettext("börjar %(day)s") % {"day": short_date(appointment.starts_on)}
        return gettext("gäller")
    return {
        AppointmentState.PROPOSED: gettext("väntar på svar"),
        AppointmentState.DECLINED: gettext("tackade nej"),
    }.get(AppointmentState(state)) or (
        gettext("avslutat") if appointment.answered_at else gettext("tillbakadraget")
    )


def time_text(appointment: Appointment) -> str:
    """ "1 dec. 2026–30 nov. 2028", or "från 1 dec. 2026"."""
    return short_span(appointment.starts_on, appointment.ends_on)


def title_of(appointment: Appointment) -> str:
    """ "Barnrättspilot, Förskolan Solrosen"."""
    return f"{role_name(appointment.role_type)}, {appointment.unit.name}"


def facts_of(appointment: Appointment) -> tuple[ui.Fact, ...]:
    """All that is known of it; what isn't known is left out."""
    unit = appointment.unit
    manager = appointment.appointed_by
    pairs = (
        (gettext("Person"), appointment.person.name),
        (gettext("Uppdrag"), role_name(appointment.role_type)),
        (gettext("Enhet"), f"{unit.name}, {unit.organisation.name}"),
        (gettext("Läge"), capitalised(state_text(appointment))),
        (gettext("Första dag"), capitalised(full_date(appointment.starts_on))),
        (gettext("Sista dag"), _day(appointment.ends_on) or gettext("Tills vidare")),
        (gettext("Utbildning"), appointment.training),
        (gettext("Utbildad"), _day(appointment.trained_on)),
        (gettext("Plan"), appointment.plan),
        (_manager_title(appointment), manager.name if manager else ""),
        (_reason_title(appointment), appointment.end_reason),
    )
    return tuple(ui.Fact(term, text) for term, text in pairs if text)


def _manager_title(appointment: Appointment) -> str:
    """Who has not said yes has not been appointed, only asked."""
    asked = appointment.answered_at is None or appointment.state == AppointmentState.DECLINED
    return gettext("Tillfrågades av") if asked else gettext("Utsågs av")


def _reason_title(appointment: Appointment) -> str:
    declined = appointment.state == AppointmentState.DECLINED
    return gettext("Hälsning") if declined else gettext("Varför det slutar")


def _day(day: date | None) -> str:
    return capitalised(full_date(day)) if day else ""


@dataclass(frozen=True)
class Listed:
    """An appointment as the unit's page lists it."""

    title: str
    address: str
    detail: str


def listed(appointments: Iterable[Appointment]) -> list[Listed]:
    """Each with its role and person, where it is and its time."""
    return [
        Listed(
            f"{role_name(found.role_type)}: {found.person.name}",
            reverse("organisations:appointment", args=[found.key]),
            f"{capitalised(state_text(found))} · {time_text(found)}",
        )
        for found in appointments
    ]


def table_of(appointments: Iterable[Appointment]) -> ui.Table:
    """A manager's list."""
    columns = (
        ui.Column(gettext("Person")),
        *ui.text_columns(gettext("Uppdrag"), gettext("Enhet"), gettext("Läge"), gettext("Tid")),
    )
    rows = tuple(
        ui.Row(
            found.person.name,
            (
                ui.Cell(role_name(found.role_type)),
                ui.Cell(f"{found.unit.name}, {found.unit.organisation.name}"),
                ui.Cell(capitalised(state_text(found))),
                ui.Cell(time_text(found)),
            ),
            address=reverse("organisations:appointment", args=[found.key]),
        )
        for found in appointments
    )
    return ui.Table("uppdrag", gettext("Uppdrag"), columns, rows, caption_hidden=True)
