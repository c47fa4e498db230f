"""A release: what is in it, what is not, and when there is a new one."""

import random
from collections import Counter

import pyarrow.parquet as pq
import pytest
from django.utils import translation

from samling import __version__
from samling.indicators.actions import publish_study
from samling.indicators.choices import Status
from samling.indicators.models import Release, Study
from samling.indicators.presenting import labels
from samling.indicators.publication.release import CELLS, COMPARISONS
from samling.indicators.study import schema
from samling.places.models import Area
from world import MUNICIPALITIES, draw_rows, write_study

NAMED = ("indicator", "grouping", "area", "period", "group")
NUMBERS = ("value", "low", "high", "n", "bound")
DESPITE = {"despite_differences": "The test: nobody is in the data."}


def read(warehouse, snapshot):
    """The rows as they lie on disk."""
    return pq.read_table(warehouse.root / snapshot / "table.parquet").to_pylist()


# --- numbers and identity ----------------------------------------------------------------------


def test_the_first_release(publish, warehouse):
    done = publish()
    release = done.release
    assert (done.new, release.number, release.what_changed) == (True, 1, "Första publiceringen.")
    assert (release.study.code, release.study.name_sv) == ("prov", "Provundersökning")
    assert release.study.example_data is True
    assert (release.published_by, release.code_version) == ("test", __version__)
    cells, comparisons = (
        warehouse.read(release.cells_snapshot),
        warehouse.read(release.comparisons_snapshot),
    )
    assert cells.schema.names == CELLS.names
    assert comparisons.schema.names == COMPARISONS.names
    assert release.summary == {
        "rows": 630,
        "cells": 3 * 2 * 4 * 3,
        "comparisons": comparisons.num_rows,
        "hidden": 0,
        "bounds": 0,
        "unreliable": 0,
        "changed": [],
    }
    assert dict(Counter(row["status"] for row in cells.to_pylist())) == {"shown": 72}
    assert done.statuses == {s: 72 if s is Status.SHOWN else 0 for s in Status}
    assert sorted(Area.objects.values_list("code", flat=True)) == ["04", *MUNICIPALITIES]


def test_publishing_again_gives_no_new_release(publish):
    first = publish()
    second = publish()
    assert (second.new, second.release) == (False, first.release)
    assert Release.objects.count() == 1


def test_the_order_of_the_rows_does_not_matter(publish, warehouse):
    first, rows = publish(), draw_rows()
    random.Random(1).shuffle(rows)  # noqa: S311 - any order will do
    second = publish(rows)
    assert (second.new, second.release.identity) == (False, first.release.identity)
    assert len(warehouse.snapshots("dataset")) == 1


def test_a_changed_answer_gives_number_2(publish, warehouse):
    first, rows = publish(), draw_rows()
    rows[0]["outlook"] = "1" if rows[0]["outlook"] in "34" else "4"
    second = publish(rows, **DESPITE)
    assert (second.new, second.release.number) == (True, 2)
    assert second.release.what_changed == "Ändrat sedan nummer 1: siffror och jämförelser."
    assert second.release.identity != first.release.identity
    assert [r.number for r in Release.objects.order_by("number")] == [1, 2]
    assert warehouse.verify(first.release.cells_snapshot).rows == 72


def test_a_changed_definition_gives_number_2(publish):
    publish()
    second = publish(changes=[('{sv: "Ljus framtid"', '{sv: "Ljus syn på framtiden"')])
    assert second.release.number == 2
    assert second.release.what_changed == "Ändrat sedan nummer 1: definitioner."


def test_what_nobody_said_is_known_in_both_languages(publish):
    first, rows = publish().release, draw_rows()
    rows[0]["outlook"] = "1" if rows[0]["outlook"] in "34" else "4"
    changes = [('{sv: "Ljus framtid"', '{sv: "Ljus syn på framtiden"')]
    second = publish(rows, changes, **DESPITE).release
    said = {}
    for language in ("sv", "en"):
        with translation.override(language):
            said[language] = [labels.what_changed(release) for release in (first, second)]
    assert said == {
        "sv": [
            "Första publiceringen.",
            "Ändrat sedan nummer 1: siffror, jämförelser och definitioner.",
        ],
        "en": [
            "First publication.",
            "Changed since number 1: figures, comparisons and definitions.",
        ],
    }


def test_what_changed_can_be_said(publish):
    publish()
    rows = draw_rows()[:-30]
    second = publish(rows, what_changed="En skola var räknad två gånger.", **DESPITE)
    assert second.release.what_changed == "En skola var räknad två gånger."
    with translation.override("en"):
        assert labels.what_changed(second.release) == "En skola var räknad två gånger."


def test_going_back_is_a_release_too(publish):
    first = publish()
    publish(draw_rows(seed=5), **DESPITE)
    third = publish(**DESPITE)
    assert (third.new, third.release.number) == (True, 3)
    assert third.release.identity == first.release.identity


def test_a_correction_does_not_rename_what_was_published(publish):
    publish()
    publish(changes=[('name: {sv: "Provundersökning"', 'name: {sv: "Provet"')])
    assert [s.name_sv for s in Study.objects.all()] == ["Provet"]
    assert Release.objects.count() == 2


def test_definitions_come_back_from_the_manifest(publish, warehouse):
    release = publish().release
    for snapshot in (release.cells_snapshot, release.comparisons_snapshot):
        kept = warehouse.verify(snapshot).definitions
        study = schema.Study.model_validate(kept["study"])
        assert study.model_dump(mode="json") == kept["study"]
        assert [i.code for i in study.indicators] == ["bright_future", "sleeps_enough", "wellbeing"]
        assert kept["labels"]["sleep"] == {
            "sv": {"1": "Ja", "2": "Nej"},
            "en": {"1": "Ja", "2": "Nej"},
        }


def test_labels_in_english(publish, tmp_path, warehouse, db):
    folder = write_study(
        tmp_path / "english",
        changes=[
            (
                "codebook: data.codebook.csv",
                "codebook: data.codebook.csv\n  codebook_en: labels.codebook.csv",
            )
        ],
    )
    text = (folder / "data.codebook.csv").read_text(encoding="utf-8")
    english = text.replace("1,Ja,", "1,Yes,").replace("2,Nej,", "2,No,")
    (folder / "labels.codebook.csv").write_text(english, encoding="utf-8")
    done = publish_study(folder, by="test", warehouse=warehouse, progress=lambda _: None)
    labels = warehouse.manifest(done.release.cells_snapshot).definitions["labels"]
    assert labels["sleep"] == {"sv": {"1": "Ja", "2": "Nej"}, "en": {"1": "Yes", "2": "No"}}


def test_the_data_are_kept_with_their_codebook(publish, warehouse):
    release = publish().release
    manifest = warehouse.verify(release.dataset_snapshot)
    assert (manifest.kind, manifest.name, manifest.rows) == ("dataset", "prov", 630)
    assert manifest.sort_by == ("school",)
    (outlook,) = (
        v for v in manifest.definitions["codebook"]["variables"] if v["name"] == "outlook"
    )
    assert outlook["missing"] == [[9, "Vill inte svara"]]


def test_the_study_is_told_in_steps(db, tmp_path, warehouse):
    steps = []
    folder = write_study(tmp_path / "study")
    publish_study(folder, by="test", warehouse=warehouse, progress=steps.append)
    assert steps[0] == "Checking the study and its data"
    assert steps[-1] == "Rounding and writing the release"


# --- what must not be there --------------------------------------------------------------------


@pytest.fixture
def small(publish):
    """A release with few people in it: three girls in Strängnäs and few who sleep badly there."""
    rows = draw_rows(pupils={"0480": 30, "0484": 30, "0486": 8})
    girls = [
        r for r in rows if (r["round"], r["municipality"], r["gender"]) == ("2020", "0486", "1")
    ]
    for row in girls[3:]:
        row["gender"] = "2"
    for row in rows:
        if (row["round"], row["municipality"]) == ("2023", "0484"):
            row["sleep"] = "1"
    return publish(rows).release


def test_there_is_something_to_hide(small, warehouse):
    """Without this the tests below would say nothing."""
    cells = read(warehouse, small.cells_snapshot)
    statuses = Counter(row["status"] for row in cells)
    assert statuses["hidden"] >= 4
    assert statuses["bound_above"] == 1
    (girls,) = (
        row
        for row in cells
        if row["indicator"] == "bright_future"
        and (row["area"], row["period"], row["group"]) == ("0486", "2020", "girl")
    )
    assert girls["status"] == "hidden"


def test_hidden_cells_carry_no_number(small, warehouse):
    for row in read(warehouse, small.cells_snapshot):
        has = {name for name in NUMBERS if row[name] is not None}
        match row["status"]:
            case "shown":
                assert has == {"value", "low", "high", "n"}
            case "bound_below" | "bound_above":
                assert has == {"n", "bound"}
            case _:
                assert has == set()


def test_comparisons_exist_only_where_both_sides_are_shown(small, warehouse):
    shown = {
        tuple(row[name] for name in NAMED)
        for row in read(warehouse, small.cells_snapshot)
        if row["status"] == "shown"
    }
    comparisons = read(warehouse, small.comparisons_snapshot)
    assert comparisons
    for row in comparisons:
        first = {name: row[name] for name in NAMED}
        second = first | {
            "rest": {"area": "04"},
            "gap": {"group": row["other"]},
            "change": {"period": row["other"]},
        }[row["kind"]]  # fmt: skip
        assert tuple(first.values()) in shown
        assert tuple(second.values()) in shown


def test_what_is_hidden_is_nowhere_in_the_release(small, warehouse):
    """No sum gives it back: of what is left out of a shown total there are always two."""
    cells = read(warehouse, small.cells_snapshot)
    for indicator in ("bright_future", "sleeps_enough"):
        for period in ("2020", "2023"):
            areas = [
                row
                for row in cells
                if (row["indicator"], row["grouping"], row["period"]) == (indicator, "", period)
            ]
            hidden = [row for row in areas if row["status"] != "shown"]
            assert len(hidden) != 1 or hidden[0]["area"] == "04"


def test_small_places_are_rounded(small, warehouse):
    for row in read(warehouse, small.cells_snapshot):
        if row["status"] == "shown" and row["area"] != "04" and row["indicator"] != "wellbeing":
            assert row["n"] % 5 == 0
            assert all(row[name] == int(row[name]) for name in ("value", "low", "high"))


def test_a_sample_hides_what_is_unreliable(publish, warehouse):
    """Under 30 answers say next to nothing of a whole population, though nobody is at risk."""
    rows = draw_rows(pupils=8)
    release = publish(rows, changes=[("uncertainty: census", "uncertainty: sample")]).release
    cells = read(warehouse, release.cells_snapshot)
    unreliable = [row for row in cells if row["status"] == "unreliable"]
    assert len(unreliable) == release.summary["unreliable"]
    assert {row["area"] for row in unreliable} >= set(MUNICIPALITIES)
    for row in unreliable:
        assert [row[name] for name in NUMBERS] == [None] * 5
