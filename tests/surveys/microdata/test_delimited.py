"""CSV in all the shapes that survey programs and spreadsheets write."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from samling.surveys.microdata import Microdata, MicrodataError, Note, ReadOptions, read_microdata

TEXT = "kommun;vikt;kön\n0480;1,25;Man\n0484;2,5;Kvinna\n0480;;Ej svar på frågan, å ä ö\n"


def read(tmp_path: Path, content: str | bytes, name: str = "data.csv", **options) -> Microdata:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_microdata(path, options=ReadOptions(**options))


def said(microdata: Microdata, variable: str | None = None) -> list[str]:
    return [note.text for note in microdata.notes if note.variable == variable]


@pytest.mark.parametrize(
    ("codec", "mark", "words"),
    [
        ("utf-8", b"", "Encoding UTF-8."),
        (
            "utf-8",
            b"\xef\xbb\xbf",
            "Encoding UTF-8 (byte order mark); the first such word is 'kön'.",
        ),
        ("cp1252", b"", "Encoding Windows-1252, since the file is not UTF-8; "),
        ("latin-1", b"", "Encoding Windows-1252, since the file is not UTF-8; "),
        (
            "utf-16-le",
            b"\xff\xfe",
            "Encoding UTF-16 (byte order mark); the first such word is 'kön'.",
        ),
        (
            "utf-16-be",
            b"\xfe\xff",
            "Encoding UTF-16 (byte order mark); the first such word is 'kön'.",
        ),
        ("utf-16-le", b"", "Encoding UTF-16-LE (no byte order mark); "),
        ("utf-16-be", b"", "Encoding UTF-16-BE (no byte order mark); "),
    ],
)
def test_encodings(tmp_path, codec, mark, words):
    found = read(tmp_path, mark + TEXT.encode(codec))
    assert found.table.to_pydict() == {
        "kommun": ["0480", "0484", "0480"],
        "vikt": [1.25, 2.5, None],
        "kön": ["Man", "Kvinna", "Ej svar på frågan, å ä ö"],
    }
    assert said(found)[0].startswith(words)
    assert said(found)[0].endswith((words, "the first such word is 'kön'."))
    assert said(found)[1:] == ["Delimiter semicolon, 3 columns.", "Decimal sign ','."]
    assert said(found, "kommun") == ["digits with leading zeros, such as '0480', kept as text."]


@pytest.mark.parametrize(
    ("content", "options", "place", "found"),
    [
        (
            b"a,b\n1,\xc3\xa5\xc3\xa4\n2,\xe5\n",
            {},
            "data.csv, line 3",
            "0xE5 is not valid in UTF-8",
        ),
        (b"\xef\xbb\xbfa,b\n1,\xe5\n", {}, "data.csv, line 2", "0xE5 does not exist in UTF-8"),
        (b"a,b\n1,2\n\n3,\x81\n", {}, "data.csv, line 4", "0x81 does not exist in Windows-1252"),
        (b"a,b\n\xe5,2\n", {"encoding": "utf-8"}, "data.csv, line 2", "utf-8 (as told)"),
        (b"a,b\n1,2\n", {"encoding": "klingon"}, "data.csv", "'klingon' is not known"),
        (b"a,b\n1,2\n1,\x00\n", {}, "data.csv, line 3", "zero byte"),
        (b"", {}, "data.csv", "the file is empty"),
        (b" \r\n\r\n", {}, "data.csv", "the file is empty"),
        (b"a,b\n", {}, "data.csv", "not one row"),
        (b"a,b", {}, "data.csv", "not one row"),
        (b"a,b,a\n1,2,3\n", {}, "data.csv, line 1", "'a' stands at both column 1 and column 3"),
        (b"\n\na,B,b\n1,2,3\n", {}, "data.csv, line 3", "'B' (column 2) and 'b' (column 3)"),
        (b"a,,c\n1,2,3\n", {}, "data.csv, column 2", "no name"),
        (b"a,b\n1,2\n3,4,5\n6,7\n", {}, "data.csv, line 3", "3 cells, but the header has 2"),
        (b'a,b\n"x\ny",2\n3\n', {}, "data.csv, line 4", "1 cells, but the header has 2"),
        (b"a;b,c\n1;2,3\n", {}, "data.csv", "semicolon divide the lines equally well"),
        (b"a,b\n1,2\n", {"delimiter": "::"}, "data.csv", "'::' is not one sign"),
        (b"a,b\n1,2\n", {"decimal": "'"}, "data.csv", "the decimal sign"),
        (b"a,b\n1,2\n", {"sheet": "Data"}, "data.csv", "sheet means nothing for a .csv file"),
        (b"a,b\n1,2\n", {"text": ("c",)}, "data.csv", "no variable c to keep as text"),
    ],
)
def test_what_cannot_be_read(tmp_path, content, options, place, found):
    with pytest.raises(MicrodataError) as caught:
        read(tmp_path, content, **options)
    assert caught.value.place == place
    assert found in caught.value.found
    assert caught.value.mend != ""


def test_ragged_line_far_down(tmp_path):
    lines = ["id,answer"] + [f"{i},{i % 5}" for i in range(400_000)]
    lines[300_000] += ",9"
    with pytest.raises(MicrodataError) as caught:
        read(tmp_path, "\n".join(lines))
    assert caught.value.place == "data.csv, line 300001"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path, sign, end):
    rows = [["a", "b"], ["1", '"x, y; z | w"'], ["2", '"say ""hi"""']]
    found = read(tmp_path, end.join(sign.join(row) for row in rows) + end)
    assert found.table.to_pydict() == {"a": [1, 2], "b": ["x, y; z | w", 'say "hi"']}


def test_excel_names_its_delimiter_on_the_first_line(tmp_path):
    found = read(tmp_path, "sep=;\r\na;b\r\n1;2,5\r\n")
    assert found.table.to_pydict() == {"a": [1], "b": [2.5]}
    assert said(found)[1:3] == [
        "The first line 'sep=' names the delimiter; it is no data.",
        "Delimiter semicolon (as told).",
    ]


def test_one_column_keeps_its_empty_lines(tmp_path):
    found = read(tmp_path, "a\n1\n\n3\n")
    assert found.table.to_pydict() == {"a": [1, None, 3]}
    assert said(found)[1] == "No delimiter was found: the file has one column."


def test_a_delimiter_at_the_end_of_every_line(tmp_path):
    found = read(tmp_path, "a;b;\n1;2;\n3;4;\n")
    assert found.table.column_names == ["a", "b"]
    assert "Column 3 has neither name nor data and was left out." in said(found)


def column(tmp_path: Path, *cells: str, **options) -> tuple[pa.DataType, list, list[str]]:
    """Read one column beside another and return its type, its values and what was said."""
    body = "".join(f"{cell};1\n" for cell in cells)
    found = read(tmp_path, f"x;y\n{body}", **options)
    return found.codebook["x"].type, found.table["x"].to_pylist(), said(found, "x")


@pytest.mark.parametrize(
    ("cells", "kind", "values", "words"),
    [
        (["1", "-2", "+3", ""], "integer", [1, -2, 3, None], []),
        (["1", " 2 "], "integer", [1, 2], []),
        (["−5", "7"], "integer", [-5, 7], []),
        (["1.5", ".5", "2."], "number", [1.5, 0.5, 2.0], []),
        (["1e3", "2.5E-1"], "number", [1000.0, 0.25], []),
        (["1,5", "-0,25", "3"], "number", [1.5, -0.25, 3.0], []),
        (["0", "0,5"], "number", [0.0, 0.5], []),
        (["12 345", "1\u00a0234"], "integer", [12345, 1234], ["spaces between thousands"]),
        (["12 345,5", "1"], "number", [12345.5, 1.0], ["spaces between thousands"]),
        (["0480", "1280"], "text", ["0480", "1280"], ["digits with leading zeros"]),
        (["00,5", "1,5"], "text", ["00,5", "1,5"], ["digits with leading zeros"]),
        (["1", "NA", "."], "integer", [1, None, None], ["2 cells with 'NA', '.' read as"]),
        (["1", "2", "okänd"], "text", ["1", "2", "okänd"], ["2 of 3 values are numbers"]),
        (["ja", "nej", "1"], "text", ["ja", "nej", "1"], []),
        (["ja", "NA"], "text", ["ja", "NA"], []),
        (["true", "FALSE", ""], "boolean", [True, False, None], []),
        (["2026-05-04", ""], "date", [date(2026, 5, 4), None], []),
        (["2024-02-29", "2026-02-29"], "text", None, ["row 2 holds '2026-02-29'"]),
        (["4/5/2026", "31/12/2026"], "text", None, ["looks like a date but not as YYYY-MM-DD"]),
        (["2026-05-04 10:00"], "text", None, ["looks like a date but not as YYYY-MM-DD"]),
        (["1,234", "5,678"], "text", None, ["'1,234' can be a decimal or thousands"]),
        (["1,234,567", "1"], "text", None, ["'1,234,567' has signs between thousands"]),
        (["1,5", "1.5"], "text", None, ["row 1 holds '1,5' and row 2 '1.5'"]),
        (["1" * 18, "2"], "integer", [int("1" * 18), 2], []),
        (["1" * 19, "2"], "text", None, ["numbers too long"]),
        (["", ""], "text", [None, None], ["every cell is empty"]),
        (["NA", ""], "text", ["NA", None], ["holds only 'NA'"]),
        ([" a", "b"], "text", ["a", "b"], ["spaces around the texts were removed"]),
        (["nan", "inf"], "text", None, []),
    ],
)  # fmt: skip
def test_types(tmp_path, cells, kind, values, words):
    found_kind, found_values, found_words = column(tmp_path, *cells)
    assert found_kind == kind
    assert found_values == (cells if values is None else values)
    assert len(found_words) == len(words)
    assert all(word in text for word, text in zip(words, found_words, strict=True))


def test_the_decimal_sign_of_the_file_decides_the_unclear_column(tmp_path):
    found = read(tmp_path, "x;y\n1,234;1,5\n5,678;2,5\n")
    assert found.table.to_pydict() == {"x": [1.234, 5.678], "y": [1.5, 2.5]}
    found = read(tmp_path, "x;y\n1.234;1,5\n5.678;2,5\n")
    assert found.table["x"].to_pylist() == ["1.234", "5.678"]
    assert said(found, "x") == [
        "'1.234' can be a decimal or thousands: kept as text. Say the decimal sign."
    ]
    found = read(tmp_path, "x;y\n1.234;1\n5.678;2\n")
    assert found.table["x"].to_pylist() == [1.234, 5.678]
    assert said(found)[2] == "Decimal sign '.': '1.234' in x was read as a decimal."


def test_both_decimal_signs_in_one_file_are_told(tmp_path):
    found = read(tmp_path, "x;y\n1,5;2.5\n")
    assert found.table.to_pydict() == {"x": [1.5], "y": [2.5]}
    assert said(found)[2] == (
        "Decimal comma in x, decimal point in y. Each column was read by its own sign."
    )


def test_the_person_may_say_the_decimal_sign(tmp_path):
    assert column(tmp_path, "1,234", decimal=",")[1] == [1.234]
    kind, values, words = column(tmp_path, "1.5", decimal=",")
    assert (kind, values) == ("text", ["1.5"])
    assert words == ["row 1 holds '1.5' though the decimal sign is ',': kept as text."]


def test_the_person_may_keep_a_column_as_text(tmp_path):
    kind, values, words = column(tmp_path, "1", "2", text=("x",))
    assert (kind, values, words) == ("text", ["1", "2"], ["kept as text, as told."])


def test_many_distinct_values_are_read_like_few(tmp_path):
    """Above and below the share of distinct values where the reader changes its way."""
    many = [f"{i / 7:.5f}" for i in range(30_000)]
    few = [many[i % 9] for i in range(30_000)]
    body = "".join(f"{a};{b}\n" for a, b in zip(many, few, strict=True))
    found = read(tmp_path, "many;few\n" + body)
    assert found.table["many"].to_pylist() == [float(text) for text in many]
    assert found.table["few"].to_pylist() == [float(text) for text in few]


def test_names_of_tables_and_notes_are_plain(tmp_path):
    found = read(tmp_path, "a\tb\n1\t2\n", name="data.TSV")
    assert found.notes == (
        Note(None, "Encoding ASCII, read as UTF-8."),
        Note(None, "Delimiter tab, 2 columns."),
    )
    assert found.missing_counts == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent.csv", "there is no such file"),
        ("data.xls", "the ending '.xls' is not known. Open it in Excel"),
        ("data.pdf", "the ending '.pdf' is not known. Use one of .csv"),
        ("data", "the ending '' is not known"),
        (".", "this is a directory"),
    ],
)
def test_files_that_are_no_microdata(tmp_path, name, words):
    if name.startswith("data"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(MicrodataError) as caught:
        read_microdata(tmp_path / name)
    assert words in str(caught.value)
