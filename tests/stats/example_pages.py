"""The worked examples with what they print: `python tests/stats/example_pages.py` writes them anew.

An example is a script in `examples/`, in the percent format that notebooks open: `# %% [markdown]`
begins text and `# %%` begins code. Its page in docs/examples has the text, the code, and what the
code printed; `test_example_pages.py` runs the scripts and refuses a page that says anything else.
"""

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "examples"
PAGES = ROOT / "docs" / "examples"
CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
MADE = "Made from `examples/{name}` by `python tests/stats/example_pages.py`."


@dataclass(frozen=True)
class Cell:
    """A piece of text, or of code."""

    text: str
    code: bool


def scripts() -> list[Path]:
    """The examples; what they share has no cells."""
    return sorted(path for path in SCRIPTS.glob("*.py") if CELL.search(path.read_text("utf-8")))


def cells(script: Path) -> list[Cell]:
    """The script's cells; what stands before the first is left out."""
    parts = CELL.split(script.read_text(encoding="utf-8"))[1:]
    found = []
    for kind, body in zip(parts[::2], parts[1::2], strict=True):
        code = "[markdown]" not in kind
        text = body.strip("\n") if code else _text(body)
        found.append(Cell(text, code))
    return found


def _text(body: str) -> str:
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.strip().split("\n"))


def page(script: Path) -> str:
    """The script's page; running it is the only way to get one."""
    names: dict[str, object] = {"__name__": "__main__", "__file__": str(script)}
    lines = []
    for cell in cells(script):
        if not cell.code:
            lines += [cell.text, ""]
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said), _beside():
            exec(compile(cell.text, script.name, "exec"), names)  # noqa: S102 - our own example
        lines += [f"```python\n{cell.text}\n```", ""]
        if said.getvalue():
            lines += [f"```text\n{said.getvalue().rstrip()}\n```", ""]
    lines += ["---", MADE.format(name=script.name)]
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def _beside() -> Iterator[None]:
    """Scripts find each other, as when they are run by themselves."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        yield
    finally:
        sys.path.remove(str(SCRIPTS))


def write() -> None:
    PAGES.mkdir(exist_ok=True)
    for script in scripts():
        (PAGES / f"{script.stem}.md").write_text(page(script), encoding="utf-8")


if __name__ == "__main__":
    write()
