"""One small drawn universe: a youth survey of three municipalities, as a study's folder.

`draw_rows` draws its pupils, `write_study` writes the folder, `change` mends or breaks its text.
Everything is fixed by a seed, so every test sees the same pupils.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = dict[str, str]

MUNICIPALITIES = ("0480", "0484", "0486")
ROUNDS = ("2020", "2023")
SCHOOLS = 3
PUPILS = 35
VARIABLES = ("round", "municipality", "school", "gender", "outlook", "sleep", "wellbeing")

AREAS = """\
code,name,level,parent,valid_from,valid_to,members
04,Södermanlands län,county,,1952-01-01,,
0480,Nyköpings kommun,municipality,04,1992-01-01,,
0484,Eskilstuna kommun,municipality,04,1971-01-01,,
0486,Strängnäs kommun,municipality,04,1971-01-01,,
"""

CODEBOOK = """\
variable,label,code,value_label,missing
round,Undersökningens år,,,
municipality,Skolans kommun,,,
school,Skola,,,
gender,Kön,1,Tjej,
gender,Kön,2,Kille,
outlook,Hur ser du på din egen framtid?,1,Mycket ljust,
outlook,Hur ser du på din egen framtid?,2,Ganska ljust,
outlook,Hur ser du på din egen framtid?,3,Varken ljust eller mörkt,
outlook,Hur ser du på din egen framtid?,4,Mörkt,
outlook,Hur ser du på din egen framtid?,9,Vill inte svara,yes
sleep,Sover du tillräckligt?,1,Ja,
sleep,Sover du tillräckligt?,2,Nej,
wellbeing,"Hur mår du, 0 till 10?",,,
"""

STUDY = """\
# A drawn survey of pupils: nobody is in it.
study: prov
name: {sv: "Provundersökning", en: "Trial survey"}
about: {sv: "Påhittade elever.", en: "Made-up pupils."}
example_data: true
uncertainty: census
owner:
  organisation: {sv: "Region Exempel", en: "Example Region"}
  contact: folkhalsa@exempel.se
  registry_number: EXEMPEL-1
  retention_class: exempeldata
source:
  text: {sv: "Exempeldata", en: "Example data"}
  licence: CC0-1.0
  provenance: provenance.md
data:
  file: data.csv
  codebook: data.codebook.csv
design:
  psu: school
periods:
  variable: round
geography:
  total: "04"
  variable: municipality
  division: prov
  division_file: areas.csv
breakdowns:
  - code: gender
    name: {sv: "Kön", en: "Gender"}
    levels:
      - {code: girl, name: {sv: "Tjejer", en: "Girls"}, when: {gender: [1]}}
      - {code: boy, name: {sv: "Killar", en: "Boys"}, when: {gender: [2]}}
    gap: [girl, boy]
groupings:
  - {by: [gender]}
indicators:
  - code: bright_future
    name: {sv: "Ljus framtid", en: "Bright future"}
    question: {sv: "Hur ser du på din egen framtid?", en: "How do you see your future?"}
    numerator: {outlook: [1, 2]}
    denominator: {outlook: [1, 2, 3, 4]}
    direction: favourable
    theme: {sv: "Framtidstro", en: "Belief in the future"}
    objective_area: "7"
  - code: sleeps_enough
    name: {sv: "Sover tillräckligt", en: "Sleeps enough"}
    question: {sv: "Sover du tillräckligt?", en: "Do you sleep enough?"}
    numerator: {sleep: [1]}
    denominator: {sleep: [1, 2]}
    direction: favourable
    theme: {sv: "Hälsa", en: "Health"}
    objective_area: "H"
  - code: wellbeing
    name: {sv: "Välmående", en: "Well-being"}
    question: {sv: "Hur mår du, 0 till 10?", en: "How are you, 0 to 10?"}
    kind: mean
    variable: wellbeing
    denominator: {wellbeing: [2, 3, 4, 5, 6, 7, 8, 9, 10]}
    direction: favourable
    theme: {sv: "Hälsa", en: "Health"}
    objective_area: "H"
disclosure:
  minimum_count: 5
  ordinary: {minimum_base: 10}
"""


def draw_rows(*, pupils: int | Mapping[str, int] = PUPILS, seed: int = 4) -> list[Row]:
    """Pupils of three schools a municipality in two rounds; `pupils` is per school and round.

    About one in fifty gives no gender, one in thirty does not want to tell of the future, and
    one in forty skips a question. Sleep and outlook differ between girls and boys and between
    municipalities, so that there is something to find.
    """
    draw = random.Random(seed)  # noqa: S311 - drawn pupils are no secret
    per_school = dict.fromkeys(MUNICIPALITIES, pupils) if isinstance(pupils, int) else pupils
    rows = []
    for year in ROUNDS:
        for place, municipality in enumerate(per_school):
            for school in range(SCHOOLS):
                name = f"{municipality}-{school + 1}"
                rows += [
                    _pupil(draw, year, municipality, name, place)
                    for _ in range(per_school[municipality])
                ]
    return rows


def _pupil(draw: random.Random, year: str, municipality: str, school: str, place: int) -> Row:
    boy = draw.random() < 0.5
    bright = draw.random() < 0.55 + 0.1 * boy + 0.05 * place
    outlook = draw.choice("12") if bright else draw.choice("34")
    sleeps = draw.random() < 0.45 + 0.2 * boy
    return {
        "round": year,
        "municipality": municipality,
        "school": school,
        "gender": "" if draw.random() < 0.02 else "2" if boy else "1",
        "outlook": "9" if draw.random() < 0.03 else outlook,
        "sleep": "" if draw.random() < 0.025 else "1" if sleeps else "2",
        "wellbeing": "" if draw.random() < 0.025 else str(draw.randint(2, 10)),
    }


def write_rows(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as CSV; the first row's keys are the header."""
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, listed[0])
        writer.writeheader()
        writer.writerows(listed)


def write_study(
    folder: Path,
    *,
    rows: Sequence[Mapping[str, str]] | None = None,
    changes: Iterable[tuple[str, str]] = (),
) -> Path:
    """Write the study's folder and return it; `changes` are replacements in study.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "data.csv", draw_rows() if rows is None else rows)
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    (folder / "data.codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (folder / "provenance.md").write_text("# Drawn by the tests\n", encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    for old, new in changes:
        change(folder / "study.yaml", old, new)
    return folder


def change(file: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = file.read_text(encoding="utf-8")
    found = text.count(old)
    if found != 1:
        raise AssertionError(f"{old!r} stands {found} times in {file.name}, not once.")
    file.write_text(text.replace(old, new), encoding="utf-8")


def line_of(file: Path, text: str) -> int:
    """The number of the one line that has a text."""
    lines = file.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, start=1) if text in line]
    if len(found) != 1:
        raise AssertionError(f"{text!r} stands on the lines {found} of {file.name}, not on one.")
    return found[0]
