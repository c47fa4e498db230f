"""`samling study check`: what is wrong of form in study.yaml, with line, field and mend."""

import pytest

from samling.indicators.actions import open_study
from samling.indicators.study.findings import Finding
from world import change, line_of

BOYS = '      - {code: boy, name: {sv: "Killar", en: "Boys"}, when: {gender: [2]}}\n'


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
        (f"{BOYS}    gap: [girl, boy]\n", ""),
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
