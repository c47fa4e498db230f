"""What the mail server runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from django.db import DatabaseError

from samling.mail.actions import record_bounce

LARGEST = 10_000_000  # bytes; a report encloses what it is about


def define_bounce(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """`samling mail bounce < FILE`"""
    return bounce


def bounce(arguments: argparse.Namespace) -> int:
    """Read a report of delivery from standard input, as a mail server pipes it.

    What is no report of ours is said and dropped: refusing it would send a report of the report.
    Without the database the mail server is asked to try again (EX_TEMPFAIL).
    """
    raw = sys.stdin.buffer.read(LARGEST)
    try:
        found = record_bounce(raw)
    except DatabaseError as error:
        sys.stderr.write(f"The database can't be used just now: {error}\n")
        return os.EX_TEMPFAIL
    if found is None:
        sys.stderr.write("Not a report of a message that was sent from here; nothing was done.\n")
    else:
        sys.stdout.write(f"Bounced: {found.template} to {found.to}: {found.problem}\n")
    return 0
