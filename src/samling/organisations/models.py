"""Organisations, units in a tree, memberships, appointments and agreements."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from samling.accounts.models import Person
from samling.organisations.choices import (
    AppointmentState,
    ChangeKind,
    FileKind,
    Grade,
    Kind,
    UnitKind,
)
from samling.places.models import Area


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
    )


class Organisation(models.Model):
    """A data controller: a municipality, a region, an association. `scope` names it in grants."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True)
    number = models.CharField("organisation number", max_length=16, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)
    registry_email = models.EmailField(blank=True)
    registry_note = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="organisation_name_once", fields=["name"], condition=Q(closed_on__isnull=True)
            ),
            models.CheckConstraint(
                name="organisation_merged_is_closed",
                condition=Q(merged_into__isnull=True) | Q(closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="organisation_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """The organisation's name in role grants and in the audit."""
        return f"organisation:{self.pk}"


class Logo(models.Model):
    """An organisation's logo, beside it so that a list of organisations never reads pictures.

    `media_type` is told by the bytes themselves, never by whoever sent them; `checksum` makes the
    address change with the picture.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="logo"
    )
    content = models.BinaryField()
    media_type = models.CharField(max_length=16)
    checksum = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="logo_is_a_safe_picture",
                condition=Q(media_type__in=["image/png", "image/jpeg", "image/webp"]),
            )
        ]

    def __str__(self) -> str:
        return f"logo of {self.organisation}"


class Unit(models.Model):
    """A unit within an organisation. `path` is "/12/45/": the keys from the top to itself.

    `code` is the organisation's own name for the unit in its spreadsheets, unique within it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=400, db_index=True, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    code = models.CharField(max_length=64)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="unit_code_once", fields=["organisation", "code"]),
            models.CheckConstraint(
                name="unit_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="unit_merged_is_closed",
                condition=Q(merged_into__isnull=True) | Q(closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="unit_kind_is_known", condition=Q(kind__in=UnitKind.values)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name"], name="unit_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """The unit's name in role grants and in the audit."""
        return f"unit:{self.pk}"


class Enrolment(models.Model):
    """Pupils in a grade of a school in a school year, which begins in the autumn of `year`."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="enrolments")
    year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=16, choices=Grade.choices)
    pupils = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["unit", "-year", "grade"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="enrolment_once", fields=["unit", "year", "grade"]),
            models.CheckConstraint(
                name="enrolment_grade_is_known", condition=Q(grade__in=Grade.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} {self.grade}: {self.pupils}"


class Change(models.Model):
    """The history of an organisation or unit as its own people read it.

    `field` is what was edited. `by_key` is the key of the person who did it: when they leave, the
    name in `by` becomes their pseudonym.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    on = models.DateField()
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    field = models.CharField(max_length=32, blank=True)
    by = models.CharField(max_length=200)
    by_key = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}: {self.before} -> {self.after}"


class Membership(models.Model):
    """That a person works in an organisation, or in one of its units, between two dates."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    title = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["person", "-starts_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _ends_after_it_begins("membership_ends_after_it_begins"),
            models.UniqueConstraint(
                name="membership_open_once",
                fields=["person", "organisation", "unit"],
                condition=Q(ends_on__isnull=True),
            ),
            models.UniqueConstraint(
                name="membership_without_unit_open_once",
                fields=["person", "organisation"],
                condition=Q(ends_on__isnull=True, unit__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.organisation}"


class ImportDraft(models.Model):
    """A spreadsheet between its preview and its button: nothing of it has happened yet.

    Only the one who sent it sees it. It goes when it is applied, put aside, or a day old.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="import_drafts")
    kind = models.CharField(max_length=16, choices=FileKind.choices)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    close_missing = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} for {self.organisation}"


class RoleType(models.Model):
    """A role that managers appoint people to, such as child-rights pilot.

    `unit_kinds` are the kinds of units that must have someone in the role: a unit of such a kind
    without one is on the gap list.
    """

    code = models.SlugField(max_length=64, unique=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    description_sv = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    unit_kinds = models.JSONField(default=list, blank=True)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name_sv"]

    def __str__(self) -> str:
        return self.name_sv


class Appointment(models.Model):
    """That a manager appoints a person to a role for a unit. `ends_on` is the last day."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role_type = models.ForeignKey(RoleType, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    state = models.CharField(
        max_length=16, choices=AppointmentState.choices, default=AppointmentState.PROPOSED
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    training = models.TextField(blank=True)
    trained_on = models.DateField(null=True, blank=True)
    plan = models.TextField(blank=True)
    appointed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appointed_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["unit", "role_type", "-starts_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _ends_after_it_begins("appointment_ends_after_it_begins"),
            models.UniqueConstraint(
                name="appointment_open_once",
                fields=["person", "role_type", "unit"],
                condition=Q(state__in=["proposed", "accepted"]),
            ),
            models.UniqueConstraint(
                name="appointment_handed_over_once",
                fields=["follows"],
                condition=Q(state__in=["proposed", "accepted"]),
            ),
            models.CheckConstraint(
                name="appointment_answered_has_a_time",
                condition=~Q(state__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["role_type", "state", "starts_on", "ends_on"], name="appointment_active"
            ),
            models.Index(fields=["unit", "role_type", "state"], name="appointment_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role_type}, {self.unit}"


class Agreement(models.Model):
    """An agreement with a last day, such as the HFS letter of intent, renewed every four years."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements"
    )
    name = models.CharField(max_length=200)
    signed_on = models.DateField()
    expires_on = models.DateField()
    note = models.TextField(blank=True)
    renewed_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renews"
    )
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["expires_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="agreement_expires_after_signing", condition=Q(expires_on__gt=F("signed_on"))
            ),
            models.CheckConstraint(
                name="agreement_is_not_its_own_renewal",
                condition=Q(renewed_by__isnull=True) | ~Q(renewed_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"
