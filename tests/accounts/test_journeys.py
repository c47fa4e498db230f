"""Making an account, being invited, getting and losing roles, leaving."""

import json
import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from samling.accounts.actions import invitations, roles
from samling.accounts.actions.people import delete_person
from samling.accounts.adapters import LETTERS, NOTICES
from samling.accounts.errors import GrantError
from samling.accounts.models import Invitation, Person, Role
from samling.accounts.rules import actor, rights_of
from samling.audit.actions import Actor
from samling.audit.models import Entry
from samling.mail.models import Message

pytestmark = pytest.mark.django_db
SYSTEM = Actor("test")
PASSWORD = "sju sega sjömän skrek"
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def loaded(db):
    roles.load_roles(by=SYSTEM)


def person(name, *, role="", scope=""):
    made = Person.objects.create(name=name, email=f"{name.lower()}@exempel.se")
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    if role:
        roles.grant_from_system(
            by=SYSTEM, person=made, role=Role.objects.get(code=role), scope=scope
        )
    return made


def invited(email, code="strategist"):
    chief = person("Chefen", role="administrator")
    invitations.invite(
        by=actor(chief),
        rights=rights_of(chief),
        inviter=chief,
        email=email,
        name="Ny",
        role=Role.objects.get(code=code),
        scope="",
        site=SITE,
    )
    letter = Message.objects.get(template="invitation")
    return re.search(r"http://testserver(/konto/inbjudan/\S+/)", letter.text)[1]


def sign_up(client, email, name="Ny"):
    return client.post(
        "/konto/skapa/", {"name": name, "email": email, "password1": PASSWORD}, follow=True
    )


def code_sent_to(email):
    letter = Message.objects.filter(template="address-code", to=email).latest("pk")
    return letter.subject.rpartition(": ")[2]


def test_an_account_opens_only_by_the_code_that_the_address_gets(client):
    page = sign_up(client, "ny@exempel.se")
    assert "Skriv koden" in page.content.decode()
    assert client.get("/mina-sidor/").status_code == 302
    wrong = client.post("/konto/kod/", {"action": "verify", "code": "FEL123"}, follow=True)
    assert client.get("/mina-sidor/").status_code == 302
    assert wrong.status_code == 200
    code = code_sent_to("ny@exempel.se")
    client.post("/konto/kod/", {"action": "verify", "code": code}, follow=True)
    page = client.get("/mina-sidor/")
    assert page.status_code == 200
    assert "Hej Ny!" in page.content.decode()


def test_the_address_of_someone_else_tells_nothing_and_takes_nothing(client):
    victim = person("Vera")
    before = victim.password
    page = sign_up(client, victim.email, "Tjuv")
    assert "Skriv koden" in page.content.decode()
    victim.refresh_from_db()
    assert (victim.password, victim.name) == (before, "Vera")
    assert Message.objects.get(to=victim.email).template == "account-exists"
    assert client.get("/mina-sidor/").status_code == 302


def test_an_invitation_is_taken_by_a_button_and_once(client):
    link = invited("ny@exempel.se")
    assert client.get(link).status_code == 200
    sign_up(client, "ny@exempel.se")
    code = code_sent_to("ny@exempel.se")
    client.post("/konto/kod/", {"action": "verify", "code": code})
    newcomer = Person.objects.get(email="ny@exempel.se")
    client.get(link)
    assert not rights_of(newcomer).can("appointments.read")
    assert client.post(link).status_code == 302
    assert rights_of(newcomer).can("appointments.read")
    assert client.post(link).status_code == 410
    assert newcomer.grants.count() == 1


def test_a_forwarded_invitation_is_of_no_use(client):
    link = invited("ny@exempel.se")
    other = person("Obehörig")
    client.force_login(other)
    assert "annan adress" in client.get(link).content.decode()
    assert client.post(link).status_code == 410
    assert not other.grants.exists()
    assert Invitation.objects.get().accepted_at is None


def test_guessed_expired_and_withdrawn_invitations(client):
    link = invited("ny@exempel.se")
    cut_off = client.get("/konto/inbjudan/gissad/")
    assert cut_off.status_code == 404
    assert "Kopiera hela länken ur mejlet" in cut_off.content.decode()
    newcomer = person("Ny")
    client.force_login(newcomer)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(link).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    chief = Person.objects.get(name="Chefen")
    invitations.withdraw(
        by=actor(chief), rights=rights_of(chief), invitation=Invitation.objects.get()
    )
    assert client.post(link).status_code == 410
    assert not newcomer.grants.exists()


def test_an_inviter_who_has_lost_the_right_gives_nothing(client):
    link = invited("ny@exempel.se")
    Person.objects.get(name="Chefen").grants.all().delete()
    newcomer = person("Ny")
    client.force_login(newcomer)
    assert client.post(link).status_code == 410
    assert not newcomer.grants.exists()


def test_the_token_is_kept_nowhere_but_in_the_letter():
    link = invited("ny@exempel.se")
    token = link.strip("/").split("/")[-1]
    kept = str(list(Invitation.objects.values())) + str(list(Entry.objects.values()))
    assert token not in kept
    assert Message.objects.get(template="invitation").secret


def test_nobody_gives_more_than_they_hold():
    chief, other = person("Chef", role="unit-manager"), person("Annan")
    for code in ("administrator", "analyst", "unit-manager"):
        with pytest.raises(PermissionDenied):
            roles.grant_role(
                by=actor(chief),
                rights=rights_of(chief),
                person=other,
                role=Role.objects.get(code=code),
                scope="",
            )


def test_the_last_administrator_stays():
    first = person("Första", role="administrator")
    grant = first.grants.get()
    with pytest.raises(GrantError):
        roles.end_grant(by=SYSTEM, rights=rights_of(first), grant=grant)
    with pytest.raises(GrantError):
        delete_person(by=SYSTEM, person=first)
    person("Andra", role="administrator")
    roles.end_grant(by=SYSTEM, rights=rights_of(first), grant=grant)
    assert not rights_of(first).can("roles.grant")
    with pytest.raises(GrantError):
        roles.keep_an_administrator(without=Q(person__name="Andra"))


def test_a_role_taken_away_is_gone_at_the_next_click(client):
    person("Kvar", role="administrator")
    holder = person("Bo", role="administrator")
    client.force_login(holder)
    assert client.get("/personer/").status_code == 200
    roles.end_grant(by=SYSTEM, rights=rights_of(holder), grant=holder.grants.get())
    assert client.get("/personer/").status_code == 403


def test_one_takes_what_is_known_of_oneself_along_and_leaves(client):
    leaver = person("Lova", role="strategist")
    client.force_login(leaver)
    known = json.loads(client.get("/konto/mina-uppgifter.json").content)
    assert known["person"]["email"] == leaver.email
    assert [role["role"] for role in known["roles"]] == ["strategist"]
    assert client.post("/konto/ta-bort/", {"address": "fel@exempel.se"}).status_code == 200
    assert client.post("/konto/ta-bort/", {"address": leaver.email}).status_code == 302
    assert client.get("/mina-sidor/").status_code == 302
    leaver.refresh_from_db()
    assert "Lova" not in leaver.name
    assert not leaver.is_active
    assert not EmailAddress.objects.filter(user=leaver).exists()
    assert not leaver.grants.exists()


def test_ending_other_sessions(client):
    holder = person("Siv")
    answer = client.post("/konto/logga-in/", {"login": holder.email, "password": PASSWORD})
    assert answer.status_code == 302
    other = type(client)()
    other.post("/konto/logga-in/", {"login": holder.email, "password": PASSWORD})
    assert other.get("/mina-sidor/").status_code == 200
    client.post("/konto/inloggningar/")
    assert other.get("/mina-sidor/").status_code == 302
    assert client.get("/mina-sidor/").status_code == 200


def test_a_forgotten_password(client):
    holder = person("Gun")
    client.post("/konto/glomt-losenord/", {"email": holder.email})
    letter = Message.objects.get(template="password-reset")
    link = re.search(r"http://[^/]+(/konto/glomt-losenord/\S+/)", letter.text)[1]
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    new = "nya hemliga ord 77"
    client.post(address, {"password1": new, "password2": new})
    holder.refresh_from_db()
    assert holder.check_password(new)
    assert "gäller inte längre" in client.get(link, follow=True).content.decode()


def test_guessing_a_password_is_stopped(client):
    holder = person("Rut")
    for _ in range(6):
        client.post("/konto/logga-in/", {"login": holder.email, "password": "fel"})
    client.post("/konto/logga-in/", {"login": holder.email, "password": PASSWORD})
    assert client.get("/mina-sidor/").status_code == 302


def test_every_letter_of_the_library_has_one_of_ours():
    folder = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(folder)).removesuffix("_subject.txt")
        for path in folder.glob("*/email/*_subject.txt")
    }
    by_code = {"account/email/login_code", "account/email/password_reset_code"}  # not in use
    assert found - by_code == set(LETTERS) | set(NOTICES)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "address",
    [
        "/mina-sidor/",
        "/konto/",
        "/konto/inloggningar/",
        "/konto/ta-bort/",
        "/konto/tva-steg/",
        "/konto/losenord/",
        "/konto/logga-ut/",
        "/konto/organisation/",
        "/konto/passnycklar/",
        "/personer/",
        "/personer/roller/",
        "/personer/inbjudningar/",
    ],
)
def test_pages_open_for_the_one_they_are_for(client, prefix, address):
    client.force_login(person("Ada", role="administrator"))
    assert client.get(prefix + address).status_code in {200, 302}


@pytest.mark.parametrize("address", ["logga-in/", "skapa/", "glomt-losenord/"])
def test_pages_for_entering(client, address):
    answer = client.get(f"/konto/{address}")
    assert answer.status_code == 200
    assert "Prova som" not in answer.content.decode()


def test_there_are_no_made_up_people_but_in_a_demo(client):
    made_up = Person.objects.create(name="x", email="x@demo.exempel.se")
    for key in (str(made_up.key), "gissad", ""):
        assert client.post("/konto/demo/", {"person": key}).status_code == 404


def test_a_demos_sign_in_is_one_that_can_be_seen_and_ended(client, settings):
    """It goes the library's way, so the list of sign-ins has it and another browser can end it."""
    settings.SAMLING_DEMO = True
    ada = Person.objects.create(name="Ada", email="ada@demo.exempel.se")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    elsewhere = Client()
    for browser in (client, elsewhere):
        answer = browser.post("/konto/demo/", {"person": str(ada.key)})
        assert (answer.status_code, answer["Location"]) == (302, "/mina-sidor/")
    page = client.get("/konto/inloggningar/").content.decode()
    assert (page.count("Den här"), page.count('name="session"')) == (1, 1)
    client.post("/konto/inloggningar/")
    assert client.get("/mina-sidor/").status_code == 200
    assert elsewhere.get("/mina-sidor/").status_code == 302


def test_leaving_says_that_one_has_left(client):
    """At once, and not as a surprise to whoever signs in next."""
    client.force_login(person("Ada"))
    answer = client.post("/konto/logga-ut/", follow=True)
    assert answer.redirect_chain == [("/konto/logga-in/", 302)]
    assert "Du är utloggad." in answer.content.decode()
    client.force_login(person("Bo"))
    assert "Du är utloggad." not in client.get("/mina-sidor/").content.decode()


@pytest.mark.parametrize("address", ["ada@exempel.se", "okand@exempel.se"])
def test_the_time_of_signing_up_does_not_tell_who_has_an_account(client, monkeypatch, address):
    """Hashing is what takes time; it is done once, whoever has the address."""
    person("Ada")
    hashed = []
    encode = Argon2PasswordHasher.encode

    def counted(*arguments, **named):
        hashed.append(arguments)
        return encode(*arguments, **named)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    answer = sign_up(client, address)
    assert (answer.redirect_chain, len(hashed)) == ([("/konto/kod/", 302)], 1)
