"""An area as a file says it, before it is stored, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "members")


@dataclass(frozen=True)
class AreaDraft:
    """One line of a division's file. `valid_to` is the first day that the area no longer holds."""

    line: int
    code: str
    name: str
    level: str
    parent: str
    valid_from: date
    valid_to: date | None
    members: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, date]:
        """What makes the area one and the same."""
        return self.code, self.valid_from


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file, with its place and its mend. Line 1 is the header."""

    line: int
    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.what} {self.mend}"


class DivisionError(Exception):
    """A division's file cannot be loaded; nothing was stored. Carries every problem found."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.field)))
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{file.name} was not loaded; nothing was stored.\n{lines}")


class DivisionCodeError(Exception):
    """A division cannot have the code that it was given; says why, and the mend."""
