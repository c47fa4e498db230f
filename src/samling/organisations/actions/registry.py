"""Organisations: making, editing, closing and opening again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.audit.actions import Actor
from samling.organisations.actions.closing import end_what_stands, refuse_what_stands
from samling.organisations.actions.history import (
    RegistryError,
    changed,
    in_words,
    lock,
    note,
    note_edits,
    tell,
)
from samling.organisations.choices import ChangeKind
from samling.organisations.models import Organisation, Unit
from samling.organisations.queries.standing import of_organisation
from samling.places.models import Area


@dataclass(frozen=True)
class OrganisationDetails:
    """What an organisation is called and how it is reached."""

    name: str
    kind: str
    area: Area | None = None
    number: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    registry_email: str = ""
    registry_note: str = ""

    def values(self) -> dict[str, Any]:
        """Field by field, spaces around texts taken away."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {k: v.strip() if isinstance(v, str) else v for k, v in found.items()}


@transaction.atomic
def create_organisation(*, by: Actor, details: OrganisationDetails) -> Organisation:
    """Make an organisation; RegistryError if an open one has the name."""
    values = details.values()
    _refuse_taken_name(values["name"])
    made = _saved(Organisation(**values))
    note(by, made, ChangeKind.CREATED, after=made.name)
    tell(by, "organisation created", made)
    return made


@transaction.atomic
def edit_organisation(
    *, by: Actor, organisation: Organisation, details: OrganisationDetails
) -> Organisation:
    """Give an organisation the details; those that are the same leave no trace."""
    lock(organisation)
    found = Organisation.objects.select_related("area").get(pk=organisation.pk)
    values = details.values()
    edits = changed(found, values)
    if not edits:
        return found
    if found.closed_on is None:
        _refuse_taken_name(values["name"], but=found)
    for field, (_before, after) in edits.items():
        setattr(found, field, after)
    _saved(found)
    note_edits(by, found, edits)
    verb = "organisation renamed" if "name" in edits else "organisation edited"
    tell(by, verb, found, in_words(edits))
    return found


@transaction.atomic
def close_organisation(
    *, by: Actor, organisation: Organisation, with_everything: bool = False
) -> Organisation:
    """Close an organisation today; what it was stays.

    RegistryError if it has open units, appointments or members, unless all of them are to be
    closed and ended with it.
    """
    lock(organisation)
    found = Organisation.objects.get(pk=organisation.pk)
    if found.closed_on is not None:
        raise RegistryError(_("Organisationen är redan stängd."))
    if not with_everything:
        refuse_what_stands(of_organisation(found))
    today = timezone.localdate()
    units = Unit.objects.filter(organisation=found, closed_on__isnull=True)
    for unit in units.select_related("organisation"):
        note(by, unit, ChangeKind.CLOSED)
        tell(by, "unit closed", unit, {"with": found.name})
    ended = end_what_stands(
        by,
        reason=_("%(name)s stängdes.") % {"name": found.name},
        units=Unit.objects.filter(organisation=found),
        organisation=found,
    )
    units.update(closed_on=today)
    found.closed_on = today
    found.save(update_fields=["closed_on"])
    note(by, found, ChangeKind.CLOSED)
    tell(by, "organisation closed", found, ended)
    return found


@transaction.atomic
def reopen_organisation(*, by: Actor, organisation: Organisation) -> Organisation:
    """Open a closed organisation; its units are opened one by one.

    RegistryError for one that was merged into another, or if an open one has the name by now.
    """
    lock(organisation)
    found = Organisation.objects.get(pk=organisation.pk)
    if found.closed_on is None:
        raise RegistryError(_("Organisationen är redan öppen."))
    if found.merged_into is not None:
        raise RegistryError(
            _("Organisationen är sammanslagen med %(name)s och kan inte öppnas igen.")
            % {"name": found.merged_into.name}
        )
    _refuse_taken_name(found.name, but=found)
    found.closed_on = None
    _saved(found)
    note(by, found, ChangeKind.REOPENED)
    tell(by, "organisation reopened", found)
    return found


def _refuse_taken_name(name: str, *, but: Organisation | None = None) -> None:
    others = Organisation.objects.filter(name__iexact=name, closed_on__isnull=True)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise RegistryError(
            _("Det finns redan en organisation som heter %(name)s.") % {"name": name}
        )


def _saved(organisation: Organisation) -> Organisation:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        # Someone made the same name between our question and now.
        raise RegistryError(
            _("Det finns redan en organisation som heter %(name)s.") % {"name": organisation.name}
        ) from error
    return organisation
