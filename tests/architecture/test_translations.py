"""Every Swedish text of every room has its English one, and the catalogues hold just those.

`django-admin compilemessages` writes the compiled catalogues.
"""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import samling

HOUSE = Path(samling.__file__).parent
ROOMS = sorted(path.parent.parent.parent.name for path in HOUSE.glob("*/locale/en/LC_MESSAGES"))
CALLS = {"_", "_n", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
# What Django's templatize makes of a template: gettext calls between lines of X.
CALL = re.compile(
    r"""\b(n?p?gettext|_)\(\s*u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)"""
)
NAMES = re.compile(r"%\((\w+)\)s")


def catalogue(room: str) -> Path:
    return HOUSE / room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def written(room: str) -> dict[str, list[str]]:
    """The .po file: Swedish to English in each of its forms; a context stands before its text."""
    found: dict[str, list[str]] = {}
    for block in catalogue(room).read_text("utf-8").split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            match = re.match(r"(msg[\w\[\]]+) (\".*\")$", line)
            if match:
                keyword = match[1]
                parts[keyword] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                parts[keyword] += ast.literal_eval(line)
        if parts.get("msgid"):
            key = (parts["msgctxt"] + "\x04" if "msgctxt" in parts else "") + parts["msgid"]
            assert key not in found, f"{key!r} stands twice"
            found[key] = [text for name, text in parts.items() if name.startswith("msgstr")]
    return found


def compiled(room: str) -> dict[str, list[str]]:
    with catalogue(room).with_suffix(".mo").open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog
    found: dict[str, list[str]] = {}
    for key, english in entries.items():
        swedish = key[0] if isinstance(key, tuple) else key
        if swedish:
            found.setdefault(swedish, []).append(english)
    return found


def used(room: str) -> set[str]:
    """Every text that a template or a module of the room asks to have translated."""
    texts: set[str] = set()
    for path in (HOUSE / room).glob("templates/**/*"):
        letter = path.parent.name == "mail" and len(path.suffixes) == 2  # one file a language
        if path.suffix in {".html", ".txt"} and not letter:
            for function, arguments in CALL.findall(templatize(path.read_text("utf-8"))):
                texts |= told(function, ast.literal_eval(f"({arguments},)"))
    for path in (HOUSE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = [a.value for a in node.args if isinstance(a, ast.Constant)]
                texts |= told(node.func.id, given)
    return texts


def told(function: str, given) -> set[str]:
    if not given or not isinstance(given[0], str):
        return set()
    if function in CALLS | PLURALS:
        return {given[0]}
    return {f"{given[0]}\x04{given[1]}"} if function in IN_CONTEXT else set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_catalogue_is_the_written_one(room):
    assert compiled(room) == written(room)


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated_and_nothing_is_left_over(room):
    kept, asked = set(written(room)), used(room)
    assert (sorted(asked - kept), sorted(kept - asked)) == ([], [])
    assert [swedish for swedish, english in written(room).items() if not all(english)] == []


def test_a_room_with_texts_has_a_catalogue():
    texts = {path.name for path in HOUSE.iterdir() if path.is_dir() and used(path.name)}
    assert texts == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_marked_as_a_guess(room):
    assert re.findall(r"^#,.*fuzzy", catalogue(room).read_text("utf-8"), re.M) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_keeps_the_names_that_are_filled_in(room):
    different = [
        swedish
        for swedish, english in written(room).items()
        if any(set(NAMES.findall(swedish)) != set(NAMES.findall(form)) for form in english)
        and len(english) == 1
    ]
    assert different == []
