"""Commands about microdata and studies."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from rich.table import Table

from samling.cli.preparing import prepare
from samling.cli.speaking import Run, console, errors, who
from samling.indicators.actions import open_study, publish_study
from samling.indicators.choices import Status
from samling.indicators.publication.differences import DifferencesError
from samling.indicators.queries import warehouse
from samling.indicators.study.findings import StudyError
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
        checked = open_study(arguments.folder, by=who())
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
            by=who(),
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
