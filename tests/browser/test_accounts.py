"""Signing in with a real Chromium: passkeys, codes, an organisation's log-in, every page by axe."""

import os
import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from accounts.openid_provider import CLIENT, SECRET, Provider
from browser.axe import NARROW, NARROWEST, WIDE, pixels_sticking_out, violations
from browser.conftest import follow, wait_for_answers
from samling.accounts import logins
from samling.accounts.actions import invitations, roles
from samling.accounts.models import Person, Role
from samling.accounts.rules import actor, rights_of
from samling.audit.actions import Actor
from samling.mail.models import Message

PASSWORD = "sju sega sjömän skrek"
SYSTEM = Actor("test")
PICTURES = os.environ.get("SAMLING_PICTURES", "")  # a folder for pictures to look at


def make(name: str, role: str = "") -> Person:
    made = Person.objects.create(name=name, email=f"{name.split()[0].lower()}@exempel.se")
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    if role:
        given = Role.objects.get(code=role)
        roles.grant_from_system(by=SYSTEM, person=made, role=given, scope="")
    return made


@pytest.fixture
def ada(live_server):
    roles.load_roles(by=SYSTEM)
    cache.clear()
    return make("Ada Lindgren", "administrator")


@pytest.fixture
def browse(chromium, live_server):
    """Opens pages; at the end nothing may have gone wrong on the way."""
    contexts, faults = [], []

    def start(*, javascript: bool = True, width: int = 1280, person: Person | None = None):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "response", lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 400 else 0
        )
        return page

    yield start
    found = list(faults)
    for context in contexts:
        context.close()
    wait_for_answers()
    assert found == []


def heading(page) -> str:
    return page.locator("h1").inner_text()


def sign_in(page, person: Person) -> None:
    page.goto("/konto/logga-in/")
    page.get_by_label("E-postadress").fill(person.email)
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    follow(page.get_by_role("button", name="Logga in", exact=True))


def with_device(page) -> None:
    """A telephone that knows its owner's finger, as far as the browser can tell."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm(page) -> None:
    assert heading(page) == "Bekräfta att det är du"
    page.get_by_label("Lösenord").fill(PASSWORD)
    follow(page.get_by_role("button", name="Fortsätt"))


def sign_out(page) -> None:
    page.goto("/konto/logga-ut/")
    follow(page.locator("main").get_by_role("button", name="Logga ut"))


@pytest.fixture
def phone(browse, ada):
    """A browser on a telephone, where Ada has added a passkey and signed out."""
    page = browse()
    with_device(page)
    sign_in(page, ada)
    page.goto("/konto/tva-steg/")
    follow(page.get_by_role("link", name="Lägg till en passnyckel"))
    confirm(page)
    page.get_by_label("Namn på passnyckeln").fill("Adas telefon")
    follow(page.get_by_role("button", name="Lägg till passnyckeln"))
    page.get_by_role("heading", level=1, name="Reservkoder").wait_for()
    assert Authenticator.objects.filter(user=ada, type="webauthn").count() == 1
    sign_out(page)
    return page


def test_a_passkey_is_enough_to_sign_in(phone):
    phone.goto("/konto/logga-in/?next=/konto/")
    follow(phone.get_by_role("button", name="Logga in med passnyckel"))
    phone.get_by_role("heading", level=1, name="Mitt konto").wait_for()


def test_a_passkey_is_the_step_after_the_password(phone, ada):
    sign_in(phone, ada)
    assert heading(phone) == "Ett steg till"
    follow(phone.get_by_role("button", name="Använd en passnyckel"))
    phone.get_by_role("heading", level=1, name="Hej Ada Lindgren!").wait_for()


def test_a_passkey_confirms_who_one_is_and_is_renamed_and_removed(phone):
    phone.goto("/konto/logga-in/?next=/konto/passnycklar/")
    follow(phone.get_by_role("button", name="Logga in med passnyckel"))
    phone.get_by_role("heading", level=1, name="Mina passnycklar").wait_for()
    assert phone.locator(".record-list bdi").all_inner_texts() == ["Adas telefon"]
    follow(phone.get_by_role("link", name="Byt namn på Adas telefon"))
    follow(phone.get_by_role("link", name="Använd en passnyckel"))
    follow(phone.get_by_role("button", name="Använd passnyckeln"))
    phone.get_by_label("Namn på passnyckeln").fill("Gamla telefonen")
    follow(phone.get_by_role("button", name="Spara"))
    follow(phone.get_by_role("link", name="Ta bort Gamla telefonen"))
    follow(phone.get_by_role("button", name="Ta bort passnyckeln"))
    assert phone.get_by_text("Du har ingen passnyckel.").count() == 1


def test_a_device_without_a_passkey_is_told_so(browse, ada):
    page = browse()
    with_device(page)
    page.goto("/konto/logga-in/")
    problem = page.get_by_text("Det blev inget med passnyckeln.")
    assert not problem.is_visible()
    page.get_by_role("button", name="Logga in med passnyckel").click()
    problem.wait_for(state="visible")


def test_without_javascript_the_password_is_the_way(browse, ada):
    page = browse(javascript=False)
    page.goto("/konto/logga-in/")
    assert not page.locator("#passkey_login").is_visible()
    sign_in(page, ada)
    assert heading(page) == "Hej Ada Lindgren!"


def test_making_an_account_and_taking_an_invitation(browse, ada):
    invite(ada, "nils@exempel.se")
    letter = Message.objects.get(template="invitation")
    link = re.search(r"http://testserver(/\S+)", letter.text)[1]
    page = browse(javascript=False)
    page.goto(link)
    assert heading(page) == "Inbjudan till Samling"
    follow(page.get_by_role("link", name="Skapa konto"))
    assert page.get_by_label("E-postadress").input_value() == "nils@exempel.se"
    page.get_by_label("Namn").fill("Nils Ny")
    page.get_by_label("Lösenord").fill(PASSWORD)
    follow(page.get_by_role("button", name="Skapa konto"))
    assert heading(page) == "Skriv koden"
    code = Message.objects.get(template="address-code").subject.rpartition(": ")[2]
    page.get_by_label("Kod").fill(code)
    follow(page.get_by_role("button", name="Bekräfta"))
    follow(page.get_by_role("button", name="Tacka ja"))
    assert heading(page) == "Hej Nils Ny!"
    assert rights_of(Person.objects.get(name="Nils Ny")).can("appointments.read")


def test_an_organisations_log_in_under_the_policy_for_forms(browse, ada, settings, tmp_path):
    """The page's policy lets forms lead to this site only; the provider is at another."""
    provider = Provider()
    file = tmp_path / "logins.yaml"
    file.write_text(
        f"- {{key: regionen, name: Region Exempel, kind: oidc, domains: [region.exempel.se], "
        f"server: '{provider.url}', client: {CLIENT}, secret_from: S}}"
    )
    settings.SOCIALACCOUNT_PROVIDERS = logins.providers(file, {"S": SECRET})
    page = browse()
    page.goto("/konto/logga-in/")
    follow(page.get_by_role("button", name="Logga in med Region Exempel"))
    page.get_by_role("heading", level=1, name="Hej Ove Organisation!").wait_for()
    provider.close()


def test_the_log_in_page_by_keyboard(browse, ada):
    page = browse()
    page.goto("/konto/logga-in/")
    page.get_by_label("E-postadress").focus()
    order = []
    for _ in range(6):
        order.append(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
        page.keyboard.press("Tab")
    assert order == [
        "id_login",
        "id_password",
        "Logga in",
        "Glömt lösenordet?",
        "passkey_login",
        "Skapa ett konto",
    ]
    page.get_by_label("E-postadress").focus()
    page.keyboard.type(ada.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Hej Ada Lindgren!").wait_for()


def invite(by: Person, email: str, role: str = "strategist") -> None:
    invitations.invite(
        by=actor(by),
        rights=rights_of(by),
        inviter=by,
        email=email,
        name="Nils Ny",
        role=Role.objects.get(code=role),
        scope="",
        site="http://testserver",
    )


OUTSIDE = ("konto/logga-in/", "konto/skapa/", "konto/glomt-losenord/", "konto/inbjudan/{link}/")
NEEDS_AN_APP = "konto/tva-steg/reservkoder/"
INSIDE = (
    "konto/",
    "konto/adress/",
    "konto/losenord/",
    "konto/inloggningar/",
    "konto/ta-bort/",
    "konto/logga-ut/",
    "konto/organisation/",
    "konto/tva-steg/",
    "konto/tva-steg/app/",
    "konto/tva-steg/reservkoder/",
    "konto/tva-steg/reservkoder/nya/",
    "konto/tva-steg/app/koppla-bort/",
    "konto/passnycklar/",
    "konto/passnycklar/ny/",
    "konto/bekrafta/",
    "personer/",
    "personer/{person}/",
    "personer/{person}/ta-bort/",
    "personer/roller/",
    "personer/inbjudningar/",
)


def examined(page, address: str) -> list[str]:
    """What axe finds and what sticks out, wide and narrow."""
    found = []
    for width in (WIDE, NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        by = pixels_sticking_out(page)
        if by:
            found.append(f"{address} {width}: {by} px stick out")
        if width != NARROWEST:
            found += violations(page, f"{address} {width}")
            if PICTURES:
                name = f"{address.strip('/').replace('/', '-')}-{width}.png"
                page.screenshot(path=Path(PICTURES) / name, full_page=True)
    return found


@pytest.fixture
def bo(ada) -> Person:
    """Someone with an app for codes; others are invited."""
    made = make("Bo Strömberg-Sandqvist", "strategist")
    make("Cecilia Åkerlund")
    TOTP.activate(made, generate_totp_secret())
    for number in range(3):
        invite(ada, f"nils.nyanstalld.{number}@kommunen.exempel.se")
    return made


@pytest.mark.parametrize("prefix", ["/", "/en/"])
def test_every_page_outside_wide_and_narrow(browse, bo, prefix):
    letter = Message.objects.filter(template="invitation").latest("pk")
    link = re.search(r"/konto/inbjudan/(\S+)/", letter.text)[1]
    page, found = browse(), []
    for address in OUTSIDE:
        page.goto(prefix + address.format(link=link))
        found += examined(page, prefix + address.format(link="lank"))
    page.goto(prefix + "konto/logga-in/")
    page.locator("#id_login").fill(bo.email)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tva-steg/kod/")
    found += examined(page, prefix + "konto/tva-steg/kod/")
    page.goto(prefix + "konto/skapa/")
    follow(page.locator("main form button"))
    found += examined(page, prefix + "konto/skapa/fel")
    for field, value in {"name": "Dag", "email": "dag@exempel.se", "password1": PASSWORD}.items():
        page.locator(f"#id_{field}").fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/konto/kod/")
    found += examined(page, prefix + "konto/kod/")
    assert found == []


@pytest.mark.parametrize("prefix", ["/", "/en/"])
def test_every_page_inside_wide_and_narrow(browse, ada, bo, prefix):
    page, found = browse(), []
    sign_in(page, ada)
    page.goto("/konto/bekrafta/?next=/konto/")
    confirm(page)
    for address in INSIDE:
        if address == NEEDS_AN_APP:
            TOTP.activate(ada, generate_totp_secret())
            RecoveryCodes.activate(ada)
        page.goto(prefix + address.format(person=bo.key))
        found += examined(page, prefix + address.format(person="person"))
    assert found == []
