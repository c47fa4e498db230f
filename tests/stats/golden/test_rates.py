"""Against PHEindicatormethods 2.1.1 (phe.R) and survey's svystandardize (standardise.R)."""

import json
from pathlib import Path

import pytest

from samling.stats import (
    Design,
    crude_proportion,
    crude_rate,
    direct_rate,
    indirect_rate,
    indirect_ratio,
    life_expectancy,
    prop,
    standardise,
)

HERE = Path(__file__).parent
PHE = json.loads((HERE / "phe.json").read_text())
SURVEY = json.loads((HERE / "standardise.json").read_text())["lines"]
CLOSE = {"rel": 1e-12, "abs": 1e-12}
BANDS = [f"{low}-{low + 4}" for low in range(0, 90, 5)] + ["90+"]
US_2000 = {"(0,19]": 55901, "(19,39]": 77670, "(39,59]": 72816, "(59,Inf]": 45364}


def by_area():
    lines = PHE["phe/dsr/input"]
    return {
        "area": [line["area"] for line in lines],
        "age_band": [BANDS[line["age"] - 1] for line in lines],
        "count": [line["obs"] for line in lines],
        "population": [line["pop"] for line in lines],
    }


def check(found, case, level, low, high):
    said = PHE[case]
    rows = found.rows()
    assert len(rows) == len(said)
    for row, says in zip(rows, said, strict=True):
        got = [row[name] for name in ("estimate", "ci_low", "ci_high")]
        assert got == pytest.approx([says["value"], says[low], says[high]], **CLOSE), (case, level)


LEVELS = [(0.95, "lower95_0cl", "upper95_0cl"), (0.998, "lower99_8cl", "upper99_8cl")]


@pytest.mark.parametrize("level", LEVELS)
def test_rates_of_areas(level):
    data, at = by_area(), level[0]
    check(direct_rate(data, standard="ESP2013", by="area", level=at), "phe/dsr", *level)
    check(indirect_rate(data, reference=None, by="area", level=at), "phe/israte", *level)
    check(indirect_ratio(data, reference=None, by="area", level=at), "phe/isratio", *level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("function", "case", "per"),
    [(crude_rate, "phe/rate_byar", 100_000), (crude_proportion, "phe/proportion_wilson", 1)],
)
def test_crude_figures(function, case, per, level):
    lines = PHE[case]
    data = {
        "line": list(range(len(lines))),
        "count": [line["x"] for line in lines],
        "population": [line["n"] for line in lines],
    }
    check(function(data, by="line", per=per, level=level[0]), case, *level)


def test_life_expectancy_at_every_age():
    lines = PHE["phe/le/input"]
    ages = [line["startage"] for line in lines]
    data = {
        "age": ages,
        "population": [line["pops"] for line in lines],
        "deaths": [line["deaths"] for line in lines],
    }
    found = life_expectancy(data, at=ages)
    check(found, "phe/le", 0.95, "lowercl", "uppercl")
    for row, says in zip(found.rows(), PHE["phe/le"], strict=True):
        assert (row["population"], row["deaths"]) == (says["pops_used"], says["dths_used"])


@pytest.mark.parametrize("over", ["race", "RIAGENDR"])
def test_standardised_cholesterol(nhanes, over):
    nh = Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)
    found = standardise(nh, prop("HI_CHOL"), over="agecat", standard=US_2000, by=over)
    said = {line["group"]: line for line in SURVEY if line["over"] == over}
    for row in found.rows():
        says = said[row[over]]
        assert row["estimate"] == pytest.approx(says["estimate"], rel=1e-9)
        assert row["se"] == pytest.approx(says["se"], rel=1e-9)
    both = found.estimates()
    gap = both.values[0] - both.values[1]
    variance = both.covariance[0, 0] + both.covariance[1, 1] - 2 * both.covariance[0, 1]
    assert gap == pytest.approx(said["1 - 2"]["estimate"], rel=1e-9)
    assert variance**0.5 == pytest.approx(said["1 - 2"]["se"], rel=1e-9)
