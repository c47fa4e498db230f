"""Emptying the outbox: each message is handed to the mail server, once if it can be helped.

How a message is never lost: it leaves the outbox's states `waiting` and `sending` only when the
server has answered. A worker first claims a few messages and commits that, so that no other takes
them, and talks with the server outside of any transaction. A claim that is older than
`CLAIM_LASTS` belongs to a worker that died, and is taken again.

Why "once" can't be promised: the server says 250, and then we write it down. A process that is
killed (SIGKILL, power) between the two leaves a message that was delivered and is not known to
be. It will be sent again, for the other choice (writing it down first) would lose it. The window
is one commit long and holds one message a worker. A connection that breaks after the message's
last byte but before the 250 leaves the same doubt, and has the same answer. The repeat carries
the same Message-ID and date, byte for byte, so that receivers and people can tell it. SIGTERM
(`stop`) opens no such window: the message in hand is finished and the others are given back.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from samling.mail.choices import State
from samling.mail.models import Message
from samling.mail.transport import (
    NeverError,
    NotNowError,
    Transport,
    UnreachableError,
    configured,
)

CLAIM_LASTS = timedelta(minutes=10)
BATCH = 20
MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
BREAKS_IN_A_ROW = 3
A_TURN = 200  # messages for one task or turn of the worker, so that other work isn't kept waiting
stopping = threading.Event()  # set when this process has been asked to stop


@dataclass
class Delivery:
    """What one emptying did, by number of messages; `unreachable` is why it stopped early."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unreachable: str = ""

    @property
    def tried(self) -> int:
        """How many messages the server was asked to take."""
        return self.sent + self.postponed + self.failed


@task()
def deliver() -> str:
    """Send what is due now, up to `A_TURN` messages; the worker sends the rest."""
    return str(deliver_due(limit=A_TURN))


def ask_for_delivery() -> None:
    """Have a worker deliver soon. One asking is enough for all that waits."""
    waiting = DBTaskResult.objects.ready().filter(task_path=deliver.module_path)
    if not waiting.exists():
        deliver.enqueue()


def deliver_due(
    *,
    transport: Transport | None = None,
    stop: Callable[[], bool] = stopping.is_set,
    limit: int | None = None,
) -> Delivery:
    """Send what is due, over one connection, until nothing is due or `stop` says so.

    With a limit it ends after that many messages, rounded up to a whole batch.

    Safe in any number of workers at once. A message that the server doesn't take now waits
    longer each time, about 16 hours in all, and then has failed; one that it will never take has
    failed at once, with the server's words. A server that can't be reached is nobody's failure:
    the messages wait on and no attempt is counted. Without a server nothing is done.
    """
    done = Delivery()
    carrier = transport or configured()
    if carrier is None:
        return done
    worker = _worker_name()
    with carrier:
        while not stop() and not done.unreachable:
            claimed = _claim(worker) if limit is None or done.tried < limit else []
            if not claimed:
                break
            _send_claimed(claimed, worker, carrier, stop, done)
    return done


def _worker_name() -> str:
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def _claim(worker: str) -> list[Message]:
    """Take a few due messages for this worker; committed when it returns."""
    now = timezone.now()
    due = Q(state=State.WAITING, next_attempt_at__lte=now)
    left_behind = Q(state=State.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    with transaction.atomic():
        found = Message.objects.filter(due | left_behind).order_by("next_attempt_at", "id")
        claimed = list(found.select_for_update(skip_locked=True)[:BATCH])
        Message.objects.filter(pk__in=[message.pk for message in claimed]).update(
            state=State.SENDING, claimed_at=now, claimed_by=worker
        )
    return claimed


def _send_claimed(
    claimed: list[Message],
    worker: str,
    carrier: Transport,
    stop: Callable[[], bool],
    done: Delivery,
) -> None:
    """Send the batch; what is not tried is given back as it was."""
    # A slow server may not hold a batch so long that another worker takes it too.
    until = timezone.now() + CLAIM_LASTS / 2
    breaks = 0
    for message in claimed:
        if stop() or done.unreachable or timezone.now() > until:
            break
        try:
            carrier.send(message)
        except NeverError as error:
            _fail(message, worker, str(error))
            done.failed += 1
        except NotNowError as error:
            _postpone(message, worker, str(error), done)
            breaks += 1
            if breaks == BREAKS_IN_A_ROW:
                done.unreachable = str(error)
            continue
        except UnreachableError as error:
            done.unreachable = str(error)
        except Exception as error:
            # A message that can't even be composed must not stop those behind it.
            _fail(message, worker, f"{type(error).__name__}: {error}")
            done.failed += 1
        else:
            _mark_sent(message)
            done.sent += 1
        breaks = 0
    _give_back(worker, done.unreachable)


def _mark_sent(message: Message) -> None:
    """Write down the server's 250, whoever holds the claim by now."""
    cleared = {"text": "", "html": ""} if message.secret and not settings.SAMLING_DEMO else {}
    Message.objects.filter(pk=message.pk).exclude(state=State.SENT).update(
        state=State.SENT,
        sent_at=timezone.now(),
        attempts=message.attempts + 1,
        problem="",
        claimed_at=None,
        claimed_by="",
        **cleared,
    )


def _postpone(message: Message, worker: str, problem: str, done: Delivery) -> None:
    attempts = message.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _fail(message, worker, problem)
        done.failed += 1
        return
    done.postponed += 1
    _release(
        message,
        worker,
        state=State.WAITING,
        attempts=attempts,
        next_attempt_at=next_attempt(attempts, timezone.now()),
        problem=problem,
    )


def next_attempt(attempts: int, now: datetime) -> datetime:
    """When to try again: twice as long each time, up to four hours, give or take a fifth."""
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    factor = random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
    return now + wait * factor


def _fail(message: Message, worker: str, problem: str) -> None:
    _release(message, worker, state=State.FAILED, attempts=message.attempts + 1, problem=problem)


def _release(message: Message, worker: str, **values: object) -> None:
    """Let go of a message; nothing if another worker has taken it meanwhile."""
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING, claimed_by=worker)
    mine.update(claimed_at=None, claimed_by="", **values)


def _give_back(worker: str, problem: str) -> None:
    """What was claimed and not tried waits again, with why if the server is away."""
    rest = Message.objects.filter(state=State.SENDING, claimed_by=worker)
    said = {"problem": problem, "next_attempt_at": next_attempt(1, timezone.now())}
    rest.update(state=State.WAITING, claimed_at=None, claimed_by="", **(said if problem else {}))
