"""Which rooms fill what the start page of someone signed in leaves open, in this order."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest

from samling.accounts import panels as accounts
from samling.audit import panels as audit
from samling.mail import panels as mail
from samling.organisations import appointment_panels as appointments
from samling.organisations import panels as organisations
from samling.ui.components import Card


class Panels(Protocol):
    """What a room's `panels.py` has."""

    def awaiting(self, request: HttpRequest) -> tuple[Card, ...]:
        """What waits for the person, with a number or a day in its text."""

    def tools(self, request: HttpRequest) -> tuple[Card, ...]:
        """What the person may look after; nothing that they may not open."""


PANELS: tuple[Panels, ...] = (appointments, organisations, accounts, mail, audit)


def awaiting(request: HttpRequest) -> list[Card]:
    """All that waits for the person."""
    return [card for room in PANELS for card in room.awaiting(request)]


def tools(request: HttpRequest) -> list[Card]:
    """All that the person looks after."""
    return [card for room in PANELS for card in room.tools(request)]
