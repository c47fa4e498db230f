"""Commands about areas."""

from __future__ import annotations

import argparse
from pathlib import Path

from samling.cli.preparing import prepare
from samling.cli.speaking import Run, console, errors, who
from samling.places.actions import load_division
from samling.places.loading.drafts import DivisionCodeError, DivisionError
from samling.places.loading.outlines import OutlineError


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
            by=who(),
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
