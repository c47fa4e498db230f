"""Units: making, editing, moving, closing and opening again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
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
from samling.organisations.actions.tree import put, refuse_bad_parent
from samling.organisations.choices import ChangeKind
from samling.organisations.models import Organisation, Unit
from samling.organisations.queries.standing import of_unit, subtree
from samling.places.models import Area


@dataclass(frozen=True)
class UnitDetails:
    """What a unit is called and how it is reached."""

    name: str
    kind: str
    code: str
    area: Area | None = None
    email: str = ""
    phone: str = ""

    def values(self) -> dict[str, Any]:
        """Field by field, spaces around texts taken away."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {k: v.strip() if isinstance(v, str) else v for k, v in found.items()}


@transaction.atomic
def create_unit(
    *, by: Actor, organisation: Organisation, details: UnitDetails, parent: Unit | None = None
) -> Unit:
    """Make a unit at the top or under another.

    RegistryError for a closed organisation, a code that is taken, or a parent elsewhere.
    """
    lock(organisation)
    _refuse_taken_code(Unit(organisation=organisation, code=details.code.strip()))
    if Organisation.objects.filter(pk=organisation.pk, closed_on__isnull=False).exists():
        raise RegistryError(_("Organisationen är stängd. Öppna den först."))
    return made_unit(by, organisation, details, fresh(parent) if parent else None)


def made_unit(
    by: Actor, organisation: Organisation, details: UnitDetails, parent: Unit | None
) -> Unit:
    """`create_unit` where the organisation is locked and open, the code known to be free, and the
    parent just read."""
    unit = Unit(organisation=organisation, **details.values())
    refuse_bad_parent(unit, parent)
    unit.save()
    put(unit, parent)
    note(by, unit, ChangeKind.CREATED, after=unit.name)
    tell(by, "unit created", unit, {"code": unit.code, "under": parent.name if parent else ""})
    return unit


@transaction.atomic
def edit_unit(*, by: Actor, unit: Unit, details: UnitDetails) -> Unit:
    """Give a unit the details; those that are the same leave no trace."""
    lock(unit.organisation)
    return edited_unit(by, fresh(unit), details)


def edited_unit(by: Actor, unit: Unit, details: UnitDetails) -> Unit:
    """`edit_unit` where the organisation is locked already and the unit just read."""
    edits = changed(unit, details.values())
    if not edits:
        return unit
    for field, (_before, after) in edits.items():
        setattr(unit, field, after)
    if "code" in edits:
        _refuse_taken_code(unit)
    unit.save(update_fields=list(edits))
    note_edits(by, unit, edits)
    tell(by, "unit renamed" if "name" in edits else "unit edited", unit, in_words(edits))
    return unit


@transaction.atomic
def move_unit(*, by: Actor, unit: Unit, parent: Unit | None) -> Unit:
    """Move a unit, with everything below it, under another or to the top.

    RegistryError if that would make a circle, or the parent is closed or elsewhere.
    """
    lock(unit.organisation)
    return moved_unit(by, fresh(unit), fresh(parent) if parent else None)


def moved_unit(by: Actor, unit: Unit, parent: Unit | None) -> Unit:
    """`move_unit` where the organisation is locked already and both were just read."""
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    refuse_bad_parent(unit, parent)
    before = unit.parent.name if unit.parent else ""
    after = parent.name if parent else ""
    put(unit, parent)
    note(by, unit, ChangeKind.MOVED, before=before, after=after)
    tell(by, "unit moved", unit, {"from": before, "to": after})
    return unit


@transaction.atomic
def close_unit(*, by: Actor, unit: Unit, with_everything: bool = False) -> Unit:
    """Close a unit today; what it was stays.

    RegistryError if units below it, appointments or memberships are open, unless all of them are
    to be closed and ended with it.
    """
    lock(unit.organisation)
    found = fresh(unit)
    if not with_everything:
        refuse_what_stands(of_unit(found))
    return closed_unit(by, found)


def closed_unit(by: Actor, unit: Unit) -> Unit:
    """Close a unit and everything below it, where the organisation is locked already."""
    if unit.closed_on is not None:
        raise RegistryError(_("Enheten är redan stängd."))
    today = timezone.localdate()
    below = subtree(unit).filter(closed_on__isnull=True).exclude(pk=unit.pk)
    for other in below.select_related("organisation"):
        note(by, other, ChangeKind.CLOSED)
        tell(by, "unit closed", other, {"with": unit.name})
    reason = _("%(name)s stängdes.") % {"name": unit.name}
    ended = end_what_stands(by, units=subtree(unit), reason=reason)
    below.update(closed_on=today)
    unit.closed_on = today
    unit.save(update_fields=["closed_on"])
    note(by, unit, ChangeKind.CLOSED)
    tell(by, "unit closed", unit, ended)
    return unit


@transaction.atomic
def reopen_unit(*, by: Actor, unit: Unit) -> Unit:
    """Open a closed unit; RegistryError if it was merged, or what it lies under is closed."""
    lock(unit.organisation)
    return reopened_unit(by, fresh(unit))


def reopened_unit(by: Actor, unit: Unit) -> Unit:
    """`reopen_unit` where the organisation is locked already and the unit just read."""
    if unit.closed_on is None:
        raise RegistryError(_("Enheten är redan öppen."))
    if unit.merged_into is not None:
        raise RegistryError(
            _("Enheten är sammanslagen med %(name)s och kan inte öppnas igen.")
            % {"name": unit.merged_into.name}
        )
    above = unit.parent or unit.organisation
    if above.closed_on is not None:
        raise RegistryError(
            _("%(name)s är stängd. Öppna den först, så går det att öppna enheten.")
            % {"name": above.name}
        )
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    note(by, unit, ChangeKind.REOPENED)
    tell(by, "unit reopened", unit)
    return unit


def fresh(unit: Unit) -> Unit:
    """The unit as it is now that the organisation is locked."""
    return Unit.objects.select_related("organisation", "parent", "area", "merged_into").get(
        pk=unit.pk
    )


def _refuse_taken_code(unit: Unit) -> None:
    others = Unit.objects.filter(organisation_id=unit.organisation_id, code__iexact=unit.code)
    other = others.exclude(pk=unit.pk).first()
    if other is not None:
        raise RegistryError(
            _("Koden %(code)s har redan %(name)s. Välj en annan kod.")
            % {"code": unit.code, "name": other.name}
        )
