"""`samling data import FILE` says what it understood of a file, and keeps it only if asked to."""

import pandas as pd
import pyreadstat
import pytest

from samling.warehouse import Warehouse

CSV = """\
id;sex;weight;day;note
1;1;1,5;2023-01-31;[red]ja[/red]
2;2;2,25;2023-02-01;
3;9;;2023-02-02;nej
"""
CODEBOOK = """\
variable,label,code,value_label,missing
sex,"Kön [1, 2]",1,Kvinna,
sex,"Kön [1, 2]",2,Man,
sex,"Kön [1, 2]",9,Vill inte svara,yes
"""
HEADING = ["variable", "label", "type", "n", "missing", "distinct", "labels or range"]
SEX = [
    "sex",
    "Kön [1, 2]",
    "integer",
    "2",
    "1: 9 = Vill inte svara (1)",
    "2",
    "1 = Kvinna; 2 = Man",
]


@pytest.fixture
def csv_file(tmp_path):
    (tmp_path / "answers.codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    file = tmp_path / "answers.csv"
    file.write_text(CSV, encoding="cp1252")
    return file


def test_csv(run, csv_file):
    ran = run("data", "import", csv_file)
    assert (ran.status, ran.err) == (0, "")
    assert "answers.csv: 3 rows" in ran.out
    assert ran.lines == [
        HEADING,
        ["id", "", "integer", "3", "0", "3", "1 to 3"],
        SEX,
        ["weight", "", "number", "2", "1", "2", "1.5 to 2.25"],
        ["day", "", "date", "3", "0", "3", "2023-01-31 to 2023-02-02"],
        ["note", "", "text", "2", "1", "2", ""],
    ]
    notes = [line for line in ran.out.splitlines() if line.startswith("Note: ")]
    assert "Note: Labels from answers.codebook.csv." in notes
    assert "Note: Delimiter semicolon, 5 columns." in notes


def test_excel(run, tmp_path):
    file = tmp_path / "answers.xlsx"
    pd.DataFrame({"id": [1, 2], "name": ["å", None]}).to_excel(file, index=False)
    ran = run("data", "import", file)
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines == [
        HEADING,
        ["id", "", "integer", "2", "0", "2", "1 to 2"],
        ["name", "", "text", "1", "1", "1", ""],
    ]


def test_spss(run, tmp_path):
    file = tmp_path / "answers.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"sex": [1.0, 2.0, 9.0]}),
        str(file),
        column_labels=["Kön [1, 2]"],
        variable_value_labels={"sex": {1: "Kvinna", 2: "Man", 9: "Vill inte svara"}},
        missing_ranges={"sex": [9]},
    )
    ran = run("data", "import", file)
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines == [HEADING, SEX]


def test_the_codes_of_a_label_are_printed_as_they_are_written(run, tmp_path):
    """What looks like markup to the terminal's library is somebody's label."""
    file = tmp_path / "answers.csv"
    file.write_text('age,x\n"(0,19]",1\n', encoding="utf-8")
    (tmp_path / "answers.codebook.csv").write_text(
        'variable,label,code,value_label,missing\nage,[bold]Ålder,"(0,19]",[röd],\n',
        encoding="utf-8",
    )
    assert run("data", "import", file).lines[1] == [
        "age",
        "[bold]Ålder",
        "text",
        "1",
        "0",
        "1",
        "(0,19] = [röd]",
    ]


def test_nothing_is_kept_unless_it_is_named(run, csv_file, own_warehouse):
    run("data", "import", csv_file)
    assert not own_warehouse.exists()


def test_data_are_kept_under_a_name(run, csv_file, own_warehouse):
    ran = run("data", "import", csv_file, "--name", "answers")
    (manifest,) = Warehouse(own_warehouse).snapshots()
    assert ran.out.splitlines()[-1] == f"Kept as {manifest.id}"
    assert (manifest.kind, manifest.name, manifest.rows) == ("dataset", "answers", 3)
    assert run("data", "import", csv_file, "--name", "answers").out == ran.out
    assert len(Warehouse(own_warehouse).snapshots()) == 1


def test_a_name_that_cannot_be_used(run, csv_file, own_warehouse):
    ran = run("data", "import", csv_file, "--name", "svar från 2023")
    assert ran.status == 1
    assert ran.err.startswith("Not kept; nothing was stored. The name 'svar från 2023' cannot be")
    assert not own_warehouse.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "a.csv: the file is empty. Export the data again."),
        ("a.sav", b"no", "a.sav: the file cannot be read as SPSS data"),
        ("a.xls", b"no", "a.xls: the ending '.xls' is not known. Open it in Excel and save it as"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", "a.csv, line 3: there are 3 cells, but the header has 2."),
    ],
)
def test_a_file_that_cannot_be_read(run, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    ran = run("data", "import", tmp_path / name)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"Not imported; nothing was stored. {said}")


def test_a_file_that_is_not_there(run, tmp_path):
    ran = run("data", "import", tmp_path / "gone.csv")
    assert (ran.status, ran.out) == (1, "")
    assert "there is no such file" in ran.err


def test_the_encoding_can_be_told(run, csv_file):
    ran = run("data", "import", csv_file, "--encoding", "ascii", "--delimiter", ";")
    assert ran.status == 0
    assert "Note: Encoding ascii (as told)." in ran.out
