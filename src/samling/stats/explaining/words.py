"""The wordings of an explanation. They speak of associations and shares, never of causes."""

from __future__ import annotations

from typing import Final

from samling.stats.inference.wording import Language

SAY: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "and": "och",
        "or between": "eller mellan",
        "between": "mellan",
        "not having": "att inte ha {outcome}",
        "base": "Andelen med {outcome} är {share} ({limits}). Beräkningen "
        "bygger på {n} svarande som har svarat på alla frågor.",
        "only": "{outcome} hänger samman med {factor}: andelen är {worst_share} i gruppen {worst} "
        "och {best_share} i gruppen {best}.",
        "first": "{outcome} hänger samman med {factor}, där skillnaden är störst: andelen är "
        "{worst_share} i gruppen {worst} och {best_share} i gruppen {best}.",
        "next": "{outcome} hänger också samman med {factor}: andelen är {worst_share} i gruppen "
        "{worst} och {best_share} i gruppen {best}.",
        "lower": " När hänsyn tas till övriga faktorer är den {gap} lägre i gruppen {worst} "
        "({limits}).",
        "higher": " När hänsyn tas till övriga faktorer är den {gap} högre i gruppen {worst} "
        "({limits}).",
        "lower alone": " Skillnaden är {gap} ({limits}).",
        "higher alone": " Skillnaden är {gap} ({limits}).",
        "none": "För {factors} syns ingen säker skillnad mellan grupperna när hänsyn tas till "
        "övriga faktorer.",
        "none alone": "För {factors} syns ingen säker skillnad mellan grupperna.",
        "place": "När det gäller {factor} är andelen {worst_share} i {worst} och {best_share} i "
        "{best}.",
        "lower place": " De två skiljer sig mest när hänsyn tas till övriga faktorer: då är "
        "andelen {gap} lägre i {worst} ({limits}).",
        "higher place": " De två skiljer sig mest när hänsyn tas till övriga faktorer: då är "
        "andelen {gap} högre i {worst} ({limits}).",
        "no place": " När hänsyn tas till övriga faktorer syns ingen säker skillnad mellan "
        "områdena.",
        "lower areas": "I {areas} är andelen säkert lägre än i de andra områdena tillsammans när "
        "hänsyn tas till övriga faktorer.",
        "higher areas": "I {areas} är andelen säkert högre än i de andra områdena tillsammans när "
        "hänsyn tas till övriga faktorer.",
        "more": "{worse} är vanligare bland dem som hör till både {first} och {second} än vad "
        "sambanden med {factors} ger när de läggs ihop (RERI {reri}, där 0 är inget samspel; "
        "{limits}).",
        "less": "{worse} är ovanligare bland dem som hör till både {first} och {second} än vad "
        "sambanden med {factors} ger när de läggs ihop (RERI {reri}, där 0 är inget samspel; "
        "{limits}).",
        "no pairs": "Underlaget visar inget säkert samspel mellan {pairs}.",
        "no answer": "Underlaget räcker inte för att bedöma samspelet mellan {pairs}.",
        "many": "Kravet för att kalla ett samspel säkert är höjt, eftersom {count} par har "
        "prövats.",
        "strata": "När {factors} läggs samman är den beräknade andelen lägst i gruppen {low} "
        "({low_share}; {low_limits}) och högst i gruppen {high} ({high_share}; {high_limits}).",
        "vpc": "Av all variation i svaren ligger {vpc} mellan sådana grupper; resten är "
        "skillnader mellan svarande i samma grupp. I den beräkningen används inga vikter.",
        "hidden": "{count} grupper med färre än {minimum} svarande visas inte.",
        "one hidden": "En grupp med färre än {minimum} svarande visas inte.",
        "dropped": "{count} svarande saknar svar på någon av frågorna och är inte med.",
        "one dropped": "1 svarande saknar svar på någon av frågorna och är inte med.",
        "small": "{count} svarande hör till grupper med färre än {minimum} svarande och är inte "
        "med.",
        "one small": "1 svarande hör till en grupp med färre än {minimum} svarande och är inte "
        "med.",
        "end": "Allt detta är samband. De visar inte vad skillnaderna beror på. Samma svar har "
        "använts både för att hitta de största skillnaderna och för att mäta dem, så de kan se "
        "något för stora ut.",
    },
    "en": {
        "and": "and",
        "or between": "or between",
        "between": "between",
        "not having": "not having {outcome}",
        "base": "The share with {outcome} is {share} ({limits}). It rests on "
        "{n} respondents who answered all questions.",
        "only": "{outcome} is associated with {factor}: the share is {worst_share} in the group "
        "{worst} and {best_share} in the group {best}.",
        "first": "{outcome} is associated with {factor}, where the difference is largest: the "
        "share is {worst_share} in the group {worst} and {best_share} in the group {best}.",
        "next": "{outcome} is also associated with {factor}: the share is {worst_share} in the "
        "group {worst} and {best_share} in the group {best}.",
        "lower": " With the other factors taken into account it is {gap} lower in the group "
        "{worst} ({limits}).",
        "higher": " With the other factors taken into account it is {gap} higher in the group "
        "{worst} ({limits}).",
        "lower alone": " The difference is {gap} ({limits}).",
        "higher alone": " The difference is {gap} ({limits}).",
        "none": "For {factors} no certain difference between the groups is seen with the other "
        "factors taken into account.",
        "none alone": "For {factors} no certain difference between the groups is seen.",
        "place": "As for {factor}, the share is {worst_share} in {worst} and {best_share} in "
        "{best}.",
        "lower place": " These two differ the most with the other factors taken into account: "
        "the share is then {gap} lower in {worst} ({limits}).",
        "higher place": " These two differ the most with the other factors taken into account: "
        "the share is then {gap} higher in {worst} ({limits}).",
        "no place": " With the other factors taken into account no certain difference is seen "
        "between the areas.",
        "lower areas": "In {areas} the share is with certainty lower than in the other areas "
        "together, with the other factors taken into account.",
        "higher areas": "In {areas} the share is with certainty higher than in the other areas "
        "together, with the other factors taken into account.",
        "more": "{worse} is more common among those who belong to both {first} and {second} than "
        "the associations with {factors} give when added up (RERI {reri}, where 0 is no "
        "interplay; {limits}).",
        "less": "{worse} is less common among those who belong to both {first} and {second} than "
        "the associations with {factors} give when added up (RERI {reri}, where 0 is no "
        "interplay; {limits}).",
        "no pairs": "The data show no certain interplay between {pairs}.",
        "no answer": "The data are not enough to judge the interplay between {pairs}.",
        "many": "What it takes to call an interplay certain is raised, since {count} pairs were "
        "tested.",
        "strata": "With {factors} put together the predicted share is lowest in the group {low} "
        "({low_share}; {low_limits}) and highest in the group {high} ({high_share}; "
        "{high_limits}).",
        "vpc": "Of all variation in the answers, {vpc} lies between such groups; the rest is "
        "differences between respondents in the same group. No weights are used in this part.",
        "hidden": "{count} groups with fewer than {minimum} respondents are not shown.",
        "one hidden": "One group with fewer than {minimum} respondents is not shown.",
        "dropped": "{count} respondents lack an answer to one of the questions and are left out.",
        "one dropped": "1 respondent lacks an answer to one of the questions and is left out.",
        "small": "{count} respondents belong to groups with fewer than {minimum} respondents and "
        "are left out.",
        "one small": "1 respondent belongs to a group with fewer than {minimum} respondents and "
        "is left out.",
        "end": "All of this is association. It does not show what the differences are due to. The "
        "same answers were used to find the largest differences and to measure them, so they may "
        "look somewhat too large.",
    },
}
