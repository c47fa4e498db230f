"""The app's name for Django."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room `samling.places`."""

    name = "samling.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
