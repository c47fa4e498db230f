"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room `samling.accounts`."""

    name = "samling.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
