"""The app's name for Django."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The room `samling.mail`."""

    name = "samling.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
