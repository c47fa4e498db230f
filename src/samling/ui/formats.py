"""Numbers and dates as people read them, in the active language.

Swedish: 12 345,6 and 70 % with no-break spaces, "torsdag 12 november 2026 kl. 23.59".
Every other language: 12,345.6 and 70%, "Thursday 12 November 2026 at 23:59".

A value that is None or not a finite number is written with `MISSING_MARK`, never as 0. Rounding
is half away from zero on the decimal digits that Python shows (2.675 is 2.68), never to even.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, gettext, pgettext

Number = int | float | Decimal | str | None

MISSING_MARK = ".."
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# As Svenska skrivregler shortens them; the short months are not shortened.
SWEDISH_MONTHS = (
    *("jan.", "febr.", "mars", "april", "maj", "juni"),
    *("juli", "aug.", "sept.", "okt.", "nov.", "dec."),
)


def is_swedish() -> bool:
    """Whether the active language is Swedish; no active language counts as Swedish."""
    return (get_language() or "sv").split("-")[0] == "sv"


def as_decimal(value: Number) -> Decimal | None:
    """The value's exact shown digits, or None when it is missing or not finite.

    Raises ValueError when a text is not a number.
    """
    if value is None or value == "":
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        # Through text: NumPy's numbers are welcome, and 0.1 is 0.1.
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is not a number and cannot be written as one.") from error
    return number if number.is_finite() else None


def rounded(value: Decimal, decimals: int) -> Decimal:
    """`value` rounded half away from zero; minus zero becomes zero."""
    result = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """`12 345,6`; with `signed`, a plus before what is above zero."""
    exact = as_decimal(value)
    if exact is None:
        return MISSING_MARK
    figure = rounded(exact, decimals)
    text = f"{abs(figure):,f}"
    if is_swedish():
        text = text.replace(",", NO_BREAK_SPACE).replace(".", ",")
    if figure < 0:
        return MINUS + text
    return f"+{text}" if signed and figure > 0 else text


def percent(value: Number, decimals: int = 0) -> str:
    """`70 %`, from a value that is in percent already."""
    text = number(value, decimals)
    if text == MISSING_MARK:
        return text
    return f"{text}{NO_BREAK_SPACE}%" if is_swedish() else f"{text}%"


def share(value: Number, decimals: int = 0) -> str:
    """`70 %`, from a share between 0 and 1."""
    exact = as_decimal(value)
    return percent(None if exact is None else exact * 100, decimals)


def percent_points(value: Number, decimals: int = 1, *, signed: bool = False) -> str:
    """`3,2 procentenheter`, the difference between two percentages."""
    text = number(value, decimals, signed=signed)
    if text == MISSING_MARK:
        return text
    one = text.lstrip(f"+{MINUS}") == "1"
    unit = gettext("procentenhet") if one else gettext("procentenheter")
    return f"{text}{NO_BREAK_SPACE}{unit}"


def interval(low: Number, high: Number, decimals: int = 1) -> str:
    """`65,1–73,2`; with words between when a bound is negative, where a dash would mislead."""
    lower, upper = number(low, decimals), number(high, decimals)
    if MISSING_MARK in (lower, upper):
        return MISSING_MARK
    if lower.startswith(MINUS) or upper.startswith(MINUS):
        between = pgettext("intervall", "till")
        return f"{lower}{NO_BREAK_SPACE}{between}{NO_BREAK_SPACE}{upper}"
    return f"{lower}{EN_DASH}{upper}"


def interval_of(bounds: Sequence[Number] | None, decimals: int = 1) -> str:
    """`interval` of a pair (low, high); None is missing."""
    if bounds is None:
        return MISSING_MARK
    low, high = bounds
    return interval(low, high, decimals)


def capitalised(text: str) -> str:
    """With a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def answers(count: Number) -> str:
    """`n = 1 234`, how many the figure rests on."""
    return f"n{NO_BREAK_SPACE}={NO_BREAK_SPACE}{number(count)}"


def local_moment(moment: datetime) -> datetime:
    """The moment on a Swedish clock. Raises ValueError when it does not say its time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone, so it is no moment to show. Give it one.")
    return moment.astimezone(STOCKHOLM)


def full_date(day: date | None) -> str:
    """`torsdag 12 november 2026`; a datetime is shown as its day in Sweden."""
    if day is None:
        return MISSING_MARK
    if isinstance(day, datetime):
        day = local_moment(day)
    return dateformat.format(day, "l j F Y")


def short_date(day: date | None) -> str:
    """`12 nov. 2026` for lists and tables, on one line; a datetime is its day in Sweden."""
    if day is None:
        return MISSING_MARK
    if isinstance(day, datetime):
        day = local_moment(day)
    month = SWEDISH_MONTHS[day.month - 1] if is_swedish() else dateformat.format(day, "M")
    return NO_BREAK_SPACE.join((str(day.day), month, str(day.year)))


def short_span(first: date, last: date | None) -> str:
    """`12 nov. 2026–11 nov. 2028`, or `från 12 nov. 2026` for what has no last day."""
    if last is None:
        return gettext("från %(day)s") % {"day": short_date(first)}
    return f"{short_date(first)}{EN_DASH}{short_date(last)}"


def short_moment(moment: datetime | None) -> str:
    """`12 nov. 2026 kl. 23.59`, in Swedish time."""
    if moment is None:
        return MISSING_MARK
    return f"{short_date(moment)} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    local = local_moment(moment)
    return f"kl.{NO_BREAK_SPACE}{local:%H.%M}" if is_swedish() else f"at {local:%H:%M}"


def full_moment(moment: datetime | None) -> str:
    """`torsdag 12 november 2026 kl. 23.59`, in Swedish time."""
    if moment is None:
        return MISSING_MARK
    return f"{full_date(moment)} {_clock(moment)}"
