"""One measure in plain words: what differs, how much, how surely, and nothing of why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from samling.stats.inequality.measures import BY_NAME, Question
from samling.stats.inequality.texts import (
    CLAUSES,
    MEASURES,
    REASONS,
    SENTENCES,
    WORDS,
)
from samling.stats.inference.wording import (
    NBSP,
    POINTS,
    Language,
    decimals_for,
    number,
    uncertainty,
)

SPREAD = ("BGV", "BGSD", "COV", "IDIS", "MD", "TI", "MLD")
OWN_UNIT = ("D", "SII", "BGSD", "MD", "PAR")
PERCENT = ("COV", "IDIS", "PAF")
GAIN = ("PAR", "PAF")


@dataclass(frozen=True)
class Wording:
    """Words for the indicator and the groups; `points` turns a proportion into percent."""

    indicator: str
    groups: Mapping[str, str]
    unit: str
    points: float | None


@dataclass(frozen=True)
class Reading:
    """One line of a result."""

    measure: str
    value: float | None
    low: float | None
    high: float | None
    first: str | None
    second: str | None
    p_equal: float | None
    reason: str | None
    level: float


def write_sentence(
    reading: Reading, question: Question, wording: Wording, language: Language
) -> str:
    """The sentence, in one of the two languages."""
    if reading.value is None:
        reason = reading.reason or ""
        said = REASONS.get(reason, reason) if language == "sv" else reason
        return _fill("undefined", reading, question, wording, language, reason=said)
    if reading.measure in GAIN:
        return _write_gain(reading, question, wording, language)
    if reading.measure.startswith(SPREAD):
        return _write_spread(reading, question, wording, language)
    if question_of_order(reading.measure):
        return _write_scale(reading, question, wording, language)
    return _write_pair(reading, question, wording, language)


def question_of_order(measure: str) -> bool:
    """Whether the measure follows a scale of ordered groups."""
    return BY_NAME[measure].ordered


def is_sure(reading: Reading, question: Question) -> bool:
    """Whether a difference is shown at the result's level.

    By the interval; for measures that cannot be below 0 or pick the groups they compare by their
    estimates, by the test that all groups are equal: their intervals lean away from 0.
    """
    measure = BY_NAME[reading.measure]
    if measure.scale == "cut" or question.picks(measure):
        return reading.p_equal is not None and reading.p_equal < 1.0 - reading.level
    if reading.low is None or reading.high is None:
        return False
    return not reading.low <= measure.none <= reading.high


def _turned(reading: Reading) -> Reading:
    """A difference as above 0, a ratio as above 1, with the groups in the order that fits."""
    measure = BY_NAME[reading.measure]
    value, low, high = reading.value, reading.low, reading.high
    if value is None or value >= measure.none:
        return reading
    swapped = replace(reading, first=reading.second, second=reading.first)
    if measure.scale == "log":
        ends = (None, None) if low is None or high is None else (1.0 / high, 1.0 / low)
        return replace(swapped, value=1.0 / value, low=ends[0], high=ends[1])
    ends = (None, None) if low is None or high is None else (-high, -low)
    return replace(swapped, value=-value, low=ends[0], high=ends[1])


def _write_pair(reading: Reading, question: Question, wording: Wording, language: Language) -> str:
    kind = "difference" if reading.measure == "D" else "ratio"
    state = "" if is_sure(reading, question) else " unsure"
    return _fill(kind + state, _turned(reading), question, wording, language)


def _write_scale(reading: Reading, question: Question, wording: Wording, language: Language) -> str:
    if not is_sure(reading, question):
        return _fill("slope unsure", reading, question, wording, language)
    assert reading.value is not None  # noqa: S101 - asked before
    rising = reading.value >= BY_NAME[reading.measure].none
    kind = {"SII": "slope", "RII": "slope ratio"}.get(reading.measure)
    if kind is None:
        here = WORDS["high" if rising else "low"][language]
        return _fill("concentration", reading, question, wording, language, here=here)
    places = ("top", "bottom") if rising else ("bottom", "top")
    here, there = (WORDS[place][language] for place in places)
    turned = _turned(reading)
    return _fill(kind, turned, question, wording, language, here=here, there=there)


def _write_spread(
    reading: Reading, question: Question, wording: Wording, language: Language
) -> str:
    name = reading.measure
    key = name[:-1] if name.startswith(("MD", "IDIS")) else name
    clause = CLAUSES[key][language]
    if name in ("IDISW", "MDMW", "MDBW", "MDRW"):
        clause += CLAUSES["weighted"][language]
    clause = clause.format(
        v=_figure(reading, reading.value, wording, language),
        first=wording.groups.get(reading.first or "", ""),
    )
    kind = "spread" if is_sure(reading, question) else "spread unsure"
    return _fill(kind, reading, question, wording, language, clause=clause)


def _write_gain(reading: Reading, question: Question, wording: Wording, language: Language) -> str:
    assert reading.value is not None  # noqa: S101 - asked before
    if reading.value == 0.0:
        better = _more(wording, language, lower=not question.favourable)
        return _fill("no gain", reading, question, wording, language, more=better)
    kind = "gain" if is_sure(reading, question) else "gain unsure"
    word = _more(wording, language, lower=reading.value < 0)
    return _fill(kind, _turned(reading), question, wording, language, more=word)


def _more(wording: Wording, language: Language, *, lower: bool = False) -> str:
    words = ("common", "uncommon") if wording.points else ("higher", "lower")
    return WORDS[words[lower]][language]


def _fill(
    kind: str,
    reading: Reading,
    question: Question,
    wording: Wording,
    language: Language,
    **more: str,
) -> str:
    name = wording.indicator
    measure = MEASURES[reading.measure] if language == "sv" else BY_NAME[reading.measure].words
    what = "share" if wording.points else "value"
    # PAR and PAF compare the first group with the whole: turning them round keeps it first.
    first = reading.first or reading.second
    words = {
        "Name": name[:1].upper() + name[1:],
        "name": name,
        "measure": measure,
        "Measure": measure[:1].upper() + measure[1:],
        "v": _figure(reading, reading.value, wording, language),
        "ci": _interval(reading, wording, language),
        "first": wording.groups.get(first or "", ""),
        "second": wording.groups.get(reading.second or "", ""),
        "bottom": wording.groups[question.groups[0]],
        "top": wording.groups[question.groups[-1]],
        "more": _more(wording, language),
        "figure": WORDS[what][language],
        "same": WORDS[f"same {what}"][language],
        "large": WORDS[f"large {what}"][language],
    }
    return SENTENCES[kind][language].format(**(words | more))


def _scaled(reading: Reading, wording: Wording, language: Language) -> tuple[float, int, str]:
    """Factor, decimals and unit of the measure's figures."""
    factor, least, unit = _unit(reading.measure, wording, language)
    if least is None:
        return factor, _decimals(reading, factor), unit
    wide = reading.low is None or reading.high is None
    return factor, least if wide else max(least, _decimals(reading, factor)), unit


def _unit(name: str, wording: Wording, language: Language) -> tuple[float, int | None, str]:
    """Factor, fewest decimals (None for a unit of any size) and unit of a measure's figures."""
    if name.startswith(PERCENT):
        return 1.0, 1, WORDS["percent"][language]
    if name in ("R", "RII"):
        return 1.0, 2, ""
    if name in OWN_UNIT or name.startswith("MD"):
        return (
            (wording.points, 1, POINTS[language]) if wording.points else (1.0, None, wording.unit)
        )
    if name in ("TI", "MLD"):
        return 1.0, 1, ""
    if name == "BGV":
        return (wording.points or 1.0) ** 2, 1 if wording.points else None, ""
    return 1.0, 3, ""


def _decimals(reading: Reading, factor: float) -> int:
    """Decimals that show the uncertainty with a digit or two, in a unit of any size."""
    if reading.low is None or reading.high is None:
        return decimals_for(factor * (reading.value or 1.0))
    return decimals_for(5.0 * factor * (reading.high - reading.low))


def _figure(reading: Reading, value: float | None, wording: Wording, language: Language) -> str:
    if value is None:
        return ""
    factor, decimals, unit = _scaled(reading, wording, language)
    said = number(value * factor, language, decimals)
    return f"{said}{NBSP}{unit}" if unit else said


def _interval(reading: Reading, wording: Wording, language: Language) -> str:
    factor, decimals, _ = _scaled(reading, wording, language)
    low, high = (None if end is None else end * factor for end in (reading.low, reading.high))
    return uncertainty(low, high, reading.level, language, decimals)
