"""Where someone signed in starts: what they may use, by what it is for."""

import pytest
from django.test.html import parse_html

from holders import holder
from samling.accounts.actions.roles import load_roles
from samling.audit.actions import Actor
from ui.reading import all_of, attribute, text

pytestmark = pytest.mark.django_db


def shown(client, permissions) -> list[tuple[str, list[str]]]:
    client.force_login(holder(*permissions))
    page = parse_html(client.get("/mina-sidor/").content.decode())
    [whole] = all_of(page, css="tool-groups") or [page]
    return [
        (text(all_of(group, "h3")[0]), [text(link) for link in all_of(group, "a")])
        for group in all_of(whole, "section")
        if all_of(group, "h3")
    ]


def test_the_tools_stand_by_what_they_are_for(client):
    load_roles(by=Actor("tests"))
    permissions = ("appointments.read", "people.manage", "roles.grant", "mail.read", "audit.read")
    assert shown(client, permissions) == [
        ("Uppdrag och överenskommelser", ["Uppdrag", "Täckning"]),
        ("Konton och roller", ["Personer", "Roller"]),
        ("Mejl och händelser", ["Mejl", "Händelser"]),
    ]


def test_someone_without_tools_sees_no_empty_groups(client):
    assert shown(client, ()) == []


@pytest.mark.parametrize(("demo", "found"), [(True, ["/mejl/inkorg/"]), (False, [])])
def test_a_demo_says_so_and_leads_to_its_mail(client, settings, demo, found):
    settings.SAMLING_DEMO = demo
    client.force_login(holder())
    page = parse_html(client.get("/mina-sidor/").content.decode())
    bands = all_of(page, "aside")
    assert [attribute(link, "href") for band in bands for link in all_of(band, "a")] == found


@pytest.mark.parametrize("address", ["/mina-sidor/", "/konto/", "/handelser/", "/mejl/"])
def test_every_page_inside_says_whose_it_is_and_where_one_is(client, address):
    """The name, a way out and the menu's mark; on a shared computer the way out is looked for."""
    person = holder("audit.read", "mail.read")
    client.force_login(person)
    page = parse_html(client.get(address).content.decode())
    [form] = all_of(page, css="who")
    assert (attribute(form, "action"), attribute(form, "method")) == ("/konto/logga-ut/", "post")
    assert text(all_of(form, css="who__name")[0]) == person.name
    [menu] = all_of(page, css="site-nav")
    current = [link for link in all_of(menu, "a") if attribute(link, "aria-current")]
    assert [text(link) for link in current] == ["Mina sidor"]


def test_pages_for_everyone_say_nobodys_name(client):
    """They are kept by caches, so they have to be the same for all."""
    person = holder("audit.read")
    client.force_login(person)
    page = client.get("/om/").content.decode()
    assert person.name not in page
    assert all_of(parse_html(page), css="who") == []
