"""Writing to the audit: every change of state calls this inside its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from samling.audit.models import Entry, Reach
from samling.audit.scopes import reach_of


@dataclass(frozen=True)
class Actor:
    """Who did something: a person's name and key, or a system's name, "samling scheduled"."""

    name: str
    key: str = ""


@dataclass(frozen=True)
class Subject:
    """What something was done to: its kind ("unit"), its name as people know it, its key."""

    kind: str
    name: str
    key: str = ""


def record(
    *,
    by: Actor,
    verb: str,
    subject: Subject,
    scope: str = "",
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Write that `by` did `verb` ("appointed", "renamed") to `subject`.

    Call it in the transaction of the change itself: either both are kept or neither is. Details
    are what a reader needs to understand the change, never a secret or a token.
    """
    entry = Entry(
        at=timezone.now(),
        actor=by.name[:200],
        actor_key=by.key,
        verb=verb,
        subject=subject.name[:300],
        subject_kind=subject.kind,
        subject_key=subject.key,
        scope=scope,
        details=dict(details or {}),
    )
    entry.save()
    Reach.objects.bulk_create(Reach(entry=entry, scope=above) for above in reach_of(scope))
    return entry
