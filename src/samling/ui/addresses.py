"""Addresses that depend on the language: Swedish has no prefix, every other language its own.
Letters are read outside: their links begin with the installation's own address, never with what
a request calls its host."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix


def start_of(language: str) -> str:
    """Address of the start page in `language`."""
    prefix = get_script_prefix()
    return prefix if language == settings.LANGUAGE_CODE else f"{prefix}{language}/"


def in_letters(address: str) -> str:
    """A page's whole address for a letter; what `address` says of host and scheme is left out."""
    return settings.SAMLING_ADDRESS.rstrip("/") + urlsplit(address).path
