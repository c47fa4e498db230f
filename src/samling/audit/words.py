"""What verbs and kinds of things are called on pages; each room says it for its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from django.conf import settings

Texts = Mapping[str, object]  # lazily translated


@cache
def _said(name: str) -> dict[str, object]:
    """`VERBS`, `KINDS` or `DETAILS` of every module of `SAMLING_AUDIT_WORDS`, each word once."""
    found: dict[str, object] = {}
    for module in settings.SAMLING_AUDIT_WORDS:
        texts: Texts = getattr(import_module(module), name, {})
        twice = sorted(found.keys() & texts.keys())
        if twice:
            raise ValueError(f"{module}: {', '.join(twice)} is said by another room already.")
        found |= texts
    return found


def verb_text(verb: str) -> str:
    """ "skickade om"; the verb as it was recorded if no room says what it is called."""
    return str(_said("VERBS").get(verb, verb))


def detail_text(name: str) -> str:
    """ "orsak"; the detail's name as it was recorded if no room says what it is called."""
    return str(_said("DETAILS").get(name, name))


def kind_text(kind: str) -> str:
    """ "mejl"; the kind as it was recorded if no room says what it is called."""
    return str(_said("KINDS").get(kind, kind))


def value_texts() -> dict[tuple[str, str], str]:
    """What recorded codes are called today, by the detail's name and the code.

    A room says it by a function `values` in its module of words, which may ask the database; it is
    asked once for a page.
    """
    found: dict[tuple[str, str], str] = {}
    for module in settings.SAMLING_AUDIT_WORDS:
        said: Callable[[], Mapping[tuple[str, str], str]] | None
        said = getattr(import_module(module), "values", None)
        if said is not None:
            found |= said()
    return found
