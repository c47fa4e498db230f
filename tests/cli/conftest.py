"""Commands, run as the program runs them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from samling.cli import speaking
from samling.cli.main import main
from samling.indicators import queries
from world import write_study


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[list[str]]:
        """The words of every line of the table, without its frame."""
        return [
            [cell.strip() for cell in line.replace("┃", "│").strip("│").split("│")]
            for line in self.out.splitlines()
            if "│" in line or "┃" in line
        ]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command in a wide window."""
    for window in (speaking.console, speaking.errors):
        monkeypatch.setattr(window, "width", 220)

    def ran(*words: object) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return ran


@pytest.fixture
def own_warehouse(tmp_path: Path, settings) -> Iterator[Path]:
    """The installation's warehouse, in a directory of this test's own."""
    settings.SAMLING_WAREHOUSE = tmp_path / "warehouse"
    queries.warehouse.cache_clear()
    yield settings.SAMLING_WAREHOUSE
    queries.warehouse.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study")
