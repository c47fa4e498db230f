"""People, the roles there are, and who has which role for what."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language

from samling.accounts.choices import Language


class People(BaseUserManager["Person"]):
    """Finds a person by e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with the address; Person.DoesNotExist if there is none."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Someone who can sign in. `key` names the person in addresses and in the audit.

    A person who is deleted becomes a pseudonym: the row stays so that records keep their
    author, with a name like "Tidigare användare 7f3a" and no address, password or sign-in.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.SWEDISH)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    pseudonymised_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = People()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                name="person_pseudonym_is_closed",
                condition=Q(pseudonymised_at__isnull=True) | Q(is_active=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name"], name="person_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A role that people can have: its name and description as people read it, and its rights.

    Roles are data (`accounts/data/roles.yaml`, loaded by `samling setup`); `permissions` are
    names such as "appointments.manage".
    """

    code = models.SlugField(max_length=64, unique=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    description_sv = models.TextField()
    description_en = models.TextField()
    permissions = models.JSONField(default=list)
    everywhere = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name_sv"]

    def __str__(self) -> str:
        return self.name_sv

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if _english() else self.name_sv

    @property
    def description(self) -> str:
        """The description in the reader's language."""
        return self.description_en if _english() else self.description_sv


def _english() -> bool:
    return (get_language() or "sv").startswith("en")


class RoleGrant(models.Model):
    """That a person has a role, for a scope, from one day until another.

    `scope` is "" for the whole installation, else "organisation:12", "unit:34" or "area:0480".
    `ends_on` is the last day; open when null. `granted_by` is the giver's name; a giver who is a
    person has their key in `granted_by_key`, so that the name can be taken away when they leave.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=64, blank=True, db_index=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=200)
    granted_by_key = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["person", "role", "scope", "starts_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="role_grant_open_once",
                fields=["person", "role", "scope"],
                condition=Q(ends_on__isnull=True),
            ),
            models.CheckConstraint(
                name="role_grant_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role} ({self.scope or 'everywhere'})"


class Invitation(models.Model):
    """An invitation to one address. Only a hash of the link's token is kept."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, blank=True)
    scope = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="invitations", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="invitation_not_both_accepted_and_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"invitation to {self.email}"
