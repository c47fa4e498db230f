"""The permission matrix: every role, every address, every method, from the list of addresses.

`permissions.yaml` says of each address whom it is for. An address that is not in it fails the
suite, so that a new page can't be forgotten, and a page that opens to others shows up there as a
changed line. Each address is then asked for real by everyone, about things of their own
organisation and of another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from samling.accounts.middleware import declared_access
from samling.accounts.models import Role
from samling.ui.access import Access
from web.permission_world import Place, Someone, World, example

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TABLE = yaml.safe_load(Path(__file__).with_name("permissions.yaml").read_text("utf-8"))
WHO: dict[str, str] = TABLE["addresses"]
# Asked about one thing: the right must hold for that thing. The value is the permission.
OF_A_THING: dict[str, str] = TABLE["of a thing"]
# The right must be held for more than an organisation.
OF_THE_WHOLE = set(TABLE["of the whole"])
# Only its own person may; the matrix's people own nothing of it.
OF_ONE_PERSON = set(TABLE["of one person"])
# There is nothing at such an address here, whoever asks.
ABSENT = set(TABLE["absent here"])


def addresses(patterns=None, space: str = "") -> Iterator[tuple[str, Access | None]]:
    """Every address by its name, with what its view says of itself."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", declared_access(pattern.callback)


def said_of(access: Access | None) -> str:
    return "nothing" if access is None else access.permission or access.kind


def test_every_address_is_in_the_table_as_its_view_says():
    assert {name: said_of(access) for name, access in addresses()} == WHO


def test_the_table_speaks_of_addresses_that_there_are():
    assert (set(OF_A_THING) | OF_THE_WHOLE | OF_ONE_PERSON | ABSENT) - set(WHO) == set()


def asked(client: Client, method: str, address: str) -> tuple[int, str]:
    """The answer's status and where it leads; whatever was done is taken back."""
    cookies = client.cookies.output()
    with transaction.atomic():
        answer = client.generic(method, address)
        transaction.set_rollback(True)
    if answer.streaming:
        b"".join(answer)  # which closes its file, and not the database as `close` would
    client.cookies.clear()
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return answer.status_code, answer.headers.get("Location", "")


def expected(name: str, someone: Someone, place: Place) -> str:
    """ "open", "sign in" or "closed"."""
    who = WHO[name]
    if who == "public":
        return "open"
    if someone.person is None:
        return "sign in"
    if who != "signed in" and not someone.rights.can_anywhere(who):
        return "closed"
    if name in OF_ONE_PERSON or (name in OF_THE_WHOLE and not someone.rights.can(who)):
        return "closed"
    if name in OF_A_THING and not someone.rights.can(OF_A_THING[name], place.scopes(name)):
        return "closed"
    return "open"


def agrees(should: str, name: str, status: int, leads: str) -> bool:
    """A method that nobody may use is no opening, and nothing is to be seen where nothing is."""
    sign_in = status == 302 and leads.startswith("/konto/logga-in/?next=")
    if should == "sign in":
        return sign_in
    if should == "closed":
        return status in {403, 404, 405}
    absent = status == 404 and (WHO[name] == "public" or name in ABSENT)
    return not sign_in and status < 500 and (status not in {403, 404} or absent)


@pytest.mark.django_db
def test_the_matrix():
    world = World()
    everyone = world.everyone()
    assert {someone.name for someone in everyone} == {
        "nobody",
        "signed in",
        *Role.objects.values_list("code", flat=True),
    }
    wrong = []
    for name in WHO:
        for which, place in (("own", world.own), ("other", world.other)):
            address = reverse(name, kwargs=example(name, place))
            if which == "other" and address == reverse(name, kwargs=example(name, world.own)):
                continue
            for someone in everyone:
                for method in METHODS:
                    status, leads = asked(someone.client, method, address)
                    should = expected(name, someone, place)
                    if not agrees(should, name, status, leads):
                        wrong.append(f"{someone.name} {method} {which} {name}: {status}, {should}")
    assert wrong == []
