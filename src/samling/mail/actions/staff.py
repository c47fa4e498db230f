"""What staff do with a message."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.audit.actions import Actor, Subject, record
from samling.mail.actions.delivery import ask_for_delivery
from samling.mail.choices import State
from samling.mail.models import Message


class StateError(Exception):
    """A message is not in a state where this can be done to it; the text is for people."""


@transaction.atomic
def retry(*, by: Actor, message: Message) -> Message:
    """Try a failed or waiting message again at once, with all its attempts before it.

    StateError when it is sent, stopped or on its way.
    """
    locked = _locked(message)
    if locked.state not in (State.FAILED, State.WAITING):
        raise StateError(_("Bara ett meddelande som väntar eller inte kom fram kan skickas igen."))
    locked.state, locked.attempts, locked.next_attempt_at = State.WAITING, 0, timezone.now()
    locked.save(update_fields=["state", "attempts", "next_attempt_at"])
    record(by=by, verb="mail retried", subject=_subject(locked), scope=locked.scope)
    transaction.on_commit(ask_for_delivery, robust=True)
    return locked


@transaction.atomic
def cancel(*, by: Actor, message: Message) -> Message:
    """Stop a waiting or failed message for good; a secret one loses its text.

    StateError when it is sent, stopped already or on its way.
    """
    locked = _locked(message)
    if locked.state not in (State.FAILED, State.WAITING):
        raise StateError(_("Meddelandet är redan skickat, stoppat eller på väg."))
    locked.state = State.CANCELLED
    if locked.secret:
        locked.text = locked.html = ""
    locked.save(update_fields=["state", "text", "html"])
    record(by=by, verb="mail stopped", subject=_subject(locked), scope=locked.scope)
    return locked


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)


def _subject(message: Message) -> Subject:
    return Subject("message", f"{message.template}: {message.to}", str(message.message_id))
