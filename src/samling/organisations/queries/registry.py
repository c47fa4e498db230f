"""What pages read of organisations and units."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from samling.accounts.models import Person
from samling.organisations.choices import UnitKind
from samling.organisations.models import Change, Membership, Organisation, Unit
from samling.places.choices import SWEDEN, Level
from samling.places.models import Area
from samling.ui.access import Rights

# After z come å, ä and ö, in that order; by their numbers they don't.
ALPHABET = str.maketrans("åäö", "{|}")


@dataclass(frozen=True)
class TreeRow:
    """A unit in its tree; `depth` is 0 at the top, `above` the names on the way down to it."""

    pk: int
    key: UUID
    name: str
    kind: str
    code: str
    closed_on: date | None
    depth: int
    above: tuple[str, ...]

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(UnitKind(self.kind).label)


def with_area(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With the area and its parent, but without their outlines, which are large."""
    found = organisations.select_related("area__parent")
    return found.defer("area__boundary", "area__parent__boundary")


def units_with_area(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """With organisation and areas, but without outlines."""
    found = units.select_related("area", "organisation__area__parent", "parent", "merged_into")
    return found.defer(
        "area__boundary",
        "organisation__area__boundary",
        "organisation__area__parent__boundary",
    )


def matching(search: str, *fields: str) -> Q:
    """Rows in which one of the fields has every word, whatever its capitals, å, ä and ö too."""
    found = Q()
    for word in search.split()[:6]:
        either = Q()
        for field in fields:
            # A regular expression, since SQLite's LIKE knows capitals of a-z only.
            either |= Q(**{f"{field}__iregex": re.escape(word)})
        found &= either
    return found


def organisations(
    *, search: str = "", kind: str = "", county: str = "", closed: bool = False
) -> QuerySet[Organisation]:
    """Organisations by name; closed ones only when asked for."""
    found = with_area(Organisation.objects.filter(matching(search, "name")))
    if kind:
        found = found.filter(kind=kind)
    if county:
        found = found.filter(in_county(county))
    return found if closed else found.filter(closed_on__isnull=True)


def in_county(code: str, prefix: str = "") -> Q:
    """Those whose area is the county, or lies in it or in one of its municipalities."""
    return (
        Q(**{f"{prefix}area__code": code})
        | Q(**{f"{prefix}area__parent_code": code})
        | Q(**{f"{prefix}area__parent__parent_code": code})
    )


def units_found(
    search: str, *, kind: str = "", county: str = "", closed: bool = False
) -> QuerySet[Unit]:
    """Units with the words in their name; `kind` and `county` are the organisation's."""
    found = Unit.objects.filter(matching(search, "name")).select_related("organisation")
    if kind:
        found = found.filter(organisation__kind=kind)
    if county:
        found = found.filter(in_county(county, "organisation__"))
    return found if closed else found.filter(closed_on__isnull=True)


def unit_counts(organisations: Collection[Organisation]) -> dict[int, int]:
    """How many open units each has."""
    units = Unit.objects.filter(organisation__in=organisations, closed_on__isnull=True)
    return dict(units.order_by().values_list("organisation").annotate(Count("pk")))


def counties() -> QuerySet[Area]:
    """Sweden's counties, by name."""
    areas = Area.objects.filter(division__code=SWEDEN, level=Level.COUNTY, valid_to__isnull=True)
    return areas.only("code", "name").order_by("name")


def choosable_areas() -> QuerySet[Area]:
    """Counties and municipalities in force, by code: each county before what lies in it."""
    areas = Area.objects.filter(
        division__code=SWEDEN,
        level__in=[Level.COUNTY, Level.MUNICIPALITY],
        valid_to__isnull=True,
    )
    return areas.only("code", "name", "level").order_by("code")


def by_name(name: str) -> str:
    """What to sort Swedish names by."""
    return name.casefold().translate(ALPHABET)


def tree(organisation: Organisation, *, closed: bool = False, search: str = "") -> list[TreeRow]:
    """The units as they lie, brothers by name. A search keeps those whose name has every word."""
    units = Unit.objects.filter(organisation=organisation).order_by()
    if not closed:
        units = units.filter(closed_on__isnull=True)
    fields = ("pk", "parent_id", "key", "name", "kind", "code", "closed_on")
    rows = sorted(units.values_list(*fields), key=lambda row: by_name(row[3]))
    shown = {row[0] for row in rows}
    below = defaultdict(list)
    for row in rows:
        below[row[1] if row[1] in shown else None].append(row)
    found: list[TreeRow] = []
    waiting: list[tuple[Any, tuple[str, ...]]] = [(row, ()) for row in reversed(below[None])]
    while waiting:
        (pk, _parent, key, name, kind, code, closed_on), above = waiting.pop()
        found.append(TreeRow(pk, key, name, kind, code, closed_on, len(above), above))
        waiting += [(row, (*above, name)) for row in reversed(below[pk])]
    words = search.casefold().split()
    return [row for row in found if all(word in row.name.casefold() for word in words)]


def path_of(unit: Unit) -> list[Unit]:
    """The units above, from the top."""
    keys = [int(key) for key in unit.path.strip("/").split("/") if key and int(key) != unit.pk]
    found = Unit.objects.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def members(
    place: Organisation | Unit, *, search: str = "", ended: bool = False, on: date
) -> QuerySet[Membership]:
    """The members of a unit, or of an organisation with all its units, by name."""
    own = Q(unit=place) if isinstance(place, Unit) else Q(organisation=place)
    found = Membership.objects.filter(own, matching(search, "person__name"))
    if not ended:
        found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return found.select_related("person", "unit").order_by("person__name", "pk")


def history(place: Organisation | Unit) -> QuerySet[Change]:
    """What has happened to a unit, or to an organisation and its units, newest first."""
    changes = Change.objects.select_related("unit").order_by("-on", "-pk")
    if isinstance(place, Unit):
        return changes.filter(unit=place)
    return changes.filter(organisation=place)


def own_organisations(
    person: Person, rights: Rights, permission: str
) -> tuple[list[Organisation], list[Organisation]]:
    """The open organisations that a grant of the person's own names, and those they work in."""
    scopes = [scope for scope in rights.scopes(permission) if scope.startswith("organisation:")]
    keys = [int(scope.partition(":")[2]) for scope in scopes]
    still_open = Organisation.objects.filter(closed_on__isnull=True)
    granted = list(still_open.filter(pk__in=keys).order_by("name")[:10])
    today = timezone.localdate()
    mine = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), person=person, starts_on__lte=today
    )
    working = still_open.filter(pk__in=mine.values("organisation")).exclude(pk__in=keys)
    return granted, list(working.order_by("name")[:10])


def workplaces(person: Person) -> QuerySet[Membership]:
    """The memberships that hold today, in open organisations."""
    today = timezone.localdate()
    holds = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    mine = Membership.objects.filter(holds, person=person, starts_on__lte=today)
    return mine.filter(organisation__closed_on__isnull=True).select_related("organisation", "unit")
