"""The letters of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from samling.mail.registry import MailTemplate

_LINK = "https://exempel.se/konto/"
TEMPLATES = (
    MailTemplate(
        "address-code",
        _("Kod som bekräftar en e-postadress"),
        {"secret": "XK4-9PD", "owner": "Region Exempel"},
        secret=True,
    ),
    MailTemplate(
        "password-reset",
        _("Länk för att välja nytt lösenord"),
        {"secret": _LINK, "owner": "Region Exempel"},
        secret=True,
    ),
    MailTemplate(
        "account-exists",
        _("Någon som redan har ett konto ville skapa ett"),
        {"secret": _LINK, "owner": "Region Exempel"},
        secret=True,
    ),
    MailTemplate(
        "unknown-account",
        _("Någon utan konto ville välja nytt lösenord"),
        {"secret": _LINK, "owner": "Region Exempel"},
    ),
    MailTemplate(
        "security-notice",
        _("Något har ändrats i ett konto"),
        {"what": "Lösenordet har ändrats.", "when": "2026-11-24 10:15", "address": _LINK},
    ),
    MailTemplate(
        "invitation",
        _("Inbjudan"),
        {
            "name": "Alva Exempel",
            "inviter": "Bo Exempel",
            "role": "Chef",
            "scope": "Exempelkommunen",
            "until": "2026-12-08",
            "address": "https://exempel.se/konto/inbjudan/xyz/",
        },
        secret=True,
    ),
)
