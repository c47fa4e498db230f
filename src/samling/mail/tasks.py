"""Scheduled work of this room."""

from __future__ import annotations

from datetime import date

from samling.mail.actions import clear_old


def clear_old_messages(*, today: date) -> str:
    """Clear texts that are no longer needed; what is cleared stays cleared."""
    return f"{clear_old()} old messages cleared"
