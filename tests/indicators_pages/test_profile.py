"""An area's profile: what is said to be better or worse is held against the rest, everywhere."""

import dataclasses
from itertools import product

import pytest
from django.test.html import parse_html

from samling.charts import describe
from samling.charts.profile_spine import scaled
from samling.indicators.actions import publish_study
from samling.indicators.choices import Comparison
from samling.indicators.presenting import labels
from samling.indicators.presenting.drawings import Picture, draw
from samling.indicators.queries import published, warehouse
from samling.places.actions import load_sweden
from ui.reading import all_of, text
from world import write_study

SWEDEN = ("  division: prov\n  division_file: areas.csv\n", "  division: sverige\n")
PLACE = Picture("profil", "-", "0480", "2023", "-")


@pytest.fixture
def survey(db, tmp_path):
    """The small survey, in which every municipality is shown."""
    load_sweden(by="tests")
    labels.forget_areas()
    folder = write_study(tmp_path / "study", changes=[SWEDEN])
    quiet = {"warehouse": warehouse(), "progress": lambda _: None}
    return published(publish_study(folder, by="tests", **quiet).release)


def test_a_difference_is_clear_just_where_its_line_does_not_reach_the_middle(survey):
    seen = []
    for place in product(("0480", "0484"), ("2020", "2023")):
        chart = draw(survey, dataclasses.replace(PLACE, area=place[0], period=place[1]))
        for row in (row for row in chart.rows if row.rest is not None):
            low, high = sorted((scaled(row, row.low), scaled(row, row.high)))
            seen.append(row.status)
            # An end that rounding has put in the middle may lie on either side of it.
            assert low >= 0 or row.status != "better", row
            assert high <= 0 or row.status != "worse", row
            assert low <= 0 <= high or row.status != "no clear difference", row
    assert len(seen) >= 4


def test_the_middle_is_the_rest_and_not_the_whole(survey):
    chart = draw(survey, PLACE)
    compared = {
        c.indicator: c for c in survey.compared(Comparison.REST, area="0480", period="2023")
    }
    assert compared
    shares = [i for i in survey.study.indicators if i.kind == "share"]
    for indicator, row in zip(shares, chart.rows, strict=True):
        assert round(row.value - row.rest, 6) == compared[indicator.code].difference
        assert scaled(row, row.rest) == 0


def test_the_words_say_what_is_compared(client, survey):
    chart = draw(survey, PLACE)
    assert chart.about.indicator == "Områdets värden jämfört med övriga Södermanlands län"
    assert "jämfört med övriga Södermanlands län" in describe(chart, "sv")
    page = parse_html(client.get("/omraden/0480/").content.decode())
    titles = [text(t) for t in all_of(page, "span", css="figure-frame__title")]
    assert titles == ["Nyköping jämfört med övriga Södermanlands län"]
    badges = [text(b) for s in all_of(page, "ul", css="sayings") for b in all_of(s, css="badge")]
    assert all(badge.endswith("övriga") for badge in badges)
