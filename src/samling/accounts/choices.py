"""Languages of a person, states of an invitation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages that mail and pages are written in."""

    SWEDISH = "sv", _("svenska")
    ENGLISH = "en", _("engelska")
