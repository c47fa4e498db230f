"""Runs what touches the records once more on PostgreSQL: `python tests/on_postgresql.py [words]`.

The words are pytest's, such as a folder. A server of its own is started in a temporary folder, on
a socket, and ended afterwards, so that nothing has to be set up and nothing is left. PostgreSQL
does not run as root; root runs it as Debian's user `postgres`.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote


def main() -> int:
    programs = _programs()
    if programs is None:
        print("SKIPPED: PostgreSQL isn't installed, so only SQLite was tried.")  # noqa: T201
        return int(os.environ.get("SAMLING_FAIL_ON_SKIP") == "1")
    with _server(programs) as url:
        environment = {**os.environ, "DATABASE_URL": url, "SAMLING_TEST_DATABASE_URL": url}
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


def _programs() -> Path | None:
    """The folder with `initdb` and `postgres`: the newest of Debian's, or what is on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def _version(path: Path) -> float:
    return float(path.parts[-3])


@contextlib.contextmanager
def _server(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="samling-pg-"))
    who = {}
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
        who = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
    make = ["--auth=trust", "--username=samling", "--encoding=UTF8", "--locale=C.UTF-8"]
    data = str(folder / "data")
    started = None
    try:
        subprocess.run(
            [programs / "initdb", *make, "--no-sync", "-D", data],
            check=True, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip
        # The data is thrown away, so nothing waits for the disk.
        fast = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
        settings = [word for name in fast for word in ("-c", name)]
        started = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *settings],
            stderr=(folder / "log").open("wb"), **who,
        )  # fmt: skip
        _wait_for(programs, folder)
        yield f"postgres://samling@{quote(str(folder), safe='')}/postgres"
    finally:
        if started is not None:
            started.terminate()
            started.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(programs: Path, folder: Path) -> None:
    ready = [programs / "pg_isready", "-q", "-h", folder]
    limit = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode != 0:
        if time.monotonic() > limit:
            raise SystemExit(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.1)


if __name__ == "__main__":
    raise SystemExit(main())
