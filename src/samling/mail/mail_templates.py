"""The templates of this room."""

from __future__ import annotations

from samling.mail.registry import MailTemplate

TEMPLATES = (
    MailTemplate(
        "delivery-test",
        {"installation": "Region Exempel", "address": "https://exempel.se/post/", "note": "Hej!"},
    ),
)
