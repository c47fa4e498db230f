"""Signing in with an organisation's OpenID Connect provider, and attacks on that way in."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.openid_provider import CLIENT, SECRET, Provider
from accounts.visitor import Visitor
from samling.accounts import logins
from samling.accounts.models import Person

ANSWER = "/konto/organisation/oidc/regionen/login/callback/"


@pytest.fixture
def provider():
    running = Provider()
    yield running
    running.close()


@pytest.fixture
def organisation(provider, settings, tmp_path):
    """The provider, with the installation told of it."""
    file = tmp_path / "logins.yaml"
    file.write_text(
        f"""- key: regionen
  name: Region Exempel
  kind: oidc
  domains: [region.exempel.se]
  server: {provider.url}
  client: {CLIENT}
  secret_from: PROV
- key: andra
  name: Andra regionen
  kind: oidc
  domains: [andra.exempel.se]
  server: {provider.url}
  client: {CLIENT}-andra
  secret_from: PROV
"""
    )
    settings.SOCIALACCOUNT_PROVIDERS = logins.providers(file, {"PROV": SECRET})
    return provider


@pytest.fixture
def visitor(visit, organisation):
    return visit()


def sign_in(visitor: Visitor, start: str = "/konto/logga-in/", key: str = "regionen") -> Visitor:
    visitor.go(start)
    visitor.send(f"/oidc/{key}/login/")
    visitor.onward()
    return visitor


def nobody_came(visitor: Visitor) -> bool:
    people = Person.objects.filter(email="ove@region.exempel.se")
    return not visitor.signed_in and not people.exists() and not SocialAccount.objects.exists()


def test_a_new_person_comes_by_the_organisations_log_in(visitor, organisation):
    sign_in(visitor)
    assert (visitor.answer.status_code, visitor.heading) == (200, "Hej Ove Organisation!")
    made = Person.objects.get()
    assert (made.email, made.has_usable_password()) == ("ove@region.exempel.se", False)
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [
        (made.pk, "ove@region.exempel.se", True)
    ]
    assert organisation.asked.count("/token") == 1
    assert SocialAccount.objects.values_list("provider", "uid").get() == ("regionen", "u1")


def test_the_same_person_comes_back_and_is_the_same(visit, organisation):
    for _ in range(2):
        assert sign_in(visit()).signed_in
    assert (Person.objects.count(), SocialAccount.objects.count()) == (1, 1)


def test_someone_with_a_local_account_gets_into_it(visitor, make_person):
    mine = make_person("Ove", email="ove@region.exempel.se")
    sign_in(visitor)
    assert visitor.heading == "Hej Ove!"
    assert SocialAccount.objects.get().user == mine
    mine.refresh_from_db()
    assert mine.has_usable_password()


def test_a_password_set_by_someone_who_never_proved_the_address_is_worth_nothing(
    visitor, make_person
):
    """Someone made an account with the address in the hope that its owner would come."""
    trap = make_person("Fällan", email="ove@region.exempel.se", confirmed=False)
    sign_in(visitor)
    trap.refresh_from_db()
    assert not trap.has_usable_password()


def test_an_english_reader_comes_back_in_english_by_the_same_address(visitor):
    sign_in(visitor, "/en/konto/logga-in/")
    assert visitor.answer.url.endswith("/en/mina-sidor/")
    assert [step for step in visitor.trail if "callback" in step and "/en/" in step] == []


def test_who_wanted_a_page_comes_to_it(visitor):
    sign_in(visitor, "/konto/logga-in/?next=/konto/inloggningar/")
    assert visitor.answer.url.endswith("/konto/inloggningar/")


@pytest.mark.parametrize(
    "address",
    ["ove@annan.exempel.se", "ove@sub.region.exempel.se", "", "ove@region.exempel.se.ond.se"],
)
def test_an_address_outside_the_organisations_domains_makes_no_account(
    visitor, organisation, address
):
    organisation.person |= {"email": address, "email_verified": True}
    sign_in(visitor)
    assert "hör till organisationens domän" in visitor.words
    assert nobody_came(visitor)


def test_one_organisation_cannot_sign_in_as_anothers_person(visitor, organisation, make_person):
    """The other region's provider says that it has our administrator's address."""
    chief = make_person("Ada", email="ada@region.exempel.se", role="administrator")
    organisation.person |= {"sub": "x", "email": "ada@region.exempel.se", "email_verified": True}
    sign_in(visitor, key="andra")
    assert not visitor.signed_in
    assert not SocialAccount.objects.filter(user=chief).exists()


def test_a_closed_account_stays_closed(visitor, make_person):
    closed = make_person("Ove", email="ove@region.exempel.se")
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    sign_in(visitor)
    assert not visitor.signed_in


def test_two_steps_are_asked_for_also_here(visitor, make_person):
    mine = make_person("Ove", email="ove@region.exempel.se")
    TOTP.activate(mine, generate_totp_secret())
    sign_in(visitor)
    assert visitor.heading == "Ett steg till"
    assert not visitor.signed_in


def forged(provider):
    provider.published = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()


LIES = {
    "signed by someone else": forged,
    "not signed": lambda provider: setattr(provider, "algorithm", "none"),
    "no id_token": lambda provider: setattr(provider, "without_id_token", True),
    "meant for another site": lambda provider: provider.claims.update(aud="annan"),
    "from another issuer": lambda provider: provider.claims.update(iss="https://ond.exempel.se"),
    "expired": lambda provider: provider.claims.update(exp=1),
    "userinfo of someone else": lambda provider: provider.userinfo.update(sub="u2"),
    "refused": lambda provider: setattr(provider, "refuses", "server_error"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_what_it_should_be_lets_nobody_in(visitor, organisation, lie):
    LIES[lie](organisation)
    sign_in(visitor)
    assert (visitor.answer.status_code, visitor.heading) == (401, "Inloggningen gick inte")
    assert nobody_came(visitor)


def test_who_changes_their_mind_is_told_so(visitor, organisation):
    organisation.refuses = "access_denied"
    sign_in(visitor)
    assert visitor.heading == "Inloggningen avbröts"


def test_a_state_that_is_missing_forged_or_of_another_browser(visit, organisation):
    thief, victim = visit(), visit()
    thief.go("/konto/logga-in/")
    thief.send("/oidc/regionen/login/")
    [content] = thief.page.xpath("//meta[@http-equiv='refresh']/@content")
    ready = thief.session.get(content.partition("url=")[2], allow_redirects=False, timeout=20)
    with_code = ready.headers["Location"]
    for address in (with_code, with_code.partition("&state=")[0], f"{ANSWER}?code=a&state=gissad"):
        victim.go(address)
        assert (victim.answer.status_code, victim.heading) == (401, "Inloggningen gick inte")
        assert nobody_came(victim)


def test_an_answer_is_used_once(visitor):
    sign_in(visitor)
    used = next(step for step in visitor.trail if ANSWER in step)
    visitor.session.cookies.clear()
    visitor.go(used)
    assert visitor.answer.status_code == 401
    assert not visitor.signed_in


def test_a_log_in_that_is_not_there(visitor):
    for address in ("/konto/organisation/oidc/okand/login/", ANSWER.replace("regionen", "okand")):
        assert visitor.go(address).status_code == 404


def test_the_provider_is_down(visitor, organisation):
    organisation.close()
    visitor.go("/konto/logga-in/")
    visitor.send("/oidc/regionen/login/")
    assert (visitor.answer.status_code, visitor.heading) == (401, "Inloggningen gick inte")


def test_linking_and_unlinking(visitor, organisation, make_person):
    mine = make_person("Ove", email="ove@privat.exempel.se")
    organisation.person |= {"email": "chef@region.exempel.se"}
    visitor.go("/konto/logga-in/")
    visitor.send("logga-in", login=mine.email, password="sju sega sjömän skrek")
    visitor.go("/konto/organisation/")
    visitor.send("/oidc/regionen/login/")
    visitor.onward()
    if "bekrafta" in visitor.answer.url:
        visitor.send("bekrafta", password="sju sega sjömän skrek")
    assert SocialAccount.objects.get().user == mine
    # The organisation's word for another address does not make it mine.
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [mine.email]
    visitor.go("/konto/organisation/")
    visitor.send("organisation/", account=str(SocialAccount.objects.get().pk))
    assert not SocialAccount.objects.exists()
