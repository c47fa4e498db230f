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
    database refuses to change or delete a row, whoever asks.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=200)
    actor_key = models.CharField(max_length=64, blank=True, db_index=True)
    verb = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=300)
    subject_kind = models.CharField(max_length=64)
    subject_key = models.CharField(max_length=64, blank=True, db_index=True)
    scope = models.CharField(max_length=64, blank=True, db_index=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        verbose_name_plural = "entries"

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
