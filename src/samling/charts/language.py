"""Words and numbers in Swedish and English. Charts never ask the machine for its language."""

from typing import Any, Final

from samling.charts.figures import Language, Unit

NBSP: Final = "\u00a0"
HIDDEN_MARK: Final = ".."

# Written out here because the built-in Swedish locale leaves out the space before the % sign.
NUMBER_LOCALE: Final[dict[Language, dict[str, Any]]] = {
    "sv": {
        "decimal": ",",
        "thousands": NBSP,
        "grouping": [3],
        "currency": ["", NBSP + "kr"],
        "percent": NBSP + "%",
        "minus": "\u2212",
    },
    "en": {
        "decimal": ".",
        "thousands": ",",
        "grouping": [3],
        "currency": ["SEK" + NBSP, ""],
        "percent": "%",
        "minus": "\u2212",
    },
}

WORDS: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "percent": "Procent",
        "source": "Källa",
        "example": "Exempeldata, inte verkliga resultat.",
        "hidden": f"..{NBSP}={NBSP}värdet{NBSP}visas{NBSP}inte",
        "interval": f"Strecken visar 95{NBSP}% osäkerhetsintervall.",
        "and": "och",
        "county_line": "Hela länet",
        "no_value": "Värdet visas inte",
        "direct": "Områdets egna svar",
        "model": "Med stöd av modellen",
        "answers": "{n} svar",
        "model_note": "Modellen lånar styrka från liknande områden, mest där svaren är få.",
        "better": "Bättre",
        "worse": "Sämre",
        "higher": "Högre",
        "lower": "Lägre",
        "no clear difference": "Ingen säker skillnad",
        "status_hidden": "Visas inte",
        "worse_side": "Sämre/lägre",
        "better_side": "Bättre/högre",
        "against_rest": "Mot övriga",
        "whole": "Hela {county}",
        "spine_note": "Linjen i mitten är övriga kommuner i länet tillsammans, ljusa prickar är "
        "kommunerna var för sig. Varje rad har sin egen skala.",
    },
    "en": {
        "percent": "Per cent",
        "source": "Source",
        "example": "Example data, not real results.",
        "hidden": f"..{NBSP}={NBSP}value{NBSP}not{NBSP}shown",
        "interval": "The lines show 95% uncertainty intervals.",
        "and": "and",
        "county_line": "Whole county",
        "no_value": "Value not shown",
        "direct": "The area's own answers",
        "model": "With support of the model",
        "answers": "{n} answers",
        "model_note": "The model borrows strength from similar areas, most where answers are few.",
        "better": "Better",
        "worse": "Worse",
        "higher": "Higher",
        "lower": "Lower",
        "no clear difference": "No certain difference",
        "status_hidden": "Not shown",
        "worse_side": "Worse/lower",
        "better_side": "Better/higher",
        "against_rest": "Against the rest",
        "whole": "All of {county}",
        "spine_note": "The middle line is the county's other municipalities together, light dots "
        "are the municipalities one by one. Each row has its own scale.",
    },
}


def number_text(value: float, decimals: int, language: Language) -> str:
    """A number as people write it: 12 345,6 in Swedish, 12,345.6 in English."""
    locale = NUMBER_LOCALE[language]
    plain = f"{abs(value):,.{decimals}f}"
    whole, _, part = plain.partition(".")
    text = whole.replace(",", str(locale["thousands"]))
    if part:
        text += str(locale["decimal"]) + part
    is_negative = value < 0 and any(c in "123456789" for c in plain)
    return str(locale["minus"]) + text if is_negative else text


def value_text(value: float | None, unit: Unit, language: Language) -> str:
    """A value with its unit, or ".." when it is hidden."""
    if value is None:
        return HIDDEN_MARK
    suffix = str(NUMBER_LOCALE[language]["percent"]) if unit.percent else ""
    return number_text(value, unit.decimals, language) + suffix


def interval_text(low: float, high: float, unit: Unit, language: Language) -> str:
    """An interval without unit, in parentheses."""
    ends = (number_text(end, unit.decimals, language) for end in (low, high))
    return "(" + "–".join(ends) + ")"


def unit_text(unit: Unit, language: Language) -> str:
    """What an axis counts, with a capital letter."""
    name = WORDS[language]["percent"] if unit.percent else unit.name
    return name[:1].upper() + name[1:]


def joined(names: list[str], language: Language) -> str:
    """Names in a sentence: "A", "A och B", "A, B och C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {WORDS[language]['and']} {names[-1]}"
