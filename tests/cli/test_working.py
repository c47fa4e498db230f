"""`samling worker` and `samling scheduled`: stopped, killed, twice, late, with work that fails."""

import signal
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from installations import Installation, installation, kill, wait_until
from samling.mail.actions import run_scheduled
from samling.mail.actions.scheduling import TURN_LASTS
from samling.mail.models import Turn

TODAY = date(2026, 11, 25)
# Work for real processes: each writes a line when it begins and one when it has ended.
WORK = """
import os
import time
from pathlib import Path

from django_tasks import task

FOLDER = Path(os.environ["SAMLING_DATA"])


def note(text):
    with (FOLDER / "done.txt").open("a") as file:
        file.write(text + "\\n")


def slow(*, today):
    note("slow begins")
    time.sleep(2)
    while (FOLDER / "wait").exists():
        time.sleep(0.05)
    note("slow ends")
    return "2 done"


def broken(*, today):
    note("broken begins")
    raise ValueError("nothing to be done")


def last(*, today):
    note("last begins")


@task()
def queued():
    note("task begins")
    time.sleep(2)
    note("task ends")
"""
ALL = ("own_work.slow", "own_work.broken", "own_work.gone", "own_work.last")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    with installation(folder):
        pass
    return folder


@pytest.fixture
def own(tmp_path, migrated) -> Iterator[Installation]:
    with installation(tmp_path / "own", migrated=migrated, settings=scheduled(*ALL)) as made:
        (made.folder / "own_work.py").write_text(WORK)
        yield made


def scheduled(*names: str) -> str:
    return f"SAMLING_SCHEDULED = {names!r}\n"


def done(own: Installation) -> list[str]:
    path = own.folder / "done.txt"
    return path.read_text().splitlines() if path.exists() else []


def turns(own: Installation) -> dict[str, tuple[object, str]]:
    rows = own.rows("SELECT work, running, problem FROM mail_turn ORDER BY id")
    return {name.removeprefix("own_work."): (bool(running), said) for name, running, said in rows}


def test_an_error_stops_only_its_own_work_and_is_said(own):
    status, said = own.samling("scheduled")
    assert status == 1
    assert done(own) == ["slow begins", "slow ends", "broken begins", "last begins"]
    assert "own_work.slow: 2 done" in said
    assert "own_work.broken: ValueError: nothing to be done" in said
    assert "own_work.gone: ImportError" in said
    assert "own_work.last: done" in said
    found = turns(own)
    assert found["slow"] == found["last"] == (False, "")
    assert found["broken"] == (False, "ValueError: nothing to be done")


def test_told_to_stop_it_ends_what_it_does_and_begins_nothing_more(own):
    process = own.start("worker")
    wait_until(lambda: "slow begins" in done(own))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert done(own) == ["slow begins", "slow ends"]
    assert turns(own) == {"slow": (False, "")}
    assert "Stopped; what was begun is finished, the rest waits." in own.logs()


def test_told_to_stop_in_the_middle_of_a_task(own):
    own.run("from own_work import queued\nqueued.enqueue()\nqueued.enqueue()\n")
    process = own.start("worker")
    wait_until(lambda: "task begins" in done(own))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert done(own) == ["task begins", "task ends"]
    statuses = own.rows("SELECT status FROM django_tasks_database_dbtaskresult ORDER BY status")
    assert statuses == [("READY",), ("SUCCESSFUL",)]


def test_an_idle_worker_stops(own):
    (own.folder / "own_settings.py").write_text("from samling.web.settings import *\n")
    process = own.start("worker")
    wait_until(lambda: own.rows("SELECT 1 FROM mail_turn WHERE finished_at IS NOT NULL") != [])
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_two_workers_at_once_do_each_work_once(own):
    processes = [own.start("worker"), own.start("worker")]
    wait_until(lambda: {"slow ends", "last begins"} <= set(done(own)))
    time.sleep(1)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(20) for process in processes] == [0, 0]
    assert sorted(done(own)) == ["broken begins", "last begins", "slow begins", "slow ends"]


def test_a_command_leaves_alone_what_a_worker_does(own):
    (own.folder / "wait").touch()
    process = own.start("worker")
    wait_until(lambda: "slow begins" in done(own))
    _, said = own.samling("scheduled")
    assert "1 being done by another worker just now." in said
    assert done(own).count("slow begins") == 1
    (own.folder / "wait").unlink()
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def test_killed_in_the_middle_of_work_another_takes_the_turn_late(own):
    process = own.start("worker")
    wait_until(lambda: "slow begins" in done(own))
    kill(process)
    assert turns(own) == {"slow": (True, "")}
    own.samling("scheduled")
    assert "slow ends" not in done(own)
    own.run(
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from samling.mail.models import Turn\n"
        "Turn.objects.update(started_at=F('started_at') - timedelta(hours=2, minutes=1))\n"
    )
    own.samling("scheduled")
    assert "slow ends" in done(own)
    assert turns(own)["slow"] == (False, "")


def test_without_its_database_a_worker_waits(own):
    """Here: the tables aren't there yet; then someone migrates."""
    database = own.folder / "db.sqlite3"
    away = own.folder / "away.sqlite3"
    database.rename(away)
    process = own.start("worker")
    wait_until(lambda: "Work waits: no such table" in own.logs())
    assert process.poll() is None
    kill(process)
    for left in own.folder.glob("db.sqlite3*"):
        left.unlink()
    away.rename(database)
    process = own.start("worker")
    wait_until(lambda: "last begins" in done(own))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


# The turns themselves

CALLS: list[date] = []


def counted(*, today: date) -> None:
    CALLS.append(today)


@pytest.fixture
def counting(db, settings) -> list[date]:
    settings.SAMLING_SCHEDULED = (f"{__name__}.counted",)
    CALLS.clear()
    return CALLS


def test_work_is_done_once_an_hour(counting):
    assert len(run_scheduled(today=TODAY)) == 1
    assert run_scheduled(today=TODAY) == ()
    Turn.objects.update(finished_at=timezone.now() - timedelta(minutes=56))
    assert len(run_scheduled(today=TODAY)) == 1
    assert len(run_scheduled(today=TODAY, force=True)) == 1
    assert counting == [TODAY] * 3


def test_a_turn_that_was_never_ended_is_waited_for(counting):
    now = timezone.now()
    Turn.objects.create(work=f"{__name__}.counted", running=True, started_at=now)
    assert run_scheduled(today=TODAY, force=True) == ()
    Turn.objects.update(started_at=now - TURN_LASTS - timedelta(seconds=1))
    assert len(run_scheduled(today=TODAY)) == 1
    assert counting == [TODAY]


def test_nothing_is_begun_when_told_to_stop(counting):
    assert run_scheduled(today=TODAY, stop=lambda: True) == ()
    assert counting == []
    assert not Turn.objects.exists()
