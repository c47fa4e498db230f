"""Inequality in plain words

A strategist should be able to read a measure without a glossary. `sentence(measure, language)` says
in Swedish or English what differs, between whom, by how much and how surely, and nothing of why.
A difference is said to be there only if the interval excludes none; for measures that cannot be
below 0, or that let the estimates pick the groups, only if the hypothesis that all groups are equal
is refuted (Wald's test at the result's level), since their intervals lean away from 0. PAR and PAF
are said as arithmetic, not as what an effort would achieve.

Numbers are written as the language does: decimal comma, a true minus sign, and spaces that do not
break (in these examples `·` stands for them).

Source: Institutet för språk och folkminnen (2014), Myndigheternas skrivregler; Rothman, Greenland &
Lash (2008), Modern Epidemiology, on what attributable fractions do not say.

In R: no counterpart.
"""

import math

import numpy as np
import pytest

from samling.stats import (
    WHO_MEASURES,
    Estimates,
    GroupError,
    MeasureError,
    OptionError,
    inequality,
)

GROUPS = {
    "low": "dem med kortast utbildning",
    "mid": "dem med medellång",
    "high": "dem med längst",
}
IN_ENGLISH = {"low": "the least educated", "mid": "the middle", "high": "the most educated"}


def say(measure, values, language="sv", se=0.008, **more):
    """The sentence of independent groups low, mid and high, with · for unbreakable spaces."""
    groups = Estimates(
        ("low", "mid", "high"),
        np.array(values, dtype=float),
        np.eye(3) * se**2,
        np.full(3, math.inf),
    )
    asked = {"order": ("low", "mid", "high"), "direction": "adverse", "scale": 1.0} | more
    found = inequality(groups, pop={"low": 0.2, "mid": 0.5, "high": 0.3}, **asked)
    words = GROUPS if language == "sv" else IN_ENGLISH
    name = "daglig rökning" if language == "sv" else "daily smoking"
    return found.sentence(measure, language, indicator=name, groups=words).replace("\u00a0", "·")


def test_a_difference():
    """14.2 and 7.1 percent."""
    assert say("D", [0.142, 0.10, 0.071]) == (
        "Daglig rökning är 7,1·procentenheter vanligare bland dem med kortast utbildning än bland "
        "dem med längst (95·% osäkerhetsintervall 4,9–9,3)."
    )
    assert say("D", [0.142, 0.10, 0.071], "en") == (
        "Daily smoking is 7.1·percentage points more common among the least educated than among "
        "the most educated (95% uncertainty interval 4.9–9.3)."
    )


def test_the_other_way():
    """If those with the longest education smoke more, the sentence turns round, not the sign."""
    assert say("D", [0.071, 0.10, 0.142]) == (
        "Daglig rökning är 7,1·procentenheter vanligare bland dem med längst än bland dem med "
        "kortast utbildning (95·% osäkerhetsintervall 4,9–9,3)."
    )


def test_no_certain_difference():
    """1.2 points with a wide interval; the sign is uncertain, and both signs are written out."""
    assert say("D", [0.102, 0.10, 0.09]) == (
        "Underlaget visar ingen säker skillnad i daglig rökning mellan dem med kortast utbildning "
        "och dem med längst. Skillnaden skattas till 1,2·procentenheter (95·% osäkerhetsintervall "
        "−1,0 till 3,4)."
    )


def test_a_ratio():
    """Twice as large a share; below 1 it turns round too."""
    twice = (
        "Daglig rökning: andelen bland {} är 2,00·gånger så stor som bland {} "
        "(95·% osäkerhetsintervall 1,56–2,56)."
    ).replace("2,00·gånger", "2,00 gånger")
    low, high = GROUPS["low"], GROUPS["high"]
    assert say("R", [0.142, 0.10, 0.071]) == twice.format(low, high)
    assert say("R", [0.071, 0.10, 0.142]) == twice.format(high, low)


def test_the_slope():
    """Along the whole scale, with all groups: 0.00651/0.07 = 0.093."""
    assert say("SII", [0.142, 0.10, 0.07]) == (
        "Daglig rökning är 9,3·procentenheter vanligare längst ner än längst upp på skalan från "
        "dem med kortast utbildning till dem med längst, när alla grupper och deras storlek räknas "
        "in (95·% osäkerhetsintervall 6,3–12,3)."
    )


def test_a_concentration_index():
    """The groups' ridits less 1/2, times 2: -0.8, -0.1 and 0.7; ACI = -0.0128, μ = 0.0997."""
    assert say("RCI", [0.142, 0.10, 0.071]) == (
        "Daglig rökning är vanligare bland dem som står lågt på skalan från dem med kortast "
        "utbildning till dem med längst: koncentrationsindexet är −0,128 (95·% "
        "osäkerhetsintervall −0,173 till −0,084)."
    )


def test_spread():
    """A mean difference is shown if the groups are not all equal; else it says so."""
    assert say("MDMW", [0.142, 0.10, 0.071]) == (
        "Daglig rökning skiljer sig mellan grupperna: grupperna ligger i genomsnitt "
        "1,7·procentenheter från hela befolkningens värde, vägt efter gruppernas storlek "
        "(95·% osäkerhetsintervall 0,9–2,6)."
    )
    unsure = say("MDMW", [0.102, 0.10, 0.09])
    assert unsure.startswith("Underlaget visar ingen säker skillnad i daglig rökning mellan grupp")


def test_the_attributable_fraction():
    """(7.1 - 9.97)/9.97 percent: arithmetic, and the sentence says so."""
    assert say("PAF", [0.142, 0.10, 0.071]) == (
        "Om andelen vore lika stor i alla grupper som bland dem med längst skulle daglig rökning "
        "vara 28,8·procent ovanligare i hela befolkningen (95·% osäkerhetsintervall 15,0–42,5). "
        "Det är ett räkneexempel och säger inget om orsaker."
    )
    assert say("PAF", [0.071, 0.10, 0.142], "en") == (
        "By the estimates, daily smoking is not less common among the most educated than in the "
        "whole population, so the comparison shows no room for improvement."
    )
    assert say("PAR", [0.142, 0.10, 0.071], direction="favourable") == (
        "Enligt skattningen är daglig rökning inte vanligare bland dem med längst än i hela "
        "befolkningen, så jämförelsen visar inget utrymme för förbättring."
    )


def test_what_cannot_be_computed():
    """The reason in the language of the sentence."""
    assert say("R", [0.142, 0.10, 0.0]) == (
        "Daglig rökning: kvoten kan inte beräknas, eftersom en kvot kräver värden över 0 i båda "
        "grupperna."
    )


def test_every_measure_has_a_sentence_in_both_languages():
    """All 21, sure and unsure, with an order and without; no placeholder is left."""
    for values in ([0.142, 0.10, 0.071], [0.102, 0.10, 0.09]):
        for language in ("sv", "en"):
            for measure in WHO_MEASURES:
                said = say(measure, values, language, reference="mid")
                assert said.endswith(".")
                assert "{" not in said


def test_an_indicator_that_is_no_proportion():
    """A mean has its own unit, and is higher, not more common."""
    groups = Estimates(
        ("low", "high"), np.array([27.1, 25.4]), np.eye(2) * 0.01, np.full(2, math.inf)
    )
    found = inequality(
        groups, order=["low", "high"], pop={"low": 1, "high": 1}, direction="adverse"
    )
    assert found.sentence("D", indicator="BMI", groups=GROUPS, unit="enheter").replace(
        "\u00a0", " "
    ) == (
        "BMI är 1,7 enheter högre bland dem med kortast utbildning än bland dem med längst "
        "(95 % osäkerhetsintervall 1,4–2,0)."
    )


def test_small_units_get_the_decimals_they_need():
    """0.042 with the standard error 0.01 would be 0.0 with one decimal."""
    groups = Estimates(
        ("low", "high"), np.array([0.142, 0.1]), np.eye(2) * 0.00005, np.full(2, math.inf)
    )
    found = inequality(
        groups, order=["low", "high"], pop={"low": 1, "high": 1}, direction="adverse"
    )
    assert found.sentence("D", "en") == (
        "The indicator is 0.04 higher among low than among high (95% uncertainty interval "
        "0.02–0.06)."
    )


def test_relative_spread_and_thousandths():
    """Per cent above or below, not percentage points; Theil's index with its multiplier."""
    assert "36,8·procent över eller under hela befolkningens värde" in say("COV", [0.3, 0.2, 0.1])
    assert "Theils index (gånger 1·000) är 69,9, där 0 är ingen skillnad" in say(
        "TI", [0.3, 0.2, 0.1]
    )


def test_the_level_as_it_is():
    """97.5 percent is not 98."""
    groups = Estimates(
        ("low", "high"), np.array([0.3, 0.1]), np.eye(2) * 1e-4, np.full(2, math.inf), level=0.975
    )
    found = inequality(
        groups, order=["low", "high"], pop={"low": 1, "high": 1}, direction="adverse", scale=1.0
    )
    said = found.sentence("D", indicator="rökning").replace("\u00a0", " ")
    assert said.endswith("(97,5 % osäkerhetsintervall 16,8–23,2).")


def test_one_sentence_is_of_one_block():
    """A measure that was not asked for, a language without words, a key that is not there."""
    groups = Estimates(("a", "b"), np.array([0.1, 0.2]), np.eye(2) * 1e-4, np.full(2, math.inf))
    found = inequality(groups, pop={"a": 1, "b": 1}, direction="adverse", measures="D")
    with pytest.raises(MeasureError, match="0 lines are of the measure 'TI'"):
        found.sentence("TI")
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        found.sentence("D", "fi")
    with pytest.raises(GroupError, match="area tells no lines apart"):
        found.select(area="North")
