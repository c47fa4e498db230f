"""Who may open a page: every view says it, and a view that says nothing is closed.

A view says `@public`, `@signed_in` or `@permitted("permission")` outermost. The middleware in
`accounts` reads the mark before the view is called, and refuses a view without one, so that a
page can't be opened to everyone by forgetting. `permitted` asks whether the person holds the
permission anywhere; which organisation or unit it must hold for is the view's own question, put
to its room's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from django.http import HttpRequest

MARK = "samling_access"
EVERYWHERE = ""
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Whom a view is for; `permission` is set for the kind "permitted"."""

    kind: Literal["public", "signed in", "permitted"]
    permission: str = ""


class Rights(Protocol):
    """What someone may do. Those who aren't signed in may do nothing that needs a permission."""

    @property
    def actor(self) -> str:
        """The person as text for the audit; empty when nobody is signed in."""

    def can(self, permission: str, scopes: Collection[str] = ()) -> bool:
        """Whether the permission is held in one of the scopes or everywhere."""

    def can_anywhere(self, permission: str) -> bool:
        """Whether the permission is held in any scope at all."""

    def scopes(self, permission: str) -> frozenset[str]:
        """The scopes that the permission is held in; `EVERYWHERE` is one of them."""


def public(view: View) -> View:
    """A page for everyone."""
    return _marked(view, Access("public"))


def signed_in(view: View) -> View:
    """A page for everyone who is signed in."""
    return _marked(view, Access("signed in"))


def permitted(permission: str) -> Callable[[View], View]:
    """A page for those who hold the permission in some scope."""

    def mark(view: View) -> View:
        return _marked(view, Access("permitted", permission))

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """What the view says of itself; None if it says nothing."""
    return getattr(view, MARK, None)


def rights(request: HttpRequest) -> Rights:
    """The rights that the middleware put on the request."""
    found: Rights = request.rights  # type: ignore[attr-defined]
    return found


def _marked(view: View, access: Access) -> View:
    setattr(view, MARK, access)
    return view
