"""The method pages are the specs: `python tests/stats/method_pages.py` writes docs/methods anew.

A spec is a file of tests that an analyst can read. Its docstring says what the method answers,
the formula, the source and what R calls it; each test is a worked example, which holds because the
suite runs it. `test_method_pages.py` refuses pages that differ from their specs.
"""

import ast
import textwrap
from dataclasses import dataclass
from pathlib import Path

from samling.stats import StatsError

SPECS = Path(__file__).parent / "spec"
PAGES = Path(__file__).parents[2] / "docs" / "methods"
NEEDED = ("Source:", "In R:")
INDEX = """# Methods

What `samling.stats` computes, how, and after whom. Every page is made from a spec in
`tests/stats/spec`: the examples are run by the suite, so what is written here holds. Values from
independent programs that the methods are held against are in `tests/stats/golden`, each with its
script and versions.

"""
SECTIONS = {
    "Designs and weights": (
        "estimates", "intervals", "lonely-psu", "degrees-of-freedom", "replicates",
        "few-clusters", "calibration", "nonresponse-and-trimming",
    ),
    "Comparing": (
        "estimates-with-covariance", "contrasts", "rao-scott", "trends", "quantiles",
    ),
    "Regression": ("regression", "marginal-predictions"),
    "Rates and standardisation": ("rates", "standardise", "life-expectancy"),
    "Inequality": ("inequality", "ranked-inequality", "inequality-sentences"),
    "Interplay": ("maihda", "additive-interaction", "explain-outcome"),
    "Small areas": ("fay-herriot",),
    "Safety and errors": ("protect-estimates", "disclosure-over-time", "errors"),
}  # fmt: skip
MADE = "Made from `tests/stats/spec/{name}` by `python tests/stats/method_pages.py`."


@dataclass(frozen=True)
class Spec:
    """One spec file: its docstring, and its source by parts."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def title(self) -> str:
        return self.docstring.partition("\n")[0].strip()

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @property
    def page(self) -> str:
        """The page's file name."""
        return self.path.stem.removeprefix("test_").replace("_", "-") + ".md"

    def source(self, node: ast.stmt) -> str:
        """The node's own lines, decorators included."""
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(one.lineno for one in decorators)])
        return "\n".join(self.text.splitlines()[first - 1 : node.end_lineno])


def read(path: Path) -> Spec:
    text = path.read_text(encoding="utf-8")
    return Spec(path, text, ast.parse(text))


def specs() -> list[Spec]:
    return [read(path) for path in sorted(SPECS.glob("test_*.py"))]


def page(spec: Spec) -> str:
    """The page of one spec, in Markdown."""
    lines = ["# " + spec.docstring.strip(), "", "## Examples", ""]
    helpers = [node for node in spec.tree.body if _helps(node)]
    if helpers:
        shown = "\n\n".join(spec.source(node) for node in helpers)
        lines += ["The examples use:", "", _code(shown), ""]
    for node in spec.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            lines += _example(spec, node)
    if spec.page == "errors.md":
        lines += ["## Codes", "", _codes(), ""]
    lines += ["---", MADE.format(name=spec.path.name)]
    return "\n".join(lines) + "\n"


def _helps(node: ast.stmt) -> bool:
    """Functions, classes, values and imports of Samling that the examples stand on."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("samling")
    if isinstance(node, ast.FunctionDef):
        return not node.name.startswith("test_")
    return isinstance(node, ast.ClassDef | ast.Assign | ast.AnnAssign)


def _example(spec: Spec, node: ast.FunctionDef) -> list[str]:
    said = ast.get_docstring(node) or ""
    heading = node.name.removeprefix("test_").replace("_", " ")
    body = node.body[1:] if said else node.body
    if node.decorator_list:
        shown = spec.source(node)
    else:
        rows = spec.text.splitlines()[body[0].lineno - 1 : node.end_lineno]
        shown = textwrap.dedent("\n".join(rows))
    return [f"### {heading[0].upper()}{heading[1:]}", "", said, "", _code(shown), ""]


def _codes() -> str:
    """A table of every error's code and what it means."""
    found = {one.code: (one.__doc__ or "").strip() for one in _errors(StatsError)}
    rows = [f"| `{code}` | {meaning} |" for code, meaning in sorted(found.items())]
    return "\n".join(["| code | when |", "|---|---|", *rows])


def _errors(kind: type[StatsError]) -> list[type[StatsError]]:
    below = kind.__subclasses__()
    return below + [error for one in below for error in _errors(one)]


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    found = specs()
    made = {spec.page: page(spec) for spec in found}
    return made | {"README.md": INDEX + _contents({spec.page: spec.title for spec in found})}


def _contents(titles: dict[str, str]) -> str:
    """The pages by section; what no section has comes last."""
    listed = {name for names in SECTIONS.values() for name in names}
    rest = tuple(page.removesuffix(".md") for page in titles)
    sections = SECTIONS | {"More": tuple(name for name in rest if name not in listed)}
    parts = []
    for section, names in sections.items():
        there = [name for name in names if f"{name}.md" in titles]
        if there:
            lines = [f"- [{titles[f'{name}.md']}]({name}.md)" for name in there]
            parts.append(f"## {section}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def write() -> None:
    PAGES.mkdir(exist_ok=True)
    made = pages()
    for old in PAGES.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
