"""Estimates of a study: shares made by hand, uncertainty of a census, R on real data."""

import json
import math
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from samling.indicators.actions import make_lattice, open_study, publish_study
from samling.indicators.choices import Comparison
from samling.indicators.publication.cube import compute
from samling.indicators.publication.rounding import half_up
from world import MUNICIPALITIES, ROUNDS, change, draw_rows, write_study

STUDY = Path(__file__).parents[3] / "studies" / "nhanes-2009-2010"
SAMPLE = ("uncertainty: census", "uncertainty: sample")
T_8 = 2.306
"""The quantile 0.975 of t with 8 degrees of freedom (Abramowitz and Stegun, table 26.10)."""
GOOD = [("numerator: {outlook: [1, 2]}", "numerator: {outlook: [1]}")]


@pytest.fixture
def cube_of(db, tmp_path):
    def computed(rows=None, changes=()):
        folder = write_study(tmp_path / "study", rows=rows, changes=changes)
        lattice = make_lattice(open_study(folder, by="test"))
        return lattice, compute(lattice)

    return computed


def row(good, **more):
    return draw_rows(pupils=1)[0] | {"gender": "1", "outlook": "1" if good else "4"} | more


def one_round(rows):
    """The same rows in both rounds and both genders, so that every code of the study occurs."""
    other = [r | {"round": "2023", "gender": "2"} for r in rows]
    codes = [r | {"outlook": c, "sleep": c, "weight": "0"} for r in rows[:1] for c in "12"]
    values = [r | {"wellbeing": str(v), "weight": "0"} for r in rows[:1] for v in range(2, 11)]
    return [*rows, *other, *codes, *values, rows[0] | {"outlook": "3", "weight": "0"}]


def test_a_weighted_share(cube_of):
    """Five answers, rule D7: (120 + 200 + 100) / 550 = 76.4 per cent."""
    weights, good = (120, 80, 200, 100, 50), (1, 0, 1, 1, 0)
    rows = [
        row(g, weight=str(w), school=f"s{i}")
        for i, (w, g) in enumerate(zip(weights, good, strict=True))
    ]
    design = ("  psu: school\n", "  weights: weight\n")
    _, cube = cube_of(one_round(rows), [SAMPLE, design, *GOOD])
    share = cube.estimates["bright_future"][("gender",), "04", "2020", ("girl",)]
    assert share.value == pytest.approx(420 / 550, rel=1e-12)
    assert half_up(100 * share.value, 1) == 76.4
    assert share.n == 5


def test_two_strata(cube_of):
    """N = 1000 and 500, n = 50 and 50, good 30 and 40: weights 20 and 10, share 66.7 per cent."""
    rows = [
        row(i < good, weight=str(weight), stratum=name, school=f"{name}{i}")
        for name, weight, good in (("a", 20, 30), ("b", 10, 40))
        for i in range(50)
    ]
    design = ("  psu: school\n", "  weights: weight\n  strata: stratum\n")
    _, cube = cube_of(one_round(rows), [SAMPLE, design, *GOOD])
    share = cube.estimates["bright_future"][("gender",), "04", "2020", ("girl",)]
    assert share.value == pytest.approx((20 * 30 + 10 * 40) / 1500, rel=1e-12)
    assert half_up(100 * share.value, 1) == 66.7
    assert share.n == 100


def shares_by_hand(rows):
    """Share of bright futures among those who told, and how many did; every pupil counts alike."""
    told = [r for r in rows if r["outlook"] in ("1", "2", "3", "4")]
    return sum(r["outlook"] in ("1", "2") for r in told) / len(told), len(told)


def test_every_cell_is_a_plain_share_of_its_rows(cube_of):
    rows = draw_rows()
    lattice, cube = cube_of(rows)
    genders = {"girl": "1", "boy": "2"}
    for key in lattice.keys:
        _, area, period, group = key
        inside = [
            r
            for r in rows
            if area in ("04", r["municipality"])
            and period == r["round"]
            and all(r["gender"] == genders[code] for code in group)
        ]
        share, n = shares_by_hand(inside)
        found = cube.estimates["bright_future"][key]
        assert (found.value, found.n) == (pytest.approx(share, rel=1e-12), n)
        assert found.low < found.value < found.high


def independent_se(share, n):
    """The standard error as if each pupil answered independently of the others."""
    return math.sqrt(share * (1 - share) / n)


def test_schools_that_agree_do_not_make_a_census_certain(cube_of):
    """Every school has the same share, so the variance between them is 0: the floor holds."""
    rows = [
        r | {"outlook": "14"[i % 2], "gender": "12"[i // 2 % 2]}
        for i, r in enumerate(draw_rows(pupils=36))
    ]
    rows[0]["outlook"], rows[2]["outlook"] = "2", "2"
    rows[1]["outlook"], rows[3]["outlook"] = "3", "3"
    wald = ("  psu: school\n", "  psu: school\n  interval: wald\n")
    _, cube = cube_of(rows, [wald])
    _, sampled = cube_of(rows, [wald, SAMPLE])
    key = ((), "0480", "2023", ())
    plain, floored = sampled.estimates["bright_future"][key], cube.estimates["bright_future"][key]
    assert plain.value == floored.value == 0.5
    assert plain.high - plain.low == pytest.approx(0, abs=1e-12)
    width = (floored.high - floored.low) / 2
    df = 3 * len(MUNICIPALITIES) - 1
    assert df == 8
    assert width == pytest.approx(T_8 * independent_se(0.5, 3 * 36), rel=0.01)


def test_a_census_is_never_more_certain_than_independent_pupils(cube_of):
    wald = ("  psu: school\n", "  psu: school\n  interval: wald\n")
    lattice, cube = cube_of(None, [wald])
    for code in ("bright_future", "sleeps_enough"):
        for key in lattice.keys:
            found = cube.estimates[code][key]
            assert found.high - found.low >= 2 * T_8 * independent_se(found.value, found.n)


def likeness(rows, places):
    """Every second school of the places says good, the others not: all pupils of one agree."""
    return [
        r
        | (
            {"outlook": "14"[int(r["school"][-1]) % 2], "gender": "12"[i % 2]}
            if r["municipality"] in places
            else {"outlook": "14"[i % 2], "gender": "12"[i // 2 % 2]}
        )
        for i, r in enumerate(rows)
    ]


def test_a_place_of_schools_that_agree_borrows_from_those_that_do_not(cube_of):
    """Nyköping's schools have the same share. In the other places a school is of one mind, so
    that what Nyköping's can be trusted to tell is little; in a sample its own variance stands."""
    first, *others = sorted(MUNICIPALITIES)
    rows = likeness(draw_rows(pupils=36), others)
    key = ((), first, "2023", ())
    _, alike = cube_of(likeness(draw_rows(pupils=36), []))
    _, apart = cube_of(rows)
    _, sampled = cube_of(rows, [SAMPLE])
    cells = [one.estimates["bright_future"][key] for one in (sampled, alike, apart)]
    assert len({cell.value for cell in cells}) == 1
    widths = [cell.high - cell.low for cell in cells]
    assert widths[0] < widths[1] < 0.25
    assert widths[2] > 0.5
    rest = next(
        d
        for d in apart.differences
        if d.kind is Comparison.REST and d.first == key and d.indicator == "bright_future"
    )
    assert rest.high - rest.low > 0.5


def test_differences_are_those_of_the_estimates(cube_of):
    _, cube = cube_of()
    rows = draw_rows()
    kinds = {kind: 0 for kind in Comparison}
    for difference in cube.differences:
        kinds[difference.kind] += 1
        found = cube.estimates[difference.indicator]
        assert difference.low < difference.value < difference.high
        if difference.kind is not Comparison.REST:
            apart = found[difference.first].value - found[difference.second].value
            assert difference.value == pytest.approx(apart, abs=1e-12)
        elif difference.first[0] == () and difference.indicator == "bright_future":
            _, area, period, _ = difference.first
            rest = [r for r in rows if r["round"] == period and r["municipality"] != area]
            apart = found[difference.first].value - shares_by_hand(rest)[0]
            assert difference.value == pytest.approx(apart, abs=1e-12)
    areas, rounds, indicators = 3, 2, 3
    assert kinds == {
        Comparison.REST: areas * rounds * indicators,
        Comparison.GAP: (areas + 1) * rounds * indicators,
        Comparison.CHANGE: (areas + 1) * indicators,
    }


def test_changes_are_from_a_round_to_the_next(cube_of):
    _, cube = cube_of()
    changes = [d for d in cube.differences if d.kind is Comparison.CHANGE]
    assert {(d.second[2], d.first[2]) for d in changes} == set(pairwise(ROUNDS))
    assert {d.other for d in changes} == {"2020"}


def test_a_gap_with_a_group_that_nobody_is_in(cube_of):
    """Girls only: the codebook knows boys, the data have none, and nothing is compared."""
    rows = [r | {"gender": "1"} for r in draw_rows()]
    _, cube = cube_of(rows)
    assert {d.kind for d in cube.differences} == {Comparison.REST, Comparison.CHANGE}


CODES = {
    "sex": {"1": "men", "2": "women"},
    "age_group": {"(0,19]": "a0", "(19,39]": "a20", "(39,59]": "a40", "(59,Inf]": "a60"},
    "ethnicity": {"1": "hispanic", "2": "white", "3": "black", "4": "other"},
}
BREAKDOWNS = {"sex": "sex", "age_group": "age", "ethnicity": "ethnicity"}


def test_nhanes_is_published_as_r_has_it(db, warehouse, tmp_path):
    """All 19 cells of golden.json, from R's survey with Wald's interval, as they are published."""
    golden = json.loads((STUDY / "golden.json").read_text(encoding="utf-8"))["cells"]
    folder = shutil.copytree(STUDY, tmp_path / "nhanes")
    change(folder / "study.yaml", "interval: korn-graubard", "interval: wald")
    done = publish_study(folder, by="test", warehouse=warehouse, progress=lambda _: None)
    cells = warehouse.read(done.release.cells_snapshot).to_pylist()
    found = {(c["grouping"], c["group"]): c for c in cells}
    assert len(found) == len(cells) == len(golden) == 19
    for cell in golden:
        grouping = "*".join(BREAKDOWNS[name] for name in cell["by"])
        group = "*".join(CODES[name][value] for name, value in cell["by"].items())
        published = found[grouping, group]
        assert (published["status"], published["n"]) == ("shown", cell["n"])
        assert published["value"] == half_up(100 * cell["estimate"], 1)
        # R lets a Wald limit fall below 0; a published share has none there.
        assert published["low"] == half_up(100 * max(cell["ci_low"], 0.0), 1)
        assert published["high"] == half_up(100 * cell["ci_high"], 1)
