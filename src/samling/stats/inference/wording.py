"""Numbers in Swedish and English sentences, as each language writes them.

Swedish has a decimal comma, and spaces that do not break between thousands and before units
(Institutet för språk och folkminnen 2014, Myndigheternas skrivregler); both have a real minus sign.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from samling.stats.errors import OptionError

Language = Literal["sv", "en"]
NBSP, MINUS, DASH = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}", "\N{EN DASH}"
POINTS = {"sv": "procentenheter", "en": "percentage points"}
PERCENT = {"sv": f"{NBSP}%", "en": "%"}
TO = {"sv": "till", "en": "to"}
NO_INTERVAL = {"sv": "osäkerheten kan inte anges", "en": "its uncertainty cannot be said"}


def check_language(language: str) -> None:
    """OptionError for a language that there are no words in."""
    if language not in get_args(Language):
        raise OptionError(f"There are no sentences in {language!r}. Choose sv or en.")


def number(value: float, language: Language, decimals: int = 1) -> str:
    """A number: 12 345,6 in Swedish and 12,345.6 in English; -0.04 with one decimal is 0.0."""
    text = f"{abs(value):,.{decimals}f}"
    negative = value < 0 and float(text.replace(",", "")) > 0
    if language == "sv":
        text = text.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if negative else text


def decimals_for(*values: float) -> int:
    """Enough decimals to show the smallest of the values with two digits, from 1 to 4."""
    size = min((abs(value) for value in values if value and math.isfinite(value)), default=1.0)
    return int(min(max(1 - math.floor(math.log10(size)), 1), 4)) if size < 1 else 1


def percent(share: float, language: Language) -> str:
    """A share in per cent, 0.7 as "70 %" in Swedish and "70%" in English."""
    return f"{number(100.0 * share, language, percent_decimals(share))}{PERCENT[language]}"


def percent_decimals(share: float) -> int:
    """A decimal near 0 and 100 %, where whole per cent would hide much of what differs."""
    return 0 if 0.1 <= share <= 0.9 else 1


def amount(value: float, share: bool, language: Language, decimals: int = 1) -> str:
    """A difference of shares in percentage points, else the number."""
    if not share:
        return number(value, language, decimals)
    return f"{number(100.0 * value, language, decimals)}{NBSP}{POINTS[language]}"


def uncertainty(
    low: float | None, high: float | None, level: float, language: Language, decimals: int = 1
) -> str:
    """An interval as every sentence says it: "95 % osäkerhetsintervall 0,3–1,2".

    The word holds whether a sample was asked (konfidensintervall) or everybody (slumpvariation),
    which a result alone does not know. A dash beside a minus sign would be misread, so negative
    limits have "till" between them. Without limits it says that there are none. Shares are given
    in per cent.
    """
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NO_INTERVAL[language]
    first, second = (number(limit, language, decimals) for limit in (low, high))
    negative = MINUS in first or MINUS in second
    ends = f"{first} {TO[language]} {second}" if negative else f"{first}{DASH}{second}"
    said = f"{100.0 * level:.6g}"
    if language == "sv":
        return f"{said.replace('.', ',')}{PERCENT['sv']} osäkerhetsintervall {ends}"
    return f"{said}% uncertainty interval {ends}"
