"""What import linting cannot see: names in strings, templates, and other rooms' inner parts."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "samling"
ROOMS = sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").exists())
INNER = {"urls", "apps", "wagtail_hooks", "panels", "views", "api", "forms", "tasks"}
INSIDE = (
    ("urls", "apps", "wagtail_hooks", "panels"),
    ("views", "api"),
    ("forms", "tasks", "templatetags"),
    ("presenting",),
    ("actions",),
    ("queries",),
    ("publication",),
    ("rules",),
    ("models",),
    ("study",),
    ("choices",),
)


def layers() -> list[set[str]]:
    """The map as pyproject.toml has it, top first; parentheses mark rooms still to come."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [
        {room.strip(" ()") for room in layer.split("|")}
        for layer in contracts["contracts"][0]["layers"]
    ]


def height() -> dict[str, int]:
    rows = layers()
    return {room: len(rows) - i for i, row in enumerate(rows) for room in row}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name


def python_files(room: str) -> list[Path]:
    return [p for p in sorted((SOURCE / room).rglob("*.py")) if "migrations" not in p.parts]


def test_every_room_is_on_the_map() -> None:
    assert set(ROOMS) <= set(height())


def test_the_map_is_the_one_in_architecture_md() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text()
    block = drawn.split("<!-- map -->")[1]
    rows = [
        {name.strip(" ()`") for name in line.split("  ")[0].split("|")}
        for line in block.strip().strip("`").strip().splitlines()
    ]
    assert rows == layers()


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_reaches_into_anothers_views_forms_urls_or_tasks(room: str) -> None:
    reached = [
        f"{path.relative_to(ROOT)}:{line} {module}"
        for path in python_files(room)
        for line, module in imports(path)
        if (parts := module.split("."))[0] == "samling"
        and len(parts) > 2
        and parts[1] != room
        and parts[2] in INNER
    ]
    assert reached == []


@pytest.mark.parametrize("room", ROOMS)
def test_string_references_to_models_go_down_only(room: str) -> None:
    heights = height()
    pattern = re.compile(r"""(?:ForeignKey|ManyToManyField|OneToOneField)\(\s*["'](\w+)\.\w+["']""")
    upward = [
        f"{path.relative_to(ROOT)}: {other}"
        for path in python_files(room)
        for other in pattern.findall(path.read_text())
        if other != room and heights.get(other, 0) >= heights[room]
    ]
    assert upward == []


@pytest.mark.parametrize("room", ROOMS)
def test_templates_use_their_own_room_or_lower_ones(room: str) -> None:
    heights = height()
    pattern = re.compile(r"""{%\s*(?:include|extends)\s+["'](\w+)/""")
    upward = [
        f"{path.relative_to(ROOT)}: {other}"
        for path in sorted((SOURCE / room).rglob("*.html"))
        for other in pattern.findall(path.read_text())
        if other in heights and other != room and heights[other] >= heights[room]
    ]
    assert upward == []


@pytest.mark.parametrize("room", ROOMS)
def test_inside_a_room_imports_follow_the_order_of_words(room: str) -> None:
    order = {word: i for i, row in enumerate(INSIDE) for word in row}
    wrong = []
    for path in python_files(room):
        inner = path.relative_to(SOURCE / room).parts[0].removesuffix(".py")
        for line, module in imports(path):
            parts = module.split(".")
            if parts[:2] == ["samling", room] and len(parts) > 2:
                here, there = order.get(inner), order.get(parts[2])
                if here is not None and there is not None and there < here:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} {module}")
    assert wrong == []


def test_nothing_names_a_package_index_or_a_path_of_a_machine() -> None:
    index = "index" + "-url"
    pattern = re.compile(rf"://[^ \"]+/sim[p]le|{index}|(^|[^a-z])/(home|work|farm)/")
    named = [
        str(path.relative_to(ROOT))
        for pattern_glob in ("*.py", "*.toml", "*.txt", "*.md", "*.yaml", "Makefile", "*.html")
        for path in ROOT.rglob(pattern_glob)
        if not {".venv", ".boot", "node_modules"} & set(path.parts)
        and path != Path(__file__)
        and pattern.search(path.read_text(errors="ignore"))
    ]
    assert named == []
