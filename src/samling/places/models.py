"""Areas of a division of the land, each with the dates between which it holds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from samling.places.choices import CODE_FORMS, DIVISION_CODE, NESTED_LEVELS, Level


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
    )


class Division(models.Model):
    """A way to divide the land: municipalities, city districts, school areas, another country."""

    code = models.SlugField(max_length=64, unique=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    loaded_by = models.CharField(max_length=200)
    # Grows with every loading that changes anything, so that pages know when to read areas anew.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _ends_after_it_begins("division_ends_after_it_begins"),
            models.CheckConstraint(
                name="division_code_has_its_form", condition=Q(code__regex=DIVISION_CODE)
            ),
        ]

    def __str__(self) -> str:
        return self.name_sv


class Area(models.Model):
    """One area as it was between two dates; `valid_to` is the first day that it no longer holds.

    An area that changes becomes a new row with the same code and a later `valid_from`.
    """

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    # The parent's code stands beside the key so that the database can check the code against it.
    parent_code = models.CharField(max_length=32, blank=True)
    members = models.ManyToManyField("self", symmetrical=False, related_name="groups", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    boundary = models.TextField(null=True, blank=True)  # noqa: DJ001 - no boundary is not an empty one
    centroid_longitude = models.FloatField(null=True, blank=True)
    centroid_latitude = models.FloatField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["division", "code", "valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="area_code_once_a_date", fields=["division", "code", "valid_from"]
            ),
            models.UniqueConstraint(
                name="area_code_open_once",
                fields=["division", "code"],
                condition=Q(valid_to__isnull=True),
            ),
            _ends_after_it_begins("area_ends_after_it_begins"),
            models.CheckConstraint(name="area_level_is_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="area_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="area_parent_has_code_and_key",
                condition=Q(parent__isnull=True, parent_code="")
                | (Q(parent__isnull=False) & ~Q(parent_code="")),
            ),
            models.CheckConstraint(
                name="area_code_begins_with_its_parent",
                condition=~Q(level__in=NESTED_LEVELS)
                | (~Q(parent_code="") & Q(code__startswith=F("parent_code"))),
            ),
            models.CheckConstraint(
                name="area_centroid_is_whole",
                condition=Q(centroid_longitude__isnull=True, centroid_latitude__isnull=True)
                | Q(
                    # A comparison with null is neither true nor false, and passes a check.
                    centroid_longitude__isnull=False,
                    centroid_latitude__isnull=False,
                    centroid_longitude__range=(-180.0, 180.0),
                    centroid_latitude__range=(-90.0, 90.0),
                ),
            ),
            *(
                models.CheckConstraint(
                    name=f"area_{level.value}_code_has_its_form",
                    condition=~Q(level=level) | Q(code__regex=form),
                )
                for level, form in CODE_FORMS.items()
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="area_code", fields=["code"]),
            models.Index(name="area_parent_code", fields=["division", "parent_code"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
