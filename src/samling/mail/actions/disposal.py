"""Letting go of what is no longer needed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from samling.mail.choices import State
from samling.mail.models import Message

TEXT_IS_KEPT = timedelta(days=90)
TASKS_ARE_KEPT = timedelta(days=14)


def clear_old() -> int:
    """Clear the text of messages that were written 90 days ago, and drop finished tasks.

    What is left is a receipt: to whom, which template, when. What still waits keeps its text.
    Gives the number of messages.
    """
    now = timezone.now()
    old = Message.objects.filter(queued_at__lt=now - TEXT_IS_KEPT).exclude(
        state__in=(State.WAITING, State.SENDING)
    )
    cleared = old.exclude(text="", html="").update(text="", html="")
    DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_ARE_KEPT).delete()
    return cleared
