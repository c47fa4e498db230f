"""A person's own account: details, sessions, what is known of them, and leaving."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from samling.accounts.actions.roles import keep_an_administrator
from samling.accounts.models import Invitation, Person, RoleGrant
from samling.audit.actions import Actor, Subject, record
from samling.audit.models import Entry
from samling.mail.actions import forget_receiver
from samling.mail.models import Message


@transaction.atomic
def change_details(*, person: Person, name: str, language: str) -> Person:
    """Change one's own name and language."""
    person.name, person.language = name.strip(), language
    person.save(update_fields=["name", "language"])
    record(by=_self(person), verb="details changed", subject=_subject(person))
    return person


def end_sessions(*, person: Person, keep: str = "", only: int | None = None) -> int:
    """End the person's sessions, all but the one with the key `keep`, or `only` one by its id."""
    found = UserSession.objects.filter(user=person).exclude(session_key=keep)
    if only is not None:
        found = found.filter(pk=only)
    ended = 0
    for session in found:
        session.end()
        ended += 1
    return ended


def personal_data(person: Person) -> dict[str, Any]:
    """Everything that the installation knows of a person, room by room, ready for JSON."""
    data: dict[str, Any] = {
        "person": {
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "created": _iso(person.created_at),
            "last signed in": _iso(person.last_login),
        },
        "addresses": list(
            EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
        ),
        "roles": [
            {
                "role": grant.role.code,
                "scope": grant.scope,
                "from": _iso(grant.starts_on),
                "until": _iso(grant.ends_on),
            }
            for grant in person.grants.select_related("role")
        ],
        "sessions": [
            {"ip": session.ip, "browser": session.user_agent, "began": _iso(session.created_at)}
            for session in UserSession.objects.filter(user=person)
        ],
        "sign-in methods": [
            {"type": method.type, "added": _iso(method.created_at)}
            for method in Authenticator.objects.filter(user=person)
        ],
        "organisation log-ins": list(
            SocialAccount.objects.filter(user=person).values("provider", "uid", "extra_data")
        ),
        "invitations": [
            {"to": invitation.email, "sent": _iso(invitation.created_at)}
            for invitation in Invitation.objects.filter(
                Q(email__iexact=person.email) | Q(accepted_by=person)
            )
        ],
        "mail": [
            {"subject": message.heading, "sent": _iso(message.sent_at)}
            for message in Message.objects.filter(to__iexact=person.email)
        ],
        "audit": [
            {"at": _iso(entry.at), "what": entry.verb, "to": entry.subject}
            for entry in Entry.objects.filter(actor_key=str(person.key))
        ],
    }
    for name in settings.SAMLING_PERSONAL_DATA:
        data |= import_string(name)(person)
    return data


@transaction.atomic
def delete_person(*, by: Actor, person: Person) -> Person:
    """Close the account for good and leave a pseudonym where records need their author.

    Sign-in, addresses, sessions and roles go; appointments and memberships end; letters lose
    their text. The audit keeps what was done, by its own rule (docs/decisions.md 21). GrantError
    for the last administrator.
    """
    keep_an_administrator(without=Q(person=person))
    locked = Person.objects.select_for_update().get(pk=person.pk)
    for name in settings.SAMLING_ON_DELETION:
        import_string(name)(by=by, person=locked)
    end_sessions(person=locked)
    others = EmailAddress.objects.filter(user=locked).values_list("email", flat=True)
    addresses = {locked.email, *others}
    for address in addresses:
        forget_receiver(address=address)
        Invitation.objects.filter(email__iexact=address, accepted_at__isnull=True).delete()
    EmailAddress.objects.filter(user=locked).delete()
    Authenticator.objects.filter(user=locked).delete()
    SocialAccount.objects.filter(user=locked).delete()
    RoleGrant.objects.filter(person=locked).delete()
    pseudonym = f"Tidigare användare {locked.key.hex[:6]}"
    record(by=by, verb="account deleted", subject=Subject("person", pseudonym, str(locked.key)))
    RoleGrant.objects.filter(granted_by_key=str(locked.key)).update(granted_by=pseudonym)
    hidden = f"{locked.key.hex}@borttagen.invalid"
    Invitation.objects.filter(accepted_by=locked).update(email=hidden, name=pseudonym)
    locked.name, locked.email, locked.is_active = pseudonym, hidden, False
    locked.pseudonymised_at, locked.last_login = timezone.now(), None
    locked.set_unusable_password()
    locked.save()
    return locked


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def _self(person: Person) -> Actor:
    return Actor(person.name, str(person.key))


def _subject(person: Person) -> Subject:
    return Subject("person", person.name, str(person.key))
