"""The letters of this room."""

from __future__ import annotations

from samling.mail.registry import MailTemplate

_LINK = "https://exempel.se/konto/"
TEMPLATES = (
    MailTemplate("address-code", {"secret": "XK4-9PD", "owner": "Region Exempel"}, secret=True),
    MailTemplate("password-reset", {"secret": _LINK, "owner": "Region Exempel"}, secret=True),
    MailTemplate("account-exists", {"secret": _LINK, "owner": "Region Exempel"}, secret=True),
    MailTemplate("unknown-account", {"secret": _LINK, "owner": "Region Exempel"}),
    MailTemplate(
        "security-notice",
        {"what": "Lösenordet har ändrats.", "when": "2026-11-24 10:15", "address": _LINK},
    ),
    MailTemplate(
        "invitation",
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
