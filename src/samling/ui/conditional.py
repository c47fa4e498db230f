"""Conditional answers: a page that has not changed is not made again."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from samling import __version__
from samling.ui.access import public

View = Callable[..., HttpResponse]


def public_page(stamp: Callable[[], str]) -> Callable[[View], View]:
    """A page that anyone may read: safe methods only, answered "not modified" by ETag.

    `stamp` changes with the content. The ETag covers it, the language, the code version and the
    audience (decision 13); the audience of these pages is everyone.
    """

    def etag(request: HttpRequest, *_: object, **__: object) -> str:
        form = settings.STORAGES["staticfiles"]["BACKEND"].rpartition(".")[2]
        return f'"{__version__}-{form}-{get_language()}-{stamp()}-public"'

    def decorate(view: View) -> View:
        return public(require_safe(condition(etag_func=etag)(view)))

    return decorate
