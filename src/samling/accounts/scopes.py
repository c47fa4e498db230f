"""Scopes as people know them. Rooms above this one say what they are (`SAMLING_SCOPES`)."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from samling.ui.access import EVERYWHERE, Rights


class Scopes(Protocol):
    """What a role may be given for: organisations, units, areas."""

    def label(self, scope: str) -> str:
        """The scope's name; empty if there is no such scope."""

    def above(self, scope: str) -> tuple[str, ...]:
        """The scope itself and those that a right may be held in to hold for it."""

    def choices(self, rights: Rights, permission: str) -> list[tuple[str, str]]:
        """The scopes for which the permission is held, with their names, by name."""


class NoScopes:
    """An installation without organisations has only the whole."""

    def label(self, scope: str) -> str:
        """No scope has a name."""
        return ""

    def above(self, scope: str) -> tuple[str, ...]:
        """Only itself."""
        return (scope,)

    def choices(self, rights: Rights, permission: str) -> list[tuple[str, str]]:
        """None."""
        return []


def scopes() -> Scopes:
    """The installation's own."""
    found: Scopes = import_string(settings.SAMLING_SCOPES)()
    return found


def scope_label(scope: str) -> str:
    """The scope's name as people read it."""
    return gettext("hela installationen") if scope == EVERYWHERE else scopes().label(scope) or scope
