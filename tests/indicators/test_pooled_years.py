"""Years shown together must not give away a year that is hidden."""

from pathlib import Path

import pytest

import world
from samling.indicators.actions import publish_study
from samling.warehouse import Warehouse

POOL = """\
periods:
  variable: round
  pooled:
    - code: "2020-2023"
      name: {sv: "2020 och 2023", en: "2020 and 2023"}
      periods: ["2020", "2023"]
"""


@pytest.mark.django_db
def test_a_hidden_year_is_not_the_pool_minus_the_other_year(tmp_path: Path) -> None:
    rows = world.draw_rows(pupils=20)
    few = [r for r in rows if (r["round"], r["municipality"]) == ("2020", "0480")]
    rows = [r for r in rows if r not in few] + few[:6]
    folder = world.write_study(
        tmp_path / "study", rows=rows, changes=[("periods:\n  variable: round\n", POOL)]
    )
    store = Warehouse(tmp_path / "warehouse")
    release = publish_study(folder, by="test", warehouse=store, progress=lambda _: None).release
    cells = [
        row
        for row in store.read(release.cells_snapshot).to_pylist()
        if row["indicator"] == "bright_future" and row["grouping"] == ""
    ]
    status = {(row["area"], row["period"]): row["status"] for row in cells}
    assert {period for _, period in status} == {"2020", "2023", "2020-2023"}
    assert status["0480", "2020"] == "hidden"
    assert "hidden" in (status["0480", "2023"], status["0480", "2020-2023"])
    assert "hidden" in (status["0484", "2020"], status["0486", "2020"])


@pytest.mark.django_db
def test_a_pool_shows_its_years_together(tmp_path: Path) -> None:
    rows = world.draw_rows()
    folder = world.write_study(
        tmp_path / "study", rows=rows, changes=[("periods:\n  variable: round\n", POOL)]
    )
    store = Warehouse(tmp_path / "warehouse")
    release = publish_study(folder, by="test", warehouse=store, progress=lambda _: None).release
    n = {
        (row["area"], row["period"]): row["n"]
        for row in store.read(release.cells_snapshot).to_pylist()
        if row["indicator"] == "bright_future" and row["grouping"] == ""
    }
    assert n["04", "2020-2023"] == n["04", "2020"] + n["04", "2023"]
    answered = [r for r in rows if r["outlook"] in ("1", "2", "3", "4")]
    assert n["04", "2020-2023"] == len(answered)
