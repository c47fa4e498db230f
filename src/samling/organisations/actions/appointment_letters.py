"""The letters about appointments: one function for each, queued in the change's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.accounts.queries.addresses import can_sign_in
from samling.mail.actions import queue
from samling.organisations.models import Appointment
from samling.organisations.queries.appointments import role_description, role_name
from samling.ui.addresses import in_letters
from samling.ui.formats import full_date


def address(name: str, language: str, *arguments: object) -> str:
    """The whole address of a page, in the reader's language."""
    with translation.override(language):
        return in_letters(reverse(name, args=arguments))


def day_text(day: date | None, language: str) -> str:
    """A day in full; nothing for none."""
    with translation.override(language):
        return full_date(day) if day else ""


def facts(appointment: Appointment, language: str) -> dict[str, str]:
    """What every letter about an appointment may tell."""
    unit = appointment.unit
    return {
        "person": appointment.person.name,
        "role": role_name(appointment.role_type, language),
        "unit": f"{unit.name}, {unit.organisation.name}",
        "starts": day_text(appointment.starts_on, language),
        "ends": day_text(appointment.ends_on, language),
        "address": address("organisations:appointment", language, appointment.key),
    }


def send(template: str, to: Person, appointment: Appointment, key: str, **values: str) -> None:
    """Queue a letter about an appointment; the same `key` for it and the receiver is sent once."""
    if not to.is_active:
        return
    queue(
        key=f"appointment:{appointment.key}:{key}:{to.pk}",
        template=template,
        to=to.email,
        language=to.language,
        context={"name": to.name, **facts(appointment, to.language), **values},
        scope=appointment.unit.scope,
    )


def first_time(person: Person) -> dict[str, str]:
    """Where to choose a password, for someone who has no way to sign in; else an empty text."""
    first = "" if can_sign_in(person) else address("account_reset_password", person.language)
    return {"first": first, "email": person.email}


def send_proposals(person: Person, appointments: Iterable[Appointment], manager: str) -> None:
    """One letter that asks the person to answer, about one appointment or several.

    To someone who has no way to sign in yet it is the invitation too: it says how to choose a
    password, which only who reads mail to the address can do.
    """
    asked = sorted(appointments, key=lambda appointment: appointment.pk)
    language = person.language
    one = asked[0] if len(asked) == 1 else None
    where = (
        address("organisations:appointment", language, one.key)
        if one
        else address("organisations:my_appointments", language)
    )
    queue(
        key=f"appointment:{asked[0].key}:proposed:{person.pk}",
        template="appointment-proposed",
        to=person.email,
        language=language,
        context={
            "name": person.name,
            "manager": manager,
            "what": "\n".join(_line(appointment, language) for appointment in asked),
            "several": "" if one else str(len(asked)),
            "description": role_description(one.role_type, language) if one else "",
            "training": one.training if one else "",
            "plan": one.plan if one else "",
            "address": where,
            **first_time(person),
        },
        scope=asked[0].unit.scope,
    )


def _line(appointment: Appointment, language: str) -> str:
    """ "Barnrättspilot för Förskolan, Kommunen, från och med ... till och med ..."."""
    told = facts(appointment, language)
    with translation.override(language):
        text = (
            _("%(role)s för %(unit)s, från och med %(starts)s till och med %(ends)s")
            if told["ends"]
            else _("%(role)s för %(unit)s, från och med %(starts)s")
        )
        return text % told
