"""What a spreadsheet would change, before anything is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from samling.audit.actions import Actor
from samling.organisations.actions.importing.spreadsheet import Sheet, SheetRow
from samling.organisations.models import Organisation


class Does(StrEnum):
    """What a step does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CLOSED = "closed"


@dataclass(frozen=True)
class Difference:
    """A field that changes: its name as people know it, and its value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """What happens to one thing. `row` is 0 for what the file doesn't name."""

    does: Does
    row: int
    name: str
    differences: tuple[Difference, ...] = ()
    consequence: str = ""


@dataclass(frozen=True)
class Finding:
    """Something to mend in the file: where, what, and how."""

    row: int
    column: str
    text: str
    mend: str = ""


@dataclass
class Findings:
    """Everything that is wrong with a file, told at once."""

    found: list[Finding] = field(default_factory=list)

    def add(self, row: int, column: str, text: str, mend: str = "") -> None:
        """Write down one more."""
        self.found.append(Finding(row, column, text, mend))

    def sorted(self) -> tuple[Finding, ...]:
        """In the order of the file."""
        return tuple(sorted(self.found, key=lambda finding: finding.row))


@dataclass(frozen=True)
class Plan:
    """The steps, or what is to be mended first. `apply` does the steps; call it in the
    transaction that made the plan."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    apply: Callable[[Actor], None]

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.does is not Does.SAME)

    def count(self, does: Does) -> int:
        """How many steps do this."""
        return sum(step.does is does for step in self.steps)

    @property
    def fingerprint(self) -> str:
        """The same for the same steps from the same state, and for nothing else."""
        return hashlib.sha256(repr((self.steps, self.findings)).encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What a plan is made from."""

    organisation: Organisation
    sheet: Sheet
    close_missing: bool
    findings: Findings

    def require_columns(self, headings: dict[str, str], *columns: str) -> bool:
        """Tell of columns that can't be done without; False if one is missing."""
        missing = [column for column in columns if column not in self.sheet.columns]
        for column in missing:
            self.findings.add(
                0, headings[column], _("Kolumnen saknas."), _("Lägg till den i filen.")
            )
        return not missing


def within(findings: Findings, row: SheetRow, column: str, heading: str, longest: int) -> str:
    """The cell's text; told of if it is too long for its place."""
    text = row.get(column) or ""
    if len(text) > longest:
        findings.add(
            row.number,
            heading,
            _("Texten är för lång: %(length)s tecken.") % {"length": len(text)},
            _("Högst %(most)s tecken.") % {"most": longest},
        )
    return text


def address(findings: Findings, row: SheetRow, column: str, heading: str) -> str:
    """The cell's e-mail address, empty if there is none; told of if it can't be one."""
    text = row.get(column) or ""
    if text:
        try:
            validate_email(text)
        except ValidationError:
            findings.add(
                row.number,
                heading,
                _("%(text)s är ingen e-postadress.") % {"text": text},
                _("Skriv den som namn@exempel.se."),
            )
    return text


def differences(
    pairs: dict[str, tuple[Any, Any]], labels: dict[str, str]
) -> tuple[Difference, ...]:
    """Those of the pairs (before, after) that differ, in words."""
    return tuple(
        Difference(labels[name], str(before or ""), str(after or ""))
        for name, (before, after) in pairs.items()
        if before != after
    )
