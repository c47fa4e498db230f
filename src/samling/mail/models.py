"""The outbox: every message until it has been handed over, and afterwards as a receipt."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from samling.mail.choices import State
from samling.mail.registry import title_of

HANDED_OVER = ("sent", "bounced")


class Message(models.Model):
    """One message to one address.

    `key` is the sender's own name for the message ("appointment-12-reminder-2026-11-24"): a
    second message with the same key is the same message and is not queued again. `message_id`
    is the same at every attempt, so that a receiver can tell a repeated delivery, and a report
    of what became of it can be told to belong here. A `secret` message carries a personal link:
    staff never see its subject or text, which are cleared when sent. `reach` is the scope and those
    above it when the message was queued, each with a space on both sides, for the staff who may
    see it.
    """

    key = models.CharField(max_length=200, unique=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    secret = models.BooleanField(default=False)
    scope = models.CharField(max_length=64, blank=True, db_index=True)
    reach = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-queued_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="message_sent_has_a_time",
                condition=Q(state__in=HANDED_OVER, sent_at__isnull=False)
                | (~Q(state__in=HANDED_OVER) & Q(sent_at__isnull=True)),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "next_attempt_at"], name="message_due"),
            models.Index(fields=["queued_at", "id"], name="message_newest"),
            models.Index(fields=["template", "queued_at"], name="message_template"),
            models.Index(fields=["to"], name="message_receiver"),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to} ({self.state})"

    @property
    def heading(self) -> str:
        """What staff call it: its subject, but the template's title where that could tell a secret
        or is gone."""
        return title_of(self.template) if self.secret or not self.subject else self.subject


class Turn(models.Model):
    """When a piece of scheduled work was last done, and whether someone is doing it now.

    `work` is its path in `SAMLING_SCHEDULED`. `problem` is what stopped it the last time.
    """

    work = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    running = models.BooleanField(default=False)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["work"]

    def __str__(self) -> str:
        return self.work
