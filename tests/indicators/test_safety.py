"""Kills, full disks and publishings at once: real processes, real signals, a real database file."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from world import draw_rows, write_study

# Starting takes seconds and every kill takes one process: one server starts and forks.
SERVER = """
import json, os, sys, traceback
import resource, signal, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import connection
import pandas  # pyarrow imports it when first used, which takes seconds
import pyarrow.parquet as pq
from samling.indicators import actions
from samling.indicators.models import Release
from samling.indicators.actions import publish_study
from samling.places.models import Division
from samling.stats import intervals
from samling.surveys import actions as surveys
from samling.warehouse import DiskFull, Warehouse
call_command("migrate", verbosity=0)
connection.close()

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def publish():
    return publish_study(folder, by="test", warehouse=warehouse, progress=lambda text: None)

def wait_for(count):
    (root / ("ready-" + str(os.getpid()))).touch()
    limit = time.monotonic() + 60
    while len(list(root.glob("ready-*"))) < count and time.monotonic() < limit:
        time.sleep(0.01)

def state():
    releases = Release.objects.filter(study__code=code).order_by("number")
    return [[r.number, r.identity] for r in releases]

for line in sys.stdin:
    job = json.loads(line)
    said, output = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        root, folder, code = Path(job["root"]), Path(job["folder"]), job["code"]
        warehouse = Warehouse(root / "warehouse")
        status = 0
        try:
            exec(job["body"], globals())
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    os.close(output)
    with os.fdopen(said) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), text]), flush=True)
"""


class Programs:
    """Runs pieces of program, each in a process of its own, all on one database."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "SAMLING_DATA": str(data),
                "DJANGO_SETTINGS_MODULE": "samling.web.settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, **job: str) -> tuple[int, str]:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        code, text = json.loads(self.process.stdout.readline())
        return code, text


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    started = Programs(tmp_path_factory.mktemp("data"))
    yield started
    started.process.stdin.close()
    started.process.wait()
    started.process.stdout.close()


class Place:
    """A study of its own with a warehouse of its own, which programs publish."""

    def __init__(self, programs: Programs, root: Path, code: str) -> None:
        self.programs, self.root, self.code = programs, root, code
        self.write()

    def write(self, seed: int = 4, name: str = "study") -> Path:
        changes = [
            ("study: prov", f"study: {self.code}"),
            ("division: prov", f"division: {self.code}"),
        ]
        return write_study(self.root / name, rows=draw_rows(seed=seed), changes=changes)

    def run(self, body: str, name: str = "study") -> tuple[int, str]:
        return self.programs(
            root=str(self.root),
            folder=str(self.root / name),
            code=self.code,
            body=textwrap.dedent(body),
        )

    def publish(self, name: str = "study") -> None:
        assert self.run("publish()", name) == (0, "")

    @property
    def releases(self) -> list[list]:
        status, text = self.run("print(json.dumps(state()))")
        assert status == 0, text
        return json.loads(text)

    @property
    def files(self) -> dict[str, bytes]:
        """Everything that is stored, without what a killed writer left behind."""
        root = self.root / "warehouse"
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and ".incoming" not in path.parts
        }


@pytest.fixture
def place(programs, tmp_path, request) -> Place:
    return Place(programs, tmp_path, f"p{abs(hash(request.node.name)) % 10**9}")


KILLS = {
    "before the data are kept": "actions.store_dataset = die",
    "while the data are written": """
        real = pq.write_table
        def half(rows, path, **options):
            real(rows, path, **options)
            os.truncate(path, 1000)
            die()
        pq.write_table = half
    """,
    "between the two snapshots": """
        real = Warehouse.store
        def store(self, table, *, kind, **options):
            if kind == "comparisons":
                die()
            return real(self, table, kind=kind, **options)
        Warehouse.store = store
    """,
    "before the transaction commits": """
        real = Release.objects.create
        def create(**fields):
            real(**fields)
            die()
        Release.objects.create = create
    """,
}


@pytest.mark.parametrize("point", KILLS)
def test_a_killed_publishing_leaves_what_was_published(place, point):
    place.publish()
    before, files = place.releases, place.files
    assert [number for number, _ in before] == [1]
    place.write(seed=5)
    kill = textwrap.dedent(KILLS[point]) + "\npublish()"
    assert place.run(kill) == (-signal.SIGKILL, "")
    assert place.releases == before
    assert files.items() <= place.files.items()
    place.publish()
    assert [number for number, _ in place.releases] == [1, 2]
    assert place.releases[0] == before[0]


def test_a_killed_first_publishing_leaves_nothing_published(place):
    kill = textwrap.dedent(KILLS["before the transaction commits"]) + "\npublish()"
    assert place.run(kill) == (-signal.SIGKILL, "")
    assert place.releases == []
    body = "print(Division.objects.filter(code=code).count())"
    assert place.run(body) == (0, "0\n")
    place.publish()
    assert [number for number, _ in place.releases] == [1]


# Both have read, estimated and stored before either writes its release.
AT_ONCE = """
    names = {names}
    other = os.fork()
    folder = root / names[0 if other else 1]
    real = actions._record
    def record(*args, **options):
        wait_for(2)
        return real(*args, **options)
    actions._record = record
    done = publish()
    print(done.new, done.release.number, flush=True)
    connection.close()
    if other:
        assert os.waitpid(other, 0)[1] == 0
"""


def test_two_publishings_of_the_same_at_once_give_one_release(place):
    status, text = place.run(AT_ONCE.format(names=["study", "study"]))
    assert (status, sorted(text.splitlines())) == (0, ["False 1", "True 1"])
    assert [number for number, _ in place.releases] == [1]


def test_two_different_publishings_at_once_are_numbered_without_gap(place):
    place.write(seed=5, name="other")
    status, text = place.run(AT_ONCE.format(names=["study", "other"]))
    assert (status, sorted(text.splitlines())) == (0, ["True 1", "True 2"])
    releases = place.releases
    assert [number for number, _ in releases] == [1, 2]
    assert releases[0][1] != releases[1][1]


FULL = """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    def no_file_beyond(limit, room, name):
        real = getattr(room, name)
        def limited(*args, **options):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            return real(*args, **options)
        setattr(room, name, limited)
"""
"""From a step on, the kernel refuses to let any file grow beyond a limit, as on a full disk."""


def test_a_full_disk_publishes_nothing_and_says_so(place):
    place.publish()
    before, files = place.releases, place.files
    place.write(seed=5)
    body = """
        no_file_beyond(2_000, actions, "store_dataset")
        try:
            publish()
        except DiskFull as error:
            print(error)
    """
    status, text = place.run(textwrap.dedent(FULL) + textwrap.dedent(body))
    assert status == 0, text
    assert "the disk is full" in text
    assert "Nothing was half-stored" in text
    assert (place.releases, place.files) == (before, files)
    place.publish()
    assert [number for number, _ in place.releases] == [1, 2]


def test_a_full_disk_of_the_database_publishes_nothing(place):
    """The snapshots fit; the database may not grow its journal by one page."""
    place.publish()
    before = place.releases
    place.write(seed=5)
    body = """
        from django.conf import settings
        from samling.cli.main import main
        settings.SAMLING_WAREHOUSE = warehouse.root
        no_file_beyond(40_000, actions, "_record")
        sys.exit(main(["study", "publish", str(folder)]))
    """
    status, text = place.run(textwrap.dedent(FULL) + textwrap.dedent(body))
    assert status == 1
    assert "Nothing was published or changed by half." in text
    assert place.releases == before
    place.publish()
    assert [number for number, _ in place.releases] == [1, 2]
