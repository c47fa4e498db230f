"""A codebook file beside data that have no labels."""

from pathlib import Path

import pytest

from samling.questionnaire.codebook import MissingCode, Variable
from samling.surveys.microdata import (
    DescriptionRow,
    MicrodataError,
    Note,
    ReadOptions,
    describe,
    read_microdata,
)

DATA = "kön;hälsa;kommun;vikt\n1;5;0480;1,5\n2;99;0484;vet ej\n9;1;0480;2,5\n1;;0480;-1\n"
CSV = """variable;label;code;value_label;missing
kön;Vilket kön har du?;1;Man;
kön;;2;Kvinna;
kön;;9;Vill inte svara;ja
hälsa;Hur mår du?;1;Mycket bra;
hälsa;;5;Mycket dåligt;
hälsa;;99;;x
vikt;Vikt;vet ej;Vet ej;yes
vikt;;-1;;yes
kommun;Kommun;0480;Nyköping;
kommun;;0484;Oxelösund;
"""
YAML = """
variables:
  - name: kön
    label: Vilket kön har du?
    values: {1: Man, 2: Kvinna}
    missing: {9: Vill inte svara}
  - name: hälsa
    label: Hur mår du?
    values:
      1: Mycket bra
      5: Mycket dåligt
    missing: {99: ''}
  - name: vikt
    label: Vikt
    missing: {vet ej: Vet ej, -1: ''}
  - name: kommun
    label: Kommun
    values: {0480: Nyköping, 0484: Oxelösund}
"""


def data(tmp_path: Path, codebook: str, name: str, content: str = DATA) -> Path:
    path = tmp_path / "svar.csv"
    path.write_text(content)
    (tmp_path / name).write_text(codebook)
    return path


@pytest.mark.parametrize(
    ("codebook", "name"),
    [
        (CSV, "svar.csv.codebook.csv"),
        (CSV, "svar.codebook.csv"),
        (YAML, "svar.csv.codebook.yaml"),
        (YAML, "svar.codebook.yml"),
    ],
)
def test_labels_and_missing_codes(tmp_path, codebook, name):
    found = read_microdata(data(tmp_path, codebook, name))
    assert found.table.to_pydict() == {
        "kön": [1, 2, None, 1],
        "hälsa": [5, None, 1, None],
        "kommun": ["0480", "0484", "0480", "0480"],
        "vikt": [1.5, None, 2.5, None],
    }
    assert found.codebook.variables == (
        Variable(
            name="kön",
            label="Vilket kön har du?",
            type="integer",
            value_labels={1: "Man", 2: "Kvinna"},
            missing=(MissingCode(9, "Vill inte svara"),),
        ),
        Variable(
            name="hälsa",
            label="Hur mår du?",
            type="integer",
            value_labels={1: "Mycket bra", 5: "Mycket dåligt"},
            missing=(MissingCode(99),),
        ),
        Variable("kommun", "Kommun", "text", {"0480": "Nyköping", "0484": "Oxelösund"}),
        Variable("vikt", "Vikt", "number", {}, (MissingCode("vet ej", "Vet ej"), MissingCode(-1))),
    )
    assert found.missing_counts == {"kön": {9: 1}, "hälsa": {99: 1}, "vikt": {"vet ej": 1, -1: 1}}
    assert Note(None, f"Labels from {name}.") in found.notes
    assert describe(found) == [
        DescriptionRow(
            "kön", "Vilket kön har du?", "integer", 3, 1, 2,
            "1 = Man; 2 = Kvinna", "9 = Vill inte svara (1)",
        ),
        DescriptionRow(
            "hälsa", "Hur mår du?", "integer", 2, 2, 2,
            "1 = Mycket bra; 5 = Mycket dåligt", "99 (1)",
        ),
        DescriptionRow(
            "kommun", "Kommun", "text", 4, 0, 2, "0480 = Nyköping; 0484 = Oxelösund", "",
        ),
        DescriptionRow(
            "vikt", "Vikt", "number", 2, 2, 2, "1.5 to 2.5", "vet ej = Vet ej (1); -1 (1)",
        ),
    ]  # fmt: skip


def test_a_code_that_does_not_occur_is_a_note(tmp_path):
    lines = CSV + "kön;;3;Annat;\n"
    found = read_microdata(data(tmp_path, lines, "svar.codebook.csv"))
    assert Note("kön", "labelled codes that never occur: 3.") in found.notes


def test_a_value_without_a_label_is_a_note(tmp_path):
    lines = CSV.replace("kön;;2;Kvinna;\n", "")
    found = read_microdata(data(tmp_path, lines, "svar.codebook.csv"))
    assert Note("kön", "values without a label: 2.") in found.notes


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("ålder;Ålder;;;\n", 12, "the data has no variable 'ålder'"),
        ("kön;;;Annat;\n", 12, "kön has the label 'Annat' without a code"),
        ("kön;;;;ja\n", 12, "without a code"),
        ("kön;;3;;\n", 12, "the code '3' has no label"),
        ("kön;;A;Annat;\n", 12, "the code 'A' cannot occur: kön is integer"),
        ("kön;;2;Kvinna igen;\n", 12, "the code '2' of kön is also on line 3"),
        ("kön;Annan rubrik;;;\n", 12, "kön is called 'Annan rubrik', but 'Vilket kön"),
        ("kön;;3;Annat;kanske\n", 12, "missing is 'kanske'"),
        (";;3;Annat;\n", 12, "no variable is named"),
    ],
)
def test_errors_name_the_line(tmp_path, lines, line, words):
    with pytest.raises(MicrodataError) as caught:
        read_microdata(data(tmp_path, CSV + lines, "svar.codebook.csv"))
    assert caught.value.place == f"svar.codebook.csv, line {line}"
    assert words in caught.value.found


@pytest.mark.parametrize(
    ("codebook", "place", "words"),
    [
        ("variables: [", "svar.codebook.yaml, line 1", "this is not YAML"),
        ("", "svar.codebook.yaml", "the file is empty"),
        ("a: 1", "svar.codebook.yaml, line 1", "'a' is not known here"),
        ("variables: 1", "svar.codebook.yaml", "no list of variables"),
        ("variables:\n- label: x", "svar.codebook.yaml, line 2", "has no name"),
        ("variables:\n- name: kön\n  lable: x", "svar.codebook.yaml, line 3", "'lable' is not"),
        ("variables:\n- name: kön\n  values: {1: a, 1: b}", "svar.codebook.yaml, line 3", "'1' st"),
        ("variables:\n- name: kön\n  values: {1: }", "svar.codebook.yaml, line 3", "no label"),
        ("variables:\n- name: kön\n  values: [1]", "svar.codebook.yaml, line 3", "pairs of"),
        ("variables:\n- name: kön\n  measure: big", "svar.codebook.yaml, line 2", "measure is"),
        ("variables:\n- name: [kön]", "svar.codebook.yaml, line 2", "a single text"),
    ],
)
def test_yaml_errors_name_the_line(tmp_path, codebook, place, words):
    with pytest.raises(MicrodataError) as caught:
        read_microdata(data(tmp_path, codebook, "svar.codebook.yaml"))
    assert caught.value.place == place
    assert words in caught.value.found


def test_two_codebook_files_are_one_too_many(tmp_path):
    path = data(tmp_path, YAML, "svar.codebook.yaml")
    (tmp_path / "svar.csv.codebook.csv").write_text(CSV)
    with pytest.raises(MicrodataError, match="lie beside it"):
        read_microdata(path)
    told = ReadOptions(codebook=tmp_path / "svar.codebook.yaml")
    assert read_microdata(path, options=told).codebook["kön"].label == "Vilket kön har du?"
    with pytest.raises(MicrodataError, match="no such codebook file"):
        read_microdata(path, options=ReadOptions(codebook=tmp_path / "x.yaml"))


def test_header_of_a_codebook_file(tmp_path):
    with pytest.raises(MicrodataError, match="line 1: the header is var, label"):
        read_microdata(data(tmp_path, "var;label\nkön;Kön\n", "svar.codebook.csv"))
