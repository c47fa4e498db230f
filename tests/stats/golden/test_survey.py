"""Against R's package survey: estimates, standard errors, deff, df, intervals, covariances.

survey.R writes survey.json; every line is looked up here. 1e-9 relative throughout.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from samling.stats import Design, estimate, mean, prop, ratio, total

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "survey.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 0.0}


def said(case):
    """The golden lines of a case, by group."""
    return {
        tuple(sorted(line["group"].items())): line["says"]
        for line in GOLDEN["lines"]
        if line["case"] == case
    }


def check(result, case, variable=None):
    """Every golden line of the case equals the result's row of the same group."""
    found = {}
    for row in result.rows():
        if variable in (None, row["variable"]):
            group = {n: row[n] for n in result.dimensions if row[n] is not None}
            found[tuple(sorted(group.items()))] = row
    lines = said(case)
    assert lines
    for group, says in lines.items():
        got = {name: found[group][name] for name in says}
        assert got == pytest.approx(says, **CLOSE), (case, group)


@pytest.fixture(scope="module")
def nh(nhanes):
    return Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


@pytest.fixture(scope="module")
def cholesterol(nh):
    by = [(), ("race",), ("agecat",), ("race", "agecat"), ("RIAGENDR", "race")]
    return estimate(nh, prop("HI_CHOL"), by=by)


def test_nhanes_proportions(cholesterol):
    check(cholesterol, "nhanes/prop")


def test_a_mean_of_zeros_and_ones_is_the_proportion(nh):
    by = [(), ("race",), ("agecat",), ("race", "agecat"), ("RIAGENDR", "race")]
    check(estimate(nh, mean("HI_CHOL"), by=by), "nhanes/prop")


def test_nhanes_totals(nh):
    check(estimate(nh, total("HI_CHOL"), by=[("race",)]), "nhanes/total")


def test_standard_error_as_if_independent(cholesterol):
    alone = [r for r in cholesterol.rows() if r["agecat"] is None and r["RIAGENDR"] is None]
    rows = {r["race"]: r for r in alone}
    for group, says in said("nhanes/independent").items():
        race = dict(group)["race"]
        assert rows[race]["estimate"] == pytest.approx(says["estimate"], **CLOSE)
        assert rows[race]["se_srs"] == pytest.approx(says["se"], **CLOSE)


@pytest.mark.parametrize(
    ("r_method", "ci", "df"),
    [("mean", "wald", "design"), ("logit", "logit", "design"), ("beta", "korn-graubard", "domain")],
)
def test_intervals_of_proportions(nh, r_method, ci, df):
    result = estimate(nh, prop("HI_CHOL"), by=[("race", "agecat")], ci=ci, df=df)
    for row in result.rows():
        says = said(f"nhanes/ci/{r_method}")[(("agecat", row["agecat"]), ("race", row["race"]))]
        # R builds the logit interval on an iterated glm, which stops at 1e-8
        close = {"rel": 1e-6} if r_method == "logit" else CLOSE
        assert row["ci_low"] == pytest.approx(says["ci_low"], **close)
        assert row["ci_high"] == pytest.approx(says["ci_high"], **close)
        if df == "domain":
            assert row["df"] == says["df"]


def test_levels_of_a_categorical_variable(nh):
    rows = estimate(nh, prop("agecat"), by=[("race",)]).rows()
    found = {(("level", r["level"]), ("race", r["race"])): r for r in rows}
    for group, says in said("nhanes/levels").items():
        got = {name: found[group][name] for name in says}
        assert got == pytest.approx(says, **CLOSE)


def test_covariance_between_domains(cholesterol):
    cov = cholesterol.cov("HI_CHOL", by=("race",))
    assert cov.domains == ((1,), (2,), (3,), (4,))
    golden = np.zeros((4, 4))
    for group, says in said("nhanes/cov").items():
        place = dict(group)
        golden[place["i"] - 1, place["j"] - 1] = says["cov"]
    assert cov.matrix == pytest.approx(golden, rel=1e-9)


def test_contrasts(cholesterol):
    rows = cholesterol.contrast({"gap": "1 - 2", "quotient": "1 / 2"}, by=("race",)).rows()
    found = {row["contrast"]: row for row in rows}
    for name in ("gap", "quotient"):
        (says,) = said(f"nhanes/{name}").values()
        assert {k: found[name][k] for k in says} == pytest.approx(says, **CLOSE)


def test_a_domain_against_the_rest(cholesterol):
    rows = cholesterol.versus_rest(("race",), "race").rows()
    golden = said("nhanes/rest")
    for row in rows:
        says = golden[(("race", row["race"]),)]
        assert row["difference"] == pytest.approx(says["estimate"], **CLOSE)
        assert row["se"] == pytest.approx(says["se"], **CLOSE)


@pytest.mark.r
@pytest.mark.parametrize(("case", "fpc"), [("strat/fpc", "fpc"), ("strat/wr", None)])
def test_elements_in_strata(r_data, case, fpc):
    d = Design(r_data["apistrat"], weights="pw", strata="stype", fpc=fpc)
    by = [(), ("stype", "sch.wide"), ("sch.wide",)]
    result = estimate(d, [mean("api00"), total("enroll"), ratio("api.stu", "enroll")], by=by)
    check(result, f"{case}/mean", "api00")
    check(result, f"{case}/total", "enroll")
    check(result, f"{case}/ratio", "api.stu / enroll")


@pytest.mark.r
def test_a_difference_within_strata(r_data):
    d = Design(r_data["apistrat"], weights="pw", strata="stype", fpc="fpc")
    result = estimate(d, mean("api00"), by=[("sch.wide",)])
    (row,) = result.contrast({"gap": "No - Yes"}, by=("sch.wide",)).rows()
    (says,) = said("strat/gap").values()
    assert {k: row[k] for k in says} == pytest.approx(says, **CLOSE)


@pytest.mark.r
def test_clusters(r_data):
    d = Design(r_data["apiclus1"], weights="pw", psu="dnum", fpc="fpc")
    statistics = [mean("api00"), total("enroll"), ratio("api.stu", "enroll")]
    check(estimate(d, statistics[0], by=[(), ("stype",)]), "clus1/mean")
    check(estimate(d, statistics[1]), "clus1/total")
    check(estimate(d, statistics[2]), "clus1/ratio")
    check(estimate(d, statistics[0], by=[("stype",)], df="domain"), "clus1/df")


@pytest.mark.r
@pytest.mark.parametrize("psu", [["dnum", "snum"], "dnum"])
def test_two_stages(r_data, psu):
    d = Design(r_data["apiclus2"], weights="pw", psu=psu, fpc=["fpc1", "fpc2"])
    rows = estimate(
        d, [mean("api00"), mean("enroll"), total("enroll")], by=[(), ("stype",), ("sch.wide",)]
    )
    by_group = {(r["statistic"], r["variable"], r["stype"], r["sch.wide"]): r for r in rows.rows()}
    for group, says in said("clus2/mean").items():
        place = dict(group)
        variable = "enroll" if "sch.wide" in place else "api00"
        row = by_group["mean", variable, place.get("stype"), place.get("sch.wide")]
        assert {k: row[k] for k in says} == pytest.approx(says, **CLOSE)
    (says,) = said("clus2/total").values()
    row = by_group["total", "enroll", None, None]
    assert {k: row[k] for k in says} == pytest.approx(says, **CLOSE)


@pytest.mark.r
def test_two_stages_of_mu284(r_data):
    """Särndal, Swensson & Wretman (1992): total 15080, standard error 2274.255."""
    data = r_data["mu284"].to_pydict()
    size = {unit: data["id1"].count(unit) for unit in data["id1"]}
    first = len(size)
    data["w"] = [
        (n1 / first) * (n2 / size[unit])
        for n1, n2, unit in zip(data["n1"], data["n2"], data["id1"], strict=True)
    ]
    d = Design(data, weights="w", psu=["id1", "id2"], fpc=["n1", "n2"])
    check(estimate(d, total("y1")), "mu284/total")


@pytest.mark.r
def test_finite_population_correction(r_data):
    with_fpc = Design(
        r_data["fpc"], weights="weight", strata="stratid", psu="psuid", fpc="Nh", nest=True
    )
    without = Design(r_data["fpc"], weights="weight", strata="stratid", psu="psuid", nest=True)
    check(estimate(with_fpc, mean("x")), "fpc/with")
    check(estimate(without, mean("x")), "fpc/without")


@pytest.mark.r
def test_helmets(r_data):
    """YRBS 2015 by CDC, table 3: SUDAAN and SPSS give the same digits as R (its help page)."""
    data = r_data["yrbs"].to_pydict()
    data["yes"] = [None if answer is None else 2 - answer for answer in data["qn8"]]
    d = Design(data, weights="weight", strata="stratum", psu="psu")
    (row,) = estimate(d, prop("yes"), ci="logit").rows()
    assert row["estimate"] == pytest.approx(0.8136225, abs=5e-8)
    assert row["se"] == pytest.approx(0.02008901, abs=5e-9)
    assert row["ci_low"] == pytest.approx(0.7696221, abs=5e-8)
    assert row["ci_high"] == pytest.approx(0.8508478, abs=5e-8)


@pytest.mark.r
@pytest.mark.parametrize("rule", ["certainty", "adjust", "average"])
def test_lonely_psus(r_data, rule):
    d = Design(r_data["apiclus1"], weights="pw", strata="dnum", lonely_psu=rule)
    check(estimate(d, mean("api00")), f"lonely/{rule}/mean")
    if rule != "adjust":
        check(estimate(d, total("enroll")), f"lonely/{rule}/total")


@pytest.mark.r
def test_survey_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what survey.R gives with the version here."""
    path = tmp_path / "survey.json"
    subprocess.run([rscript, HERE / "survey.R", "numbers", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    assert [(x["case"], x["group"]) for x in again["lines"]] == [
        (x["case"], x["group"]) for x in GOLDEN["lines"]
    ]
    for new, old in zip(again["lines"], GOLDEN["lines"], strict=True):
        assert new["says"] == pytest.approx(old["says"], rel=1e-9, abs=1e-15), new["case"]


def test_nhanes_is_the_packages(nhanes):
    assert (nhanes.num_rows, nhanes.column_names) == (
        8591,
        ["SDMVPSU", "SDMVSTRA", "WTMEC2YR", "HI_CHOL", "race", "agecat", "RIAGENDR"],
    )
    assert isinstance(nhanes, pa.Table)
