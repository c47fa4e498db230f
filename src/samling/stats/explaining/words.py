"""The wordings of an explanation. They speak of associations and shares, never of causes."""

from __future__ import annotations

from typing import Final

from samling.stats.inference.wording import Language

SAY: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "and": "och",
        "base": "Andelen med {outcome} är {share} ({limits}). Beräkningen "
        "bygger på {n} svarande som har svarat på alla frågor.",
        "first": "Tydligast hänger {outcome} samman med {factor}: andelen är {worst_share} i "
        "gruppen {worst} och {best_share} i gruppen {best}. När hänsyn tas till övriga faktorer "
        "är skillnaden {gap} ({limits}).",
        "next": "Andelen hänger också samman med {factor}: {worst_share} i gruppen {worst} och "
        "{best_share} i gruppen {best}. När hänsyn tas till övriga faktorer är skillnaden {gap} "
        "({limits}).",
        "none": "Efter {factor} syns ingen säker skillnad när hänsyn tas till övriga faktorer.",
        "place": "Efter {factor} är andelen {worst_share} i {worst} och {best_share} i {best}. När "
        "hänsyn tas till övriga faktorer är skillnaden mellan dem {gap} ({limits}).",
        "no_place": "Efter {factor} är andelen {worst_share} i {worst} och {best_share} i {best}. "
        "När hänsyn tas till övriga faktorer syns ingen säker skillnad mellan områdena.",
        "lower": "När hänsyn tas till övriga faktorer är andelen säkert lägre än i de andra "
        "områdena tillsammans i {areas}.",
        "higher": "När hänsyn tas till övriga faktorer är andelen säkert högre än i de andra "
        "områdena tillsammans i {areas}.",
        "more": "Det sämre utfallet är vanligare bland dem som både hör till {first} och {second} "
        "än sambanden med {factors} var för sig ger tillsammans (RERI {reri}, {limits}).",
        "less": "Det sämre utfallet är mindre vanligt bland dem som både hör till {first} och "
        "{second} än sambanden med {factors} var för sig ger tillsammans (RERI {reri}, {limits}).",
        "no_pairs": "För {pairs} syns inget säkert samspel utöver summan.",
        "no_answer": "För {pairs} går samspelet inte att bedöma.",
        "many": "{count} par är prövade, och kravet för att kallas säkert är höjt för det.",
        "strata": "Sammantaget, efter {factors}, är den beräknade andelen lägst i gruppen {low} "
        "({low_share}) och högst i gruppen {high} ({high_share}).",
        "vpc": "Av hur mycket svaren varierar ligger {vpc} mellan sådana grupper; resten är "
        "skillnader mellan svarande i samma grupp. Här är vikterna inte använda.",
        "hidden": "{hidden} grupper med färre än {minimum} svarande visas inte.",
        "dropped": "{count} svarande saknar svar på någon av frågorna och är inte med.",
        "small": "{count} svarande hör till grupper med färre än {minimum} svarande och är inte "
        "med.",
        "end": "Allt detta är samband. De visar inte vad skillnaderna beror på. Faktorerna är "
        "jämförda på samma svar som de har valts ut med, så de största skillnaderna kan se något "
        "för stora ut.",
    },
    "en": {
        "and": "and",
        "base": "The share with {outcome} is {share} ({limits}). It rests on "
        "{n} respondents who answered all questions.",
        "first": "{outcome} is most clearly associated with {factor}: the share is {worst_share} "
        "in the group {worst} and {best_share} in the group {best}. With the other factors taken "
        "into account the difference is {gap} ({limits}).",
        "next": "The share is also associated with {factor}: {worst_share} in the group {worst} "
        "and {best_share} in the group {best}. With the other factors taken into account the "
        "difference is {gap} ({limits}).",
        "none": "By {factor} no clear difference is seen with the other factors taken into "
        "account.",
        "place": "By {factor} the share is {worst_share} in {worst} and {best_share} in {best}. "
        "With the other factors taken into account the difference between them is {gap} "
        "({limits}).",
        "no_place": "By {factor} the share is {worst_share} in {worst} and {best_share} in {best}. "
        "With the other factors taken into account no clear difference is seen between the areas.",
        "lower": "With the other factors taken into account the share is clearly lower than in "
        "the other areas together in {areas}.",
        "higher": "With the other factors taken into account the share is clearly higher than in "
        "the other areas together in {areas}.",
        "more": "The worse outcome is more common among those who belong to both {first} and "
        "{second} than the associations with {factors}, added up one by one, amount to "
        "(RERI {reri}, {limits}).",
        "less": "The worse outcome is less common among those who belong to both {first} and "
        "{second} than the associations with {factors}, added up one by one, amount to "
        "(RERI {reri}, {limits}).",
        "no_pairs": "For {pairs} no clear interplay beyond the sum is seen.",
        "no_answer": "For {pairs} the interplay can't be judged.",
        "many": "{count} pairs were tested, and what it takes to be called clear is raised for it.",
        "strata": "Taken together, by {factors}, the predicted share is lowest in the group {low} "
        "({low_share}) and highest in the group {high} ({high_share}).",
        "vpc": "Of how much the answers vary, {vpc} lies between such groups; the rest is "
        "differences between respondents in the same group. The weights are not used here.",
        "hidden": "{hidden} groups with fewer than {minimum} respondents are not shown.",
        "dropped": "{count} respondents lack an answer to one of the questions and are left out.",
        "small": "{count} respondents belong to groups with fewer than {minimum} respondents and "
        "are left out.",
        "end": "All of this is association. It does not show what the differences are due to. The "
        "factors are compared on the same answers that they were chosen by, so the largest "
        "differences may look somewhat too large.",
    },
}
