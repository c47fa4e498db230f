"""Two releases of one study: whoever keeps the first may not subtract it from the second."""

import pytest

from samling.indicators.models import Release
from samling.indicators.publication.differences import DifferencesError
from samling.indicators.queries import public_releases
from world import MUNICIPALITIES, ROUNDS, VARIABLES, draw_rows

WHO = "Enhetschefen 2026-11-25: tre elever har tagit tillbaka sina svar."
POOL = '  pooled:\n    - {code: all, name: {sv: "Båda", en: "Both"}, periods: ["2020", "2023"]}\n'
PERIODS = "periods:\n  variable: round\n"


def without(rows, count, **wanted):
    """The rows but the first few that are as wanted."""
    left = count
    kept = []
    for row in rows:
        if left and all(row[name] == value for name, value in wanted.items()):
            left -= 1
        else:
            kept.append(row)
    assert left == 0
    return kept


def refused(publish, *arguments, **options) -> DifferencesError:
    before = list(Release.objects.values_list("number", "identity"))
    with pytest.raises(DifferencesError) as caught:
        publish(*arguments, **options)
    assert list(Release.objects.values_list("number", "identity")) == before
    return caught.value


# --- the attack --------------------------------------------------------------------------------


def test_three_pupils_who_are_taken_out_cannot_be_read_from_the_difference(publish):
    publish()
    gone = {"municipality": "0484", "round": "2023", "gender": "1", "outlook": "1", "sleep": "1"}
    error = refused(publish, without(draw_rows(), 3, **gone))
    told = {(t.indicator, t.cell) for t in error.telling if not t.rest}
    places = [((), "04", ()), ((), "0484", ()), (("gender",), "04", ("girl",))]
    places += [(("gender",), "0484", ("girl",))]
    assert told == {
        (indicator, (grouping, area, "2023", group))
        for indicator in ("bright_future", "sleeps_enough", "wellbeing")
        for grouping, area, group in places
    }
    first = error.telling[0]
    assert first.before[0] - first.now[0] == 3
    assert "12 figures differ from public release 1" in str(error)
    assert "--despite-differences" in str(error)


def test_one_changed_answer(publish):
    """Nobody came or went, so that only the share tells of it."""
    publish()
    rows = draw_rows()
    next(row for row in rows if row["outlook"] == "4")["outlook"] = "1"
    error = refused(publish, rows)
    assert {t.indicator for t in error.telling} == {"bright_future"}
    assert {t.now[0] - t.before[0] for t in error.telling} == {0}
    assert {abs(t.now[1] - t.before[1]) for t in error.telling} == {1}


def test_many_pupils_who_all_answered_the_same(publish):
    """Twelve are enough to count, but that none of them sees a bright future is not."""
    publish()
    gone = {"municipality": "0480", "round": "2020", "outlook": "4"}
    rows = without(draw_rows(pupils=35), 12, **gone)
    error = refused(publish, rows)
    whole = [t for t in error.telling if t.cell == ((), "0480", "2020", ())]
    first = whole[0]
    assert (first.indicator, first.before[0] - first.now[0]) == ("bright_future", 12)
    assert first.before[1] == first.now[1]


def test_what_is_left_when_the_shown_parts_are_taken_away(publish):
    """Few are in a municipality that is hidden; its change is read from the county's."""
    few = {"0480": 60, "0484": 30, "0486": 2}
    done = publish(draw_rows(pupils=few))
    assert done.statuses["hidden"] > 0
    rows = draw_rows(pupils=few)
    both = [r for r in rows if r["municipality"] == "0480" and r["round"] == "2023"]
    gone = [id(r) for r in both[:60]]
    gone += [id(r) for r in rows if r["municipality"] == "0486" and r["round"] == "2023"][:3]
    error = refused(publish, [r for r in rows if id(r) not in gone])
    assert {t.cell for t in error.telling if t.rest} >= {((), "04", "2023", ())}


def test_a_definition_that_moves_few_is_a_difference_too(publish):
    rows = draw_rows()
    for row in [r for r in rows if r["sleep"] == "2"][:2]:
        row["sleep"] = "3"
    coded = [("denominator: {sleep: [1, 2]}", "denominator: {sleep: [1, 2, 3]}")]
    publish(rows, coded)
    error = refused(publish, rows)
    assert {t.indicator for t in error.telling} == {"sleeps_enough"}


# --- what must pass ----------------------------------------------------------------------------


def test_a_new_round_passes(publish):
    first = [row for row in draw_rows() if row["round"] == ROUNDS[0]]
    publish(first)
    done = publish()
    assert (done.new, done.release.number, done.release.despite_differences) == (True, 2, "")
    assert [r.number for r in public_releases("prov")] == [2, 1]


def test_changed_names_pass(publish):
    publish()
    done = publish(changes=[("Ljus framtid", "Ljus syn på framtiden")])
    assert (done.new, done.release.number) == (True, 2)
    assert done.release.what_changed == "Ändrat sedan nummer 1: definitioner."


def test_a_whole_municipality_that_comes_late_passes(publish):
    publish([row for row in draw_rows() if row["municipality"] != MUNICIPALITIES[2]])
    assert publish().new


def test_a_grown_pool_that_tells_of_a_small_round(publish, warehouse):
    """The old years' pool and the new one's differ by a round in which few are shown."""
    rows = draw_rows(pupils=60)
    late = [dict(row, round="2026") for row in rows[:6]]
    known = [(PERIODS, PERIODS + POOL)]
    grown = [(PERIODS, PERIODS + POOL.replace('"2023"]', '"2023", "2026"]'))]
    publish(rows, known)
    done = publish(rows + late, grown)
    cells = warehouse.read(done.release.cells_snapshot).to_pylist()
    grew = [c for c in cells if c["period"] == "all" and c["area"] in ("04", "0480")]
    assert {c["status"] for c in grew} == {"hidden"}
    rest = [c for c in cells if c["period"] != "2026" and c not in grew]
    assert "hidden" not in {c["status"] for c in rest}


def test_a_round_more_moves_no_older_cell(publish, warehouse):
    few = {"0480": 60, "0484": 30, "0486": 4}
    rows = draw_rows(pupils=few)
    late = [dict(row, round="2026") for row in draw_rows(pupils=few, seed=5)]
    then = statuses(publish(rows), warehouse)
    now = statuses(publish(rows + [r for r in late if r["round"] == "2026"]), warehouse)
    assert "hidden" in then.values()
    assert {cell: now[cell] for cell in then} == then


def test_a_grouping_that_had_hidden_cells_cannot_be_dropped_with_something_new(publish):
    """The hidden groups are not counted any more, so nobody can tell what the new ones tell."""
    rows = draw_rows(pupils={"0480": 60, "0484": 30, "0486": 4})
    school = "  - {by: [gender]}\n"
    dropped = [(school, ""), ("groupings:\n", "groupings: []\n")]
    pooled = [(PERIODS, PERIODS + POOL), *dropped]
    publish(rows)
    error = refused(publish, rows, pooled)
    assert "cells that were hidden in release 1 are not among the study's cells" in str(error)
    assert publish(rows, dropped).new


def test_what_is_too_few_by_new_rules_is_out_already(publish):
    rows = draw_rows(pupils={"0480": 60, "0484": 30, "0486": 4})
    publish(rows)
    stricter = [("ordinary: {minimum_base: 10}", "ordinary: {minimum_base: 40}")]
    assert "must be protected" in str(refused(publish, rows, stricter))
    done = publish(rows, stricter, despite_differences=WHO)
    assert [r.number for r in public_releases("prov")] == [done.release.number]


def test_nothing_new_is_no_new_release(publish):
    rows = draw_rows(pupils={"0480": 60, "0484": 30, "0486": 4})
    first = publish(rows)
    assert (publish(rows).new, publish(rows).release) == (False, first.release)


def statuses(done, warehouse):
    cells = warehouse.read(done.release.cells_snapshot).to_pylist()
    names = ("indicator", "grouping", "area", "period", "group")
    return {tuple(cell[name] for name in names): cell["status"] for cell in cells}


# --- despite it --------------------------------------------------------------------------------


def test_someone_decides_to_publish_despite_it(publish):
    publish()
    rows = without(draw_rows(), 3, municipality="0484", round="2023")
    done = publish(rows, despite_differences=WHO)
    assert (done.new, done.release.number, done.release.despite_differences) == (True, 2, WHO)
    assert [r.number for r in public_releases("prov")] == [2]


def test_releases_that_are_not_public_any_more_are_not_compared_with(publish):
    publish()
    rows = without(draw_rows(), 3, municipality="0484", round="2023")
    publish(rows, despite_differences=WHO)
    later = [*rows, *(dict(zip(VARIABLES, row.values(), strict=True)) for row in rows[:200])]
    for row in later[len(rows) :]:
        row["round"] = "2026"
    done = publish(later)
    assert (done.release.number, done.release.despite_differences) == (3, "")
    assert [r.number for r in public_releases("prov")] == [3, 2]


def test_every_public_release_is_compared_with(publish):
    """The second differs from the first by nothing but names, the third goes back by three."""
    publish()
    publish(changes=[("Ljus framtid", "Ljus syn på framtiden")])
    rows = without(draw_rows(), 3, municipality="0484", round="2023")
    assert refused(publish, rows).number == 2


@pytest.mark.parametrize("words", ["", "   "])
def test_nobody_has_decided(publish, words):
    publish()
    rows = without(draw_rows(), 3, municipality="0484", round="2023")
    refused(publish, rows, despite_differences=words)


def test_a_decision_without_need_ends_nothing(publish):
    publish()
    done = publish(changes=[("Ljus framtid", "Framtid")], despite_differences=WHO)
    assert done.release.despite_differences == ""
    assert [r.number for r in public_releases("prov")] == [2, 1]


def test_a_release_of_which_no_counts_are_kept_cannot_be_compared_with(publish):
    publish()
    Release.objects.update(counts_snapshot="")
    error = refused(publish, changes=[("Ljus framtid", "Framtid")])
    assert error.telling == ()
    assert "cannot be compared" in str(error)


def test_the_counts_that_are_kept_hold_nothing_hidden(publish, warehouse):
    done = publish(draw_rows(pupils={"0480": 40, "0484": 40, "0486": 2}))
    cells = warehouse.read(done.release.cells_snapshot).to_pylist()
    counts = warehouse.read(done.release.counts_snapshot).to_pylist()
    names = ("indicator", "grouping", "area", "period", "group")
    shown = {tuple(c[n] for n in names) for c in cells if c["status"] != "hidden"}
    assert {tuple(c[n] for n in names) for c in counts} == shown
    assert len(shown) < len(cells)
