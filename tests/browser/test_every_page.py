"""Every page kind, wide and narrow, in both languages: nothing sticks out and axe finds nothing.

What axe finds is compared with `samling/web/accessibility.json`, from which the site's
accessibility statement is written; `axe.py` says how to write it anew.
"""

import pytest

from browser.axe import (
    NARROW,
    OPEN_ALL,
    WIDE,
    assert_the_statement_says,
    pixels_sticking_out,
    violations,
)

pytestmark = pytest.mark.once

PAGES = {
    "Startsidan": "",
    "Indikatorer": "indikatorer/",
    "Indikatorer, sökning utan träff": "indikatorer/?sok=finns-inte",
    "En indikator": "indikatorer/prov/bright_future/?omrade=0480",
    "En indikator ur ett urval": "indikatorer/nhanes-2009-2010/high_cholesterol/",
    "Områden": "omraden/",
    "Ett område": "omraden/0480/",
    "Undersökningar": "undersokningar/",
    "En undersökning": "undersokningar/prov/",
    "En publicering": "undersokningar/prov/1/",
    "Om Samling och siffrorna": "om/",
    "Tillgänglighetsredogörelse": "tillganglighet/",
    "Komponenter": "komponenter/",
}


@pytest.fixture(scope="session")
def faults() -> dict[str, list[str]]:
    """What axe has found on each kind of page."""
    return {}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page, faults, name):
    found = []
    for prefix in ("/", "/en/"):
        page = open_page(prefix + PAGES[name], width=WIDE, pictures=False)
        page.evaluate(OPEN_ALL)
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            found += violations(page, f"{prefix} {width}")
    faults[name] = found
    assert found == []


def test_the_statement_says_what_was_found(chromium, home, faults):
    if list(faults) != list(PAGES):
        pytest.fail("Run the whole module: the statement is about every page kind.")
    assert_the_statement_says(faults)


def test_nothing_sticks_out(open_page):
    page = open_page("/", pictures=False)
    home = page.url
    sticking = {}
    for prefix in ("", "en/"):
        for address in PAGES.values():
            page.goto(home + prefix + address, wait_until="domcontentloaded")
            for width in (320, NARROW, WIDE):
                page.set_viewport_size({"width": width, "height": 900})
                sticking[prefix + address, width] = pixels_sticking_out(page)
    assert {a: by for a, by in sticking.items() if by} == {}
