"""`samling study check`: what study.yaml says of itself."""

import pytest


def pooled(code, first, second):
    """The two rounds also shown together."""
    periods = f'periods: ["{first}", "{second}"]'
    pool = f"  pooled: [{{code: {code}, name: {{sv: B, en: B}}, {periods}}}]"
    return "  variable: round\n", f"  variable: round\n{pool}\n"


def asked_of(text):
    numerator = "    numerator: {sleep: [1]}"
    return numerator, f"    asked_of: {text}\n{numerator}"


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
        asked_of("{gender: [gril]}"),
        "indicators[1].asked_of.gender",
        "There is no level `gril`.",
        "Did you mean `girl`?",
    ),
    "breakdown that was asked": (
        asked_of("{grade: [g9]}"),
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
        pooled('both', 2017, 2020),
        "periods.pooled[0].periods",
        "There is no period `2017`.",
        "There are: 2020, 2023.",
    ),
    "a pool named as a period": (
        pooled('"2020"', 2020, 2023),
        "periods.pooled[0].code",
        "`2020` is also a single period.",
        "Give the pool a code of its own.",
    ),
    "a period twice in a pool": (
        pooled('both', 2020, 2020),
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
