"""A MAIHDA in a few sentences: how much lies between groups, and how much is more than the sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from samling.stats.inference.wording import Language, check_language, number, percent

SAY: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "and": "och",
        "binomial": "VPC, på logitskalan",
        "gaussian": "VPC",
        "vpc": "{people} svarande är delade i {groups} grupper efter {variables}. Av all "
        "variation i {outcome} ligger {vpc} mellan grupperna ({scale}); resten är variation "
        "mellan svarande i samma grupp.",
        "no_vpc": "{people} svarande är delade i {groups} grupper efter {variables}. Modellen "
        "finner ingen variation i {outcome} mellan grupperna utöver slumpen.",
        "pcv": "Läggs sambanden med {variables} ihop, utan samspel, motsvarar de {pcv} av "
        "variationen mellan grupperna (PCV). De återstående {rest} kan vara samspel eller annat "
        "som skiljer grupperna åt.",
        "all": "Läggs sambanden med {variables} ihop, utan samspel, motsvarar de hela variationen "
        "mellan grupperna (PCV 100\u00a0%). Modellen ser inget samspel, vilket inte visar att "
        "inget finns.",
        "negative_pcv": "Att lägga ihop sambanden med {variables} minskar inte variationen mellan "
        "grupperna.",
        "few-strata": "Grupperna är få, så måtten är osäkra.",
        "survey-design": "Undersökningens vikter och urvalsdesign är inte använda: siffrorna "
        "gäller de svarande.",
        "end": "Måtten beskriver skillnader och säger inte vad de beror på.",
    },
    "en": {
        "and": "and",
        "binomial": "VPC, on the logit scale",
        "gaussian": "VPC",
        "vpc": "{people} respondents are divided into {groups} groups by {variables}. Of all "
        "variation in {outcome}, {vpc} lies between the groups ({scale}); the rest is variation "
        "between respondents in the same group.",
        "no_vpc": "{people} respondents are divided into {groups} groups by {variables}. The model "
        "finds no variation in {outcome} between the groups beyond chance.",
        "pcv": "Added up without interplay, the associations with {variables} match {pcv} of the "
        "variation between the groups (PCV). The remaining {rest} may be interplay or something "
        "else that sets the groups apart.",
        "all": "Added up without interplay, the associations with {variables} match all of the "
        "variation between the groups (PCV 100%). The model sees no interplay, which does not show "
        "that there is none.",
        "negative_pcv": "Adding up the associations with {variables} does not lessen the variation "
        "between the groups.",
        "few-strata": "The groups are few, so the measures are uncertain.",
        "survey-design": "The survey's weights and sampling design are not used: the figures are "
        "about the respondents.",
        "end": "The measures describe differences and do not say what causes them.",
    },
}


def maihda_sentence(
    names: tuple[str, Sequence[str]],
    sizes: tuple[int, int],
    measures: tuple[float, float | None],
    cautions: Sequence[str],
    family: str,
    language: Language,
) -> str:
    """Sentences of the outcome and variables, (groups, people), (VPC, PCV) and caution codes."""
    check_language(language)
    say = SAY[language]
    outcome, variables = names
    vpc, pcv = measures
    words = {
        "outcome": outcome,
        "variables": f"{', '.join(variables[:-1])} {say['and']} {variables[-1]}",
        "groups": number(sizes[0], language, 0),
        "people": number(sizes[1], language, 0),
        "vpc": percent(vpc, language),
        "scale": say[family],
    }
    parts = ["vpc" if vpc > 0 else "no_vpc"]
    if pcv is not None:
        parts.append("all" if pcv == 1 else "pcv" if pcv >= 0 else "negative_pcv")
        words |= {"pcv": percent(pcv, language), "rest": percent(1 - pcv, language)}
    parts += [code for code in cautions if code in say]
    return " ".join(say[part].format(**words) for part in [*parts, "end"])
