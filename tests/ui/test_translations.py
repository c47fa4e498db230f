"""Every Swedish text has its English one, and the compiled catalogue holds just those."""

import ast
import gettext
import re
from pathlib import Path

import samling.ui

ROOM = Path(samling.ui.__file__).parent
CATALOGUE = ROOM / "locale" / "en" / "LC_MESSAGES"
IN_TEMPLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
IN_BLOCK = re.compile(r"\{% blocktranslate %\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
ENTRY = re.compile(r'(?:msgctxt (".*")\n)?msgid (".*")\nmsgstr (".*")')


def written() -> dict[str, str]:
    """The .po file: Swedish to English, with a context before its text as gettext keeps it."""
    entries = ENTRY.findall((CATALOGUE / "django.po").read_text("utf-8"))
    texts = [[ast.literal_eval(part or '""') for part in entry] for entry in entries]
    return {f"{context}\x04{m}" if context else m: t for context, m, t in texts if m}


def compiled() -> dict[str, str]:
    with (CATALOGUE / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {swedish: english for swedish, english in catalogue.items() if swedish}


def used() -> set[str]:
    """Every text that a template or a module of this room asks to have translated."""
    texts: set[str] = set()
    for path in ROOM.glob("templates/**/*.html"):
        source = path.read_text("utf-8")
        texts |= {double or single for double, single in IN_TEMPLATE.findall(source)}
        texts |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", t) for t in IN_BLOCK.findall(source)}
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("_" | "gettext"), args=[ast.Constant(str(text))]):
                    texts.add(text)
                case ast.Call(func=ast.Name("pgettext"), args=[context, text]):
                    texts.add(f"{ast.literal_eval(context)}\x04{ast.literal_eval(text)}")
    return texts


def test_the_compiled_catalogue_is_the_written_one():
    assert compiled() == written()


def test_every_text_is_translated_and_nothing_is_left_over():
    assert set(written()) == used()
    assert [swedish for swedish, english in written().items() if not english] == []


def test_nothing_is_marked_as_a_guess():
    assert re.findall(r"^#,.*fuzzy", (CATALOGUE / "django.po").read_text("utf-8"), re.M) == []


def test_a_translation_keeps_the_names_that_are_filled_in():
    names = re.compile(r"%\((\w+)\)s")
    different = [s for s, e in written().items() if set(names.findall(s)) != set(names.findall(e))]
    assert different == []
