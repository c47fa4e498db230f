"""The real data: as R has them, with figures from R that the data themselves agree with."""

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.csv
import pytest

from samling.places.loading.division_file import read_division
from samling.stats import Design, estimate, mean

STUDY = Path(__file__).parents[2] / "studies" / "nhanes-2009-2010"
GOLDEN = json.loads((STUDY / "golden.json").read_text(encoding="utf-8"))

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed (Rscript)")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (STUDY / "data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_r
def test_data_and_figures_are_what_r_gives(tmp_path: Path) -> None:
    for script in ("export.R", "golden.R"):
        subprocess.run(["Rscript", "--vanilla", STUDY / script], cwd=tmp_path, check=True)
    assert (tmp_path / "data.csv").read_bytes() == (STUDY / "data.csv").read_bytes()
    made = json.loads((tmp_path / "golden.json").read_text(encoding="utf-8"))
    for ours, again in zip(GOLDEN["cells"], made["cells"], strict=True):
        assert again == {
            k: v if k in ("by", "n") else pytest.approx(v, rel=1e-12) for k, v in ours.items()
        }


def test_nothing_was_dropped(rows: list[dict[str, str]]) -> None:
    assert len(rows) == 8591
    assert sum(row["high_cholesterol"] == "" for row in rows) == 745
    assert list(rows[0]) == [
        "psu",
        "stratum",
        "weight",
        "high_cholesterol",
        "ethnicity",
        "age_group",
        "sex",
    ]


def test_psu_numbers_repeat_between_strata(rows: list[dict[str, str]]) -> None:
    units = {(row["stratum"], row["psu"]) for row in rows}
    strata = {stratum for stratum, _ in units}
    assert {psu for _, psu in units} == {"1", "2", "3"}
    assert {cell["df"] for cell in GOLDEN["cells"]} == {len(units) - len(strata)}


def test_every_group_has_its_figure() -> None:
    groupings = [tuple(cell["by"]) for cell in GOLDEN["cells"]]
    counts = {by: groupings.count(by) for by in groupings}
    assert counts == {
        (): 1,
        ("sex",): 2,
        ("age_group",): 4,
        ("ethnicity",): 4,
        ("sex", "age_group"): 8,
    }


@pytest.mark.parametrize("cell", GOLDEN["cells"], ids=lambda cell: str(cell["by"]))
def test_shares_are_plain_weighted_means(cell, rows: list[dict[str, str]]) -> None:
    """The estimate of a domain is its weighted mean, whatever the design."""
    group = [
        (float(row["weight"]), int(row["high_cholesterol"]))
        for row in rows
        if row["high_cholesterol"] and all(row[k] == v for k, v in cell["by"].items())
    ]
    share = sum(w * y for w, y in group) / sum(w for w, _ in group)
    assert (len(group), share) == (cell["n"], pytest.approx(cell["estimate"], rel=1e-12))


def test_samling_estimates_are_equal_to_r() -> None:
    data = pyarrow.csv.read_csv(STUDY / "data.csv")
    design = Design(data, weights="weight", strata="stratum", psu="psu", nest=True)
    sets = list(dict.fromkeys(tuple(cell["by"]) for cell in GOLDEN["cells"]))
    names = ("sex", "age_group", "ethnicity")
    ours = {
        tuple(str(row[name]) if row[name] is not None else None for name in names): row
        for row in estimate(design, [mean("high_cholesterol")], by=sets, ci="wald").rows()
    }
    assert len(ours) == len(GOLDEN["cells"])
    for cell in GOLDEN["cells"]:
        row = ours[tuple(cell["by"].get(name) for name in names)]
        for figure in ("estimate", "se", "ci_low", "ci_high", "df", "n"):
            assert row[figure] == pytest.approx(cell[figure], rel=1e-9), (cell["by"], figure)


def test_the_area_file_can_be_loaded() -> None:
    (area,) = read_division(STUDY / "areas.csv")
    assert (area.code, area.name, area.level, area.parent) == ("US", "USA", "country", "")
