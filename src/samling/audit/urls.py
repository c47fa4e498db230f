"""Addresses of the audit."""

from django.urls import path

from samling.audit import views

app_name = "audit"
urlpatterns = [
    path("handelser/", views.entries, name="entries"),
    path("handelser/handelser.csv", views.download, name="download"),
]
