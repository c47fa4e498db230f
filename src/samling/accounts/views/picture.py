"""The page with a QR code, which the sign-in library draws into the page itself."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_update
from django.http.response import HttpResponseBase


def with_drawn_code(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let this page alone show a picture that is written out in it."""
    shown: Callable[..., HttpResponseBase] = csp_update({"img-src": [SELF, "data:"]})(view)
    return shown
