"""The page for those who come from R names what there is."""

import re
from pathlib import Path

import samling.stats
from samling.stats import WHO_MEASURES, Design, Estimates, Regression, Result

PAGE = (Path(__file__).parents[2] / "docs" / "migrating.md").read_text(encoding="utf-8")
OWNERS = {"Design": Design, "Estimates": Estimates, "Regression": Regression, "Result": Result}


def ours():
    """The last column of every table."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    return "\n".join(row.rstrip(" |").split(" | ")[-1] for row in rows)


def test_every_function_exists():
    called = set(re.findall(r"(?<![\w.])([a-z_]+)\(", ours()))
    assert sorted(name for name in called if not hasattr(samling.stats, name)) == []
    assert len(called) > 25


def test_every_method_exists():
    named = set(re.findall(r"\b(Design|Estimates|Regression|Result)\.(\w+)", ours()))
    assert sorted(f"{o}.{m}" for o, m in named if not hasattr(OWNERS[o], m)) == []
    assert len(named) > 10


def test_every_measure_is_there():
    assert [name for name in WHO_MEASURES if f'"{name}"' not in ours()] == []
