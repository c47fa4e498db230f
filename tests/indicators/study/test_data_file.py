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


def test_another_encoding_than_the_file_has(findings, folder):
    """A UTF-8 file read as UTF-16 is signs of another script without one line break."""
    for told, problem in (
        (
            "utf-16",
            "The file is not utf-16 (as told): in that, line breaks and delimiters have zeros.",
        ),
        ("cp1252", "The file is UTF-8, not cp1252 (as told)."),
    ):
        write_study(folder)
        change(
            folder / "study.yaml", "  file: data.csv\n", f"  file: data.csv\n  encoding: {told}\n"
        )
        data = (folder / "data.csv").read_bytes()
        (folder / "data.csv").write_bytes(data.replace(b"0480-1", "Sköld".encode(), 1))
        (finding,) = findings(folder)
        assert (finding.file, finding.problem[: len(problem)]) == ("data.csv", problem)


def test_utf_16_told_as_utf_8(findings, folder):
    change(folder / "study.yaml", "  file: data.csv\n", "  file: data.csv\n  encoding: utf-8\n")
    (folder / "data.csv").write_bytes((folder / "data.csv").read_text().encode("utf-16"))
    (finding,) = findings(folder)
    assert finding.problem == "The file is UTF-16, not utf-8 (as told)."


@pytest.mark.parametrize("name", ["data.csv", "data.xlsx", "data.parquet", "data.dta", "data.sav"])
def test_codes_that_lost_their_zero_are_read_alike(db, tmp_path, name):
    """Every program that takes 0480 for a number drops its zero."""
    rows = [row | {"municipality": row["municipality"].lstrip("0")} for row in draw_rows()]
    frame = pd.DataFrame(rows)
    numbers = ("round", "municipality", "gender", "outlook", "sleep", "wellbeing")
    for column in numbers:
        frame[column] = pd.to_numeric(frame[column]).astype("Int64")
    file = tmp_path / "study" / name
    changes = [("file: data.csv", f"file: {name}")]
    if name.endswith((".dta", ".sav")):
        changes = [("file: data.csv\n  codebook: data.codebook.csv", f"file: {name}")]
    folder = write_study(tmp_path / "study", rows=rows, changes=changes)
    if name.endswith(".xlsx"):
        frame.to_excel(file, index=False)
    elif name.endswith(".parquet"):
        frame.to_parquet(file)
    elif name.endswith(".dta"):
        frame["gender"] = frame["gender"].astype(float)
        frame[list(numbers)] = frame[list(numbers)].astype(float)
        frame.to_stata(file, write_index=False)
    elif name.endswith(".sav"):
        write_sav(file, rows)
    checked = open_study(folder, by="test")
    assert [area.code for area in checked.areas] == ["04", "0480", "0484", "0486"]
    assert list(checked.frame.area) == ["0" + row["municipality"] for row in rows]


def test_a_code_that_is_there_is_left_as_it_is(db, folder):
    """In a division of its own, 1 may be an area and 01 another."""
    rows = [row | {"municipality": row["municipality"][-1]} for row in draw_rows()]
    write_study(folder, rows=rows)
    more = "".join(
        f"{code},Del {code},district,04,2020-01-01,,\n" for code in ("0", "4", "6", "06")
    )
    with (folder / "areas.csv").open("a") as file:
        file.write(more)
    assert [area.code for area in open_study(folder, by="test").areas] == ["0", "04", "4", "6"]


@pytest.mark.parametrize(
    ("old", "field"),
    [
        ("file: data.csv", "data.file"),
        ("codebook: data.codebook.csv", "data.codebook"),
        ("provenance: provenance.md", "source.provenance"),
        ("division_file: areas.csv", "geography.division_file"),
    ],
)
def test_a_file_outside_of_the_folder(said, tmp_path, old, field):
    """What is published with a study is its folder's, never a file of the machine."""
    key, name = old.split(": ")
    (tmp_path / name).write_text("secret", encoding="utf-8")
    found = said((old, f"{key}: ../{name}"))
    assert (found[0].field, found[0].problem) == (
        field,
        f"The file ../{name} lies outside of the study's folder.",
    )
