"""How a figure was made: from the question to the release, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext

from samling.indicators.models import Release
from samling.indicators.presenting import addresses, labels
from samling.indicators.presenting.retention import retention_words
from samling.indicators.publication.rounding import half_up
from samling.indicators.queries import Published
from samling.indicators.study.conditions import All, Any_, Condition, Is, Not
from samling.indicators.study.schema import Indicator, Study
from samling.ui import formats
from samling.ui.components import Fact


def account(data: Published, indicator: Indicator) -> list[Fact]:
    """Question, definition, design, disclosure control and release of one indicator."""
    study, release = data.study, data.release
    facts = [
        Fact(gettext("Fråga"), labels.text(indicator.question)),
        Fact(gettext("Räknas in"), counted(data, indicator)),
        Fact(gettext("Bland"), among(data, indicator)),
        Fact(gettext("Ställdes till"), asked_of(study, indicator)),
        Fact(gettext("Undersökning"), labels.text(study.about)),
        Fact(gettext("Osäkerhet"), uncertainty(study)),
        Fact(gettext("Skydd av enskilda"), protection(study, indicator)),
        Fact(gettext("Avrundning"), rounding()),
        Fact(gettext("Källa"), labels.text(study.source.text)),
        Fact(gettext("Ansvarig"), labels.text(study.owner.organisation)),
        Fact(gettext("Licens"), study.source.licence),
        Fact(
            gettext("Publicering"),
            gettext("Nummer %(number)s, %(date)s. %(changed)s")
            % {
                "number": release.number,
                "date": formats.full_date(release.published_at),
                "changed": labels.what_changed(release),
            },
            addresses.release_page(release),
        ),
        Fact(gettext("Kontrollsumma"), release.identity[:16]),
        Fact(gettext("Programversion"), release.code_version),
        Fact(gettext("Kommentar"), labels.text(indicator.note)),
    ]
    return [fact for fact in facts if fact.text]


def counted(data: Published, indicator: Indicator) -> str:
    """The numerator in the words of the answer options."""
    if indicator.kind == "mean" or indicator.numerator is None:
        return gettext("Medelvärdet av svaren.")
    return in_words(data, indicator.numerator)


def among(data: Published, indicator: Indicator) -> str:
    """The denominator in the words of the answer options."""
    return in_words(data, indicator.denominator)


def asked_of(study: Study, indicator: Indicator) -> str:
    """The groups that were asked, when it was not everyone."""
    return ". ".join(
        ", ".join(labels.isolated(labels.group_name(study, breakdown, level)) for level in levels)
        for breakdown, levels in indicator.asked_of.items()
    )


def in_words(data: Published, condition: Condition) -> str:
    """A condition with its answers by their labels."""
    match condition:
        case Is(variable, values):
            names = data.value_labels(variable, labels.language())
            said = (f"”{labels.isolated(names.get(str(value), str(value)))}”" for value in values)
            return gettext("svarade %(answers)s") % {"answers": f" {gettext('eller')} ".join(said)}
        case All(parts):
            return f" {gettext('och')} ".join(in_words(data, part) for part in parts)
        case Any_(parts):
            return f" {gettext('eller')} ".join(in_words(data, part) for part in parts)
        case Not(part):
            return gettext("inte: %(part)s") % {"part": in_words(data, part)}


def uncertainty(study: Study) -> str:
    """What the interval means for this kind of survey."""
    if study.uncertainty == "census":
        return gettext(
            "Alla tillfrågades. Intervallet är slumpvariation (95\u00a0%): hur mycket siffran kan "
            "skifta av en slump från år till år, med skolorna som grupper. Det är ingen "
            "felmarginal. I ett område med få skolor används även de andra områdena för att "
            "bedöma hur lika eleverna i samma skola är, och intervallet görs aldrig smalare än "
            "om alla hade svarat oberoende av varandra. Bortfall kan göra att siffran blir för "
            "hög eller för låg, och det syns inte i intervallet. Skillnader kallas säkra när "
            "intervallet för skillnaden inte innehåller noll."
        )
    return gettext(
        "Intervallet är ett 95-procentigt konfidensintervall som tar hänsyn till vikter, strata "
        "och kluster i urvalet (linjärisering enligt Taylor). Skillnader kallas säkra när "
        "intervallet för skillnaden inte innehåller noll."
    )


def protection(study: Study, indicator: Indicator) -> str:
    """Which thresholds apply."""
    return gettext(
        "En grupp med färre än %(base)s svar visas inte. När färre än %(count)s personer gav det "
        "ena svaret visas bara en gräns. Fler uppgifter döljs om en dold uppgift annars skulle "
        "gå att räkna ut."
    ) % {
        "base": study.policy(indicator).minimum_base,
        "count": study.disclosure.minimum_count,
    }


def rounding() -> str:
    """How published figures are rounded."""
    return gettext(
        "För kommuner och mindre områden visas hela procent och antal svar i steg om fem, för "
        "län och större områden en decimal och exakt antal. Delarna behöver inte summera till 100. "
        "Skillnader räknas före avrundningen, så en skillnad kan avvika något från den mellan två "
        "visade tal."
    )


def _variable(data: Published, name: str | None) -> str:
    """A variable of the design in the codebook's words."""
    if name is None:
        return gettext("inga")
    return labels.isolated(data.variable_label(name, labels.language()))


def release_account(data: Published) -> list[Fact]:
    """What a release is, and what was decided about it."""
    release, summary = data.release, data.release.summary
    facts = [
        Fact(gettext("Nummer"), str(release.number)),
        Fact(gettext("Datum"), formats.full_date(release.published_at)),
        Fact(gettext("Vad som ändrats"), labels.what_changed(release)),
        Fact(gettext("Publicerad trots små skillnader"), despite(release)),
        Fact(gettext("Uppgifter"), formats.number(summary.get("cells"))),
        Fact(gettext("Dolda"), formats.number(summary.get("hidden"))),
        Fact(gettext("Svar"), formats.number(summary.get("rows"))),
        Fact(gettext("Källa"), labels.text(data.study.source.text)),
        Fact(gettext("Licens"), data.study.source.licence),
        Fact(gettext("Ansvarig"), labels.text(data.study.owner.organisation)),
        Fact(gettext("Kontrollsumma"), release.identity),
        Fact(gettext("Programversion"), release.code_version),
    ]
    return [fact for fact in facts if fact.text]


def despite(release: Release) -> str:
    """Who decided to publish though few could be told from the difference, and why."""
    if not release.despite_differences:
        return ""
    return gettext("%(decision)s Siffrorna i tidigare publiceringar visas därför inte längre.") % {
        "decision": release.despite_differences.rstrip(".") + "."
    }


def hidden_share(hidden: int, cells: int) -> float:
    """Hidden cells in per cent."""
    return half_up(100 * hidden / cells, 0) if cells else 0.0


def study_account(data: Published) -> list[Fact]:
    """How a study was made."""
    study = data.study
    design = study.design
    kind = (
        gettext("Totalundersökning: alla i målgruppen tillfrågades.")
        if study.uncertainty == "census"
        else gettext("Urvalsundersökning med vikter.")
    )
    facts = [
        Fact(gettext("Slag"), kind),
        Fact(gettext("Osäkerhet"), uncertainty(study)),
        Fact(gettext("Vikter"), _variable(data, design.weights)),
        Fact(gettext("Strata"), _variable(data, design.strata)),
        Fact(gettext("Kluster"), _variable(data, design.psu)),
        Fact(gettext("Redovisning"), labels.text(study.geography.note)),
        Fact(gettext("Avrundning"), rounding()),
        Fact(gettext("Källa"), labels.text(study.source.text)),
        Fact(gettext("Licens"), study.source.licence),
        Fact(gettext("Ansvarig"), labels.text(study.owner.organisation)),
        Fact(gettext("Diarienummer"), study.owner.registry_number),
        Fact(gettext("Gallring"), retention_words(study.owner.retention_class)),
    ]
    return [fact for fact in facts if fact.text]
