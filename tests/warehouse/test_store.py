"""Storing, reading, verifying and listing snapshots."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from samling import __version__
from samling.warehouse import (
    Column,
    DamagedSnapshot,
    Manifest,
    UnknownSnapshot,
    UnsuitableTable,
    Warehouse,
)

SOURCE = {"file": "answers.csv"}
ANSWERS = pa.table(
    {
        "municipality": ["0484", "0480", "0480", None],
        "weight": [1.5, 2.0, float("nan"), None],
        "day": [date(2026, 5, 4), None, date(1850, 1, 1), date(2026, 5, 4)],
        "share": pa.array([Decimal("0.10"), None, Decimal("-1.25"), Decimal("0.00")]),
        "yes": [True, False, None, True],
    }
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "kök 'och' data")


def keep(warehouse: Warehouse, table: pa.Table = ANSWERS, **changes) -> Manifest:
    told = {"kind": "dataset", "name": "luppen-2026", "sort_by": ["municipality"]}
    return warehouse.store(table, **{"source": SOURCE, **told, **changes})


def test_manifest_says_what_is_kept(warehouse):
    manifest = keep(warehouse, definitions={"codebook": ("a", date(2026, 1, 1))})
    assert manifest == Manifest(
        id=f"dataset/luppen-2026/{manifest.content_hash[:16]}",
        content_hash=manifest.content_hash,
        kind="dataset",
        name="luppen-2026",
        rows=4,
        columns=(
            Column("municipality", "text"),
            Column("weight", "float64"),
            Column("day", "date"),
            Column("share", "decimal(3,2)"),
            Column("yes", "bool"),
        ),
        sort_by=("municipality",),
        source=SOURCE,
        definitions={"codebook": ["a", "2026-01-01"]},
        samling_version=__version__,
        stored_on=datetime.now(UTC).date().isoformat(),
    )
    assert warehouse.manifest(manifest.id) == manifest
    assert warehouse.verify(manifest.id) == manifest


def test_rows_are_kept_sorted_and_read_whole(warehouse):
    manifest = keep(warehouse)
    rows = warehouse.read(manifest.id)
    assert rows["municipality"].to_pylist() == ["0480", "0480", "0484", None]
    assert rows["share"].to_pylist() == [None, Decimal("-1.25"), Decimal("0.10"), Decimal("0.00")]
    assert rows.schema.names == ANSWERS.schema.names
    chosen = warehouse.read(manifest.id, columns=["day", "municipality"])
    assert chosen.column_names == ["day", "municipality"]
    with pytest.raises(UnknownSnapshot, match="no column ålder"):
        warehouse.read(manifest.id, columns=["day", "ålder"])


def test_same_content_is_stored_once(warehouse):
    first = keep(warehouse)
    path = warehouse.root / first.id / "table.parquet"
    before = path.stat()
    again = keep(warehouse, ANSWERS.take([3, 1, 0, 2]), source={"file": "another.csv"})
    assert again == first
    assert path.stat() == before
    assert warehouse.snapshots() == (first,)


def test_other_content_is_another_snapshot(warehouse):
    first = keep(warehouse)
    others = [
        keep(warehouse, ANSWERS.slice(1)),
        keep(warehouse, definitions={"rule": 1}),
        keep(warehouse, kind="release"),
        keep(warehouse, name="luppen-2027"),
    ]
    everything = sorted([first, *others], key=lambda manifest: manifest.id)
    assert list(warehouse.snapshots()) == everything
    assert list(warehouse.snapshots(kind="release")) == [others[2]]
    assert warehouse.snapshots(kind="absent") == ()
    assert warehouse.snapshots(kind="..") == ()


def test_an_empty_store_and_unknown_snapshots(warehouse):
    assert warehouse.snapshots() == ()
    for name in ("dataset/x/0123456789abcdef", "", "../../etc/passwd", "dataset/../x"):
        for act in (warehouse.manifest, warehouse.read, warehouse.table, warehouse.verify):
            with pytest.raises(UnknownSnapshot, match="There is no snapshot"):
                act(name)


@pytest.mark.parametrize("word", ["", ".hidden", "a/b", "å", "a b", "x" * 101, ".."])
def test_kinds_and_names_are_plain_words(warehouse, word):
    for told in ({"kind": word}, {"name": word}):
        with pytest.raises(UnsuitableTable, match="cannot be used"):
            keep(warehouse, **told)
    assert not warehouse.root.exists()


def test_source_is_text(warehouse):
    with pytest.raises(UnsuitableTable, match="pairs of text"):
        keep(warehouse, source={"rows": 4})


def test_a_path_that_the_engine_reads_as_a_pattern_is_refused(tmp_path):
    with pytest.raises(UnsuitableTable, match="pattern"):
        Warehouse(tmp_path / "data[1]")


def test_a_table_without_rows(warehouse):
    manifest = keep(warehouse, ANSWERS.slice(0, 0))
    assert warehouse.verify(manifest.id).rows == 0
    assert warehouse.table(manifest.id).count().to_pyarrow().as_py() == 0


def test_every_type_survives_the_disk(warehouse):
    moment = datetime(2026, 11, 22, 8, 30, 1, 5, tzinfo=UTC)
    table = pa.table(
        {
            "u": pa.array([2**64 - 1, None], pa.uint64()),
            "f": pa.array([0.1, -0.0], pa.float32()),
            "t": pa.array([moment, None], pa.timestamp("s", tz="Europe/Stockholm")),
            "n": pa.array([datetime(2026, 1, 1), None], pa.timestamp("us")),
            "c": pa.array([moment.time(), None], pa.time64("us")),
            "b": [b"\x00", None],
            "i": pa.array([1, -1], pa.int8()),
        }
    )
    manifest = keep(warehouse, table, sort_by=[])
    assert warehouse.verify(manifest.id) == manifest


def test_ibis_reads_the_snapshot(warehouse):
    manifest = keep(warehouse)
    table = warehouse.table(manifest.id)
    counts = table.group_by("municipality").agg(n=table.count()).order_by("municipality")
    assert counts.to_pyarrow().to_pylist() == [
        {"municipality": "0480", "n": 2},
        {"municipality": "0484", "n": 1},
        {"municipality": None, "n": 1},
    ]
    other = warehouse.table(keep(warehouse, name="other").id)
    assert table.join(other, "municipality").count().to_pyarrow().as_py() == 5


def test_threads_share_one_engine(warehouse):
    tables = [pa.table({"x": list(range(n))}) for n in range(2, 8)]
    manifests = [keep(warehouse, table, sort_by=[]) for table in tables]
    start = threading.Barrier(6)

    def work(manifest: Manifest) -> list[int]:
        start.wait()
        return [warehouse.table(manifest.id).x.sum().to_pyarrow().as_py() for _ in range(20)]

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(work, manifests))
    assert found == [[sum(range(m.rows))] * 20 for m in manifests]


def rewrite(warehouse: Warehouse, manifest: Manifest, change) -> None:
    path = warehouse.root / manifest.id / "table.parquet"
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.slice(1), "holds 3 rows"),
        (lambda rows: rows.drop_columns("yes"), "4 columns"),
        (lambda rows: rows.take([1, 0, 2, 3]), "has changed"),
        (lambda rows: rows.set_column(4, "yes", pa.array([None] * 4, pa.bool_())), "has changed"),
        (lambda rows: rows.set_column(4, "yes", pa.array([1] * 4)), "are not the 4 rows"),
    ],
)
def test_verify_finds_changed_rows(warehouse, change, words):
    manifest = keep(warehouse)
    rewrite(warehouse, manifest, change)
    with pytest.raises(DamagedSnapshot, match=words):
        warehouse.verify(manifest.id)


def test_verify_finds_a_cut_off_file(warehouse):
    manifest = keep(warehouse)
    path = warehouse.root / manifest.id / "table.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedSnapshot, match="cannot be read"):
        warehouse.verify(manifest.id)


def test_verify_finds_a_changed_manifest(warehouse):
    manifest = keep(warehouse, definitions={"threshold": 10})
    path = warehouse.root / manifest.id / "manifest.json"
    data = json.loads(path.read_text())
    for change in ({"definitions": {"threshold": 5}}, {"content_hash": "0" * 64}):
        path.write_text(json.dumps({**data, **change}))
        with pytest.raises(DamagedSnapshot, match="has changed"):
            warehouse.verify(manifest.id)
    for text, words in (("{", "cannot be read"), (json.dumps({**data, "id": "a/b/c"}), "a/b/c")):
        path.write_text(text)
        with pytest.raises(DamagedSnapshot, match=words):
            warehouse.manifest(manifest.id)


def test_a_million_rows_are_hashed_and_kept_in_seconds(warehouse):
    """A loose bound that only a lost vectorisation breaks; the figures are in benchmarks."""
    n = 1_000_000
    codes = pa.array(range(n), pa.int32())
    table = pa.table({f"q{i}": codes for i in range(5)})
    start = time.process_time()
    assert keep(warehouse, table, sort_by=[]).rows == n
    assert time.process_time() - start < 20
