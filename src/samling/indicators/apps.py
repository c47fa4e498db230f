"""The app's name for Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room `samling.indicators`."""

    name = "samling.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
