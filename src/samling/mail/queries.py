"""What pages read of the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet

from samling.mail.choices import TROUBLE, State
from samling.mail.models import Message, Turn
from samling.mail.rules import within
from samling.ui.access import Rights

TEXTS = ("text", "html")  # long, and not for lists


@dataclass(frozen=True)
class Asked:
    """What messages are asked for; what is empty asks for all."""

    state: str = ""
    template: str = ""
    receiver: str = ""


def messages(rights: Rights, permission: str, asked: Asked) -> QuerySet[Message]:
    """Messages that one may see, newest first."""
    found = Message.objects.filter(within(rights, permission)).defer(*TEXTS)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.template:
        found = found.filter(template=asked.template)
    if asked.receiver:
        found = found.filter(to__icontains=asked.receiver)
    return found


def trouble(rights: Rights, permission: str) -> dict[str, int]:
    """How many messages need someone's decision, by state; those that there are."""
    found = Message.objects.filter(within(rights, permission), state__in=TROUBLE)
    counts = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counts[state] for state in TROUBLE if state in counts}


def waiting_since_long(rights: Rights, permission: str) -> Message | None:
    """A message that waits with a problem: the mail server may be away."""
    found = Message.objects.filter(within(rights, permission), state=State.WAITING)
    return found.exclude(problem="").order_by("queued_at").defer(*TEXTS).first()


def receivers() -> QuerySet[Message, tuple[str, int]]:
    """Everyone who has been sent something, with how many, by address."""
    return Message.objects.order_by("to").values_list("to").annotate(Count("pk"))


def inbox(receiver: str) -> QuerySet[Message]:
    """What has been sent to someone, newest first."""
    return Message.objects.filter(to=receiver).exclude(text="")


def turns() -> list[tuple[str, Turn | None]]:
    """The path of each scheduled work with its last turn, in the order of `SAMLING_SCHEDULED`."""
    found = {turn.work: turn for turn in Turn.objects.filter(work__in=settings.SAMLING_SCHEDULED)}
    return [(path, found.get(path)) for path in settings.SAMLING_SCHEDULED]
