"""How many pupils a school has, by grade and school year."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from samling.audit.actions import Actor
from samling.organisations.actions.history import RegistryError, lock, note, tell
from samling.organisations.choices import ChangeKind, Grade, UnitKind
from samling.organisations.models import Enrolment, Unit

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_PUPILS = 10_000


@transaction.atomic
def set_enrolment(*, by: Actor, unit: Unit, year: int, pupils: Mapping[str, int | None]) -> Unit:
    """Set the pupils of the grades in the school year that begins in the autumn of `year`.

    None takes a grade's figure away; grades that aren't named are left. RegistryError for a unit
    that is no school, an unknown grade, and a number that can't be.
    """
    lock(unit.organisation)
    if unit.kind != UnitKind.SCHOOL:
        raise RegistryError(_("Bara skolor har elever i årskurser."))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RegistryError(_("Läsåret %(year)s är inte möjligt.") % {"year": year})
    before = dict(Enrolment.objects.filter(unit=unit, year=year).values_list("grade", "pupils"))
    edits = {
        grade: (before.get(grade), count)
        for grade, count in pupils.items()
        if before.get(grade) != count
    }
    for grade, (_was, count) in edits.items():
        _set_grade(unit, year, grade, count)
    if edits:
        shown = {grade: ["" if n is None else n for n in pair] for grade, pair in edits.items()}
        note(
            by,
            unit,
            ChangeKind.EDITED,
            before=_sum(before),
            after=_sum({**before, **{grade: pair[1] for grade, pair in edits.items()}}),
            field=f"enrolment {year}",
        )
        tell(by, "enrolment changed", unit, {"year": year, "grades": shown})
    return unit


def _set_grade(unit: Unit, year: int, grade: str, count: int | None) -> None:
    if grade not in Grade.values:
        raise RegistryError(_("Årskursen %(grade)s finns inte.") % {"grade": grade})
    if count is None:
        Enrolment.objects.filter(unit=unit, year=year, grade=grade).delete()
        return
    if not 0 <= count <= MOST_PUPILS:
        raise RegistryError(
            _("Antalet elever ska vara mellan 0 och %(most)s.") % {"most": MOST_PUPILS}
        )
    Enrolment.objects.update_or_create(
        unit=unit, year=year, grade=grade, defaults={"pupils": count}
    )


def _sum(pupils: Mapping[str, int | None]) -> str:
    known = [count for count in pupils.values() if count is not None]
    return str(sum(known)) if known else ""
