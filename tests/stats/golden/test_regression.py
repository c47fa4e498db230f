"""Regressions against R's svyglm, regTermTest, predict and svypredmeans: 1e-9 relative.

regression.R writes regression.json. R's IRLS is run to a relative deviance of 1e-15 there.
"""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from samling.stats import (
    Design,
    categorical,
    estimate,
    linear_regression,
    log_binomial_regression,
    logistic_regression,
    mean,
    prevalence_ratios,
    total,
)

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "regression.json").read_text())
SAID = {line["case"]: line for line in GOLDEN["lines"]}
FIT = {
    "gaussian": linear_regression,
    "quasibinomial": logistic_regression,
    "quasipoisson": prevalence_ratios,
}
RACE = categorical("race", reference=1)


def close(mine, theirs):
    """Equal to 1e-9, relative to the largest where numbers are parts of one thing."""
    theirs = np.asarray(theirs, dtype=float)
    mine = np.asarray(mine).ravel()
    assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-11 * np.abs(theirs).max())


def check(fit, case):
    """Coefficients, their order, standard errors, covariances and degrees of freedom."""
    says = SAID[case]
    close(fit.estimates.values, says["coef"])
    close(fit.estimates.se, says["se"])
    close(fit.estimates.covariance, says["cov"])
    assert fit.estimates.df == pytest.approx(says["df"] * len(says["coef"]))


def check_test(fit, term, case):
    says, found = SAID[case], fit.test(term)
    assert (found.numerator_df, found.denominator_df) == (says["df"][0], says["ddf"][0])
    assert found.statistic == pytest.approx(says["F"][0], rel=1e-9)
    assert found.p == pytest.approx(says["p"][0], rel=1e-9)


@pytest.fixture(scope="module")
def nh(nhanes):
    sex = ["man" if code == 1 else "woman" for code in nhanes["RIAGENDR"].to_pylist()]
    table = nhanes.append_column("sex", pa.array(sex))
    table = table.append_column("one", pa.array(np.ones(table.num_rows)))
    return Design(table, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


@pytest.mark.parametrize("family", FIT)
def test_nhanes(nh, family):
    fit = FIT[family](nh, "HI_CHOL", [RACE, "agecat", "sex"])
    check(fit, f"nhanes/{family}")
    for term, theirs in (("race", "factor(race)"), ("agecat", "agecat"), ("sex", "sex")):
        check_test(fit, term, f"nhanes/{family}/test/{theirs}")


def test_p_values(nh):
    fit = logistic_regression(nh, "HI_CHOL", [RACE, "agecat", "sex"])
    assert fit.estimates.p == pytest.approx(SAID["nhanes/quasibinomial/p"]["p"], rel=1e-9)


def test_interaction(nh):
    fit = logistic_regression(nh, "HI_CHOL", [RACE, "sex", "race:sex"])
    check(fit, "nhanes/interaction")
    check_test(fit, "race:sex", "nhanes/interaction/test/factor(race):sex")


def test_domains(nh):
    women = logistic_regression(
        nh, "HI_CHOL", [RACE, "agecat"], where=lambda t: t.sex == "woman", df="domain"
    )
    check(women, "nhanes/women")
    old = logistic_regression(
        nh, "HI_CHOL", [RACE, "sex"], where=lambda t: t.agecat == "(59,Inf]", df="domain"
    )
    check(old, "nhanes/old")


def test_log_binomial(nh):
    """R's coefficients; its errors rest on the expected information, ours on the observed one."""
    fit, says = log_binomial_regression(nh, "HI_CHOL", [RACE, "sex"]), SAID["nhanes/log-binomial"]
    close(fit.estimates.values, says["coef"])
    close(fit.estimates.se, says["se"])
    assert fit.estimates.se == pytest.approx(says["expected"], rel=0.02)
    assert not np.allclose(fit.estimates.se, says["expected"], rtol=1e-5)


@pytest.mark.parametrize("family", FIT)
@pytest.mark.parametrize("factor", ["race", "sex"])
def test_marginal_predictions(nh, family, factor):
    fit = FIT[family](nh, "HI_CHOL", [RACE, "agecat", "sex"])
    found, says = fit.marginal(factor), SAID[f"nhanes/{family}/marginal/{factor}"]
    close(found.values, says["mean"])
    close(found.covariance, says["cov"])


def test_svypredmeans(nh):
    """R adds up the variance (1) from the coefficients and (2) from the others' distribution.

    It leaves out the covariance of the two. The means are the same, and so is the sum of the two
    parts; ours has the covariance too, which changes the standard error by up to 4 % here.
    """
    where = lambda t: t.HI_CHOL.notnull()  # noqa: E731
    fit = logistic_regression(nh, "HI_CHOL", ["agecat", "sex", RACE])
    cells = estimate(nh, total("one"), by=[("agecat", "sex")], where=where).rows()
    share = np.array([cell["estimate"] for cell in cells])
    share /= share.sum()
    found, says = fit.marginal("race"), SAID["nhanes/svypredmeans"]
    theirs = dict(zip(says["level"], np.diag(np.reshape(says["cov"], (4, 4))), strict=True))
    mean_of = dict(zip(says["level"], says["mean"], strict=True))
    for race in (1, 2, 3, 4):
        keys = [{"agecat": c["agecat"], "sex": c["sex"], "race": race} for c in cells]
        predicted = fit.predict(keys)
        assert share @ predicted.values == pytest.approx(mean_of[race], rel=1e-9)
        assert found.values[race - 1] == pytest.approx(mean_of[race], rel=1e-9)
        first = share @ predicted.covariance @ share
        second = _variance_of_mean(nh, keys, predicted.values, where)
        assert first + second == pytest.approx(theirs[race], rel=1e-6)
        assert found.covariance[race - 1, race - 1] != pytest.approx(theirs[race], rel=1e-4)
        assert found.se[race - 1] == pytest.approx(np.sqrt(theirs[race]), rel=0.05)


def _variance_of_mean(nh, keys, values, where):
    """Of the mean of a variable that has the given value in each cell."""
    value_of = {(k["agecat"], k["sex"]): v for k, v in zip(keys, values, strict=True)}
    table = nh.data
    pairs = zip(table["agecat"].to_pylist(), table["sex"].to_pylist(), strict=True)
    there = table.append_column("mu", pa.array([value_of[pair] for pair in pairs]))
    (row,) = estimate(replace(nh, data=there), mean("mu"), where=where).rows()
    return row["se"] ** 2


@pytest.mark.r
def test_numeric_terms(r_data):
    d = Design(r_data["apistrat"], weights="pw", strata="stype", fpc="fpc")
    fit = linear_regression(d, "api00", ["ell", "meals", "mobility"])
    check(fit, "strat/gaussian")
    check_test(fit, "ell", "strat/gaussian/test/ell")
    close(np.column_stack(fit.estimates.interval()), SAID["strat/gaussian/ci"]["ci"])
    given = [{"ell": 10, "meals": 20, "mobility": 5}, {"ell": 50, "meals": 80, "mobility": 15}]
    found = fit.predict(given)
    close(found.values, SAID["strat/gaussian/predict"]["mean"])
    close(found.covariance, SAID["strat/gaussian/predict"]["cov"])


@pytest.mark.r
def test_a_number_times_a_factor(r_data):
    d = Design(r_data["apiclus1"], weights="pw", psu="dnum", fpc="fpc")
    fit = linear_regression(d, "api00", ["ell", "stype", "meals", "ell:stype"])
    check(fit, "clus1/gaussian")


@pytest.mark.r
@pytest.mark.parametrize("family", ["quasibinomial", "quasipoisson"])
def test_two_stages(r_data, family):
    table = r_data["apiclus2"]
    wide = pa.array([value == "Yes" for value in table["sch.wide"].to_pylist()])
    table = table.append_column("wide", wide)
    d = Design(table, weights="pw", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"])
    fit = FIT[family](d, "wide", ["ell", "meals", "stype"])
    check(fit, f"clus2/{family}")
    check_test(fit, "stype", f"clus2/{family}/test/stype")


@pytest.mark.r
def test_missing_values(r_data):
    d = Design(r_data["apiclus2"], weights="pw", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"])
    fit = linear_regression(d, "api00", ["enroll", "stype"], df="domain")
    check(fit, "clus2/missing")
    assert (fit.n, fit.dropped.variables["enroll"]) == (120, 6)


@pytest.mark.r
def test_regression_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what regression.R gives with the version here."""
    path = tmp_path / "regression.json"
    subprocess.run([rscript, HERE / "regression.R", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    assert [line["case"] for line in again["lines"]] == list(SAID)
    for line in again["lines"]:
        for name, values in line.items():
            if name != "case":
                assert values == pytest.approx(SAID[line["case"]][name], rel=1e-8, abs=1e-13)
