"""Trends and differences between rounds in words that claim no cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from samling.stats.inference.wording import (
    Language,
    amount,
    check_language,
    decimals_for,
    uncertainty,
)

SUBJECT: Final[dict[Language, dict[bool, str]]] = {
    "sv": {True: "Andelen", False: "Medelvärdet"},
    "en": {True: "The share", False: "The mean"},
}
TREND: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "up": "{subject} har ökat från {first} till {last}, i genomsnitt med {slope} per år "
        "({limits}).",
        "down": "{subject} har minskat från {first} till {last}, i genomsnitt med {slope} per år "
        "({limits}).",
        "unclear": "{subject} visar ingen säker förändring från {first} till {last}: i genomsnitt "
        "{slope} per år ({limits}).",
        "bent": "Förändringen har inte varit lika stor hela tiden: en rät linje beskriver inte "
        "alla år.",
    },
    "en": {
        "up": "{subject} increased from {first} to {last}, by {slope} a year on average "
        "({limits}).",
        "down": "{subject} decreased from {first} to {last}, by {slope} a year on average "
        "({limits}).",
        "unclear": "{subject} shows no certain change from {first} to {last}: {slope} a year on "
        "average ({limits}).",
        "bent": "The change was not the same all along: a straight line does not describe "
        "every year.",
    },
}
ROUNDS: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "up": "{subject} var högre {last} än {first}: skillnaden är {slope} ({limits}).",
        "down": "{subject} var lägre {last} än {first}: skillnaden är {slope} ({limits}).",
        "unclear": "{subject} visar ingen säker skillnad mellan {first} och {last}: {slope} "
        "({limits}).",
    },
    "en": {
        "up": "{subject} was higher in {last} than in {first}: the difference is {slope} "
        "({limits}).",
        "down": "{subject} was lower in {last} than in {first}: the difference is {slope} "
        "({limits}).",
        "unclear": "{subject} shows no certain difference between {first} and {last}: {slope} "
        "({limits}).",
    },
}


def trend_sentence(
    row: Mapping[str, Any],
    share: bool,
    straight: bool,
    level: float,
    language: Language,
    subject: str | None,
) -> str:
    """A row of a trend in a sentence, and one more when the points are not on a line."""
    check_language(language)
    say = TREND[language]
    change = (row["slope_estimate"], row["slope_ci_low"], row["slope_ci_high"])
    names = (f"{row['first']:g}", f"{row['last']:g}")
    said = _sentence(say[row["direction"]], names, change, share, level, language, subject, row)
    return said if straight else f"{said} {say['bent']}"


def rounds_sentence(
    row: Mapping[str, Any], share: bool, level: float, language: Language, subject: str | None
) -> str:
    """A row of a comparison of two rounds in a sentence."""
    check_language(language)
    change = (row["difference"], row["ci_low"], row["ci_high"])
    names = (str(row["first"]), str(row["second"]))
    say = ROUNDS[language][row["direction"]]
    return _sentence(say, names, change, share, level, language, subject, row)


def of_domain(values: Sequence[Any], text: str) -> str:
    """A sentence with the domain it is about before it, if there is one: "Girls, North: ..."."""
    named = ", ".join(map(str, values))
    return f"{named[:1].upper()}{named[1:]}: {text}" if named else text


def _sentence(
    say: str,
    names: tuple[str, str],
    change: tuple[float | None, float | None, float | None],
    share: bool,
    level: float,
    language: Language,
    subject: str | None,
    row: Mapping[str, Any],
) -> str:
    estimate, low, high = (float("nan") if part is None else part for part in change)
    if row["direction"] == "down":
        estimate, low, high = -estimate, -high, -low
    scale = 100.0 if share else 1.0
    decimals = decimals_for(scale * (high - low) / 2.0)
    return say.format(
        subject=subject or SUBJECT[language][share],
        first=names[0],
        last=names[1],
        slope=amount(estimate, share, language, decimals),
        limits=uncertainty(scale * low, scale * high, level, language, decimals),
    )
