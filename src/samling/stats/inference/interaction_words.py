"""An additive interaction in a sentence: what was seen, how sure it is, and no claim of cause."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["sv", "en"]

RATIOS: Final[dict[str, dict[str, str]]] = {
    "sv": {"OR": "oddskvoter", "PR": "prevalenskvoter", "RR": "riskkvoter"},
    "en": {"OR": "odds ratios", "PR": "prevalence ratios", "RR": "risk ratios"},
}
FINDINGS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "more": "Hos dem som har både {one} och {two} är utfallet vanligare än när de två "
        "sambanden läggs ihop var för sig",
        "less": "Hos dem som har både {one} och {two} är utfallet mindre vanligt än när de två "
        "sambanden läggs ihop var för sig",
        "unclear": "Underlaget visar inte tydligt om utfallet är vanligare eller mindre vanligt "
        "hos dem som har både {one} och {two} än när de två sambanden läggs ihop var för sig",
        "figures": " (RERI {value}, {level} % konfidensintervall {low} till {high}, av {ratios}).",
        "coded": " {factor} räknas här tvärtom: värdet 0 är det utsatta.",
        "end": " Det är ett samband i materialet och säger inte vad det beror på.",
    },
    "en": {
        "more": "Among those with both {one} and {two} the outcome is more common than the sum of "
        "the two associations taken apart",
        "less": "Among those with both {one} and {two} the outcome is less common than the sum of "
        "the two associations taken apart",
        "unclear": "The data do not clearly show whether the outcome is more or less common among "
        "those with both {one} and {two} than the sum of the two associations taken apart",
        "figures": " (RERI {value}, {level}% confidence interval {low} to {high}, from {ratios}).",
        "coded": " {factor} is turned round here: the value 0 is the exposed one.",
        "end": " This is an association in the data and does not say what causes it.",
    },
}


def interaction_sentence(
    factors: tuple[str, str],
    exposed: tuple[int, int],
    measure: str,
    reri: tuple[float, float, float],
    level: float,
    language: Language,
) -> str:
    """Words for RERI (estimate, low, high): more, less, or not clearly either."""
    say = FINDINGS[language]
    value, low, high = reri
    key = "more" if low > 0 else "less" if high < 0 else "unclear"
    names = [
        factor if value_exposed else f"{factor}=0"
        for factor, value_exposed in zip(factors, exposed, strict=True)
    ]
    figures = say["figures"].format(
        value=_number(value, language),
        low=_number(low, language),
        high=_number(high, language),
        level=f"{100 * level:g}",
        ratios=RATIOS[language][measure],
    )
    turned = [
        say["coded"].format(factor=factor)
        for factor, value_exposed in zip(factors, exposed, strict=True)
        if not value_exposed
    ]
    return say[key].format(one=names[0], two=names[1]) + figures + "".join(turned) + say["end"]


def _number(value: float, language: Language) -> str:
    text = f"{value:.2f}".replace("-", "\u2212")
    return text.replace(".", ",") if language == "sv" else text
