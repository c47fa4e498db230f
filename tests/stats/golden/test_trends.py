"""Trends and rounds against R: svyby's covariance, svycontrast, contr.poly in svyglm. 1e-9.

trends.R writes trends.json. Age groups of nhanes stand for points in time there.
"""

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from samling.stats import (
    Design,
    categorical,
    compare_rounds,
    compare_separate_rounds,
    estimate,
    logistic_regression,
    polynomial,
    prop,
    trends,
)

HERE = Path(__file__).parent
SAID = {line["case"]: line for line in json.loads((HERE / "trends.json").read_text())["lines"]}
TIMES = {"(0,19]": 9.5, "(19,39]": 29.5, "(39,59]": 49.5, "(59,Inf]": 70.0}
CLOSE = {"rel": 1e-9}


@pytest.fixture(scope="module")
def table(nhanes):
    times = pa.array([TIMES[age] for age in nhanes["agecat"].to_pylist()])
    rounds = pa.array([stratum % 2 for stratum in nhanes["SDMVSTRA"].to_pylist()])
    return nhanes.append_column("time", times).append_column("round", rounds)


def design(table):
    return Design(table, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


def test_the_line(table):
    result = estimate(design(table), prop("HI_CHOL"), by=[("time",)])
    (found,) = trends(result, "time").trends
    says = SAID["trend"]
    assert found.line.values == pytest.approx(says["line"], **CLOSE)
    assert found.line.se == pytest.approx(says["se"], **CLOSE)
    assert found.line.df[0] == says["df"][0]
    assert found.line.values[1] == pytest.approx(SAID["slope"]["estimate"][0], **CLOSE)
    assert found.line.se[1] == pytest.approx(SAID["slope"]["se"][0], **CLOSE)
    assert found.departure.statistic == pytest.approx(SAID["departure"]["F"][0], **CLOSE)
    assert found.departure.p == pytest.approx(SAID["departure"]["p"][0], **CLOSE)


def test_polynomials(table):
    fit = logistic_regression(
        design(table),
        "HI_CHOL",
        [polynomial("time", 3), categorical("RIAGENDR"), categorical("race")],
    )
    says = SAID["polynomial"]
    assert fit.estimates.values == pytest.approx(says["coef"], **CLOSE)
    assert fit.estimates.se == pytest.approx(says["se"], **CLOSE)
    assert fit.estimates.df[0] == says["df"][0]
    bent = fit.estimates.wald(["time quadratic", "time cubic"])
    assert bent.statistic == pytest.approx(SAID["polynomial/test"]["F"][0], **CLOSE)
    assert bent.p == pytest.approx(SAID["polynomial/test"]["p"][0], **CLOSE)


def test_two_rounds_in_one_design(table):
    result = estimate(design(table), prop("HI_CHOL"), by=[("round",)])
    (row,) = compare_rounds(result, "round", 0, 1).rows()
    says = SAID["rounds"]
    assert row["difference"] == pytest.approx(says["difference"][0], **CLOSE)
    assert row["se"] == pytest.approx(says["se"][0], **CLOSE)
    assert row["ratio"] == pytest.approx(says["ratio"][0], **CLOSE)
    assert row["df"] == says["df"][0]


def test_two_designs(table):
    def one(number):
        part = table.filter(pc.equal(table["round"], number))
        return estimate(design(part), prop("HI_CHOL"), by=[("RIAGENDR",)])

    found = compare_separate_rounds(one(0), one(1), ("RIAGENDR",), rounds=(2017, 2020))
    assert found.domains == ((1,), (2,))
    assert found.differences.values == pytest.approx(SAID["apart"]["difference"], **CLOSE)
    assert found.differences.se == pytest.approx(SAID["apart"]["se"], **CLOSE)


def test_rounds_that_share_psus(table):
    """Men and women stand for two rounds in the same PSUs."""
    result = estimate(design(table), prop("HI_CHOL"), by=[("RIAGENDR",)])
    (row,) = compare_rounds(result, "RIAGENDR", 1, 2).rows()
    assert row["difference"] == pytest.approx(SAID["shared"]["difference"][0], **CLOSE)
    assert row["se"] == pytest.approx(SAID["shared"]["se"][0], **CLOSE)


@pytest.mark.r
def test_trends_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what trends.R gives with the version here."""
    path = tmp_path / "trends.json"
    subprocess.run([rscript, HERE / "trends.R", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    assert [line["case"] for line in again["lines"]] == list(SAID)
    for line in again["lines"]:
        for name, values in line.items():
            if name != "case":
                assert values == pytest.approx(SAID[line["case"]][name], rel=1e-8)
