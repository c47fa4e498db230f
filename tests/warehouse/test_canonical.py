"""The identity of a table against a slow reference written from the documented encoding alone."""

import hashlib
import json
import math
import struct
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.warehouse import UnsuitableTable
from samling.warehouse.canonical import canonical_json, canonical_table, content_hash

FIELDS = [
    ("whole", pa.int64(), "int64", "<q"),
    ("real", pa.float64(), "float64", "<d"),
    ("words", pa.string(), "text", None),
    ("flag", pa.bool_(), "bool", "<?"),
    ("day", pa.date32(), "date", "<i"),
    ("money", pa.decimal128(9, 2), "decimal(9,2)", None),
]
NAMES = [name for name, *_ in FIELDS]
cells = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats() | st.sampled_from([0.0, -0.0, math.nan]),
    st.none() | st.text(max_size=4),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | st.integers(-(10**9) + 1, 10**9 - 1).map(lambda cents: Decimal(cents) / 100),
)
tables = st.lists(cells, max_size=12)


def arrow(rows: list[tuple]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([row[i] for row in rows], kind)
            for i, (name, kind, *_) in enumerate(FIELDS)
        }
    )


def sort_key(value: object) -> tuple:
    if value is None:
        return (2, 0)
    if isinstance(value, float) and math.isnan(value):
        return (1, 0)
    return (0, value.encode() if isinstance(value, str) else value)


def encoded(value: object, form: str | None) -> bytes:
    if isinstance(value, Decimal):
        return int(value.scaleb(2)).to_bytes(16, "little", signed=True)
    if isinstance(value, date):
        value = (value - date(1970, 1, 1)).days
    if isinstance(value, float):
        value = math.nan if math.isnan(value) else value + 0.0
    return struct.pack(form, value)


def reference_hash(rows: list[tuple], sort_by: list[str], definitions: object) -> str:
    order = [NAMES.index(name) for name in (*sort_by, *(n for n in NAMES if n not in sort_by))]
    rows = sorted(rows, key=lambda row: [sort_key(row[i]) for i in order])
    head = {
        "columns": [[name, said] for name, _, said, _ in FIELDS],
        "definitions": definitions,
        "rows": len(rows),
        "sort_by": sort_by,
    }
    out = b"samling-snapshot-1\n"
    out += json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    for i, (name, _, _, form) in enumerate(FIELDS):
        column = [row[i] for row in rows]
        out += bytes(value is not None for value in column)
        if name == "words":
            texts = [b"" if value is None else value.encode() for value in column]
            out += b"".join(struct.pack("<I", len(text)) for text in texts) + b"".join(texts)
            continue
        width = 16 if form is None else struct.calcsize(form)
        for value in column:
            out += bytes(width) if value is None else encoded(value, form)
    return hashlib.sha256(out).hexdigest()


@settings(deadline=None)
@given(rows=tables, sort_by=st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
def test_hash_is_the_documented_encoding(rows, sort_by):
    table = canonical_table(arrow(rows), sort_by)
    assert content_hash(table, sort_by, {"k": 1}) == reference_hash(rows, sort_by, {"k": 1})


@settings(deadline=None)
@given(rows=tables, data=st.data())
def test_order_chunks_and_dictionaries_make_no_difference(rows, data):
    shuffled = data.draw(st.permutations(rows))
    at = data.draw(st.integers(0, len(rows)))
    parts = [arrow(shuffled[:at]), arrow(shuffled[at:])]
    other = pa.concat_tables(parts)
    place = other.schema.get_field_index("words")
    other = other.set_column(place, "words", other["words"].dictionary_encode())
    first = canonical_table(arrow(rows), ["flag"])
    second = canonical_table(other, ["flag"])
    assert content_hash(first, ["flag"], {}) == content_hash(second, ["flag"], {})
    assert second.slice(0).schema == first.schema


def test_what_is_hashed_apart():
    """Null, NaN, empty text, other names, types, order and definitions are other content."""

    def digest(column: pa.Array, name: str = "a", sort_by=(), definitions=None) -> str:
        table = canonical_table(pa.table({name: column}), sort_by)
        return content_hash(table, sort_by, definitions or {})

    variants = [
        digest(pa.array([1.0, None])),
        digest(pa.array([1.0, math.nan])),
        digest(pa.array([1.0, 0.0])),
        digest(pa.array([1, 0])),
        digest(pa.array([1, 0], pa.int32())),
        digest(pa.array(["1", ""])),
        digest(pa.array(["1", None])),
        digest(pa.array(["é", ""])),
        digest(pa.array(["e\u0301", ""])),
        digest(pa.array(["1", ""]), name="b"),
        digest(pa.array(["1", ""]), sort_by=["a"]),
        digest(pa.array(["1", ""]), definitions={"a": 1}),
        digest(pa.array(["1", ""]), definitions={"a": 1.5}),
        digest(pa.array([b"1", b""])),
        digest(pa.array(["1"])),
    ]
    assert len(set(variants)) == len(variants)


def test_texts_do_not_run_together():
    first = canonical_table(pa.table({"a": ["ab", "c"], "b": ["", "d"]}), [])
    second = canonical_table(pa.table({"a": ["a", "bc"], "b": ["", "d"]}), [])
    assert content_hash(first, [], {}) != content_hash(second, [], {})


def test_types_are_brought_to_the_short_list():
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    table = pa.table(
        {
            "long": pa.array(["å"], pa.large_string()),
            "nothing": pa.nulls(1),
            "clock": pa.array([time(8, 30)], pa.time32("s")),
            "when": pa.array([moment], pa.timestamp("s", tz="UTC")),
            "half": pa.array([1.5], pa.float16()),
            "day": pa.array([date(2026, 11, 22)], pa.date64()),
        }
    )
    assert canonical_table(table, []).schema.types == [
        pa.string(),
        pa.string(),
        pa.time64("us"),
        pa.timestamp("us", tz="UTC"),
        pa.float32(),
        pa.date32(),
    ]


@pytest.mark.parametrize(
    ("table", "sort_by", "words"),
    [
        (pa.table({}), [], "no columns"),
        (pa.table({"": [1]}), [], "no name"),
        (pa.table({"Kön": [1], "KÖN": [2]}), [], "'Kön' and 'KÖN'"),
        (pa.table({"a": [1]}), ["b"], "Cannot sort by b"),
        (pa.table({"a": [1]}), ["a", "a"], "named twice"),
        (pa.table({"a": [[1]]}), [], "list<"),
        (pa.table({"a": pa.array([1], pa.timestamp("ns"))}), [], "without loss"),
    ],
)
def test_unsuitable_tables(table, sort_by, words):
    with pytest.raises(UnsuitableTable, match=words.replace("<", ".")):
        canonical_table(table, sort_by)


def test_definitions_are_written_in_one_way():
    assert canonical_json({"b": (1, 2.0, -0.0), "a": {"å": None, "d": date(2026, 1, 2)}}) == (
        '{"a":{"d":"2026-01-02","\\u00e5":null},"b":[1,2.0,0.0]}'
    )


@pytest.mark.parametrize("value", [math.nan, {1: "a"}, {"a": {1, 2}}, object(), Decimal(1)])
def test_definitions_that_cannot_be_kept(value):
    with pytest.raises(UnsuitableTable, match=r"definitions\.rule"):
        canonical_json({"rule": value})
