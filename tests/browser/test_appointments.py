"""A manager appoints, the person accepts, and it is handed over: in a real browser."""

import re

import pytest

from browser.axe import NARROW, WIDE, pixels_sticking_out, violations
from browser.conftest import follow, wait_for_answers
from organisations.appointments.made_up import PASSWORD, County, days, person
from samling.accounts.rules import actor, rights_of
from samling.mail.models import Message
from samling.organisations.actions.agreements import add_agreement
from samling.organisations.models import Appointment
from samling.ui.formats import short_date

PAGES = (
    "/uppdrag/",
    "/uppdrag/alla/",
    "/uppdrag/tackning/",
    "/uppdrag/luckor/",
    "/uppdrag/utse/",
    "/uppdrag/utse/{unit}/?sok=bo",
    "/uppdrag/import/",
    "/uppdrag/overenskommelser/",
    "/uppdrag/overenskommelser/ny/",
    "/uppdrag/overenskommelser/{agreement}/",
    "/uppdrag/{appointment}/",
    "/uppdrag/{appointment}/andra/",
    "/uppdrag/{appointment}/lamna-over/",
    "/uppdrag/{appointment}/avsluta/",
    "/en/uppdrag/{appointment}/",
)


@pytest.fixture
def county(live_server) -> County:
    return County()


@pytest.fixture
def entered(chromium, live_server):
    """Opens the site as someone who has signed in; nothing may go wrong on the way."""
    contexts, faults = [], []

    def enter(who, *, javascript: bool = True, width: int = WIDE):
        viewport = {"width": width, "height": 900}
        context = chromium.new_context(viewport=viewport, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{live_server.url}/konto/logga-in/")
        page.locator("input[name=login]").fill(who.email)
        page.locator("input[name=password]").fill(PASSWORD)
        follow(page.locator("main form:has(input[name=password]) button[type=submit]"))
        page.wait_for_url("**/mina-sidor/")
        return page

    yield enter
    for context in contexts:
        context.close()
    wait_for_answers()
    assert faults == []


def link_in_letter(to, template: str) -> str:
    text = Message.objects.filter(to=to.email, template=template).latest("pk").text
    return re.search(r"http://[^/]+(/uppdrag/\S+)", text)[1]


def choose(page, search: str, name: str) -> None:
    """Find someone who is known, and choose them."""
    page.get_by_label("Namn eller e-postadress").fill(search)
    follow(page.get_by_role("button", name="Sök"))
    follow(page.get_by_role("link", name=f"Välj {name}"))


@pytest.mark.parametrize("javascript", [True, False])
def test_appointing_accepting_and_handing_over(county, entered, live_server, javascript):
    bo = county.colleague("Bo")
    chief = entered(county.chief, javascript=javascript)
    chief.goto(f"{live_server.url}/uppdrag/luckor/")
    follow(chief.get_by_role("link", name="Utse någon för Solen"))
    choose(chief, "alva", "Alva")
    chief.get_by_label("Plan").fill("En träff i månaden")
    chief.get_by_label("Första dag").fill(days(-30).isoformat())
    follow(chief.get_by_role("button", name="Skicka frågan"))
    assert chief.get_by_text("Alva har fått ett mejl och kan nu tacka ja eller nej.").count() == 1

    alva = entered(county.alva, javascript=javascript, width=NARROW)
    alva.goto(live_server.url + link_in_letter(county.alva, "appointment-proposed"))
    assert alva.get_by_text("En träff i månaden").count() == 1
    follow(alva.get_by_role("button", name="Tacka ja"))
    assert alva.get_by_text("Tack! Uppdraget är ditt.").count() == 1

    chief.goto(f"{live_server.url}/uppdrag/luckor/")
    assert chief.get_by_text("Solen").count() == 0
    chief.goto(live_server.url + link_in_letter(county.chief, "appointment-accepted"))
    follow(chief.get_by_role("link", name="Lämna över"))
    choose(chief, "bo@exempel.se", "Bo")
    follow(chief.get_by_role("button", name="Skicka frågan"))
    assert chief.get_by_text("Bo har fått ett mejl").count() == 1

    successor = entered(bo, javascript=javascript)
    successor.goto(live_server.url + link_in_letter(bo, "appointment-proposed"))
    assert successor.get_by_text("Tas över från Alva.").count() == 1
    follow(successor.get_by_role("button", name="Tacka ja"))
    alva.goto(live_server.url + link_in_letter(county.alva, "appointment-handed-over"))
    assert alva.get_by_text(f"Bo tar över från {short_date(days(1))}.").count() == 1
    old, new = Appointment.objects.order_by("pk")
    assert (old.ends_on, new.starts_on, new.state) == (days(0), days(1), "accepted")


def test_axe_finds_nothing_and_nothing_sticks_out(county, entered, live_server):
    person("Bo")
    found = county.accepted(starts=-30, plan="En träff i månaden", training="Grundkurs")
    county.proposed(county.chief, at=county.manen)
    agreement = add_agreement(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        organisation=county.staden,
        name="HFS avsiktsförklaring",
        signed_on=days(-900),
        expires_on=days(90),
    )
    keys = {"unit": county.solen.key, "agreement": agreement.key, "appointment": found.key}
    page = entered(county.chief)
    faults, sticking = [], {}
    for address in PAGES:
        page.goto(live_server.url + address.format(**keys))
        for width in (WIDE, NARROW, 320):
            page.set_viewport_size({"width": width, "height": 900})
            sticking[address, width] = pixels_sticking_out(page)
            if width != 320:
                faults += violations(page, f"{address} {width}")
    assert faults == []
    assert {where: by for where, by in sticking.items() if by} == {}
