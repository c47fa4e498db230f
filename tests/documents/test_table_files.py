"""Figure tables as CSV and Excel, read back by other programs' readers."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pandas
import pytest

from samling.documents import Column, FigureTable, FigureTableError, to_csv, to_xlsx

COLUMNS = (
    Column("area", "Kommun"),
    Column("year", "År", "integer"),
    Column("share", "Andel, procent", "number", 1),
    Column("exact", "Medelvärde", "number"),
    Column("status", "Status"),
    Column("day", "Publicerad"),
)
ROWS = (
    {"area": "Nyköping", "year": 2026, "share": 12.25, "exact": 0.1, "day": date(2026, 11, 22)},
    {"area": 'Gnesta, "norr"', "year": 2026.0, "share": None, "exact": 1e-7, "status": ".."},
    {"area": "=cmd|' /C calc'!A0", "year": -5, "share": -0.04, "exact": 100.0, "status": "-"},
)
SOURCE = "Region Sörmland, Liv & Hälsa ung. Exempeldata"


def table(**changes) -> FigureTable:
    told = {
        "title": "Framtidstro",
        "subtitle": "Andel som ser ljust på framtiden",
        "columns": COLUMNS,
        "rows": ROWS,
        "notes": ("Avrundat till hela procent.", "=1+1"),
        "source": SOURCE,
        "language": "sv",
    }
    return FigureTable(**{**told, **changes})


def test_csv():
    assert to_csv(table()).decode("utf-8").split("\r\n") == [
        "area,year,share,exact,status,day,source",
        f'Nyköping,2026,12.3,0.1,,2026-11-22,"{SOURCE}"',
        f'"Gnesta, ""norr""",2026,,0.0000001,..,,"{SOURCE}"',
        f"'=cmd|' /C calc'!A0,-5,0.0,100.0,-,,\"{SOURCE}\"",
        "",
    ]


def test_csv_without_a_source_or_with_one_of_its_own():
    columns = (Column("a", "A"), Column("source", "Källa"))
    own = table(columns=columns, rows=({"a": "x", "source": "SCB"},))
    assert to_csv(own) == b"a,source\r\nx,SCB\r\n"
    assert to_csv(table(columns=columns[:1], rows=(), source="")) == b"a\r\n"


def test_csv_rows_carry_what_must_follow_them():
    """What stands in notes elsewhere, in columns that pandas and Excel read like any other."""
    stamped = table(in_every_row={"release": "3", "example_data": "true", "area": "kept"})
    frame = pandas.read_csv(io.BytesIO(to_csv(stamped)), dtype=str)
    assert list(frame.columns[-3:]) == ["source", "release", "example_data"]
    assert set(frame["release"]) == {"3"}
    assert set(frame["example_data"]) == {"true"}
    assert next(iter(frame["area"])) == "Nyköping"


def test_figures_with_decimals_of_their_own():
    """A municipality's whole per cent beside the county's with a decimal, in one column."""
    column = Column("share", "Andel", "number", 1)
    mixed = table(
        columns=(column,),
        rows=[{"share": Decimal(text)} for text in ("71", "70.0", "-0.0", "100")],
        source="",
    )
    assert to_csv(mixed) == b"share\r\n71\r\n70.0\r\n0.0\r\n100\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(mixed))).worksheets[0]
    shown = [(sheet[f"A{row}"].value, sheet[f"A{row}"].number_format) for row in (5, 6, 8)]
    assert shown == [(71, "0"), (70, "0.0"), (100, "0")]


DANGEROUS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "\u00a0=1", "＝1+1", "--",
]  # fmt: skip
HARMLESS = ["-5", "+3,5", "-", "..", "7-9", "Ja = 1", "'x", "", "–"]


@pytest.mark.parametrize("text", DANGEROUS + HARMLESS)
def test_no_text_is_a_formula(text):
    risky = table(columns=(Column("a", text or "A"),), rows=({"a": text},), title=text, source="")
    guard = "'" if text in DANGEROUS else ""
    (_, row) = csv.reader(io.StringIO(to_csv(risky).decode(), newline=""))
    assert row == [guard + text]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(risky))).worksheets[0]
    cells = [sheet["A1"], sheet["A4"], sheet["A5"]]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sheet["A5"].value == (openpyxl_text(text) or None)
    assert [cell.quotePrefix for cell in cells] == [bool(guard)] * 3


def openpyxl_text(text: str) -> str:
    """A carriage return in XML is read back as a line feed."""
    return text.replace("\r", "\n")


def test_xlsx_cells():
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table())))
    assert book.sheetnames == ["Tabell", "Om tabellen"]
    rows = list(book["Tabell"].iter_rows(values_only=True))
    assert [row[0] for row in rows[:3]] == ["Framtidstro", "Andel som ser ljust på framtiden", None]
    assert rows[3:] == [
        ("Kommun", "År", "Andel, procent", "Medelvärde", "Status", "Publicerad"),
        ("Nyköping", 2026, 12.3, 0.1, None, book["Tabell"]["F5"].value),
        ('Gnesta, "norr"', 2026, None, 1e-7, "..", None),
        ("=cmd|' /C calc'!A0", -5, 0, 100, "-", None),
    ]
    assert book["Tabell"]["F5"].value.date() == date(2026, 11, 22)
    formats = [book["Tabell"].cell(5, j).number_format for j in (2, 3, 4, 6)]
    assert formats == ["0", "0.0", "General", "yyyy-mm-dd"]
    assert book["Tabell"].freeze_panes == "A5"
    widths = [book["Tabell"].column_dimensions[letter].width for letter in "ABC"]
    assert widths == [20, 8, 16]


def test_xlsx_notes_and_source():
    about = openpyxl.load_workbook(io.BytesIO(to_xlsx(table())))["Om tabellen"]
    assert [row[0] for row in about.iter_rows(values_only=True)] == [
        "Framtidstro",
        "Andel som ser ljust på framtiden",
        None,
        "Noteringar",
        "Avrundat till hela procent.",
        "=1+1",
        None,
        "Källa",
        SOURCE,
    ]
    english = openpyxl.load_workbook(io.BytesIO(to_xlsx(table(language="en", notes=()))))
    assert english.sheetnames == ["Table", "About the table"]
    assert english["About the table"]["A4"].value == "Source"


def test_xlsx_is_the_same_file_every_time():
    first = to_xlsx(table())
    assert to_xlsx(table()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_signs_that_no_workbook_can_hold():
    odd = table(columns=(Column("a", "A"),), rows=({"a": "x\x00\x0by"}, {"a": "#N/A"}))
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(odd))).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in (sheet["A5"], sheet["A6"])] == [
        ("xy", "s"),
        ("#N/A", "s"),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": ()}, "no columns"),
        ({"columns": (Column("a", "A"), Column("a", "B"))}, "the key a is given twice"),
        ({"rows": ({"area": "x"}, {"ort": 1})}, "row 2: no column ort"),
        ({"rows": ({"share": "12"},)}, "row 1: share is '12', but the column holds figures"),
        ({"rows": ({"share": True},)}, "share is True"),
        ({"rows": ({"share": float("nan")},)}, "share is nan. Write None"),
        ({"rows": ({"year": float("inf")},)}, "year is inf"),
        ({"rows": ({"year": 1.5},)}, "year is 1.5, but the column holds integers"),
    ],
)
def test_tables_that_contradict_themselves(changes, words):
    with pytest.raises(FigureTableError) as caught:
        table(**changes)
    assert words in str(caught.value)
