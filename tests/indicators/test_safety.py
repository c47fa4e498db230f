"""Kills, full disks and publishings at once: real processes, real signals, a real database file."""

import json
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash import Programs, stored_files
from crash import programs as running
from databases import own_environment
from world import draw_rows, write_study

ONCE = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from samling.indicators import actions
from samling.indicators.models import Release
from samling.indicators.actions import publish_study
from samling.places.models import Division
from samling.stats.inference import intervals
from samling.surveys import actions as surveys
call_command("migrate", verbosity=0)
connection.close()

def publish():
    words = {"by": "test", "despite_differences": "The test draws other pupils."}
    return publish_study(folder, warehouse=warehouse, progress=lambda text: None, **words)

def state():
    releases = Release.objects.filter(study__code=code).order_by("number")
    return [[r.number, r.identity] for r in releases]
"""
EACH = """
root, folder = Path(root), Path(folder)
warehouse = Warehouse(root / "warehouse")
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    """Runs pieces of program, all on one database."""
    environment = own_environment(tmp_path_factory.mktemp("data"))
    with running(once=ONCE, each=EACH, environment=environment) as started:
        yield started


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
        folder = str(self.root / name)
        return self.programs(body, root=str(self.root), folder=folder, code=self.code)

    def publish(self, name: str = "study") -> None:
        assert self.run("publish()", name) == (0, "")

    @property
    def releases(self) -> list[list]:
        status, text = self.run("print(json.dumps(state()))")
        assert status == 0, text
        return json.loads(text)

    @property
    def files(self) -> dict[str, bytes]:
        return stored_files(self.root / "warehouse")


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
    say(done.new, done.release.number)
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
        sys.exit(main(["study", "publish", str(folder), "--despite-differences", "The test."]))
    """
    status, text = place.run(textwrap.dedent(FULL) + textwrap.dedent(body))
    assert status == 1
    assert "Nothing was published or changed by half." in text
    assert place.releases == before
    place.publish()
    assert [number for number, _ in place.releases] == [1, 2]
