"""Scheduled work of this room; each is safe to do twice or late."""

from __future__ import annotations

from datetime import date

from samling.audit.actions import Actor
from samling.organisations.actions import agreements, appointments, reminders

SYSTEM = Actor("samling scheduled")


def look_after_appointments(*, today: date) -> str:
    """Close those whose last day has passed, and remind of answers, ends and gaps."""
    closed = appointments.close_passed(by=SYSTEM, today=today)
    answers = reminders.remind_of_answers(today=today)
    ends = reminders.remind_of_ends(today=today)
    gaps = reminders.tell_of_gaps(today=today)
    return f"{closed} closed; letters: {answers} unanswered, {ends} ending, {gaps} gaps"


def warn_of_agreements(*, today: date) -> str:
    """Warn of agreements that run out or have."""
    return f"{agreements.warn_of_agreements(today=today)} letters"
