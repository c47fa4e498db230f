"""Scheduled work of this room."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from samling.mail.actions import clear_old
from samling.mail.registry import scheduled_work


@scheduled_work(
    _("Rensa gamla mejl"),
    _("Tar bort texten i mejl som är klara och gamla. Vem som fick vad och när står kvar."),
)
def clear_old_messages(*, today: date) -> str:
    """Clear texts that are no longer needed; what is cleared stays cleared."""
    return f"{clear_old()} old messages cleared"
