"""Lonely PSUs against survey 4.5, whose totals under "adjust" are right (4.1-1's are not)."""

import json
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, total

LINES = json.loads((Path(__file__).parent / "survey_4_5.json").read_text())["lines"]
SAID = {line["case"]: line["says"] for line in LINES}
RULES = ["certainty", "adjust", "average"]
TINY = {
    "stratum": [1, 1, 2, 2, 3],
    "psu": [1, 2, 3, 4, 5],
    "w": [10.5, 10.5, 20.0, 20.0, 15.0],
    "age": [30.5, 40.5, 35.0, 52.0, 44.0],
}


def check(row, case):
    assert {k: row[k] for k in ("estimate", "se")} == pytest.approx(SAID[case], rel=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_five_rows(rule):
    d = Design(TINY, weights="w", strata="stratum", psu="psu", lonely_psu=rule)
    average, sum_ = estimate(d, [mean("age"), total("age")]).rows()
    check(average, f"lonely/tiny/{rule}/mean_Age")
    check(sum_, f"lonely/tiny/{rule}/total_Age")


@pytest.mark.parametrize("rule", RULES)
def test_five_rows_with_two_elements_in_each_psu(rule):
    """Clusters proper: every element split into two of half the weight."""
    twice = {name: np.repeat(values, 2) for name, values in TINY.items()}
    twice["w"] = twice["w"] / 2
    d = Design(twice, weights="w", strata="stratum", psu="psu", lonely_psu=rule)
    average, sum_ = estimate(d, [mean("age"), total("age")]).rows()
    check(average, f"lonely/tiny/{rule}/mean_Age")
    check(sum_, f"lonely/tiny/{rule}/total_Age")


@pytest.mark.r
@pytest.mark.parametrize("rule", RULES)
def test_schools_in_districts(r_data, rule):
    d = Design(r_data["apiclus1"], weights="pw", strata="dnum", lonely_psu=rule)
    average, sum_ = estimate(d, [mean("api00"), total("enroll")]).rows()
    check(average, f"lonely/apiclus1_dnum/{rule}/mean")
    check(sum_, f"lonely/apiclus1_dnum/{rule}/total")


@pytest.mark.r
@pytest.mark.parametrize(("choice", "r"), [("keep", "FALSE"), ("adjust", "TRUE")])
def test_a_psu_that_is_alone_in_the_domain(r_data, choice, r):
    data = r_data["apiclus1"].to_pydict()
    gone = (data["dnum"].index(413), data["dnum"].index(406))
    data["inside"] = [i not in gone for i in range(len(data["dnum"]))]
    d = Design(data, weights="pw", strata="dnum", lonely_psu="adjust", lonely_domain=choice)
    (row,) = estimate(d, mean("api00"), where="inside").rows()
    check(row, f"lonely/domain/adjust_domain_lonely={r}")
