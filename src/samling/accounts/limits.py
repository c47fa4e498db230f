"""How often one may guess at an invitation's link. The sign-in library counts the rest itself."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

# Counted by address; a link that is right counts nothing.
GUESSES = {"invitation": "20/10m/ip"}


def may_guess(request: HttpRequest) -> bool:
    """Whether this address has guessed wrong few enough times."""
    return bool(_consume(request, dry_run=True))


def count_guess(request: HttpRequest) -> None:
    """Count a link that was not there."""
    _consume(request, dry_run=False)


def _consume(request: HttpRequest, *, dry_run: bool) -> object:
    return ratelimit.consume(
        request,
        app="samling.accounts",
        action="invitation",
        config=GUESSES,
        dry_run=dry_run,
        limit_get=True,
    )
