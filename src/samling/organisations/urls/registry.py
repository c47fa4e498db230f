"""Addresses of organisations, units and memberships."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
