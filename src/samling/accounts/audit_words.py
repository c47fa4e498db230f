"""What this room's entries in the audit are called."""

from django.utils.translation import gettext_lazy as _

from samling.accounts.models import Role

VERBS = {
    "account deleted": _("tog bort"),
    "details changed": _("ändrade uppgifterna för"),
    "invitation accepted": _("tackade ja till"),
    "invitation withdrawn": _("drog tillbaka"),
    "invited": _("skickade"),
    "person registered": _("skrev in"),
    "role given": _("gav en roll till"),
    "role loaded": _("läste in"),
    "role taken away": _("tog ifrån en roll från"),
}
KINDS = {"invitation": _("inbjudan"), "person": _("personen"), "role": _("rollen")}
DETAILS = {
    "role": _("roll"),
    "for": _("för"),
    "from": _("från"),
    "until": _("till"),
    "permissions": _("rättigheter"),
    "changed": _("ändrat"),
}


def values() -> dict[tuple[str, str], str]:
    """The names of roles, which are recorded by their codes."""
    return {("role", role.code): role.name for role in Role.objects.all()}
