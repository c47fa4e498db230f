"""The record of what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class RecordIsFinalError(Exception):
    """An entry of the audit can't be changed or deleted."""


class Entry(models.Model):
    """One thing that someone did. The actor is text: it stands when the person is gone.

    `actor_key` and `subject_key` are the public keys of what they name, `scope` the organisation
    or unit that the entry is about ("organisation:12"), so that its own people can read it. The
    database refuses to change or delete a row, whoever asks (`sealing`). Entries are read from
    the newest by `id`, which grows with time; so does every index.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=200)
    actor_key = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    subject_kind = models.CharField(max_length=64)
    subject_key = models.CharField(max_length=64, blank=True)
    scope = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "entries"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor", "id"], name="entry_actor"),
            models.Index(fields=["actor_key", "id"], name="entry_actor_key"),
            models.Index(fields=["verb", "id"], name="entry_verb"),
            models.Index(fields=["subject_kind", "id"], name="entry_kind"),
            models.Index(fields=["subject_key", "id"], name="entry_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry; RecordIsFinalError for one that is stored already."""
        if self.pk is not None:
            raise RecordIsFinalError(f"Entry {self.pk} of the audit can't be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused with RecordIsFinalError."""
        raise RecordIsFinalError(f"Entry {self.pk} of the audit can't be deleted.")


class Reach(models.Model):
    """A scope in which the right to read the audit lets one read an entry.

    The entry's own scope and those above it when it was written: a unit's organisation and area.
    What is moved later takes nothing of its past along; its past stays where it happened.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="reach")
    scope = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "reaches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "entry"], name="reach_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.scope}"
