"""What the staff's start page gets from here, and the forms of those who look after people."""

import pytest
from django.test import RequestFactory

from holders import holder
from samling.accounts import panels
from samling.accounts.models import Invitation, Role
from samling.accounts.rules import rights_of

pytestmark = pytest.mark.django_db


def asked(person):
    request = RequestFactory().get("/mina-sidor/")
    request.user, request.rights = person, rights_of(person)
    return request


def addresses(cards):
    return [card.address for card in cards]


def test_each_sees_the_tools_that_they_may_use(make_person):
    chief = make_person("Ada", role="administrator")
    everything = ["/personer/", "/personer/roller/", "/personer/inbjudningar/"]
    assert addresses(panels.tools(asked(chief))) == everything
    manager = make_person("Bo", role="unit-manager")
    assert addresses(panels.tools(asked(manager))) == ["/personer/inbjudningar/"]
    assert panels.tools(asked(make_person("Cilla"))) == ()


def test_invitations_wait_for_the_one_they_are_for(client, make_person):
    chief, bo = make_person("Ada", role="administrator"), make_person("Bo")
    assert panels.awaiting(asked(bo)) == ()
    client.force_login(chief)
    values = {"name": "Bo", "email": bo.email, "scope": "alla"}
    for role in ("strategist", "analyst", ""):
        assert client.post("/personer/inbjudningar/", values | {"role": role}).status_code == 302
    [card] = panels.awaiting(asked(bo))
    assert (card.text, card.tag.text) == ("Svara med länkarna i mejlen.", "3 inbjudningar")
    assert panels.awaiting(asked(chief)) == ()
    assert list(Invitation.objects.values_list("scope", flat=True)) == ["", "", ""]


def test_a_role_is_given_and_ended_by_forms(client, make_person):
    chief, bo = make_person("Ada", role="administrator"), make_person("Bo")
    client.force_login(chief)
    address = f"/personer/{bo.key}/"
    nothing = client.post(address, {"role": "", "scope": "alla"})
    assert (nothing.status_code, bo.grants.count()) == (200, 0)
    given = client.post(address, {"role": "strategist", "scope": "alla"})
    assert given.status_code == 302
    grant = bo.grants.get()
    assert (grant.role, grant.scope) == (Role.objects.get(code="strategist"), "")
    assert grant.granted_by == "Ada"
    again = client.post(address, {"role": "strategist", "scope": "alla"})
    assert "Personen har redan rollen där." in again.content.decode()
    assert client.get(f"/personer/roller/{grant.pk}/avsluta/").status_code == 405
    assert client.post(f"/personer/roller/{grant.pk}/avsluta/").status_code == 302
    assert not rights_of(bo).held


def test_deleting_someone_at_their_wish(client, make_person):
    chief, bo = make_person("Ada", role="administrator"), make_person("Bo")
    client.force_login(chief)
    page = client.get(f"/personer/{bo.key}/ta-bort/").content.decode()
    assert "mina-uppgifter.json" not in page  # the file would be the reader's own
    client.post(f"/personer/{bo.key}/ta-bort/", {"address": "fel@exempel.se"})
    bo.refresh_from_db()
    assert bo.name == "Bo"
    client.post(f"/personer/{bo.key}/ta-bort/", {"address": bo.email})
    bo.refresh_from_db()
    assert bo.name.startswith("Tidigare användare")
    assert client.get(f"/personer/{bo.key}/").status_code == 404


def test_accounts_belong_to_no_place(client, make_person):
    """Roles are data: one that manages people may be given for an organisation by mistake."""
    bo = make_person("Bo")
    keeper = holder("people.manage", scope="organisation:1")
    assert panels.tools(asked(keeper)) == ()
    client.force_login(keeper)
    own = f"/personer/{bo.key}/"
    for address in ("/personer/", own, f"{own}ta-bort/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{own}ta-bort/", {"address": bo.email}).status_code == 403
    bo.refresh_from_db()
    assert bo.is_active
