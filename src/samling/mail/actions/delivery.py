"""Emptying the outbox: each message is handed to the mail server, once.

How a message is never lost: it leaves the outbox's states `waiting` and `sending` only when the
server has answered. A worker first claims a few messages and commits that, so that no other takes
them, and talks with the server outside of any transaction.

How it is never doubled: the worker notes in its ledger (`mail.ledger`) when it is about to send a
message's last byte, and when the server has answered. When a worker was killed, the next one
reads the ledger at once: what was taken is marked as sent, what had not been offered waits again.
One message at most was offered without a noted answer, and no sender can know whether the server
took it (the same holds for a connection that breaks there). It is neither sent again nor called
sent: its state is `unsure`, staff see it first on their page and decide. If they send it again,
it carries the same Message-ID and date.

What the ledger can't tell is treated as unsure too: after a loss of power, or when a machine with
its files is gone, that is up to `BATCH` messages. Taken messages are marked as sent once for a
batch, which costs one commit instead of `BATCH`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from samling.mail.choices import State
from samling.mail.ledger import Ledger, Left, left_behind
from samling.mail.models import Message
from samling.mail.transport import (
    NeverError,
    NotNowError,
    SettingError,
    Transport,
    UnreachableError,
    UnsureError,
    configured,
)

CLAIM_LASTS = timedelta(minutes=10)
BATCH = 20
MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
BREAKS_IN_A_ROW = 3
A_TURN = 200  # messages for one task or turn of the worker, so that other work isn't kept waiting
DIED = "The worker died when it had handed over the message and not yet noted the answer."
stopping = threading.Event()  # set when this process has been asked to stop


@dataclass
class Delivery:
    """What one emptying did, by number of messages; `unreachable` is why it stopped early."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unsure: int = 0
    unreachable: str = ""

    @property
    def tried(self) -> int:
        """How many messages the server was asked to take."""
        return self.sent + self.postponed + self.failed + self.unsure


@dataclass
class Hand:
    """A worker's hand: its ledger, and the messages taken since the last commit."""

    ledger: Ledger
    taken: list[Message] = field(default_factory=list)


@task()
def deliver() -> str:
    """Send what is due now, up to `A_TURN` messages; the worker sends the rest."""
    return str(deliver_due(limit=A_TURN))


def ask_for_delivery() -> None:
    """Have a worker deliver soon. One asking is enough for all that waits."""
    waiting = DBTaskResult.objects.ready().filter(task_path=deliver.module_path)
    if not waiting.exists():
        deliver.enqueue()


def deliver_when_committed() -> None:
    """Ask for delivery once when the transaction is committed, however many messages it has."""
    queued = transaction.get_connection().run_on_commit
    if not any(work is ask_for_delivery for _, work, _ in queued):
        transaction.on_commit(ask_for_delivery, robust=True)


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
    the messages wait on and no attempt is counted. Nor is it for one that is unsure. Without a
    server nothing is sent.
    """
    done = Delivery()
    try:
        carrier = transport or configured()
    except SettingError as error:
        done.unreachable = str(error)
        return done
    folder = settings.SAMLING_DATA / "outbox"
    recover(folder)
    if carrier is None:
        return done
    with carrier, Ledger(folder) as ledger:
        hand = Hand(ledger)
        while not stop() and not done.unreachable:
            claimed = _claim(ledger) if limit is None or done.tried < limit else []
            if not claimed:
                break
            _send_claimed(claimed, hand, carrier, stop, done)
    return done


def recover(folder: Path) -> None:
    """Read what dead workers left, and let go of what they held.

    A worker whose ledger isn't here (another machine's) is waited for `CLAIM_LASTS`; it gets the
    last word on its messages if its ledger turns up later.
    """
    with left_behind(folder) as dead:
        for left in dead:
            _settle(left)
    away = Message.objects.filter(state=State.SENDING, claimed_at__lte=timezone.now() - CLAIM_LASTS)
    away.update(state=State.UNSURE, claimed_at=None, problem=DIED)


@transaction.atomic
def _settle(left: Left) -> None:
    """What became of the messages that a dead worker had claimed."""
    held = Message.objects.select_for_update().filter(
        claimed_by=left.worker, state__in=(State.SENDING, State.UNSURE)
    )
    messages = list(held)
    _mark_sent([message for message in messages if message.pk in left.taken])
    rest = [message.pk for message in messages if message.pk not in left.taken]
    unsure = [key for key in rest if key in left.offered or not left.whole]
    waiting = [key for key in rest if key not in unsure]
    free = {"claimed_at": None, "claimed_by": ""}
    Message.objects.filter(pk__in=unsure).update(state=State.UNSURE, problem=DIED, **free)
    Message.objects.filter(pk__in=waiting).update(state=State.WAITING, problem="", **free)


def _claim(ledger: Ledger) -> list[Message]:
    """Take a few due messages for this worker; committed when it returns."""
    ledger.begin()
    now = timezone.now()
    with transaction.atomic():
        due = Message.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
        found = due.order_by("next_attempt_at", "id").select_for_update(skip_locked=True)
        claimed = list(found[:BATCH])
        Message.objects.filter(pk__in=[message.pk for message in claimed]).update(
            state=State.SENDING, claimed_at=now, claimed_by=ledger.worker
        )
    return claimed


def _send_claimed(
    claimed: list[Message],
    hand: Hand,
    carrier: Transport,
    stop: Callable[[], bool],
    done: Delivery,
) -> None:
    """Send the batch; what is not tried is given back as it was."""
    # A slow server may not hold a batch so long that its messages are taken for a dead worker's.
    until = timezone.now() + CLAIM_LASTS / 2
    breaks = 0
    for message in claimed:
        if stop() or done.unreachable or timezone.now() > until:
            break
        problem = _send(message, hand, carrier, done)
        breaks = breaks + 1 if problem else 0
        if breaks == BREAKS_IN_A_ROW:
            done.unreachable = problem
    _note_taken(hand)
    _give_back(hand.ledger.worker, done.unreachable)


def _send(message: Message, hand: Hand, carrier: Transport, done: Delivery) -> str:
    """Try one message; why, if the trouble may be the server's and not the message's."""
    ledger = hand.ledger
    try:
        carrier.send(message, lambda: ledger.offered(message.pk))
        ledger.taken(message.pk)
        hand.taken.append(message)
        done.sent += 1
    except UnsureError as error:
        _release(message, ledger, state=State.UNSURE, problem=str(error))
        done.unsure += 1
        return str(error)
    except UnreachableError as error:
        done.unreachable = str(error)
    except NotNowError as error:
        ledger.refused(message.pk)
        _postpone(message, ledger, str(error), done)
        return str(error)
    except (DatabaseError, OSError):
        raise  # the worker's own trouble: its ledger stays, and tells the rest
    except Exception as error:
        # A message that can't even be composed must not stop those behind it.
        ledger.refused(message.pk)
        words = str(error) if isinstance(error, NeverError) else f"{type(error).__name__}: {error}"
        _fail(message, ledger, words)
        done.failed += 1
    return ""


def _note_taken(hand: Hand) -> None:
    """Write down what the server has taken since the last time."""
    with transaction.atomic():
        _mark_sent(hand.taken)
    hand.taken.clear()


def _mark_sent(messages: Collection[Message]) -> None:
    """They are sent, whoever holds the claim by now; a secret's subject and text are cleared."""
    keys = {message.pk for message in messages}
    if not keys:
        return
    secret = {message.pk for message in messages if message.secret and not settings.SAMLING_DEMO}
    if secret:
        Message.objects.filter(pk__in=secret).update(subject="", text="", html="")
    Message.objects.filter(pk__in=keys, state__in=(State.SENDING, State.UNSURE)).update(
        state=State.SENT,
        sent_at=timezone.now(),
        attempts=F("attempts") + 1,
        problem="",
        claimed_at=None,
        claimed_by="",
    )


def _postpone(message: Message, ledger: Ledger, problem: str, done: Delivery) -> None:
    attempts = message.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _fail(message, ledger, problem)
        done.failed += 1
        return
    done.postponed += 1
    _release(
        message,
        ledger,
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


def _fail(message: Message, ledger: Ledger, problem: str) -> None:
    attempts = message.attempts + 1
    _release(message, ledger, state=State.FAILED, attempts=attempts, problem=problem)


def _release(message: Message, ledger: Ledger, **values: object) -> None:
    """Let go of a message; nothing if it has been taken from this worker meanwhile."""
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING, claimed_by=ledger.worker)
    mine.update(claimed_at=None, claimed_by="", **values)


def _give_back(worker: str, problem: str) -> None:
    """What was claimed and not tried waits again, with why if the server is away."""
    rest = Message.objects.filter(state=State.SENDING, claimed_by=worker)
    said = {"problem": problem, "next_attempt_at": next_attempt(1, timezone.now())}
    rest.update(state=State.WAITING, claimed_at=None, claimed_by="", **(said if problem else {}))
