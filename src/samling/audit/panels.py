"""What this room has on the start page of someone signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from samling.audit.queries import READ
from samling.ui import components as ui
from samling.ui.access import rights


def tools(request: HttpRequest) -> tuple[ui.Card, ...]:
    """The audit, for those who may read it somewhere."""
    if not rights(request).can_anywhere(READ):
        return ()
    text = gettext("Vem som gjorde vad, med vad och när.")
    return (ui.Card(gettext("Händelser"), reverse("audit:entries"), text),)


def awaiting(request: HttpRequest) -> tuple[ui.Card, ...]:
    """Nothing: what has happened waits for nobody."""
    return ()
