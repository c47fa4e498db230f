"""Roles: loading them, giving them, ending them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.errors import GrantError
from samling.accounts.models import Person, Role, RoleGrant
from samling.accounts.rules import active_grants
from samling.accounts.scopes import scope_label, scopes
from samling.audit.actions import Actor, Subject, record
from samling.ui.access import EVERYWHERE, Rights

SHIPPED = Path(__file__).parents[1] / "data" / "roles.yaml"
GRANT = "roles.grant"


@dataclass(frozen=True)
class LoadedRoles:
    """How many roles the file made, changed and left as they were."""

    created: int = 0
    changed: int = 0
    same: int = 0


@transaction.atomic
def load_roles(*, by: Actor, path: Path = SHIPPED) -> LoadedRoles:
    """Make the roles as the file says; those that it does not name are left alone."""
    counts = {"created": 0, "changed": 0, "same": 0}
    for values in yaml.safe_load(path.read_text("utf-8")):
        role = Role.objects.filter(code=values["code"]).first()
        before = {name: getattr(role, name) for name in values} if role else None
        if before == values:
            counts["same"] += 1
            continue
        role, created = Role.objects.update_or_create(code=values["code"], defaults=values)
        counts["created" if created else "changed"] += 1
        details = {"permissions": sorted(role.permissions)}
        subject = Subject("role", role.name_sv, role.code)
        record(by=by, verb="role loaded", subject=subject, details=details)
    return LoadedRoles(**counts)


def may_grant(rights: Rights, role: Role, scope: str) -> bool:
    """Whether someone may give the role there: nobody gives away more than they hold."""
    if role.everywhere and scope != EVERYWHERE:
        return False
    places: Collection[str] = scopes().above(scope) if scope else ()
    return all(rights.can(permission, places) for permission in (GRANT, *role.permissions))


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    rights: Rights,
    person: Person,
    role: Role,
    scope: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give a person a role for a scope, from today unless told otherwise.

    PermissionDenied for more than the giver holds; GrantError when the person is closed, the
    scope does not exist, has the role there already, or the days are the wrong way round.
    """
    if not may_grant(rights, role, scope):
        raise PermissionDenied
    return _granted(by, person, role, scope, starts_on, ends_on)


@transaction.atomic
def grant_from_system(*, by: Actor, person: Person, role: Role, scope: str) -> RoleGrant:
    """Give a role without a giver's rights: by the command line, or by an invitation whose
    sender was asked for them when it was sent and again when it is accepted."""
    return _granted(by, person, role, scope, None, None)


def _granted(
    by: Actor, person: Person, role: Role, scope: str, starts_on: date | None, ends_on: date | None
) -> RoleGrant:
    start = starts_on or timezone.localdate()
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if not locked.is_active:
        raise GrantError(_("Kontot är stängt, så det kan inte få en roll."))
    if scope and not scopes().label(scope):
        raise GrantError(_("Organisationen eller enheten finns inte."))
    if ends_on is not None and ends_on < start:
        raise GrantError(_("Sista dagen är före den första. Inget är ändrat."))
    held = active_grants(on=start).filter(person=locked, role=role, scope=scope)
    if held.exists():
        raise GrantError(_("Personen har redan rollen där."))
    try:
        with transaction.atomic():
            made = RoleGrant.objects.create(
                person=locked,
                role=role,
                scope=scope,
                starts_on=start,
                ends_on=ends_on,
                granted_by=by.name,
                granted_by_key=by.key,
            )
    except IntegrityError as error:
        raise GrantError(_("Personen har redan rollen där.")) from error
    _record(by, "role given", made)
    return made


@transaction.atomic
def end_grant(*, by: Actor, rights: Rights, grant: RoleGrant) -> RoleGrant:
    """Take the role away at once; what is left of it is its history.

    PermissionDenied for a role that one couldn't have given; GrantError for the last
    administrator, so that an installation is never without one.
    """
    if not may_grant(rights, grant.role, grant.scope):
        raise PermissionDenied
    return _ended(by, grant)


def _ended(by: Actor, grant: RoleGrant) -> RoleGrant:
    keep_an_administrator(without=Q(pk=grant.pk))
    locked = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    if locked.ends_on is not None and locked.ends_on <= yesterday:
        raise GrantError(_("Rollen är redan avslutad."))
    if locked.starts_on > yesterday:
        # It never held a whole day; the audit remembers it.
        _record(by, "role taken away", locked)
        locked.delete()
        return locked
    locked.ends_on = yesterday
    locked.save(update_fields=["ends_on"])
    _record(by, "role taken away", locked)
    return locked


def keep_an_administrator(*, without: Q) -> None:
    """GrantError if nobody could give roles everywhere once the grants of `without` are gone."""
    giving = [
        grant
        for grant in RoleGrant.objects.select_for_update().filter(scope=EVERYWHERE).order_by("pk")
        if GRANT in grant.role.permissions
    ]
    ids = [grant.pk for grant in giving]
    standing = active_grants().filter(pk__in=ids, person__is_active=True, ends_on__isnull=True)
    if standing.filter(without).exists() and not standing.exclude(without).exists():
        raise GrantError(
            _("Det är den sista administratören. Ge först någon annan den rollen, och försök igen.")
        )


def _record(by: Actor, verb: str, grant: RoleGrant) -> None:
    record(
        by=by,
        verb=verb,
        subject=Subject("person", grant.person.name, str(grant.person.key)),
        scope=grant.scope,
        details={
            "role": grant.role.code,
            "for": scope_label(grant.scope),
            "from": grant.starts_on.isoformat(),
            "until": grant.ends_on.isoformat() if grant.ends_on else "",
        },
    )
