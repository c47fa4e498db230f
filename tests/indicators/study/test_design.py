"""`samling study check`: the rules of a design, and everything at once."""

import pytest

from samling.indicators.actions import make_lattice, open_study
from samling.indicators.publication.cube import compute
from samling.indicators.study.findings import StudyError
from samling.places.models import Area, Division
from world import change, draw_rows, line_of, write_study


def test_a_study_without_errors_is_opened(db, folder):
    checked = open_study(folder, by="test")
    assert checked.frame.rows == 2 * 9 * 35
    assert [area.code for area in checked.areas] == ["04", "0480", "0484", "0486"]
    assert checked.labels_en is None


def test_a_check_stores_nothing(db, folder):
    open_study(folder, by="test")
    assert (Division.objects.count(), Area.objects.count()) == (0, 0)


def sampled():
    """The pupils with weight, stratum and PSU: two schools a stratum, the third in none of them."""
    rows = [row for row in draw_rows(pupils=16) if not row["school"].endswith("3")]
    return [row | {"weight": "12.5", "stratum": row["municipality"]} for row in rows]


SAMPLE = ("uncertainty: census", "uncertainty: sample")
DESIGN = (
    "  psu: school\n",
    "  psu: school\n  strata: stratum\n  weights: weight\n",
)


def test_a_sampled_study(db, tmp_path):
    folder = write_study(tmp_path / "study", rows=sampled(), changes=[DESIGN])
    assert open_study(folder, by="test").frame.rows == 2 * 3 * 2 * 16


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
        "Join each with a neighbouring stratum (`lonely_psu: collapse` joins it with the next), or "
        "write `lonely_psu: certainty`, `adjust` or `average` and say so in the provenance."
    )


@pytest.mark.parametrize("rule", ["certainty", "adjust", "average", "collapse"])
def test_a_stratum_with_one_psu_under_a_rule(db, tmp_path, rule):
    """Each rule that the mend names is taken, and gives every cell an interval."""
    rows = [row for row in sampled() if row["school"] != "0484-2"]
    ruled = (DESIGN[0], f"{DESIGN[1]}  lonely_psu: {rule}\n")
    folder = write_study(tmp_path / "ruled", rows=rows, changes=[SAMPLE, ruled])
    cube = compute(make_lattice(open_study(folder, by="test")))
    county = cube.estimates["bright_future"][(), "04", "2023", ()]
    assert county.low < county.value < county.high


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


def test_a_bad_weight_hides_nothing_of_strata_and_psus(said):
    rows = [row for row in sampled() if row["school"] != "0484-2"]
    rows[0]["stratum"] = "0486"
    rows[1]["weight"] = "-1"
    assert [finding.field for finding in said(DESIGN, rows=rows)] == [
        "design.lonely_psu",
        "design.psu",
        "design.weights",
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
        ("geography.variable", "1 row has the area `0499`, which does not exist."),
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
