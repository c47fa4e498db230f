"""`samling study check`: variables, codes, areas and periods, held against the data."""

import pytest

from samling.indicators.study.findings import Finding
from world import change, draw_rows, line_of, write_rows, write_study

FIRST = "04,Södermanlands län,county,,1952-01-01,,"


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


def test_every_fault_of_a_codebook_and_of_the_answers(findings, folder):
    """A faulty line hides neither the lines after it nor what is wrong with the data."""
    book, text = folder / "data.codebook.csv", folder / "study.yaml"
    change(book, "sleep,Sover du tillräckligt?,2,Nej,", "sleep,,,Nej,")
    change(book, "gender,Kön,2,Kille,", "gender,Kön,2,,")
    change(book, "4,Mörkt", "4,Ganska ljust")
    change(book, "school,Skola,,,", "class,Klass,,,")
    change(text, "minimum_base: 10", "minimum_base: 3")
    change(text, "{outlook: [1, 2]}", "{outlook: [1, 2, 9]}")
    change(text, "variable: wellbeing", "variable: welbeing")
    rows = draw_rows()
    rows[0]["municipality"] = "0499"
    write_rows(folder / "data.csv", rows)
    found = findings(folder)
    assert [(finding.file, finding.field, finding.line) for finding in found] == [
        ("data.codebook.csv", "-", line_of(book, "class")),
        ("data.codebook.csv", "-", line_of(book, "gender,Kön,2")),
        ("data.codebook.csv", "outlook", line_of(book, "4,Ganska ljust")),
        ("data.codebook.csv", "-", line_of(book, "sleep,,,Nej")),
        ("study.yaml", "geography.variable", line_of(text, "variable: municipality")),
        ("study.yaml", "indicators[0].numerator", line_of(text, "[1, 2, 9]")),
        ("study.yaml", "indicators[2].variable", line_of(text, "welbeing")),
        ("study.yaml", "disclosure.ordinary.minimum_base", line_of(text, "minimum_base")),
    ]


def test_groups_that_overlap(said, at):
    """Which group a pupil is in may not depend on which stands first."""
    (finding,) = said(("when: {gender: [2]}", "when: {gender: [1, 2]}"))
    assert (finding.line, finding.field) == (at("code: boy"), "breakdowns[0].levels[1].when")
    girls = sum(row["gender"] == "1" for row in draw_rows())
    assert finding.problem == f"{girls} rows are in both `girl` and `boy`."
    assert finding.mend == "Let every answer lead to one group only."


@pytest.mark.parametrize("period", ["2022.5", "2022,5"])
def test_a_period_that_is_no_whole_number(said, at, period):
    rows = draw_rows()
    rows[0]["round"] = period
    if "," in period:
        (finding,) = said(("  file: data.csv", '  file: data.csv\n  decimal: ","'), rows=rows)
    else:
        (finding,) = said(rows=rows)
    assert (finding.line, finding.field) == (at("variable: round"), "periods.variable")
    assert finding.problem == "A period can't be `2022.5`."


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
    assert finding.problem == "1 row has the area `04`, which is the total of all areas."


def test_an_area_of_another_county(findings, tmp_path):
    rows = draw_rows()
    rows[0]["municipality"] = "0380"
    folder = write_study(tmp_path / "study", rows=rows)
    more = "03,Uppsala län,county,,1952-01-01,,\n0380,Uppsala kommun,municipality,03,1971-01-01,,\n"
    change(folder / "areas.csv", FIRST, f"{more}{FIRST}")
    (finding,) = findings(folder)
    assert finding.problem == "1 row has the area `0380`, which lies outside the total."
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
    assert (finding.field, finding.problem) == ("periods.variable", "1 row has no period.")
