"""Addresses of the room."""

from django.urls import include, path

app_name = "organisations"
urlpatterns = [
    path("organisationer/", include("samling.organisations.urls.registry")),
    path("uppdrag/", include("samling.organisations.urls.appointments")),
]
