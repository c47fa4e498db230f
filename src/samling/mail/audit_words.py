"""What this room's entries in the audit are called."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "mail retried": _("skickade om"),
    "mail stopped": _("stoppade"),
    "mail bounced": _("lämnade tillbaka"),
}
KINDS = {"message": _("mejl")}
DETAILS = {"reason": _("orsak")}
