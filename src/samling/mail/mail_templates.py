"""The templates of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from samling.mail.registry import MailTemplate

TEMPLATES = (
    MailTemplate(
        "delivery-test",
        _("Provutskick"),
        {"installation": "Region Exempel", "address": "https://exempel.se/post/", "note": "Hej!"},
    ),
)
