"""Figures in plain sentences. Differences are called so only when chance is an unlikely cause,
and never explained: a sentence says what goes together, not what causes what."""

from __future__ import annotations

from django.utils.translation import gettext

from samling.indicators.choices import Sign
from samling.indicators.presenting import labels
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Indicator
from samling.ui import formats
from samling.ui.components import Badge, Direction, Meaning


def headline(data: Published, indicator: Indicator, cell: Cell) -> str:
    """The figure in one sentence, with interval and number of answers; or why it is not shown."""
    place = {
        "value": labels.value_text(indicator, cell),
        "area": labels.area_name(cell.area),
        "period": labels.isolated(labels.period_name(data.study, cell.period)),
    }
    why = labels.reason(data.study, indicator, cell)
    if not cell.shown:
        return gettext("%(value)s i %(area)s %(period)s.") % place + f" {why}"
    place |= {
        "interval": labels.interval_text(indicator, cell),
        "kind": labels.interval_name(data.study),
        "answers": labels.answers_text(cell),
    }
    return gettext("%(value)s i %(area)s %(period)s (%(kind)s %(interval)s, %(answers)s).") % place


def difference_text(indicator: Indicator, compared: Compared) -> str:
    """ "12,3 procentenheter", without sign."""
    decimals = labels.decimals_of(indicator, compared.area)
    size = abs(compared.difference)
    if indicator.kind == "mean":
        unit = labels.isolated(labels.text(indicator.unit))
        return f"{formats.number(size, decimals)} {unit}".strip()
    return formats.percent_points(size, decimals)


def difference_interval(indicator: Indicator, compared: Compared) -> str:
    """The interval of the difference's size; with signs when its direction is not certain.

    A certain difference whose limit is rounded to 0 is "mer än 0": "0,0-3,3" would deny it.
    """
    decimals = labels.decimals_of(indicator, compared.area)
    low, high = compared.low, compared.high
    if compared.sign is Sign.LOWER:
        low, high = -high, -low
    if compared.sign is not Sign.UNCLEAR and not low:
        return gettext("mer än 0 till %(high)s") % {"high": formats.number(high, decimals)}
    return formats.interval(low, high, decimals)


def gap(data: Published, indicator: Indicator, compared: Compared) -> str:
    """Both groups' values, and how far apart they are when that is certain."""
    sizes = {
        "size": difference_text(indicator, compared),
        "interval": difference_interval(indicator, compared),
    }
    if compared.sign is Sign.UNCLEAR:
        said = gettext("Det går inte att säga säkert om grupperna skiljer sig åt.")
    else:
        said = gettext("Skillnaden är %(size)s (%(interval)s).") % sizes
    return f"{both_groups(data, indicator, compared)} {said}"


def both_groups(data: Published, indicator: Indicator, compared: Compared) -> str:
    """ "Tjejer: 65,7 %. Killar: 72,8 %." A colon, so that a group's name may be of any form."""
    cells = {
        cell.group: cell
        for cell in data.cells(
            indicator=indicator.code,
            grouping=compared.grouping,
            area=compared.area,
            period=compared.period,
        )
    }
    return " ".join(
        f"{labels.isolated(labels.group_name(data.study, compared.grouping, group))}: "
        f"{labels.value_text(indicator, cells[group])}."
        for group in (compared.group, compared.other)
    )


def gap_caption(data: Published, indicator: Indicator, compared: Compared) -> str:
    """A chart's caption: both groups' values and how far apart they are."""
    if compared.sign is Sign.UNCLEAR:
        said = gettext("Skillnaden är inte säker.")
    else:
        size = difference_text(indicator, compared)
        said = gettext("Skillnaden är %(size)s.") % {"size": size}
    return f"{both_groups(data, indicator, compared)} {said}"


def change(indicator: Indicator, compared: Compared) -> str:
    """How the figure has changed since the round before."""
    words = {
        "period": compared.other,
        "size": difference_text(indicator, compared),
        "interval": difference_interval(indicator, compared),
    }
    match compared.sign:
        case Sign.HIGHER:
            return gettext("Siffran är %(size)s högre än %(period)s (%(interval)s).") % words
        case Sign.LOWER:
            return gettext("Siffran är %(size)s lägre än %(period)s (%(interval)s).") % words
        case Sign.UNCLEAR:
            return gettext("Det går inte att säga säkert om det har ändrats sedan %(period)s.") % (
                words
            )


def change_caption(indicator: Indicator, compared: Compared) -> str:
    """A chart's caption: the latest change."""
    words = {"period": compared.other, "size": difference_text(indicator, compared)}
    match compared.sign:
        case Sign.HIGHER:
            return gettext("%(size)s högre än %(period)s") % words
        case Sign.LOWER:
            return gettext("%(size)s lägre än %(period)s") % words
        case Sign.UNCLEAR:
            return gettext("Ingen säker förändring sedan %(period)s") % words


def against_rest(indicator: Indicator, compared: Compared, total: str) -> str:
    """An area against all other areas of the total together."""
    said = {
        "area": labels.area_name(compared.area),
        "total": labels.area_name(total),
        "size": difference_text(indicator, compared),
        "interval": difference_interval(indicator, compared),
    }
    match compared.sign:
        case Sign.HIGHER:
            return gettext("Siffran är %(size)s högre än i övriga %(total)s (%(interval)s).") % said
        case Sign.LOWER:
            return gettext("Siffran är %(size)s lägre än i övriga %(total)s (%(interval)s).") % said
        case Sign.UNCLEAR:
            return gettext(
                "Det går inte att säga säkert om %(area)s skiljer sig från övriga %(total)s."
            ) % (said)


def meaning(indicator: Indicator, compared: Compared) -> Meaning:
    """Whether the difference is to the better or the worse."""
    if compared.sign is Sign.UNCLEAR or indicator.direction == "neutral":
        return "neutral"
    up_is_good = indicator.direction == "favourable"
    return "better" if (compared.sign is Sign.HIGHER) == up_is_good else "worse"


def direction(compared: Compared) -> Direction:
    """The arrow's direction."""
    directions: dict[Sign, Direction] = {Sign.HIGHER: "up", Sign.LOWER: "down"}
    return directions.get(compared.sign, "level")


def change_badge(indicator: Indicator, compared: Compared | None) -> Badge | None:
    """The change since the round before, which it names, as a badge."""
    if compared is None:
        return None
    said = change_caption(indicator, compared)
    return Badge(said, direction(compared), meaning(indicator, compared))


def rest_badge(indicator: Indicator, compared: Compared) -> Badge:
    """A difference to all the others together, which it names, as a badge."""
    words = {"size": difference_text(indicator, compared)}
    match compared.sign:
        case Sign.HIGHER:
            said = gettext("%(size)s högre än övriga") % words
        case Sign.LOWER:
            said = gettext("%(size)s lägre än övriga") % words
        case Sign.UNCLEAR:
            said = gettext("ingen säker skillnad mot övriga")
    return Badge(said, direction(compared), meaning(indicator, compared))


def difference_badge(indicator: Indicator, compared: Compared | None) -> Badge | None:
    """A difference as a badge, where a heading says what it is against."""
    if compared is None:
        return None
    words = {"size": difference_text(indicator, compared)}
    match compared.sign:
        case Sign.HIGHER:
            said = gettext("%(size)s högre") % words
        case Sign.LOWER:
            said = gettext("%(size)s lägre") % words
        case Sign.UNCLEAR:
            said = gettext("ingen säker skillnad")
    return Badge(said, direction(compared), meaning(indicator, compared))
