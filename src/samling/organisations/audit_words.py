"""What this room's entries in the audit are called."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samling.organisations.models import RoleType
from samling.organisations.queries.appointments import role_name

VERBS = {
    "agreement added": _("lade till"),
    "agreement ended": _("avslutade"),
    "agreement renewed": _("förnyade"),
    "appointment accepted": _("tackade ja till"),
    "appointment changed": _("ändrade"),
    "appointment declined": _("tackade nej till"),
    "appointment ended": _("avslutade"),
    "appointment handed over": _("tog över"),
    "appointment moved": _("flyttade"),
    "appointment proposed": _("erbjöd"),
    "enrolment changed": _("ändrade antalet elever i"),
    "enrolment imported": _("läste in antalet elever för"),
    "logo changed": _("bytte logotypen för"),
    "logo removed": _("tog bort logotypen för"),
    "membership added": _("skrev in"),
    "membership changed": _("ändrade medlemskapet för"),
    "membership ended": _("avslutade medlemskapet för"),
    "organisation closed": _("stängde"),
    "organisation created": _("lade till"),
    "organisation edited": _("ändrade"),
    "organisation merged": _("slog ihop"),
    "organisation renamed": _("bytte namn på"),
    "organisation reopened": _("öppnade"),
    "people imported": _("läste in personerna i"),
    "person added": _("lade till"),
    "role moved": _("flyttade en roll för"),
    "role type changed": _("ändrade"),
    "role type created": _("lade till"),
    "unit closed": _("stängde"),
    "unit created": _("lade till"),
    "unit edited": _("ändrade"),
    "unit merged": _("slog ihop"),
    "unit moved": _("flyttade"),
    "unit renamed": _("bytte namn på"),
    "unit reopened": _("öppnade"),
    "units imported": _("läste in enheterna i"),
}
KINDS = {
    "agreement": _("överenskommelsen"),
    "appointment": _("uppdraget"),
    "organisation": _("organisationen"),
    "role type": _("sortens uppdrag"),
    "unit": _("enheten"),
}
DETAILS = {
    "closed": _("stängda"),
    "code": _("kod"),
    "ended": _("avslutad"),
    "expires": _("sista dag"),
    "file": _("fil"),
    "grades": _("årskurser"),
    "in": _("i"),
    "last day": _("sista dag"),
    "new": _("nya"),
    "same": _("oförändrade"),
    "sha256": _("kontrollsumma"),
    "signed": _("undertecknad"),
    "title": _("titel"),
    "under": _("under"),
    "unit": _("enhet"),
    "year": _("läsår"),
}


def values() -> dict[tuple[str, str], str]:
    """What is recorded by its code: the sorts of appointments, and what is changed of one."""
    roles = {("role", found.code): role_name(found) for found in RoleType.objects.all()}
    return roles | {
        ("changed", "ends_on"): gettext("sista dag"),
        ("changed", "training"): gettext("utbildning"),
        ("changed", "trained_on"): gettext("dag för utbildning"),
        ("changed", "plan"): gettext("plan"),
    }
