"""Conditional answers: a page that has not changed is not made again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

import samling
from samling.ui.access import public

View = Callable[..., HttpResponse]
SHOWN_SETTINGS = (
    "LANGUAGES",
    "STATIC_URL",
    "STORAGES",
    "SAMLING_CONTACT",
    "SAMLING_DEMO",
    "SAMLING_OWNER",
    "SAMLING_REGISTRATION",
)
"""Settings of the installation that public pages show or depend on; no secrets are among them."""
SOURCES = {".py", ".html", ".mo", ".json", ".yaml", ".css", ".js", ".svg", ".txt", ".csv"}


@cache
def code_stamp() -> str:
    """Changes with any file of the program, and with the static files that were collected.

    It is taken once for each process, whose code stays what it was when it started.
    """
    house = Path(samling.__file__).parent
    found = hashlib.sha256(samling.__version__.encode())
    for file in sorted(house.rglob("*")):
        if file.suffix in SOURCES and file.is_file():
            found.update(str(file.relative_to(house)).encode() + b"\0" + file.read_bytes())
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if collected.is_file():
        found.update(collected.read_bytes())
    return found.hexdigest()[:16]


def settings_stamp() -> str:
    """Changes with what the installation says of itself."""
    shown = [(name, repr(getattr(settings, name, None))) for name in SHOWN_SETTINGS]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def public_page(stamp: Callable[[], str]) -> Callable[[View], View]:
    """A page that anyone may read: safe methods only, answered "not modified" by ETag.

    `stamp` changes with the content. The ETag covers it, the language, the code, the installation's
    settings and the audience (decision 13); the audience of these pages is everyone.
    """

    def etag(request: HttpRequest, *_: object, **__: object) -> str:
        return f'"{code_stamp()}-{settings_stamp()}-{get_language()}-{stamp()}-public"'

    def decorate(view: View) -> View:
        return public(require_safe(condition(etag_func=etag)(view)))

    return decorate
