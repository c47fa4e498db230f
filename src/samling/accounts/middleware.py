"""Puts the person's rights on the request; closes every view that does not say whom it is for.

What such a view answers is kept by no cache unless it says itself for how long and for whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from samling.accounts.rules import NOBODY, PersonRights, rights_of
from samling.ui.access import Access, access_of

PRIVATE = "samling_private"


class AccessMiddleware:
    """Asks every view for its mark (`samling.ui.access`) before it is called.

    Views of libraries can't be marked; `SAMLING_LIBRARY_ACCESS` says it for them by the view's
    full name ("module.name").
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Make the rights available, unread until someone asks; keep what is private private."""
        request.rights = SimpleLazyObject(lambda: _rights(request))  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if getattr(request, PRIVATE, False) and not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None to go on, a redirect to signing in, or PermissionDenied."""
        access = declared_access(view)
        if access is None:
            raise PermissionDenied("This page says nothing of whom it is for, so it is closed.")
        if access.kind == "public":
            return None
        setattr(request, PRIVATE, True)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if access.kind == "permitted" and not request.rights.can_anywhere(access.permission):  # type: ignore[attr-defined]
            raise PermissionDenied
        return None


def declared_access(view: Callable[..., Any]) -> Access | None:
    """The view's own mark, or what the settings say of a library's view."""
    found = access_of(view)
    if found is not None:
        return found
    target = getattr(view, "view_class", view)
    name = f"{target.__module__}.{target.__qualname__}"
    library: dict[str, Access] = settings.SAMLING_LIBRARY_ACCESS
    return library.get(name)


def _rights(request: HttpRequest) -> PersonRights:
    return rights_of(request.user) if request.user.is_authenticated else NOBODY
