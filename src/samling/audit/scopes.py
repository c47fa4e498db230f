"""Which scopes stand above one, asked of the rooms that have them (`SAMLING_SCOPES`)."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string


def reach_of(scope: str) -> tuple[str, ...]:
    """The scope and those above it today; none for the whole installation.

    Whoever holds a right in one of them holds it for the scope. A scope that doesn't exist
    reaches only itself.
    """
    if not scope:
        return ()
    above: tuple[str, ...] = import_string(settings.SAMLING_SCOPES)().above(scope)
    return tuple(dict.fromkeys((scope, *above)))


def label_of(scope: str) -> str:
    """The scope's name as people know it; the scope itself if it has none."""
    return str(import_string(settings.SAMLING_SCOPES)().label(scope)) or scope
