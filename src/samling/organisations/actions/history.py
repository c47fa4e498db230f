"""What every change of the registry shares: its error, its place in the history, its lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from samling.audit.actions import Actor, Subject, record
from samling.organisations.choices import ChangeKind
from samling.organisations.models import Change, Organisation, Unit

Before = tuple[Any, Any]


class RegistryError(Exception):
    """Nothing was changed; the text says to people why and what to do."""


def lock(*organisations: Organisation) -> None:
    """Let no one else change the organisations' trees until the transaction ends."""
    keys = sorted({organisation.pk for organisation in organisations})
    list(
        Organisation.objects.select_for_update()
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def note(
    by: Actor,
    subject: Organisation | Unit,
    kind: ChangeKind,
    *,
    before: str = "",
    after: str = "",
    field: str = "",
    on: date | None = None,
) -> Change:
    """Write a line in the history that the organisation's own people read."""
    unit = subject if isinstance(subject, Unit) else None
    organisation = subject.organisation if isinstance(subject, Unit) else subject
    return Change.objects.create(
        organisation=organisation,
        unit=unit,
        kind=kind,
        on=on or timezone.localdate(),
        before=before[:300],
        after=after[:300],
        field=field,
        by=by.name[:200],
        by_key=by.key,
    )


def tell(
    by: Actor,
    verb: str,
    subject: Organisation | Unit,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write to the audit, for those who may read it of the subject."""
    kind = "unit" if isinstance(subject, Unit) else "organisation"
    record(
        by=by,
        verb=verb,
        subject=Subject(kind, subject.name, str(subject.key)),
        scope=subject.scope,
        details=details,
    )


def changed(row: Model, values: Mapping[str, Any]) -> dict[str, Before]:
    """The fields whose value differs, with what each was and will be."""
    return {
        name: (getattr(row, name), value)
        for name, value in values.items()
        if getattr(row, name) != value
    }


def note_edits(by: Actor, subject: Organisation | Unit, edits: Mapping[str, Before]) -> None:
    """A line for each field; a new name is a change of its own kind."""
    for field, (before, after) in edits.items():
        kind = ChangeKind.RENAMED if field == "name" else ChangeKind.EDITED
        named = "" if field == "name" else field
        note(by, subject, kind, before=text(before), after=text(after), field=named)


def text(value: object) -> str:
    """A field's value as the history keeps it."""
    return "" if value is None else str(value)


def in_words(edits: Mapping[str, Before]) -> dict[str, list[str]]:
    """The same for the audit's details."""
    return {field: [text(before), text(after)] for field, (before, after) in edits.items()}
