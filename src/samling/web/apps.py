"""The app's name for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room `samling.web`."""

    name = "samling.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
