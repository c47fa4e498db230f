"""The example survey: made by its program, whole, and with the gradients that it states."""

import csv
import hashlib
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from samling.surveys.microdata import ReadOptions, read_microdata

STUDY = Path(__file__).parents[2] / "studies" / "liv-och-halsa-ung-demo"
NOT_IN_GRADE_7 = ["alcohol", "gambling", "grades_pass", "narcotics"]


def read(name: str, folder: Path = STUDY) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content_hash(table: pa.Table) -> str:
    """A hash of column names and values in row order: not of Parquet bytes."""
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(repr((name, table[name].to_pylist())).encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def answers() -> pa.Table:
    return pq.read_table(STUDY / "microdata.parquet")


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("remade")
    subprocess.run([sys.executable, STUDY / "generate.py", "--out", out], check=True)
    return out


@pytest.fixture(scope="module")
def ask(answers: pa.Table):
    """One number from the answers, by SQL."""
    with duckdb.connect() as connection:
        connection.register("answers", answers)

        def one(expression: str, where: str = "true") -> float:
            rows = connection.table("answers").filter(where).aggregate(expression)
            return rows.fetchall()[0][0]

        yield one


@pytest.fixture(scope="module")
def share(ask):
    """Per cent of those who answered with one of the codes; missing codes are left out."""
    missing = {
        r["variable"]: r["code"] for r in read("microdata.codebook.csv") if r["missing"] == "1"
    }

    def one(item: str, codes: str, where: str = "true") -> float:
        hidden = missing.get(item, "-1")
        return ask(f"100 * avg(({item} in ({codes}))::int)", f"{item} <> {hidden} and {where}")

    return one


def test_committed_answers_are_what_the_program_makes(answers: pa.Table, remade: Path) -> None:
    again = pq.read_table(remade / "microdata.parquet")
    assert again.schema == answers.schema
    assert content_hash(again) == content_hash(answers)


@pytest.mark.parametrize(
    "name", ["schools.csv", "microdata.codebook.csv", "microdata.codebook.en.csv"]
)
def test_committed_tables_are_what_the_program_makes(name: str, remade: Path) -> None:
    assert (remade / name).read_bytes() == (STUDY / name).read_bytes()


def test_columns_are_place_time_and_items_only(answers: pa.Table) -> None:
    items = [row["code"] for row in read("items.csv")]
    assert answers.column_names == ["round", "municipality", "school", "grade", *items]
    assert len(items) == 35


@pytest.mark.parametrize("language", ["", ".en"])
def test_every_code_has_a_label_and_the_reader_notes_no_fault(
    language: str, answers: pa.Table
) -> None:
    codebook = STUDY / f"microdata.codebook{language}.csv"
    data = read_microdata(STUDY / "microdata.parquet", options=ReadOptions(codebook=codebook))
    assert [note.text for note in data.notes] == [f"Labels from {codebook.name}."]
    assert [variable.name for variable in data.codebook] == answers.column_names


def test_the_languages_have_the_same_codes() -> None:
    swedish, english = (read(f"microdata.codebook{x}.csv") for x in ("", ".en"))
    kept = ("variable", "code", "missing")
    assert [[r[k] for k in kept] for r in swedish] == [[r[k] for k in kept] for r in english]


def test_prefer_not_to_answer_is_what_counts_as_missing() -> None:
    rows = [r for r in read("microdata.codebook.csv") if r["missing"] == "1"]
    assert {r["value_label"] for r in rows} == {"Vill inte svara"}
    assert {r["variable"] for r in rows} == {"gender", "bullied", "narcotics"}


def test_answered_in_the_enrolment_table_equals_the_rows(answers: pa.Table) -> None:
    keys = ["round", "school", "municipality", "grade"]
    rows = Counter(zip(*(map(str, answers[key].to_pylist()) for key in keys), strict=True))
    table = {tuple(r[k] for k in keys): int(r["answered"]) for r in read("schools.csv")}
    assert {key: n for key, n in table.items() if n} == dict(rows)
    assert all(int(r["answered"]) <= int(r["enrolled"]) for r in read("schools.csv"))


def test_schools_and_rounds_have_the_real_sizes() -> None:
    table = read("schools.csv")
    taken_part = {
        y: {r["school"] for r in table if r["round"] == y and r["answered"] != "0"}
        for y in ("2017", "2020", "2023")
    }
    answered = {y: sum(int(r["answered"]) for r in table if r["round"] == y) for y in taken_part}
    assert {r["school"] for r in table} == {f"S{n:03d}" for n in range(1, 74)}
    assert {y: len(schools) for y, schools in taken_part.items()} == {
        "2017": 71,
        "2020": 59,
        "2023": 70,
    }
    assert all(6500 <= n <= 8500 for n in answered.values()), answered


def test_small_municipalities_have_no_upper_secondary_school() -> None:
    with_upper = {r["municipality"] for r in read("schools.csv") if r["grade"] == "gy2"}
    assert with_upper == {"0480", "0482", "0483", "0484", "0486"}


def test_there_is_something_to_hide(ask) -> None:
    """Disclosure control has cells under ten and a school where fewer than five answered."""
    cells = Counter(
        (r["round"], r["school"], r["grade"])
        for r in read("schools.csv")
        if 0 < int(r["answered"]) < 5
    )
    assert len(cells) >= 3
    assert ask("count(*)", "round = 2023 and municipality = '0488' and gender = 3") < 10


def test_rows_are_shuffled(answers: pa.Table) -> None:
    """Neighbouring rows are of one school no more often than chance has it."""
    schools = answers["school"].to_pylist()
    chance = sum((n / len(schools)) ** 2 for n in Counter(schools).values())
    alike = sum(a == b for a, b in pairwise(schools)) / len(schools)
    assert alike == pytest.approx(chance, abs=0.006)


@pytest.mark.parametrize("item", NOT_IN_GRADE_7)
def test_not_asked_in_grade_7(item: str, ask) -> None:
    assert ask(f"count({item})", "grade = '7'") == 0


def test_item_nonresponse_is_one_to_four_per_cent(answers: pa.Table, ask) -> None:
    for name in answers.column_names[4:]:
        where = "grade <> '7'" if name in NOT_IN_GRADE_7 else "true"
        assert 0.7 < ask(f"100 * avg(({name} is null)::int)", where) < 4.5, name


def test_belief_in_the_future_is_about_70_per_cent(share) -> None:
    assert share("future_outlook", "1,2") == pytest.approx(70, abs=2)


NONE_WORKS = "parent1_work in (2,3,4,5,7) and parent2_work in (2,3,4,5,7)"
ONE_WORKS = "(parent1_work = 1 or parent2_work = 1)"
POOR, NOT_POOR = "family_cannot_afford <= 2", "family_cannot_afford > 2"
GIRLS, BOYS = "gender = 1", "gender = 2"
Y17, Y23 = "round = 2017", "round = 2023"
ABROAD, SWEDEN = "country_of_birth = 3", "country_of_birth = 1"
BETTER, WORSE = (
    "municipality in ('0486', '0488')",
    "municipality in ('0428', '0482', '0483', '0484')",
)


@pytest.mark.parametrize(
    ("item", "codes", "high", "low", "least"),
    [
        ("future_outlook", "1,2", ONE_WORKS, NONE_WORKS, 8),
        ("future_outlook", "1,2", NOT_POOR, POOR, 8),
        ("future_outlook", "1,2", BOYS, GIRLS, 3),
        ("future_outlook", "1,2", BETTER, WORSE, 3),
        ("family_cannot_afford", "1,2", WORSE, BETTER, 3),
        ("family_cannot_afford", "1,2", ABROAD, SWEDEN, 4),
        ("family_cannot_afford", "1,2", NONE_WORKS, ONE_WORKS, 6),
        ("school_belonging", "1,2", ABROAD, SWEDEN, 0),
        ("low_mood", "1,2", GIRLS, BOYS, 10),
        ("worry", "1,2", GIRLS, BOYS, 10),
        ("stress_school", "1,2", GIRLS, BOYS, 10),
        ("low_mood", "1,2", POOR, NOT_POOR, 5),
        ("low_mood", "1,2", Y23, Y17, 2),
        ("sleep_enough", "5,6,7", Y17, Y23, 3),
        ("smoking", "3,4", Y17, Y23, 2),
        ("alcohol", "3,4,5", Y17, Y23, 4),
        ("vape", "3,4", Y23, Y17, 4),
        ("snus", "3,4", BOYS, GIRLS, 3),
        ("gambling", "3,4,5", BOYS, GIRLS, 4),
        ("alcohol", "3,4,5", "grade = 'gy2'", "grade = '9'", 20),
        ("travel_to_school", "1,2", "grade = '7'", "grade = 'gy2'", 10),
    ],
)
def test_gradient(share, item: str, codes: str, high: str, low: str, least: float) -> None:
    assert share(item, codes, high) - share(item, codes, low) >= least


def test_no_work_and_poor_economy_together_are_worse_than_their_sum(share) -> None:
    def future(*conditions: str) -> float:
        return share("future_outlook", "1,2", " and ".join(conditions))

    neither = future(ONE_WORKS, NOT_POOR)
    alone = (neither - future(NONE_WORKS, NOT_POOR)) + (neither - future(ONE_WORKS, POOR))
    assert neither - future(NONE_WORKS, POOR) > alone + 3


@pytest.mark.parametrize(
    ("item", "codes", "where", "low", "high"),
    [
        ("narcotics", "2,3", "grade = 'gy2'", 4, 8),
        ("gender", "3", "true", 0.8, 2),
        ("country_of_birth", "3", "true", 11, 18),
        ("family_cannot_afford", "1,2", "true", 6, 11),
        ("alcohol", "3,4,5", "grade = '9'", 4, 14),
        ("disability", "1", "disability < 3", 12, 17),
    ],
)
def test_level(share, item: str, codes: str, where: str, low: float, high: float) -> None:
    assert low < share(item, codes, where) < high


def test_schools_differ_a_little(answers: pa.Table) -> None:
    """One-way analysis of variance: the intraclass correlation is a few per cent."""
    groups: dict[tuple[int, str], list[int]] = {}
    rows = zip(
        *(answers[c].to_pylist() for c in ("round", "school", "school_belonging")), strict=True
    )
    for year, school, code in rows:
        if code is not None:
            groups.setdefault((year, school), []).append(int(code <= 2))
    sizes = [len(g) for g in groups.values()]
    total, count = sum(sizes), len(sizes)
    mean = sum(sum(g) for g in groups.values()) / total
    between = sum(len(g) * (sum(g) / len(g) - mean) ** 2 for g in groups.values()) / (count - 1)
    within = sum((y - sum(g) / len(g)) ** 2 for g in groups.values() for y in g) / (total - count)
    size = (total - sum(n * n for n in sizes) / total) / (count - 1)
    assert 0.005 < (between - within) / (between + (size - 1) * within) < 0.04
