"""SPSS and Stata files, made here by the library that reads them in other programs."""

from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from samling.questionnaire.codebook import MissingCode, Variable
from samling.surveys.microdata import MicrodataError, Note, ReadOptions, read_microdata

FRAME = pd.DataFrame(
    {
        "sex": [1.0, 2.0, 9.0, np.nan, 8.0],
        "income": [1.5, -1.0, -2.0, 999.0, np.nan],
        "place": ["Nyköping", "Gnesta", "-", "", "Oxelösund"],
        "born": [date(2010, 1, 1), date(1899, 12, 31), None, None, date(2011, 2, 3)],
        "sent": [datetime(2026, 5, 4, 10, 30)] * 5,
        "clock": [time(8, 0)] * 5,
    }
)


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    path = tmp_path / "svar.sav"
    pyreadstat.write_sav(
        FRAME,
        str(path),
        column_labels={"sex": "Vilket kön har du?", "income": "Inkomst"},
        variable_value_labels={
            "sex": {1: "Man", 2: "Kvinna", 8: "Vet inte", 9: "Vill inte svara"},
            "income": {-3: "Uppgift saknas"},
            "place": {"-": "Okänd"},
        },
        missing_ranges={"sex": [8, 9, 7], "income": [{"lo": -9, "hi": -1}, 999], "place": ["-"]},
        variable_measure={"sex": "nominal", "income": "scale"},
    )
    return path


def test_sav_values(sav):
    assert read_microdata(sav).table.to_pydict() == {
        "sex": [1, 2, None, None, None],
        "income": [1.5, None, None, None, None],
        "place": ["Nyköping", "Gnesta", None, None, "Oxelösund"],
        "born": [date(2010, 1, 1), date(1899, 12, 31), None, None, date(2011, 2, 3)],
        "sent": ["2026-05-04 10:30:00"] * 5,
        "clock": ["08:00:00"] * 5,
    }


def test_sav_codebook_and_missing_codes(sav):
    found = read_microdata(sav)
    assert found.codebook.variables == (
        Variable(
            name="sex",
            label="Vilket kön har du?",
            type="integer",
            value_labels={1: "Man", 2: "Kvinna"},
            missing=(MissingCode(7), MissingCode(8, "Vet inte"), MissingCode(9, "Vill inte svara")),
            measure="nominal",
        ),
        Variable(
            name="income",
            label="Inkomst",
            type="number",
            missing=(
                MissingCode(-3, "Uppgift saknas"),
                MissingCode(-2),
                MissingCode(-1),
                MissingCode(999),
            ),
            measure="scale",
        ),
        Variable("place", type="text", missing=(MissingCode("-", "Okänd"),)),
        Variable("born", type="date"),
        Variable("sent", type="text"),
        Variable("clock", type="text"),
    )
    assert found.missing_counts == {
        "sex": {7: 0, 8: 1, 9: 1},
        "income": {-3: 0, -2: 1, -1: 1, 999: 1},
        "place": {"-": 1},
    }
    assert found.notes == (
        Note(None, "SPSS file, encoding UTF-8."),
        Note("sent", "dates with a time of day are kept as text."),
        Note("clock", "times of day are kept as text."),
    )


def test_sav_labels_that_do_not_meet_the_values_are_told(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"q": [1.0, 2.0, 3.0], "half": [0.5, 1.0, 1.5], "nothing": [np.nan] * 3})
    labels = {"q": {1: "Ja", 5: "Nej"}, "half": {1: "Hel"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    found = read_microdata(path)
    assert found.table["half"].to_pylist() == [0.5, 1.0, 1.5]
    assert found.codebook["nothing"].type == "text"
    assert found.notes[1:] == (
        Note("nothing", "every cell is empty; read as text."),
        Note("q", "labelled codes that never occur: 5."),
        Note("q", "values without a label: 2, 3."),
        Note("half", "values without a label: 0.5, 1.5."),
    )


def test_dta(tmp_path):
    path = tmp_path / "svar.dta"
    frame = pd.DataFrame(
        {
            "sex": [1, 2, "a", None, "b", "a"],
            "weight": [1.5, 2.25, 3, 4, 5, 6],
            "born": [date(2010, 1, 1)] * 6,
            "place": ["Åker", "", "b", "c", "d", "e"],
        }
    )
    pyreadstat.write_dta(
        frame,
        str(path),
        column_labels=["Kön", "Vikt", "", ""],
        variable_value_labels={"sex": {1: "Man", 2: "Kvinna", "a": "Vill inte svara"}},
        missing_user_values={"sex": ["a", "b"]},
    )
    found = read_microdata(path)
    assert found.table.to_pydict() == {
        "sex": [1, 2, None, None, None, None],
        "weight": [1.5, 2.25, 3.0, 4.0, 5.0, 6.0],
        "born": [date(2010, 1, 1)] * 6,
        "place": ["Åker", None, "b", "c", "d", "e"],
    }
    assert found.codebook["sex"] == Variable(
        name="sex",
        label="Kön",
        type="integer",
        value_labels={1: "Man", 2: "Kvinna"},
        missing=(MissingCode("a", "Vill inte svara"), MissingCode("b")),
    )
    assert found.missing_counts == {"sex": {"a": 2, "b": 1}}


@pytest.mark.parametrize("keep", [0, 1, 100, 700])
def test_a_cut_off_sav(sav, keep):
    sav.write_bytes(sav.read_bytes()[:keep])
    with pytest.raises(MicrodataError) as caught:
        read_microdata(sav)
    assert caught.value.place == "svar.sav"
    assert ("the file is empty" if keep == 0 else "cannot be read as SPSS") in caught.value.found


def test_another_file_with_the_ending_of_stata(sav):
    path = sav.with_suffix(".dta")
    path.write_bytes(sav.read_bytes())
    with pytest.raises(MicrodataError, match="cannot be read as Stata data"):
        read_microdata(path)


def test_no_rows(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"q": np.array([], dtype=float)}), str(path))
    with pytest.raises(MicrodataError, match="not one row"):
        read_microdata(path)


@pytest.mark.parametrize(
    "options", [{"codebook": Path("x.yaml")}, {"text": ("sex",)}, {"decimal": ","}]
)
def test_options_that_mean_nothing_are_refused(sav, options):
    (name,) = options
    with pytest.raises(MicrodataError, match=rf"the option {name} means nothing for a \.sav file"):
        read_microdata(sav, options=ReadOptions(**options))
