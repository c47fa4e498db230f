"""What the explorer says in words, exactly, in both languages."""

import pytest
from django.test.html import parse_html
from django.utils import translation

from samling.indicators.choices import Comparison, Sign, Status
from samling.indicators.presenting import words
from samling.indicators.queries import Cell, Compared
from ui.reading import all_of, text

NBSP = "\u00a0"
GIRLS = Cell(
    "bright_future", "gender", "04", "2023", "girl", Status.SHOWN, 65.7, 63.9, 67.5, 900, None
)
BOYS = Cell(
    "bright_future", "gender", "04", "2023", "boy", Status.SHOWN, 72.8, 71.0, 74.6, 880, None
)


class Two:
    """A release that has just these two cells."""

    def __init__(self, survey):
        self.study = survey.study

    def cells(self, **_):
        return [GIRLS, BOYS]


def compared(kind, sign, size, low, high, *, area="04", other="boy"):
    return Compared(
        kind, "bright_future", "gender", area, "2023", "girl", other, size, low, high, sign
    )


@pytest.mark.parametrize(
    ("language", "sign", "said"),
    [
        (
            "sv",
            Sign.LOWER,
            "Tjejer: 65,7_%. Killar: 72,8_%. Skillnaden är 7,1_procentenheter (5,1–9,1).",
        ),
        (
            "sv",
            Sign.UNCLEAR,
            "Tjejer: 65,7_%. Killar: 72,8_%. "
            "Det går inte att säga säkert om grupperna skiljer sig åt.",
        ),
        (
            "en",
            Sign.LOWER,
            "Girls: 65.7%. Boys: 72.8%. The difference is 7.1_percentage points (5.1–9.1).",
        ),
        (
            "en",
            Sign.UNCLEAR,
            "Girls: 65.7%. Boys: 72.8%. It is not certain that the groups differ.",
        ),
    ],
)
def test_a_gap_gives_both_values(survey, language, sign, said):
    indicator = survey.study.indicator("bright_future")
    found = compared(Comparison.GAP, sign, -7.1, -9.1, -5.1)
    with translation.override(language):
        assert words.gap(Two(survey), indicator, found) == said.replace("_", NBSP)


@pytest.mark.parametrize(
    ("language", "sign", "said"),
    [
        (
            "sv",
            Sign.HIGHER,
            "Siffran är 5_procentenheter högre än i övriga Södermanlands län (2–8).",
        ),
        (
            "sv",
            Sign.LOWER,
            "Siffran är 5_procentenheter lägre än i övriga Södermanlands län (2–8).",
        ),
        (
            "sv",
            Sign.UNCLEAR,
            "Det går inte att säga säkert om Nyköping skiljer sig från övriga Södermanlands län.",
        ),
        (
            "en",
            Sign.HIGHER,
            "The figure is 5_percentage points higher than in the rest of Södermanlands län (2–8).",
        ),
    ],
)
def test_a_place_against_the_rest(survey, language, sign, said):
    indicator = survey.study.indicator("bright_future")
    ends = (-5.0, -8.0, -2.0) if sign is Sign.LOWER else (5.0, 2.0, 8.0)
    found = compared(Comparison.REST, sign, *ends, area="0480", other="")
    with translation.override(language):
        assert words.against_rest(indicator, found, "04") == said.replace("_", NBSP)


@pytest.mark.parametrize(
    ("language", "sign", "ends", "said"),
    [
        ("sv", Sign.LOWER, (-1.7, -3.3, 0.0), "mer än 0 till 3,3"),
        ("sv", Sign.HIGHER, (1.7, 0.0, 3.3), "mer än 0 till 3,3"),
        ("en", Sign.LOWER, (-1.7, -3.3, -0.0), "above 0 to 3.3"),
        ("sv", Sign.UNCLEAR, (1.7, 0.0, 3.4), "0,0–3,4"),
    ],
)
def test_a_limit_of_a_certain_difference_that_is_rounded_to_0(survey, language, sign, ends, said):
    """ "0,0–3,3" would deny what the sentence calls certain."""
    indicator = survey.study.indicator("bright_future")
    with translation.override(language):
        found = compared(Comparison.CHANGE, sign, *ends)
        assert words.difference_interval(indicator, found) == said


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        (Sign.HIGHER, "Siffran är 1_procentenhet högre än 2020 (1–2)."),
        (Sign.LOWER, "Siffran är 1_procentenhet lägre än 2020 (1–2)."),
        (Sign.UNCLEAR, "Det går inte att säga säkert om det har ändrats sedan 2020."),
    ],
)
def test_a_change(survey, sign, said):
    indicator = survey.study.indicator("bright_future")
    ends = (-1.0, -2.0, -1.0) if sign is Sign.LOWER else (1.0, 1.0, 2.0)
    found = compared(Comparison.CHANGE, sign, *ends, area="0480", other="2020")
    assert words.change(indicator, found) == said.replace("_", NBSP)


def test_the_page_says_what_the_release_says(client, survey):
    indicator = survey.study.indicator("bright_future")
    gap = survey.compared(Comparison.GAP, indicator="bright_future", area="04", period="2023")
    change = survey.compared(
        Comparison.CHANGE, indicator="bright_future", area="04", period="2023", grouping=""
    )
    page = parse_html(client.get("/indikatorer/prov/bright_future/").content.decode())
    listed = all_of(page, "ul", css="sentences")
    assert [text(item) for item in all_of(listed[0], "li")] == [
        words.change(indicator, change[0]),
        words.gap(survey, indicator, gap[0]),
    ]
