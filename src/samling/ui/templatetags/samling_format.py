"""Filters that write numbers and dates in the active language. The rules are in `ui.formats`."""

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from samling.ui import formats
from samling.ui.formats import Number

register = template.Library()


@register.filter
def number(value: Number, decimals: int = 0) -> str:
    """`{{ 12345.6|number:1 }}` is 12 345,6."""
    return formats.number(value, decimals)


@register.filter
def signed(value: Number, decimals: int = 0) -> str:
    """`{{ 3.2|signed:1 }}` is +3,2."""
    return formats.number(value, decimals, signed=True)


@register.filter
def percent(value: Number, decimals: int = 0) -> str:
    """`{{ 70|percent }}` is 70 %; the value is in percent."""
    return formats.percent(value, decimals)


@register.filter
def share(value: Number, decimals: int = 0) -> str:
    """`{{ 0.7|share }}` is 70 %; the value is between 0 and 1."""
    return formats.share(value, decimals)


@register.filter
def percent_points(value: Number, decimals: int = 1) -> str:
    """`{{ 3.2|percent_points }}` is 3,2 procentenheter."""
    return formats.percent_points(value, decimals)


@register.filter
def interval(bounds: Sequence[Number] | None, decimals: int = 1) -> str:
    """`{{ bounds|interval }}` is 65,1–73,2, from a pair (low, high)."""
    return formats.interval_of(bounds, decimals)


@register.filter
def n(count: Number) -> str:
    """`{{ 1234|n }}` is n = 1 234."""
    return formats.answers(count)


@register.filter
def full_date(day: date | None) -> str:
    """`torsdag 12 november 2026`."""
    return formats.full_date(day)


@register.filter
def short_date(day: date | None) -> str:
    """`12 nov. 2026`, where many dates stand: lists, tables and cards."""
    return formats.short_date(day)


@register.filter
def datetime_short(moment: datetime | None) -> str:
    """`12 nov. 2026 kl. 23.59`."""
    return formats.short_moment(moment)


@register.filter
def datetime_full(moment: datetime | None) -> str:
    """`torsdag 12 november 2026 kl. 23.59`."""
    return formats.full_moment(moment)


@register.simple_tag
def hidden_mark(reason: str = "") -> SafeString:
    """ ".." for a figure that is not shown, with the reason for those who hear or point at it."""
    words = reason or gettext("Uppgiften visas inte")
    return format_html(
        '<span class="hidden-mark"><span aria-hidden="true" title="{}">{}</span>'
        '<span class="ds-sr-only">{}</span></span>',
        words,
        formats.MISSING_MARK,
        words,
    )
