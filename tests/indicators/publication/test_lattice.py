"""The cells that a study may publish and the sums between them, against a plain enumeration."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from samling.indicators.actions import make_lattice, open_study
from samling.indicators.publication.lattice import CellSum
from world import MUNICIPALITIES, ROUNDS, draw_rows, write_study

POOL = (
    "  variable: round\n",
    """\
  variable: round
  pooled:
    - {code: both, name: {sv: "Båda", en: "Both"}, periods: ["2020", "2023"]}
""",
)
SLEEP = (
    "groupings:\n  - {by: [gender]}\n",
    """\
  - code: sleep
    name: {sv: "Sömn", en: "Sleep"}
    levels:
      - {code: enough, name: {sv: "Nog", en: "Enough"}, when: {sleep: [1]}}
      - {code: little, name: {sv: "Lite", en: "Little"}, when: {sleep: [2]}, only: [county]}
groupings:
  - {by: [gender]}
  - {by: [sleep]}
  - {by: [gender, sleep], levels: [county]}
""",
)
GENDERS, SLEEPS = ("girl", "boy"), ("enough", "little")
AREAS = ("04", *MUNICIPALITIES)
PERIODS = (*ROUNDS, "both")


@pytest.fixture
def lattice(db, tmp_path):
    folder = write_study(tmp_path / "study", changes=[POOL, SLEEP])
    return make_lattice(open_study(folder, by="test"))


def expected_cells():
    for area, period in product(AREAS, PERIODS):
        yield (), area, period, ()
        for gender in GENDERS:
            yield ("gender",), area, period, (gender,)
        yield ("sleep",), area, period, ("enough",)
        if area == "04":
            yield ("sleep",), area, period, ("little",)
            for gender, sleep in product(GENDERS, SLEEPS):
                yield ("gender", "sleep"), area, period, (gender, sleep)


def test_cells(lattice):
    cells = list(expected_cells())
    assert len(lattice.keys) == len(cells)
    assert set(lattice.keys) == set(cells)


def expected_sums():
    """Parent, children, and whether nobody is left over; some pupils give no gender or sleep."""
    cells = set(expected_cells())
    for grouping, area, period, group in cells:
        if area == "04":
            children = [(grouping, a, period, group) for a in MUNICIPALITIES]
            yield (grouping, area, period, group), children, True
        if period == "both":
            children = [(grouping, area, p, group) for p in ROUNDS]
            yield (grouping, area, period, group), children, True
        if grouping == ():
            for name, levels in (("gender", GENDERS), ("sleep", SLEEPS)):
                children = [((name,), area, period, (level,)) for level in levels]
                yield (grouping, area, period, group), children, False
        if grouping == ("gender",) and area == "04":
            children = [(("gender", "sleep"), area, period, (*group, s)) for s in SLEEPS]
            yield (grouping, area, period, group), children, False
        if grouping == ("sleep",) and area == "04":
            children = [(("gender", "sleep"), area, period, (g, *group)) for g in GENDERS]
            yield (grouping, area, period, group), children, False


def test_sums(lattice):
    cells = set(expected_cells())
    expected = set()
    for parent, children, exhaustive in expected_sums():
        kept = tuple(child for child in children if child in cells)
        if kept:
            expected.add(CellSum(parent, kept, exhaustive and len(kept) == len(children)))
    assert len(lattice.sums) == len(expected)
    assert set(lattice.sums) == expected


def test_counts_are_those_of_pandas(lattice):
    rows = pd.DataFrame(draw_rows())
    rows["sleeps"] = rows["sleep"].map({"1": "enough", "2": "little"})
    rows["sex"] = rows["gender"].map({"1": "girl", "2": "boy"})
    columns = {"gender": "sex", "sleep": "sleeps"}
    counts = lattice.count(np.ones(len(rows), dtype=bool))
    for grouping in lattice.groupings:
        by = [columns[name] for name in grouping]
        for area, period in product(AREAS, PERIODS):
            part = rows[(area == "04") | (rows["municipality"] == area)]
            part = part[(period == "both") | (part["round"] == period)]
            if not by:
                assert counts[grouping, area, period, ()] == len(part)
                continue
            for group, n in part.groupby(by, observed=True).size().items():
                key = group if isinstance(group, tuple) else (group,)
                assert counts[grouping, area, period, key] == n


def test_counts_of_some_rows(lattice):
    inside = lattice.frame.values["sleeps_enough"] == 1
    rows = draw_rows()
    enough = sum(row["sleep"] == "1" and row["round"] == "2020" for row in rows)
    counts = lattice.count(inside)
    assert counts[(), "04", "2020", ()] == enough
    assert counts[("sleep",), "04", "2020", ("enough",)] == enough
    assert (("sleep",), "04", "2020", ("little",)) not in counts


def test_an_indicator_is_not_cut_by_its_own_question(lattice):
    groupings = {
        indicator.code: {key[0] for key in lattice.for_indicator(indicator)}
        for indicator in lattice.study.indicators
    }
    assert groupings == {
        "bright_future": {(), ("gender",), ("sleep",), ("gender", "sleep")},
        "sleeps_enough": {(), ("gender",)},
        "wellbeing": {(), ("gender",), ("sleep",), ("gender", "sleep")},
    }


def test_sensitive_indicators_stay_at_their_levels(db, tmp_path):
    high = ('    theme: {sv: "Framtidstro"', '    sensitivity: high\n    theme: {sv: "Framtidstro"')
    folder = write_study(tmp_path / "study", changes=[high])
    lattice = make_lattice(open_study(folder, by="test"))
    bright, sleep, _ = lattice.study.indicators
    assert {key[1] for key in lattice.for_indicator(bright)} == {"04"}
    assert {key[1] for key in lattice.for_indicator(sleep)} == set(AREAS)


def test_areas_that_some_rows_lack_do_not_make_up_the_total(db, tmp_path):
    rows = draw_rows()
    rows[0]["municipality"] = ""
    lattice = make_lattice(open_study(write_study(tmp_path / "s", rows=rows), by="test"))
    assert [s.exhaustive for s in lattice.sums if len(s.children) == 3] == [False] * 6
