"""Many appointments from a spreadsheet: first a plan that is looked at, then all of it or nothing.

The plan is made anew from the same rows when it is carried out. The same file twice changes
nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.actions.registering import register_person
from samling.accounts.models import Person
from samling.accounts.queries.addresses import people_with_addresses
from samling.audit.actions import Actor
from samling.organisations.actions import appointment_letters as letters
from samling.organisations.actions.appointment_sheet import column_title
from samling.organisations.actions.appointments import Terms, appoint, change
from samling.organisations.actions.importing.spreadsheet import SheetRow
from samling.organisations.choices import OPEN_STATES
from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.queries.appointments import whole
from samling.organisations.queries.reach import units_reached
from samling.organisations.rules import APPOINT
from samling.organisations.terms import last_day
from samling.ui.access import Rights

T = TypeVar("T")
Known = dict[tuple[int, int, int], list[Appointment]]  # by person, role type and unit


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, in which column, and how to mend it."""

    row: int
    column: str
    text: str

    @property
    def title(self) -> str:
        """The column as the file's header has it."""
        return column_title(self.column)


@dataclass(frozen=True)
class Planned:
    """What a row leads to. `person` is None for someone who is new; `found` is what there is.

    `ends_on` is the last day that the row says itself, where `terms` has the role's usual one.
    """

    row: int
    unit: Unit
    role_type: RoleType
    name: str
    email: str
    person: Person | None
    terms: Terms
    ends_on: date | None = None
    found: Appointment | None = None

    @property
    def kind(self) -> str:
        """ "new", "changed" or "same"."""
        if self.found is None:
            return "new"
        if self.found.state not in OPEN_STATES:
            return "same"
        same = self.wanted(self.found) == (self.found.ends_on, self.found.training)
        return "same" if same else "changed"

    def wanted(self, found: Appointment) -> tuple[date | None, str]:
        """Last day and training after the import: a cell that is empty changes nothing."""
        return self.ends_on or found.ends_on, self.terms.training or found.training


@dataclass(frozen=True)
class Plan:
    """What an import would do, and what stops it."""

    rows: tuple[Planned, ...]
    problems: tuple[Problem, ...]

    def of(self, kind: str) -> tuple[Planned, ...]:
        """The rows of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    @property
    def new_people(self) -> tuple[str, ...]:
        """Those who have no account yet, each once: name and address."""
        new = {row.email.lower(): f"{row.name}, {row.email}" for row in self.rows if not row.person}
        return tuple(new.values())


class _RowError(Exception):
    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True)
class _World:
    """What the rows are held against, read once for the whole file."""

    units: dict[str, list[Unit]]
    mine: frozenset[int]
    roles: dict[str, RoleType]
    people: dict[str, Person]
    appointments: Known


def plan(*, rights: Rights, rows: Sequence[SheetRow]) -> Plan:
    """What the rows would lead to for someone with the rights. Nothing is changed."""
    world = _world(rights, rows)
    planned: list[Planned] = []
    problems: list[Problem] = []
    first: dict[tuple[str, int, int], int] = {}
    for row in rows:
        made = _planned(world, row)
        if isinstance(made, Planned):
            key = (made.email.lower(), made.role_type.pk, made.unit.pk)
            if key not in first:
                first[key] = row.number
                planned.append(made)
                continue
            text = _("Samma person har redan samma uppdrag på rad %(row)s. Ta bort en av dem.")
            made = [Problem(row.number, "email", text % {"row": first[key]})]
        problems += made
    return Plan(tuple(planned), tuple(problems))


@transaction.atomic
def carry_out(
    *, by: Actor, rights: Rights, manager: Person, rows: Sequence[SheetRow]
) -> tuple[Plan, int]:
    """Do what the plan says, all of it or nothing; gives the plan and how many letters.

    With a problem in any row nothing is done. One letter to each person, whatever the number of
    appointments. Raises AppointmentError or AccountsError if something changed meanwhile, with
    nothing done.
    """
    made = plan(rights=rights, rows=rows)
    if made.problems:
        return made, 0
    asked: dict[int, list[Appointment]] = {}
    people: dict[int, Person] = {}
    for row in made.of("new"):
        person = row.person or register_person(by=by, email=row.email, name=row.name)
        appointment = appoint(
            by=by,
            rights=rights,
            manager=manager,
            person=person,
            role_type=row.role_type,
            unit=row.unit,
            terms=row.terms,
            letter=False,
        )
        people[person.pk] = person
        asked.setdefault(person.pk, []).append(appointment)
    for key, appointments in asked.items():
        letters.send_proposals(people[key], appointments, manager.name)
    for row in made.of("changed"):
        _change(by, rights, row)
    return made, len(asked)


def _change(by: Actor, rights: Rights, row: Planned) -> None:
    found = row.found
    if found is not None:
        ends_on, training = row.wanted(found)
        change(
            by=by,
            rights=rights,
            appointment=found,
            ends_on=ends_on,
            training=training,
            plan=found.plan,
            trained_on=found.trained_on,
        )


def _world(rights: Rights, rows: Sequence[SheetRow]) -> _World:
    codes = {row.text("unit") for row in rows}
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(code__in=codes).select_related("organisation__area"):
        units.setdefault(unit.code, []).append(unit)
    keys = [unit.pk for listed in units.values() for unit in listed]
    mine = Unit.objects.filter(units_reached(rights, APPOINT), pk__in=keys)
    roles = {
        str(name).strip().lower(): role
        for role in RoleType.objects.all()
        for name in (role.code, role.name_sv, role.name_en)
    }
    people = people_with_addresses(row.text("email") for row in rows)
    appointments: Known = {}
    theirs = Q(person__in=list(people.values()), unit__in=keys)
    for found in whole().filter(theirs).order_by("pk"):
        key = (found.person_id, found.role_type_id, found.unit_id)
        appointments.setdefault(key, []).append(found)
    return _World(units, frozenset(mine.values_list("pk", flat=True)), roles, people, appointments)


def _planned(world: _World, row: SheetRow) -> Planned | list[Problem]:
    """What the row leads to, or everything that is wrong in it."""
    problems: list[Problem] = []

    def tried(check: Callable[[_World, SheetRow], T]) -> T | None:
        try:
            return check(world, row)
        except _RowError as error:
            problems.append(Problem(row.number, error.column, str(error)))
            return None

    unit, name, email = tried(_unit), tried(_name), tried(_email)
    role, starts_on, ends_on = tried(_role), tried(_start), tried(_end)
    if unit is None or name is None or email is None or role is None or starts_on is None:
        return problems
    if ends_on is not None and ends_on < starts_on:
        text = _("Sista dagen är före den första. Rätta en av dem.")
        problems.append(Problem(row.number, "ends_on", text))
    if problems:
        return problems
    person = world.people.get(email.lower())
    until = ends_on or last_day(starts_on, role.term_months)
    terms = Terms(starts_on, until, training=row.text("training")[:2000])
    known = world.appointments.get((person.pk, role.pk, unit.pk), []) if person else []
    found = _known(known, starts_on)
    return Planned(row.number, unit, role, name, email, person, terms, ends_on, found)


def _known(known: list[Appointment], starts_on: date) -> Appointment | None:
    """The open one, else one with the same first day: a file that is read twice asks nobody who
    has said no again."""
    today = timezone.localdate()
    for found in known:
        if found.state in OPEN_STATES and (found.ends_on is None or found.ends_on >= today):
            return found
    return next((found for found in known if found.starts_on == starts_on), None)


def _unit(world: _World, row: SheetRow) -> Unit:
    code, place = row.text("unit"), row.text("organisation").lower()
    if not code:
        raise _RowError("unit", _("Skriv enhetens kod."))
    found = world.units.get(code, [])
    if place:
        found = [unit for unit in found if unit.organisation.name.lower() == place]
    if not found:
        text = _("Det finns ingen enhet med koden %(code)s. Kontrollera koden i registret.")
        raise _RowError("unit", text % {"code": code})
    mine = [unit for unit in found if unit.pk in world.mine]
    if not mine:
        text = _("Du kan inte utse någon för enheten %(code)s. Ta bort raden.")
        raise _RowError("unit", text % {"code": code})
    if len(mine) > 1:
        names = ", ".join(unit.organisation.name for unit in mine)
        text = _("Koden finns i flera organisationer: %(names)s. Lägg till kolumnen organisation.")
        raise _RowError("unit", text % {"names": names})
    if mine[0].closed_on is not None:
        text = _("Enheten %(code)s är stängd. Ta bort raden.")
        raise _RowError("unit", text % {"code": code})
    return mine[0]


def _name(world: _World, row: SheetRow) -> str:
    if not row.text("name"):
        raise _RowError("name", _("Skriv personens namn."))
    return row.text("name")[:200]


def _email(world: _World, row: SheetRow) -> str:
    email = row.text("email")
    try:
        validate_email(email)
    except ValidationError as error:
        raise _RowError("email", _("Det är inte en e-postadress. Rätta den.")) from error
    person = world.people.get(email.lower())
    if person is not None and not person.is_active:
        raise _RowError("email", _("Kontot med adressen är stängt. Ta bort raden."))
    return email


def _role(world: _World, row: SheetRow) -> RoleType:
    role = world.roles.get(row.text("role").lower())
    if role is None:
        names = ", ".join(sorted({found.name_sv for found in world.roles.values()}))
        text = _("Det finns inget uppdrag som heter så. Skriv något av: %(names)s.")
        raise _RowError("role", text % {"names": names})
    return role


def _start(world: _World, row: SheetRow) -> date:
    day = _day(row, "starts_on")
    if day is None:
        raise _RowError("starts_on", _("Skriv första dagen, till exempel 2026-12-01."))
    return day


def _end(world: _World, row: SheetRow) -> date | None:
    return _day(row, "ends_on")


def _day(row: SheetRow, column: str) -> date | None:
    text = row.text(column)
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("T", " ").split()[0])
    except ValueError as error:
        mend = _("%(text)s är inte ett datum. Skriv år-månad-dag, till exempel 2026-12-01.")
        raise _RowError(column, mend % {"text": text}) from error
