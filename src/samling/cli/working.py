"""The loop of `samling worker`: tasks, outbox and scheduled work, in turn, until told to stop."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from samling.mail.actions import deliver_due, run_scheduled
from samling.mail.actions.delivery import A_TURN, stopping

logger = logging.getLogger(__name__)
PAUSE = 1.0
LOOK_AT_SCHEDULE = 60.0
LONGEST_WAIT_FOR_SERVER = 300.0


class WorkLoop:
    """One worker. Any number may run at once; none does what another is doing.

    SIGTERM and SIGINT let the task or the message in hand be finished, and then end the loop. A
    task that was killed half-way is not done again: what must survive a kill is a message of the
    outbox or scheduled work, which are. With a `parent` it also ends when that process has ended.
    """

    def __init__(self, say: Callable[[str], None], *, parent: int | None = None) -> None:
        self.say = say
        self.parent = parent
        self.server_tried_at = 0.0
        self.server_wait = 0.0
        self.schedule_looked_at = float("-inf")
        self.tasks = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run(self) -> None:
        """Work until a signal comes."""
        stopping.clear()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not stopping.is_set() and self._accompanied():
            close_old_connections()
            try:
                idle = self._round()
            except (DatabaseError, OSError) as error:
                # The database may be away for a while, or the disk full. Nothing is lost by it.
                self.say(f"Work waits: {error}")
                idle = True
            if idle:
                stopping.wait(PAUSE)

    def _accompanied(self) -> bool:
        """Whether the process that it belongs to, if any, still runs."""
        return self.parent is None or os.getppid() == self.parent

    def _stop(self, number: int, frame: FrameType | None) -> None:
        stopping.set()
        self.tasks.running = False

    def _round(self) -> bool:
        """One turn of each kind of work; whether there was nothing to do."""
        self.tasks.run()
        idle = self._deliver()
        if time.monotonic() - self.schedule_looked_at > LOOK_AT_SCHEDULE:
            self.schedule_looked_at = time.monotonic()
            for done in run_scheduled(today=timezone.localdate(), stop=stopping.is_set):
                self.say(f"{done.work}: {done.problem or done.result or 'done'}")
        return idle

    def _deliver(self) -> bool:
        """Send a turn of the outbox, unless the server is away and was tried just now."""
        if time.monotonic() - self.server_tried_at < self.server_wait:
            return True
        done = deliver_due(limit=A_TURN)
        self.server_tried_at = time.monotonic()
        if done.unreachable:
            self.server_wait = min(max(2.0, self.server_wait * 2), LONGEST_WAIT_FOR_SERVER)
            self.say(f"Mail waits: {done.unreachable}")
        else:
            self.server_wait = 0.0
        if done.tried:
            said = f"{done.sent} sent, {done.postponed} postponed, {done.failed} failed"
            self.say(f"Mail: {said}, {done.unsure} unsure")
        return not done.tried
