"""The tree that a file of units would make: parents that exist, no circles, not too deep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from samling.organisations.actions.importing.plan import Findings
from samling.organisations.actions.tree import DEEPEST
from samling.organisations.models import Unit


@dataclass
class Wanted:
    """A row's unit: the one it is today, if any, and what the file gives it."""

    row: int
    code: str
    unit: Unit | None
    values: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return str(self.values.get("name") or (self.unit.name if self.unit else self.code))

    @property
    def parent_code(self) -> str:
        """The code of what it will lie under, folded; empty at the top."""
        if self.parent is not None:
            return self.parent.casefold()
        return self.unit.parent.code.casefold() if self.unit and self.unit.parent else ""


def check_tree(
    findings: Findings,
    known: Mapping[str, Unit],
    wanted: Mapping[str, Wanted],
    closing: Mapping[str, Unit],
    heading: str,
) -> dict[str, int]:
    """Tell of parents that can't be and of circles; the depth of each unit that is wanted."""
    parents = {
        code: unit.parent.code.casefold() if unit.parent else "" for code, unit in known.items()
    }
    for code, found in wanted.items():
        parents[code] = found.parent_code
        problem = _parent_problem(found, known, wanted, closing)
        if problem:
            findings.add(found.row, heading, *problem)
    written = {code: unit.code for code, unit in known.items()}
    written |= {code: found.code for code, found in wanted.items()}
    depths: dict[str, int] = {}
    for code, found in wanted.items():
        above = _above(code, parents)
        depths[code] = len(above)
        if code in above:
            findings.add(
                found.row,
                heading,
                _("%(name)s ligger under sig själv: %(circle)s.")
                % {
                    "name": found.name,
                    "circle": " → ".join(written.get(one, one) for one in (code, *above)),
                },
                _("Ändra överordnad så att det inte blir en cirkel."),
            )
    for code in parents.keys() - closing.keys():
        above = _above(code, parents)
        mover = next((here for here in (code, *above) if here in wanted), None)
        if len(above) >= DEEPEST and mover is not None and code not in above:
            findings.add(
                wanted[mover].row,
                heading,
                _("Trädet får ha högst %(count)s nivåer.") % {"count": DEEPEST},
                _("Lägg enheten högre upp."),
            )
    return depths


def _parent_problem(
    found: Wanted,
    known: Mapping[str, Unit],
    wanted: Mapping[str, Wanted],
    closing: Mapping[str, Unit],
) -> tuple[str, str] | None:
    """What is wrong with a parent's code, and the mend."""
    code = found.parent_code
    if not code or code in wanted:
        return None
    if code not in known:
        return (
            _("Det finns ingen enhet med koden %(code)s.") % {"code": found.parent},
            _("Rätta koden, eller ta med den överordnade enheten i filen."),
        )
    if code in closing:
        return (
            _("%(name)s finns inte i filen och skulle stängas.") % {"name": known[code].name},
            _("Ta med den i filen, eller välj en annan överordnad enhet."),
        )
    if known[code].closed_on is not None:
        return (
            _("%(name)s är stängd.") % {"name": known[code].name},
            _("Ta med den i filen så öppnas den, eller välj en annan överordnad enhet."),
        )
    return None


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    """The codes above, nearest first; ends where the top is reached or a code comes back."""
    found: list[str] = []
    here = parents.get(code, "")
    while here:
        if here in found:
            return found
        found.append(here)
        if here == code:
            return found
        here = parents.get(here, "")
    return found
