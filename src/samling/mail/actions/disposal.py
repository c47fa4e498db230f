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
    """Clear the text of messages that were done with 90 days ago, and drop finished tasks.

    What is left is a receipt: to whom, which template, when. Gives the number of messages.
    """
    now = timezone.now()
    old = Message.objects.filter(
        state__in=(State.SENT, State.CANCELLED), queued_at__lt=now - TEXT_IS_KEPT
    )
    cleared = old.exclude(text="", html="").update(text="", html="")
    DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_ARE_KEPT).delete()
    return cleared
