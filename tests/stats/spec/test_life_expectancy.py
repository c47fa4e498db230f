"""Life expectancy

How many years can somebody expect to live, if today's mortality stays? From deaths D and people P
in age bands of n years, with M = D/P and a the share of the band that those who die in it live (0.1
in the band that begins at birth, else 1/2):

    q = n·M / (1 + n·(1 - a)·M)        dies in the band
    L = n·(l_next + a·(l - l_next))    years lived in it by l people who reach it
    e = Σ L from this age on / l       and L = l/M in the last, open band

The variance is Chiang's, Var(q) = q²(1 - q)/D carried through the table; the last band adds
Silcocks' 1/(D·M²). Bands are flexible: give them as "0", "1-4", ..., "90+", or as lower ages.

No figure is given for 5,000 people or fewer, or where the 95 % interval is wider than 20 years; the
row says so.

Source: Chiang (1968), Introduction to Stochastic Processes in Biostatistics; Silcocks, Jenner &
Reza (2001), Life expectancy as a summary of mortality in a population, J Epidemiol Community Health
55:38-43; Toson & Baker (2003), Life expectancy at birth: methodological options, ONS.

In R: `PHEindicatormethods::phe_life_expectancy`.
"""

import pytest

from samling.stats import AgeBandError, CountError, OptionError, life_expectancy


def test_one_open_band():
    """With one mortality for all ages, 1 in 80 a year, life is 80 years: 1/M.

    Its variance is Silcocks' 1/(D·M²), so the standard error is 80/√10000.
    """
    data = {"age": ["0+"], "deaths": [10_000], "population": [800_000]}
    (row,) = life_expectancy(data).rows()
    assert row["estimate"] == pytest.approx(80)
    assert row["se"] == pytest.approx(0.8)
    assert row["ci_low"] == pytest.approx(80 - 1.959963985 * 0.8)


def test_two_bands():
    """An infant mortality of 1 %, and 1/80 a year after that.

    q = 0.01/(1 + 0.9·0.01); those who live to be one have 80 years left.
    """
    data = {"age": ["0", "1+"], "deaths": [100, 10_000], "population": [10_000, 800_000]}
    birth, one = life_expectancy(data, at=[0, 1]).rows()
    dying = 0.01 / 1.009
    assert one["estimate"] == pytest.approx(80)
    assert birth["estimate"] == pytest.approx((1 - dying) + 0.1 * dying + (1 - dying) * 80)
    variance = (0.9 + 80) ** 2 * dying**2 * (1 - dying) / 100 + (1 - dying) ** 2 * 0.64
    assert birth["se"] == pytest.approx(variance**0.5)


def test_lower_ages_instead_of_bands():
    """0, 1 and 65 mean 0, 1-64 and 65+; rows may come in any order."""
    counts = {"deaths": [900, 40, 1000], "population": [20_000, 10_000, 80_000]}
    by_band = life_expectancy({"age": ["65+", "0", "1-64"], **counts}, at=[0, 65])
    by_age = life_expectancy({"age": [65, 0, 1], **counts}, at=[0, 65])
    assert by_band.rows() == by_age.rows()


def test_many_areas_at_once():
    """A line per area and age asked for; deaths and population are from that age on."""
    data = {
        "area": ["a", "a", "b", "b"],
        "age": ["0-64", "65+", "0-64", "65+"],
        "deaths": [50, 500, 80, 500],
        "population": [50_000, 10_000, 50_000, 9000],
    }
    rows = life_expectancy(data, by="area", at=[0, 65]).rows()
    assert [(row["area"], row["age"], row["deaths"]) for row in rows] == [
        ("a", 0, 550),
        ("a", 65, 500),
        ("b", 0, 580),
        ("b", 65, 500),
    ]
    assert rows[0]["estimate"] > rows[2]["estimate"]


@pytest.mark.parametrize(
    ("deaths", "population", "status"),
    [
        ([5, 50], [4000, 1000], "small-population"),
        ([0, 10], [9200, 800], "wide-interval"),
        ([5, 0], [9000, 1000], "no-deaths-in-last-band"),
        ([0, 50], [0, 9000], "empty-band"),
        ([1800, 50], [9000, 1000], "nobody-left"),
    ],
)
def test_no_figure(deaths, population, status):
    """The status says why, and no number is shown."""
    data = {"age": ["0-64", "65+"], "deaths": deaths, "population": population}
    (row,) = life_expectancy(data).rows()
    assert (row["status"], row["estimate"], row["se"]) == (status, None, None)
    assert row["reason"]


@pytest.mark.parametrize(
    ("ages", "said"),
    [
        (["0-64", "70+"], r"a gap between 0-64 and 70\+"),
        (["1-64", "65+"], "begins at 0"),
        (["0-64", "65-79"], "ends with an open band"),
        (["young", "old"], "old, young, which are not ages"),
    ],
)
def test_bands_that_make_no_life_table(ages, said):
    """Every age must be there, from birth to an open end."""
    with pytest.raises(AgeBandError, match=said):
        life_expectancy({"age": ages, "deaths": [5, 50], "population": [9000, 1000]})


def test_other_things_that_cannot_be():
    """More deaths than people, an age where no band begins, a share outside 0 to 1."""
    data = {"age": ["0-64", "65+"], "deaths": [5, 50], "population": [9000, 1000]}
    with pytest.raises(CountError, match=r"deaths 2000 of population 1000 in the age band 65\+"):
        life_expectancy(data | {"deaths": [5, 2000]})
    with pytest.raises(AgeBandError, match="No age band begins at 60"):
        life_expectancy(data, at=60)
    with pytest.raises(OptionError, match="infant_fraction=2"):
        life_expectancy(data, infant_fraction=2)
