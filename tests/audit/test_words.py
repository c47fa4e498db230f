"""Whatever is written to the audit has words in Swedish and English on its page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import samling
from samling.audit.words import verb_text

HOUSE = Path(samling.__file__).parent
WRITERS = {"record", "tell", "_record"}
# Put together when they are written: the kind of a file, of a thing that is merged.
PUT_TOGETHER = {
    *(f"{kind} imported" for kind in ("units", "enrolment", "people")),
    *(f"{kind} merged" for kind in ("unit", "organisation")),
    *(f"role type {verb}" for verb in ("created", "changed")),
}


def verbs() -> Iterator[str]:
    """Every verb that an action hands to the audit."""
    yield from PUT_TOGETHER
    for path in HOUSE.glob("*/actions/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS:
                named = [word.value for word in node.keywords if word.arg == "verb"]
                for given in [*node.args[1:2], *named]:
                    yield from constants(given)


def constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(_, body, otherwise):
            yield from constants(body)
            yield from constants(otherwise)


def test_the_verbs_are_found():
    assert {"appointment proposed", "unit renamed", "unit edited", "mail retried"} <= set(verbs())


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("verb", sorted(set(verbs())))
def test_every_verb_has_words(verb, language):
    with translation.override(language):
        assert verb_text(verb) != verb
