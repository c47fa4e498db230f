"""Multilevel and small-area models equal other forms of themselves."""

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import special, stats

from samling.stats import Design, additive_interaction, estimate, fay_herriot, maihda, prop
from samling.stats.multilevel.fit import quadratic
from samling.stats.multilevel.linear import fit_linear
from samling.stats.multilevel.quadrature import integrate, make_counts, make_rule
from samling.stats.smallareas.prediction import predict_sampled
from samling.stats.smallareas.variance import AreaModel, estimate_variance, state


def additive_people():
    """Odds 1/4, 1/2, 1/2 and 1: log odds add up, so nothing is left between strata."""
    cells = [("m", "a", 500, 100), ("m", "b", 300, 100), ("w", "a", 300, 100), ("w", "b", 200, 100)]
    rows = [(s, e, int(i < y)) for s, e, n, y in cells for i in range(n)]
    return dict(zip(("sex", "edu", "y"), zip(*rows, strict=True), strict=True))


def test_without_variance_it_is_the_logistic_regression():
    """At σ = 0 the score equations of logistic regression hold, the covariance is its inverse
    information, and the likelihood is the binomial one."""
    m = maihda(additive_people(), "y", ["sex", "edu"])
    model, counts = m.main_model, m.counts
    assert model.variance == 0
    x = np.array([[1.0, s == "w", e == "b"] for s in "mw" for e in "ab"])
    p = special.expit(x @ model.beta)
    assert x.T @ (counts.total - counts.n * p) == pytest.approx(np.zeros(3), abs=1e-8)
    information = x.T @ np.diag(counts.n * p * (1 - p)) @ x
    assert model.cov @ information == pytest.approx(np.eye(3), abs=1e-9)
    binomial = stats.binom.logpmf(counts.total, counts.n, p).sum()
    assert model.loglik == pytest.approx(binomial, rel=1e-12)


@pytest.mark.parametrize("nodes", [1, 2, 25])
def test_a_vanishing_variance_leaves_the_binomial_likelihood(nodes):
    y, n, eta = np.array([3.0, 0.0, 7.0]), np.array([10.0, 4.0, 7.0]), np.array([-1.0, 0.3, 2.0])
    found = integrate(make_counts(y, n), make_rule(nodes), eta, 1e-9)
    assert found.value == pytest.approx(stats.binom.logpmf(y, n, special.expit(eta)), rel=1e-12)


def unbalanced():
    rng = np.random.default_rng(4)
    sizes = [3, 7, 1, 5, 2, 6]
    codes = np.repeat(np.arange(6), sizes)
    x = np.column_stack([np.ones(6), [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]]).astype(float)
    y = (x @ [5.0, 1.0, -2.0] + rng.normal(0, 2, 6))[codes] + rng.normal(0, 1, codes.size)
    return codes, x, y


def summed(codes, x, y, criterion):
    n = np.bincount(codes).astype(float)
    mean = np.bincount(codes, y) / n
    return fit_linear(n, mean, float(((y - mean[codes]) ** 2).sum()), x, (), criterion)


@pytest.mark.parametrize("criterion", ["ml", "reml"])
def test_the_linear_model_is_a_dense_multivariate_normal(criterion):
    """Likelihood, coefficients, stratum effects and their errors from the n x n covariance."""
    codes, x, y = unbalanced()
    fit = summed(codes, x, y, criterion)
    z = np.eye(6)[codes]
    design = x[codes]
    v = fit.variance * z @ z.T + fit.residual * np.eye(y.size)
    inverse = np.linalg.inv(v)
    information = design.T @ inverse @ design
    beta = np.linalg.solve(information, design.T @ inverse @ y)
    assert fit.beta == pytest.approx(beta, rel=1e-10)
    assert fit.cov == pytest.approx(np.linalg.inv(information), rel=1e-8)
    loglik = stats.multivariate_normal(design @ beta, v).logpdf(y)
    if criterion == "reml":
        loglik += (3 * np.log(2 * np.pi) - np.linalg.slogdet(information)[1]) / 2
    assert fit.loglik == pytest.approx(loglik, rel=1e-10)
    assert fit.u == pytest.approx(fit.variance * z.T @ inverse @ (y - design @ beta), rel=1e-8)
    # Henderson's mixed model equations give the errors of β and u together
    top = np.hstack([design, z]).T @ np.hstack([design, z]) / fit.residual
    top[3:, 3:] += np.eye(6) / fit.variance
    errors = np.linalg.inv(top)
    moved = np.hstack([x, np.eye(6)])
    assert fit.spread[1] == pytest.approx(quadratic(moved, errors, moved), rel=1e-8)
    fixed = np.hstack([x, np.zeros((6, 6))])
    assert fit.spread[0] == pytest.approx(quadratic(fixed, errors, fixed), rel=1e-8)
    assert fit.spread[2] == pytest.approx(quadratic(fixed, errors, moved), rel=1e-8)


def test_balanced_strata_are_analysis_of_variance():
    """With equal sizes REML's variances are (MSB - MSW)/n and MSW."""
    rng = np.random.default_rng(8)
    y = rng.normal(0, 1, (6, 5)) + rng.normal(0, 2, (6, 1))
    fit = summed(np.repeat(np.arange(6), 5), np.ones((6, 1)), y.ravel(), "reml")
    within = y.var(axis=1, ddof=1).mean()
    assert fit.residual == pytest.approx(within, rel=1e-10)
    assert fit.variance == pytest.approx((5 * y.mean(axis=1).var(ddof=1) - within) / 5, rel=1e-10)


def milk_like():
    rng = np.random.default_rng(3)
    d = rng.uniform(0.2, 3.0, 12)
    x = np.column_stack([np.ones(12), rng.normal(size=12)])
    y = x @ [2.0, 1.0] + rng.normal(0, 1.2, 12) + rng.normal(0, np.sqrt(d))
    return AreaModel(y, d, x)


@pytest.mark.parametrize("estimation", ["ml", "reml"])
def test_fay_herriot_is_a_dense_multivariate_normal_and_its_predictor_the_blup(estimation):
    model = milk_like()
    fitted = estimate_variance(model, estimation)
    v = fitted.a * np.eye(12) + np.diag(model.d)
    inverse = np.linalg.inv(v)
    information = model.x.T @ inverse @ model.x
    beta = np.linalg.solve(information, model.x.T @ inverse @ model.y)
    assert fitted.beta == pytest.approx(beta, rel=1e-10)
    normal = stats.multivariate_normal(model.x @ beta, v).logpdf(model.y)
    assert fitted.loglik == pytest.approx(normal, rel=1e-12)
    if estimation == "reml":
        normal += (2 * np.log(2 * np.pi) - np.linalg.slogdet(information)[1]) / 2
    assert fitted.criterion == pytest.approx(normal, rel=1e-12)
    blup = model.x @ beta + fitted.a * inverse @ (model.y - model.x @ beta)
    found = predict_sampled(model, fitted, estimation)
    assert found.value == pytest.approx(blup, rel=1e-12)
    # g1 + g2 from Henderson's equations with A known
    top = np.hstack([model.x, np.eye(12)])
    normal_equations = top.T @ np.diag(1 / model.d) @ top
    normal_equations[2:, 2:] += np.eye(12) / fitted.a
    errors = top @ np.linalg.inv(normal_equations) @ top.T
    total = fitted.a + model.d
    g3 = model.d**2 / total**3 * 2 / (1 / total**2).sum()
    bias = 0.0
    if estimation == "ml":
        weight = np.diag(1 / total**2)
        trace = np.trace(np.linalg.inv(information) @ model.x.T @ weight @ model.x)
        bias = -trace / (1 / total**2).sum()
    mse = np.diag(errors) + 2 * g3 - bias * (model.d / total) ** 2
    assert found.mse == pytest.approx(mse, rel=1e-10)


def test_certain_direct_estimates_stand():
    """As the sampling variances go to 0 the model's value is the direct estimate and its MSE D."""
    model = milk_like()
    sure = AreaModel(model.y, model.d * 1e-9, model.x)
    found = predict_sampled(sure, estimate_variance(sure, "reml"), "reml")
    assert found.value == pytest.approx(model.y, rel=1e-8)
    assert found.mse == pytest.approx(sure.d, rel=1e-6)


def test_a_known_wide_variance_keeps_direct_estimates_and_none_gives_least_squares():
    model = milk_like()
    wide = predict_sampled(model, state(model, 1e12, "reml"), "reml")
    assert wide.value == pytest.approx(model.y, rel=1e-9)
    none = predict_sampled(model, state(model, 0.0, "reml"), "reml")
    root = np.sqrt(1 / model.d)
    least = np.linalg.lstsq(root[:, None] * model.x, root * model.y, rcond=None)[0]
    assert none.value == pytest.approx(model.x @ least, rel=1e-10)


def test_adjusted_likelihood_is_the_likelihood_times_a():
    model = milk_like()
    for plain, adjusted in (("ml", "adjusted-ml"), ("reml", "adjusted-reml")):
        one, other = state(model, 0.7, plain), state(model, 0.7, adjusted)
        assert other.criterion == pytest.approx(one.criterion + np.log(0.7), rel=1e-12)
        best = estimate_variance(model, adjusted)
        assert best.a > estimate_variance(model, plain).a
        assert best.slope == pytest.approx(0, abs=1e-9)


def test_ratios_of_people_recoded_are_the_coefficients_recoded():
    """From the four cells of a table, any reference: recoding the coefficients is the same as
    counting the table from another corner."""
    cells = {(0, 0): (30, 70), (1, 0): (20, 90), (0, 1): (45, 50), (1, 1): (25, 60)}

    def ratios(reference):
        one, two = reference
        order = [(one, two), (1 - one, two), (one, 1 - two), (1 - one, 1 - two)]
        logs = [np.log(cells[c][0] / cells[c][1]) for c in order]
        spread = np.diag([1 / cells[c][0] + 1 / cells[c][1] for c in order])
        change = np.hstack([-np.ones((3, 1)), np.eye(3)])
        return change @ logs, change @ spread @ change.T

    asked = {"first": "a", "second": "b", "both": "ab", "measure": "OR"}
    for reference in cells:
        direct = additive_interaction(
            *ratios(reference), ["a", "b", "ab"], **asked, reference=(0, 0)
        )
        recoded = additive_interaction(
            *ratios((0, 0)), ["a", "b", "ab"], **asked, reference=reference
        )
        for one, other in zip(direct.rows(), recoded.rows(), strict=True):
            assert known(one) == pytest.approx(known(other), rel=1e-9)


def known(row):
    return {name: value for name, value in row.items() if isinstance(value, float)}


def test_small_areas_of_equal_uncertainty_are_strata_of_equal_size():
    """Means of balanced strata with a known variance D of each mean: Fay-Herriot's A is MAIHDA's
    variance between strata when the residual variance over n is that D."""
    rng = np.random.default_rng(12)
    y = rng.normal(0, 1, (8, 4)) + rng.normal(0, 2, (8, 1))
    fit = summed(np.repeat(np.arange(8), 4), np.ones((8, 1)), y.ravel(), "reml")
    se = float(np.sqrt(fit.residual / 4))
    direct = {str(j): {"estimate": float(y[j].mean()), "se": se} for j in range(8)}
    found = fay_herriot(direct, {name: {} for name in direct} | {"x": {"z": 0}}, variables=[])
    assert found.variance == pytest.approx(fit.variance, rel=1e-9)
    assert [row["model"] for row in found.rows()[:-1]] == pytest.approx(
        (fit.additive + fit.u).tolist(), rel=1e-9
    )


@pytest.mark.parametrize("family", ["binomial", "gaussian"])
def test_an_engine_counts_the_same_strata(nhanes, family):
    """DuckDB counts, or the table in memory; rows of weight 0 are outside the sample."""
    outcome = {"binomial": "HI_CHOL", "gaussian": "SDMVSTRA"}[family]
    weight = nhanes.column("WTMEC2YR").to_numpy().copy()
    weight[::10] = 0.0
    table = nhanes.set_column(2, "WTMEC2YR", pa.array(weight))
    known = table.filter(pc.is_valid(table.column(outcome)))
    stored = ibis.duckdb.connect().create_table("people", table)
    ways = {
        "memory": Design(table, weights="WTMEC2YR", strata="SDMVSTRA"),
        "engine": Design(stored, weights="WTMEC2YR", strata="SDMVSTRA"),
        "without": known.filter(pc.greater(known.column("WTMEC2YR"), 0)),
    }
    found = {
        way: maihda(data, outcome, ["race", "RIAGENDR", "agecat"], family=family)
        for way, data in ways.items()
    }
    for way in ("engine", "without"):
        for one, other in zip(found["memory"].strata(), found[way].strata(), strict=True):
            assert numbers(one) == pytest.approx(numbers(other), rel=1e-9)
    outside = sum(
        1
        for w, y in zip(weight, table.column(outcome).to_pylist(), strict=True)
        if w == 0 and y is not None
    )
    assert found["engine"].left_out.zero_weight == outside
    assert found["engine"].left_out == found["memory"].left_out


def numbers(row):
    return {name: value for name, value in row.items() if isinstance(value, int | float)}


def test_a_result_of_a_design_goes_straight_into_the_small_areas():
    """estimate() by area, its margin counted and left out, gives what its rows give by hand."""
    rng = np.random.default_rng(5)
    area = rng.choice(list("ABCDEF"), 400)
    data = {
        "area": area.tolist(),
        "y": (rng.random(400) < 0.4).astype(int),
        "w": rng.random(400) + 1,
    }
    result = estimate(Design(data, weights="w"), prop("y"), by=[(), ("area",)])
    covariates = {name: {"x": float(place)} for place, name in enumerate("ABCDEF")}
    found = fay_herriot(result, covariates)
    rows = {
        row["area"]: {name: row[name] for name in ("estimate", "se", "n")}
        for row in result.rows()
        if row["area"] is not None
    }
    assert found.rows() == fay_herriot(rows, covariates).rows()
    assert found.margins == 1
    assert found.table().to_pylist() == found.rows()
    assert b"reml" in found.table().schema.metadata[b"samling.estimation"]


def test_a_table_of_strata_is_its_rows():
    m = maihda(additive_people(), "y", ["sex", "edu"])
    assert m.table().to_pylist() == m.rows() == m.strata()
    assert m.table().schema.metadata[b"samling.weights"] == b'"none"'
