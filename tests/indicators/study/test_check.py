"""`samling study check`: everything that is wrong, at once, with file, line, field and mend."""

import pandas as pd
import pyreadstat
import pytest

from samling.indicators.actions import open_study
from samling.indicators.study.findings import Finding, StudyError
from samling.places.models import Area, Division
from world import change, draw_rows, line_of, write_study

FIRST = "04,Södermanlands län,county,,1952-01-01,,"


@pytest.fixture
def said(findings, tmp_path):
    """What is said of the small study after changes of its text or rows, with one line each."""

    def run(*changes, rows=None):
        return findings(write_study(tmp_path / "study", rows=rows, changes=changes))

    return run


@pytest.fixture
def at(tmp_path):
    """The line of study.yaml that holds a text."""
    return lambda text: line_of(tmp_path / "study" / "study.yaml", text)


def test_a_study_without_errors_is_opened(db, folder):
    checked = open_study(folder, by="test")
    assert checked.frame.rows == 2 * 9 * 35
    assert [area.code for area in checked.areas] == ["04", "0480", "0484", "0486"]
    assert checked.labels_en is None


def test_a_check_stores_nothing(db, folder):
    open_study(folder, by="test")
    assert (Division.objects.count(), Area.objects.count()) == (0, 0)


# --- the file study.yaml -----------------------------------------------------------------------


def test_no_study(findings, tmp_path):
    mend = f"A study is a folder with a study.yaml in it; {tmp_path} has none."
    assert findings(tmp_path) == [Finding("study.yaml", 1, "-", "File not found.", mend)]


def test_a_file_instead_of_a_folder(findings, folder):
    (finding,) = findings(folder / "study.yaml")
    assert finding.problem == "File not found."


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_study(findings, folder, text):
    (folder / "study.yaml").write_text(text)
    mend = "Begin with `study:` and the study's code; studies/ has examples."
    assert findings(folder) == [Finding("study.yaml", 1, "-", "The file is empty.", mend)]


def test_a_list_is_no_study(findings, folder):
    (folder / "study.yaml").write_text("- study: prov\n")
    (finding,) = findings(folder)
    assert finding.problem == "The file does not hold fields."


def test_yaml_that_cannot_be_read(findings, folder):
    change(folder / "study.yaml", "study: prov\n", "study: [prov\n")
    (finding,) = findings(folder)
    line = line_of(folder / "study.yaml", 'name: {sv: "Provundersökning"')
    assert (finding.file, finding.line, finding.field) == ("study.yaml", line, "-")
    assert finding.problem == "Not YAML: expected ',' or ']', but got ':'."


def test_a_sign_that_yaml_does_not_allow(findings, folder):
    change(folder / "study.yaml", "study: prov\n", "study: pr\x07ov\n")
    (finding,) = findings(folder)
    assert finding.line == 2
    assert finding.problem == "Not YAML: special characters are not allowed."


def test_a_study_in_another_encoding(findings, folder):
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_bytes(text.encode("cp1252"))
    assert findings(folder) == [
        Finding("study.yaml", 3, "-", "The byte 0xF6 is not UTF-8.", "Save the file as UTF-8.")
    ]


def test_a_byte_order_mark_is_no_error(db, folder):
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(text, encoding="utf-8-sig")
    assert open_study(folder, by="test").frame.study.study == "prov"


def test_a_key_twice(said, at):
    assert said(("  psu: school\n", "  psu: school\n  nest: false\n  psu: round\n")) == [
        Finding(
            "study.yaml",
            at("psu: round"),
            "design.psu",
            f"Stands twice; the first is on line {at('psu: school')}.",
            "Remove one of them.",
        )
    ]


FORM = {
    "an unknown field": (
        ("  registry_number:", "  registry_nummer:"),
        "owner.registry_nummer",
        "Is not a field here.",
        "Did you mean `registry_number`?",
    ),
    "an unknown field that is like no other": (
        ("  psu: school", "  psu: school\n  zzz: 1"),
        "design.zzz",
        "Is not a field here.",
        "Remove it, or use one of: df, fpc, interval, lonely_psu, nest, psu, strata, weights.",
    ),
    "a threshold below the floor": (
        ("minimum_base: 10", "minimum_base: 4"),
        "disclosure.ordinary.minimum_base",
        "4 is too low.",
        "Write 5 or more.",
    ),
    "a count threshold below the floor": (
        ("minimum_count: 5", "minimum_count: 0"),
        "disclosure.minimum_count",
        "0 is too low.",
        "Write 5 or more.",
    ),
    "a word that is not in the list": (
        ("uncertainty: census", "uncertainty: cencus"),
        "uncertainty",
        "Can't be 'cencus'.",
        "Did you mean `census`?",
    ),
    "a number where a text is meant": (
        ('total: "04"', "total: 4"),
        "geography.total",
        "4 is a number, not a text.",
        "Put it in quotation marks.",
    ),
    "a code with a capital": (
        ("- code: sleeps_enough", "- code: Sleeps"),
        "indicators[1].code",
        "'Sleeps' is not a code.",
        "Use a-z, 0-9, _ and -, beginning with a letter.",
    ),
    "a condition that is none": (
        ("numerator: {sleep: [1]}", "numerator: [1]"),
        "indicators[1].numerator",
        "Can't be [1].",
        "A condition is a mapping such as `smoking: [3, 4]`.",
    ),
    "a condition without values": (
        ("numerator: {sleep: [1]}", "numerator: {sleep: []}"),
        "indicators[1].numerator",
        "Can't be {'sleep': []}.",
        "`sleep` takes a list of values, such as `sleep: [1, 2]`.",
    ),
    "a share without numerator": (
        ("    numerator: {sleep: [1]}\n", ""),
        "indicators[1]",
        "A share needs a `numerator`.",
        "Add it, or write `kind: mean`.",
    ),
    "a mean without variable": (
        ("    variable: wellbeing\n", ""),
        "indicators[2]",
        "A mean needs a `variable`.",
        "Add it, or write `kind: share`.",
    ),
    "two ways to say the period": (
        ("  variable: round\n", '  variable: round\n  single: "2020"\n'),
        "periods",
        "Needs either `variable` or `single`.",
        "Write one of the two.",
    ),
    "one language only": (
        ('theme: {sv: "Framtidstro", en: "Belief in the future"}', 'theme: "Framtidstro"'),
        "indicators[0].theme",
        "Can't be 'Framtidstro'.",
        "Write its fields: en, sv.",
    ),
    "a single group": (
        ('      - {code: boy, name: {sv: "Killar", en: "Boys"}, when: {gender: [2]}}\n    gap: [girl, boy]\n', ""),
        "breakdowns[0].levels",
        None,
        "List should have at least 2 items after validation, not 1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FORM)
def test_form(said, at, case):
    (old, new), field, problem, mend = FORM[case]
    (finding,) = said((old, new))
    assert finding.file == "study.yaml"
    assert finding.field == field
    assert problem is None or finding.problem == problem
    assert finding.mend == mend


def test_a_finding_of_form_stands_on_its_line(said, at):
    (finding,) = said(("minimum_base: 10", "minimum_base: 4"))
    assert finding.line == at("minimum_base: 4")


def test_a_missing_field_stands_where_its_part_begins(said, at):
    assert said(("  licence: CC0-1.0\n", "")) == [
        Finding(
            "study.yaml", at("source:"), "source.licence", "Is missing.", "Add `licence:` here."
        )
    ]


# --- what the file says of itself --------------------------------------------------------------


def test_two_indicators_of_one_code(said, at):
    (finding,) = said(("- code: sleeps_enough", "- code: bright_future"))
    assert finding.field == "indicators[1].code"
    assert finding.problem == "The code `bright_future` stands twice; the first is number 1."
    assert finding.line == at('name: {sv: "Sover tillräckligt"') - 1


REFERENCES = {
    "breakdown of a grouping": (
        ("{by: [gender]}", "{by: [gendre]}"),
        "groupings[0].by",
        "There is no breakdown `gendre`.",
        "Did you mean `gender`?",
    ),
    "level of a gap": (
        ("gap: [girl, boy]", "gap: [girl, man]"),
        "breakdowns[0].gap",
        "There is no level `man`.",
        "There are: girl, boy.",
    ),
    "gap with itself": (
        ("gap: [girl, boy]", "gap: [girl, girl]"),
        "breakdowns[0].gap",
        "`girl` is compared with itself.",
        "Write the two groups that are compared.",
    ),
    "level that was asked": (
        ("    numerator: {sleep: [1]}", "    asked_of: {gender: [gril]}\n    numerator: {sleep: [1]}"),
        "indicators[1].asked_of.gender",
        "There is no level `gril`.",
        "Did you mean `girl`?",
    ),
    "breakdown that was asked": (
        ("    numerator: {sleep: [1]}", "    asked_of: {grade: [g9]}\n    numerator: {sleep: [1]}"),
        "indicators[1].asked_of.grade",
        "There is no breakdown `grade`.",
        "There are: gender.",
    ),
    "the same cut twice": (
        ("  - {by: [gender]}", "  - {by: [gender]}\n  - {by: [gender], levels: [county]}"),
        "groupings[1].by",
        "The same breakdowns are those of grouping number 1.",
        "Keep one of the two.",
    ),
    "a breakdown crossed with itself": (
        ("{by: [gender]}", "{by: [gender, gender]}"),
        "groupings[0].by",
        "A breakdown stands twice.",
        "Name each breakdown once.",
    ),
    "a provenance that is not there": (
        ("provenance.md", "source.md"),
        "source.provenance",
        "The file source.md is not there.",
        "Write down where the data come from and what was done to them.",
    ),
    "a pool of periods that do not occur": (
        ("  variable: round\n", '  variable: round\n  pooled: [{code: both, name: {sv: B, en: B}, periods: ["2017", "2020"]}]\n'),
        "periods.pooled[0].periods",
        "There is no period `2017`.",
        "There are: 2020, 2023.",
    ),
    "a pool named as a period": (
        ("  variable: round\n", '  variable: round\n  pooled: [{code: "2020", name: {sv: B, en: B}, periods: ["2020", "2023"]}]\n'),
        "periods.pooled[0].code",
        "`2020` is also a single period.",
        "Give the pool a code of its own.",
    ),
    "a period twice in a pool": (
        ("  variable: round\n", '  variable: round\n  pooled: [{code: both, name: {sv: B, en: B}, periods: ["2020", "2020"]}]\n'),
        "periods.pooled[0].periods",
        "A period stands twice.",
        "Name each period once.",
    ),
    "a note on a period that does not occur": (
        ("  variable: round\n", '  variable: round\n  notes: {"2017": {sv: B, en: B}}\n'),
        "periods.notes.2017",
        "There is no period `2017`.",
        "There are: 2020, 2023.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFERENCES)
def test_references(said, case):
    (old, new), field, problem, mend = REFERENCES[case]
    (finding,) = said((old, new))
    assert (finding.file, finding.field, finding.problem, finding.mend) == (
        "study.yaml",
        field,
        problem,
        mend,
    )


def test_a_level_twice(said):
    found = said(("- {code: boy,", "- {code: girl,"))
    assert [(finding.field, finding.problem) for finding in found] == [
        ("breakdowns[0].levels[1].code", "The code `girl` stands twice; the first is number 1."),
        ("breakdowns[0].gap", "There is no level `boy`."),
    ]


# --- the file against its data -----------------------------------------------------------------


VARIABLES = {
    "of the design": (("psu: school", "psu: skool"), "design.psu", "skool", "school"),
    "of the periods": (
        ("variable: round", "variable: raund"),
        "periods.variable",
        "raund",
        "round",
    ),
    "of the areas": (
        ("variable: municipality", "variable: municipal"),
        "geography.variable",
        "municipal",
        "municipality",
    ),
    "of a mean": (
        ("variable: wellbeing", "variable: welbeing"),
        "indicators[2].variable",
        "welbeing",
        "wellbeing",
    ),
    "of a condition": (
        ("numerator: {sleep: [1]}", "numerator: {sleap: [1]}"),
        "indicators[1].numerator",
        "sleap",
        "sleep",
    ),
    "of a group": (
        ("when: {gender: [2]}", "when: {gendr: [2]}"),
        "breakdowns[0].levels[1].when",
        "gendr",
        "gender",
    ),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_unknown_variables(said, at, case):
    (old, new), field, wrong, right = VARIABLES[case]
    problem = f"There is no variable in the data `{wrong}`."
    assert said((old, new)) == [
        Finding("study.yaml", at(new), field, problem, f"Did you mean `{right}`?")
    ]


def test_codes_that_do_not_occur(said, at):
    assert said(("numerator: {outlook: [1, 2]}", "numerator: {outlook: [1, 7]}")) == [
        Finding(
            "study.yaml",
            at("[1, 7]"),
            "indicators[0].numerator",
            "`outlook` has no code 7, neither in data nor codebook.",
            "Its codes are: 1 Mycket ljust; 2 Ganska ljust; 3 Varken ljust eller mörkt; 4 Mörkt.",
        )
    ]


def test_codes_of_another_type(said):
    """In YAML yes is true, and 7 is another thing than "7"; both would fail deep in the data."""
    found = said(
        ("numerator: {outlook: [1, 2]}", 'numerator: {outlook: ["1", 2]}'),
        ("numerator: {sleep: [1]}", "numerator: {sleep: [yes]}"),
        ("when: {gender: [2]}", "when: {municipality: [480]}"),
    )
    assert [(f.field, f.problem, f.mend) for f in found] == [
        (
            "breakdowns[0].levels[1].when",
            "`municipality` has no code 480, neither in data nor codebook.",
            "Its codes are: '0480'; '0484'; '0486'.",
        ),
        (
            "indicators[0].numerator",
            "`outlook` has no code '1', neither in data nor codebook.",
            "The codes are numbers: write 1 without quotation marks.",
        ),
        (
            "indicators[1].numerator",
            "`sleep` has no code True, neither in data nor codebook.",
            "Its codes are: 1 Ja; 2 Nej.",
        ),
    ]


def test_a_code_that_means_no_answer(said, at):
    assert said(("denominator: {outlook: [1, 2, 3, 4]}", "denominator: {outlook: [1, 2, 9]}")) == [
        Finding(
            "study.yaml",
            at("[1, 2, 9]"),
            "indicators[0].denominator",
            "`outlook` has 9 declared as no answer.",
            "Leave it out, or mend the codebook.",
        )
    ]


def test_a_numerator_outside_its_denominator(said, at):
    rows = draw_rows()
    count = sum(row["outlook"] == "2" for row in rows)
    assert said(("denominator: {outlook: [1, 2, 3, 4]}", "denominator: {outlook: [1, 3, 4]}")) == [
        Finding(
            "study.yaml",
            at("numerator: {outlook: [1, 2]}"),
            "indicators[0].numerator",
            f"{count} rows are in the numerator but not in the denominator.",
            "Every code of the numerator must be among those of the denominator.",
        )
    ]


def test_a_mean_of_texts(said, at):
    assert said(("variable: wellbeing", "variable: school")) == [
        Finding(
            "study.yaml",
            at("    variable: school"),
            "indicators[2].variable",
            "`school` is string, and a mean needs numbers.",
            "Name a variable of numbers, or write `kind: share` with a numerator.",
        )
    ]


def test_a_label_without_code(findings, folder):
    change(folder / "data.codebook.csv", "sleep,Sover du tillräckligt?,2,Nej,", "sleep,,,Nej,")
    line = line_of(folder / "data.codebook.csv", "Nej")
    assert findings(folder) == [
        Finding(
            "data.codebook.csv",
            line,
            "-",
            "sleep has the label 'Nej' without a code.",
            "Write the code that it belongs to.",
        )
    ]


def test_a_label_of_two_codes(findings, folder):
    change(folder / "data.codebook.csv", "4,Mörkt", "4,Ganska ljust")
    (finding,) = findings(folder)
    line = line_of(folder / "data.codebook.csv", "4,Ganska ljust")
    assert finding == Finding(
        "data.codebook.csv",
        line,
        "outlook",
        "The codes 2 and 4 share the label 'Ganska ljust'.",
        "Mend the labels.",
    )


def test_an_area_that_does_not_exist(said, at):
    rows = draw_rows()
    for row in rows[:3]:
        row["municipality"] = "0499"
    assert said(rows=rows) == [
        Finding(
            "study.yaml",
            at("variable: municipality"),
            "geography.variable",
            "3 rows have the area `0499`, which does not exist.",
            "Mend the data, or load a division that has it (`prov` is used).",
        )
    ]


def test_an_area_that_is_the_total(said):
    rows = draw_rows()
    rows[0]["municipality"] = "04"
    (finding,) = said(rows=rows)
    assert finding.problem == "1 rows have the area `04`, which is the total of all areas."


def test_an_area_of_another_county(findings, tmp_path):
    rows = draw_rows()
    rows[0]["municipality"] = "0380"
    folder = write_study(tmp_path / "study", rows=rows)
    more = "03,Uppsala län,county,,1952-01-01,,\n0380,Uppsala kommun,municipality,03,1971-01-01,,\n"
    change(folder / "areas.csv", FIRST, f"{more}{FIRST}")
    (finding,) = findings(folder)
    assert finding.problem == "1 rows have the area `0380`, which lies outside the total."
    assert finding.mend == "Leave these rows out, or choose another total than `04`."


def test_a_total_that_does_not_exist(said, at):
    (finding,) = said(('total: "04"', 'total: "99"'))
    assert (finding.line, finding.field) == (at('total: "99"'), "geography.total")
    assert finding.problem == "There is no area `99` in `prov`."


def test_a_division_file_that_is_wrong(findings, folder):
    change(
        folder / "areas.csv",
        "0484,Eskilstuna kommun,municipality,04",
        "0484,Eskilstuna kommun,municipality,99",
    )
    (finding,) = findings(folder)
    line = line_of(folder / "areas.csv", "Eskilstuna")
    assert (finding.file, finding.line, finding.field) == ("areas.csv", line, "parent")


def test_a_division_file_that_is_not_there(said, at):
    assert said(("division_file: areas.csv", "division_file: area.csv")) == [
        Finding(
            "study.yaml",
            at("area.csv"),
            "geography.division_file",
            "The file area.csv is not there.",
            "Mend the name of the file.",
        )
    ]


def test_a_file_may_not_change_sweden(said):
    (finding,) = said(("division: prov", "division: sverige"))
    assert finding.field == "geography.division"
    assert finding.problem == "A file can't change `sverige`."


def test_rows_without_period(said, at):
    rows = draw_rows()
    rows[4]["round"] = ""
    (finding,) = said(rows=rows)
    assert (finding.field, finding.problem) == ("periods.variable", "1 rows have no period.")


# --- the data file -----------------------------------------------------------------------------


def test_no_data_file(said, at):
    (finding,) = said(("file: data.csv", "file: dataa.csv"))
    assert (finding.line, finding.field) == (at("dataa.csv"), "data.file")
    assert finding.problem == "The file dataa.csv is not there."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty."),
        (b"round,municipality\n", "There is a header but not one row of data."),
    ],
)
def test_an_empty_data_file(findings, folder, content, problem):
    (folder / "data.csv").write_bytes(content)
    mend = "Export the data again."
    assert findings(folder) == [Finding("data.csv", 1, "-", problem, mend)]


def test_a_data_file_in_a_wrong_encoding(findings, folder):
    data = (folder / "data.csv").read_bytes()
    (folder / "data.csv").write_bytes(
        data.replace(b"0480-1", "Sköldå-1".encode(), 9).replace(b"0480-2", b"Sk\xf6ld", 1)
    )
    line = 1 + next(
        i
        for i, text in enumerate((folder / "data.csv").read_bytes().split(b"\n"))
        if b"\xf6" in text
    )
    assert findings(folder) == [
        Finding(
            "data.csv",
            line,
            "-",
            "The byte 0xF6 is not valid in UTF-8, though the rest of the file is UTF-8.",
            "The file mixes encodings or is damaged: mend that line, or say the encoding.",
        )
    ]


def test_the_encoding_can_be_said(findings, folder):
    change(folder / "study.yaml", "  file: data.csv\n", "  file: data.csv\n  encoding: ascii\n")
    data = (folder / "data.csv").read_bytes()
    (folder / "data.csv").write_bytes(data.replace(b"0480-1", "Sköld".encode(), 1))
    (finding,) = findings(folder)
    assert (finding.file, finding.line) == ("data.csv", 2)
    assert finding.problem == "The byte 0xC3 does not exist in ascii (as told)."


def test_a_line_with_a_cell_too_many(findings, folder):
    lines = (folder / "data.csv").read_text().splitlines()
    lines[7] += ",1"
    (folder / "data.csv").write_text("\n".join(lines))
    (finding,) = findings(folder)
    assert (finding.file, finding.line) == ("data.csv", 8)
    assert finding.problem == "There are 8 cells, but the header has 7."


def test_a_broken_sav(said, tmp_path, findings):
    folder = write_study(
        tmp_path / "study",
        changes=[("file: data.csv\n  codebook: data.codebook.csv", "file: data.sav")],
    )
    (folder / "data.sav").write_bytes(b"$FL2@(#) SPSS DATA FILE" + b"\0" * 90)
    (finding,) = findings(folder)
    assert (finding.file, finding.line, finding.field) == ("data.sav", 1, "-")
    assert finding.problem.startswith("The file cannot be read as SPSS data (")
    assert finding.mend.endswith("Save it again from the program that made it.")


def write_sav(file, rows):
    frame = pd.DataFrame(rows)
    for name in ("round", "municipality", "gender", "outlook", "sleep", "wellbeing"):
        frame[name] = pd.to_numeric(frame[name])
    labels = {"sleep": {1: "Ja", 2: "Nej"}, "gender": {1: "Tjej", 2: "Kille"}}
    missing = {"outlook": [9]}
    pyreadstat.write_sav(frame, str(file), variable_value_labels=labels, missing_ranges=missing)


def test_a_study_of_an_spss_file(db, tmp_path):
    """SPSS files bring their labels, and municipality codes that are numbers: 480 is 0480."""
    rows = draw_rows()
    change_to_sav = ("file: data.csv\n  codebook: data.codebook.csv", "file: data.sav")
    folder = write_study(tmp_path / "study", rows=rows, changes=[change_to_sav])
    write_sav(folder / "data.sav", rows)
    checked = open_study(folder, by="test")
    assert [area.code for area in checked.areas] == ["04", "0480", "0484", "0486"]
    assert list(checked.frame.area) == [row["municipality"] for row in rows]
    csv = open_study(write_study(tmp_path / "csv", rows=rows), by="test")
    for code, values in csv.frame.values.items():
        assert list(map(str, values)) == list(map(str, checked.frame.values[code]))


# --- the design --------------------------------------------------------------------------------


def sampled():
    """The pupils with weight, stratum and PSU: two schools a stratum, the third in none of them."""
    rows = [row for row in draw_rows(pupils=4) if not row["school"].endswith("3")]
    return [row | {"weight": "12.5", "stratum": row["municipality"]} for row in rows]


DESIGN = (
    "  psu: school\n",
    "  psu: school\n  strata: stratum\n  weights: weight\n",
)


def test_a_sampled_study(db, tmp_path):
    folder = write_study(tmp_path / "study", rows=sampled(), changes=[DESIGN])
    assert open_study(folder, by="test").frame.rows == 2 * 3 * 2 * 4


def test_weights_that_are_missing_or_negative(said, at):
    rows = sampled()
    rows[2]["weight"] = rows[5]["weight"] = ""
    rows[7]["weight"] = "-1"
    missing, negative = said(DESIGN, rows=rows)
    for finding in (missing, negative):
        assert (finding.file, finding.line) == ("study.yaml", at("weights: weight"))
        assert finding.field == "design.weights"
    assert missing.problem == "`weight` is missing in 2 rows, first in row 3."
    assert missing.mend == "Give every row a weight; one outside the population gets 0."
    assert negative.problem == "`weight` is negative or infinite in row 8."


@pytest.mark.parametrize(
    ("weight", "problem"),
    [
        ("0", "`weight` is 0 in every row."),
        ("heavy", "`weight` is string, not a number."),
    ],
)
def test_weights_that_weigh_nothing(said, weight, problem):
    (finding,) = said(DESIGN, rows=[row | {"weight": weight} for row in sampled()])
    assert (finding.field, finding.problem) == ("design.weights", problem)


def test_a_stratum_with_one_psu(said, at):
    rows = [row for row in sampled() if row["school"] != "0484-2"]
    (finding,) = said(DESIGN, rows=rows)
    assert (finding.line, finding.field) == (at("design:"), "design.lonely_psu")
    assert finding.problem == "A stratum has only one PSU, which gives no variance: stratum=0484."
    assert finding.mend == (
        "Join each with a neighbouring stratum, or write `lonely_psu: certainty`, `adjust` or "
        "`average` and say so in the provenance."
    )


def test_a_psu_in_two_strata(said, at):
    rows = sampled()
    rows[0]["stratum"] = "0486"
    (finding,) = said(DESIGN, rows=rows)
    assert (finding.line, finding.field) == (at("psu: school"), "design.psu")
    assert finding.problem == "The PSU school=0480-1 lies in 2 strata of 'stratum': 0480, 0486."
    assert finding.mend.startswith(
        "If PSU numbers start again in every stratum, write `nest: true`"
    )


def test_both_at_once(said):
    rows = [row for row in sampled() if row["school"] != "0484-2"]
    rows[0]["stratum"] = "0486"
    assert [finding.field for finding in said(DESIGN, rows=rows)] == [
        "design.lonely_psu",
        "design.psu",
    ]


def test_a_stratum_that_is_missing(said):
    rows = sampled()
    rows[9]["stratum"] = ""
    (finding,) = said(DESIGN, rows=rows)
    assert (finding.field, finding.problem) == ("design.strata", "`stratum` is missing in row 10.")


def test_a_population_smaller_than_its_sample(said, at):
    design = (DESIGN[0], DESIGN[1] + "  fpc: schools\n")
    (finding,) = said(design, rows=[row | {"schools": "1.5"} for row in sampled()])
    assert (finding.line, finding.field) == (at("fpc: schools"), "design.fpc")
    assert finding.problem == (
        "The fpc 'schools' says 1.5 units in stratum=0480, but 2 were sampled there."
    )


# --- all at once -------------------------------------------------------------------------------


def test_everything_at_once(findings, tmp_path):
    """Errors of form, of reference, of codes, of design, of areas and of files: one reading."""
    rows = sampled()
    rows[0]["weight"] = ""
    rows[1]["municipality"] = "0499"
    folder = write_study(
        tmp_path / "study",
        rows=rows,
        changes=[
            DESIGN,
            ("example_data: true", "exempel: true"),
            ("provenance: provenance.md", "provenance: gone.md"),
            ("{by: [gender]}", "{by: [grade]}"),
            ("numerator: {outlook: [1, 2]}", "numerator: [1]"),
            ("numerator: {sleep: [1]}", "numerator: {sleep: [5]}"),
            ("variable: wellbeing", "variable: welbeing"),
            ("minimum_base: 10", "minimum_base: 3"),
        ],
    )
    assert [(finding.field, finding.problem) for finding in findings(folder)] == [
        ("exempel", "Is not a field here."),
        ("source.provenance", "The file gone.md is not there."),
        ("design.weights", "`weight` is missing in row 1."),
        ("geography.variable", "1 rows have the area `0499`, which does not exist."),
        ("groupings[0].by", "There is no breakdown `grade`."),
        ("indicators[0].numerator", "Can't be [1]."),
        ("indicators[1].numerator", "`sleep` has no code 5, neither in data nor codebook."),
        ("indicators[2].variable", "There is no variable in the data `welbeing`."),
        ("disclosure.ordinary.minimum_base", "3 is too low."),
    ]
    lines = [finding.line for finding in findings(folder)]
    assert lines == sorted(lines)


def test_findings_are_said_as_file_line_field_problem_mend(folder, db):
    change(folder / "study.yaml", "minimum_base: 10", "minimum_base: 3")
    line = line_of(folder / "study.yaml", "minimum_base: 3")
    with pytest.raises(StudyError) as caught:
        open_study(folder, by="test")
    assert str(caught.value) == (
        f"study.yaml:{line}: disclosure.ordinary.minimum_base: 3 is too low. Write 5 or more."
    )
