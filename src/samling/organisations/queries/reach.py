"""Which units a right reaches, and who holds a right over a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from samling.accounts.models import Person
from samling.accounts.rules import active_grants
from samling.organisations.models import Appointment, Organisation, Unit
from samling.places.models import Area
from samling.ui.access import EVERYWHERE, Rights


def organisations_reached(rights: Rights, permission: str, *, at: str = "") -> Q:
    """Organisations that the permission is held for or above; `at` is the way to one."""
    return _organisations(rights.scopes(permission), at)


@dataclass(frozen=True)
class Reach:
    """The units that someone's rights reach, found once for all that a page asks of them.

    `units` are those of grants for a unit with all below them; `scopes` are the wider ones.
    """

    scopes: frozenset[str]
    units: tuple[int, ...] = ()

    @classmethod
    def of(cls, rights: Rights, *permissions: str) -> Reach:
        """Where one of the permissions is held."""
        scopes = frozenset(scope for name in permissions for scope in rights.scopes(name))
        keys = [] if EVERYWHERE in scopes else _keys(scopes, "unit")
        return cls(scopes, tuple(_with_those_below(keys)) if keys else ())

    def condition(self, at: str = "") -> Q:
        """For a queryset of units; `at` is the way to the unit ("unit__")."""
        if EVERYWHERE in self.scopes:
            return Q()
        found = _organisations(self.scopes, f"{at}organisation__")
        return found | Q(**{f"{at}pk__in": self.units}) if self.units else found


def units_reached(rights: Rights, permission: str) -> Q:
    """Units for which the permission is held, for a queryset of units."""
    return Reach.of(rights, permission).condition()


def _with_those_below(keys: list[int]) -> list[int]:
    """The units and all below them. A unit lies below those of its own organisation only."""
    organisations = Unit.objects.filter(pk__in=keys).values("organisation")
    rows = Unit.objects.filter(organisation__in=organisations).values_list("pk", "path")
    wanted = {str(key) for key in keys}
    below = (key for key, path in rows if not wanted.isdisjoint(path.split("/")))
    return sorted({*keys, *below})


def _organisations(scopes: Collection[str], at: str) -> Q:
    """Nothing is reached without a scope; everything with the one that is everywhere."""
    if EVERYWHERE in scopes:
        return Q()
    keys = _keys(scopes, "organisation")
    found = Q(**{f"{at}pk__in": keys})
    codes = [scope.removeprefix("area:") for scope in scopes if scope.startswith("area:")]
    if codes:
        for above in ("", "parent__", "parent__parent__"):
            found |= Q(**{f"{at}area__{above}code__in": codes})
    return found


def _keys(scopes: Iterable[str], kind: str) -> list[int]:
    parts = (scope.partition(":") for scope in scopes)
    return sorted(int(key) for name, _, key in parts if name == kind and key.isdecimal())


@dataclass
class Holders:
    """Who holds one permission today, by scope; read once for any number of units."""

    permission: str
    by_scope: dict[str, list[Person]] = field(default_factory=dict)
    parents: dict[int, tuple[str, int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, permission: str) -> Holders:
        """Read the grants of today and the areas that organisations may lie in."""
        made = cls(permission)
        for grant in active_grants().select_related("person", "role").order_by("person__name"):
            if permission in grant.role.permissions and grant.person.is_active:
                there = made.by_scope.setdefault(grant.scope, [])
                if grant.person not in there:
                    there.append(grant.person)
        if any(scope.startswith("area:") for scope in made.by_scope):
            rows = Area.objects.values_list("pk", "code", "parent_id")
            made.parents = {key: (code, parent) for key, code, parent in rows}
        return made

    def nearest(self, subject: Organisation | Unit) -> list[Person]:
        """Those who hold it nearest above: for the unit, else for what is over it, else everywhere.

        A letter about a preschool goes to its own manager, not to every administrator.
        """
        for scope in self._scopes(subject):
            if scope in self.by_scope:
                return self.by_scope[scope]
        return []

    def holds(self, person: Person, subject: Organisation | Unit) -> bool:
        """Whether the person is one of all that hold it for the subject."""
        return any(person in self.by_scope.get(scope, ()) for scope in self._scopes(subject))

    def _scopes(self, subject: Organisation | Unit) -> list[str]:
        """From the nearest to the whole."""
        organisation = subject if isinstance(subject, Organisation) else subject.organisation
        own = [subject.pk] if isinstance(subject, Unit) else []
        path = subject.path.strip("/").split("/") if isinstance(subject, Unit) else []
        above = [int(key) for key in reversed(path) if key]
        scopes = [f"unit:{key}" for key in dict.fromkeys([*own, *above])]
        return [*scopes, organisation.scope, *self._areas(organisation.area_id), EVERYWHERE]

    def _areas(self, key: int | None) -> list[str]:
        scopes = []
        while key is not None and key in self.parents:
            code, key = self.parents[key]
            scopes.append(f"area:{code}")
        return scopes


def managers_of(appointment: Appointment, holders: Holders) -> list[Person]:
    """Who looks after an appointment: who appointed, if they still may; else the nearest who may.

    `holders` are those of the right to appoint. The person themself isn't among them.
    """
    manager = appointment.appointed_by
    if manager is not None and manager.is_active and holders.holds(manager, appointment.unit):
        found = [manager]
    else:
        found = holders.nearest(appointment.unit)
    return [person for person in found if person.pk != appointment.person_id]
