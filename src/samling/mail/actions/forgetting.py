"""Letting go of someone who has left."""

from __future__ import annotations

from django.db import transaction

from samling.mail.choices import State
from samling.mail.models import Message


@transaction.atomic
def forget_receiver(*, address: str) -> int:
    """Stop what waits for the address, and clear address and text of what was sent to it.

    Gives the number of messages. One that is on its way just now is let through.
    """
    theirs = Message.objects.filter(to__iexact=address)
    theirs.filter(state__in=(State.WAITING, State.FAILED, State.UNSURE)).update(
        state=State.CANCELLED
    )
    done = theirs.filter(state__in=(State.SENT, State.BOUNCED, State.CANCELLED))
    return done.update(to="borttagen@borttagen.invalid", text="", html="", subject="", problem="")
