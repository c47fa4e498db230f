"""Numbers in Swedish and English sentences."""

from __future__ import annotations

import math
from typing import Literal

Language = Literal["sv", "en"]
POINTS = {"sv": "procentenheter", "en": "percentage points"}
PERCENT = {"sv": " %", "en": "%"}


def number(value: float, language: Language, decimals: int = 1) -> str:
    """A number with decimal comma in Swedish, and a real minus sign."""
    text = f"{abs(value):.{decimals}f}"
    if language == "sv":
        text = text.replace(".", ",")
    return f"−{text}" if value < 0 and float(f"{abs(value):.{decimals}f}") else text


def decimals_for(*values: float) -> int:
    """Enough decimals to show the smallest of the values with two digits, from 1 to 4."""
    size = min((abs(value) for value in values if value and math.isfinite(value)), default=1.0)
    return int(min(max(1 - math.floor(math.log10(size)), 1), 4)) if size < 1 else 1


def percent(share: float, language: Language) -> str:
    """A share as whole per cent: 0.7 is "70 %" in Swedish and "70%" in English."""
    return f"{100.0 * share:.0f}{PERCENT[language]}"


def amount(value: float, share: bool, language: Language, decimals: int = 1) -> str:
    """A difference of shares in percentage points, else the number."""
    if not share:
        return number(value, language, decimals)
    return f"{number(100.0 * value, language, decimals)} {POINTS[language]}"


def between(low: float, high: float, share: bool, language: Language, decimals: int = 1) -> str:
    """Limits in words: "mellan 0,3 och 1,2 med hänsyn till slumpen"; says when there are none."""
    scale = 100.0 if share else 1.0
    if math.isnan(low) or math.isnan(high):
        return "osäkerheten är okänd" if language == "sv" else "uncertainty unknown"
    first, second = (number(scale * limit, language, decimals) for limit in (low, high))
    if language == "sv":
        return f"mellan {first} och {second} med hänsyn till slumpen"
    return f"between {first} and {second} allowing for chance"
