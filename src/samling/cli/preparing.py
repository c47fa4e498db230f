"""What must be so before an installation is changed or served."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from samling.accounts.actions.roles import load_roles
from samling.audit.actions import Actor
from samling.cli.speaking import console
from samling.organisations.actions.role_types import load_role_types
from samling.places.actions import load_sweden

LOCK_NUMBER = 7_265_478_464
"""Any number that nothing else in the database is locked by."""


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process prepares the same installation."""
    with (settings.SAMLING_DATA / "preparing.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        # Machines that share a database need not share a disk.
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [LOCK_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK_NUMBER])


def prepare(*, quiet: bool = False) -> None:
    """Bring the database and the areas up to date; nothing is done twice."""
    with alone():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        load_roles(by=Actor("samling setup"))
        load_role_types(by=Actor("samling setup"))
        loaded = load_sweden(by="samling setup")
    if loaded.created and not quiet:
        console.print(f"Areas of Sweden: {loaded.created} stored.")


def port_taken(port: int) -> str:
    """Why nothing can be served on the port, and what to do; nothing when it can."""
    mend = "Choose another: make demo PORT=8001, or samling demo --port 8001."
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
            return f"Port {port} can't be used ({str(why).lower()}). {mend}"
    return ""
