"""Invitations: who makes an account by one, who accepts, sees and withdraws it."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.conftest import PASSWORD, SYSTEM
from samling.accounts.actions import invitations, roles
from samling.accounts.models import Invitation, Person, Role
from samling.accounts.rules import actor, rights_of
from samling.mail.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(make_person):
    return make_person("Chefen", role="administrator")


def invite(by, email="ny@exempel.se", role="strategist"):
    return invitations.invite(
        by=actor(by),
        rights=rights_of(by),
        inviter=by,
        email=email,
        name="Ny",
        role=Role.objects.get(code=role),
        scope="",
        site="http://testserver",
    )


def link_to(email):
    text = Message.objects.filter(template="invitation", to=email).latest("pk").text
    return re.search(r"http://testserver(/konto/inbjudan/\S+/)", text)[1]


def make_account(client, email):
    values = {"name": "Ny", "email": email, "password1": PASSWORD}
    return client.post("/konto/skapa/", values)


def test_without_an_invitation_nobody_makes_an_account(client, settings):
    settings.SAMLING_REGISTRATION = "invited"
    assert "Man blir inbjuden hit" in client.get("/konto/skapa/").content.decode()
    make_account(client, "ny@exempel.se")
    assert not Person.objects.exists()


def test_an_invitation_makes_an_account_for_its_own_address_only(client, settings, chief):
    settings.SAMLING_REGISTRATION = "invited"
    invite(chief)
    client.get(link_to("ny@exempel.se"))
    page = client.get("/konto/skapa/").content.decode()
    assert 'value="ny@exempel.se"' in page
    refused = make_account(client, "obehorig@exempel.se").content.decode()
    assert "Inbjudan gäller en annan adress" in refused
    assert Person.objects.count() == 1
    assert make_account(client, "NY@exempel.se").status_code == 302
    assert Person.objects.filter(email__iexact="ny@exempel.se").count() == 1


@pytest.mark.parametrize("ended", ["withdrawn_at", "accepted_at", "expires_at"])
def test_an_invitation_that_has_ended_opens_nothing(client, settings, chief, ended):
    settings.SAMLING_REGISTRATION = "invited"
    invite(chief)
    client.get(link_to("ny@exempel.se"))
    Invitation.objects.update(**{ended: timezone.now()})
    make_account(client, "ny@exempel.se")
    assert Person.objects.count() == 1


def test_a_new_invitation_ends_the_one_before(chief, client):
    invite(chief)
    first = link_to("ny@exempel.se")
    invite(chief)
    second = link_to("ny@exempel.se")
    assert [client.get(link).status_code for link in (first, second)] == [410, 200]


def test_a_closed_person_accepts_nothing(chief, make_person):
    found = invite(chief, "sten@exempel.se")
    closed = make_person("Sten")
    closed.is_active = False
    closed.save()
    with pytest.raises(invitations.InvitationError):
        invitations.accept(person=closed, invitation=found)


def test_an_address_that_nobody_proved_accepts_nothing(chief, make_person):
    found = invite(chief, "sten@exempel.se")
    with pytest.raises(invitations.InvitationError):
        invitations.accept(person=make_person("Sten", confirmed=False), invitation=found)


def test_an_invitation_is_withdrawn_by_those_who_could_have_sent_it(chief, client, make_person):
    found = invite(chief)
    other = make_person("Bo", role="strategist")
    with pytest.raises(PermissionDenied):
        invitations.withdraw(by=actor(other), rights=rights_of(other), invitation=found)
    client.force_login(other)
    address = f"/personer/inbjudningar/{found.key}/dra-tillbaka/"
    assert client.post(address).status_code == 403
    client.force_login(chief)
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    found.refresh_from_db()
    assert found.withdrawn_at is not None
    page = client.post(address, follow=True).content.decode()
    assert "Inbjudan gäller inte längre" in page


def test_a_role_that_the_inviter_lost_after_sending_is_not_given(chief, client, make_person):
    invite(chief, "sten@exempel.se")
    make_person("Kvar", role="administrator")
    roles.end_grant(by=SYSTEM, rights=rights_of(chief), grant=chief.grants.get())
    sten = make_person("Sten")
    client.force_login(sten)
    page = client.post(link_to("sten@exempel.se"))
    assert (page.status_code, sten.grants.count()) == (410, 0)
    assert "kan inte längre ge rollen" in page.content.decode()


def test_losing_a_role_in_the_middle_of_a_form(chief, client, make_person):
    """The page was open with its buttons when the role was taken away."""
    make_person("Kvar", role="administrator")
    client.force_login(chief)
    assert client.get("/personer/inbjudningar/").status_code == 200
    roles.end_grant(by=SYSTEM, rights=rights_of(chief), grant=chief.grants.get())
    values = {"name": "Ny", "email": "ny@exempel.se", "role": "administrator", "scope": "alla"}
    assert client.post("/personer/inbjudningar/", values).status_code == 403
    bo = make_person("Bo")
    given = {"role": "administrator", "scope": "alla"}
    assert client.post(f"/personer/{bo.key}/", given).status_code == 403
    assert (Invitation.objects.count(), bo.grants.count()) == (0, 0)


def test_the_letter_is_in_its_readers_language(chief, make_person):
    reader = make_person("Ann")
    Person.objects.filter(pk=reader.pk).update(language="en")
    invite(chief, reader.email)
    letter = Message.objects.get(template="invitation")
    assert letter.subject == "You are invited to Samling"
    assert "Strategist" in letter.text
    assert "Strateg " not in letter.text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_database_as_often_for_three_as_for_one(
    chief, client, make_person, django_assert_max_num_queries, count
):
    for number in range(count):
        invite(chief, f"nr{number}@exempel.se")
        make_person(f"P{number}", role="strategist")
    client.force_login(chief)
    client.get("/personer/")
    for address in ("/personer/", "/personer/roller/", "/personer/inbjudningar/"):
        with django_assert_max_num_queries(10):
            page = client.get(address).content.decode()
        shown = {"/personer/inbjudningar/": r"nr\d@exempel.se"}.get(address, r">P\d<")
        assert len(set(re.findall(shown, page))) == count
