"""Studies that are written, checked and published by the functions that people's commands run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from samling.indicators.actions import Published, open_study, publish_study
from samling.indicators.study.findings import Finding, StudyError
from samling.warehouse import Warehouse
from world import write_study


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small study as it is written, without errors."""
    return write_study(tmp_path / "study")


@pytest.fixture
def findings(db: None) -> Callable[[Path], list[Finding]]:
    """Everything that is said of a study that cannot be used."""

    def said(folder: Path) -> list[Finding]:
        with pytest.raises(StudyError) as caught:
            open_study(folder, by="test")
        for finding in caught.value.findings:
            assert finding.mend, finding
        return caught.value.findings

    return said


@pytest.fixture
def publish(db: None, tmp_path: Path, warehouse: Warehouse) -> Callable[..., Published]:
    """Write the small study with other rows or text, and publish it."""

    def published(
        rows: Sequence[Mapping[str, str]] | None = None,
        changes: Iterable[tuple[str, str]] = (),
        **options: str,
    ) -> Published:
        folder = write_study(tmp_path / "study", rows=rows, changes=changes)
        return publish_study(
            folder, by="test", warehouse=warehouse, progress=lambda _: None, **options
        )

    return published
