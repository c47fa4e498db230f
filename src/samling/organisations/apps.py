"""The app's name for Django."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The room `samling.organisations`."""

    name = "samling.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
