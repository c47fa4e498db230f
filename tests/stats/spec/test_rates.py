"""Rates and standardised rates of aggregated counts

How common is something in each area, and how common would it be if all areas had the same ages?
A table has a row per area and age band with O events and n people; bands are joined by their
name ("0-4", "85+"), never by their place.

- A crude rate is O/n. Its limits are those of the Poisson count O: Byar's approximation, and the
  exact ones below 10 events.
- A proportion has Wilson's interval.
- A directly standardised rate is DSR = Σ w·O/n over the bands, with w the standard population's
  shares. Dobson's interval stretches Byar's limits of all events O:

      DSR + √(Var/O)·(O_low - O),   Var = Σ w²·O/n²

- An indirectly standardised ratio is the observed events over those expected, E = Σ n·(rate of
  the reference); times the reference's crude rate it is an indirectly standardised rate.

A figure that cannot be trusted is not silently missing: the row has a status and a reason.

Source: Dobson, Kuulasmaa, Eberle & Scherer (1991), Confidence intervals for weighted sums of
Poisson parameters, Statistics in Medicine 10:457-462; Breslow & Day (1987), Statistical Methods in
Cancer Research II; Wilson (1927). Standards: Eurostat (2013), Revision of the European Standard
Population; Ahmad et al. (2001), Age standardization of rates: a new WHO standard.

In R: `PHEindicatormethods::phe_rate`, `phe_proportion`, `calculate_dsr`, `calculate_ISRate`,
`calculate_ISRatio`.

Differs: PHEindicatormethods gives NA below 10 events in all; here the row says "too-few-events".
It joins the standard by position (`stdpop` is a column or a vector); here by name, and other bands
are an error.
"""

import pytest

from samling.stats import (
    AgeBandError,
    CountError,
    OptionError,
    crude_proportion,
    crude_rate,
    direct_rate,
    indirect_rate,
    indirect_ratio,
    standard_population,
)

BANDS = {
    "area": ["North", "North", "South", "South"],
    "age_band": ["0-64", "65+", "65+", "0-64"],
    "count": [10, 60, 30, 40],
    "population": [1000, 1000, 500, 4000],
}


def test_a_crude_rate():
    """70 events among 2,000 people are 3,500 in 100,000. Rows of an area are added up."""
    north, south = crude_rate(BANDS, by="area").rows()
    assert north["estimate"] == pytest.approx(3500)
    assert south["estimate"] == pytest.approx(70 / 4500 * 100_000)
    assert (north["interval"], north["status"]) == ("byar", "shown")


def test_no_events():
    """None of 1,000: the exact upper limit of 0 is -ln(0.025) = 3.689 events."""
    (row,) = crude_rate({"count": [0], "population": [1000]}, per=1000).rows()
    assert (row["estimate"], row["ci_low"], row["interval"]) == (0, 0, "exact")
    assert row["ci_high"] == pytest.approx(3.688879454)


def test_a_proportion():
    """15 of 148, one of Newcombe's (1998) examples of Wilson's interval: 6.24 to 16.05 percent."""
    (row,) = crude_proportion({"count": [15], "population": [148]}, per=100).rows()
    assert [round(row[name], 2) for name in ("ci_low", "ci_high")] == [6.24, 16.05]


def test_a_directly_standardised_rate():
    """North: half of 1 % and half of 6 % are 3.5 %. South: half of 1 % and half of 6 % too.

    The crude rates are 3.5 % and 1.6 %: South is younger, and that is all.
    """
    found = direct_rate(BANDS, standard={"0-64": 1, "65+": 1}, by="area", per=100)
    assert [row["estimate"] for row in found.rows()] == pytest.approx([3.5, 3.5])


def test_dobsons_interval():
    """South: Var = 0.5²·40/4000² + 0.5²·30/500², O = 70, and Byar's limits of 70."""
    found = direct_rate(BANDS, standard={"0-64": 1, "65+": 1}, by="area", per=1)
    south = found.rows()[1]
    variance = 0.25 * 40 / 4000**2 + 0.25 * 30 / 500**2
    low = 70 * (1 - 1 / (9 * 70) - 1.959963985 / (3 * 70**0.5)) ** 3
    high = 71 * (1 - 1 / (9 * 71) + 1.959963985 / (3 * 71**0.5)) ** 3
    assert south["ci_low"] == pytest.approx(0.035 + (variance / 70) ** 0.5 * (low - 70))
    assert south["ci_high"] == pytest.approx(0.035 + (variance / 70) ** 0.5 * (high - 70))


def test_too_few_events():
    """9 events in all: the rate is not given, and the row says why."""
    data = {"age_band": ["0-64", "65+"], "count": [4, 5], "population": [1000, 1000]}
    (row,) = direct_rate(data, standard={"0-64": 1, "65+": 1}).rows()
    assert (row["estimate"], row["ci_low"], row["status"]) == (None, None, "too-few-events")
    assert row["reason"] == "9 events in all; at least 10 are needed."
    assert row["count"] == 9


def test_an_indirectly_standardised_ratio():
    """South would have 4000·50/5000 + 500·90/1500 = 70 events by everybody's rates: ratio 1."""
    north, south = indirect_ratio(BANDS, reference=None, by="area").rows()
    assert (south["observed"], south["expected"]) == (70, pytest.approx(70))
    assert (north["expected"], south["estimate"]) == (pytest.approx(70), pytest.approx(1.0))


def test_an_indirectly_standardised_rate():
    """Times the reference's crude rate, here 30 of 2,000 people."""
    sweden = {"age_band": ["0-64", "65+"], "count": [10, 20], "population": [1500, 500]}
    north = indirect_rate(BANDS, reference=sweden, by="area", per=100).rows()[0]
    expected = 1000 * 10 / 1500 + 1000 * 20 / 500
    assert north["reference_rate"] == pytest.approx(1.5)
    assert north["estimate"] == pytest.approx(70 / expected * 1.5)


def test_standard_populations():
    """Sizes by age band; coarser bands are added up from the standard's own."""
    assert sum(standard_population("ESP2013").values()) == 100_000
    coarse = standard_population("ESP2013", ["0-14", "15-64", "65+"])
    assert coarse == {"0-14": 16_000, "15-64": 64_500, "65+": 19_500}
    assert standard_population("WHO2000-2025", ["0-4"]) == {"0-4": 8860}


def test_a_named_standard_follows_the_data():
    """The same as giving the added-up sizes; 0-64 has 80.5 % of the European standard."""
    named = direct_rate(BANDS, standard="ESP2013", by="area", per=100).rows()
    given = direct_rate(BANDS, standard={"0-64": 80.5, "65+": 19.5}, by="area", per=100).rows()
    assert [row["ci_low"] for row in named] == pytest.approx([row["ci_low"] for row in given])


def test_bands_that_cut_the_standard_are_refused():
    """How many of the standard's 15-19 are 16 or older is not known."""
    with pytest.raises(AgeBandError, match=r"16-29 cuts ESP2013's 15-19"):
        standard_population("ESP2013", ["16-29", "30-64"])
    with pytest.raises(OptionError, match="no standard population 'Sweden'"):
        standard_population("Sweden")


def test_ages_are_not_left_out_silently():
    """A named standard must be covered; the error says how to leave ages out on purpose."""
    data = {"age_band": ["15-64"], "count": [20], "population": [1000]}
    with pytest.raises(AgeBandError, match=r"no age band for ESP2013's 0, 1-4, 5-9, 10-14, 65-69"):
        direct_rate(data, standard="ESP2013")
    direct_rate(data, standard=standard_population("ESP2013", ["15-64"]))


@pytest.mark.parametrize(
    ("bands", "standard", "said"),
    [
        (
            ["0-64", "65+"],
            {"0-64": 1, "65-79": 1},
            r"the standard lacks 65\+; the data lacks 65-79",
        ),
        (["0-64", "60+"], {"0-64": 1, "60+": 1}, r"overlap: 0-64 and 60\+"),
        (["0-64", "0–64"], {"0-64": 1}, "2 rows for the age band 0-64"),
        (["64-0", "65+"], {"0-64": 1}, "ends before it begins"),
        (["0-64", "65+"], {"0-64": -1, "65+": 2}, "the size -1 for the age band 0-64"),
    ],
)
def test_bands_that_do_not_fit(bands, standard, said):
    """What is missing, too much, double or overlapping is named."""
    data = {"age_band": bands, "count": [20, 20], "population": [1000, 1000]}
    with pytest.raises(AgeBandError, match=said):
        direct_rate(data, standard=standard)


def test_an_area_that_lacks_a_band():
    """A band without events is a row with 0, not a missing row."""
    data = {name: values[:3] for name, values in BANDS.items()}
    with pytest.raises(AgeBandError, match="area=South has no row for the age band 0-64"):
        direct_rate(data, standard={"0-64": 1, "65+": 1}, by="area")


@pytest.mark.parametrize(
    ("count", "population", "said"),
    [
        ([5, -1], [10, 10], "'count' is -1 in area=b"),
        ([5, None], [10, 10], "'count' is missing in area=b"),
        ([5, 3], [10, 0], "area=b has count 3 but population 0"),
        ([5, 11], [10, 10], "area=b has count 11 of population 10: more than everybody"),
    ],
)
def test_counts_that_cannot_be(count, population, said):
    """The area and the number are named."""
    data = {"area": ["a", "b"], "count": count, "population": population}
    with pytest.raises(CountError, match=said):
        crude_proportion(data, by="area")


def test_a_band_where_nobody_lives():
    """No rate can be standardised there; the other areas are not stopped by it."""
    data = BANDS | {"count": [10, 0, 30, 40], "population": [1000, 0, 500, 4000]}
    north, south = direct_rate(data, standard={"0-64": 1, "65+": 1}, by="area").rows()
    assert (north["status"], north["estimate"], south["status"]) == ("empty-band", None, "shown")
    assert north["reason"] == "Nobody lives in the age band 65+, so it has no rate."


def test_the_result_says_how_it_was_made():
    """Method, interval, level, multiplier and standard go with the table."""
    found = direct_rate(BANDS, standard={"0-64": 1, "65+": 1}, by="area", per=1000)
    assert found.method.standard == {"0-64": 1.0, "65+": 1.0}
    assert found.table().schema.metadata[b"samling.interval"] == b'"dobson"'
