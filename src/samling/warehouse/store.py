"""Immutable snapshots: Parquet for the rows, a manifest beside them, opened through Ibis."""

import os
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from samling import __version__
from samling.warehouse.canonical import canonical_table, content_hash, plain, type_name
from samling.warehouse.errors import DamagedSnapshot, UnknownSnapshot, UnsuitableTable
from samling.warehouse.files import publish_directory, remove_abandoned
from samling.warehouse.manifest import Column, Manifest

TABLE_FILE = "table.parquet"
MANIFEST_FILE = "manifest.json"
HASH_DIGITS = 16
# DuckDB hands out work by row group: small enough for both cores on a modest survey.
ROWS_IN_GROUP = 122_880
_WORD = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_WORD_PATTERN = re.compile(_WORD)
_ID_PATTERN = re.compile(rf"{_WORD}/{_WORD}/[0-9a-f]{{{HASH_DIGITS}}}")


class Warehouse:
    """The analysis store under one directory.

    Any number of processes and threads may store and read at once: a snapshot never changes, and
    it appears whole or not at all. One in-process DuckDB is opened when first needed and shared;
    every thread works on a cursor of its own, so that build and run an expression in the thread
    that called `table`. After a fork the child opens an engine of its own.
    """

    def __init__(self, root: Path) -> None:
        """Name the directory of the store; it is created by the first `store`."""
        self.root = Path(root).absolute()
        if re.search(r"[*?\[\]{}]", str(self.root)):
            raise UnsuitableTable(
                f"The directory {self.root} has one of * ? [ ] {{ }} in its path, which the "
                "analysis engine reads as a pattern. Choose another directory."
            )
        self._lock = threading.Lock()
        self._engines: dict[int, duckdb.DuckDBPyConnection] = {}  # by process
        self._local = threading.local()

    def store(
        self,
        table: pa.Table,
        *,
        kind: str,
        name: str,
        sort_by: Sequence[str] = (),
        source: Mapping[str, str],
        definitions: Mapping[str, object] | None = None,
    ) -> Manifest:
        """Keep a table for good and return its manifest.

        Rows are kept sorted by `sort_by` and then by the other columns, so that no order of
        arrival is kept. The identity covers rows, column names and types, order and definitions
        (see `canonical`), not `source`: storing the same content again under the same kind and
        name writes nothing and returns the first manifest. Raises UnsuitableTable before
        anything is written, DiskFull or StoreFailed with nothing half-stored.
        """
        _check_words(kind=kind, name=name)
        rows = canonical_table(table, sort_by)
        digest = content_hash(rows, sort_by, definitions or {})
        manifest = Manifest(
            id=f"{kind}/{name}/{digest[:HASH_DIGITS]}",
            content_hash=digest,
            kind=kind,
            name=name,
            rows=rows.num_rows,
            columns=_columns(rows),
            sort_by=tuple(sort_by),
            source=_source(source),
            definitions=plain(definitions or {}, "definitions"),  # type: ignore[arg-type]
            samling_version=__version__,
            stored_on=datetime.now(UTC).date().isoformat(),
        )
        remove_abandoned(self.root)
        return self._keep(rows, manifest)

    def manifest(self, snapshot_id: str) -> Manifest:
        """Return the manifest of a snapshot; raise UnknownSnapshot or DamagedSnapshot."""
        path = self._place(snapshot_id) / MANIFEST_FILE
        try:
            manifest = Manifest.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedSnapshot(
                f"The manifest of {snapshot_id} cannot be read ({path}: {error}). "
                "Restore it from a backup."
            ) from error
        if manifest.id != snapshot_id:
            raise DamagedSnapshot(
                f"{path} says that it describes {manifest.id}, not {snapshot_id}. "
                "Restore it from a backup."
            )
        return manifest

    def table(self, snapshot_id: str) -> ir.Table:
        """Return the snapshot as an Ibis table on DuckDB; nothing is read until it is run.

        Run expressions with `to_pyarrow`: Ibis 12's `execute` warns under pandas 3.
        """
        path = self._place(snapshot_id) / TABLE_FILE
        tables = self._thread_tables()
        if snapshot_id not in tables:
            view = "snapshot_" + snapshot_id.rpartition("/")[2]
            tables[snapshot_id] = self._local.backend.read_parquet(str(path), table_name=view)
        return tables[snapshot_id]

    def read(self, snapshot_id: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows in stored order, all columns or the named ones in the order named."""
        manifest = self.manifest(snapshot_id)
        names = [column.name for column in manifest.columns]
        unknown = [name for name in columns or () if name not in names]
        if unknown:
            raise UnknownSnapshot(
                f"{snapshot_id} has no column {', '.join(unknown)}. It has {', '.join(names)}."
            )
        wanted = None if columns is None else list(columns)
        try:
            found = pq.read_table(self._place(snapshot_id) / TABLE_FILE, columns=wanted)
        except (OSError, pa.ArrowException) as error:
            raise DamagedSnapshot(
                f"The rows of {snapshot_id} cannot be read ({error}). Restore it from a backup."
            ) from error
        return found if wanted is None else found.select(wanted)

    def verify(self, snapshot_id: str) -> Manifest:
        """Read everything, recompute the hash and return the manifest, or raise DamagedSnapshot."""
        manifest = self.manifest(snapshot_id)
        rows = self.read(snapshot_id)
        if _columns(rows) != manifest.columns or rows.num_rows != manifest.rows:
            raise DamagedSnapshot(
                f"{snapshot_id} holds {rows.num_rows} rows and {rows.num_columns} columns that "
                f"are not the {manifest.rows} rows and {len(manifest.columns)} columns of its "
                "manifest. Restore it from a backup."
            )
        digest = content_hash(rows, manifest.sort_by, manifest.definitions)
        named = snapshot_id.rpartition("/")[2]
        if digest != manifest.content_hash or digest[:HASH_DIGITS] != named:
            raise DamagedSnapshot(
                f"The content of {snapshot_id} has changed since it was stored: its hash is "
                f"{digest}, the manifest says {manifest.content_hash}. Restore it from a backup."
            )
        return manifest

    def snapshots(self, kind: str | None = None) -> tuple[Manifest, ...]:
        """Return the manifests of all snapshots, or of one kind, by kind, name and hash."""
        if kind is not None and not _WORD_PATTERN.fullmatch(kind):
            return ()
        found = sorted(
            place.parent.relative_to(self.root).as_posix()
            for place in self.root.glob(f"{'*' if kind is None else kind}/*/*/{MANIFEST_FILE}")
        )
        return tuple(self.manifest(name) for name in found if _ID_PATTERN.fullmatch(name))

    def _keep(self, rows: pa.Table, manifest: Manifest) -> Manifest:
        """Write the snapshot unless it is there, and return the manifest that is."""
        place = self.root / manifest.id
        if not place.is_dir():

            def write(directory: Path) -> None:
                pq.write_table(
                    rows, directory / TABLE_FILE, compression="zstd", row_group_size=ROWS_IN_GROUP
                )
                text = manifest.to_json()
                (directory / MANIFEST_FILE).write_text(text, encoding="utf-8")

            if publish_directory(self.root, place, write):
                return manifest
        kept = self.manifest(manifest.id)
        if kept.content_hash != manifest.content_hash:
            raise DamagedSnapshot(
                f"{manifest.id} is already kept with another content hash ({kept.content_hash}). "
                "Its manifest is damaged: restore it from a backup."
            )
        return kept

    def _place(self, snapshot_id: str) -> Path:
        """Return the directory of a snapshot; raise UnknownSnapshot when there is none."""
        place = self.root / snapshot_id
        if not _ID_PATTERN.fullmatch(snapshot_id) or not place.is_dir():
            raise UnknownSnapshot(
                f"There is no snapshot {snapshot_id!r} in {self.root}. An identity is "
                f"kind/name/{HASH_DIGITS} hexadecimal digits."
            )
        return place

    def _thread_tables(self) -> dict[str, ir.Table]:
        """Return this thread's opened tables, connecting it to the shared engine if needed."""
        process = os.getpid()
        with self._lock:
            if process not in self._engines:
                # Nothing is ever fetched from a network to answer a query. An engine inherited
                # by a fork is left alone: closing it would wait for threads that are not there.
                config: dict[str, Any] = {"autoinstall_known_extensions": "false"}
                self._engines[process] = duckdb.connect(":memory:", config=config)
            backends = self._local.__dict__.setdefault("backends", {})
            if process not in backends:
                backends[process] = ibis.duckdb.from_connection(self._engines[process].cursor())
                self._local.tables = {}
            self._local.backend = backends[process]
        tables: dict[str, ir.Table] = self._local.tables
        return tables


def _columns(table: pa.Table) -> tuple[Column, ...]:
    """Return names and type names of a table's columns."""
    return tuple(Column(field.name, str(type_name(field.type))) for field in table.schema)


def _source(source: Mapping[str, str]) -> dict[str, str]:
    """Return the source as plain text pairs, or raise UnsuitableTable."""
    for key, value in source.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise UnsuitableTable(f"source must be pairs of text, found {key!r}: {value!r}.")
    return dict(source)


def _check_words(**words: str) -> None:
    """Raise UnsuitableTable for a kind or name that cannot be a directory's name."""
    for what, word in words.items():
        if not _WORD_PATTERN.fullmatch(word):
            raise UnsuitableTable(
                f"The {what} {word!r} cannot be used. Use 1-100 of a-z, A-Z, 0-9, '_', '.', '-', "
                "beginning with a letter or a digit."
            )
