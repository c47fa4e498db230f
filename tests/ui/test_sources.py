"""What must never stand in a template, a style sheet or a script of ours."""

import re
from pathlib import Path

import pytest

import samling
import samling.ui

ROOMS = Path(samling.__file__).parent
STATIC = Path(samling.ui.__file__).parent / "static" / "ui"
# A letter is no page: a mail program has only the style that the letter itself carries.
LETTERS = {ROOMS / "mail" / "templates" / "mail" / "layout.html"}
TEMPLATES = sorted(set(ROOMS.glob("*/templates/**/*.html")) - LETTERS)
OWN_CSS = [STATIC / "samling.css", STATIC / "brand" / "samling-tokens.css"]
VENDORED_CSS = sorted((STATIC / "vendor").glob("*.css"))

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    # A block of data is no script: nothing in it is run.
    "a script in the page": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")", re.IGNORECASE
    ),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a foreign address": re.compile(r"""(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
}
# Physical directions: as a property, as part of one, or as a value.
PHYSICAL = re.compile(
    r"(?:(?<![\w-])(?:left|right)\s*:|-(?:left|right)\b|:\s*(?:left|right)\b|"
    r"(?:margin|padding|border-radius)\s*:\s*(?:[^\s;]+\s+){3}[^\s;]+\s*;)"
)


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


@pytest.mark.parametrize("what", INLINE)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOMS)))
def test_no_template_holds_what_the_security_policy_forbids(path, what):
    source = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"))
    assert INLINE[what].findall(source) == []


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a style attribute", '<p class="a" style="color: red">'),
        ("a style element", "<style>"),
        ("a script in the page", "<script>alert(1)</script>"),
        ("a script in the page", '<script type="text/javascript">alert(1)</script>'),
        ("an event attribute", '<a onclick="x()">'),
        ("a javascript: address", '<a href="javascript:x()">'),
        ("a foreign address", '<img src="//other.example/a.png">'),
    ],
)
def test_the_scan_finds_what_it_looks_for(what, example):
    assert len(INLINE[what].findall(example)) == 1


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda p: p.name)
def test_our_css_knows_no_left_or_right(path):
    assert PHYSICAL.findall(without_comments(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "example",
    ["left: 0;", "margin-left: 1rem;", "text-align: right;", "float:left;", "padding: 0 1px 0 2px;",
     "border-left: 0;", "border-top-right-radius: 2px;", "border-radius: 1px 0 0 1px;"],
)  # fmt: skip
def test_the_scan_finds_physical_directions(example):
    assert len(PHYSICAL.findall(f"a {{ {example} }}")) == 1


@pytest.mark.parametrize("path", [*OWN_CSS, *VENDORED_CSS], ids=lambda p: p.name)
def test_a_style_sheet_asks_only_for_files_beside_it(path):
    css = path.read_text("utf-8")
    assert re.findall(r"@import|data:|https?:|sourceMappingURL", without_comments(css)) == []
    asked = {match.strip("\"'") for match in re.findall(r"url\(([^)]+)\)", css)}
    assert [name for name in sorted(asked) if not (path.parent / name).is_file()] == []


def test_every_vendored_icon_is_in_use():
    css = (STATIC / "vendor" / "designsystemet.css").read_text("utf-8")
    asked = set(re.findall(r'url\("icons/([^"]+)"\)', css))
    assert asked == {path.name for path in (STATIC / "vendor" / "icons").iterdir()}


def test_licences_lie_beside_what_they_license():
    licences = {str(path.relative_to(STATIC)) for path in STATIC.rglob("LICENSE*")}
    assert licences == {"fonts/LICENSE-Inter-OFL.txt", "vendor/LICENSE-designsystemet.txt"}


def test_no_colour_is_written_outside_the_tokens():
    css = without_comments((STATIC / "samling.css").read_text("utf-8"))
    screen, printed = css.split("@media print", maxsplit=1)
    assert re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8}\b|rgb|hsl)", screen) == []
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", printed)) == {"#000000", "#ffffff"}


def test_the_script_reaches_for_nothing_outside():
    script = (STATIC / "samling.js").read_text("utf-8")
    assert re.findall(r"fetch\(|https?:|eval\(|innerHTML|import\b|\.style\b", script) == []
