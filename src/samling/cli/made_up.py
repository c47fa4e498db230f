"""The people wing of a demo: real authorities, made-up units and people, from `demo/*.yaml`.

Everything goes the way that people go: spreadsheets that are previewed and applied, appointments
that are proposed and answered. So the demo also has its history, its letters and its gaps.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from samling.accounts.demo import DOMAIN, make_demo_administrator, make_demo_people
from samling.accounts.models import Person
from samling.accounts.rules import PersonRights, actor, rights_of
from samling.audit.actions import Actor
from samling.organisations.actions import appointment_import, appointments
from samling.organisations.actions.agreements import add_agreement
from samling.organisations.actions.appointment_sheet import read_appointments
from samling.organisations.actions.importing.drafts import apply_draft, hold_file, plan_of
from samling.organisations.actions.memberships import Term, add_membership
from samling.organisations.actions.registry import OrganisationDetails, create_organisation
from samling.organisations.actions.role_types import load_role_types
from samling.organisations.choices import FileKind
from samling.organisations.models import Appointment, Organisation, RoleType, Unit
from samling.organisations.terms import last_day
from samling.places.models import Area

FILE = Path(__file__).parents[3] / "demo" / "sormland.yaml"
MONTH = timedelta(days=30)
PILOT = "barnrattspilot"
# Every so many units has nobody; of those with someone, every so many is something else than
# appointed and well trained. The numbers share no factor, so that the kinds fall among each other.
NOBODY, PROPOSED, DECLINED, ENDED, TWO = 11, 19, 53, 29, 5
GRADES = {"F-6": ("F", "1", "2", "3", "4", "5", "6"), "7-9": ("7", "8", "9")}
UNIT_COLUMNS = ("Kod", "Namn", "Sort", "Överordnad", "Område")
PUPIL_COLUMNS = ("Kod", "Läsår", "Årskurs", "Elever")
PILOT_COLUMNS = ("Enhetskod", "Organisation", "Namn", "E-post", "Uppdrag", "Start", "Utbildning")
Row = Sequence[object]


@dataclass(frozen=True)
class MadeUp:
    """How much was made."""

    organisations: int = 0
    units: int = 0
    people: int = 0
    appointments: int = 0


class Names:
    """Made-up people, always the same in the same order."""

    def __init__(self, first: list[str], last: list[str]) -> None:
        self.first, self.last = first, last
        self.numbers = count()

    def person(self, place: str) -> tuple[str, str]:
        """The next one's name and address."""
        number = next(self.numbers)
        first = self.first[number * 5 % len(self.first)]
        last = self.last[(number * 7 + number // len(self.first)) % len(self.last)]
        return f"{first} {last}", f"person{number + 1}@{place}.exempel.se"


def make_people_wing(*, by: Actor, say: Callable[[str], None]) -> MadeUp:
    """Make the demo's organisations, units, people, appointments and agreements, once."""
    plan: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    load_role_types(by=by)
    if Organisation.objects.filter(name=plan["organisations"][0]["name"]).exists():
        return MadeUp()
    with transaction.atomic():
        chief = make_demo_administrator(by=by)
        demo = Demo(plan, chief)
        say("Organisations and units")
        demo.make_organisations()
        made = make_demo_people(by=by, scopes=demo.scopes())
        people = {person.email.removesuffix(DOMAIN): person for person in made}
        say("People and their appointments")
        demo.appoint_pilots()
        demo.appoint_others(people)
        demo.make_agreements()
    return MadeUp(
        Organisation.objects.count(),
        Unit.objects.count(),
        Person.objects.count(),
        Appointment.objects.count(),
    )


class Demo:
    """Makes it all in the name of the demo's administrator, who may do everything."""

    def __init__(self, plan: dict[str, Any], administrator: Person) -> None:
        self.plan, self.chief = plan, administrator
        self.by = actor(administrator)
        self.today = timezone.localdate()
        self.names = Names(plan["first_names"], plan["last_names"])

    @property
    def rights(self) -> PersonRights:
        """The administrator's, as they are now."""
        return rights_of(self.chief)

    def make_organisations(self) -> None:
        """Each with its units, and a school's pupils."""
        for given in self.plan["organisations"]:
            area = Area.objects.filter(code=given["area"], division__code="sverige").first()
            made = create_organisation(
                by=self.by,
                details=OrganisationDetails(
                    name=given["name"],
                    kind=given["kind"],
                    area=area,
                    email=f"kontakt@{given['place']}.exempel.se",
                    registry_email=f"registrator@{given['place']}.exempel.se",
                ),
            )
            units = list(self._units(given))
            if units:
                self._import(made, FileKind.UNITS, UNIT_COLUMNS, units)
            pupils = list(self._pupils(units))
            if pupils:
                self._import(made, FileKind.ENROLMENT, PUPIL_COLUMNS, pupils)

    def scopes(self) -> dict[str, str]:
        """What the demo's people have their roles for."""
        nykoping = Organisation.objects.get(name="Nyköpings kommun")
        preschools = Unit.objects.get(organisation=nykoping, code="BUN-F")
        return {
            "organisation-manager": nykoping.scope,
            "unit-manager": preschools.scope,
            "strategist": "area:04",
            "analyst": "",
        }

    def _units(self, given: dict[str, Any]) -> Iterator[Row]:
        """Rows of code, name, kind, code of the parent and area."""
        area = given["area"]
        for unit in self.plan.get(given["kind"], ()):
            yield unit["code"], unit["name"], unit["kind"], unit.get("parent", ""), area
        places = self.plan["places"]
        if given["kind"] == "municipality":
            for i in range(given["preschools"]):
                yield f"F{i + 1:02}", f"Förskolan Exempel{places[i]}", "preschool", "BUN-F", area
            for i in range(given["schools"]):
                yield f"S{i + 1:02}", f"Exempel{places[i]}s skola", "school", "BUN-S", area
            for i in range(given["libraries"]):
                yield f"B{i + 1:02}", f"Exempelbiblioteket i {places[i]}", "library", "KFN", area
        if given["kind"] == "region":
            clinics = self.plan["clinics"]
            for i in range(clinics["primary"]):
                yield f"V{i + 1:02}", f"Vårdcentralen Exempel{places[i]}", "clinic", "NHV-PV", area
            for i in range(clinics["hospital"]):
                yield f"K{i + 1:02}", f"Exempelkliniken {i + 1}", "clinic", "NHV-SJ", area
            for i in range(clinics["dental"]):
                yield f"T{i + 1:02}", f"Folktandvården Exempel{places[i]}", "dental", "NHV-FT", area

    def _pupils(self, units: Iterable[Row]) -> Iterator[Row]:
        year = self.today.year if self.today.month >= 8 else self.today.year - 1
        schools = [row for row in units if row[2] == "school"]
        for i, row in enumerate(schools):
            for j, grade in enumerate(GRADES["7-9" if i % 3 == 0 else "F-6"]):
                yield row[0], year, grade, 24 + (i * 13 + j * 7) % 60

    def appoint_pilots(self) -> None:
        """Pilots of all kinds of units that should have one, by one spreadsheet, and answers."""
        role = RoleType.objects.get(code=PILOT)
        listed = Unit.objects.filter(kind__in=role.unit_kinds).select_related("organisation")
        units = [
            u for i, u in enumerate(listed.order_by("organisation__name", "code")) if i % NOBODY
        ]
        rows: list[Row] = []
        for i, unit in enumerate(units):
            for n in range(2 if i % TWO == 0 else 1):
                rows.append(self._pilot(unit, role, i + 40 * n))
        content = _csv(PILOT_COLUMNS, rows)
        appointment_import.carry_out(
            by=self.by,
            rights=self.rights,
            manager=self.chief,
            rows=read_appointments(content),
        )
        self._answer()

    def _pilot(self, unit: Unit, role: RoleType, i: int) -> Row:
        name, email = self.names.person(_place(self.plan, unit.organisation.name))
        months = i % 24 + (1 if i % ENDED else 24)
        start = self.today - MONTH * min(months, 23) - timedelta(days=i % 20)
        training = self.plan["training"]
        return (
            unit.code,
            unit.organisation.name,
            name,
            email,
            role.name_sv,
            start.isoformat(),
            training[i % len(training)],
        )

    def _answer(self) -> None:
        asked = Appointment.objects.select_related("person", "unit", "role_type").order_by("pk")
        for i, appointment in enumerate(asked.filter(role_type__code=PILOT), 1):
            if i % PROPOSED == 0:
                continue
            if i % DECLINED == 0:
                appointments.decline(
                    person=appointment.person, appointment=appointment, reason="Byter arbete."
                )
                continue
            if appointment.ends_on is not None and appointment.ends_on < self.today:
                continue
            appointments.accept(person=appointment.person, appointment=appointment)
            if i % ENDED == 0:
                appointments.end(
                    by=self.by,
                    rights=self.rights,
                    appointment=appointment,
                    last_day=max(self.today - timedelta(days=i % 40 + 1), appointment.starts_on),
                    reason="Har slutat på enheten.",
                )
            place = appointment.unit
            term = Term(starts_on=appointment.starts_on, title="")
            add_membership(by=self.by, person=appointment.person, place=place, term=term)

    def appoint_others(self, people: dict[str, Person]) -> None:
        """Coordinators, network members, a process leader, and the demo's own people."""
        for unit in Unit.objects.filter(code="KS-HALL").order_by("organisation__name"):
            for code in ("andts-samordnare", "folkhalsonatverket"):
                self._accepted(self._new_person(unit), code, unit, 14)
        leaders = Unit.objects.get(code="NHV-HU")
        self._accepted(self._new_person(leaders), "hfs-processledare", leaders, 20)
        preschool, library = (
            Unit.objects.get(organisation__name="Nyköpings kommun", code=code)
            for code in ("F03", "B01")
        )
        nykoping = preschool.organisation
        works: dict[str, Organisation | Unit] = {
            "pilot": preschool,
            "chef": Unit.objects.get(organisation=nykoping, code="BUN-F"),
            "organisation": nykoping,
            "strateg": leaders.organisation,
            "analytiker": leaders.organisation,
        }
        for who, place in works.items():
            term = Term(starts_on=self.today - MONTH * 20)
            add_membership(by=self.by, person=people[who], place=place, term=term)
        self._accepted(people["pilot"], PILOT, preschool, 9)
        self._asked(people["pilot"], PILOT, library, self.today + timedelta(days=14))

    def _new_person(self, unit: Unit) -> appointments.Newcomer:
        name, email = self.names.person(_place(self.plan, unit.organisation.name))
        return appointments.Newcomer(name, email)

    def _accepted(
        self, person: Person | appointments.Newcomer, code: str, unit: Unit, months_ago: int
    ) -> None:
        asked = self._asked(person, code, unit, self.today - MONTH * months_ago)
        appointments.accept(person=asked.person, appointment=asked)

    def _asked(
        self, person: Person | appointments.Newcomer, code: str, unit: Unit, start: date
    ) -> Appointment:
        role = RoleType.objects.get(code=code)
        return appointments.appoint(
            by=self.by,
            rights=self.rights,
            manager=self.chief,
            person=person,
            role_type=role,
            unit=unit,
            terms=appointments.Terms(start, last_day(start, role.term_months)),
        )

    def make_agreements(self) -> None:
        """Some that hold, one that soon runs out, one that has."""
        for given in self.plan["agreements"]:
            signed = self.today - MONTH * given["signed_months_ago"]
            add_agreement(
                by=self.by,
                rights=self.rights,
                organisation=Organisation.objects.get(name=given["organisation"]),
                name=given["name"],
                signed_on=signed,
                expires_on=signed + MONTH * given["months"],
            )

    def _import(
        self, organisation: Organisation, kind: str, header: Row, rows: Iterable[Row]
    ) -> None:
        draft = hold_file(
            person=self.chief,
            organisation=organisation,
            kind=kind,
            name=f"{kind}.csv",
            content=_csv(header, rows),
            close_missing=False,
        )
        apply_draft(by=self.by, draft=draft, fingerprint=plan_of(draft).fingerprint)


def _place(plan: dict[str, Any], organisation: str) -> str:
    places: dict[str, str] = {given["name"]: given["place"] for given in plan["organisations"]}
    return places[organisation]


def _csv(header: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
