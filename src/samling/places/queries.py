"""Reading areas. A day chooses the version in force; without one the newest version is meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast

from django.db.models import Q, QuerySet

from samling.places.choices import SWEDEN, Level, LevelCode
from samling.places.models import Area, Division


@dataclass(frozen=True)
class Place:
    """An area as other rooms see it. `valid_to` is the first day that it no longer holds."""

    division: str
    code: str
    name: str
    level: LevelCode
    parent_code: str
    valid_from: date
    valid_to: date | None
    longitude: float | None
    latitude: float | None


class AreaNotFoundError(LookupError):
    """No such area, or not on that day."""


class AmbiguousAreaError(LookupError):
    """Several divisions have an area with the code."""


def divisions() -> QuerySet[Division]:
    """All divisions, by code."""
    return Division.objects.order_by("code")


def places_stamp() -> str:
    """Changes whenever a loading has changed any area."""
    found = Division.objects.order_by("pk").values_list("pk", "version")
    return ".".join(f"{pk}v{version}" for pk, version in found)


def area_by_code(code: str, *, on: date | None = None, division: str | None = None) -> Place:
    """The area with the code; raises AreaNotFoundError, or AmbiguousAreaError if two divisions have
    the code and none is given.
    """
    found = areas_by_code([code], on=on, division=division)
    if not found:
        when = "" if on is None else f" on {on}"
        where = "any division" if division is None else f'the division "{division}"'
        message = f'There is no area "{code}"{when} in {where}. Load it with a division file.'
        raise AreaNotFoundError(message)
    return found[0]


def areas_by_code(
    codes: Iterable[str], *, on: date | None = None, division: str | None = None
) -> list[Place]:
    """The areas with the codes, by code; codes that don't exist are left out.

    Raises AmbiguousAreaError if two divisions have a code and none is given.
    """
    return [_place(area) for area in _versions(codes, on, division)]


def areas_of(division: str, *, level: str | None = None, on: date | None = None) -> list[Place]:
    """Every area of a division, or those of one level, by code."""
    areas = Area.objects.filter(division__code=division)
    if level is not None:
        areas = areas.filter(level=level)
    return [_place(area) for area in _in_force(areas, on)]


def counties(*, on: date | None = None) -> list[Place]:
    """Sweden's counties, by code."""
    return areas_of(SWEDEN, level=Level.COUNTY, on=on)


def municipalities_of(county_code: str, *, on: date | None = None) -> list[Place]:
    """A Swedish county's municipalities, by code; none for a code that is no county."""
    return children(county_code, on=on, division=SWEDEN, level=Level.MUNICIPALITY)


def children(
    code: str, *, on: date | None = None, division: str = SWEDEN, level: str | None = None
) -> list[Place]:
    """The division's areas whose parent has the code, by code.

    The parent may belong to another division: the districts of a municipality are
    `children("0484", division="districts")`.
    """
    areas = Area.objects.filter(division__code=division, parent_code=code)
    if level is not None:
        areas = areas.filter(level=level)
    return [_place(area) for area in _in_force(areas, on)]


def members_of(code: str, *, on: date | None = None, division: str | None = None) -> list[Place]:
    """The areas that a group is made of, by code; none for an area that is no group."""
    group = _versions([code], on, division)
    if not group:
        return []
    return [_place(area) for area in group[0].members.select_related("division").order_by("code")]


def boundaries(
    codes: Sequence[str], *, on: date | None = None, division: str | None = None
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (longitude, latitude) of the areas that have an outline, by code.

    A feature's properties are code, name and level.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "level": area.level},
            "geometry": json.loads(area.boundary),
        }
        for area in _versions(codes, on, division, outlines=True)
        if area.boundary is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _versions(
    codes: Iterable[str], on: date | None, division: str | None, *, outlines: bool = False
) -> list[Area]:
    """One version of each code; without a division a code must be in one only."""
    areas = Area.objects.filter(code__in=list(codes))
    if division is not None:
        areas = areas.filter(division__code=division)
    found = _in_force(areas, on, outlines=outlines)
    for first, second in pairwise(found):
        if first.code == second.code:
            names = f'"{first.division.code}" and "{second.division.code}"'
            message = f'The code "{first.code}" is in both {names}. Say which division is meant.'
            raise AmbiguousAreaError(message)
    return found


def _in_force(areas: QuerySet[Area], on: date | None, *, outlines: bool = False) -> list[Area]:
    """The version in force on the day, or the newest, of each code and division, by code."""
    if on is not None:
        areas = areas.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
    if not outlines:
        areas = areas.defer("boundary")
    ordered = areas.select_related("division").order_by("code", "division__code", "valid_from")
    return list({(area.code, area.division_id): area for area in ordered}.values())


def _place(area: Area) -> Place:
    return Place(
        division=area.division.code,
        code=area.code,
        name=area.name,
        level=cast(LevelCode, area.level),
        parent_code=area.parent_code,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        longitude=area.centroid_longitude,
        latitude=area.centroid_latitude,
    )
