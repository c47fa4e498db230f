"""States of a message."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a message is on its way.

    UNSURE: the server was given the whole message and nobody heard its answer. FAILED: the server
    said no, or not for a long time. BOUNCED: it was taken, and a report came back later that it
    could not be delivered.
    """

    WAITING = "waiting", _("väntar")
    SENDING = "sending", _("skickas")
    SENT = "sent", _("skickat")
    UNSURE = "unsure", _("oklart om det skickades")
    FAILED = "failed", _("kunde inte skickas")
    BOUNCED = "bounced", _("studsade")
    CANCELLED = "cancelled", _("stoppat")


# What someone has to look at and decide on.
TROUBLE = (State.FAILED, State.BOUNCED, State.UNSURE)
