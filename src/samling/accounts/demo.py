"""The made-up people of a demo, one for each role. There are none but in a demo."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from samling.accounts.actions.roles import grant_from_system
from samling.accounts.models import Person, Role
from samling.accounts.rules import active_grants
from samling.audit.actions import Actor

DOMAIN = "@demo.exempel.se"
PEOPLE = (
    ("administrator", "Ada Demosson", "administrator"),
    ("organisation", "Olle Demosson", "organisation-manager"),
    ("chef", "Cilla Demosson", "unit-manager"),
    ("strateg", "Stina Demosson", "strategist"),
    ("analytiker", "Anders Demosson", "analyst"),
    ("pilot", "Petra Demosson", ""),
)


def demo_people() -> QuerySet[Person]:
    """Those whom one may enter as; nobody where `SAMLING_DEMO` isn't set."""
    if not settings.SAMLING_DEMO:
        return Person.objects.none()
    return Person.objects.filter(email__endswith=DOMAIN, is_active=True)


def make_demo_administrator(*, by: Actor) -> Person:
    """Make the one who may do everything, in whose name the rest of a demo is made."""
    local, name, code = PEOPLE[0]
    return _made(by, local, name, code, "")


@transaction.atomic
def make_demo_people(*, by: Actor, scopes: dict[str, str]) -> list[Person]:
    """Make them all, nothing twice. KeyError for a role that no scope is given for: a role held
    for the whole installation by mistake would show what its holder must not see."""
    scopes = {PEOPLE[0][2]: "", **scopes}
    return [
        _made(by, local, name, code, scopes[code] if code else "") for local, name, code in PEOPLE
    ]


def _made(by: Actor, local: str, name: str, code: str, scope: str) -> Person:
    person, new = Person.objects.get_or_create(
        email=local + DOMAIN, defaults={"name": name, "language": "sv"}
    )
    if new:
        person.set_unusable_password()
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    role = Role.objects.filter(code=code).first()
    if role and not active_grants().filter(person=person, role=role, scope=scope).exists():
        grant_from_system(by=by, person=person, role=role, scope=scope)
    return person
