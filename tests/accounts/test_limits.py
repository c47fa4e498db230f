"""How often one may try: counted in the database, by address and by account, behind a proxy too."""

import pytest
from django.core.cache import cache

from accounts.conftest import PASSWORD
from samling.mail.models import Message

pytestmark = pytest.mark.django_db
LINK = "/konto/inbjudan/"


def test_the_count_is_kept_in_the_database():
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"


def guess(client, number=0, **headers):
    return client.get(f"{LINK}gissning{number}/", headers=headers).status_code


def test_guessing_invitations(client):
    assert [guess(client, number) for number in range(21)] == [404] * 20 + [429]
    page = client.get(f"{LINK}x/")
    assert (page.status_code, "För många försök" in page.content.decode()) == (429, True)


@pytest.mark.parametrize("address", ["1.1.1.1", "2001:db8::7"])
def test_another_address_may_still_open_its_link(client, address):
    for number in range(21):
        guess(client, number)
    assert client.get(f"{LINK}y/", REMOTE_ADDR=address).status_code == 404


def test_behind_a_proxy_the_visitors_own_address_is_counted(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        guess(client, number, x_forwarded_for=f"10.0.0.{number}, 192.0.2.1")
    assert guess(client, 99, x_forwarded_for="10.9.9.9, 192.0.2.1") == 429
    assert guess(client, 99, x_forwarded_for="192.0.2.2") == 404


def test_without_a_proxy_nobody_chooses_their_address(client):
    for number in range(20):
        guess(client, number, x_forwarded_for=f"10.0.0.{number}")
    assert guess(client, 99, x_forwarded_for="10.9.9.9") == 429


def sign_in(client, login, password="x", **extra):  # noqa: S107
    return client.post("/konto/logga-in/", {"login": login, "password": password}, **extra)


def test_one_account_from_many_addresses(client, make_person):
    make_person("Rut")
    for number in range(5):
        sign_in(client, "rut@exempel.se", REMOTE_ADDR=f"192.0.2.{number}")
    page = sign_in(client, "rut@exempel.se", PASSWORD, REMOTE_ADDR="192.0.2.99")
    assert "För många försök" in page.content.decode()
    assert client.get("/mina-sidor/").status_code == 302


def test_many_accounts_from_one_address(client, make_person):
    make_person("Rut")
    for number in range(10):
        sign_in(client, f"nr{number}@exempel.se")
    page = sign_in(client, "rut@exempel.se", PASSWORD)
    assert "För många försök" in page.content.decode()
    assert sign_in(client, "rut@exempel.se", PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_making_accounts(client):
    def make(number):
        values = {"name": "N", "email": f"nr{number}@exempel.se", "password1": PASSWORD}
        return client.post("/konto/skapa/", values).status_code

    assert [make(number) for number in range(21)] == [302] * 20 + [429]


def test_asking_for_a_new_password(client, make_person):
    make_person("Rut")
    for _ in range(7):
        client.post("/konto/glomt-losenord/", {"email": "rut@exempel.se"})
    assert Message.objects.filter(template="password-reset").count() == 5


def test_a_limited_reader_gets_a_page_in_their_language(client):
    for number in range(20):
        guess(client, number)
    assert "Too many attempts" in client.get(f"/en{LINK}x/").content.decode()
