"""What a reader of the audit asks for, from the address."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext

from samling.audit.queries import Asked


def read_asked(query: QueryDict) -> tuple[Asked, tuple[str, ...]]:
    """What is asked for, and what of it could not be read, in words."""
    problems: list[str] = []

    def day(name: str) -> date | None:
        text = query.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            said = gettext("%(text)s är inget datum och räknas inte med. Skriv som 2026-11-25.")
            problems.append(said % {"text": text[:40]})
            return None

    asked = Asked(
        actor=_plain(query, "vem"),
        verb=_plain(query, "gjorde"),
        kind=_plain(query, "slag"),
        subject_key=_plain(query, "sak"),
        since=day("fran"),
        until=day("till"),
    )
    return asked, tuple(problems)


def read_number(query: QueryDict, name: str) -> int | None:
    """A positive whole number that fits a key; None for anything else."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _plain(query: QueryDict, name: str) -> str:
    """A text without what no database takes."""
    return query.get(name, "").replace("\x00", "").strip()[:200]
