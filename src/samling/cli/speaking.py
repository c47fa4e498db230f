"""How commands speak, and in whose name."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable

from rich.console import Console

Run = Callable[[argparse.Namespace], int]
# No markup: what people write in labels and codes, such as [1, 2], is printed as it stands.
console = Console(highlight=False, soft_wrap=True, markup=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def who() -> str:
    """The person at the command line, for records of who did it."""
    return f"command line, {getpass.getuser()}"
