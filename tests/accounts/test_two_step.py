"""Codes from an app, reserve codes, confirming who one is, changing address and password."""

import base64
import re
import time
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache

from accounts.conftest import PASSWORD
from samling.mail.models import Message

pytestmark = pytest.mark.django_db
APP = "/konto/tva-steg/app/"


@pytest.fixture
def holder(make_person, client):
    made = make_person("Tova")
    sign_in(client)
    return made


def sign_in(client, password=PASSWORD):
    return client.post("/konto/logga-in/", {"login": "tova@exempel.se", "password": password})


def confirm(client, then):
    """Write the password once more, where it is asked for."""
    return client.post(f"/konto/bekrafta/?next={then}", {"password": PASSWORD}, follow=True)


def code_of(secret, steps=0):
    """What an app shows (RFC 6238), `steps` half minutes from now."""
    return f"{hotp_value(secret, int(time.time()) // 30 + steps):06d}"


def connect_app(client):
    client.get(APP)
    page = confirm(client, APP).content.decode()
    secret = re.search(r'<span class="code">(\w+)</span>', page)[1]
    assert client.post(APP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    answer = client.post(APP, {"code": code_of(secret)})
    assert answer["Location"] == "/konto/tva-steg/reservkoder/"
    return secret


def test_our_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six digits for 59 seconds after the epoch."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert hotp_value(secret, 1) == 94287082 % 10**6


def test_an_app_is_asked_for_at_the_next_sign_in(
    holder, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        secret = connect_app(client)
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    sent = list(Message.objects.filter(to=holder.email).values_list("template", flat=True))
    assert sent == ["security-notice"]
    client.post("/konto/logga-ut/")
    assert sign_in(client)["Location"] == "/konto/tva-steg/kod/"
    assert client.get("/mina-sidor/").status_code == 302
    page = client.post("/konto/tva-steg/kod/", {"code": "123456"})
    assert "Koden stämmer inte" in page.content.decode()
    assert client.get("/mina-sidor/").status_code == 302
    assert client.post("/konto/tva-steg/kod/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/mina-sidor/").status_code == 200


def test_a_code_that_someone_saw_is_of_no_use_again(holder, client):
    secret = connect_app(client)
    for answer in (302, 200):
        client.post("/konto/logga-ut/")
        sign_in(client)
        seen = client.post("/konto/tva-steg/kod/", {"code": code_of(secret)})
        assert seen.status_code == answer
    assert client.get("/mina-sidor/").status_code == 302


def test_a_reserve_code_lets_in_once(holder, client):
    connect_app(client)
    page = client.get("/konto/tva-steg/reservkoder/").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert (len(codes), len(set(codes))) == (10, 10)
    file = client.get("/konto/tva-steg/reservkoder/fil/")
    assert file.content.decode().split() == codes
    client.post("/konto/logga-ut/")
    sign_in(client)
    assert client.post("/konto/tva-steg/kod/", {"code": codes[0]}).status_code == 302
    assert client.get("/mina-sidor/").status_code == 200
    client.post("/konto/logga-ut/")
    sign_in(client)
    assert client.post("/konto/tva-steg/kod/", {"code": codes[0]}).status_code == 200
    assert client.get("/mina-sidor/").status_code == 302


def test_new_reserve_codes_end_the_old(holder, client):
    connect_app(client)
    old = re.findall(r"\d{8}", client.get("/konto/tva-steg/reservkoder/fil/").content.decode())
    client.post("/konto/tva-steg/reservkoder/nya/")
    new = re.findall(r"\d{8}", client.get("/konto/tva-steg/reservkoder/fil/").content.decode())
    assert (len(new), set(new) & set(old)) == (10, set())


def test_disconnecting_the_app_takes_the_reserve_codes_along(holder, client):
    connect_app(client)
    client.post("/konto/tva-steg/app/koppla-bort/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        APP,
        "/konto/passnycklar/ny/",
        "/konto/tva-steg/reservkoder/nya/",
    ],
)
def test_what_matters_asks_who_one_is(holder, client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/konto/bekrafta/?next={quote(address, safe='')}",
    )
    wrong = client.post(answer["Location"], {"password": "fel"})
    assert "Lösenordet stämmer inte" in wrong.content.decode()
    assert client.get(address).status_code == 302


def test_codes_cannot_be_guessed(holder, client):
    secret = connect_app(client)
    client.post("/konto/logga-ut/")
    sign_in(client)
    for number in range(5):
        client.post("/konto/tva-steg/kod/", {"code": f"{number:06d}"})
    page = client.post("/konto/tva-steg/kod/", {"code": code_of(secret)})
    assert "För många försök" in page.content.decode()
    assert client.get("/mina-sidor/").status_code == 302


def code_in(letter):
    return letter.subject.rpartition(": ")[2]


def test_a_new_address_is_proved_by_its_code_before_it_counts(holder, client):
    client.get("/konto/adress/")
    answer = client.post("/konto/adress/", {"email": "ny@exempel.se", "action_add": "1"})
    if "bekrafta" in answer["Location"]:
        answer = confirm(client, "/konto/adress/")
    holder.refresh_from_db()
    assert holder.email == "tova@exempel.se"
    letter = Message.objects.get(template="address-code", to="ny@exempel.se")
    client.post("/konto/kod/", {"action": "verify", "code": code_in(letter)})
    holder.refresh_from_db()
    assert holder.email == "ny@exempel.se"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("ny@exempel.se", True)]
    told = Message.objects.filter(template="security-notice", to="tova@exempel.se")
    assert told.count() == 1  # the old address is told


def test_the_address_of_someone_else_is_not_taken_over(holder, client, make_person):
    victim = make_person("Vera")
    client.post("/konto/adress/", {"email": "VERA@exempel.se", "action_add": "1"})
    holder.refresh_from_db()
    assert holder.email == "tova@exempel.se"
    assert EmailAddress.objects.get(email__iexact=victim.email).user == victim


def test_a_code_is_sent_anew_and_the_old_one_ends(client):
    entering = {"name": "Ny", "email": "ny@exempel.se", "password1": PASSWORD}
    client.post("/konto/skapa/", entering)
    old = code_in(Message.objects.get(template="address-code"))
    page = client.get("/konto/kod/").content.decode()
    assert "Skicka en ny kod" in page
    client.post("/konto/kod/", {"action": "resend"})
    cache.clear()
    client.post("/konto/kod/", {"action": "resend"})
    letters = Message.objects.filter(template="address-code").order_by("pk")
    new = code_in(letters.last())
    assert (letters.count(), old != new) == (2, True)
    client.post("/konto/kod/", {"action": "verify", "code": old})
    assert client.get("/mina-sidor/").status_code == 302
    client.post("/konto/kod/", {"action": "verify", "code": new})
    assert client.get("/mina-sidor/").status_code == 200


def test_a_code_ends_after_three_wrong_ones(client):
    entering = {"name": "Ny", "email": "ny@exempel.se", "password1": PASSWORD}
    client.post("/konto/skapa/", entering)
    code = code_in(Message.objects.get(template="address-code"))
    for _ in range(3):
        client.post("/konto/kod/", {"action": "verify", "code": "FEL000"})
    client.post("/konto/kod/", {"action": "verify", "code": code})
    assert client.get("/mina-sidor/").status_code == 302


def test_a_new_password_ends_the_other_sessions(holder, client):
    other = type(client)()
    sign_in(other)
    new = "tolv nya ord i rad 9"
    values = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/konto/losenord/", values | {"oldpassword": "fel"}).status_code == 200
    assert client.post("/konto/losenord/", values).status_code == 302
    assert client.get("/mina-sidor/").status_code == 200
    assert other.get("/mina-sidor/").status_code == 302


@pytest.mark.parametrize("weak", ["kort", "tova@exempel.se", "123456789012", "password1234"])
def test_weak_passwords_are_refused(client, weak, db):
    values = {"name": "Tova", "email": "tova@exempel.se", "password1": weak}
    assert client.post("/konto/skapa/", values).status_code == 200
    assert not Message.objects.exists()


def test_ending_one_session(holder, client):
    other = type(client)(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1")
    sign_in(other)
    page = client.get("/konto/inloggningar/").content.decode()
    assert "Safari, iPhone" in page
    number = re.search(r'name="session" value="(\d+)"', page)[1]
    client.post("/konto/inloggningar/", {"session": number})
    assert other.get("/mina-sidor/").status_code == 302
    assert client.get("/mina-sidor/").status_code == 200


def test_nobody_ends_the_session_of_someone_else(holder, client, make_person):
    thief = type(client)()
    make_person("Tjuv")
    thief.post("/konto/logga-in/", {"login": "tjuv@exempel.se", "password": PASSWORD})
    number = UserSession.objects.get(user=holder).pk
    thief.post("/konto/inloggningar/", {"session": str(number)})
    assert client.get("/mina-sidor/").status_code == 200
