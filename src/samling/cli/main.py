"""The command `samling`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import django
from django.db import DatabaseError

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused with reasons, 2 wrong use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
    django.setup()
    # Commands use models, which can be imported only when Django is set up.
    from samling.cli import commands  # noqa: PLC0415

    arguments = _parser(commands.COMMANDS).parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except DatabaseError as error:
        said = f"The database can't be used ({error}). Nothing was published or changed by half."
        print(f"{said} Is the disk full, or another program writing?", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("Stopped. Nothing was published or changed by half.", file=sys.stderr)  # noqa: T201
        return 130


def _parser(
    commands: Sequence[tuple[str, str, Callable[[argparse.ArgumentParser], Command]]],
) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samling", description="Samling's commands.")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    top = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, text, define in commands:
        *group, word = name.split()
        place = top
        if group:
            if group[0] not in groups:
                holder = top.add_parser(group[0], help=f"commands about {group[0]}")
                groups[group[0]] = holder.add_subparsers(required=True, metavar="COMMAND")
            place = groups[group[0]]
        command = place.add_parser(word, help=text, description=text)
        command.set_defaults(run=define(command))
    return parser


if __name__ == "__main__":
    sys.exit(main())
