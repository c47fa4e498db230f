"""What a worker notes of the conversation with the mail server, so that its death can be read.

One small file for each delivery. It is locked for as long as the process lives, so that another
process can tell that it died, at once and without guessing. A line is written before a message's
last byte and another after the server's answer. A line costs microseconds and outlives the kill
of the process; a loss of power can lose the last lines, so the file says in which running of the
machine it was written.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

BOOT = Path("/proc/sys/kernel/random/boot_id")
SUFFIX = ".ledger"


def this_boot() -> str:
    """The name of the machine's present running; empty where it has none."""
    return BOOT.read_text().strip() if BOOT.exists() else ""


class Ledger:
    """The file of a delivery that goes on, from `with` to its end.

    A clean end removes it. After an error it stays, for the next delivery to read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.worker = secrets.token_hex(16)
        self.path = folder / f"{self.worker}{SUFFIX}"
        self.file = -1
        self.empty = 0

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        hidden = self.path.with_suffix(".new")
        self.file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self.empty = os.write(self.file, f"boot {this_boot()}\n".encode())
        # Seen by others only when it is locked: they would take it for a dead one's.
        hidden.rename(self.path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.path.unlink(missing_ok=True)
        os.close(self.file)

    def begin(self) -> None:
        """Forget what is noted: the database knows it all by now."""
        os.ftruncate(self.file, self.empty)

    def offered(self, number: int) -> None:
        """The last byte of the message is about to be sent."""
        self._write("offered", number)

    def taken(self, number: int) -> None:
        """The server has taken the message."""
        self._write("taken", number)

    def refused(self, number: int) -> None:
        """The server has answered, and has not taken it."""
        self._write("refused", number)

    def _write(self, word: str, number: int) -> None:
        os.write(self.file, f"{word} {number}\n".encode())


@dataclass(frozen=True)
class Left:
    """What a dead worker's ledger says: messages taken, messages offered without an answer.

    `whole` is whether nothing can be missing from it; if not, any of its messages may have been
    offered.
    """

    worker: str
    taken: frozenset[int]
    offered: frozenset[int]
    whole: bool


@contextmanager
def left_behind(folder: Path) -> Iterator[tuple[Left, ...]]:
    """The ledgers of the dead; removed at the end unless there was an error."""
    held: list[tuple[Path, int]] = []
    try:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            number = _lock(path)
            if number is not None:
                held.append((path, number))
        yield tuple(_read(path) for path, _ in held)
        for path, _ in held:
            path.unlink(missing_ok=True)
    finally:
        for _, number in held:
            os.close(number)


def _lock(path: Path) -> int | None:
    """The file's descriptor, locked; None if its writer lives or it is gone."""
    with suppress(FileNotFoundError):
        number = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
        else:
            if path.exists():
                return number
            os.close(number)
    return None


def _read(path: Path) -> Left:
    last: dict[int, str] = {}
    boot = ""
    for line in path.read_text("ascii", "replace").splitlines():
        word, _, value = line.partition(" ")
        if word == "boot":
            boot = value
        elif value.isdecimal():
            last[int(value)] = word
    said = {word: frozenset(n for n, w in last.items() if w == word) for word in last.values()}
    return Left(
        path.stem,
        said.get("taken", frozenset()),
        said.get("offered", frozenset()),
        whole=bool(boot) and boot == this_boot(),
    )
