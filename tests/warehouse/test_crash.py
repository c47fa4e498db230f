"""Kills, races and full disks: real processes, real signals, real errors of the kernel."""

import os
import signal
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from crash import programs
from crash import stored_files as files
from samling.warehouse import DiskFull, StoreFailed, Warehouse

Run = Callable[[Path, str], tuple[int, str]]

ONCE = """
import pyarrow as pa

def store(name="new"):
    table = pa.table({"x": list(range(5_000)), "y": [str(i * 7919) for i in range(5_000)]})
    return warehouse.store(table, kind="dataset", name=name, source={"file": "a.csv"})
"""
EACH = """
root = Path(root)
warehouse = Warehouse(root)
"""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs a piece of program on the store in a directory."""
    with programs(once=ONCE, each=EACH) as run_piece:
        yield lambda root, body: run_piece(body, root=str(root))


def leftovers(root: Path) -> list[Path]:
    return sorted((root / ".incoming").iterdir())


@pytest.fixture
def root(run: Run, tmp_path: Path) -> Path:
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
            wait_for(2)
            real(a, b)
        os.rename = rename
        say(store().id)
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
        say(total())
        child = os.fork()
        say(total())
        if child:
            assert os.waitpid(child, 0)[1] == 0
    """
    assert run(root, body) == (0, f"{sum(range(5_000))}\n" * 3)
