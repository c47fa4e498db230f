"""Terms in months: from a first day to a last day, and how long before it to warn."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or before if negative.

    31 January and one month is the last of February.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(starts_on: date, months: int | None) -> date | None:
    """The last day of a term: 24 months from 1 December 2026 end on 30 November 2028."""
    return None if not months else add_months(starts_on, months) - timedelta(days=1)
