"""The accessibility statement's facts, written by the browser tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

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
    """The latest results, or None when the pages have not been tested."""
    if not RESULTS.exists():
        return None
    data = json.loads(RESULTS.read_text(encoding="utf-8"))
    pages = tuple(PageTested(p["name"], p["faults"]) for p in data["pages"])
    return Statement(date.fromisoformat(data["tested"]), data["tool"], pages)
