"""What pages read of organisations and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from samling.accounts.models import Person
from samling.organisations.choices import UnitKind
from samling.organisations.models import Change, Membership, Organisation, Unit
from samling.places.choices import SWEDEN, Level
from samling.places.models import Area
from samling.ui.access import Rights
from samling.ui.searching import matching

MOST_NAMED = 500
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


class Tree(Sequence[TreeRow]):
    """An organisation's units as they lie, brothers by name.

    The order is worked out from names and parents alone; the rest is read for the rows that are
    asked for, since a page shows a hundred of what may be thousands.
    """

    def __init__(self, units: QuerySet[Unit], search: str) -> None:
        self._units = units.order_by()
        found = list(self._units.values_list("pk", "parent_id", "name"))
        found.sort(key=lambda row: by_name(row[2]))
        self._names = {pk: name for pk, _parent, name in found}
        self._parents = {pk: parent if parent in self._names else None for pk, parent, _n in found}
        below: dict[int | None, list[int]] = defaultdict(list)
        for pk, _parent, _name in reversed(found):
            below[self._parents[pk]].append(pk)
        self._order: list[int] = []
        waiting = below[None]
        while waiting:
            pk = waiting.pop()
            self._order.append(pk)
            waiting += below.get(pk, ())
        words = search.casefold().split()
        if words:
            self._order = [pk for pk in self._order if self._has(pk, words)]

    def _has(self, pk: int, words: list[str]) -> bool:
        name = self._names[pk].casefold()
        return all(word in name for word in words)

    def _above(self, pk: int) -> tuple[str, ...]:
        names: list[str] = []
        here = self._parents[pk]
        while here is not None:
            names.append(self._names[here])
            here = self._parents[here]
        return tuple(reversed(names))

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> TreeRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[TreeRow]: ...
    def __getitem__(self, place: int | slice) -> TreeRow | list[TreeRow]:
        """The rows of a page, read now."""
        if isinstance(place, int):
            return self[place : place + 1][0]
        keys = self._order[place]
        # A whole tree is asked for by what it belongs to: a query can't name thousands.
        wanted = {"pk__in": keys} if len(keys) <= MOST_NAMED else {}
        columns = ("pk", "key", "name", "kind", "code", "closed_on")
        found = {row[0]: row for row in self._units.filter(**wanted).values_list(*columns)}
        rows = []
        for pk in keys:
            if pk in found:
                above = self._above(pk)
                _pk, key, name, kind, code, closed_on = found[pk]
                rows.append(TreeRow(pk, key, name, kind, code, closed_on, len(above), above))
        return rows

    def __iter__(self) -> Iterator[TreeRow]:
        return iter(self[:])


def tree(organisation: Organisation, *, closed: bool = False, search: str = "") -> Tree:
    """The organisation's units; a search keeps those whose name has every word."""
    units = Unit.objects.filter(organisation=organisation)
    return Tree(units if closed else units.filter(closed_on__isnull=True), search)


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
