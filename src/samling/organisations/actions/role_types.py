"""The role types that come with Samling, or with an installation's own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from samling.audit.actions import Actor, Subject, record
from samling.organisations.choices import UnitKind
from samling.organisations.models import RoleType

SHIPPED = Path(__file__).parents[1] / "data" / "role_types.yaml"
REQUIRED = ("code", "name_sv", "name_en")
OPTIONAL = {"description_sv": "", "description_en": "", "unit_kinds": (), "term_months": None}


class RoleTypesError(ValueError):
    """The file of role types can't be used; the text says where and what to mend."""


@dataclass(frozen=True)
class Loaded:
    """How many role types the file made, changed and left as they were."""

    created: int = 0
    changed: int = 0
    same: int = 0


@transaction.atomic
def load_role_types(*, by: Actor, path: Path = SHIPPED) -> Loaded:
    """Make the role types as the file says; those that it does not name are left alone.

    The same file twice changes nothing. Raises RoleTypesError before anything is changed.
    """
    counts = {"created": 0, "changed": 0, "same": 0}
    for row in [_checked(path, number, row) for number, row in enumerate(_rows(path), 1)]:
        counts[_load(by, row)] += 1
    return Loaded(**counts)


def _load(by: Actor, row: dict[str, Any]) -> str:
    found = RoleType.objects.filter(code=row["code"]).first()
    before = {name: getattr(found, name) for name in row} if found else {}
    if before == row:
        return "same"
    role, _ = RoleType.objects.update_or_create(code=row["code"], defaults=row)
    verb = "changed" if found else "created"
    changed = sorted(name for name in row if before.get(name) != row[name])
    subject = Subject("role type", role.name_sv, role.code)
    record(by=by, verb=f"role type {verb}", subject=subject, details={"changed": changed})
    return verb


def _rows(path: Path) -> list[Any]:
    rows = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(rows, list):
        raise RoleTypesError(f"{path.name}: the file should be a list of role types.")
    return rows


def _checked(path: Path, number: int, row: Any) -> dict[str, Any]:
    place = f"{path.name}, role type {number}"
    if not isinstance(row, dict) or any(not row.get(name) for name in REQUIRED):
        raise RoleTypesError(f"{place}: give {', '.join(REQUIRED)}.")
    strangers = sorted(set(row) - {*REQUIRED, *OPTIONAL})
    if strangers:
        raise RoleTypesError(f"{place}: {', '.join(strangers)} is not known.")
    full = {**OPTIONAL, **row}
    full["unit_kinds"] = list(full["unit_kinds"])
    unknown = sorted(set(full["unit_kinds"]) - set(UnitKind.values))
    if unknown:
        kinds = ", ".join(UnitKind.values)
        raise RoleTypesError(
            f"{place}: no kind of unit {', '.join(unknown)}. The kinds are {kinds}."
        )
    return full
