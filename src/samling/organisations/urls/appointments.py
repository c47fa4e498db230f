"""Addresses of appointments, coverage, gaps and agreements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
