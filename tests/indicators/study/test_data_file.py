"""`samling study check`: data files that cannot be read, and one that SPSS wrote."""

import pandas as pd
import pyreadstat
import pytest

from samling.indicators.actions import open_study
from samling.indicators.study.findings import Finding
from world import change, draw_rows, write_study


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
