"""The app's name for Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The room `samling.ui`."""

    name = "samling.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
