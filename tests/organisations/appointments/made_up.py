"""A small made-up county: two municipalities, a region, their units and people."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from samling.accounts.actions.roles import grant_from_system, load_roles
from samling.accounts.models import Person, Role
from samling.accounts.rules import actor, rights_of
from samling.audit.actions import Actor
from samling.organisations.actions import appointments
from samling.organisations.actions.appointments import Terms
from samling.organisations.actions.memberships import Term, add_membership
from samling.organisations.actions.role_types import load_role_types
from samling.organisations.models import Organisation, RoleType, Unit
from samling.places.models import Area, Division

SYSTEM = Actor("tests")
PASSWORD = "sju sega sjömän skrek"
NUMBERS = count(1)


def today() -> date:
    return timezone.localdate()


def days(number: int) -> date:
    return today() + timedelta(days=number)


@cache
def _password() -> str:
    """Hashing is meant to be slow, so it is done once."""
    return make_password(PASSWORD)


def person(name: str, role: str = "", scope: str = "") -> Person:
    """Someone who can sign in, with a role if one is given."""
    local = name.lower().translate(str.maketrans(" åäö", ".aao"))
    made = Person.objects.create(name=name, email=f"{local}@exempel.se", password=_password())
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    if role:
        grant_from_system(by=SYSTEM, person=made, role=Role.objects.get(code=role), scope=scope)
    return made


def unit(
    organisation: Organisation, name: str, kind: str = "preschool", *, parent=None, code="", **rest
) -> Unit:
    made = Unit.objects.create(
        organisation=organisation,
        name=name,
        kind=kind,
        parent=parent,
        code=code or f"E{next(NUMBERS)}",
        **rest,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


@dataclass
class County:
    """What most tests begin with."""

    county: Area = field(init=False)
    city: Area = field(init=False)
    town: Area = field(init=False)

    def __post_init__(self) -> None:
        load_roles(by=SYSTEM)
        load_role_types(by=SYSTEM)
        self._places()
        self.staden = Organisation.objects.create(
            name="Staden", kind="municipality", area=self.city
        )
        self.byn = Organisation.objects.create(name="Byn", kind="municipality", area=self.town)
        self.solen = unit(self.staden, "Solen", code="S1")
        self.manen = unit(self.staden, "Månen", code="S2")
        self.backen = unit(self.byn, "Backen", code="B1")
        self.pilot = RoleType.objects.get(code="barnrattspilot")
        self.chief = person("Cilla Chef", "organisation-manager", self.staden.scope)
        self.alva = self.colleague("Alva")

    def colleague(self, name: str, at: Organisation | None = None) -> Person:
        """Someone who works in Staden, or in another organisation."""
        made = person(name)
        term = Term(today() - timedelta(days=400))
        add_membership(by=SYSTEM, person=made, place=at or self.staden, term=term)
        return made

    def _places(self) -> None:
        sweden = Division.objects.filter(code="sverige").first() or Division.objects.create(
            code="sverige",
            name_sv="Sverige",
            name_en="Sweden",
            valid_from="1952-01-01",
            loaded_by="tests",
        )
        known = {area.code: area for area in Area.objects.filter(division=sweden)}
        common = {"division": sweden, "valid_from": date(1971, 1, 1)}
        self.county = known.get("04") or Area.objects.create(
            code="04", name="Länet", level="county", **common
        )
        inside = {"parent": self.county, "parent_code": "04", "level": "municipality", **common}
        self.city = known.get("0484") or Area.objects.create(code="0484", name="Staden", **inside)
        self.town = known.get("0480") or Area.objects.create(code="0480", name="Byn", **inside)

    def proposed(self, who: Person | None = None, *, at=None, by=None, starts=0, ends=700, **rest):
        """An appointment that waits for an answer; days count from today."""
        chief = by or self.chief
        return appointments.appoint(
            by=actor(chief),
            rights=rights_of(chief),
            manager=chief,
            person=who or self.alva,
            role_type=rest.pop("role_type", self.pilot),
            unit=at or self.solen,
            terms=Terms(days(starts), None if ends is None else days(ends), **rest),
        )

    def accepted(self, who: Person | None = None, **rest):
        found = self.proposed(who, **rest)
        return appointments.accept(person=found.person, appointment=found)

    def handed_over(self, old, who, *, starts=10, by=None):
        chief = by or self.chief
        return appointments.hand_over(
            by=actor(chief),
            rights=rights_of(chief),
            manager=chief,
            appointment=old,
            person=who,
            terms=Terms(days(starts), days(800)),
        )


def ended(found, by, *, last=0, reason=""):
    return appointments.end(
        by=actor(by), rights=rights_of(by), appointment=found, last_day=days(last), reason=reason
    )
