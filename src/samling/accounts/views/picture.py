"""The page with a QR code, which the sign-in library draws into the page itself."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse


def with_drawn_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let this page alone show a picture that is written out in it."""
    shown: Callable[..., HttpResponse] = csp_update({"img-src": [SELF, "data:"]})(view)
    return shown
