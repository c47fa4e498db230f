"""The app's name for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room `samling.audit`."""

    name = "samling.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
