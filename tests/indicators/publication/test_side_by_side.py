"""Questions in processes beside: the same verdicts, and nothing when a process ends early."""

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

from samling.indicators.actions import make_lattice, open_study, publish_study
from samling.indicators.models import Release
from samling.indicators.publication import disclosure, side_by_side
from samling.indicators.publication.counting import count_all
from samling.indicators.publication.side_by_side import Workers, workers
from samling.stats.disclosure import DisclosureError, UnprotectableError
from world import draw_rows, write_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def lattice(tmp_path):
    folder = write_study(tmp_path / "few", rows=draw_rows()[::4])
    return make_lattice(open_study(folder, by="test"))


@pytest.fixture
def beside():
    started = Workers(2)
    yield started
    started.end()


def test_the_verdicts_are_the_same(lattice, beside):
    counts = count_all(lattice)
    alone = disclosure.control(lattice, counts)
    assert {v.status for cells in alone.values() for v in cells.values()} != {"shown"}
    together = beside.control(lattice, counts)
    assert list(together) == list(alone)
    assert together == alone


def test_a_release_is_the_same(folder, warehouse):
    alone = publish_study(folder, by="test", warehouse=warehouse, progress=str)
    together = publish_study(folder, by="test", warehouse=warehouse, progress=str, processes=2)
    assert (together.new, together.release) == (False, alone.release)


def test_a_killed_process_ends_the_whole(lattice, beside):
    for pool in beside.pools[:1]:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
    with pytest.raises(DisclosureError, match="ended before it was done"):
        beside.control(lattice, count_all(lattice))
    assert not Release.objects.exists()


def test_one_process_is_this_one():
    with workers(1) as none:
        assert none is None


def test_a_machine_that_gives_no_processes_does_with_one(folder, warehouse, monkeypatch):
    def refused(number):
        raise PermissionError(13, "no semaphores here")

    monkeypatch.setattr(side_by_side, "Workers", refused)
    with workers(2) as none:
        assert none is None
    assert publish_study(folder, by="test", warehouse=warehouse, progress=str, processes=2).new


def test_an_error_comes_whole_from_a_process():
    error = pickle.loads(pickle.dumps(UnprotectableError("No.", [1, 2], [3])))  # noqa: S301
    assert (str(error), error.cells, error.blockers) == ("No.", (1, 2), (3,))


PARENT = """
import os, time
from samling.indicators.publication.side_by_side import Workers
if __name__ == "__main__":
    started = Workers(2)
    print(*[pool.submit(os.getpid).result() for pool in started.pools], flush=True)
    time.sleep(60)
"""


def test_processes_end_with_a_parent_that_was_killed(tmp_path):
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, program], stdout=-1, env=environment) as parent:
        children = [int(number) for number in parent.stdout.readline().split()]
        parent.kill()
    limit = time.monotonic() + 30
    while any(map(alive, children)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert [child for child in children if alive(child)] == []


def alive(number: int) -> bool:
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False
