"""Every page kind, full and empty, in both languages."""

import csv
import io

import pytest
from django.test.html import parse_html

from ui.reading import all_of, attribute, text

PAGES = {
    "/": "Så har vi det i Södermanlands län",
    "/indikatorer/": "Indikatorer",
    "/indikatorer/prov/bright_future/": "Ljus framtid",
    "/indikatorer/nhanes-2009-2010/high_cholesterol/": "Högt kolesterol",
    "/omraden/": "Områden",
    "/omraden/04/": "Södermanlands län",
    "/omraden/0480/": "Nyköping",
    "/undersokningar/": "Undersökningar",
    "/undersokningar/prov/": "Provundersökning",
    "/om/": "Om Samling och siffrorna",
    "/tillganglighet/": "Tillgänglighetsredogörelse",
    "/komponenter/": "Komponenter",
}
ENGLISH = {
    "/en/": "How we are doing in Södermanlands län",
    "/en/indikatorer/": "Indicators",
    "/en/indikatorer/prov/bright_future/": "Bright future",
    "/en/omraden/": "Areas",
    "/en/undersokningar/prov/": "Trial survey",
    "/en/om/": "About Samling and the figures",
    "/en/tillganglighet/": "Accessibility statement",
}
EMPTY = {
    "/": "Välkommen till Samling",
    "/indikatorer/": "Ingenting är publicerat ännu",
    "/omraden/": "Ingenting är publicerat ännu",
    "/undersokningar/": "Ingenting är publicerat ännu",
}


def headings(answer, name: str) -> list[str]:
    return [text(found) for found in all_of(parse_html(answer.content.decode()), name)]


@pytest.mark.parametrize(("address", "heading"), [*PAGES.items(), *ENGLISH.items()])
def test_a_page_has_one_main_heading(client, site, address, heading):
    answer = client.get(address)
    assert (answer.status_code, headings(answer, "h1")) == (200, [heading])


@pytest.mark.parametrize(("address", "heading"), EMPTY.items())
def test_an_empty_installation_says_so(client, db, address, heading):
    answer = client.get(address)
    assert answer.status_code == 200
    assert heading in headings(answer, "h1") + headings(answer, "h2")


def test_the_start_of_an_empty_installation_leads_to_no_empty_page(client, db):
    page = parse_html(client.get("/").content.decode())
    [cards] = all_of(page, css="cards")
    links = [attribute(link, "href") for link in all_of(cards, "a")]
    assert links == ["/om/", "/mina-sidor/"]


@pytest.mark.parametrize("address", ["/om/", "/tillganglighet/", "/komponenter/"])
def test_pages_about_the_site_need_nothing_published(client, db, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/indikatorer/prov/nonsense/",
        "/indikatorer/nonsense/bright_future/",
        "/omraden/9999/",
        "/undersokningar/nonsense/",
        "/indikatorer/prov/bright_future.pdf",
        "/diagram/prov/1/karta/nonsense/-/2023/-.svg",
        "/diagram/prov/9/karta/bright_future/-/2023/-.svg",
        "/diagram/prov/1/grupper/bright_future/04/2023/nonsense.svg",
    ],
)
def test_what_is_not_published_is_not_found(client, site, address):
    answer = client.get(address)
    assert (answer.status_code, headings(answer, "h1")) == (404, ["Sidan finns inte"])


@pytest.mark.parametrize("address", [*PAGES, "/indikatorer/prov/bright_future.csv"])
def test_an_unchanged_page_is_answered_not_modified(client, site, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_two_languages_have_different_tags(client, site):
    assert client.get("/")["ETag"] != client.get("/en/")["ETag"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_only_answers_reading(client, site, address):
    assert client.post(address).status_code == 405


def test_every_page_has_a_strict_policy(client, site):
    policies = {client.get(address)["Content-Security-Policy"] for address in PAGES}
    assert len(policies) == 1
    assert "unsafe" not in policies.pop()


def test_every_id_is_on_a_page_once(client, site):
    repeated = {}
    for address in PAGES:
        tree = parse_html(client.get(address).content.decode())
        ids = [dict(e.attributes)["id"] for e in all_of(tree) if "id" in dict(e.attributes)]
        repeated[address] = sorted({i for i in ids if ids.count(i) > 1})
    assert repeated == {address: [] for address in PAGES}


def test_example_data_is_said_on_every_page_that_shows_it(client, site):
    said = {
        address: "Exempeldata"
        in [text(e) for e in all_of(parse_html(client.get(address).content.decode()), "strong")]
        for address in PAGES
    }
    without = {
        "/indikatorer/nhanes-2009-2010/high_cholesterol/",
        "/om/",
        "/tillganglighet/",
    }
    assert {a for a, found in said.items() if not found} == without


@pytest.mark.parametrize(
    ("address", "menu"),
    [
        ("/", ["Start", "Indikatorer", "Områden", "Undersökningar", "Mina sidor"]),
        ("/en/", ["Home", "Indicators", "Areas", "Surveys", "My pages"]),
    ],
)
def test_the_menu_is_in_the_readers_language(client, site, address, menu):
    [nav] = all_of(parse_html(client.get(address).content.decode()), "nav", css="site-nav")
    assert [text(link) for link in all_of(nav, "a")] == menu


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ("/undersokningar/prov/", "Första publiceringen."),
        ("/en/undersokningar/prov/", "First publication."),
    ],
)
def test_what_a_release_changed_is_in_the_readers_language(client, site, address, note):
    table = all_of(parse_html(client.get(address).content.decode()), "table")[0]
    assert [text(cell) for cell in all_of(table, "td")][-1] == note


def test_the_statement_names_pages_in_the_readers_language(client, site):
    page = parse_html(client.get("/en/tillganglighet/").content.decode())
    [names] = [
        [text(item).partition(":")[0] for item in all_of(found, "li")]
        for found in all_of(all_of(page, "main")[0], "ul")
    ]
    assert names[:4] == [
        "Home page",
        "Indicators",
        "Indicators, a search without hits",
        "An indicator",
    ]
    assert not [name for name in names if set(name) & set("åäöÅÄÖ")]


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("/undersokningar/nhanes-2009-2010/", "National Center for Health Statistics"),
        ("/undersokningar/prov/", "Region Exempel"),
        ("/om/", "Region Exempel"),
    ],
)
def test_the_contact_is_the_owners_of_the_figures(client, site, address, owner):
    page = parse_html(client.get(address).content.decode())
    [frame] = all_of(page, "dl", css="page-frame__facts")
    contact = [text(all_of(d, "dd")[0]) for d in all_of(frame, "div") if "Kontakt" in text(d)]
    assert contact[0].startswith(owner)


def test_the_whole_stands_first_among_its_areas(client, site):
    page = parse_html(client.get("/indikatorer/prov/bright_future/").content.decode())
    tables = [t for t in all_of(page, "table") if "efter område" in text(all_of(t, "caption")[0])]
    rows = [text(all_of(row, "th")[0]) for row in all_of(all_of(tables[0], "tbody")[0], "tr")]
    assert rows == ["Södermanlands län", "Eskilstuna", "Nyköping", "Strängnäs"]


def test_a_downloaded_row_says_what_it_is(client, site):
    content = client.get("/indikatorer/prov/bright_future.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    said = {(r["study"], r["release"], r["licence"], r["example_data"]) for r in rows}
    assert said == {("prov", "1", "CC0-1.0", "true")}
    assert all(r["status_meaning"] for r in rows)
    values = {len(r["area_code"]): r["value"] for r in rows if r["status"] == "shown"}
    assert ("." in values[2], "." in values[4]) == (True, False)
    other = client.get("/indikatorer/nhanes-2009-2010/high_cholesterol.csv").content.decode()
    assert {r["example_data"] for r in csv.DictReader(io.StringIO(other))} == {"false"}


def test_a_study_of_one_round_has_no_column_for_change(client, site):
    columns = {}
    for study in ("nhanes-2009-2010", "prov"):
        page = parse_html(client.get(f"/undersokningar/{study}/").content.decode())
        head = all_of(all_of(page, "table")[-1], "thead")[0]
        columns[study] = [text(column) for column in all_of(head, "th")]
    assert columns == {
        "nhanes-2009-2010": ["Indikator", "USA 2009–2010"],
        "prov": ["Indikator", "Södermanlands län 2023", "Sedan förra omgången"],
    }


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ("/indikatorer/prov/bright_future/?omrade=9999", "område"),
        ("/indikatorer/prov/bright_future/?omrade=9999&grupp=nonsense", "område, grupper"),
        ("/indikatorer/prov/bright_future/?omrade=0480", None),
        ("/indikatorer/prov/bright_future/", None),
        ("/omraden/0480/?undersokning=nonsense", None),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said(client, site, address, missing):
    """Figures of another place must not be taken for those that were asked for."""
    answer = client.get(address)
    assert answer.status_code == 200
    notices = [text(found) for found in all_of(parse_html(answer.content.decode()), css="notice")]
    said = [notice for notice in notices if "Adressen frågar efter" in notice]
    assert len(said) == (missing is not None)
    assert all(f"({missing})" in notice for notice in said)
