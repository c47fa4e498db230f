"""Every Swedish text of the rooms with pages has its English one, and no other is kept."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import samling

ROOMS = ("indicators", "web")
SOURCE = Path(samling.__file__).parent
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext"}
IN_TEMPLATE = re.compile(r" (?:_|gettext|ngettext)\((u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")")


def catalogue(room: str) -> dict[str, str | dict[int, str]]:
    """The compiled catalogue: Swedish to English, a plural text to its forms by number."""
    file = SOURCE / room / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    with file.open("rb") as stream:
        kept = gettext.GNUTranslations(stream)._catalog
    found: dict[str, str | dict[int, str]] = {}
    for key, text in kept.items():
        if isinstance(key, tuple):
            forms = found.setdefault(key[0], {})
            assert isinstance(forms, dict)
            forms[key[1]] = text
        elif key:
            found[key] = text
    return found


def used(room: str) -> set[str]:
    """Every text that a module or template of the room asks to have translated."""
    texts: set[str] = set()
    for path in (SOURCE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(name), args=[ast.Constant(str(text)), *_]):
                    texts |= {text} if name in FUNCTIONS else set()
    for path in (SOURCE / room).rglob("*.html"):
        code = templatize(path.read_text("utf-8"), origin=str(path))
        for call in IN_TEMPLATE.findall(code):
            texts.add(ast.literal_eval(call))
    return texts


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_english_one_and_nothing_is_left_over(room):
    kept = catalogue(room)
    assert set(kept) == used(room)
    assert [text for text, english in kept.items() if not english] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_catalogue_is_the_written_one(room):
    source = (SOURCE / room / "locale" / "en" / "LC_MESSAGES" / "django.po").read_text("utf-8")
    written = re.findall(r'^msgid (".+")$', source, re.M)
    ids = {ast.literal_eval(text) for text in written} - {""}
    assert ids == set(catalogue(room))
    assert "fuzzy" not in source


@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_keeps_the_names_that_are_filled_in(room):
    names = re.compile(r"%\((\w+)\)s")
    different = [
        swedish
        for swedish, english in catalogue(room).items()
        for form in (english.values() if isinstance(english, dict) else [english])
        if set(names.findall(swedish)) != set(names.findall(form))
    ]
    assert different == []
