"""Records of what has been published. The figures themselves lie in the warehouse."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Study(models.Model):
    """A survey or register whose figures are published as numbered releases."""

    code = models.SlugField(max_length=64, unique=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    example_data = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name_sv"]

    def __str__(self) -> str:
        return self.name_sv


class Release(models.Model):
    """One publication of a study: immutable, numbered, dated.

    The row is the commit point of a publishing: files without it are not published. A release
    made `despite_differences` (who decided and why) ends those before it: they are no longer
    public, since what they showed would tell of few persons together with it.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    identity = models.CharField(max_length=64)
    cells_snapshot = models.CharField(max_length=200)
    comparisons_snapshot = models.CharField(max_length=200)
    counts_snapshot = models.CharField(max_length=200, blank=True)
    dataset_snapshot = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)
    what_changed = models.TextField()
    despite_differences = models.TextField(blank=True)
    code_version = models.CharField(max_length=40)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["study", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["study", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="release_number_from_one"
            ),
            models.CheckConstraint(
                condition=~models.Q(what_changed=""), name="release_says_what_changed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study.code} {self.number}"
