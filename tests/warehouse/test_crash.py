"""Kills, races and full disks: real processes, real signals, real errors of the kernel."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from samling.warehouse import DiskFull, StoreFailed, Warehouse

# Imports take seconds and a kill takes one process each: one server imports and forks.
SERVER = """
import json, os, sys, traceback
import errno, resource, signal, time
from pathlib import Path
import pandas  # pyarrow imports it when first used, which takes seconds
import pyarrow as pa
import pyarrow.parquet as pq
from samling.warehouse import DiskFull, StoreFailed, Warehouse

def store(name="new"):
    table = pa.table({"x": list(range(5_000)), "y": [str(i * 7919) for i in range(5_000)]})
    return warehouse.store(table, kind="dataset", name=name, source={"file": "a.csv"})

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

for line in sys.stdin:
    job = json.loads(line)
    said, output = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        root = Path(job["root"])
        warehouse = Warehouse(root)
        code = 0
        try:
            exec(job["body"], globals())
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    os.close(output)
    with os.fdopen(said) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), text]), flush=True)
"""


class Programs:
    """Runs pieces of program, each in a real process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, root: Path, body: str) -> tuple[int, str]:
        job = json.dumps({"root": str(root), "body": textwrap.dedent(body)})
        self.process.stdin.write(job + "\n")
        self.process.stdin.flush()
        code, text = json.loads(self.process.stdout.readline())
        return code, text


@pytest.fixture(scope="module")
def run() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.process.stdin.close()
    programs.process.wait()
    programs.process.stdout.close()


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".incoming" not in path.parts
    }


def leftovers(root: Path) -> list[Path]:
    return sorted((root / ".incoming").iterdir())


@pytest.fixture
def root(run: Programs, tmp_path: Path) -> Path:
    """A store that already holds one snapshot."""
    assert run(tmp_path, "store('old')") == (0, "")
    return tmp_path


KILLS = {
    "while the rows are written": """
        real = pq.write_table
        def half(rows, path, **options):
            real(rows, path, **options)
            os.truncate(path, 1000)
            die()
        pq.write_table = half
    """,
    "while the manifest is written": "Path.write_text = die",
    "before the move": "os.rename = die",
}


@pytest.mark.parametrize("point", KILLS)
def test_a_killed_writer_leaves_the_old_state(run, root, point):
    before = files(root)
    assert run(root, textwrap.dedent(KILLS[point]) + "\nstore()") == (-signal.SIGKILL, "")
    assert files(root) == before
    assert len(leftovers(root)) == 1
    warehouse = Warehouse(root)
    assert [manifest.name for manifest in warehouse.snapshots()] == ["old"]
    assert warehouse.verify(warehouse.snapshots()[0].id).rows == 5_000
    assert run(root, "store()") == (0, "")
    assert [manifest.name for manifest in warehouse.snapshots()] == ["new", "old"]


def test_a_writer_killed_at_any_sync_leaves_old_or_new_state(run, root):
    """The n:th fsync kills, for every n that there is; the state is never in between."""
    before, states = files(root), []
    for n in range(1, 30):
        body = f"""
            real, calls = os.fsync, []
            def fsync(handle):
                calls.append(handle)
                die() if len(calls) == {n} else real(handle)
            os.fsync = fsync
            store("kill-{n}")
        """
        code, _ = run(root, body)
        now = {name: data for name, data in files(root).items() if f"/kill-{n}/" in name}
        assert before.items() <= files(root).items()
        if code == 0:
            break
        assert code == -signal.SIGKILL
        states.append(len(now))
        for manifest in Warehouse(root).snapshots():
            Warehouse(root).verify(manifest.id)
    # Two files, their directory, two new parents; then the move, and its parent's entry.
    assert states == [0, 0, 0, 0, 2]


def test_after_the_move_the_snapshot_is_whole(run, root):
    body = """
        real = os.rename
        def rename(a, b):
            real(a, b)
            die()
        os.rename = rename
        store()
    """
    assert run(root, body) == (-signal.SIGKILL, "")
    warehouse = Warehouse(root)
    assert [warehouse.verify(m.id).name for m in warehouse.snapshots()] == ["new", "old"]


def test_old_leftovers_go_and_new_ones_stay(run, root):
    for _ in range(2):
        run(root, "os.rename = die\nstore()")
    first, second = leftovers(root)
    yesterday = time.time() - 25 * 60 * 60
    for path in (first, *first.iterdir()):
        os.utime(path, (yesterday, yesterday))
    os.utime(second, (yesterday, yesterday))  # its files are new: someone may be writing them
    assert run(root, "store()") == (0, "")
    assert leftovers(root) == [second]


def test_two_processes_store_the_same_at_once(run, tmp_path):
    """Both have written their files before either moves them; both succeed, one snapshot is."""
    body = """
        other = os.fork()
        real = os.rename
        def rename(a, b):
            (root / ("ready-" + str(os.getpid()))).touch()
            limit = time.monotonic() + 60
            while len(list(root.glob("ready-*"))) < 2 and time.monotonic() < limit:
                time.sleep(0.01)
            real(a, b)
        os.rename = rename
        print(store().id, flush=True)
        if other:
            assert os.waitpid(other, 0)[1] == 0
    """
    code, said = run(tmp_path, body)
    assert len(list(tmp_path.glob("ready-*"))) == 2
    warehouse = Warehouse(tmp_path)
    (manifest,) = warehouse.snapshots()
    assert (code, said) == (0, f"{manifest.id}\n" * 2)
    assert warehouse.verify(manifest.id) == manifest
    assert leftovers(tmp_path) == []


def test_a_file_larger_than_allowed_stores_nothing(run, root):
    """RLIMIT_FSIZE makes the kernel refuse to grow the file (EFBIG)."""
    before = files(root)
    body = """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
        try:
            store()
        except DiskFull as error:
            print(error)
    """
    code, said = run(root, body)
    assert code == 0
    assert said.startswith("dataset/new/")
    assert "the disk is full" in said
    assert "Nothing was half-stored" in said
    assert files(root) == before
    assert leftovers(root) == []


@pytest.mark.parametrize("name", ["table.parquet", "manifest.json"])
def test_a_full_device_stores_nothing(run, root, name):
    """The file is a link to /dev/full, where every write meets ENOSPC."""
    before = files(root)
    body = f"""
        real = Path.mkdir
        def mkdir(path, *args, **options):
            real(path, *args, **options)
            if path.parent.name == ".incoming":
                (path / {name!r}).symlink_to("/dev/full")
        Path.mkdir = mkdir
        try:
            store()
        except DiskFull as error:
            print(error.__cause__.errno == errno.ENOSPC)
    """
    assert run(root, body) == (0, "True\n")
    assert files(root) == before
    assert leftovers(root) == []


def test_a_store_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("no directory")
    warehouse = Warehouse(tmp_path / "file" / "below")
    table = pa.table({"x": [1]})
    with pytest.raises(StoreFailed, match="could not be stored") as caught:
        warehouse.store(table, kind="a", name="b", source={})
    assert not isinstance(caught.value, DiskFull)


def test_a_forked_process_opens_an_engine_of_its_own(run, root):
    body = """
        manifest = store("shared")
        def total():
            return warehouse.table(manifest.id).x.sum().to_pyarrow().as_py()
        print(total(), flush=True)
        child = os.fork()
        print(total(), flush=True)
        if child:
            assert os.waitpid(child, 0)[1] == 0
    """
    assert run(root, body) == (0, f"{sum(range(5_000))}\n" * 3)
