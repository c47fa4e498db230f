"""People with passwords, and organisations' log-ins that run for real on this machine."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.utils.translation import override

from accounts.visitor import Visitor
from browser.conftest import wait_for_answers
from samling.accounts.actions import roles
from samling.accounts.models import Person, Role
from samling.audit.actions import Actor

PASSWORD = "sju sega sjömän skrek"
SYSTEM = Actor("test")


@pytest.fixture
def make_person(db):
    """Makes someone with a confirmed address and a password."""

    def make(name: str, *, email: str = "", role: str = "", scope: str = "", confirmed=True):
        made = Person.objects.create(name=name, email=email or f"{name.lower()}@exempel.se")
        made.set_password(PASSWORD)
        made.save()
        EmailAddress.objects.create(user=made, email=made.email, verified=confirmed, primary=True)
        if role:
            roles.load_roles(by=SYSTEM)
            given = Role.objects.get(code=role)
            roles.grant_from_system(by=SYSTEM, person=made, role=given, scope=scope)
        return made

    return make


@pytest.fixture
def visit(live_server):
    """Makes browsers without a screen at a running installation."""
    visitors = []

    def make() -> Visitor:
        visitors.append(Visitor(live_server.url))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.leave()
    wait_for_answers()


@pytest.fixture(autouse=True)
def swedish():
    """A test that asked for a page in English leaves the thread in English."""
    with override("sv"):
        yield
