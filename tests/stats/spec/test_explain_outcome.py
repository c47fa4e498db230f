"""Explaining an outcome: who, where, and which factors act together

"Who believe in their future, where do they live, and which factors act together?" is one question
for a strategist and five methods for an analyst. `explain_outcome` joins them on the same rows, so
that their answers can be laid beside one another:

1. **Who?** The share in every level of every factor, crude and adjusted: average marginal
   predictions of a logistic model of all factors, the place and what is said in `adjust`. So each
   factor is adjusted for all others (mutual adjustment).
2. **Ranked**: a factor's gap is between its worst and its best level by adjusted share. The largest
   comes first. A joint test of all levels, corrected for the number of factors (Holm), says
   whether they differ beyond chance.
3. **Where?** The same for the places, and each place against all others together (weighted with
   their sizes, taken as known), crude and adjusted.
4. **Which pairs?** Additive interaction (RERI) of prevalence ratios of the worse outcome, among
   those at the ends of both factors, adjusted for the rest. The combination with the lowest
   risk is the reference. Pairs are called sure with Bonferroni's correction.
5. **Which together?** MAIHDA over the strata of the strongest factors: how much lies between
   strata, and the lowest and highest of them. Survey weights are not used in this part.

Rows that lack an answer are counted. Levels with fewer than `minimum` rows (10 unless told, never
below 5) are left out and counted without being named; pairs and strata of fewer are not shown.
Degrees of freedom are the model's, or those of the level's own PSUs if fewer: a municipality with
two schools has one.

Adjusted gaps are associations. A factor may be a cause, a consequence or neither, and adjusting for
something that lies between a factor and the outcome takes away a part of what the factor goes
with. Ends and strongest factors are chosen by the same data, so the largest gaps look somewhat
too large. The sentences say so.

Source: Graubard & Korn (1999) for the predictions; Holm (1979); Knol & VanderWeele (2012) and Knol
et al. (2011) for additive interaction; Evans et al. (2018) and Merlo (2018) for strata.

In R: `svyglm` and `regTermTest` for the model, `svycontrast` for RERI, `lme4::glmer` for MAIHDA;
joined by hand.
"""

import math

import pytest

from samling.stats import (
    Design,
    OptionError,
    SeparationError,
    TermError,
    categorical,
    explain_outcome,
)

SHARES = {("works", "good"): 80, ("works", "poor"): 70, ("none", "good"): 70, ("none", "poor"): 30}


def pupils():
    """400 pupils, 100 in each combination of work and economy: 80, 70, 70 and 30 are glad, in the
    town and on the land alike. Alone, each factor goes with 10 fewer, both with 50 fewer."""
    columns = {"work": [], "economy": [], "place": [], "glad": []}
    for (work, economy), glad in SHARES.items():
        for person in range(100):
            columns["work"].append(work)
            columns["economy"].append(economy)
            columns["place"].append("town" if person % 2 else "land")
            columns["glad"].append(int(person < glad))
    return columns


def explained(**options):
    options = {"direction": "favourable", "place": "place"} | options
    return explain_outcome(Design(pupils()), "glad", ["work", "economy"], **options)


def test_crude_shares():
    """50 % where no guardian works, (70 + 30)/200, and 75 % where someone does."""
    levels = {(row["factor"], row["level"]): row for row in explained().levels()}
    assert levels["work", "none"]["crude"] == pytest.approx(0.50)
    assert levels["work", "works"]["crude"] == pytest.approx(0.75)
    assert levels["economy", "poor"]["n"] == 200


def test_a_gap_is_from_the_worst_to_the_best_level():
    """Work and economy are balanced, so that taking one into account leaves the other's gap."""
    first, second = explained().rows()
    assert {first["factor"], second["factor"]} == {"work", "economy"}
    for row in (first, second):
        assert row["crude_gap"] == pytest.approx(0.25)
        assert row["adjusted_gap"] == pytest.approx(0.25, abs=0.002)
        assert row["sure"]
    levels = {row["factor"]: (row["worst"], row["best"]) for row in (first, second)}
    assert levels == {"work": ("none", "works"), "economy": ("poor", "good")}


def test_an_adverse_outcome_turns_the_ends():
    """If being glad were a problem, those who work would be the ones worse off."""
    worst = {row["factor"]: row["worst"] for row in explained(direction="adverse").rows()}
    assert worst == {"work": "works", "economy": "good"}


def test_places_against_the_others():
    """Half of the glad live in town: no difference, crude or adjusted."""
    land, town = explained().places()
    assert (land["level"], town["level"]) == ("land", "town")
    assert town["crude_difference"] == pytest.approx(0.0, abs=1e-12)
    assert town["adjusted_difference"] == pytest.approx(0.0, abs=1e-9)
    assert town["adjusted_difference_p"] == pytest.approx(1.0)


def test_factors_that_act_together():
    """Not glad: 20, 30, 30 and 70 of 100. Ratios 1.5, 1.5, 3.5: RERI = 3.5 - 1.5 - 1.5 + 1."""
    (row,) = explained(place=None).interactions()
    assert (row["ratio_first"], row["ratio_second"]) == (pytest.approx(1.5), pytest.approx(1.5))
    assert row["ratio_both"] == pytest.approx(3.5)
    assert row["reri"] == pytest.approx(1.5)
    assert {row["first_level"], row["second_level"]} == {"none", "poor"}
    assert (row["n_both"], row["sure"]) == (100, True)


def test_strata_of_the_factors():
    """Four strata; those with neither work nor money are lowest, as they were made."""
    lowest, *_, highest = explained().strata()
    assert (lowest["work"], lowest["economy"], lowest["observed"]) == ("none", "poor", 0.3)
    assert (highest["work"], highest["economy"], highest["n"]) == ("works", "good", 100)


WORDS = {
    "outcome": "ljus syn på framtiden",
    "work": "vårdnadshavares arbete",
    "work=none": "ingen vårdnadshavare arbetar",
    "work=works": "minst en arbetar",
    "economy": "familjens ekonomi",
    "economy=poor": "ansträngd",
    "economy=good": "god",
    "place": "var de bor",
    "place=town": "staden",
    "place=land": "landsbygden",
}


def test_in_words():
    """Every sentence speaks of shares and associations."""
    said = [one.replace("\u00a0", " ") for one in explained().sentences("sv", WORDS)]
    assert said[0] == (
        "Andelen med ljus syn på framtiden är 62 % (95 % osäkerhetsintervall 58–67). "
        "Beräkningen bygger på 400 svarande som har svarat på alla frågor."
    )
    assert sorted(said[1:3])[1].startswith(
        "Ljus syn på framtiden hänger samman med familjens ekonomi, där skillnaden är störst: "
        "andelen är 50 % i gruppen ansträngd och 75 % i gruppen god. När hänsyn tas till övriga "
        "faktorer är den 25,0 procentenheter lägre i gruppen ansträngd (95 % "
    )
    assert sorted(said[1:3])[0].startswith(
        "Ljus syn på framtiden hänger också samman med vårdnadshavares arbete: andelen är "
    )
    assert said[3] == (
        "När det gäller var de bor är andelen 62 % i landsbygden och 62 % i staden. När hänsyn tas "
        "till övriga faktorer syns ingen säker skillnad mellan områdena."
    )
    assert said[4].startswith(
        "Att inte ha ljus syn på framtiden är vanligare bland dem som hör till både "
    )
    assert said[-1] == (
        "Allt detta är samband. De visar inte vad skillnaderna beror på. Samma svar har använts "
        "både för att hitta de största skillnaderna och för att mäta dem, så de kan se något för "
        "stora ut."
    )


def test_a_single_factor_has_no_others():
    """Then no other factors are said to be taken into account; an adverse outcome is named."""
    found = explain_outcome(Design(pupils()), "glad", ["work"], direction="adverse")
    said = found.sentences("en")[1].replace("\u00a0", " ")
    assert said.startswith(
        "Glad is associated with work: the share is 75% in the group works and 50% in the group "
        "none. The difference is 25.0 percentage points (95% uncertainty interval "
    )
    alone = explain_outcome(Design(pupils()), "glad", ["place"], direction="adverse")
    assert alone.sentences("en")[1] == "For place no certain difference between the groups is seen."


def test_the_way_the_adjusted_difference_goes():
    """Not the way of the crude one: 61 of 100 in the north and 46 of 100 in the south are glad, but
    of the poor 1 of 10 and 21 of 70, and of the rich 60 of 90 and 25 of 30."""
    cells = [("north", 0, 10, 1), ("north", 1, 90, 60), ("south", 0, 70, 21), ("south", 1, 30, 25)]
    rows = [(c, r, int(k < y)) for c, r, n, y in cells for k in range(n)]
    data = {name: [row[i] for row in rows] for i, name in enumerate(("where", "rich", "glad"))}
    found = explain_outcome(Design(data), "glad", ["where", "rich"], direction="favourable")
    (gap,) = (row for row in found.rows() if row["factor"] == "where")
    assert (gap["worst"], gap["crude_gap"] < 0 < gap["adjusted_gap"]) == ("north", True)
    (said,) = (one for one in found.sentences("en") if "associated with where" in one)
    assert "the share is 61% in the group north and 46% in the group south. " in said
    assert "points lower in the group north (" in said


def test_levels_that_are_numbers():
    """A column with gaps holds 1 as 1.0; the words for 1 are found, and 2 is called 2."""
    data = pupils()
    data["work"] = [1.0 if one == "none" else 2.0 for one in data["work"]]
    data["work"][0] = None
    found = explain_outcome(Design(data), "glad", ["work"], direction="favourable")
    said = found.sentences("en", {"work=1": "nobody works"})
    assert "50% in the group nobody works and 75% in the group 2." in said[1]
    assert said[2] == "1 respondent lacks an answer to one of the questions and is left out."


def test_in_english():
    """What has no word is called by its name in the data."""
    said = explained().sentences("en")
    assert said[1].startswith("Glad is associated with ")
    assert "50% in the group" in said[1]
    assert said[-1].startswith("All of this is association.")


def test_small_levels_are_left_out_without_being_named():
    """Three pupils with guardians abroad are counted, and appear nowhere."""
    data = pupils()
    for name, value in (("work", "abroad"), ("economy", "poor"), ("place", "town"), ("glad", 1)):
        data[name] += [value] * 3
    found = explain_outcome(
        Design(data), "glad", ["work", "economy"], direction="favourable", place="place"
    )
    assert (found.n, dict(found.small)) == (400, {"work": 3})
    assert all(row["level"] != "abroad" for row in found.levels())
    assert "3 svarande hör till grupper med färre än 10 svarande och är inte med." in (
        found.sentences()
    )


def test_who_did_not_answer_is_counted():
    """Two lack an answer: they are counted by question, and said to be left out."""
    data = pupils()
    data["work"][0], data["glad"][1] = None, None
    found = explain_outcome(Design(data), "glad", ["work", "economy"], direction="favourable")
    assert found.dropped.variables == {"glad": 1, "work": 1, "economy": 0}
    assert found.n == 398
    assert found.sentences("en")[-2] == (
        "2 respondents lack an answer to one of the questions and are left out."
    )


def test_a_pair_with_too_few_is_not_shown():
    """Only 100 have both, and 150 are asked for: the pair says why it has no figure."""
    (row,) = explained(minimum=150).interactions()
    assert (row["reri"], row["reason"], row["sure"]) == (None, "too-few", False)
    assert row["n_both"] is None
    assert explained(minimum=150).strata() == []
    assert "The data are not enough to judge the interplay between " in " ".join(
        explained(minimum=150).sentences("en")
    )


def test_strata_have_the_level_that_was_asked_for():
    """90 % limits of the strata are narrower than 95 % ones."""
    assert explained(level=0.9).together.model.method.level == 0.9
    assert "(90% uncertainty interval " in explained(level=0.9).sentences("en")[0]


def test_places_with_few_schools():
    """Four schools of which two are in town: the town's own degrees of freedom are 2 - 1 = 1."""
    data = pupils()
    data["school"] = [f"{place}{k % 4 // 2}" for k, place in enumerate(data["place"])]
    found = explain_outcome(
        Design(data, psu="school"),
        "glad",
        ["economy"],
        direction="favourable",
        place="place",
        df=math.inf,
    )
    assert found.place.crude.df.tolist() == [1.0, 1.0]


def test_what_is_refused():
    """Direction and minimum are not guessed, and factors must be groups."""
    with pytest.raises(OptionError, match="direction='up'"):
        explained(direction="up")
    with pytest.raises(OptionError, match="minimum=3 is below 5"):
        explained(minimum=3)
    with pytest.raises(TermError, match="stands twice"):
        explained(place="work")
    with pytest.raises(TermError, match="glad stands twice"):
        explained(place="glad")
    with pytest.raises(TermError, match="at least two different factors"):
        explained(together_by=["work"])
    with pytest.raises(TermError, match="Fewer than two levels of 'work' have at least min"):
        explained(minimum=250)
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        explained().sentences("fi")
    with pytest.raises(SeparationError, match="'glad' is 1 in all 250 rows"):
        explained(where=lambda table: table["glad"] == 1)
    with pytest.raises(TermError, match=r"reference 'god' of 'economy'"):
        explain_outcome(
            Design(pupils()),
            "glad",
            [categorical("economy", reference="god")],
            direction="favourable",
        )
