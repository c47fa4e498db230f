"""The app's name for Django."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """The room `samling.surveys`."""

    name = "samling.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"
