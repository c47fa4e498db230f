"""What is read of agreements: which stand, which are soon out, which are out."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from samling.organisations.models import Agreement
from samling.organisations.queries.reach import organisations_reached
from samling.organisations.rules import AGREEMENTS
from samling.organisations.terms import add_months
from samling.ui.access import Rights

WARN_MONTHS = 6
IN_FORCE, EXPIRING, EXPIRED, RENEWED, ENDED = (
    "in force",
    "expiring",
    "expired",
    "renewed",
    "ended",
)


def open_agreements() -> QuerySet[Agreement]:
    """Those that are neither renewed nor ended, whatever their last day."""
    found = Agreement.objects.select_related("organisation__area")
    return found.filter(renewed_by__isnull=True, ended_on__isnull=True)


def agreements_looked_after(rights: Rights, *, closed: bool = False) -> QuerySet[Agreement]:
    """The agreements of the organisations where they are looked after, the first to end first.

    With `closed` also those that are renewed or ended.
    """
    found = Agreement.objects.select_related("organisation__area", "renewed_by")
    if not closed:
        found = found.filter(renewed_by__isnull=True, ended_on__isnull=True)
    found = found.filter(organisations_reached(rights, AGREEMENTS, at="organisation__"))
    return found.order_by("expires_on", "organisation__name", "pk")


def warn_from(agreement: Agreement) -> date:
    """The first day that it is warned of: six months before its last day."""
    return add_months(agreement.expires_on, -WARN_MONTHS)


def state_of(agreement: Agreement, *, on: date | None = None) -> str:
    """What stands of it on a day, today if none is given."""
    day = on or timezone.localdate()
    if agreement.renewed_by_id is not None:
        return RENEWED
    if agreement.ended_on is not None:
        return ENDED
    if day > agreement.expires_on:
        return EXPIRED
    return EXPIRING if day >= warn_from(agreement) else IN_FORCE


def soon_out(rights: Rights, *, on: date | None = None) -> list[Agreement]:
    """Those looked after that have run out or will within six months, the first to end first."""
    day = on or timezone.localdate()
    last = add_months(day, WARN_MONTHS) + timedelta(days=3)  # months differ in length
    found = agreements_looked_after(rights).filter(expires_on__lte=last)
    return [agreement for agreement in found if state_of(agreement, on=day) in (EXPIRING, EXPIRED)]
