"""Excel workbooks and Parquet files."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from samling.surveys.microdata import (
    Microdata,
    MicrodataError,
    Note,
    ReadOptions,
    read_microdata,
)


def book(tmp_path: Path, *rows: list, sheets: tuple[str, ...] = ("Data",)) -> Path:
    work = Workbook()
    work.worksheets[0].title = sheets[0]
    for name in sheets[1:]:
        work.create_sheet(name).append(["other"])
    for row in rows:
        work.worksheets[0].append(row)
    path = tmp_path / "data.xlsx"
    work.save(path)
    return path


def said(microdata: Microdata, variable: str | None = None) -> list[str]:
    return [note.text for note in microdata.notes if note.variable == variable]


def test_cells_keep_their_own_types(tmp_path):
    found = read_microdata(
        book(
            tmp_path,
            ["kommun", "n", "vikt", "ja", "dag", "tom", "ord"],
            ["0480", 1, 1.5, True, datetime(2026, 5, 4), None, "å"],
            ["0484", 2.0, 2, False, datetime(2026, 5, 5), None, None],
        )
    )
    assert found.table.to_pydict() == {
        "kommun": ["0480", "0484"],
        "n": [1, 2],
        "vikt": [1.5, 2.0],
        "ja": [True, False],
        "dag": [date(2026, 5, 4), date(2026, 5, 5)],
        "tom": [None, None],
        "ord": ["å", None],
    }
    types = [variable.type for variable in found.codebook]
    assert types == ["text", "integer", "number", "boolean", "date", "text", "text"]
    assert found.notes == (
        Note("kommun", "digits with leading zeros, such as '0480', kept as text."),
        Note("tom", "every cell is empty; read as text."),
    )


def test_mixed_cells_are_told(tmp_path):
    found = read_microdata(
        book(
            tmp_path,
            ["missing", "mixed", "numbers", "moment"],
            [1, 480, "1,5", datetime(2026, 5, 4, 10)],
            ["#N/A", "0480", "2", datetime(2026, 5, 5)],
        )
    )
    assert found.table.to_pydict() == {
        "missing": [1, None],
        "mixed": ["480", "0480"],
        "numbers": [1.5, 2.0],
        "moment": ["2026-05-04T10:00:00", "2026-05-05"],
    }
    assert said(found, "missing") == [
        "mixes 1 number cells, 1 text cells.",
        "1 cells with '#N/A' read as missing.",
    ]
    assert said(found, "mixed")[0] == "mixes 1 number cells, 1 text cells."
    assert said(found, "numbers") == ["numbers stored as text were read as numbers."]


def test_empty_rows_and_columns_are_left_out_and_told(tmp_path):
    path = book(tmp_path, [], ["a", None, "b"], [1, None, 2], [], [3, " ", 4], [], [])
    found = read_microdata(path)
    assert found.table.to_pydict() == {"a": [1, 3], "b": [2, 4]}
    assert said(found) == ["The names were read from row 2.", "1 empty rows were left out."]


def test_sheets(tmp_path):
    path = book(tmp_path, ["a"], [1], sheets=("Svar", "Om"))
    assert said(read_microdata(path)) == ["Sheet 'Svar' of Svar, Om."]
    with pytest.raises(MicrodataError, match=r"no sheet 'Data'\. The sheets are Svar, Om"):
        read_microdata(path, options=ReadOptions(sheet="Data"))
    with pytest.raises(MicrodataError, match="not one row"):
        read_microdata(path, options=ReadOptions(sheet="Om"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "sheet 'Data': the sheet is empty"),
        ([["a", "b"]], "sheet 'Data', row 1: there is a header but not one row"),
        ([["a", "A"], [1, 2]], "row 1: 'a' (column 1) and 'A' (column 2)"),
        ([["Titel"], ["a", "b"], [1, 2]], "the cell B1 has no name above its data"),
        ([["a", "b"], [1, "=A2*2"]], "the cell B2 is a formula without a result"),
    ],
)
def test_workbooks_that_cannot_be_read(tmp_path, rows, words):
    with pytest.raises(MicrodataError) as caught:
        read_microdata(book(tmp_path, *rows))
    assert words in str(caught.value)


@pytest.mark.parametrize("keep", [0, 10, 3000])
def test_a_cut_off_workbook(tmp_path, keep):
    path = book(tmp_path, ["a"], [1])
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(MicrodataError, match="cannot be read as an Excel workbook"):
        read_microdata(path)


def test_parquet(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table(
        {
            "place": pa.array(["0480", None, " "]).dictionary_encode(),
            "n": pa.array([1, None, 3], pa.int8()),
            "weight": pa.array([1.5, float("nan"), None], pa.float32()),
            "money": [Decimal("1.25"), None, Decimal(2)],
            "day": pa.array([datetime(2026, 5, 4), None, None], pa.timestamp("ns")),
            "moment": [datetime(2026, 5, 4, 10), None, None],
            "yes": [True, None, False],
        }
    )
    pq.write_table(table, path)
    found = read_microdata(path)
    assert found.table.to_pydict() == {
        "place": ["0480", None, None],
        "n": [1, None, 3],
        "weight": [1.5, None, None],
        "money": [1.25, None, 2.0],
        "day": [date(2026, 5, 4), None, None],
        "moment": ["2026-05-04 10:00:00.000000", None, None],
        "yes": [True, None, False],
    }
    assert said(found, "weight") == ["1 cells with NaN read as missing."]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pa.table({"a": [[1]]}), "variable 'a': the type list"),
        (pa.table({"a": pa.array([2**63], pa.uint64())}), "variable 'a'"),
        (pa.table({"a": pa.array([], pa.int64())}), "not one row"),
        (pa.table({"a": [1], "A": [2]}), "'a' (column 1) and 'A' (column 2)"),
    ],
)
def test_parquet_that_cannot_be_read(tmp_path, table, words):
    path = tmp_path / "data.parquet"
    pq.write_table(table, path)
    with pytest.raises(MicrodataError) as caught:
        read_microdata(path)
    assert words in str(caught.value)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(MicrodataError, match="cannot be read as Parquet"):
        read_microdata(path)
