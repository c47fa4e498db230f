"""Real workers, killed (SIGKILL) in the middle of sending: nothing lost, nothing doubled.

What can be promised, and is tested here: a message that is called sent was taken once; a message
that is called unsure was taken once or not at all; none is taken twice; and each kill leaves at
most one unsure message, which the server alone could tell of.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installations import Installation, installation, kill, wait_until
from mail.unruly import Post, serving

MANY = 300
QUEUE = """
from django.db import transaction
from samling.mail.actions import queue
with transaction.atomic():
    for number in range({many}):
        queue(key=f"k-{{number}}", template="delivery-test", to=f"m{{number}}@exempel.se",
              language="sv",
              context={{"installation": "x", "address": "https://x.se/", "note": ""}})
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    with installation(folder) as made:
        made.run(QUEUE.format(many=MANY))
    return folder


@pytest.fixture
def post() -> Iterator[Post]:
    with serving() as post:
        yield post


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own(request, tmp_path, post) -> Iterator[Installation]:
    settings = {"SAMLING_SMTP_URL": f"{post.url}?tls=none"}
    if request.param == "sqlite":
        migrated = request.getfixturevalue("migrated")
        with installation(tmp_path / "own", migrated=migrated, **settings) as made:
            yield made
        return
    url = os.environ.get("SAMLING_TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("SAMLING_TEST_DATABASE_URL names no PostgreSQL server")
    with installation(tmp_path / "own", postgres=url, **settings) as made:
        made.run(QUEUE.format(many=MANY))
        yield made


def done(own: Installation) -> bool:
    """Everything has been tried, and every ledger is read and closed."""
    left = {"waiting", "sending"} & own.states().keys()
    return not left and not list((own.folder / "outbox").glob("*"))


def taken_once_or_unsure(own: Installation, post: Post, *, kills: int) -> int:
    """The promise, message by message; how many are unsure."""
    assert set(post.ids.values()) <= {1}, "a message was taken twice"
    taken = {name.strip("<>").partition("@")[0] for name in post.ids}
    found = dict(own.rows("SELECT message_id, state FROM mail_message"))
    states = {str(key).replace("-", ""): state for key, state in found.items()}
    taken = {name.replace("-", "") for name in taken}
    assert set(states.values()) <= {"sent", "unsure"}
    assert {key for key, state in states.items() if state == "sent"} <= taken
    unsure = {key for key, state in states.items() if state == "unsure"}
    assert taken <= states.keys()
    assert states.keys() - taken <= unsure, "a message is lost and nobody is told"
    assert len(states) == MANY
    assert len(unsure) <= kills
    return len(unsure)


def test_killed_at_any_moment(own, post):
    """Six workers one after another, each killed when some more have been taken."""
    for count in (1, 30, 75, 140, 200, 260):
        process = own.start("worker")
        wait_until(lambda count=count: len(post.ids) >= count)
        time.sleep(count % 7 / 1000)
        kill(process)
    own.start("worker")
    wait_until(lambda: done(own))
    unsure = taken_once_or_unsure(own, post, kills=6)
    assert len(post.ids) >= MANY - unsure


@pytest.mark.parametrize(("stage", "taken"), [("dot", False), ("taken", True)])
def test_killed_between_the_last_byte_and_the_answer(own, post, stage, taken):
    """The one moment when nobody can know. The server took the message in one of the cases."""
    process = own.start("worker")
    wait_until(lambda: len(post.ids) >= 10)
    post.misbehave(stage, "delay", times=1)
    wait_until(lambda: not post.trouble[0].times)
    time.sleep(0.2)
    kill(process)
    own.start("worker")
    wait_until(lambda: done(own))
    assert taken_once_or_unsure(own, post, kills=1) == 1
    assert len(post.ids) == (MANY if taken else MANY - 1)


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_killed_before_the_last_byte_there_is_no_doubt(own, post, stage):
    post.misbehave(stage, "delay", times=1)
    process = own.start("worker")
    wait_until(lambda: not post.trouble[0].times)
    time.sleep(0.2)
    kill(process)
    own.start("worker")
    wait_until(lambda: done(own))
    assert taken_once_or_unsure(own, post, kills=0) == 0
    assert len(post.ids) == MANY


def test_three_workers_at_once_and_one_of_them_killed(own, post):
    killed = own.start("worker")
    others = [own.start("worker"), own.start("worker")]
    wait_until(lambda: len(post.ids) >= 60)
    kill(killed)
    wait_until(lambda: done(own))
    taken_once_or_unsure(own, post, kills=1)
    for process in others:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_told_to_stop_a_worker_finishes_what_it_holds(own, post):
    process = own.start("worker")
    wait_until(lambda: len(post.ids) >= 40)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert own.states() == {"sent": len(post.ids), "waiting": MANY - len(post.ids)}
    own.start("worker")
    wait_until(lambda: done(own))
    assert taken_once_or_unsure(own, post, kills=0) == 0


def test_the_server_dies_while_the_worker_lives(own, post):
    """Drops at every stage, many times, while a worker works on."""
    for stage in ("MAIL", "RCPT", "DATA"):
        post.misbehave(stage, "drop", times=2)
    own.start("worker")
    wait_until(lambda: len(post.ids) >= MANY - 6)
    assert set(post.ids.values()) == {1}
    wait_until(lambda: "sending" not in own.states())
    assert own.states() == {"sent": len(post.ids), "waiting": MANY - len(post.ids)}
