"""Invitations: a link to one address, for one use, for fourteen days.

The link alone opens nothing. Who follows it signs in, or makes an account and proves the address
with a code; only then may the invitation be accepted, and only by the address it was sent to. An
invitation that was forwarded is of no use to the one who got it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from samling.accounts.actions.roles import grant_from_system, may_grant
from samling.accounts.errors import GrantError, InvitationError
from samling.accounts.models import Invitation, Person, Role
from samling.accounts.rules import rights_of
from samling.accounts.scopes import scope_label, scopes
from samling.audit.actions import Actor, Subject, record
from samling.mail.actions import queue
from samling.ui.access import Rights

LASTS = timedelta(days=14)
INVITE = "people.invite"
IN_SESSION = "samling_invitation"


def token_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, not to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_invite(rights: Rights, role: Role | None, scope: str) -> bool:
    """Whether someone may invite to the role there, or to nothing but an account."""
    places = scopes().above(scope) if scope else ()
    manages = rights.can("people.manage") or rights.can(INVITE, places)
    if role is None:
        return manages or (scope == "" and rights.can_anywhere(INVITE))
    return manages and may_grant(rights, role, scope)


@transaction.atomic
def invite(
    *,
    by: Actor,
    rights: Rights,
    inviter: Person,
    email: str,
    name: str,
    role: Role | None,
    scope: str,
    site: str,
) -> Invitation:
    """Invite one address, with a role if one is given; `site` is the address of the installation.

    An older invitation to the same address, role and scope is withdrawn: one link holds at a
    time. PermissionDenied for a role that the inviter couldn't give.
    """
    if not may_invite(rights, role, scope):
        raise PermissionDenied
    return _sent(by, inviter, email, name, role, scope, site)[0]


@transaction.atomic
def invite_from_system(
    *, by: Actor, email: str, name: str, role: Role, site: str
) -> tuple[Invitation, str]:
    """Invite by the command line; also gives the link, for an installation without mail yet."""
    return _sent(by, None, email, name, role, "", site)


def _sent(
    by: Actor,
    inviter: Person | None,
    email: str,
    name: str,
    role: Role | None,
    scope: str,
    site: str,
) -> tuple[Invitation, str]:
    address = email.strip()
    validate_email(address)
    now = timezone.now()
    Invitation.objects.filter(
        email__iexact=address,
        role=role,
        scope=scope,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        email=address,
        name=name.strip(),
        token_hash=token_hash(token),
        role=role,
        scope=scope,
        invited_by=inviter,
        expires_at=now + LASTS,
    )
    known = Person.objects.filter(email__iexact=address).first()
    language = known.language if known else "sv"
    with override(language):
        context = {
            "name": made.name,
            "inviter": by.name,
            "role": role.name if role else "",
            "scope": scope_label(scope) if role else "",
            "until": date_format(timezone.localtime(made.expires_at), "j F Y"),
            "address": site.rstrip("/") + reverse("accounts:invitation", args=[token]),
        }
    queue(
        key=f"invitation:{made.key}",
        template="invitation",
        to=address,
        language=language,
        context=context,
        scope=scope,
    )
    _record(by, "invited", made)
    return made, context["address"]


def found(token: str) -> Invitation | None:
    """The invitation of a link, in whatever state; None for a guess."""
    hashed = token_hash(token)
    return Invitation.objects.select_related("role", "invited_by").filter(token_hash=hashed).first()


def problem_of(invitation: Invitation) -> str:
    """Why the invitation can't be accepted any more; empty if it can."""
    if invitation.accepted_at is not None:
        return _("Inbjudan är redan använd. Logga in i stället.")
    if invitation.withdrawn_at is not None:
        return _("Inbjudan gäller inte längre. Be den som bjöd in dig om en ny.")
    if invitation.expires_at <= timezone.now():
        return _("Inbjudan har gått ut. Be den som bjöd in dig om en ny.")
    return ""


def hold(session: Any, token: str) -> None:
    """Remember the link in the browser's session while its holder makes an account."""
    session[IN_SESSION] = token


def pending_in(session: Any) -> Invitation | None:
    """The invitation that the browser's session holds, if it still stands."""
    token = session.get(IN_SESSION)
    invitation = found(token) if isinstance(token, str) else None
    return invitation if invitation and not problem_of(invitation) else None


@transaction.atomic
def accept(*, person: Person, invitation: Invitation) -> Invitation:
    """Accept, by the person whose confirmed address was invited, once.

    InvitationError for anyone else, for a used, withdrawn or expired invitation, and when the
    inviter may no longer give the role.
    """
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("role", "invited_by")
        .get(pk=invitation.pk)
    )
    problem = problem_of(locked)
    if problem:
        raise InvitationError(problem)
    if not _has_address(person, locked.email):
        raise InvitationError(
            _("Inbjudan skickades till en annan adress än den du är inloggad med.")
        )
    by = Actor(person.name, str(person.key))
    if locked.role is not None:
        inviter = locked.invited_by
        if inviter is not None and not may_grant(rights_of(inviter), locked.role, locked.scope):
            raise InvitationError(
                _("Den som bjöd in dig kan inte längre ge rollen. Be om en ny inbjudan.")
            )
        try:
            grant_from_system(by=by, person=person, role=locked.role, scope=locked.scope)
        except GrantError as error:
            raise InvitationError(str(error)) from error
    locked.accepted_at, locked.accepted_by = timezone.now(), person
    locked.save(update_fields=["accepted_at", "accepted_by"])
    _record(by, "invitation accepted", locked)
    return locked


def _has_address(person: Person, address: str) -> bool:
    confirmed = EmailAddress.objects.filter(user=person, verified=True, email__iexact=address)
    return person.is_active and confirmed.exists()


@transaction.atomic
def withdraw(*, by: Actor, rights: Rights, invitation: Invitation) -> None:
    """Take an invitation back; its link is dead. InvitationError if it was used already."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not may_invite(rights, locked.role, locked.scope):
        raise PermissionDenied
    problem = problem_of(locked)
    if problem:
        raise InvitationError(problem)
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    _record(by, "invitation withdrawn", locked)


def _record(by: Actor, verb: str, invitation: Invitation) -> None:
    role = invitation.role.code if invitation.role else ""
    record(
        by=by,
        verb=verb,
        subject=Subject("invitation", invitation.email, str(invitation.key)),
        scope=invitation.scope,
        details={"role": role},
    )
