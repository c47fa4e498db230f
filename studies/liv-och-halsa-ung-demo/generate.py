"""Make the example data of this study: a youth survey of Södermanland in which no pupil is real.

Run `python studies/liv-och-halsa-ung-demo/generate.py [--out DIR]`. It writes microdata.parquet,
schools.csv and the codebook in Swedish and English, the same on every machine: all randomness is
the raw 64-bit stream of PCG64 (which NumPy keeps stable), all draws are integer sums, and what
follows is addition, multiplication and comparison. What is built in stands in gradients.py.

Null means that the item was not asked in the grade, or that the pupil left it out.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import gradients as g
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from draws import Draws, Floats, Ints, choose

HERE = Path(__file__).parent


@dataclass(frozen=True)
class School:
    """A made-up school; `weight` is its part of the municipality's cohort before scaling."""

    code: str
    municipality: str
    grades: tuple[str, ...]
    weight: float
    share: float
    operator: str

    @property
    def name(self) -> str:
        return f"Skola {self.code[1:]}"


@dataclass(frozen=True)
class Cohort:
    """Pupils of one school, round and grade; nobody answered where the school did not take part."""

    round: int
    school: School
    grade: str
    enrolled: int
    answered: int


def make_schools(draws: Draws) -> list[School]:
    """Made-up schools: uneven sizes, and a very small one in every municipality with three."""
    plan = [
        (code, grades, number)
        for code, m in g.MUNICIPALITIES.items()
        for grades, number in ((("7", "9"), m.schools), (("gy2",), m.upper_schools))
        if number
    ]
    total = sum(number for _, _, number in plan)
    numbers = iter(draws.order(total) + 1)
    schools = []
    for code, grades, number in plan:
        weights = 0.35 + draws.uniform(number)
        if number >= 3:
            weights[-1] = 0.02 + 0.2 / number
        independent = draws.uniform(number) < g.INDEPENDENT_SHARE
        for weight, is_independent in zip(weights, independent, strict=True):
            operator = "independent" if is_independent or weight < 0.2 else "municipal"
            label = f"S{int(next(numbers)):03d}"
            share = float(weight / weights.sum())
            schools.append(School(label, code, grades, float(weight), share, operator))
    return sorted(schools, key=lambda school: school.code)


def make_cohorts(draws: Draws, schools: list[School], year: int) -> list[Cohort]:
    """Enrolment and answers of a round; small schools stay out more often, a largest one never."""
    largest = {
        max((s.weight, s.code) for s in schools if s.municipality == m) for m in g.MUNICIPALITIES
    }
    stays = np.array([1.0 if (s.weight, s.code) in largest else 0.4 * s.weight for s in schools])
    score = draws.uniform(len(schools)) + stays
    absent = set(np.argsort(score, kind="stable")[: len(schools) - g.PARTICIPATING[year]].tolist())
    cohorts = []
    for index, school in enumerate(schools):
        willing = 0.05 * float(draws.normal(1)[0])
        for grade in school.grades:
            enrolled = enrolment(draws, school, grade, year)
            rate = min(max(g.RESPONSE[grade] + willing, 0.5), 0.97)
            answered = 0 if index in absent else int(enrolled * rate + 0.5)
            cohorts.append(Cohort(year, school, grade, enrolled, answered))
    return cohorts


def enrolment(draws: Draws, school: School, grade: str, year: int) -> int:
    """Pupils in the grade that year: the school's part of the municipality's cohort, and chance."""
    place = g.MUNICIPALITIES[school.municipality]
    cohort = place.upper_cohort if grade == "gy2" else place.cohort
    chance = 1 + 0.06 * float(draws.normal(1)[0])
    return max(3, int(cohort * school.share * g.COHORT_GROWTH[year] * chance + 0.5))


@dataclass
class Pupils:
    """Everyone who answered, as columns: `given` by effect, `answers` (codes) by item."""

    cohorts: list[Cohort]  # one for each pupil
    given: dict[str, Floats]
    answers: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.cohorts)


def make_pupils(draws: Draws, cohorts: list[Cohort]) -> Pupils:
    """Place, year and grade of every answering pupil, as effects."""
    each = [cohort for cohort in cohorts for _ in range(cohort.answered)]
    places = [g.MUNICIPALITIES[cohort.school.municipality] for cohort in each]
    given = {
        "place_hardship": np.array([place.hardship for place in places]),
        "place_distress": np.array([place.distress for place in places]),
        "rural": np.array([place.rural for place in places]),
        "trend": np.array([g.TREND[cohort.round] for cohort in each]),
        "grade7": np.array([float(cohort.grade == "7") for cohort in each]),
        "gy2": np.array([float(cohort.grade == "gy2") for cohort in each]),
    }
    given |= school_effects(draws, cohorts, each)
    return Pupils(each, given, {})


def school_effects(draws: Draws, cohorts: list[Cohort], each: list[Cohort]) -> dict[str, Floats]:
    """For each family of items a school's effect, part lasting (0.8), part the round's (0.6)."""
    schools = sorted({cohort.school.code for cohort in cohorts})
    effects = {}
    for family in ("mind", "school", "risk"):
        lasting = dict(zip(schools, draws.normal(len(schools)), strict=True))
        passing = {
            (year, code): value
            for year in g.ROUNDS
            for code, value in zip(schools, draws.normal(len(schools)), strict=True)
        }
        effects[f"school_{family}"] = g.SCHOOL_EFFECT * np.array(
            [0.8 * lasting[c.school.code] + 0.6 * passing[c.round, c.school.code] for c in each]
        )
    return effects


def add_background(draws: Draws, pupils: Pupils) -> None:
    """Gender, country of birth, disability and guardians' work, as answers and as effects."""
    size, given, answers = len(pupils), pupils.given, pupils.answers
    answers["gender"] = 1 + choose(draws.uniform(size), g.GENDER_SHARES)
    given["girl"] = np.select([answers["gender"] == 1, answers["gender"] == 2], [0.5, -0.5], 0.0)
    given["other"] = np.where(answers["gender"] == 3, 1.0, 0.0)
    abroad = np.array([g.MUNICIPALITIES[c.school.municipality].born_abroad for c in pupils.cohorts])
    born = np.stack([1 - abroad - 0.012, np.full(size, 0.012), abroad], axis=1)
    answers["country_of_birth"] = 1 + choose(draws.uniform(size), born)
    given["born_abroad"] = (answers["country_of_birth"] == 3) - 0.14
    answers["disability"] = draw_item(draws, pupils, g.ITEMS["disability"])
    given["disabled"] = (answers["disability"] == 1) - 0.14
    add_work(draws, pupils)


def add_work(draws: Draws, pupils: Pupils) -> None:
    """Guardians' work: the two are alike; less work where born abroad or in a poor place."""
    size, given, answers = len(pupils), pupils.given, pupils.answers
    household = (
        0.55 * draws.normal(size) - 0.5 * given["born_abroad"] - 0.5 * given["place_hardship"]
    )
    for item, works, otherwise in (
        ("parent1_work", g.FIRST_WORKS, g.FIRST_NOT_WORKING),
        ("parent2_work", g.SECOND_WORKS, g.SECOND_NOT_WORKING),
    ):
        latent = household + 0.835 * draws.normal(size)
        not_working = 2 + choose(draws.uniform(size), otherwise)
        answers[item] = np.where(latent > cut_point(1 - works), 1, not_working)
    known_idle = [2, 3, 4, 5, 7]
    neither = np.isin(answers["parent1_work"], known_idle) & np.isin(
        answers["parent2_work"], known_idle
    )
    given["no_work"] = neither - 0.08


def add_factors(draws: Draws, pupils: Pupils) -> None:
    """The hidden factors, in the table's order (a later one may lean on an earlier one)."""
    for name, effects in g.FACTORS.items():
        noise = effects["noise"] * draws.normal(len(pupils))
        pupils.given[name] = noise + effect_sum(pupils, effects)


def effect_sum(pupils: Pupils, effects: dict[str, float]) -> Floats:
    """The sum of the effects of a table row, without noise."""
    total = np.zeros(len(pupils))
    for name, size in effects.items():
        if name != "noise":
            total = total + size * pupils.given[name]
    return total


def cut_point(share: float) -> float:
    """The standard normal value with this share below, rounded so that no machine can differ."""
    return round(NormalDist().inv_cdf(share), 4)


def draw_item(draws: Draws, pupils: Pupils, item: g.Item) -> Ints:
    """Answers to an ordered item: effects, school and noise, cut by the row's shares."""
    spread = {"girl": 0.25, "gy2": 0.2, "grade7": 0.2, "no_work_and_poor": 0.02, "no_work": 0.08}
    known = sum(e * e * spread.get(name, 0.9) for name, e in item.effects.items())
    noise = sqrt(max(0.2, 1 - known)) * draws.normal(len(pupils))
    latent = noise + effect_sum(pupils, item.effects) + pupils.given[f"school_{item.school}"]
    codes = np.full(len(pupils), item.first_code, dtype=np.int64)
    below = 0.0
    for share in item.shares[:-1]:
        below = below + share / sum(item.shares)
        codes += latent >= cut_point(below)
    aside = draws.uniform(len(pupils)) < item.aside
    return np.where(aside, item.first_code + len(item.shares), codes)


def add_items(draws: Draws, pupils: Pupils) -> None:
    """Every ordered item; family economy first, since belief in the future leans on it."""
    poor = draw_item(draws, pupils, g.ITEMS["family_cannot_afford"])
    pupils.answers["family_cannot_afford"] = poor
    pupils.given["no_work_and_poor"] = (pupils.given["no_work"] > 0) * (poor <= 2) * 1.0
    for name, item in g.ITEMS.items():
        if name not in pupils.answers:
            pupils.answers[name] = draw_item(draws, pupils, item)
    by_grade = np.array([g.TRAVEL[cohort.grade] for cohort in pupils.cohorts])
    rows = by_grade + pupils.given["rural"][:, None] * np.array(g.TRAVEL_RURAL)
    pupils.answers["travel_to_school"] = 1 + choose(draws.uniform(len(pupils)), rows)


def answer_columns(
    draws: Draws, pupils: Pupils, items: list[dict[str, str]]
) -> dict[str, pa.Array]:
    """The items as columns, null where not asked in the grade or left out by the pupil."""
    grades = np.array([cohort.grade for cohort in pupils.cohorts])
    columns = {}
    for place, item in enumerate(items):
        rate = g.ITEM_NONRESPONSE[item["sensitivity"]] + g.ITEM_NONRESPONSE_LATER * place
        left_out = draws.uniform(len(pupils)) < rate / 100
        not_asked = ~np.isin(grades, item["population"].split(","))
        codes = pupils.answers[item["code"]]
        absent = (left_out | not_asked).tolist()
        answers = [None if gone else c for c, gone in zip(codes.tolist(), absent, strict=True)]
        columns[item["code"]] = pa.array(answers, pa.int8())
    return columns


def microdata(draws: Draws, cohorts: list[Cohort], items: list[dict[str, str]]) -> pa.Table:
    """One row an answer, in random order: round, municipality, school, grade and the items."""
    pupils = make_pupils(draws, cohorts)
    add_background(draws, pupils)
    add_factors(draws, pupils)
    add_items(draws, pupils)
    columns = {
        "round": pa.array([cohort.round for cohort in pupils.cohorts], pa.int16()),
        "municipality": pa.array([cohort.school.municipality for cohort in pupils.cohorts]),
        "school": pa.array([cohort.school.code for cohort in pupils.cohorts]),
        "grade": pa.array([cohort.grade for cohort in pupils.cohorts]),
    }
    columns |= answer_columns(draws, pupils, items)
    return pa.table(columns).take(pa.array(draws.order(len(pupils)).tolist()))


def read_rows(name: str) -> list[dict[str, str]]:
    """A table beside this program."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def value_labels(item: dict[str, str], scales: dict[str, dict[str, str]]) -> list[list[str]]:
    """Codebook rows (code, Swedish, English, missing) of an item."""
    scale = item["scale_id"]
    if scale == "L11":
        ends = {0: ("0 (sämsta tänkbara)", "0 (worst imaginable)")}
        ends[10] = ("10 (bästa tänkbara)", "10 (best imaginable)")
        return [[str(n), *ends.get(n, (str(n), str(n))), "0"] for n in range(11)]
    first = 0 if scale == "D8" else 1
    swedish, english = (scales[scale][f"options_{x}"].split("|") for x in ("sv", "en"))
    return [
        [str(code), sv, en, str(int(en == "Prefer not to answer"))]
        for code, (sv, en) in enumerate(zip(swedish, english, strict=True), start=first)
    ]


def codebook(schools: list[School], items: list[dict[str, str]]) -> list[list[str]]:
    """Every variable and code in both languages; `missing` 1 counts as item nonresponse."""
    scales = {row["scale_id"]: row for row in read_rows("scales.csv")}
    grade_labels = {
        "7": ("Årskurs 7", "Grade 7"),
        "9": ("Årskurs 9", "Grade 9"),
        "gy2": ("Gymnasiet år 2", "Upper-secondary year 2"),
    }
    blocks = [
        (
            "round",
            "Undersökningsår",
            "Survey year",
            [[str(y), str(y), str(y), "0"] for y in g.ROUNDS],
        ),
        (
            "municipality",
            "Skolans kommun",
            "Municipality of the school",
            [[code, m.name, m.name, "0"] for code, m in g.MUNICIPALITIES.items()],
        ),
        (
            "school",
            "Skola (påhittad)",
            "School (made up)",
            [[s.code, s.name, s.name.replace("Skola", "School"), "0"] for s in schools],
        ),
        ("grade", "Årskurs", "Grade", [[c, *grade_labels[c], "0"] for c in g.GRADES]),
    ]
    blocks += [(i["code"], i["text_sv"], i["text_en"], value_labels(i, scales)) for i in items]
    return [[name, sv, en, *row] for name, sv, en, rows in blocks for row in rows]


def write_codebooks(out: Path, rows: list[list[str]]) -> None:
    """One file for each language, in the columns of a codebook beside a data file."""
    header = "variable,label,code,value_label,missing"
    swedish = [[name, sv, code, label, missing] for name, sv, _, code, label, _, missing in rows]
    english = [[name, en, code, label, missing] for name, _, en, code, _, label, missing in rows]
    write_csv(out / "microdata.codebook.csv", header, swedish)
    write_csv(out / "microdata.codebook.en.csv", header, english)


def write_csv(path: Path, header: str, rows: list[list[str]]) -> None:
    """A UTF-8 file with commas and Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def enrolment_rows(cohorts: list[Cohort]) -> list[list[str]]:
    """The enrolment table: who could have answered, and how many did."""
    return [
        [str(x) for x in (c.round, s.code, s.name, s.municipality, s.operator, c.grade)]
        + [str(c.enrolled), str(c.answered)]
        for c in cohorts
        for s in [c.school]
    ]


def main() -> None:
    """Write the data, the enrolment table and the codebooks."""
    parser = argparse.ArgumentParser(description="Make the example data of this study.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    out = parser.parse_args().out
    draws, items = Draws(g.SEED), read_rows("items.csv")
    schools = make_schools(draws)
    cohorts = [c for year in g.ROUNDS for c in make_cohorts(draws, schools, year)]
    table = microdata(draws, cohorts, items)
    pq.write_table(table, out / "microdata.parquet", compression="zstd", compression_level=9)
    write_csv(
        out / "schools.csv",
        "round,school,school_name,municipality,operator_type,grade,enrolled,answered",
        enrolment_rows(cohorts),
    )
    write_codebooks(out, codebook(schools, items))
    print(f"Wrote {table.num_rows} answers from {len(schools)} schools to {out}")


if __name__ == "__main__":
    main()
