"""Links in letters lead to the installation, whatever host a request says that it came to."""

import re

import pytest

from samling.accounts.actions import roles
from samling.mail.models import Message

pytestmark = pytest.mark.django_db
HOME = "https://samling.region.exempel.se/"
ELSEWHERE = "ond.exempel.com"


@pytest.fixture(autouse=True)
def installation(settings):
    settings.SAMLING_ADDRESS, settings.ALLOWED_HOSTS = HOME, ["*"]


def links() -> set[str]:
    texts = [message.text + message.html for message in Message.objects.all()]
    assert texts
    assert not [text for text in texts if ELSEWHERE in text]
    return {link for text in texts for link in re.findall(r"https?://[^/\s]+/", text)}


@pytest.mark.parametrize("known", [True, False])
def test_a_new_password_is_chosen_at_home(client, make_person, known):
    make_person("Ada", email="ada@exempel.se" if known else "bo@exempel.se")
    address = {"email": "ada@exempel.se"}
    assert client.post("/konto/glomt-losenord/", address, HTTP_HOST=ELSEWHERE).status_code == 302
    assert links() == {HOME}


def test_whoever_has_an_account_already_is_led_home(client, make_person):
    make_person("Ada")
    values = {"name": "Ada", "email": "ada@exempel.se", "password1": "sju sega sjömän skrek"}
    assert client.post("/konto/skapa/", values, HTTP_HOST=ELSEWHERE).status_code == 302
    assert links() == {HOME}


def test_an_invitation_leads_home(client, make_person):
    roles.load_roles(by=roles.Actor("test"))
    client.force_login(make_person("Chefen", role="administrator"))
    values = {"name": "Ny", "email": "ny@exempel.se", "role": "strategist", "scope": "alla"}
    answer = client.post("/personer/inbjudningar/", values, HTTP_HOST=f"{ELSEWHERE}:8443")
    assert (answer.status_code, links()) == (302, {HOME})


def test_a_notice_of_a_change_leads_home(client, make_person):
    client.force_login(make_person("Ada"))
    values = {
        "oldpassword": "sju sega sjömän skrek",
        "password1": "tre trötta troll tiger",
        "password2": "tre trötta troll tiger",
    }
    assert client.post("/konto/losenord/", values, HTTP_HOST=ELSEWHERE).status_code == 302
    assert links() == {HOME}
