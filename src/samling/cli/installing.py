"""Commands that make and serve an installation."""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from samling.audit.actions import Actor
from samling.cli.made_up import make_people_wing
from samling.cli.preparing import alone, port_taken, prepare
from samling.cli.speaking import Run, console, errors
from samling.cli.studying import publish

DEMO_STUDIES = ("nhanes-2009-2010", "liv-och-halsa-ung-demo")


def define_setup(parser: argparse.ArgumentParser) -> Run:
    """`samling setup`"""
    return setup


def setup(arguments: argparse.Namespace) -> int:
    """Make or renew the database, the areas of Sweden and the static files."""
    prepare()
    with alone():
        # Files get their content in their name, whatever the settings of this process say: the
        # server, which starts afterwards, sees that they were collected. Those of an earlier
        # version stay, since a server that runs may still point to them.
        command = collectstatic.Command()
        command.storage = CompressedManifestStaticFilesStorage()
        call_command(command, verbosity=0, interactive=False)
    console.print("Ready.")
    return 0


def define_demo(parser: argparse.ArgumentParser) -> Run:
    """`samling demo`"""
    parser.add_argument("--port", type=int, default=8000)
    return demo


def demo(arguments: argparse.Namespace) -> int:
    """Set up, publish the two studies of the repository, make its people, and serve it all."""
    taken = port_taken(arguments.port)
    if taken:
        errors.print(f"Nothing was started or published. {taken}")
        return 1
    if "SAMLING_ADDRESS" not in os.environ:
        # Letters lead to the port, which is known only now; the server reads it when it starts.
        settings.SAMLING_ADDRESS = f"http://127.0.0.1:{arguments.port}/"
    setup(arguments)
    studies = Path(__file__).parents[3] / "studies"
    for name in DEMO_STUDIES:
        console.print(f"Publishing {name}")
        words = argparse.Namespace(folder=studies / name, what_changed="", despite_differences="")
        status = publish(words)
        if status:
            return status
    console.print("Making the demo's organisations and people")
    made = make_people_wing(by=Actor("samling demo"), say=console.print)
    if made.people:
        console.print(
            f"{made.organisations} organisations, {made.units} units, {made.people} people, "
            f"{made.appointments} appointments: all made up but the authorities' names."
        )
    return _serve(arguments.port)


def _serve(port: int) -> int:
    console.print(f"Serving on http://127.0.0.1:{port}  (stop with Ctrl-C)")
    sys.stdout.flush()
    command = [
        sys.executable, "-m", "gunicorn", "samling.web.wsgi:application",
        "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--timeout", "120",
        "--log-level", "warning",
    ]  # fmt: skip
    os.environ["SAMLING_DATA"] = str(settings.SAMLING_DATA)
    os.environ["SAMLING_ADDRESS"] = settings.SAMLING_ADDRESS
    os.environ["SAMLING_DEMO"] = "1"
    # The worker ends with this process, which becomes the server.
    beside = [sys.executable, "-m", "samling.cli.main", "worker", "--with", str(os.getpid())]
    subprocess.Popen(beside, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command, no shell
    # Publishing shared locks with processes beside, which are let go of when they are collected;
    # else they would be left behind, and the server begin by warning of that.
    gc.collect()
    # A new process, so that the settings see the static files that were just collected.
    os.execv(sys.executable, command)  # noqa: S606 - our own command, no shell
    return 0
