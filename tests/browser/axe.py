"""What axe finds on a page, and the results that the accessibility statement is written from.

To write the results anew after a change of the pages:
`SAMLING_WRITE_ACCESSIBILITY=1 pytest tests/browser/test_every_page.py
tests/browser/test_people_pages.py`.
"""

import json
import os
import re
from datetime import date
from pathlib import Path

import axe_playwright_python
from axe_playwright_python.sync_playwright import Axe

from samling.web.accessibility import RESULTS

WIDE, NARROW, NARROWEST = 1280, 360, 320
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


def axe_version() -> str:
    source = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    found = re.search(r"axe v(\d+\.\d+)", source.read_text("utf-8")[:300])
    assert found is not None
    return f"axe-core {found[1]}"


def pixels_sticking_out(page) -> int:
    """By how much the page is wider than its window; 0 when nothing sticks out.

    A page that a button has just led to may be there without its document yet.
    """
    page.wait_for_load_state()
    return max(0, page.evaluate(OVERFLOW))


def violations(page, where: str) -> list[str]:
    """What axe finds on the page as it is."""
    page.wait_for_load_state()
    result = Axe().run(page, options=ONLY_VIOLATIONS)
    return [
        f"{where}: {v['id']} {[n['target'] for n in v['nodes']]}"
        for v in result.response["violations"]
    ]


def assert_the_statement_says(faults: dict[str, list[str]]) -> None:
    """The results hold the page kinds that one module has tested, next to those of the others."""
    tool = axe_version()
    if os.environ.get("SAMLING_WRITE_ACCESSIBILITY"):
        written = json.loads(RESULTS.read_text("utf-8"))
        others = [page for page in written["pages"] if page["name"] not in faults]
        content = {
            "tested": date.today().isoformat(),
            "tool": tool,
            "pages": others + _counted(faults),
        }
        RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    written = json.loads(RESULTS.read_text("utf-8"))
    mine = [page for page in written["pages"] if page["name"] in faults]
    assert (written["tool"], mine) == (tool, _counted(faults))


def _counted(faults: dict[str, list[str]]) -> list[dict[str, object]]:
    return [{"name": name, "faults": len(found)} for name, found in faults.items()]
