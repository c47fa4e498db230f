"""Scheduled work of this room; each is safe to do twice or late."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from samling.audit.actions import Actor
from samling.mail.registry import scheduled_work
from samling.organisations.actions import agreements, appointments, reminders
from samling.organisations.actions.importing import drafts

SYSTEM = Actor("samling scheduled")


@scheduled_work(
    _("Påminna om uppdrag"),
    _(
        "Avslutar uppdrag vars sista dag har gått. Mejlar om uppdrag som väntar på svar eller "
        "snart tar slut, och om enheter som saknar någon i ett uppdrag."
    ),
)
def look_after_appointments(*, today: date) -> str:
    """Close those whose last day has passed, and remind of answers, ends and gaps."""
    closed = appointments.close_passed(by=SYSTEM, today=today)
    answers = reminders.remind_of_answers(today=today)
    ends = reminders.remind_of_ends(today=today)
    gaps = reminders.tell_of_gaps(today=today)
    return f"{closed} closed; letters: {answers} unanswered, {ends} ending, {gaps} gaps"


@scheduled_work(
    _("Varna för överenskommelser som går ut"),
    _("Mejlar den som ansvarar när en överenskommelse snart går ut eller har gått ut."),
)
def warn_of_agreements(*, today: date) -> str:
    """Warn of agreements that run out or have."""
    return f"{agreements.warn_of_agreements(today=today)} letters"


@scheduled_work(
    _("Ta bort filer som ingen läste in"),
    _("Tar bort filer som har förhandsvisats men inte lästs in inom ett dygn."),
)
def clear_old_drafts(*, today: date) -> str:
    """Forget previews of files that nobody applied."""
    return f"{drafts.clear_old_drafts()} forgotten files cleared"
