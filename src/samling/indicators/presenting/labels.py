"""Names of areas, groups and periods, and a cell's value as text, in the active language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from unicodedata import bidirectional

from django.utils.translation import get_language, gettext, ngettext

from samling.indicators.choices import Changed, Status, change_note
from samling.indicators.models import Release
from samling.indicators.publication.lattice import SEPARATOR
from samling.indicators.publication.rounding import COARSE, precision_of
from samling.indicators.queries import Cell
from samling.indicators.study.schema import AreaLevel, Indicator, Study, Text
from samling.places.choices import SWEDEN
from samling.places.queries import AmbiguousAreaError, areas_by_code
from samling.ui import formats

# The Swedish alphabet ends with å, ä, ö, which stand elsewhere in Unicode.
_ORDER = {"å": "{", "ä": "|", "ö": "}", "é": "e", "ü": "u"}


def alphabetical(name: str) -> str:
    """A key that sorts names as a Swedish reader expects."""
    return "".join(_ORDER.get(letter, letter) for letter in name.lower())


def language() -> str:
    """`sv` or `en`."""
    return "sv" if formats.is_swedish() else "en"


def text(value: Text | None) -> str:
    """A study's text in the active language."""
    return "" if value is None else value.of(get_language() or "sv")


def text_beside(value: Text) -> str:
    """A study's text in the active language, beside other words and figures."""
    return isolated(text(value))


@dataclass(frozen=True)
class AreaName:
    """An area as pages name it."""

    code: str
    name: str
    level: AreaLevel


class _UnknownError(LookupError):
    """No such area is kept (yet), so that its absence must not be remembered."""


@lru_cache(maxsize=4096)
def _known(code: str) -> AreaName:
    # Kept until areas are loaded anew (`presenting.fresh`).
    try:
        found = areas_by_code((code,))
    except AmbiguousAreaError:
        # An area's page is found by its code alone: then Sweden's own division is meant.
        found = areas_by_code((code,), division=SWEDEN)
    for place in found:
        return AreaName(place.code, place.name, place.level)
    raise _UnknownError(code)


def forget_areas() -> None:
    """Read the names of areas anew, after a division has been loaded."""
    _known.cache_clear()


def area(code: str) -> AreaName:
    """An area's name and level; one that is not kept any more goes by its code."""
    try:
        return _known(code)
    except _UnknownError:
        return AreaName(code, code, "municipality")


def area_name(code: str) -> str:
    """One area's name."""
    return area(code).name


def group_name(study: Study, grouping: str, group: str) -> str:
    """ "Tjejer, årskurs 9"; "Alla" for the whole."""
    if not grouping:
        return gettext("Alla")
    first, *rest = (
        text(next(lv.name for lv in study.breakdown(b).levels if lv.code == code))
        for b, code in zip(grouping.split(SEPARATOR), group.split(SEPARATOR), strict=True)
    )
    return ", ".join([first, *(_small(name) for name in rest)])


def period_name(study: Study, period: str) -> str:
    """A single period goes by its code, several years together by the study's name for them."""
    names = {pool.code: text(pool.name) for pool in study.periods.pooled}
    return names.get(period, period)


def what_changed(release: Release) -> str:
    """What the one who published said; if nothing, what is known of it in the active language."""
    changed = release.summary.get("changed")
    if changed is None:
        return release.what_changed
    return change_note(release.number, [Changed(part) for part in changed])


def isolated(name: str) -> str:
    """A name that stands beside other words and figures.

    One in a script that runs from right to left is set apart by marks that are not seen (Unicode
    Annex 9, isolates); otherwise it would draw the next group's figure to itself.
    """
    if any(bidirectional(letter) in ("R", "AL") for letter in name):
        return f"\u2068{name}\u2069"
    return name


def inside(name: str) -> str:
    """A name inside a sentence: with a small letter, unless it is an abbreviation."""
    return isolated(_small(name))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def grouping_name(study: Study, grouping: str) -> str:
    """ "Kön och årskurs"; "Alla" for the whole."""
    if not grouping:
        return gettext("Alla")
    names = [text(study.breakdown(b).name) for b in grouping.split(SEPARATOR)]
    return f" {gettext('och')} ".join([names[0], *(_small(name) for name in names[1:])])


def decimals_of(indicator: Indicator, code: str) -> int:
    """Decimals that this indicator is published with for this area."""
    return precision_of(area(code).level, indicator.kind).decimals


def value_text(indicator: Indicator, cell: Cell) -> str:
    """ "70,3 %", "mindre än 5 %" or ".."."""
    decimals = decimals_of(indicator, cell.area)
    match cell.status:
        case Status.SHOWN:
            if indicator.kind == "mean":
                return formats.number(cell.value, decimals)
            return formats.percent(cell.value, decimals)
        case Status.BOUND_BELOW:
            return "< " + formats.percent(cell.bound, decimals)
        case Status.BOUND_ABOVE:
            return "> " + formats.percent(cell.bound, decimals)
        case _:
            return formats.MISSING_MARK


def interval_text(indicator: Indicator, cell: Cell) -> str:
    """ "65,1–73,2", or nothing when the value is not shown."""
    if not cell.shown or cell.low is None:
        return ""
    return formats.interval(cell.low, cell.high, decimals_of(indicator, cell.area))


def n_text(cell: Cell) -> str:
    """The number of answers; about, when it is rounded to fives."""
    if cell.n is None:
        return ""
    return formats.number(cell.n)


def answers_text(cell: Cell) -> str:
    """ "6 012 svar", "cirka 250 svar" where counts are rounded to fives."""
    if cell.n is None:
        return ""
    count = formats.number(cell.n)
    if area(cell.area).level in COARSE:
        return gettext("cirka %(count)s svar") % {"count": count}
    return ngettext("%(count)s svar", "%(count)s svar", cell.n) % {"count": count}


def reason(study: Study, indicator: Indicator, cell: Cell) -> str:
    """Why a cell does not show its value; empty when it does."""
    policy = study.policy(indicator)
    match cell.status:
        case Status.HIDDEN:
            return gettext(
                "Visas inte, för att skydda enskilda: antingen svarade färre än %(base)s här, "
                "eller så skulle en annan dold uppgift gå att räkna ut med den här."
            ) % {"base": policy.minimum_base}
        case Status.BOUND_BELOW | Status.BOUND_ABOVE:
            return gettext(
                "Visas bara som en gräns: färre än %(count)s personer gav det ena svaret."
            ) % {"count": study.disclosure.minimum_count}
        case Status.UNRELIABLE:
            return gettext("Visas inte: för få svar för att ge en säker siffra.")
        case Status.SHOWN:
            return ""


def interval_name(study: Study) -> str:
    """What the interval is called: chance of a census is not a margin of error."""
    if study.uncertainty == "census":
        return gettext("slumpvariation")
    return gettext("95\u00a0% konfidensintervall")
