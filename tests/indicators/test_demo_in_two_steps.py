"""The demo study published in two steps, attacked by somebody who kept the first release.

First the rounds of 2017 and 2020 without grades, then all three with grades: a new margin crosses
the groups that were hidden, and another choice of cells would be the cheapest. The attacker is the
one of `test_demo_release_attacked`: he counts with pandas and lists the sums by hand. He knows
exactly each count that either release shows, and the tighter of two bounds.
"""

from __future__ import annotations

import shutil

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from indicators.test_demo_release_attacked import (
    FOLDER,
    SHARES,
    STUDY,
    Cell,
    World,
    attack,
    read_pupils,
    shown_somewhere,
)
from samling.indicators import actions
from samling.indicators.actions import publish_study
from samling.indicators.models import Release
from samling.places.actions import load_sweden
from samling.stats.disclosure import Finding
from samling.warehouse import Warehouse

pytestmark = [pytest.mark.once, pytest.mark.django_db]

BY_GRADE = "  - {by: [grade]}\n  - {by: [gender, grade], levels: [county]}\n"
Cells = dict[str, dict[Cell, dict[str, object]]]


def by_indicator(rows: list[dict[str, object]]) -> Cells:
    cells: Cells = {}
    for row in rows:
        key = (row["grouping"], row["area"], row["period"], row["group"])
        cells.setdefault(str(row["indicator"]), {})[key] = row
    return cells


@pytest.fixture(scope="module")
def steps(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup, django_db_blocker
) -> dict[str, Cells]:
    """Cells of the first release, of the second, and of a second that knows of no first."""
    folder = tmp_path_factory.mktemp("study") / "demo"
    shutil.copytree(FOLDER, folder)
    data = pq.read_table(FOLDER / "microdata.parquet")
    early = pc.not_equal(data["round"].cast("string"), "2023")
    store = Warehouse(tmp_path_factory.mktemp("warehouse"))

    def publish(name: str) -> Cells:
        done = publish_study(folder, by="test", warehouse=store, progress=lambda _: None)
        assert done.new, name
        return by_indicator(store.read(done.release.cells_snapshot).to_pylist())

    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        load_sweden(by="test")
        pq.write_table(data.filter(early), folder / "microdata.parquet")
        text = (folder / "study.yaml").read_text()
        (folder / "study.yaml").write_text(text.replace(BY_GRADE, ""))
        found = {"first": publish("first")}
        (folder / "study.yaml").write_text(text)
        pq.write_table(data, folder / "microdata.parquet")
        found["second"] = publish("second")
        Release.objects.filter(number=2).delete()
        patch.setattr(actions, "_earlier_releases", lambda *_: ())
        found["forgetful"] = publish("forgetful")
        # Nothing stays for other tests that share the database.
        transaction.set_rollback(True)
    return found


def together(first: Cells, second: Cells) -> Cells:
    """What both releases tell: a cell as the one has it that says most."""
    return {
        code: {cell: sharper(row, first.get(code, {}).get(cell)) for cell, row in cells.items()}
        for code, cells in second.items()
    }


def sharper(one: dict[str, object], other: dict[str, object] | None) -> dict[str, object]:
    order = ["shown", "bound_below", "bound_above", "hidden"]
    known = [row for row in (one, other) if row is not None]
    return min(known, key=lambda row: (order.index(str(row["status"])), row["bound"] or 0))


def unsafe(cells: Cells) -> tuple[int, list[Finding]]:
    world = World(read_pupils(), cells)
    known = shown_somewhere(world)
    found = [f for i in SHARES for f in attack(world, i, known[str(i.get("asked_of", {}))])]
    return len(found), [f for f in found if not f.safe]


def test_who_kept_the_first_release_narrows_no_hidden_count(steps: dict[str, Cells]) -> None:
    attacked, found = unsafe(together(steps["first"], steps["second"]))
    assert found == []
    assert attacked > 2000


def test_he_succeeds_where_the_first_release_is_forgotten(steps: dict[str, Cells]) -> None:
    _, found = unsafe(together(steps["first"], steps["forgetful"]))
    assert len(found) > 0


def test_no_older_cell_is_moved(steps: dict[str, Cells]) -> None:
    for indicator in STUDY["indicators"]:
        then, now = (steps[step][indicator["code"]] for step in ("first", "second"))
        assert {cell: now[cell]["status"] for cell in then} == {
            cell: row["status"] for cell, row in then.items()
        }


def test_no_more_is_hidden_than_for_those_who_have_no_history(steps: dict[str, Cells]) -> None:
    """Of 11,868 cells: what it costs that the first release is out."""
    hidden = {
        step: sum(row["status"] == "hidden" for rows in cells.values() for row in rows.values())
        for step, cells in steps.items()
    }
    assert hidden["second"] <= hidden["forgetful"] + 5
