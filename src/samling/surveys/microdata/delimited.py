"""Text files with a delimiter: .csv, .tsv and .txt."""

import csv
import io
import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from samling.surveys.microdata.encoding import decode_text
from samling.surveys.microdata.model import MicrodataError, Note, ReadOptions
from samling.surveys.microdata.shapes import text_column
from samling.surveys.microdata.typing_texts import TypedColumn, typed_columns

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_BYTES = 1 << 18
_SAMPLE_RECORDS = 500
_BLOCK_BYTES = 1 << 23


@dataclass(frozen=True)
class _Layout:
    """Where the records begin and how they are divided."""

    delimiter: str
    names: tuple[str, ...]
    start: int  # the first byte after the header
    line: int  # the number of the line that starts there, the first being 1


def read_delimited(
    path: Path, options: ReadOptions, missing_words: Mapping[str, Collection[str]]
) -> tuple[list[TypedColumn], list[Note]]:
    """Read a delimited file into typed columns and notes; raise MicrodataError with the line."""
    texts, notes = read_texts(path, options)
    columns = [text_column(name, texts[name]) for name in texts.column_names]
    typed, said = typed_columns(
        columns, options.decimal, keep_text=options.text, missing_words=missing_words
    )
    return typed, [*notes, *said]


def read_texts(path: Path, options: ReadOptions) -> tuple[pa.Table, list[Note]]:
    """Read a delimited file with every cell as text, and say encoding and delimiter."""
    raw = path.read_bytes()
    if not raw or raw.isspace():
        raise MicrodataError(path.name, "the file is empty.", "Export the data again.")
    decoded = decode_text(raw, path.name, options.encoding)
    layout, said = _layout(decoded.data, path.name, options.delimiter)
    table = _records(decoded.data, layout, path.name)
    table, dropped = _without_unnamed(table, layout, path.name)
    if table.num_rows == 0:
        raise MicrodataError(
            path.name, "there is a header but not one row of data.", "Export the data again."
        )
    return table, [Note(None, f"Encoding {decoded.said}."), *said, *dropped]


def _layout(data: bytes, place: str, told: str | None) -> tuple[_Layout, list[Note]]:
    """Find delimiter and header."""
    sample = data[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    whole = len(data) <= _SAMPLE_BYTES
    skipped, line, notes = 0, 1, []
    if sample[:4].lower() == "sep=" and sample[5:6] in ("\r", "\n"):
        told = told or sample[4]
        skipped, line = len(sample[:7]) - (sample[5:7] != "\r\n"), 2
        notes.append(Note(None, "The first line 'sep=' names the delimiter; it is no data."))
    delimiter, said = _delimiter(sample[skipped:], whole, told, place)
    lines = _Lines(sample[skipped:])
    names = next((row for row in csv.reader(lines, delimiter=delimiter) if any(row)), None)
    if names is None:
        raise MicrodataError(place, "there is no header.", "Name the variables on the first line.")
    start = len(sample[: skipped + lines.characters].encode("utf-8"))
    cleaned = tuple(name.strip() for name in names)
    check_names(cleaned, f"{place}, line {line + lines.count - 1}")
    return _Layout(delimiter, cleaned, start, line + lines.count), [*notes, said]


class _Lines(Iterator[str]):
    """The lines of a text, counting what has been taken."""

    def __init__(self, text: str) -> None:
        self._lines = iter(io.StringIO(text, newline=""))
        self.count = 0
        self.characters = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.characters += len(line)
        return line


def check_names(names: Collection[str], place: str) -> None:
    """Raise MicrodataError for names that occur twice; capitals make no difference."""
    seen: dict[str, tuple[int, str]] = {}
    for number, name in enumerate(names, start=1):
        key = name.casefold()
        if name and key in seen:
            first, earlier = seen[key]
            what = f"the name {name!r} stands at both column {first} and column {number}."
            if earlier != name:
                what = f"{earlier!r} (column {first}) and {name!r} (column {number}) are one name."
            raise MicrodataError(place, what, "Give every variable a name of its own.")
        seen[key] = (number, name)


def _delimiter(sample: str, whole: bool, told: str | None, place: str) -> tuple[str, Note]:
    """Return the delimiter that divides the most records like the header, and the words on it."""
    if told:
        if len(told) != 1:
            raise MicrodataError(place, f"the delimiter {told!r} is not one sign.", "Use one sign.")
        return told, Note(None, f"Delimiter {DELIMITERS.get(told, repr(told))} (as told).")
    scores = {sign: _score(sample, whole, sign) for sign in DELIMITERS}
    best = max(scores.values())
    if best[1] < 2:
        return ",", Note(None, "No delimiter was found: the file has one column.")
    chosen = [sign for sign, score in scores.items() if score == best]
    if len(chosen) > 1:
        names = " and ".join(DELIMITERS[sign] for sign in chosen)
        raise MicrodataError(
            place, f"{names} divide the lines equally well.", "Say which one is the delimiter."
        )
    return chosen[0], Note(None, f"Delimiter {DELIMITERS[chosen[0]]}, {best[1]} columns.")


def _score(sample: str, whole: bool, sign: str) -> tuple[float, int]:
    """Return the share of records with as many cells as the header, and that number of cells."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
    try:
        records = [row for row in itertools.islice(reader, _SAMPLE_RECORDS) if row]
    except csv.Error:
        return 0.0, 0
    if not whole and len(records) < _SAMPLE_RECORDS:
        records = records[:-1] or records  # the last one may be cut off
    if not records or len(records[0]) < 2:
        return 0.0, 1
    width = len(records[0])
    share = sum(len(row) == width for row in records) / len(records)
    return share, width


def _records(data: bytes, layout: _Layout, place: str) -> pa.Table:
    """Read everything after the header as texts."""
    body = pa.py_buffer(data)[layout.start :]
    names = [f"c{i}" for i in range(len(layout.names))]
    if not body.size:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    quoted = b'"' in data
    try:
        return pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=len(names) > 1,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise _ragged(data, layout, place, error) from error


def _ragged(data: bytes, layout: _Layout, place: str, error: pa.ArrowInvalid) -> MicrodataError:
    """Find the first line with another number of cells than the header."""
    width = len(layout.names)
    text = data[layout.start :].decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter)
    line = layout.line
    try:
        for row in reader:
            if row and len(row) != width:
                return MicrodataError(
                    f"{place}, line {line}",
                    f"there are {len(row)} cells, but the header has {width}.",
                    "Mend the line; a text that holds the delimiter must stand in quotes.",
                )
            line = layout.line + reader.line_num
    except csv.Error as trouble:
        return MicrodataError(f"{place}, line {line}", f"{trouble}.", "Mend the line.")
    return MicrodataError(place, f"the lines cannot be divided: {error}.", "Export it again.")


def _without_unnamed(table: pa.Table, layout: _Layout, place: str) -> tuple[pa.Table, list[Note]]:
    """Give the columns their names; drop a nameless one that is empty all through."""
    keep, notes = [], []
    for i, name in enumerate(layout.names):
        if name:
            keep.append(i)
        elif any(text for chunk in table.column(i).chunks for text in chunk.unique().to_pylist()):
            raise MicrodataError(
                f"{place}, column {i + 1}",
                "the header has no name for a column that holds data.",
                "Name it on the first line.",
            )
        else:
            notes.append(Note(None, f"Column {i + 1} has neither name nor data and was left out."))
    return table.select(keep).rename_columns([layout.names[i] for i in keep]), notes
