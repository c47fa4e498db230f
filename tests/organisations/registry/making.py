"""A small world for the registry's tests, made by its own actions."""

from __future__ import annotations

import io
from datetime import date
from itertools import count

from openpyxl import Workbook

from samling.accounts.actions import roles
from samling.accounts.models import Person, Role, RoleGrant
from samling.audit.actions import Actor
from samling.organisations.actions.registry import OrganisationDetails, create_organisation
from samling.organisations.actions.units import UnitDetails, create_unit
from samling.organisations.models import Appointment, Organisation, RoleType, Unit
from samling.places.models import Area, Division

SYSTEM = Actor("test")
NUMBERS = count(1)


def area(code: str = "0480", name: str = "Nyköping") -> Area:
    """A municipality in the county of Södermanland."""
    division, _made = Division.objects.get_or_create(
        code="sverige",
        defaults={"name_sv": "Sverige", "name_en": "Sweden", "valid_from": date(1998, 1, 1)},
    )
    county, _made = Area.objects.get_or_create(
        division=division,
        code="04",
        defaults={
            "name": "Södermanlands län",
            "level": "county",
            "valid_from": date(1998, 1, 1),
        },
    )
    if code == "04":
        return county
    found, _made = Area.objects.get_or_create(
        division=division,
        code=code,
        defaults={
            "name": name,
            "level": "municipality",
            "parent": county,
            "parent_code": "04",
            "valid_from": date(1998, 1, 1),
        },
    )
    return found


def organisation(name: str = "Exempelkommunen", **details) -> Organisation:
    return create_organisation(
        by=SYSTEM, details=OrganisationDetails(name, details.pop("kind", "municipality"), **details)
    )


def unit(place: Organisation | Unit, name: str, kind: str = "preschool", code: str = "") -> Unit:
    parent = place if isinstance(place, Unit) else None
    home = place.organisation if isinstance(place, Unit) else place
    details = UnitDetails(name, kind, code or f"U{next(NUMBERS)}")
    return create_unit(by=SYSTEM, organisation=home, details=details, parent=parent)


def person(name: str, *, permissions=(), scope: str = "") -> Person:
    """Someone with a role of their own that has the permissions for the scope."""
    made = Person.objects.create(name=name, email=f"{name.lower()}@exempel.se")
    if permissions:
        grant(made, permissions, scope)
    return made


def grant(holder: Person, permissions, scope: str) -> RoleGrant:
    number = next(NUMBERS)
    role = Role.objects.create(
        code=f"role-{number}", name_sv="Roll", name_en="Role", permissions=list(permissions)
    )
    return roles.grant_from_system(by=SYSTEM, person=holder, role=role, scope=scope)


def manager(name: str, place: Organisation | Unit) -> Person:
    return person(name, permissions=("organisations.manage", "people.read"), scope=place.scope)


def appointment(holder: Person, place: Unit, **values) -> Appointment:
    role, _made = RoleType.objects.get_or_create(
        code="pilot", defaults={"name_sv": "Pilot", "name_en": "Pilot"}
    )
    values = {"state": "proposed", "starts_on": date(2026, 1, 1), **values}
    return Appointment.objects.create(person=holder, unit=place, role_type=role, **values)


def csv_of(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("utf-8-sig")


def workbook_of(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
