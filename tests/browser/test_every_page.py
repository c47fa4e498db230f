"""Every page kind, wide and narrow, in both languages: nothing sticks out and axe finds nothing.

What axe finds is compared with `samling/web/accessibility.json`, from which the site's
accessibility statement is written. To write it anew after a change of the pages:
`SAMLING_WRITE_ACCESSIBILITY=1 pytest tests/browser/test_every_page.py`.
"""

import json
import os
import re
from datetime import date
from pathlib import Path

import axe_playwright_python
import pytest
from axe_playwright_python.sync_playwright import Axe

from samling.web.accessibility import RESULTS

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
WIDE, NARROW = 1280, 360
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_version() -> str:
    source = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    found = re.search(r"axe v(\d+\.\d+)", source.read_text("utf-8")[:300])
    assert found is not None
    return f"axe-core {found[1]}"


@pytest.fixture(scope="session")
def faults() -> dict[str, list[str]]:
    """What axe has found on each kind of page."""
    return {}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page, faults, name):
    found = []
    for prefix in ("/", "/en/"):
        page = open_page(prefix + PAGES[name], width=WIDE, pictures=False)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            result = Axe().run(page, options=ONLY_VIOLATIONS)
            found += [
                f"{prefix} {width}: {v['id']} {[n['target'] for n in v['nodes']]}"
                for v in result.response["violations"]
            ]
    faults[name] = found
    assert found == []


def test_the_statement_says_what_was_found(home, faults):
    if list(faults) != list(PAGES):
        pytest.fail("Run the whole module: the statement is about every page kind.")
    found = {
        "tool": axe_version(),
        "pages": [{"name": name, "faults": len(faults[name])} for name in PAGES],
    }
    if os.environ.get("SAMLING_WRITE_ACCESSIBILITY"):
        content = {"tested": date.today().isoformat(), **found}
        RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    written = json.loads(RESULTS.read_text("utf-8"))
    assert {"tested": written["tested"], **found} == written


def test_nothing_sticks_out(open_page):
    page = open_page("/", pictures=False)
    home = page.url
    sticking = {}
    for prefix in ("", "en/"):
        for address in PAGES.values():
            page.goto(home + prefix + address, wait_until="domcontentloaded")
            for width in (320, NARROW, WIDE):
                page.set_viewport_size({"width": width, "height": 900})
                sticking[prefix + address, width] = page.evaluate(OVERFLOW)
    assert {a: by for a, by in sticking.items() if by > 0} == {}
