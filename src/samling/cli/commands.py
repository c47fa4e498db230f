"""Every command: what it takes and what it runs."""

from __future__ import annotations

import argparse
import getpass
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from whitenoise.storage import CompressedManifestStaticFilesStorage

from samling.accounts.actions.invitations import invite_from_system
from samling.accounts.actions.roles import load_roles
from samling.accounts.models import Role
from samling.audit.actions import Actor
from samling.cli.made_up import make_people_wing
from samling.cli.mailing import define_bounce
from samling.cli.preparing import alone, port_taken
from samling.cli.working import WorkLoop
from samling.indicators.actions import open_study, publish_study
from samling.indicators.choices import Status
from samling.indicators.publication.differences import DifferencesError
from samling.indicators.queries import warehouse
from samling.indicators.study.findings import StudyError
from samling.mail.actions import run_scheduled
from samling.organisations.actions.role_types import load_role_types
from samling.places.actions import load_division, load_sweden
from samling.places.loading.drafts import DivisionCodeError, DivisionError
from samling.places.loading.outlines import OutlineError
from samling.stats import StatsError
from samling.stats.disclosure import DisclosureError
from samling.surveys.actions import store_dataset
from samling.surveys.microdata import (
    Microdata,
    MicrodataError,
    ReadOptions,
    describe,
    read_microdata,
)
from samling.warehouse import WarehouseError

Run = Callable[[argparse.Namespace], int]
# No markup: what people write in labels and codes, such as [1, 2], is printed as it stands.
console = Console(highlight=False, soft_wrap=True, markup=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
DEMO_STUDIES = ("nhanes-2009-2010", "liv-och-halsa-ung-demo")


def _who() -> str:
    return f"command line, {getpass.getuser()}"


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


def define_import(parser: argparse.ArgumentParser) -> Run:
    """`samling data import FILE`"""
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", help="keep the data under this name (default: only look)")
    parser.add_argument("--codebook", type=Path, help="a file with labels (CSV)")
    parser.add_argument("--encoding")
    parser.add_argument("--delimiter")
    parser.add_argument("--decimal", choices=[",", "."])
    parser.add_argument("--sheet")
    parser.add_argument("--text", action="append", default=[], metavar="COLUMN")
    return import_data


def import_data(arguments: argparse.Namespace) -> int:
    """Say what was understood of a file of microdata, and keep it if a name is given."""
    options = ReadOptions(
        delimiter=arguments.delimiter,
        encoding=arguments.encoding,
        decimal=arguments.decimal,
        sheet=arguments.sheet,
        text=tuple(arguments.text),
        codebook=arguments.codebook,
    )
    try:
        microdata = read_microdata(arguments.file, options=options)
    except MicrodataError as error:
        errors.print(f"Not imported; nothing was stored. {error}")
        return 1
    _describe(arguments.file.name, microdata)
    if arguments.name is None:
        return 0
    try:
        manifest = store_dataset(
            microdata, warehouse(), name=arguments.name, sort_by=(), source=arguments.file.name
        )
    except WarehouseError as error:
        errors.print(f"Not kept; nothing was stored. {error}")
        return 1
    console.print(f"Kept as {manifest.id}")
    return 0


def _describe(name: str, microdata: Microdata) -> None:
    table = Table(title=f"{name}: {microdata.table.num_rows} rows")
    for heading in ("variable", "label", "type", "n", "missing", "distinct", "labels or range"):
        whole = heading in ("variable", "type", "n", "distinct")
        table.add_column(heading, no_wrap=whole, overflow="fold")
    for row in describe(microdata):
        codes = f": {row.missing_codes}" if row.missing_codes else ""
        missing = f"{row.missing}{codes}"
        table.add_row(
            row.name, row.label, row.type, str(row.n), missing, str(row.distinct), row.values
        )
    console.print(table)
    for note in microdata.notes:
        console.print(f"Note: {f'{note.variable}: ' if note.variable else ''}{note.text}")


def define_check(parser: argparse.ArgumentParser) -> Run:
    """`samling study check DIR`"""
    parser.add_argument("folder", type=Path)
    return check


def check(arguments: argparse.Namespace) -> int:
    """Say everything that is wrong with a study, or that nothing is."""
    prepare(quiet=True)
    try:
        checked = open_study(arguments.folder, by=_who())
    except StudyError as error:
        return _say(error)
    study = checked.frame.study
    console.print(
        f"{study.study}: {checked.frame.rows} rows, {len(study.indicators)} indicators, "
        f"{len(checked.areas)} areas. Nothing to mend."
    )
    return 0


def define_publish(parser: argparse.ArgumentParser) -> Run:
    """`samling study publish DIR`"""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--what-changed", default="", help="said on the study's page, in Swedish")
    parser.add_argument(
        "--despite-differences",
        default="",
        metavar="WHO AND WHY",
        help="publish although few persons can be told from the difference to an earlier release; "
        "kept and said on the study's page, and earlier figures are no longer shown",
    )
    return publish


def publish(arguments: argparse.Namespace) -> int:
    """Run the journey from a study's folder to a release, with progress and a summary."""
    prepare(quiet=True)
    started = time.monotonic()

    def progress(text: str) -> None:
        console.print(f"{time.monotonic() - started:6.1f} s  {text}")

    try:
        done = publish_study(
            arguments.folder,
            by=_who(),
            warehouse=warehouse(),
            what_changed=arguments.what_changed,
            despite_differences=arguments.despite_differences,
            progress=progress,
            processes=2,
        )
    except StudyError as error:
        return _say(error)
    except (StatsError, DisclosureError, DifferencesError, WarehouseError) as error:
        errors.print(f"Not published; what was published before stands. {error}")
        return 1
    seconds = time.monotonic() - started
    release = done.release
    table = Table("cells", str(release.summary["cells"]))
    for status in Status:
        table.add_row(status.value.replace("_", " "), str(done.statuses[status]))
    for part in done.hidden:
        kind = f"{part.level}, {'by group' if part.by_group else 'whole'}"
        table.add_row(f"hidden in {kind}", f"{part.hidden} of {part.cells}")
    table.add_row("comparisons", str(release.summary["comparisons"]))
    table.add_row("seconds", f"{seconds:.1f}")
    console.print(table)
    if done.new:
        console.print(
            f"Published {release}: identity {release.identity[:16]}. {release.what_changed}"
        )
        if release.despite_differences:
            console.print("Figures of earlier releases are no longer shown.")
    else:
        console.print(f"Nothing has changed since {release}; no new release.")
    return 0


def _say(error: StudyError) -> int:
    for finding in error.findings:
        errors.print(str(finding))
    count = len(error.findings)
    errors.print(f"{count} {'thing' if count == 1 else 'things'} to mend. Nothing was changed.")
    return 1


def define_division(parser: argparse.ArgumentParser) -> Run:
    """`samling places load FILE`"""
    parser.add_argument("file", type=Path)
    parser.add_argument("--code", required=True)
    parser.add_argument("--name-sv", required=True)
    parser.add_argument("--name-en", required=True)
    parser.add_argument("--outlines", type=Path, help="GeoJSON with the areas' outlines")
    return load_areas


def load_areas(arguments: argparse.Namespace) -> int:
    """Load a division: districts, RegSO, DeSO, school areas or groups of counties."""
    prepare(quiet=True)
    try:
        loaded = load_division(
            arguments.file,
            by=_who(),
            code=arguments.code,
            name_sv=arguments.name_sv,
            name_en=arguments.name_en,
            outlines=arguments.outlines,
        )
    except FileNotFoundError as error:
        errors.print(f"Not loaded; nothing was stored. There is no file {error.filename}.")
        return 1
    except OSError as error:
        why = f"{error.filename} can't be read: {(error.strerror or str(error)).lower()}."
        errors.print(f"Not loaded; nothing was stored. {why} Name a CSV file that you may read.")
        return 1
    except DivisionCodeError as error:
        errors.print(f"Not loaded; nothing was stored. {error}")
        return 1
    except (DivisionError, OutlineError) as error:
        errors.print(str(error))
        return 1
    console.print(f"{loaded.division}: {loaded.created} new, {loaded.changed} changed areas.")
    return 0


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
    # A new process, so that the settings see the static files that were just collected.
    os.execv(sys.executable, command)  # noqa: S606 - our own command, no shell
    return 0


def define_worker(parser: argparse.ArgumentParser) -> Run:
    """`samling worker`"""
    parser.add_argument("--with", type=int, dest="parent", help="end when this process has ended")
    return worker


def worker(arguments: argparse.Namespace) -> int:
    """Do the queued work, send the mail and do what is scheduled, until told to stop."""
    console.print("Working (stop with Ctrl-C)")
    sys.stdout.flush()
    WorkLoop(lambda text: console.print(text), parent=arguments.parent).run()
    console.print("Stopped; what was begun is finished, the rest waits.")
    return 0


def define_invite(parser: argparse.ArgumentParser) -> Run:
    """`samling invite EMAIL`"""
    parser.add_argument("email")
    parser.add_argument("--name", required=True)
    parser.add_argument("--role", default="administrator")
    parser.add_argument("--site", default=settings.SAMLING_ADDRESS)
    return invite


def invite(arguments: argparse.Namespace) -> int:
    """Invite someone to a role for the whole installation, the first administrator for one."""
    prepare(quiet=True)
    role = Role.objects.filter(code=arguments.role).first()
    if role is None:
        codes = ", ".join(Role.objects.values_list("code", flat=True))
        errors.print(f"Nobody was invited. There is no role {arguments.role}; there is {codes}.")
        return 1
    try:
        invitation, link = invite_from_system(
            by=Actor(_who()),
            email=arguments.email,
            name=arguments.name,
            role=role,
            site=arguments.site,
        )
    except ValidationError:
        errors.print(f"Nobody was invited. {arguments.email} is not an e-mail address.")
        return 1
    console.print(f"Invited {invitation.email}; a letter waits in the outbox. The link: {link}")
    return 0


def define_scheduled(parser: argparse.ArgumentParser) -> Run:
    """`samling scheduled`"""
    return scheduled


def scheduled(arguments: argparse.Namespace) -> int:
    """Do all scheduled work now, for an installation that uses cron instead of a worker."""
    all_done = run_scheduled(today=timezone.localdate(), force=True)
    for done in all_done:
        console.print(f"{done.work}: {done.problem or done.result or 'done'}")
    busy = len(settings.SAMLING_SCHEDULED) - len(all_done)
    if busy:
        console.print(f"{busy} being done by another worker just now.")
    return 1 if any(done.problem for done in all_done) else 0


COMMANDS = [
    ("setup", "make or renew the database, areas and static files", define_setup),
    ("demo", "publish the studies of the repository and serve them", define_demo),
    ("data import", "say what is in a file of microdata, and keep it", define_import),
    ("study check", "say everything that is wrong with a study", define_check),
    ("study publish", "publish a study as a release", define_publish),
    ("invite", "invite the first administrator", define_invite),
    ("worker", "do the queued work, send the mail, do what is scheduled", define_worker),
    ("scheduled", "do all scheduled work once", define_scheduled),
    ("mail bounce", "read a report of mail that was not delivered", define_bounce),
    ("places load", "load a division of areas from a file", define_division),
]
