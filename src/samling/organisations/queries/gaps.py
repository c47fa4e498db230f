"""The gap list: units that must have someone in a role and have nobody today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from samling.organisations.choices import AppointmentState
from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.queries.appointments import Choice, active
from samling.organisations.queries.reach import Reach


def required_roles() -> list[RoleType]:
    """The role types that some kind of unit must have someone in, by name."""
    return [role for role in RoleType.objects.all() if role.unit_kinds]


def required_units(role_type: RoleType, *, on: date | None = None) -> QuerySet[Unit]:
    """Every unit open on the day, of a kind that must have someone in the role."""
    day = on or timezone.localdate()
    is_open = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    organisation_open = Q(organisation__closed_on__isnull=True) | Q(organisation__closed_on__gt=day)
    return Unit.objects.filter(is_open, organisation_open, kind__in=role_type.unit_kinds)


def held(role_type: RoleType, *, on: date | None = None) -> Exists:
    """Whether the unit has someone in the role on the day, for a queryset of units."""
    there = Appointment.objects.filter(active(on=on), unit=OuterRef("pk"), role_type=role_type)
    return Exists(there)


@dataclass(frozen=True)
class Gap:
    """A unit without anyone in the role; `since` is the last day of the latest who was, if any.

    `asked` says whether someone has been asked and hasn't answered, `starts_on` when someone who
    has said yes begins.
    """

    unit: Unit
    since: date | None
    asked: bool
    starts_on: date | None


def gaps(role_type: RoleType, *, on: date | None = None) -> QuerySet[Unit]:
    """The units on the gap list on a day, by organisation and name."""
    return (
        required_units(role_type, on=on)
        .filter(~held(role_type, on=on))
        .order_by("organisation__name", "name", "pk")
    )


def gaps_followed(
    reach: Reach, role_type: RoleType, choice: Choice, *, on: date | None = None
) -> QuerySet[Unit]:
    """The gap list of the units within reach, narrowed by the choice."""
    return gaps(role_type, on=on).filter(reach.condition(), choice.units())


def told(units: Iterable[int], role_type: RoleType, *, on: date | None = None) -> list[Gap]:
    """What is told of each unit on the list, in the order of the given keys.

    A page's units are found first and told of afterwards: sorting all of them with all that is
    told would take several times as long.
    """
    keys = list(units)
    day = on or timezone.localdate()
    own = Appointment.objects.filter(unit=OuterRef("pk"), role_type=role_type)
    past = own.filter(
        state__in=(AppointmentState.ACCEPTED, AppointmentState.ENDED),
        answered_at__isnull=False,
        ends_on__lt=day,
    )
    later = own.filter(state=AppointmentState.ACCEPTED, starts_on__gt=day)
    found = (
        Unit.objects.filter(pk__in=keys)
        .select_related("organisation__area", "area")
        .annotate(
            since=Subquery(past.order_by("-ends_on").values("ends_on")[:1]),
            asked=Exists(own.filter(state=AppointmentState.PROPOSED)),
            next_start=Subquery(later.order_by("starts_on").values("starts_on")[:1]),
        )
    )
    by_key = {unit.pk: Gap(unit, unit.since, unit.asked, unit.next_start) for unit in found}
    return [by_key[key] for key in keys if key in by_key]
