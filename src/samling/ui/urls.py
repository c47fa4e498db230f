"""The component gallery's address."""

from django.urls import path

from samling.ui import views

app_name = "ui"
urlpatterns = [path("", views.gallery, name="gallery")]
