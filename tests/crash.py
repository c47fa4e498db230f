"""Pieces of program, each run in a real process of its own, so that it can be killed or starved.

Imports take seconds and a kill takes one process each: one server imports, and forks for each
piece. `die`, `wait_for`, `say` and what is imported below are at hand in every piece.
"""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SERVER = """
import errno, json, os, resource, signal, sys, time, traceback
from pathlib import Path
import pandas  # pyarrow imports it when first used, which takes seconds
import pyarrow.parquet as pq
from samling.warehouse import DiskFull, StoreFailed, Warehouse

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def wait_for(count):
    (root / ("ready-" + str(os.getpid()))).touch()
    limit = time.monotonic() + 60
    while len(list(root.glob("ready-*"))) < count and time.monotonic() < limit:
        time.sleep(0.01)

def say(*words):
    # In one piece, so that two processes do not write into each other's lines.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

once, each = sys.argv[1:]
exec(once, globals())
for line in sys.stdin:
    job = json.loads(line)
    said, output = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        status = 0
        try:
            globals().update(job["given"])
            exec(each, globals())
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
    """The running server; called with a piece of program, it gives its exit code and output."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def __call__(self, body: str, **given: str) -> tuple[int, str]:
        job = json.dumps({"body": textwrap.dedent(body), "given": given})
        self.process.stdin.write(job + "\n")
        self.process.stdin.flush()
        code, text = json.loads(self.process.stdout.readline())
        return code, text


@contextmanager
def programs(
    *, each: str, once: str = "", environment: Mapping[str, str] | None = None
) -> Iterator[Programs]:
    """A server that ran `once` when it started and runs `each` before every piece.

    What a piece is given stands as texts under their names when `each` is run.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, once, each],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Programs(process)
    process.stdin.close()
    process.wait()
    process.stdout.close()


def stored_files(root: Path) -> dict[str, bytes]:
    """Everything that a warehouse keeps, without what a killed writer left behind."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".incoming" not in path.parts
    }
