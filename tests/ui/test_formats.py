from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from django.utils import translation

from samling.ui import formats
from samling.ui.templatetags import samling_format

NBSP = "\u00a0"
MINUS = "\u2212"


def said(language: str, function, *arguments, **named) -> str:
    with translation.override(language):
        return function(*arguments, **named)


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (12345.6, 1, f"12{NBSP}345,6", "12,345.6"),
        (1234567, 0, f"1{NBSP}234{NBSP}567", "1,234,567"),
        (999, 0, "999", "999"),
        (0, 0, "0", "0"),
        (0, 1, "0,0", "0.0"),
        (-3.25, 1, f"{MINUS}3,3", f"{MINUS}3.3"),
        (-0.04, 1, "0,0", "0.0"),
        # Half away from zero, never to the even neighbour.
        (0.5, 0, "1", "1"),
        (1.5, 0, "2", "2"),
        (2.5, 0, "3", "3"),
        (-2.5, 0, f"{MINUS}3", f"{MINUS}3"),
        # The digits that are shown decide, not the binary neighbour below them.
        (2.675, 2, "2,68", "2.68"),
        (1.005, 2, "1,01", "1.01"),
        (99.95, 1, "100,0", "100.0"),
        (999.5, 0, f"1{NBSP}000", "1,000"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        ("7.5", 1, "7,5", "7.5"),
        (1e16, 0, NBSP.join(["10", *["000"] * 5]), ",".join(["10", *["000"] * 5])),
        (1e-9, 2, "0,00", "0.00"),
        (np.float64(66.65), 1, "66,7", "66.7"),
        (np.int64(1234), 0, f"1{NBSP}234", "1,234"),
        (None, 1, "..", ".."),
        ("", 1, "..", ".."),
        (float("nan"), 1, "..", ".."),
        (float("inf"), 1, "..", ".."),
        (np.float64("nan"), 1, "..", ".."),
        (Decimal("NaN"), 1, "..", ".."),
    ],
)
def test_number(value, decimals, swedish, english):
    assert said("sv", samling_format.number, value, decimals) == swedish
    assert said("en", samling_format.number, value, decimals) == english


def test_a_text_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match=r"^'sju' is not a number and cannot be written as one\.$"):
        formats.number("sju")


@pytest.mark.parametrize(
    ("value", "swedish"),
    [(3.24, "+3,2"), (-3.24, f"{MINUS}3,2"), (0.04, "0,0"), (-0.04, "0,0"), (None, "..")],
)
def test_signed(value, swedish):
    assert said("sv", samling_format.signed, value, 1) == swedish


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (70, 0, f"70{NBSP}%", "70%"),
        (69.25, 1, f"69,3{NBSP}%", "69.3%"),
        (0, 0, f"0{NBSP}%", "0%"),
        (None, 0, "..", ".."),
    ],
)
def test_percent(value, decimals, swedish, english):
    assert said("sv", samling_format.percent, value, decimals) == swedish
    assert said("en", samling_format.percent, value, decimals) == english


@pytest.mark.parametrize(
    ("value", "decimals", "swedish"),
    # 0.145 * 100 is 14.499999999999998 in binary; the shown digits say 14.5.
    [(0.145, 0, f"15{NBSP}%"), (0.704, 1, f"70,4{NBSP}%"), (1, 0, f"100{NBSP}%"), (None, 0, "..")],
)
def test_share(value, decimals, swedish):
    assert said("sv", samling_format.share, value, decimals) == swedish


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (3.2, 1, f"3,2{NBSP}procentenheter", f"3.2{NBSP}percentage points"),
        (-12, 0, f"{MINUS}12{NBSP}procentenheter", f"{MINUS}12{NBSP}percentage points"),
        (1, 0, f"1{NBSP}procentenhet", f"1{NBSP}percentage point"),
        (-1.4, 0, f"{MINUS}1{NBSP}procentenhet", f"{MINUS}1{NBSP}percentage point"),
        (1, 1, f"1,0{NBSP}procentenheter", f"1.0{NBSP}percentage points"),
        (None, 1, "..", ".."),
    ],
)
def test_percent_points(value, decimals, swedish, english):
    assert said("sv", samling_format.percent_points, value, decimals) == swedish
    assert said("en", samling_format.percent_points, value, decimals) == english


def test_one_signed_percentage_point_is_one():
    said_of_one = said("sv", formats.percent_points, 1, 0, signed=True)
    assert said_of_one == f"+1{NBSP}procentenhet"


@pytest.mark.parametrize(
    ("bounds", "decimals", "swedish", "english"),
    [
        ((65.1, 73.2), 1, "65,1–73,2", "65.1–73.2"),
        ((65.1, 73.2), 0, "65–73", "65–73"),
        ((0.0, 2.4), 1, "0,0–2,4", "0.0–2.4"),
        ((-3.2, 1.0), 1, f"{MINUS}3,2{NBSP}till{NBSP}1,0", f"{MINUS}3.2{NBSP}to{NBSP}1.0"),
        ((-3.2, -1.0), 0, f"{MINUS}3{NBSP}till{NBSP}{MINUS}1", f"{MINUS}3{NBSP}to{NBSP}{MINUS}1"),
        ((None, 1.0), 1, "..", ".."),
        ((float("nan"), float("nan")), 1, "..", ".."),
        (None, 1, "..", ".."),
    ],
)
def test_interval(bounds, decimals, swedish, english):
    assert said("sv", samling_format.interval, bounds, decimals) == swedish
    assert said("en", samling_format.interval, bounds, decimals) == english


def test_n():
    assert said("sv", samling_format.n, 1234) == f"n{NBSP}={NBSP}1{NBSP}234"
    assert said("en", samling_format.n, 1234) == f"n{NBSP}={NBSP}1,234"
    assert said("sv", samling_format.n, None) == f"n{NBSP}={NBSP}.."


@pytest.mark.parametrize(
    ("day", "swedish", "english"),
    [
        (date(2026, 11, 12), "torsdag 12 november 2026", "Thursday 12 November 2026"),
        (date(2027, 1, 1), "fredag 1 januari 2027", "Friday 1 January 2027"),
        # In Sweden it is already the next day.
        (
            datetime(2026, 11, 12, 23, 30, tzinfo=UTC),
            "fredag 13 november 2026",
            "Friday 13 November 2026",
        ),
        (None, "..", ".."),
    ],
)
def test_full_date(day, swedish, english):
    assert said("sv", samling_format.full_date, day) == swedish
    assert said("en", samling_format.full_date, day) == english


@pytest.mark.parametrize(
    ("moment", "swedish", "english"),
    [
        (
            datetime(2026, 11, 12, 22, 59, tzinfo=UTC),
            f"torsdag 12 november 2026 kl.{NBSP}23.59",
            "Thursday 12 November 2026 at 23:59",
        ),
        # Summer time, and a morning hour with its zero.
        (
            datetime(2026, 7, 1, 7, 5, tzinfo=UTC),
            f"onsdag 1 juli 2026 kl.{NBSP}09.05",
            "Wednesday 1 July 2026 at 09:05",
        ),
        (None, "..", ".."),
    ],
)
def test_datetime_full(moment, swedish, english):
    assert said("sv", samling_format.datetime_full, moment) == swedish
    assert said("en", samling_format.datetime_full, moment) == english


@pytest.mark.parametrize(
    ("day", "swedish", "english"),
    [
        (date(2026, 11, 12), "12 nov. 2026", "12 Nov 2026"),
        (date(2027, 2, 1), "1 febr. 2027", "1 Feb 2027"),
        (date(2027, 5, 31), "31 maj 2027", "31 May 2027"),
        (date(2027, 9, 3), "3 sept. 2027", "3 Sep 2027"),
        # In Sweden it is already the next day, and the next year.
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1 jan. 2027", "1 Jan 2027"),
        (None, "..", ".."),
    ],
)
def test_short_date_stays_on_its_line(day, swedish, english):
    assert said("sv", samling_format.short_date, day) == swedish.replace(" ", NBSP)
    assert said("en", samling_format.short_date, day) == english.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("last", "swedish", "english"),
    [
        (date(2028, 4, 18), "19 april 2026–18 april 2028", "19 Apr 2026–18 Apr 2028"),
        (None, "från 19 april 2026", "from 19 Apr 2026"),
    ],
)
def test_short_span_with_and_without_a_last_day(last, swedish, english):
    for language, expected in (("sv", swedish), ("en", english)):
        with translation.override(language):
            assert formats.short_span(date(2026, 4, 19), last).replace(NBSP, " ") == expected


def test_short_moment_in_swedish_time():
    moment = datetime(2026, 7, 1, 7, 5, tzinfo=UTC)
    assert said("sv", samling_format.datetime_short, moment) == (
        f"1{NBSP}juli{NBSP}2026 kl.{NBSP}09.05"
    )
    assert said("en", samling_format.datetime_short, moment) == f"1{NBSP}Jul{NBSP}2026 at 09:05"
    assert said("sv", samling_format.datetime_short, None) == ".."


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        formats.full_moment(datetime(2026, 11, 12, 23, 59))


def test_hidden_mark_says_why_and_escapes():
    assert said("sv", samling_format.hidden_mark, "Färre än <10> svar") == (
        '<span class="hidden-mark"><span aria-hidden="true" title="Färre än &lt;10&gt; svar">..'
        '</span><span class="ds-sr-only">Färre än &lt;10&gt; svar</span></span>'
    )
    assert said("en", samling_format.hidden_mark) == (
        '<span class="hidden-mark"><span aria-hidden="true" title="The figure is not shown">..'
        '</span><span class="ds-sr-only">The figure is not shown</span></span>'
    )


def test_without_an_active_language_swedish_is_written():
    with translation.override(None):
        assert formats.number(1234.5, 1) == f"1{NBSP}234,5"
