"""The page shell: language, navigation, frame, banner and error pages."""

import itertools
from datetime import date

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.test.html import parse_html
from django.utils import translation

from samling.ui.components import Link, Page
from ui.reading import all_of, attribute, text

ADDRESS = "/komponenter/?sida=2&q=b%C3%A5t"


def get(address, **named):
    response = Client(**named).get(address)
    return response, parse_html(response.content.decode())


def base(language="sv", **context):
    with translation.override(language):
        request = RequestFactory().get("/komponenter/")
        return parse_html(render_to_string("ui/base.html", context, request))


def bands(template, **context):
    request = RequestFactory().get("/mina-sidor/")
    page = parse_html(render_to_string(template, context, request))
    return [text(band) for band in all_of(page, "aside")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "sv",
            "Demo: Myndigheternas namn är riktiga. Enheter, personer och mejl är påhittade. "
            "Läs mejlen i demons inkorg",
        ),
        (
            "en",
            "Demo: The authorities' names are real. Units, people and mail are made up. "
            "Read the mail in the demo's inbox",
        ),
    ],
)
def test_a_demo_says_so_on_pages_inside_and_there_is_never_more_than_one_band(language, words):
    with translation.override(language):
        assert bands("ui/inside.html", demo_inbox="/mejl/inkorg/") == [words]
        both = {"demo_inbox": "/mejl/inkorg/", "example_data": True}
        assert bands("ui/inside.html", **both) == [words]
        assert bands("ui/base.html", demo_inbox="/mejl/inkorg/") == []
        assert len(bands("ui/base.html", **both)) == 1


def test_there_is_no_band_inside_but_in_a_demo():
    assert bands("ui/inside.html") == []


def test_the_gallery_in_both_languages():
    for address, language, heading in [
        ("/komponenter/", "sv", "Komponenter"),
        ("/en/komponenter/", "en", "Components"),
    ]:
        response, page = get(address)
        [html] = all_of(page, "html")
        assert response.status_code == 200
        assert (attribute(html, "lang"), attribute(html, "dir")) == (language, "ltr")
        assert [text(h) for h in all_of(page, "h1")] == [heading]
        assert [text(t) for t in all_of(page, "title")] == [f"{heading} – Samling"]


def test_ids_in_the_gallery_are_unique_and_every_reference_has_its_target():
    _, page = get("/komponenter/")
    everything = all_of(page)
    ids = [i for i in (attribute(e, "id") for e in everything) if i]
    assert len(ids) == len(set(ids))
    named = ("for", "aria-labelledby", "aria-describedby")
    asked = {attribute(e, name) for e in everything for name in named} - {None}
    anchors = {(attribute(a, "href") or "")[1:] for a in all_of(page, "a")
               if (attribute(a, "href") or "").startswith("#")} - {""}  # fmt: skip
    assert (asked | anchors) - set(ids) == set()


def test_headings_of_the_gallery_skip_no_level():
    _, page = get("/komponenter/")
    levels = [int(e.name[1]) for e in all_of(page) if e.name in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert [b - a for a, b in itertools.pairwise(levels) if b - a > 1] == []


@pytest.mark.parametrize(
    ("here", "there", "language"),
    [(ADDRESS, f"/en{ADDRESS}", "en"), (f"/en{ADDRESS}", ADDRESS, "sv")],
)
def test_the_language_switch_leads_to_the_same_page(here, there, language):
    _, page = get(here)
    [switch] = all_of(page, css="language-switch")
    assert [(attribute(a, "href"), attribute(a, "lang")) for a in all_of(switch, "a")] == [
        (there, language)
    ]


def test_on_a_page_that_does_not_exist_the_switch_leads_to_the_start_page():
    _, page = get("/finns-inte/?q=1")
    [switch] = all_of(page, css="language-switch")
    assert [attribute(a, "href") for a in all_of(switch, "a")] == ["/en/"]


def test_without_a_request_the_switch_leads_to_the_start_page():
    tag = Template("{% load samling_ui %}{% translate_url 'en' %} {% start_address %}")
    with translation.override("en"):
        assert tag.render(Context()) == "/en/ /en/"
    with translation.override("sv"):
        assert tag.render(Context()) == "/en/ /"


def test_a_right_to_left_language_turns_the_page():
    [html] = all_of(base("ar"), "html")
    assert (attribute(html, "lang"), attribute(html, "dir")) == ("ar", "rtl")


@pytest.mark.parametrize("count", [1, 3])
def test_navigation_and_footer_links(count):
    links = tuple(Link(f"Sida {i}", f"/{i}/", current=i == 0) for i in range(count))
    page = base(navigation=links, footer_links=links)
    for css in ("site-nav", "site-footer"):
        [part] = all_of(page, css=css)
        anchors = all_of(part, "a")
        assert [attribute(a, "href") for a in anchors] == ["/0/", "/1/", "/2/"][:count]
        assert [attribute(a, "aria-current") for a in anchors] == ["page", None, None][:count]


def test_the_skip_link_comes_first_and_leads_to_the_main_part():
    page = base()
    [first, *_] = all_of(page, "a")
    [main] = all_of(page, "main")
    assert (attribute(first, "href"), attribute(main, "id")) == ("#innehall", "innehall")


def test_example_data_is_said_on_the_page_and_only_then():
    assert len(all_of(base(example_data=True), css="example-band")) == 1
    assert all_of(base(example_data=False), css="example-band") == []
    assert all_of(base(), css="example-band") == []


def frame_of(page):
    [frame] = all_of(base(page=page, installation_contact="", installation_owner=""),
                     css="page-frame")  # fmt: skip
    facts = [(text(a), text(b)) for a, b in zip(all_of(frame, "dt"), all_of(frame, "dd"),
                                                strict=True)]  # fmt: skip
    return frame, facts


def test_the_frame_says_what_when_and_whom_to_ask():
    page = Page("Om", "Vad den är.", "Ingress.", date(2026, 11, 12), "a@b.se")
    frame, facts = frame_of(page)
    assert facts == [
        ("Vad sidan visar", "Vad den är."),
        ("Uppdaterad", "torsdag 12 november 2026"),
        ("Kontakt", "a@b.se"),
    ]
    [time] = all_of(frame, "time")
    assert attribute(time, "datetime") == "2026-11-12"


def test_share_and_feedback_are_links_that_work_without_the_script():
    frame, _ = frame_of(Page("Kön & ålder", contact="a@b.se"))
    shown = [li for li in all_of(frame, "li") if "hidden" not in dict(li.attributes)]
    here = "http%3A%2F%2Ftestserver%2Fkomponenter%2F"
    assert [attribute(a, "href") for li in shown for a in all_of(li, "a")] == [
        f"mailto:?subject=K%C3%B6n%20%26%20%C3%A5lder&body={here}",
        "mailto:a@b.se?subject=Synpunkt%20p%C3%A5%20sidan%20%22K%C3%B6n%20%26%20%C3%A5lder%22"
        f"&body={here}",
    ]
    waiting = [li for li in all_of(frame, "li") if "hidden" in dict(li.attributes)]
    assert [text(li) for li in waiting] == ["Kopiera länk", "Skriv ut"]


def test_about_stands_under_the_heading_when_there_is_no_lead():
    page = base(page=Page("Om", "Vad den är."))
    assert [text(e) for e in all_of(page, css="lead")] == ["Vad den är."]


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/finns-inte/", 404, "Sidan finns inte"),
        ("/en/nowhere/", 404, "There is no such page"),
        ("/stangd/", 403, "Du har inte tillgång till sidan"),
        ("/en/stangd/", 403, "You do not have access to this page"),
        ("/konstig/", 400, "Frågan gick inte att förstå"),
        ("/en/konstig/", 400, "The request could not be understood"),
        ("/trasig/", 500, "Något gick fel hos oss"),
    ],
)
@override_settings(DEBUG=False)
def test_error_pages(address, status, heading, caplog):
    response, page = get(address, raise_request_exception=False)
    assert response.status_code == status
    assert [text(h) for h in all_of(page, "h1")] == [heading]


def test_the_page_of_our_own_errors_says_it_in_both_languages():
    _, page = get("/en/trasig/", raise_request_exception=False)
    assert [text(h) for h in all_of(page, "h1") + all_of(page, "h2")] == [
        "Något gick fel hos oss",
        "Something went wrong at our end",
    ]
    assert [attribute(a, "href") for a in all_of(all_of(page, "main")[0], "a")] == ["/", "/en/"]


def test_a_form_without_its_token_is_answered_with_advice():
    with translation.override("sv"):
        page = parse_html(render_to_string("403_csrf.html"))
    assert [text(h) for h in all_of(page, "h1")] == ["Formuläret gick inte att ta emot"]
