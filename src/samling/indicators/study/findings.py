"""What is wrong with a study, with the place and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STUDY_FILE = "study.yaml"
Place = tuple[str | int, ...]
Lines = Mapping[Place, int]
_SHOWN = 12


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend in a study: where it is, what is wrong, what to do."""

    file: str
    line: int
    field: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.problem} {self.mend}"


class StudyError(Exception):
    """The study can't be used as it is; `findings` has every reason at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(set(findings))
        super().__init__("\n".join(str(f) for f in self.findings))


def finding_at(lines: Lines, place: Place, problem: str, mend: str) -> Finding:
    """A finding at a field of `study.yaml`, at the nearest line that is known."""
    return Finding(STUDY_FILE, line_of(lines, place), dotted(place), problem, mend)


def line_of(lines: Lines, place: Place) -> int:
    """The line of a field, or of the nearest part above it that has one."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def dotted(place: Place) -> str:
    """A field's name for people: `indicators[2].numerator`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "-"


def unknown(kind: str, name: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Problem and mend of a name that is not among those there are."""
    choices = [str(choice) for choice in allowed]
    near = difflib.get_close_matches(name, choices, 1)
    if near:
        mend = f"Did you mean `{near[0]}`?"
    elif choices:
        more = f" and {len(choices) - _SHOWN} more" if len(choices) > _SHOWN else ""
        mend = f"There are: {', '.join(choices[:_SHOWN])}{more}."
    else:
        mend = "There are none; define it first."
    return f"There is no {kind} `{name}`.", mend
