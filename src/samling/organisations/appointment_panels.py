"""What someone's start page shows of appointments and agreements."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from samling.accounts.rules import person_of
from samling.organisations.models import Agreement
from samling.organisations.presenting.appointments import title_of
from samling.organisations.queries.agreements import soon_out
from samling.organisations.queries.appointments import Choice, follows, mine, waiting_for_answer
from samling.organisations.queries.coverage import by_organisation, total
from samling.organisations.queries.gaps import required_roles
from samling.organisations.rules import AGREEMENTS, APPOINT, READ_APPOINTMENTS
from samling.ui import components as ui
from samling.ui.access import rights
from samling.ui.formats import number, short_date


def tools(request: HttpRequest) -> tuple[ui.Card, ...]:
    """What the person may look after or has: own appointments, coverage, gaps, agreements."""
    may = rights(request)
    cards = []
    if mine(person_of(request)).exists():
        cards.append(
            _card(gettext("Mina uppdrag"), "my_appointments", gettext("Plan och utbildning."))
        )
    if may.can_anywhere(READ_APPOINTMENTS):
        cards.append(
            _card(gettext("Uppdrag"), "appointments", gettext("Vem som har vilket uppdrag."))
        )
        cards.append(
            _card(
                gettext("Täckning"), "coverage", gettext("Var det finns någon och var det saknas.")
            )
        )
    if may.can_anywhere(AGREEMENTS):
        cards.append(
            _card(gettext("Överenskommelser"), "agreements", gettext("Vad som gäller och går ut."))
        )
    return tuple(cards)


def awaiting(request: HttpRequest) -> tuple[ui.Card, ...]:
    """What waits for the person: an answer, units without anyone, agreements to renew."""
    cards = [
        ui.Card(
            title_of(asked),
            reverse("organisations:appointment", args=[asked.key]),
            gettext("Vill du ha uppdraget? Svara ja eller nej."),
            tag=ui.Tag(gettext("Börjar %(day)s") % {"day": short_date(asked.starts_on)}, "info"),
        )
        for asked in waiting_for_answer(person_of(request))
    ]
    return (*cards, *_gaps(request), *_agreements(request))


def _gaps(request: HttpRequest) -> list[ui.Card]:
    """Only those who can do something about a gap are told of it here."""
    if not rights(request).can_anywhere(APPOINT):
        return []
    reach, missing = follows(rights(request)), 0
    for role in required_roles():
        whole = total(by_organisation(reach, role, Choice()))
        missing += whole.missing if whole else 0
    if not missing:
        return []
    count = ngettext("%(count)s enhet", "%(count)s enheter", missing) % {"count": number(missing)}
    return [
        ui.Card(
            gettext("Luckor"),
            reverse("organisations:gaps"),
            gettext("Enheter som saknar någon i ett uppdrag."),
            tag=ui.Tag(count, "warning"),
        )
    ]


def _agreements(request: HttpRequest) -> list[ui.Card]:
    if not rights(request).can_anywhere(AGREEMENTS):
        return []
    return [
        ui.Card(
            f"{found.name}, {found.organisation.name}",
            reverse("organisations:agreement", args=[found.key]),
            gettext("Förnya eller avsluta."),
            tag=_last_day(found),
        )
        for found in soon_out(rights(request))
    ]


def _last_day(found: Agreement) -> ui.Tag:
    day = {"day": short_date(found.expires_on)}
    if found.expires_on < timezone.localdate():
        return ui.Tag(gettext("Gick ut %(day)s") % day, "danger")
    return ui.Tag(gettext("Går ut %(day)s") % day, "warning")


def _card(title: str, name: str, text: str) -> ui.Card:
    return ui.Card(title, reverse(f"organisations:{name}"), text)
