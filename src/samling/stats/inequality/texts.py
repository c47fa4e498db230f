"""The words of the sentences, in Swedish and English. Placeholders are filled by sentences.py.

{Name} and {name} are the indicator with and without a capital, {v} the figure with its unit, {ci}
the interval in words, {first}, {second}, {bottom}, {top} groups, {more} a comparative.
"""

from __future__ import annotations

from collections.abc import Mapping

from samling.stats.inference.wording import Language

Texts = Mapping[str, Mapping[Language, str]]

SENTENCES: Texts = {
    "difference": {
        "sv": "{Name} är {v} {more} bland {first} än bland {second} ({ci}).",
        "en": "{Name} is {v} {more} among {first} than among {second} ({ci}).",
    },
    "difference unsure": {
        "sv": "Underlaget visar ingen säker skillnad i {name} mellan {first} och {second}. "
        "Skillnaden skattas till {v} ({ci}).",
        "en": "The data show no certain difference in {name} between {first} and {second}. "
        "The difference is estimated at {v} ({ci}).",
    },
    "ratio": {
        "sv": "{Name}: {figure} bland {first} är {v} gånger så {large} som bland {second} ({ci}).",
        "en": "{Name}: the {figure} among {first} is {v} times that among {second} ({ci}).",
    },
    "ratio unsure": {
        "sv": "Underlaget visar ingen säker skillnad i {name} mellan {first} och {second}. "
        "Kvoten skattas till {v} ({ci}).",
        "en": "The data show no certain difference in {name} between {first} and {second}. "
        "The ratio is estimated at {v} ({ci}).",
    },
    "slope": {
        "sv": "{Name} är {v} {more} {here} än {there} på skalan från {bottom} till {top}, när alla "
        "grupper och deras storlek räknas in ({ci}).",
        "en": "{Name} is {v} {more} at the {here} than at the {there} of the scale from {bottom} "
        "to {top}, counting all groups and their sizes ({ci}).",
    },
    "slope ratio": {
        "sv": "{Name}: {figure} är {v} gånger så {large} {here} som {there} på skalan från "
        "{bottom} till {top}, när alla grupper och deras storlek räknas in ({ci}).",
        "en": "{Name}: the {figure} at the {here} of the scale from {bottom} to {top} is {v} times "
        "that at the {there}, counting all groups and their sizes ({ci}).",
    },
    "slope unsure": {
        "sv": "Underlaget visar ingen säker skillnad i {name} längs skalan från {bottom} till "
        "{top}. {Measure} skattas till {v} ({ci}).",
        "en": "The data show no certain difference in {name} along the scale from {bottom} to "
        "{top}. The {measure} is estimated at {v} ({ci}).",
    },
    "concentration": {
        "sv": "{Name} är {more} bland dem som står {here} på skalan från {bottom} till {top}: "
        "{measure} är {v} ({ci}).",
        "en": "{Name} is {more} among those {here} on the scale from {bottom} to {top}: the "
        "{measure} is {v} ({ci}).",
    },
    "spread": {
        "sv": "{Name} skiljer sig mellan grupperna: {clause} ({ci}).",
        "en": "{Name} differs between the groups: {clause} ({ci}).",
    },
    "spread unsure": {
        "sv": "Underlaget visar ingen säker skillnad i {name} mellan grupperna. Skattningen: "
        "{clause} ({ci}).",
        "en": "The data show no certain difference in {name} between the groups. The estimate: "
        "{clause} ({ci}).",
    },
    "gain": {
        "sv": "Om {figure} vore {same} i alla grupper som bland {first} skulle {name} vara {v} "
        "{more} i hela befolkningen ({ci}). Det är ett räkneexempel och säger inget om orsaker.",
        "en": "If the {figure} were the same in all groups as among {first}, {name} would be {v} "
        "{more} in the whole population ({ci}). This is arithmetic and says nothing of causes.",
    },
    "gain unsure": {
        "sv": "Underlaget visar inte säkert att {name} är {more} bland {first} än i hela "
        "befolkningen. Skillnaden skattas till {v} ({ci}).",
        "en": "The data do not show with certainty that {name} is {more} among {first} than in "
        "the whole population. The difference is estimated at {v} ({ci}).",
    },
    "no gain": {
        "sv": "Enligt skattningen är {name} inte {more} bland {first} än i hela befolkningen, så "
        "jämförelsen visar inget utrymme för förbättring.",
        "en": "By the estimates, {name} is not {more} among {first} than in the whole population, "
        "so the comparison shows no room for improvement.",
    },
    "undefined": {
        "sv": "{Name}: {measure} kan inte beräknas, eftersom {reason}.",
        "en": "{Name}: the {measure} cannot be computed, since {reason}.",
    },
}

# What a measure of spread says, {v} with its unit.
CLAUSES: Texts = {
    "BGV": {"sv": "variansen mellan grupperna är {v}", "en": "the between-group variance is {v}"},
    "BGSD": {
        "sv": "grupperna ligger typiskt sett {v} från hela befolkningens värde",
        "en": "the groups typically lie {v} from the value of the whole population",
    },
    "COV": {
        "sv": "grupperna ligger typiskt sett {v} över eller under hela befolkningens värde",
        "en": "the groups typically lie {v} above or below the value of the whole population",
    },
    "IDIS": {
        "sv": "grupperna ligger i genomsnitt {v} över eller under hela befolkningens värde",
        "en": "the groups lie on average {v} above or below the value of the whole population",
    },
    "MDM": {
        "sv": "grupperna ligger i genomsnitt {v} från hela befolkningens värde",
        "en": "the groups lie on average {v} from the value of the whole population",
    },
    "MDB": {
        "sv": "grupperna ligger i genomsnitt {v} från den bästa gruppen, {first}",
        "en": "the groups lie on average {v} from the best group, {first}",
    },
    "MDR": {
        "sv": "grupperna ligger i genomsnitt {v} från jämförelsegruppen, {first}",
        "en": "the groups lie on average {v} from the reference group, {first}",
    },
    "TI": {
        "sv": "Theils index (gånger 1\u00a0000) är {v}, där 0 är ingen skillnad",
        "en": "Theil's index (times 1,000) is {v}, where 0 is no difference",
    },
    "MLD": {
        "sv": "medelavvikelsen i logaritmer (gånger 1\u00a0000) är {v}, där 0 är ingen skillnad",
        "en": "the mean log deviation (times 1,000) is {v}, where 0 is no difference",
    },
    "weighted": {"sv": ", vägt efter gruppernas storlek", "en": ", weighted by the groups' sizes"},
}
# What the measures are called in Swedish; in English as in the catalogue.
MEASURES: Mapping[str, str] = {
    "D": "skillnaden",
    "R": "kvoten",
    "SII": "lutningsindexet",
    "RII": "det relativa lutningsindexet",
    "ACI": "det absoluta koncentrationsindexet",
    "RCI": "koncentrationsindexet",
    "BGV": "variansen mellan grupperna",
    "BGSD": "standardavvikelsen mellan grupperna",
    "COV": "variationskoefficienten",
    "IDISU": "det genomsnittliga relativa avståndet",
    "IDISW": "det vägda relativa avståndet",
    "MDBU": "det genomsnittliga avståndet till den bästa gruppen",
    "MDBW": "det vägda avståndet till den bästa gruppen",
    "MDMU": "det genomsnittliga avståndet till hela befolkningens värde",
    "MDMW": "det vägda avståndet till hela befolkningens värde",
    "MDRU": "det genomsnittliga avståndet till jämförelsegruppen",
    "MDRW": "det vägda avståndet till jämförelsegruppen",
    "TI": "Theils index",
    "MLD": "medelavvikelsen i logaritmer",
    "PAR": "skillnaden mot hela befolkningen",
    "PAF": "skillnaden mot hela befolkningen i procent",
    "Wagstaff": "Wagstaffs koncentrationsindex",
    "Erreygers": "Erreygers koncentrationsindex",
}
WORDS: Texts = {
    "percent": {"sv": "procent", "en": "percent"},
    "common": {"sv": "vanligare", "en": "more common"},
    "uncommon": {"sv": "ovanligare", "en": "less common"},
    "higher": {"sv": "högre", "en": "higher"},
    "lower": {"sv": "lägre", "en": "lower"},
    "share": {"sv": "andelen", "en": "share"},
    "value": {"sv": "värdet", "en": "value"},
    "same share": {"sv": "lika stor", "en": "the same"},
    "same value": {"sv": "lika högt", "en": "the same"},
    "large share": {"sv": "stor", "en": "large"},
    "large value": {"sv": "högt", "en": "large"},
    "bottom": {"sv": "längst ner", "en": "bottom"},
    "top": {"sv": "längst upp", "en": "top"},
    "low": {"sv": "lågt", "en": "low"},
    "high": {"sv": "högt", "en": "high"},
    "indicator": {"sv": "indikatorn", "en": "the indicator"},
}
REASONS: Mapping[str, str] = {
    "a ratio needs estimates above 0 in both groups": (
        "en kvot kräver värden över 0 i båda grupperna"
    ),
    "a relative measure needs a mean above 0": "ett relativt mått kräver ett medelvärde över 0",
    "a measure of logarithms needs estimates above 0 in every group": (
        "måttet kräver värden över 0 i alla grupper"
    ),
    "the mean is at an end of the indicator's range": "medelvärdet ligger vid skalans ände",
    "the line predicts a value of 0 or less at an end": (
        "den räta linjen ger ett värde på 0 eller mindre i ena änden"
    ),
    "everybody is in one group": "alla finns i en och samma grupp",
    "the logistic curve has no finite fit to these estimates": (
        "den logistiska kurvan inte kan anpassas till värdena"
    ),
    "a group has no estimate here": "en grupp saknar värde",
    "the groups have no order: give order=[most disadvantaged, ..., least]": (
        "grupperna saknar inbördes ordning"
    ),
    "no group to compare with is named: give reference=": "ingen jämförelsegrupp är vald",
    "the indicator's largest value is not known: give scale=, 1 for a proportion": (
        "indikatorns högsta värde inte är angivet"
    ),
}
