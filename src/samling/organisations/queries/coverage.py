"""Coverage: how many of the units that must have someone in a role have it today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from samling.organisations.models import RoleType, Unit
from samling.organisations.queries.appointments import Choice
from samling.organisations.queries.gaps import held, required_units
from samling.organisations.queries.reach import Reach


@dataclass(frozen=True)
class Coverage:
    """Of `units` units `covered` have someone. `key` is an organisation's pk or an area's code."""

    key: str
    name: str
    units: int
    covered: int

    @property
    def share(self) -> float:
        """Between 0 and 1; there is no coverage of no units, so `units` is never 0."""
        return self.covered / self.units

    @property
    def missing(self) -> int:
        """How many have nobody."""
        return self.units - self.covered


def _counted(reach: Reach, role_type: RoleType, choice: Choice, on: date | None) -> QuerySet[Unit]:
    units = required_units(role_type, on=on).filter(reach.condition(), choice.units())
    return units.annotate(held=held(role_type, on=on))


def by_organisation(
    reach: Reach, role_type: RoleType, choice: Choice, *, on: date | None = None
) -> list[Coverage]:
    """Each organisation with such units, the one with the lowest share first."""
    rows = (
        _counted(reach, role_type, choice, on)
        .order_by()
        .values("organisation", "organisation__name")
        .annotate(units=Count("pk"), covered=Count("pk", filter=Q(held=True)))
    )
    return _lowest_first(
        Coverage(str(row["organisation"]), row["organisation__name"], row["units"], row["covered"])
        for row in rows
    )


def by_municipality(
    reach: Reach, role_type: RoleType, choice: Choice, *, on: date | None = None
) -> list[Coverage]:
    """Each municipality with such units, whoever runs them, the lowest share first.

    A unit lies where it says, else where its organisation does; one that lies in a county only,
    or nowhere, is in no municipality.
    """
    counted = _counted(reach, role_type, choice, on).annotate(
        place=Coalesce(F("area__code"), F("organisation__area__code")),
        place_name=Coalesce(F("area__name"), F("organisation__area__name")),
        level=Coalesce(F("area__level"), F("organisation__area__level")),
    )
    rows = (
        counted.filter(level="municipality")
        .order_by()
        .values("place", "place_name")
        .annotate(units=Count("pk"), covered=Count("pk", filter=Q(held=True)))
    )
    return _lowest_first(
        Coverage(row["place"], row["place_name"], row["units"], row["covered"]) for row in rows
    )


def total(coverages: Iterable[Coverage]) -> Coverage | None:
    """All of them together; None for none."""
    listed = list(coverages)
    if not listed:
        return None
    units, covered = sum(c.units for c in listed), sum(c.covered for c in listed)
    return Coverage("", "", units, covered)


def _lowest_first(coverages: Iterable[Coverage]) -> list[Coverage]:
    return sorted(coverages, key=lambda coverage: (coverage.share, coverage.name))
