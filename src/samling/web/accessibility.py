"""The accessibility statement's facts, written by the browser tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext, gettext_noop

# The tests name the pages in Swedish; here so that they are translated.
PAGE_KINDS = (
    gettext_noop("Startsidan"),
    gettext_noop("Indikatorer"),
    gettext_noop("Indikatorer, sökning utan träff"),
    gettext_noop("En indikator"),
    gettext_noop("En indikator ur ett urval"),
    gettext_noop("Områden"),
    gettext_noop("Ett område"),
    gettext_noop("Undersökningar"),
    gettext_noop("En undersökning"),
    gettext_noop("En publicering"),
    gettext_noop("Om Samling och siffrorna"),
    gettext_noop("Tillgänglighetsredogörelse"),
    gettext_noop("Komponenter"),
    gettext_noop("Mina sidor"),
    gettext_noop("Mitt konto"),
    gettext_noop("Organisationer"),
    gettext_noop("En organisation"),
    gettext_noop("En enhet"),
    gettext_noop("Läsa in från fil"),
    gettext_noop("Mina uppdrag"),
    gettext_noop("Uppdrag"),
    gettext_noop("Ett uppdrag"),
    gettext_noop("Täckning och luckor"),
    gettext_noop("Läsa in många uppdrag"),
    gettext_noop("Överenskommelser"),
    gettext_noop("Personer och roller"),
    gettext_noop("Mejl"),
    gettext_noop("Mejlmallar"),
    gettext_noop("Händelser"),
)
RESULTS = Path(__file__).parent / "accessibility.json"


@dataclass(frozen=True)
class PageTested:
    """One kind of page that was tested, and how many faults were found."""

    name: str
    faults: int


@dataclass(frozen=True)
class Statement:
    """What was tested, with what, and what came out."""

    tested: date
    tool: str
    pages: tuple[PageTested, ...]

    @property
    def faults(self) -> int:
        """Faults on all pages together."""
        return sum(page.faults for page in self.pages)


def statement() -> Statement | None:
    """The latest results with pages' names in the active language; None before any test."""
    if not RESULTS.exists():
        return None
    data = json.loads(RESULTS.read_text(encoding="utf-8"))
    pages = tuple(PageTested(gettext(p["name"]), p["faults"]) for p in data["pages"])
    return Statement(date.fromisoformat(data["tested"]), data["tool"], pages)
