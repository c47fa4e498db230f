"""Someone who leaves is nowhere in the database afterwards, but in the audit by its own rule."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts.conftest import PASSWORD, SYSTEM
from samling.accounts.actions import invitations, roles
from samling.accounts.actions.people import change_details, delete_person
from samling.accounts.models import Invitation, Person, Role
from samling.accounts.rules import actor, rights_of
from samling.mail.choices import State
from samling.mail.models import Message

pytestmark = pytest.mark.django_db
NAME, ADDRESS, OLD = "Xantippa Qvarnhjul", "xantippa@qvarn.exempel.se", "xq-gammal@exempel.se"
TRACES = ("xantippa", "qvarn", "xq-gammal", "xq-uid")


def tables_with_traces() -> set[str]:
    """Every table where the person's name or an address of theirs can be read."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's
            text = json.dumps(cursor.fetchall(), default=str, ensure_ascii=False).casefold()
            if any(trace in text for trace in TRACES):
                found.add(table)
    decoded = json.dumps([s.get_decoded() for s in Session.objects.all()], default=str).casefold()
    return found | ({"django_session"} if any(trace in decoded for trace in TRACES) else set())


@pytest.fixture
def leaver(make_person):
    """Someone who has used everything that could keep a trace of them."""
    chief = make_person("Chefen", role="administrator")
    made = make_person("x", email=ADDRESS, role="administrator")
    change_details(person=made, name=NAME, language="sv")
    EmailAddress.objects.create(user=made, email=OLD, verified=True)
    other, role = make_person("Bo"), Role.objects.get(code="strategist")
    roles.grant_role(by=actor(made), rights=rights_of(made), person=other, role=role, scope="")
    said = {"email": ADDRESS, "name": NAME}
    SocialAccount.objects.create(user=made, provider="r", uid="xq-uid", extra_data=said)
    for address, by in (("nyss@exempel.se", made), (ADDRESS, chief), (OLD, chief)):
        invitations.invite(
            by=actor(by),
            rights=rights_of(by),
            inviter=by,
            email=address,
            name=NAME if by is chief else "Nyss",
            role=Role.objects.get(code="analyst"),
            scope="",
            site="http://testserver",
        )
    invitations.accept(person=made, invitation=Invitation.objects.get(email=ADDRESS))
    for template in ("account-exists", "security-notice"):
        Message.objects.create(
            key=template, template=template, language="sv", to=OLD, subject=NAME, text=NAME,
            html=NAME, queued_at=made.created_at, next_attempt_at=made.created_at,
            state=State.FAILED,
        )  # fmt: skip
    Message.objects.filter(to="nyss@exempel.se").update(
        state=State.SENT, sent_at=made.created_at, text="", html=""
    )  # as the outbox leaves a secret letter that has been sent
    client = Client(HTTP_USER_AGENT="Firefox")
    client.post("/konto/logga-in/", {"login": ADDRESS, "password": PASSWORD})
    client.get("/mina-sidor/")
    TOTP.activate(made, generate_totp_secret())
    RecoveryCodes.activate(made)
    return Person.objects.get(pk=made.pk)


def test_nothing_of_the_name_or_the_addresses_is_left(leaver):
    before = tables_with_traces()
    assert before >= {
        "accounts_person",
        "accounts_invitation",
        "accounts_rolegrant",
        "account_emailaddress",
        "socialaccount_socialaccount",
        "mail_message",
        "audit_entry",
    }
    delete_person(by=SYSTEM, person=leaver)
    assert tables_with_traces() == {"audit_entry"}


def test_what_was_done_stands_under_a_pseudonym(leaver):
    delete_person(by=SYSTEM, person=leaver)
    leaver.refresh_from_db()
    grant = Person.objects.get(name="Bo").grants.get()
    assert leaver.name.startswith("Tidigare användare ")
    assert (grant.granted_by, grant.granted_by_key) == (leaver.name, str(leaver.key))
    assert Invitation.objects.get(email="nyss@exempel.se").invited_by == leaver
    assert not leaver.has_usable_password()


def test_nobody_signs_in_as_a_pseudonym(leaver, client):
    hidden = f"{leaver.key.hex}@borttagen.invalid"
    delete_person(by=SYSTEM, person=leaver)
    for login in (ADDRESS, OLD, hidden):
        client.post("/konto/logga-in/", {"login": login, "password": PASSWORD})
        assert client.get("/mina-sidor/").status_code == 302


def test_a_pseudonyms_open_invitation_gives_no_role(leaver, make_person):
    delete_person(by=SYSTEM, person=leaver)
    invited = make_person("Nyss")
    with pytest.raises(invitations.InvitationError):
        invitations.accept(
            person=invited, invitation=Invitation.objects.get(email="nyss@exempel.se")
        )
    assert not invited.grants.exists()


def test_the_address_is_free_for_someone_new(leaver, make_person):
    delete_person(by=SYSTEM, person=leaver)
    again = make_person("Ny", email=ADDRESS)
    assert not rights_of(again).held


def test_someone_else_of_the_same_name_keeps_theirs(leaver, make_person):
    namesake = make_person(NAME, email="annan@exempel.se", role="administrator")
    role = Role.objects.get(code="strategist")
    theirs = make_person("Ceder")
    roles.grant_role(
        by=actor(namesake), rights=rights_of(namesake), person=theirs, role=role, scope=""
    )
    delete_person(by=SYSTEM, person=leaver)
    assert theirs.grants.get().granted_by == NAME


def test_everything_that_is_known_can_be_taken_along(leaver, client):
    client.force_login(leaver)
    known = json.loads(client.get("/konto/mina-uppgifter.json").content)
    assert known["person"]["name"] == NAME
    assert {address["email"] for address in known["addresses"]} == {ADDRESS, OLD}
    assert [role["role"] for role in known["roles"]] == ["administrator", "analyst"]
    assert {method["type"] for method in known["sign-in methods"]} == {"totp", "recovery_codes"}
    assert known["organisation log-ins"] == [
        {"provider": "r", "uid": "xq-uid", "extra_data": {"email": ADDRESS, "name": NAME}}
    ]
    assert {invitation["to"] for invitation in known["invitations"]} >= {ADDRESS}
    assert {entry["what"] for entry in known["audit"]} >= {"details changed", "role given"}


def test_the_file_is_nobody_elses(leaver, client, make_person):
    client.force_login(make_person("Nyfiken"))
    assert NAME not in client.get("/konto/mina-uppgifter.json").content.decode()
    assert type(client)().get("/konto/mina-uppgifter.json").status_code == 302
