"""What is read of people, roles and invitations."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from samling.accounts.models import Invitation, Person, Role, RoleGrant
from samling.accounts.rules import active_grants
from samling.ui.access import EVERYWHERE, Rights
from samling.ui.searching import matching


def people(search: str = "") -> QuerySet[Person]:
    """Everyone with an open account, by name; with a search, those whose name or address has it."""
    open_accounts = Person.objects.filter(pseudonymised_at__isnull=True)
    return open_accounts.filter(matching(search, "name", "email"))


def grants_within(rights: Rights, permission: str) -> QuerySet[RoleGrant]:
    """The roles that hold today in the scopes where the permission is held."""
    mine = rights.scopes(permission)
    grants = active_grants().select_related("person", "role")
    return grants if EVERYWHERE in mine else grants.filter(scope__in=mine)


def invitations_within(rights: Rights, permission: str) -> QuerySet[Invitation]:
    """Invitations that wait for an answer, in the scopes where the permission is held."""
    waiting = Invitation.objects.filter(
        accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
    ).select_related("role", "invited_by")
    mine = rights.scopes(permission)
    return waiting if EVERYWHERE in mine else waiting.filter(scope__in=mine)


def waiting_for(person: Person) -> int:
    """How many invitations wait for the person's address."""
    return Invitation.objects.filter(
        email__iexact=person.email,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).count()


BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
SAID = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


def browser_words(user_agent: str) -> str:
    """The browser and the system as people know them; what it says of itself if neither is known.

    Names stand in the order that they hide one another: Edge also calls itself Chrome and Safari.
    """
    known = [
        SAID.get(name, name)
        for names in (BROWSERS, SYSTEMS)
        for name in [next((name for name in names if name in user_agent), "")]
        if name
    ]
    return ", ".join(known) or user_agent[:60] or "–"


def roles() -> QuerySet[Role]:
    """Every role, by name."""
    return Role.objects.all()
