"""MAIHDA against lme4: NHANES and Titanic (shares), apipop and ToothGrowth (numbers).

models.json has NHANES HI_CHOL and apipop; multilevel.R writes multilevel.json. 1e-6 relative.
lme4 stops its optimiser a little short, and differences its Hessian for standard errors: with
one node on Titanic's small strata (one of 1 person, three where all lived) ours has a slightly
higher likelihood, and 1e-5 is what can be asked.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from scipy.special import xlogy

from samling.stats import maihda

HERE = Path(__file__).parent
MODELS = json.loads((HERE / "models.json").read_text())["values"]
LME4 = json.loads((HERE / "multilevel.json").read_text())
NHANES = ["race", "RIAGENDR", "agecat"]


def saturated(y, n):
    """Twice the log-likelihood of shares that are what was observed, without coefficients."""
    y, n = np.asarray(y, float), np.asarray(n, float)
    return 2 * float((xlogy(y, y / n) + xlogy(n - y, 1 - y / n)).sum())


def constant(counts):
    """Twice the log of the binomial coefficients, which lme4 leaves out with several nodes, with
    the saturated likelihood that it subtracts then."""
    y, n = counts.total, counts.n
    lgamma = np.vectorize(lambda k: float(np.log(np.arange(1, k + 1)).sum()))
    return 2 * float((lgamma(n) - lgamma(y) - lgamma(n - y)).sum()) + saturated(y, n)


@pytest.fixture(scope="module", params=[1, 7, 25])
def fitted(request, nhanes):
    said = MODELS[f"maihda/nhanes_HI_CHOL/nAGQ{request.param}"]
    return request.param, maihda(nhanes, "HI_CHOL", NHANES, nodes=request.param), said


def test_nhanes_measures(fitted):
    nodes, m, said = fitted
    assert [row["events"] for row in in_their_order(m, said)] == said["y"]
    assert [row["n"] for row in in_their_order(m, said)] == said["n"]
    found = (m.variance.null, m.variance.adjusted, m.vpc.null, m.vpc.adjusted, m.pcv, m.mor.null)
    null, main = said["null"], said["main"]
    says = (null["var"], main["var"], null["vpc"], main["vpc"], said["pcv"], null["mor"])
    assert found == pytest.approx(says, rel=1e-6)
    assert m.auc.strata == pytest.approx(null["auc"], rel=1e-12)
    missing = 0 if nodes == 1 else constant(m.counts)
    assert -2 * m.null_model.loglik + missing == pytest.approx(null["deviance"], abs=1e-6)


def test_nhanes_coefficients(fitted):
    _, m, said = fitted
    assert [row["term"] for row in m.fixed_effects()][2:4] == ["race=2", "race=3"]
    for model in ("null", "main"):
        rows = [row for row in m.fixed_effects() if row["model"].startswith(model)]
        beta, se = np.atleast_1d(said[model]["beta"]), np.atleast_1d(said[model]["se"])
        assert [row["estimate"] for row in rows] == pytest.approx(beta.tolist(), abs=1e-6)
        assert [row["se"] for row in rows] == pytest.approx(se.tolist(), rel=2e-6)


def test_nhanes_strata(fitted):
    _, m, said = fitted
    logit = [
        np.log(r["predicted_null"] / (1 - r["predicted_null"])) for r in in_their_order(m, said)
    ]
    beta, u = said["null"]["beta"], np.array(said["null"]["u"])
    assert logit == pytest.approx((beta + u).tolist(), abs=1e-6)


def in_their_order(m, said):
    rows = {(r["race"], r["RIAGENDR"], r["agecat"]): r for r in m.strata()}
    keys = [name.split(".") for name in said["null"]["strata"]]
    return [rows[int(race), int(sex), age] for race, sex, age in keys]


def titanic(nodes):
    rows = [
        (r["Class"], r["Sex"], r["Age"], int(i < r["y"]))
        for r in LME4["titanic"]["data"]
        for i in range(r["n"])
    ]
    columns = dict(zip(("Class", "Sex", "Age", "lived"), zip(*rows, strict=True), strict=True))
    return maihda(columns, "lived", ["Class", "Sex", "Age"], nodes=nodes)


@pytest.mark.parametrize(("nodes", "close"), [(1, 1e-5), (7, 1e-6), (25, 1e-6)])
def test_titanic(nodes, close):
    m = titanic(nodes)
    assert m.empty == (("Crew", "Female", "Child"), ("Crew", "Male", "Child"))
    for name, model in (("null", m.null_model), ("main", m.main_model)):
        said = LME4["titanic"][f"{name}/{nodes}"]
        beta = list(said["beta"].values())
        assert model.variance == pytest.approx(said["variance"], rel=close)
        assert model.beta == pytest.approx(beta, abs=close)
        # lme4's are from a differenced Hessian at a point a little off the maximum
        assert np.sqrt(np.diag(model.cov)) == pytest.approx(
            np.atleast_1d(said["se"]), rel=10 * close
        )
        by_key = dict(zip(keys(m), zip(model.u, model.u_sd, strict=True), strict=True))
        order = [(r["Class"], r["Sex"], r["Age"]) for r in LME4["titanic"]["data"]]
        assert [by_key[k][0] for k in order] == pytest.approx(said["u"], abs=close)
        assert [by_key[k][1] for k in order] == pytest.approx(said["u_sd"], rel=close)
        missing = 0 if nodes == 1 else constant(m.counts)
        ours = -2 * model.loglik + missing
        assert ours == pytest.approx(said["minus_two_loglik"], abs=close)
        assert ours <= said["minus_two_loglik"] + 1e-7


def keys(m):
    return [tuple(row[v] for v in m.variables) for row in m.strata()]


@pytest.mark.parametrize("criterion", ["reml", "ml"])
def test_tooth_growth(criterion):
    data = LME4["tooth"]["data"]
    columns = {name: [row[name] for row in data] for name in ("supp", "dose", "len")}
    m = maihda(columns, "len", ["supp", "dose"], family="gaussian", criterion=criterion)
    for name, model in (("null", m.null_model), ("main", m.main_model)):
        said = LME4["tooth"][f"{name}/{criterion}"]
        assert model.variance == pytest.approx(said["variance"], rel=1e-6)
        assert model.residual == pytest.approx(said["residual"], rel=1e-6)
        assert model.beta == pytest.approx(list(said["beta"].values()), rel=1e-9)
        assert np.sqrt(np.diag(model.cov)) == pytest.approx(np.atleast_1d(said["se"]), rel=1e-6)
        found = {f"{supp}/{dose:g}": u for (supp, dose), u in zip(keys(m), model.u, strict=True)}
        assert found == pytest.approx(said["u"], abs=1e-6)
        assert model.u_sd == pytest.approx(said["u_sd"], rel=1e-6)
        assert model.loglik == pytest.approx(said["loglik"], rel=1e-9)


@pytest.mark.r
@pytest.mark.parametrize("criterion", ["reml", "ml"])
def test_apipop(rscript, tmp_path, criterion):
    """6 194 schools in 15 strata; with ML the variance after main effects is exactly 0."""
    path = tmp_path / "apipop.csv"
    program = (
        "data(api, package='survey'); write.csv(apipop, commandArgs(TRUE)[1], row.names=FALSE)"
    )
    subprocess.run([rscript, "-e", program, path], check=True, capture_output=True)
    text = {n: "string" for n in ("stype", "awards", "comp.imp", "sch.wide")}
    options = pyarrow.csv.ConvertOptions(include_columns=[*text, "api00"], column_types=text)
    table = pyarrow.csv.read_csv(path, convert_options=options)
    m = maihda(table, "api00", list(text), family="gaussian", criterion=criterion)
    said = MODELS[f"maihda/apipop_api00/{criterion.upper()}"]
    assert [m.null_model.variance, m.null_model.residual] == pytest.approx(said["var"], rel=1e-6)
    assert [m.main_model.variance, m.main_model.residual] == pytest.approx(
        said["main_var"], rel=1e-6
    )
    assert (m.vpc.null, m.pcv) == pytest.approx((said["vpc"], said["pcv"]), rel=1e-6)
    assert m.null_model.loglik == pytest.approx(said["loglik"], rel=1e-9)
    names = [f"{stype}.{awards}.{improved}.{wide}" for stype, awards, improved, wide in keys(m)]
    assert dict(zip(names, m.null_model.u, strict=True)) == pytest.approx(said["u"], rel=1e-6)
    assert m.main_model.beta == pytest.approx(list(said["main_beta"].values()), rel=1e-6)
