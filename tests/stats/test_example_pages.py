"""The worked examples run, and print what their pages say."""

import importlib.util
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "example_pages.py"
_found = importlib.util.spec_from_file_location("example_pages", PROGRAM)
example_pages = importlib.util.module_from_spec(_found)
sys.modules["example_pages"] = example_pages
_found.loader.exec_module(example_pages)


def test_every_page_has_a_script():
    pages = {path.stem for path in example_pages.PAGES.glob("*.md")}
    assert pages == {path.stem for path in example_pages.scripts()}


@pytest.mark.parametrize("script", example_pages.scripts(), ids=lambda path: path.stem)
def test_a_page_says_what_its_script_prints(script):
    """`python tests/stats/example_pages.py` writes the pages anew."""
    written = (example_pages.PAGES / f"{script.stem}.md").read_text(encoding="utf-8")
    assert written == example_pages.page(script)
