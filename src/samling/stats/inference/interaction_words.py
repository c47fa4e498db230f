"""An additive interaction in a sentence: what was seen, how sure it is, and no claim of cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from samling.stats.inference.wording import Language, check_language, number, uncertainty

RATIOS: Final[dict[Language, dict[str, str]]] = {
    "sv": {"OR": "oddskvoter", "PR": "prevalenskvoter", "RR": "riskkvoter"},
    "en": {"OR": "odds ratios", "PR": "prevalence ratios", "RR": "risk ratios"},
}
FINDINGS: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "outcome": "utfallet",
        "more": "Bland dem som har både {one} och {two} är {outcome} vanligare än vad de två "
        "sambanden ger när de läggs ihop",
        "less": "Bland dem som har både {one} och {two} är {outcome} ovanligare än vad de två "
        "sambanden ger när de läggs ihop",
        "unclear": "Underlaget visar inte säkert om {outcome} är vanligare eller ovanligare "
        "bland dem som har både {one} och {two} än vad de två sambanden ger när de läggs ihop",
        "figures": " (RERI {value}, där 0 är inget samspel; {limits}; av {ratios}).",
        "coded": " {factor} räknas här tvärtom: värdet 0 är det utsatta.",
        "end": " Det är ett samband i materialet och säger inte vad det beror på.",
    },
    "en": {
        "outcome": "the outcome",
        "more": "Among those with both {one} and {two}, {outcome} is more common than the two "
        "associations give when added up",
        "less": "Among those with both {one} and {two}, {outcome} is less common than the two "
        "associations give when added up",
        "unclear": "The data do not show with certainty whether {outcome} is more or less common "
        "among those with both {one} and {two} than the two associations give when added up",
        "figures": " (RERI {value}, where 0 is no interplay; {limits}; from {ratios}).",
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
    words: Mapping[str, str],
) -> str:
    """Words for RERI (estimate, low, high): more, less, or not clearly either.

    `words` names the outcome ("outcome") and the factors, which else are called as in the data.
    """
    check_language(language)
    say = FINDINGS[language]
    value, low, high = reri
    key = "more" if low > 0 else "less" if high < 0 else "unclear"
    named = [
        (words.get(factor, factor), side) for factor, side in zip(factors, exposed, strict=True)
    ]
    one, two = (name if side else f"{name}=0" for name, side in named)
    finding = say[key].format(one=one, two=two, outcome=words.get("outcome", say["outcome"]))
    figures = say["figures"].format(
        value=number(value, language, 2),
        limits=uncertainty(low, high, level, language, 2),
        ratios=RATIOS[language][measure],
    )
    turned = [
        say["coded"].format(factor=name[:1].upper() + name[1:]) for name, side in named if not side
    ]
    return finding + figures + "".join(turned) + say["end"]
