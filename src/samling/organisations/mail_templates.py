"""The letters of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from samling.mail.registry import MailTemplate

_APPOINTMENT = {
    "name": "Alva Exempel",
    "person": "Bo Exempel",
    "role": "Barnrättspilot",
    "unit": "Förskolan Solrosen, Exempelkommunen",
    "starts": "tisdag 1 december 2026",
    "ends": "torsdag 30 november 2028",
    "address": "https://exempel.se/uppdrag/1b9d6bcd/",
}
_FIRST = {"first": "https://exempel.se/konto/glomt-losenord/", "email": "alva@exempel.se"}
_AGREEMENT = {
    "name": "Alva Exempel",
    "agreement": "HFS avsiktsförklaring",
    "organisation": "Region Exempel",
    "expires": "lördag 1 maj 2027",
    "address": "https://exempel.se/uppdrag/overenskommelser/1b9d6bcd/",
}
TEMPLATES = (
    MailTemplate(
        "appointment-proposed",
        _("Fråga om ett uppdrag"),
        {
            "name": "Alva Exempel",
            "manager": "Cilla Exempel",
            "what": "Barnrättspilot för Förskolan Solrosen, Exempelkommunen, "
            "från och med tisdag 1 december 2026 till och med torsdag 30 november 2028",
            "several": "",
            "description": "Stödjer chefen i arbetet med barnets rättigheter.",
            "training": "Webbutbildning om barnkonventionen, två timmar.",
            "plan": "En träff i månaden med övriga piloter.",
            "address": _APPOINTMENT["address"],
            **_FIRST,
        },
    ),
    MailTemplate(
        "appointment-accepted",
        _("Någon har tackat ja till ett uppdrag"),
        {**_APPOINTMENT, "reason": ""},
    ),
    MailTemplate(
        "appointment-declined",
        _("Någon har tackat nej till ett uppdrag"),
        {**_APPOINTMENT, "reason": "Jag byter tjänst i vår."},
    ),
    MailTemplate(
        "appointment-withdrawn",
        _("Ett uppdrag är tillbakadraget"),
        {**_APPOINTMENT, "reason": "Vi har frågat för många."},
    ),
    MailTemplate(
        "appointment-ended",
        _("Ett uppdrag är avslutat"),
        {**_APPOINTMENT, "reason": "Du byter tjänst."},
    ),
    MailTemplate(
        "appointment-changed",
        _("Ett uppdrag är ändrat"),
        {**_APPOINTMENT, "training": "Grundutbildning", "plan": "En träff i månaden."},
    ),
    MailTemplate(
        "appointment-handed-over",
        _("Ett uppdrag är överlämnat"),
        {**_APPOINTMENT, "successor": "Dan Exempel"},
    ),
    MailTemplate(
        "appointment-unanswered",
        _("Påminnelse om att svara på en fråga om ett uppdrag"),
        {**_APPOINTMENT, **_FIRST},
    ),
    MailTemplate(
        "appointment-unanswered-manager",
        _("Ett uppdrag väntar på svar, till den som frågade"),
        _APPOINTMENT,
    ),
    MailTemplate("appointment-ending", _("Ett uppdrag tar snart slut"), _APPOINTMENT),
    MailTemplate(
        "appointment-ending-manager",
        _("Ett uppdrag tar snart slut, till den som ansvarar"),
        _APPOINTMENT,
    ),
    MailTemplate(
        "appointment-gaps",
        _("Enheter som saknar någon i ett uppdrag"),
        {
            "name": "Cilla Exempel",
            "number": "2 enheter",
            "units": "Förskolan Solrosen, Exempelkommunen (Barnrättspilot)\n"
            "Ekskolan, Exempelkommunen (Barnrättspilot)",
            "address": "https://exempel.se/uppdrag/luckor/",
        },
    ),
    MailTemplate("agreement-expiring", _("En överenskommelse går snart ut"), _AGREEMENT),
    MailTemplate("agreement-expired", _("En överenskommelse har gått ut"), _AGREEMENT),
)
