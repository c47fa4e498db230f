"""An installation of its own with real processes, which can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

SETTINGS = """
import os
import dj_database_url
from samling.web.settings import *
if "OWN_DATABASE" in os.environ:
    DATABASES = {"default": dj_database_url.parse(os.environ["OWN_DATABASE"])}
"""
SETUP = """
import django
django.setup()
"""


@dataclass
class Installation:
    """A folder with its data, a database, and the environment that its processes get."""

    folder: Path
    environment: dict[str, str]
    postgres: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, program: str, *, given: bytes = b"") -> str:
        """A piece of program in a process of its own, with Django set up; what it printed."""
        ran = subprocess.run(
            [sys.executable, "-c", SETUP + program],
            env=self.environment,
            input=given,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode()

    def samling(self, *words: str) -> tuple[int, str]:
        """A command, run to its end."""
        ran = subprocess.run(
            [sys.executable, "-m", "samling.cli.main", *words],
            env=self.environment,
            capture_output=True,
            check=False,
        )
        return ran.returncode, ran.stdout.decode() + ran.stderr.decode()

    def start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """A command that goes on, with its output in a file named by its process."""
        log = (self.folder / f"log-{len(self.processes)}").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "samling.cli.main", *words],
            env={**self.environment, **more},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.processes.append(process)
        return process

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("log-*")))

    def rows(self, sql: str) -> list[tuple]:
        """What the database says."""
        if self.postgres:
            with psycopg.connect(self.postgres) as connection:
                return connection.execute(sql).fetchall()
        connection = sqlite3.connect(self.folder / "db.sqlite3", timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM mail_message GROUP BY state"))

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)


@contextmanager
def installation(
    folder: Path,
    *,
    migrated: Path | None = None,
    postgres: str = "",
    settings: str = "",
    **more: str,
) -> Iterator[Installation]:
    """A migrated installation: a copy of `migrated`, or migrated now (on PostgreSQL by its URL).

    `settings` are lines of program after the installation's settings; its folder is importable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {n: v for n, v in os.environ.items() if n != "DATABASE_URL" and "SAMLING" not in n}
    own = kept | {
        "SAMLING_DATA": str(folder),
        "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]),
        "DJANGO_SETTINGS_MODULE": "own_settings",
        **more,
    }
    made = Installation(folder, own)
    if postgres:
        name = f"samling_{folder.name}_{os.getpid()}".lower().replace("-", "_")
        made.postgres = urlunsplit(urlsplit(postgres)._replace(path=f"/{name}"))
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{name}"')
        own["OWN_DATABASE"] = made.postgres
    try:
        if migrated:
            shutil.copytree(migrated, folder, dirs_exist_ok=True)
        (folder / "own_settings.py").write_text(SETTINGS + settings)
        if not migrated:
            made.run(MIGRATE)
        yield made
    finally:
        made.end()
        if postgres:
            with psycopg.connect(postgres, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


MIGRATE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
"""
