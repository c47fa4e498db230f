"""Tests of tables against R's survey (svychisq); tables.R writes tables.json. 1e-9 relative."""

import json
import subprocess
from pathlib import Path

import pytest

from samling.stats import Design, chi_square, goodness_of_fit

SAYS = json.loads((Path(__file__).parent / "tables.json").read_text())["says"]
METHODS = ["second-order", "first-order", "wald", "adjusted-wald"]


def check(found, case):
    says = SAYS[case]
    assert {name: getattr(found, name) for name in says} == pytest.approx(says, rel=1e-9), case


@pytest.fixture(scope="module")
def nh(nhanes):
    return Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


@pytest.mark.parametrize("method", METHODS)
def test_clusters(nh, method):
    check(chi_square(nh, "race", "agecat", method=method), f"nhanes/race-agecat/{method}")
    found = chi_square(nh, "race", "HI_CHOL", method=method)
    check(found, f"nhanes/race-cholesterol/{method}")
    assert (found.n, found.missing) == (7846, 8591 - 7846)


@pytest.mark.parametrize("method", METHODS)
def test_a_domain(nh, method):
    men = chi_square(nh, "race", "HI_CHOL", where=lambda t: t.RIAGENDR == 1, method=method)
    check(men, f"nhanes/men/{method}")


@pytest.mark.parametrize("method", METHODS[:2])
def test_an_empty_cell(nh, method):
    def some(t):
        return ~((t.race == 4) & (t.agecat == "(59,Inf]"))

    found = chi_square(nh, "race", "agecat", where=some, method=method)
    assert [row["n"] for row in found.rows()].count(0) == 1
    check(found, f"nhanes/empty/{method}")


@pytest.mark.parametrize("method", METHODS)
def test_replicates(nh, method):
    found = chi_square(nh.replicates("jkn"), "race", "HI_CHOL", method=method)
    check(found, f"nhanes-jkn/race-cholesterol/{method}")


def test_fit(nh):
    shares = {"(0,19]": 0.28, "(19,39]": 0.26, "(39,59]": 0.26, "(59,Inf]": 0.2}
    check(goodness_of_fit(nh, "agecat", shares), "fit/agecat")


@pytest.mark.r
@pytest.mark.parametrize("method", METHODS)
def test_schools(r_data, method):
    clusters = Design(r_data["apiclus1"], weights="pw", psu="dnum", fpc="fpc")
    check(chi_square(clusters, "stype", "sch.wide", method=method), f"apiclus1/{method}")
    strata = Design(r_data["apistrat"], weights="pw", strata="stype", fpc="fpc")
    check(chi_square(strata, "comp.imp", "sch.wide", method=method), f"apistrat/{method}")


@pytest.mark.r
def test_fit_of_schools(r_data):
    clusters = Design(r_data["apiclus1"], weights="pw", psu="dnum", fpc="fpc")
    check(goodness_of_fit(clusters, "stype", {"E": 0.7, "H": 0.1, "M": 0.2}), "fit/stype")


@pytest.mark.r
def test_r_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what tables.R gives with the version here."""
    script = Path(__file__).with_name("tables.R")
    subprocess.run([rscript, script, tmp_path / "again.json"], check=True, capture_output=True)
    again = json.loads((tmp_path / "again.json").read_text())["says"]
    assert again.keys() == SAYS.keys()
    for case, says in again.items():
        assert says == pytest.approx(SAYS[case], rel=1e-9), case
