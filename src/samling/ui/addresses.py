"""Addresses that depend on the language: Swedish has no prefix, every other language its own."""

from django.conf import settings
from django.urls import get_script_prefix


def start_of(language: str) -> str:
    """Address of the start page in `language`."""
    prefix = get_script_prefix()
    return prefix if language == settings.LANGUAGE_CODE else f"{prefix}{language}/"
