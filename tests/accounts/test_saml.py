"""Signing in with an organisation's SAML identity provider, and attacks on that way in."""

import base64
import re
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from lxml import etree

from accounts.saml_provider import MAIL, Provider, key_and_certificate
from accounts.visitor import Visitor
from samling.accounts import logins
from samling.accounts.models import Person

ACS = "/konto/organisation/saml/kommunen/acs/"


@pytest.fixture(scope="module")
def keys():
    return key_and_certificate()


@pytest.fixture
def provider(settings, tmp_path):
    running = Provider()
    (tmp_path / "kommunen.pem").write_text(running.certificate)
    file = tmp_path / "logins.yaml"
    file.write_text(
        f"""- key: kommunen
  name: Exempelkommunen
  kind: saml
  domains: [kommun.exempel.se]
  entity: {running.entity}
  server: {running.url}
  certificate: kommunen.pem
"""
    )
    settings.SOCIALACCOUNT_PROVIDERS = logins.providers(file, {})
    yield running
    running.close()


@pytest.fixture
def visitor(visit, provider):
    return visit()


def sign_in(visitor: Visitor, start: str = "/konto/logga-in/") -> Visitor:
    visitor.go(start)
    visitor.send("/saml/kommunen/login/")
    visitor.onward()
    visitor.send("/acs/")
    return visitor


def nobody_came(visitor: Visitor) -> bool:
    return not visitor.signed_in and not SocialAccount.objects.exists()


def test_a_new_person_comes_and_comes_back(visit, visitor):
    sign_in(visitor)
    assert (visitor.answer.status_code, visitor.heading) == (200, "Hej Siv Saml!")
    again = sign_in(visit(), "/en/konto/logga-in/?next=/en/konto/")
    assert again.answer.url.endswith("/en/konto/")
    made = Person.objects.get()
    assert (made.email, made.has_usable_password()) == ("siv@kommun.exempel.se", False)
    assert SocialAccount.objects.values_list("provider", "uid").get() == ("kommunen", "person-1")


def test_the_organisation_gets_our_metadata(visitor, live_server):
    answer = visitor.go(ACS.replace("acs/", "metadata/"))
    told = etree.fromstring(answer.content)
    assert told.get("entityID") == live_server.url + ACS.replace("acs/", "metadata/")
    assert told.xpath("//*[local-name()='AssertionConsumerService']/@Location") == [
        live_server.url + ACS
    ]


def unsigned(provider, keys):
    provider.signed = False


def other_key(provider, keys):
    provider.signing = keys


def other_audience(provider, keys):
    provider.audience = "https://annan.exempel.se/"


def other_recipient(provider, keys):
    provider.destination = "https://annan.exempel.se/acs/"


def other_issuer(provider, keys):
    provider.issuer = "https://ond.exempel.se"


def expired(provider, keys):
    provider.age = timedelta(hours=1)


def not_yet(provider, keys):
    provider.age = timedelta(hours=-1)


def changed(provider, keys):
    provider.after_signing = lambda xml: xml.replace("siv@kommun", "ada@kommun")


def wrapped(provider, keys):
    """The signed assertion is moved aside and an unsigned one is put where it stood."""

    def wrap(xml):
        signed = re.search(r"<saml:Assertion.*</saml:Assertion>", xml, re.S)[0]
        false = re.sub(r"<ds:Signature.*</ds:Signature>", "", signed, flags=re.S)
        false = false.replace("siv@kommun", "ada@kommun").replace('ID="', 'ID="x')
        return xml.replace(signed, f"{false}<samlp:Extensions>{signed}</samlp:Extensions>")

    provider.after_signing = wrap


def commented(provider, keys):
    """A comment inside the address must not cut it short after it was signed."""
    provider.attributes[MAIL] = "siv@kommun.exempel.se.ond.se"
    provider.after_signing = lambda xml: xml.replace(".exempel.se.ond", ".exempel.se<!-- -->.ond")


ATTACKS = [
    unsigned, other_key, other_audience, other_recipient, other_issuer, expired, not_yet, changed,
    wrapped,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_answer_that_is_not_what_it_should_be_lets_nobody_in(visitor, provider, keys, attack):
    attack(provider, keys)
    sign_in(visitor)
    assert (visitor.answer.status_code, visitor.heading) == (401, "Inloggningen gick inte")
    assert nobody_came(visitor)


def test_a_comment_in_the_address_does_not_cut_it_short(visitor, provider, keys):
    commented(provider, keys)
    sign_in(visitor)
    assert nobody_came(visitor)


def test_entities_are_not_read(visitor, provider):
    provider.after_signing = lambda xml: (
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + xml
    )
    sign_in(visitor)
    assert visitor.answer.status_code == 401
    assert nobody_came(visitor)


def test_an_answer_nobody_asked_for(visitor, provider):
    provider.in_response_to = ""
    sign_in(visitor)
    assert (visitor.answer.status_code, nobody_came(visitor)) == (401, True)


@pytest.mark.parametrize("asked", ["ONELOGIN_gissad", "_0"])
def test_an_answer_to_a_question_that_was_not_asked_here(visitor, provider, asked):
    provider.in_response_to = asked
    sign_in(visitor)
    assert (visitor.answer.status_code, nobody_came(visitor)) == (401, True)


def test_a_stolen_answer_is_of_no_use_in_another_browser(visit, visitor, provider):
    visitor.go("/konto/logga-in/")
    visitor.send("/saml/kommunen/login/")
    visitor.onward()
    thief = visit()
    thief.post(ACS, SAMLResponse=provider.issued[0])
    assert (thief.answer.status_code, nobody_came(thief)) == (401, True)


def test_an_answer_is_used_once(visitor, provider):
    sign_in(visitor)
    assert visitor.signed_in
    visitor.go("/konto/logga-ut/")
    visitor.send("logga-ut")
    assert not visitor.signed_in
    visitor.post(ACS, SAMLResponse=provider.issued[0])
    assert (visitor.answer.status_code, visitor.signed_in) == (401, False)


@pytest.mark.parametrize("said", ["", "inte base64!", base64.b64encode(b"<x/>").decode()])
def test_nonsense_in_place_of_an_answer(visitor, said):
    visitor.post(ACS, SAMLResponse=said)
    assert (visitor.answer.status_code, nobody_came(visitor)) == (401, True)


@pytest.mark.parametrize("address", ["siv@annan.exempel.se", "siv", ""])
def test_an_address_outside_the_organisations_domains_makes_no_account(visitor, provider, address):
    provider.attributes[MAIL] = address
    sign_in(visitor)
    assert "hör till organisationens domän" in visitor.words
    assert nobody_came(visitor)


def test_an_address_of_someone_elsewhere_with_an_account_here(visitor, provider, make_person):
    victim = make_person("Vera", email="vera@region.exempel.se", role="administrator")
    provider.attributes[MAIL] = victim.email
    sign_in(visitor)
    assert nobody_came(visitor)


def test_logging_out_everywhere_is_not_offered(visitor):
    assert visitor.go(ACS.replace("acs/", "sls/") + "?SAMLRequest=x").status_code == 404
