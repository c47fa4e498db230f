"""Documentation is what the suite runs: no page differs from its spec."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

import samling.stats

PROGRAM = Path(__file__).parent / "method_pages.py"
_found = importlib.util.spec_from_file_location("method_pages", PROGRAM)
method_pages = importlib.util.module_from_spec(_found)
sys.modules["method_pages"] = method_pages
_found.loader.exec_module(method_pages)
SPECS = method_pages.specs()


def test_the_pages_are_made_from_the_specs():
    """`python tests/stats/method_pages.py` makes them anew."""
    there = {path.name: path.read_text("utf-8") for path in method_pages.PAGES.glob("*.md")}
    assert there == method_pages.pages()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.path.stem)
def test_a_spec_says_its_source_and_what_r_calls_it(spec):
    paragraphs = spec.docstring.split("\n\n")
    for word in method_pages.NEEDED:
        assert any(one.startswith(word) for one in paragraphs), f"{spec.path.name} lacks {word}"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.path.stem)
def test_every_example_is_explained(spec):
    bare = [
        node.name
        for node in spec.tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


def test_every_public_function_has_a_page():
    """What `samling.stats` offers is named in some spec."""
    written = "\n".join(spec.text for spec in SPECS)
    functions = [name for name in samling.stats.__all__ if name[0].islower()]
    assert [name for name in functions if f"{name}(" not in written] == []
