"""Reports of messages that were taken and could not be delivered."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from samling.audit.actions import Actor, record
from samling.mail.actions.staff import subject_of
from samling.mail.choices import State
from samling.mail.models import Message
from samling.mail.reports import read_report

SERVER = Actor("e-postservern")


@transaction.atomic
def record_bounce(raw: bytes) -> Message | None:
    """Mark the message that a report of delivery is about as bounced.

    None, and nothing done, if the mail is no report of a failure (an automatic reply, a delay),
    is of no message of ours, or has been received already. A message that was being tried again
    or was unsure has been handed over at least once, so it bounced too and isn't sent again.
    """
    report = read_report(raw)
    if report is None:
        return None
    found = Message.objects.select_for_update().filter(message_id=report.message_id).first()
    if found is None or found.state in (State.BOUNCED, State.CANCELLED):
        return None
    found.state, found.problem = State.BOUNCED, report.reason
    found.sent_at = found.sent_at or timezone.now()
    found.claimed_at, found.claimed_by = None, ""
    found.save(update_fields=["state", "problem", "sent_at", "claimed_at", "claimed_by"])
    record(
        by=SERVER,
        verb="mail bounced",
        subject=subject_of(found),
        scope=found.scope,
        details={"reason": report.reason},
    )
    return found
