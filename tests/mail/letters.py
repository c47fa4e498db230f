"""Messages for the outbox."""

from datetime import timedelta

from django.utils import timezone

from samling.mail.actions import queue
from samling.mail.models import Message


def queued(number: int = 1, *, note: str = "", to: str = "", scope: str = "") -> Message:
    """A message in the outbox."""
    return queue(
        key=f"prov-{number}",
        template="delivery-test",
        to=to or f"mottagare{number}@exempel.se",
        language="sv",
        context={"installation": "Prov", "address": "https://exempel.se/", "note": note},
        scope=scope,
    )


def state(message: Message) -> str:
    return Message.objects.get(pk=message.pk).state


def make_due() -> None:
    """As if the time to wait had passed."""
    waiting = Message.objects.filter(state="waiting")
    waiting.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
