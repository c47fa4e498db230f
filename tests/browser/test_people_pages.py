"""Every page kind of the people wing, wide and narrow, in both languages, by axe.

The pages of the account that the sign-in library has the views of are in `test_accounts.py`.
"""

import json

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from browser.axe import (
    NARROW,
    NARROWEST,
    OPEN_ALL,
    WIDE,
    assert_the_statement_says,
    pixels_sticking_out,
    violations,
)
from browser.conftest import wait_for_answers
from browser.test_every_page import PAGES as PUBLIC
from organisations.appointments.made_up import days
from samling.accounts.rules import actor, rights_of
from samling.organisations.actions import appointments
from samling.organisations.actions.importing.drafts import hold_file
from samling.web.accessibility import PAGE_KINDS, RESULTS
from web.permission_world import World, example

pytestmark = pytest.mark.once

PAGES = {
    "Mina sidor": ("workspace",),
    "Mitt konto": ("accounts:account", "accounts:sessions", "accounts:delete"),
    "Organisationer": ("organisations:directory", "organisations:create_organisation"),
    "En organisation": (
        "organisations:organisation",
        "organisations:members",
        "organisations:history",
        "organisations:edit_organisation",
        "organisations:edit_logo",
        "organisations:merge_organisation",
        "organisations:close_organisation",
        "organisations:create_unit",
        "organisations:add_to_organisation",
        "organisations:membership",
    ),
    "En enhet": (
        "organisations:unit",
        "organisations:edit_unit",
        "organisations:move_unit",
        "organisations:merge_unit",
        "organisations:close_unit",
        "organisations:create_unit_below",
        "organisations:enrolment_year",
        "organisations:enrolment",
        "organisations:add_to_unit",
    ),
    "Läsa in från fil": ("organisations:import", "organisations:preview"),
    "Mina uppdrag": ("organisations:my_appointments",),
    "Uppdrag": ("organisations:appointments", "organisations:choose_unit", "organisations:appoint"),
    "Ett uppdrag": (
        "organisations:appointment",
        "organisations:change_appointment",
        "organisations:hand_over_appointment",
        "organisations:end_appointment",
    ),
    "Täckning och luckor": ("organisations:coverage", "organisations:gaps"),
    "Läsa in många uppdrag": ("organisations:import_appointments",),
    "Överenskommelser": (
        "organisations:agreements",
        "organisations:add_agreement",
        "organisations:agreement",
        "organisations:renew_agreement",
        "organisations:end_agreement",
    ),
    "Personer och roller": (
        "accounts:people",
        "accounts:person",
        "accounts:delete_person",
        "accounts:grants",
        "accounts:invite",
    ),
    "Mejl": ("mail:messages", "mail:message", "mail:inbox", "mail:letter"),
    "Mejlmallar": ("mail:templates", "mail:template"),
    "Händelser": ("audit:entries",),
}
# Files, pictures, a letter in its frame, and addresses that only take what a form sends.
NO_PAGES = {
    "accounts": {"enter_demo", "end_grant", "export", "withdraw"},
    "audit": {"download"},
    "mail": {"letter_html", "retry", "stop", "template_html"},
    "organisations": {
        "answer_appointment",
        "aside",
        "carry_out_import",
        "coverage_map",
        "current",
        "end_membership",
        "gaps_file",
        "import_example",
        "import_template",
        "logo",
        "reopen_organisation",
        "reopen_unit",
    },
}
ELSEWHERE = {"accounts:invitation"}  # in test_accounts.py, with a link that stands


@pytest.fixture
def world(live_server, settings) -> World:
    settings.SAMLING_DEMO = True  # so that there is an inbox, and its band
    made = World()
    accepted = appointments.appoint(
        by=actor(made.chief),
        rights=rights_of(made.chief),
        manager=made.chief,
        person=made.chief,
        role_type=made.own.appointment.role_type,
        unit=made.other.unit,
        terms=appointments.Terms(days(-30), days(300), training="Grundkurs", plan="En träff"),
    )
    appointments.accept(person=made.chief, appointment=accepted)
    return made


@pytest.fixture
def inside(chromium, live_server, world):
    """A page of someone who may do everything; nothing may go wrong on the way."""
    client, faults = Client(), []
    client.force_login(world.chief)
    context = chromium.new_context(viewport={"width": WIDE, "height": 900})
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    wait_for_answers()
    assert faults == []


@pytest.fixture(scope="session")
def faults() -> dict[str, list[str]]:
    """What axe has found on each kind of page."""
    return {}


def examined(page, address: str) -> tuple[list[str], list[str]]:
    """What axe finds, and what sticks out, wide and narrow."""
    answer = page.goto(address)
    assert answer.status == 200, address
    page.evaluate(OPEN_ALL)
    found, sticking = [], []
    for width in (WIDE, NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        by = pixels_sticking_out(page)
        if by:
            sticking.append(f"{address} {width}: {by} px")
        if width != NARROWEST:
            found += violations(page, f"{address} {width}")
    return found, sticking


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(inside, live_server, world, faults, kind):
    found, sticking = [], []
    for language in ("sv", "en"):
        for name in PAGES[kind]:
            with translation.override(language):
                address = reverse(name, kwargs=example(name, world.own))
            of_axe, of_width = examined(inside, live_server.url + address)
            found += of_axe
            sticking += of_width
    faults[kind] = found
    assert (found, sticking) == ([], [])


def test_a_preview_of_a_file_with_faults(inside, live_server, world):
    draft = hold_file(
        person=world.chief,
        organisation=world.own.organisation,
        kind="units",
        name="fel.csv",
        content="Kod;Namn;Sort;Överordnad\nX1;;okänd sort;FINNS-INTE\nX1;Dubbel;skola;\n".encode(),
        close_missing=False,
    )
    address = reverse("organisations:preview", args=[draft.organisation.key, draft.key])
    assert examined(inside, live_server.url + address) == ([], [])
    assert inside.get_by_text("Inget är ändrat.").count() == 1


def test_focus_is_seen_and_the_skip_link_leads_to_the_content(inside, live_server):
    inside.goto(f"{live_server.url}/mina-sidor/")
    inside.keyboard.press("Tab")
    skip = inside.get_by_role("link", name="Hoppa till innehållet")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    inside.keyboard.press("Enter")
    inside.keyboard.press("Tab")
    style = inside.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return [document.activeElement.closest('main') !== null, s.outlineStyle] }"
    )
    assert style == [True, "solid"]


def test_the_statement_says_what_was_found(chromium, faults):
    if list(faults) != list(PAGES):
        pytest.fail("Run the whole module: the statement is about every page kind.")
    assert_the_statement_says(faults)


def test_the_statement_is_about_every_kind_of_page():
    written = [page["name"] for page in json.loads(RESULTS.read_text("utf-8"))["pages"]]
    assert sorted(written) == sorted([*PUBLIC, *PAGES])
    assert sorted(PAGE_KINDS) == sorted(written)


def test_no_page_is_forgotten():
    listed = {name for names in PAGES.values() for name in names} | ELSEWHERE
    with translation.override("sv"):
        resolver = get_resolver()
        rooms = {room: resolver.namespace_dict[room][1] for room in NO_PAGES}
    known = {
        f"{room}:{name}"
        for room, inner in rooms.items()
        for name in inner.reverse_dict
        if isinstance(name, str) and name not in NO_PAGES[room]
    }
    assert known - listed == set()
    assert listed - known == {"workspace"}
