"""Which rooms fill what the start page of someone signed in leaves open, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from samling.accounts import panels as accounts
from samling.audit import panels as audit
from samling.mail import panels as mail
from samling.organisations import appointment_panels as appointments
from samling.organisations import panels as organisations
from samling.ui.components import Card


class Panels(Protocol):
    """What a room's `panels.py` has."""

    def awaiting(self, request: HttpRequest) -> tuple[Card, ...]:
        """What waits for the person, with a number or a day as its tag."""

    def tools(self, request: HttpRequest) -> tuple[Card, ...]:
        """What the person may look after; nothing that they may not open."""


# What the rooms' tools are for, in the order they stand on the page.
ROOMS: tuple[tuple[object, tuple[Panels, ...]], ...] = (
    (gettext_lazy("Uppdrag och överenskommelser"), (appointments,)),
    (gettext_lazy("Organisationer"), (organisations,)),
    (gettext_lazy("Konton och roller"), (accounts,)),
    (gettext_lazy("Mejl och händelser"), (mail, audit)),
)


@dataclass(frozen=True)
class Tools:
    """The tools for one thing."""

    title: str
    cards: tuple[Card, ...]


def awaiting(request: HttpRequest) -> list[Card]:
    """All that waits for the person."""
    return [card for _, rooms in ROOMS for room in rooms for card in room.awaiting(request)]


def tools(request: HttpRequest) -> list[Tools]:
    """All that the person looks after, by what it is for; nothing where there is nothing."""
    found = (
        Tools(str(title), tuple(card for room in rooms for card in room.tools(request)))
        for title, rooms in ROOMS
    )
    return [group for group in found if group.cards]
