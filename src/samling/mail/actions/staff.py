"""What staff do with a message."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.audit.actions import Actor, Subject, record
from samling.mail.actions.delivery import deliver_when_committed
from samling.mail.choices import State
from samling.mail.models import Message
from samling.mail.rules import can_be_retried, can_be_stopped


class StateError(Exception):
    """A message is not in a state where this can be done to it; the text is for people."""


@transaction.atomic
def retry(*, by: Actor, message: Message) -> Message:
    """Send a message again at once that waits, failed, bounced or is unsure, with all its attempts.

    StateError in any other state, and when the text has been cleared.
    """
    locked = _locked(message)
    if not can_be_retried(locked):
        raise StateError(_("Det här mejlet kan inte skickas igen. Inget ändrades."))
    locked.state, locked.attempts = State.WAITING, 0
    locked.next_attempt_at, locked.sent_at = timezone.now(), None
    locked.save(update_fields=["state", "attempts", "next_attempt_at", "sent_at"])
    record(by=by, verb="mail retried", subject=subject_of(locked), scope=locked.scope)
    deliver_when_committed()
    return locked


@transaction.atomic
def cancel(*, by: Actor, message: Message) -> Message:
    """Stop a message for good that waits, failed or is unsure; a secret one loses its text.

    StateError when it is sent, stopped already or on its way.
    """
    locked = _locked(message)
    if not can_be_stopped(locked):
        raise StateError(_("Mejlet är redan skickat, stoppat eller på väg. Inget ändrades."))
    locked.state = State.CANCELLED
    if locked.secret:
        locked.subject = locked.text = locked.html = ""
    locked.save(update_fields=["state", "subject", "text", "html"])
    record(by=by, verb="mail stopped", subject=subject_of(locked), scope=locked.scope)
    return locked


def subject_of(message: Message) -> Subject:
    """The message as the audit names it."""
    return Subject("message", f"{message.template}: {message.to}", str(message.message_id))


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)
