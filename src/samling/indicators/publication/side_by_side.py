"""The share layer's questions in processes beside this one, as none of them needs another.

Each process is started anew (a fork would share the analysis engine's locks) and holds the study
that it is given. Whichever is free takes the next question, and the answers are put in the
questions' order: the verdicts are the same however many processes there are. An error in one of
them, or the end of one, ends the whole: nothing is published.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as await_end
from threading import Thread

from samling.indicators.publication import disclosure
from samling.indicators.publication.counting import Counts, Universe
from samling.indicators.publication.disclosure import Verdict
from samling.indicators.publication.lattice import Key, Lattice
from samling.indicators.publication.people import base_layer
from samling.indicators.study.schema import Indicator
from samling.stats.disclosure import DisclosureError

Base = Mapping[Universe, Set[Key]]
Held = tuple[Lattice, Counts, dict[Universe, set[Key]]]
Verdicts = dict[str, dict[Key, Verdict]]
USEFUL = 2  # more processes than this wait for the slowest question

_held: list[Held] = []  # in a process beside: the study that it was given


class Workers:
    """Processes that are ready for questions; `workers` starts and ends them."""

    def __init__(self, number: int) -> None:
        # One pool for each process, so that each can be given the study once.
        context = get_context("spawn")
        self.pools = [
            ProcessPoolExecutor(1, mp_context=context, initializer=_end_with_parent)
            for _ in range(number)
        ]
        for pool in self.pools:
            pool.submit(os.getpid)  # it begins to import while the study is read

    def end(self) -> None:
        """Let them go, and with them the locks that they share with this process."""
        for pool in self.pools:
            pool.shutdown()

    def abandon(self) -> None:
        """Let them go; what is being done is not waited for."""
        for pool in self.pools:
            pool.shutdown(wait=False, cancel_futures=True)

    def control(self, lattice: Lattice, counts: Counts) -> Verdicts:
        """What `disclosure.control` gives. DisclosureError if a process ends before its time."""
        base = base_layer(lattice, counts)
        questions = disclosure.questions_of(lattice)
        try:
            held = [pool.submit(_hold, (lattice, counts, base)) for pool in self.pools]
            for ready in held:
                ready.result()
            answers = self._asked(questions)
        except BrokenProcessPool as error:
            raise DisclosureError(
                "A process that controlled disclosure ended before it was done."
            ) from error
        return {code: found for answer in answers for code, found in answer.items()}

    def _asked(self, questions: list[list[Indicator]]) -> list[Verdicts]:
        waiting = iter(enumerate(questions))
        busy: dict[Future[Verdicts], tuple[int, ProcessPoolExecutor]] = {}
        answers: dict[int, Verdicts] = {}

        def give(pool: ProcessPoolExecutor) -> None:
            for number, question in waiting:
                busy[pool.submit(_share_layer, question)] = (number, pool)
                return

        for pool in self.pools:
            give(pool)
        while busy:
            for done in wait(busy, return_when=FIRST_COMPLETED).done:
                number, pool = busy.pop(done)
                answers[number] = done.result()
                give(pool)
        return [answers[number] for number in range(len(questions))]


@contextmanager
def workers(number: int) -> Iterator[Workers | None]:
    """That many processes; none if one is enough, or if the machine has none to give."""
    started = _started() if min(number, os.cpu_count() or 1) >= USEFUL else None
    try:
        yield started
    except BaseException:
        if started is not None:
            started.abandon()
        raise
    if started is not None:
        started.end()


def _started() -> Workers | None:
    """None where a process may not make the semaphores it takes (no shared memory, a full disk)."""
    try:
        return Workers(USEFUL)
    except OSError:
        return None


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for questions for ever."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    await_end([sentinel])
    os._exit(1)


def _hold(study: Held) -> None:
    _held[:] = [study]


def _share_layer(question: list[Indicator]) -> Verdicts:
    lattice, counts, base = _held[0]
    return disclosure.share_layer(lattice, counts, question, base)
