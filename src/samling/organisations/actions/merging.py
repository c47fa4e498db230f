"""Merging: what goes on is moved, what was stays where it was, and nothing is lost.

Open memberships and appointments, and the roles that hold, move to the one that is merged into;
those that have ended stay as the history of the old one, which is closed and says where it went.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.models import Invitation, RoleGrant
from samling.audit.actions import Actor, Subject, record
from samling.organisations.actions.closing import (
    end_appointment,
    end_one_membership,
)
from samling.organisations.actions.history import RegistryError, lock, note, tell
from samling.organisations.actions.tree import put, refuse_bad_parent
from samling.organisations.actions.units import fresh
from samling.organisations.choices import ChangeKind
from samling.organisations.models import (
    Agreement,
    Appointment,
    ImportDraft,
    Membership,
    Organisation,
    Unit,
)
from samling.organisations.queries.standing import (
    OPEN_STATES,
    goes_on,
    not_ended,
    open_appointments,
)


@transaction.atomic
def merge_units(*, by: Actor, unit: Unit, into: Unit) -> Unit:
    """Merge a unit into another of the same organisation, and close it.

    Units below it come along. RegistryError if either is closed, they are the same, or the other
    lies below the one that is merged.
    """
    lock(unit.organisation, into.organisation)
    old, new = fresh(unit), fresh(into)
    _refuse_same_or_closed(old, new)
    refuse_bad_parent(old, new)
    moved = {"units": 0}
    for child in old.children.select_related("organisation"):
        put(child, new)
        note(by, child, ChangeKind.MOVED, before=old.name, after=new.name)
        moved["units"] += 1
    moved |= _people_moved(by, old, new)
    moved["roles"] = move_scope(by, old.scope, new.scope)
    _closed_into(by, old, new, moved)
    return new


@transaction.atomic
def merge_organisations(
    *, by: Actor, organisation: Organisation, into: Organisation
) -> Organisation:
    """Merge an organisation into another, with all its units, and close it.

    A unit whose code the other has already gets a number after it ("12" becomes "12-2"), which
    its history says. RegistryError if either is closed or they are the same.
    """
    lock(organisation, into)
    old = Organisation.objects.get(pk=organisation.pk)
    new = Organisation.objects.get(pk=into.pk)
    _refuse_same_or_closed(old, new)
    moved = {"units": _units_moved(by, old, new)}
    Membership.objects.filter(organisation=old, unit__isnull=False).update(organisation=new)
    own = Membership.objects.filter(organisation=old)
    moved["memberships"] = _memberships_moved(by, own, new, None)
    living = Agreement.objects.filter(
        organisation=old, ended_on__isnull=True, renewed_by__isnull=True
    )
    moved["agreements"] = living.update(organisation=new)
    moved["roles"] = move_scope(by, old.scope, new.scope)
    ImportDraft.objects.filter(organisation=old).delete()
    _closed_into(by, old, new, moved)
    return new


def move_scope(by: Actor, before: str, after: str) -> int:
    """Move the roles that hold, and the invitations that wait, from one scope to another.

    Who has the role in both keeps the one and has the other ended.
    """
    today = timezone.localdate()
    grants = RoleGrant.objects.select_for_update(of=("self",)).filter(not_ended(), scope=before)
    moved = 0
    for grant in grants.select_related("person", "role"):
        twin = RoleGrant.objects.filter(
            person=grant.person, role=grant.role, scope=after, ends_on__isnull=True
        )
        if twin.exists():
            grant.ends_on = max(grant.starts_on, today)
        else:
            grant.scope = after
            moved += 1
        grant.save(update_fields=["ends_on", "scope"])
        subject = Subject("person", grant.person.name, str(grant.person.key))
        details = {"role": grant.role.code, "from": before, "to": after}
        record(by=by, verb="role moved", subject=subject, scope=after, details=details)
    waiting = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
    Invitation.objects.filter(waiting, scope=before).update(scope=after)
    return moved


def _refuse_same_or_closed(old: Organisation | Unit, new: Organisation | Unit) -> None:
    if old.pk == new.pk:
        raise RegistryError(_("Det går inte att slå ihop något med sig självt."))
    for either in (old, new):
        if either.closed_on is not None:
            raise RegistryError(
                _("%(name)s är stängd. Öppna den först, eller välj en annan.")
                % {"name": either.name}
            )


def _people_moved(by: Actor, old: Unit, new: Unit) -> dict[str, int]:
    own = Membership.objects.filter(unit=old)
    appointments = open_appointments(Unit.objects.filter(pk=old.pk)).select_for_update(of=("self",))
    return {
        "memberships": _memberships_moved(by, own, new.organisation, new),
        "appointments": sum(
            _appointment_moved(by, appointment, old, new)
            for appointment in appointments.select_related("person", "role_type", "unit")
        ),
    }


def _memberships_moved(
    by: Actor, memberships: QuerySet[Membership], organisation: Organisation, unit: Unit | None
) -> int:
    """Those that go on are moved; who is a member of both has the one ended."""
    today = timezone.localdate()
    moved = 0
    for membership in memberships.filter(goes_on()).select_related(
        "person", "unit", "organisation"
    ):
        there = Membership.objects.filter(
            person=membership.person, organisation=organisation, unit=unit, ends_on__isnull=True
        )
        if membership.ends_on is None and there.exists():
            end_one_membership(by, membership, on=today)
            continue
        membership.organisation, membership.unit = organisation, unit
        membership.save(update_fields=["organisation", "unit"])
        moved += 1
    return moved


def _appointment_moved(by: Actor, appointment: Appointment, old: Unit, new: Unit) -> int:
    today = timezone.localdate()
    twin = Appointment.objects.filter(
        unit=new,
        person=appointment.person,
        role_type=appointment.role_type,
        state__in=OPEN_STATES,
    ).first()
    reason = _("%(old)s slogs ihop med %(new)s.") % {"old": old.name, "new": new.name}
    if twin is not None and (twin.ends_on is None or twin.ends_on >= today):
        end_appointment(by, appointment, reason=reason, on=today)
        return 0
    if twin is not None:
        # Its last day has passed, though nobody has closed it yet.
        end_appointment(by, twin, reason=twin.end_reason or reason, on=twin.ends_on or today)
    appointment.unit = new
    appointment.save(update_fields=["unit"])
    subject = Subject("appointment", str(appointment), str(appointment.key))
    details = {"from": old.name, "to": new.name}
    record(by=by, verb="appointment moved", subject=subject, scope=new.scope, details=details)
    return 1


def _units_moved(by: Actor, old: Organisation, new: Organisation) -> int:
    taken = {code.casefold() for code in new.units.values_list("code", flat=True)}
    units = list(old.units.order_by("pk"))
    for unit in units:
        code = _free_code(unit.code, taken)
        taken.add(code.casefold())
        before = unit.code
        unit.organisation, unit.code = new, code
        unit.save(update_fields=["organisation", "code"])
        note(by, unit, ChangeKind.MOVED, before=old.name, after=new.name)
        if code != before:
            note(by, unit, ChangeKind.EDITED, before=before, after=code, field="code")
        tell(by, "unit moved", unit, {"from": old.name, "to": new.name, "code": [before, code]})
    return len(units)


def _free_code(code: str, taken: set[str]) -> str:
    if code.casefold() not in taken:
        return code
    number = 2
    while f"{code[:58]}-{number}".casefold() in taken:
        number += 1
    return f"{code[:58]}-{number}"


def _closed_into(
    by: Actor, old: Organisation | Unit, new: Organisation | Unit, moved: dict[str, int]
) -> None:
    old.closed_on, old.merged_into = timezone.localdate(), new
    old.save(update_fields=["closed_on", "merged_into"])
    for either in (old, new):
        note(by, either, ChangeKind.MERGED, before=old.name, after=new.name)
    kind = "unit" if isinstance(old, Unit) else "organisation"
    tell(by, f"{kind} merged", old, {"into": new.name, **moved})
    tell(by, f"{kind} merged", new, {"from": old.name, **moved})
