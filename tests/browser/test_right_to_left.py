"""A study in Arabic, on pages in Swedish and on pages that run from right to left themselves."""

import re
from pathlib import Path

import pytest

from browser.axe import NARROW, OPEN_ALL, WIDE, pixels_sticking_out
from samling.indicators.actions import publish_study
from samling.indicators.presenting import labels
from samling.indicators.queries import warehouse
from world import draw_rows, write_study

pytestmark = pytest.mark.once

NAME = "نظرة مشرقة إلى المستقبل (15–18 سنة)"
QUESTION = "كيف تنظر إلى مستقبلك؟ أجب على مقياس من 1 إلى 4."
GIRLS, BOYS = "فتيات", "فتيان"
CHANGES = (
    ("study: prov", "study: arabiska"),
    ("  division: prov\n  division_file: areas.csv\n", "  division: sverige\n"),
    ('name: {sv: "Ljus framtid"', f'featured: true\n    name: {{sv: "{NAME}"'),
    ('question: {sv: "Hur ser du på din egen framtid?"', f'question: {{sv: "{QUESTION}"'),
    ('name: {sv: "Provundersökning"', 'name: {sv: "استبيان تجريبي"'),
    ('name: {sv: "Kön"', 'name: {sv: "الجنس"'),
    ('name: {sv: "Tjejer"', f'name: {{sv: "{GIRLS}"'),
    ('name: {sv: "Killar"', f'name: {{sv: "{BOYS}"'),
)
EXPLORER = "/indikatorer/arabiska/bright_future/"
PAGES = (EXPLORER, "/omraden/04/?undersokning=arabiska", "/undersokningar/arabiska/")
# Where the n:th place of a text inside the first element of a kind begins, from the left.
PLACE = """([css, wanted]) => {
  const element = document.querySelector(css);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(wanted);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + wanted.length);
    return range.getBoundingClientRect().left;
  }
}"""
MIRROR = "document.documentElement.dir = 'rtl'"
STYLE = "([css, name]) => getComputedStyle(document.querySelector(css))[name]"
ENDS = """css => [...document.querySelectorAll(css)].map(e => {
  const range = document.createRange();
  range.selectNodeContents(e);
  return Math.round(range.getBoundingClientRect().right);
})"""


@pytest.fixture
def arabic(home, tmp_path: Path) -> None:
    """The small study with its Swedish texts in Arabic, beside the two that are published."""
    folder = write_study(tmp_path / "study", rows=draw_rows(pupils=60), changes=CHANGES)
    publish_study(folder, by="tests", warehouse=warehouse(), progress=lambda _: None)
    labels.forget_areas()


def places(page, css: str, *texts: str) -> list[float]:
    return [page.evaluate(PLACE, [css, text]) for text in texts]


@pytest.mark.parametrize("css", [".sentences > li:last-child", ".figure-frame__title"])
def test_a_figure_stands_after_its_own_group(open_page, arabic, css):
    page = open_page(EXPLORER, pictures=False)
    said = page.locator(css).first.inner_text()
    girls, boys = (re.findall(rf"{group}\u2069?: ([\d,]+)", said)[0] for group in (GIRLS, BOYS))
    assert float(girls.replace(",", ".")) < float(boys.replace(",", "."))
    order = places(page, css, GIRLS, girls, BOYS, boys)
    assert order == sorted(order)


def test_names_and_texts_read_in_their_own_direction(open_page, arabic):
    page = open_page(EXPLORER, pictures=False)
    first, last = places(page, "h1 bdi", "نظرة", "إلى")
    assert first > last
    begins, ends = places(page, ".lead", "كيف", ".")
    assert begins > ends
    # A name keeps to the page's side, a text begins from its own.
    edges = "css => document.querySelector(css).getBoundingClientRect().left"
    assert page.evaluate(edges, "h1 bdi") == page.evaluate(edges, "h1")
    assert page.locator("h1 bdi").evaluate("e => getComputedStyle(e).letterSpacing") == "normal"


def test_nothing_sticks_out_in_either_direction(open_page, arabic):
    page = open_page("/", pictures=False)
    home = page.url.rstrip("/")
    sticking = {}
    for address in PAGES:
        page.goto(home + address, wait_until="domcontentloaded")
        for direction in ("ltr", "rtl"):
            page.evaluate(f"document.documentElement.dir = '{direction}'")
            for width in (320, NARROW, WIDE):
                page.set_viewport_size({"width": width, "height": 900})
                sticking[address, direction, width] = pixels_sticking_out(page)
    assert {where: by for where, by in sticking.items() if by} == {}


def test_a_mirrored_page_keeps_figures_in_line_and_arrows_pointing_right(open_page, arabic):
    page = open_page(EXPLORER, pictures=False)
    page.evaluate(OPEN_ALL)
    page.evaluate(MIRROR)
    row = "#omraden-rubrik ~ {} > tr:first-child > .numeric:nth-child(2)"
    [head] = page.evaluate(ENDS, row.format("thead"))
    [figure] = page.evaluate(ENDS, row.format("tbody"))
    assert abs(head - figure) <= 1
    strokes = page.evaluate(STYLE, ["select", "backgroundPosition"])
    first, second = (
        float(part.split("px")[0].removeprefix("calc(")) for part in strokes.split(",")
    )
    assert first < second
    assert page.evaluate(STYLE, [".key-figure__value", "direction"]) == "ltr"
