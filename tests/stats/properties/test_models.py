"""Multilevel and small-area models against slow references, and what must not matter."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import integrate as quadrature

from samling.stats import StatsError, additive_interaction, fay_herriot, maihda
from samling.stats.multilevel.accuracy import area_under_curve
from samling.stats.multilevel.logistic import fit_logistic
from samling.stats.multilevel.quadrature import (
    curvature,
    find_mode,
    integrate,
    make_counts,
    make_rule,
)
from samling.stats.smallareas.variance import AreaModel, estimate_variance, state

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32 - 1)


def slow_loglik(y, n, eta, sigma):
    """log of the integral of the binomial probability over a standard normal, by adaptive
    Gauss-Kronrod on pieces about the highest point."""

    def log_integrand(b):
        logit = eta + sigma * b
        bend = max(logit, 0.0) + math.log1p(math.exp(-abs(logit)))
        choose = math.lgamma(n + 1) - math.lgamma(y + 1) - math.lgamma(n - y + 1)
        return choose + y * logit - n * bend - b * b / 2 - math.log(2 * math.pi) / 2

    grid = [k / 50 for k in range(-600, 601)]
    top = max(grid, key=log_integrand)
    highest = log_integrand(top)
    total = 0.0
    for left, right in ((top - 12, top - 1), (top - 1, top + 1), (top + 1, top + 12)):
        total += quadrature.quad(
            lambda b: math.exp(log_integrand(b) - highest), left, right, limit=200, epsabs=1e-13
        )[0]
    return highest + math.log(total)


@FEW
@given(st.integers(1, 300), st.floats(0, 1), st.floats(-4, 4), st.floats(0.01, 2.0))
def test_the_quadrature_is_the_integral(n, share, eta, sigma):
    y = round(share * n)
    counts = make_counts(np.array([float(y)]), np.array([float(n)]))
    found = integrate(counts, make_rule(25), np.array([eta]), sigma).value[0]
    assert found == pytest.approx(slow_loglik(y, n, eta, sigma), abs=1e-6)


@FEW
@given(SEEDS, st.sampled_from([1, 2, 7, 25]))
def test_derivatives_are_those_of_the_value_whatever_the_number_of_nodes(seed, nodes):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 60, 4).astype(float)
    counts = make_counts(np.floor(rng.random(4) * (n + 1)), n)
    rule, eta, sigma = make_rule(nodes), rng.normal(0, 1.5, 4), float(rng.uniform(0.05, 2))
    step = 1e-5

    def value(e, s):
        return integrate(counts, rule, e, s).value

    found = integrate(counts, rule, eta, sigma)
    by_eta = (value(eta + step, sigma) - value(eta - step, sigma)) / (2 * step)
    by_sigma = (value(eta, sigma + step) - value(eta, sigma - step)) / (2 * step)
    assert found.by_eta == pytest.approx(by_eta, abs=1e-6, rel=1e-6)
    assert found.by_sigma == pytest.approx(by_sigma, abs=1e-6, rel=1e-6)
    wide = 1e-3
    twice = (value(eta + wide, sigma) - 2 * value(eta, sigma) + value(eta - wide, sigma)) / wide**2
    assert curvature(counts, rule, eta, sigma)[0] == pytest.approx(twice, abs=1e-4, rel=1e-4)


@FEW
@given(SEEDS)
def test_the_mode_is_found_however_extreme_the_stratum(seed):
    """σ(y - nμ) = b, for one person or a million, none or all with the outcome."""
    rng = np.random.default_rng(seed)
    n, eta, sigma = np.floor(10 ** rng.uniform(0, 6, 40)), rng.uniform(-8, 8, 40), rng.uniform(0, 4)
    y = np.floor(n * rng.choice([0.0, 1.0, 0.5, rng.random()], 40))
    b = find_mode(make_counts(y, n), eta, sigma).b
    gap = sigma * (y - n / (1 + np.exp(-eta - sigma * b))) - b
    assert gap == pytest.approx(
        np.zeros(40), abs=1e-7 * (1 + sigma) + 1e-13 * sigma * float(n.max())
    )


def strata(seed, sigma=0.6):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(12), np.tile([0, 1], 6), np.repeat([0, 1, 2], 4) == 1])
    n = rng.integers(5, 80, 12).astype(float)
    p = 1 / (1 + np.exp(-(x @ rng.normal(0, 0.7, 3) + rng.normal(0, sigma, 12))))
    return rng.binomial(n.astype(int), p).astype(float), n, x.astype(float)


@FEW
@given(SEEDS, st.floats(0, 1.2))
def test_nothing_near_or_far_is_more_likely_than_the_fit(seed, spread):
    y, n, x = strata(seed, spread)
    assume(0 < y.sum() < n.sum())
    fit = fit_logistic(y, n, x[:, :2], (), 25)
    counts, rule = make_counts(y, n), make_rule(25)
    rng = np.random.default_rng(seed + 1)
    for scale in (0.01, 0.3):
        for _ in range(10):
            beta = fit.beta + rng.normal(0, scale, 2)
            sigma = abs(math.sqrt(fit.variance) + rng.normal(0, scale))
            other = integrate(counts, rule, x[:, :2] @ beta, sigma).value.sum()
            assert other <= fit.loglik + 1e-9


def as_people(y, n, x):
    rows = [
        (f"s{x[j, 1]:g}", f"e{j // 4}", f"g{j % 4 // 2}", int(i < y[j]))
        for j in range(12)
        for i in range(int(n[j]))
    ]
    return dict(zip(("sex", "edu", "group", "y"), zip(*rows, strict=True), strict=True))


@FEW
@given(SEEDS)
def test_order_and_names_do_not_matter(seed):
    """Rows shuffled, variables in another order and levels renamed so that they sort backwards:
    the same variances and predictions."""
    y, n, x = strata(seed)
    data = as_people(y, n, x)
    for name in ("sex", "edu", "group"):
        ones = {level: [] for level in data[name]}
        for level, value in zip(data[name], data["y"], strict=True):
            ones[level].append(value)
        assume(all(0 < sum(values) < len(values) for values in ones.values()))
    plain = maihda(data, "y", ["sex", "edu", "group"])
    order = np.random.default_rng(seed).permutation(len(data["y"]))
    turned = {
        "sex": [{"s0": "z", "s1": "a"}[data["sex"][i]] for i in order],
        "edu": [data["edu"][i] for i in order],
        "group": [data["group"][i] for i in order],
        "y": [bool(data["y"][i]) for i in order],
    }
    other = maihda(turned, "y", ["group", "edu", "sex"])
    assert other.vpc.null == pytest.approx(plain.vpc.null, abs=1e-9)
    assert other.vpc.adjusted == pytest.approx(plain.vpc.adjusted, abs=1e-9)
    back = {"z": "s0", "a": "s1"}
    found = {(back[r["sex"]], r["edu"], r["group"]): r for r in other.strata()}
    for row in plain.strata():
        twin = found[row["sex"], row["edu"], row["group"]]
        for name in ("n", "events", "predicted", "additive", "interaction", "predicted_high"):
            assert twin[name] == pytest.approx(row[name], abs=1e-7)


@FEW
@given(SEEDS)
def test_a_numeric_outcome_keeps_its_scale(seed):
    """a + b·y: variances times b², predictions moved along."""
    rng = np.random.default_rng(seed)
    data = {
        "sex": rng.choice(["m", "w"], 80).tolist(),
        "edu": rng.choice(["a", "b", "c"], 80).tolist(),
    }
    y = rng.normal(0, 1, 80) + np.array(
        [hash_free(s, e) for s, e in zip(*data.values(), strict=True)]
    )
    one = maihda({**data, "y": y}, "y", ["sex", "edu"], family="gaussian")
    other = maihda({**data, "y": 40 - 3 * y}, "y", ["sex", "edu"], family="gaussian")
    assert other.variance.null == pytest.approx(9 * one.variance.null, rel=1e-6, abs=1e-9)
    assert [row["predicted"] for row in other.strata()] == pytest.approx(
        [40 - 3 * row["predicted"] for row in one.strata()], rel=1e-6
    )


def hash_free(sex, edu):
    """A stratum's own level, fixed."""
    return {"ma": 0.0, "mb": 1.0, "mc": 0.5, "wa": 2.0, "wb": -1.0, "wc": 0.2}[sex + edu]


@FEW
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(0, 6)), min_size=2))
def test_the_area_under_the_curve_counts_pairs(cells):
    score, ones, zeros = (np.array(part, float) for part in zip(*cells, strict=True))
    assume(ones.sum() > 0)
    assume(zeros.sum() > 0)
    won = sum(
        a * b * (1.0 if s > t else 0.5 if s == t else 0.0)
        for s, a in zip(score, ones, strict=True)
        for t, b in zip(score, zeros, strict=True)
    )
    wanted = won / (ones.sum() * zeros.sum())
    assert area_under_curve(score, ones, zeros) == pytest.approx(wanted)


def slow_mover(logs, cov, z):
    """RERI's MOVER limits written out term by term (Zou 2008)."""
    value = [math.exp(v) for v in logs]
    low = [math.exp(v - z * math.sqrt(cov[i][i])) for i, v in enumerate(logs)]
    high = [math.exp(v + z * math.sqrt(cov[i][i])) for i, v in enumerate(logs)]

    def r(i, j):
        return cov[i][j] / math.sqrt(cov[i][i] * cov[j][j])

    def side(both, one, two):
        squares = both**2 + one**2 + two**2
        return math.sqrt(
            squares - 2 * r(0, 2) * both * one - 2 * r(1, 2) * both * two + 2 * r(0, 1) * one * two
        )

    reri = value[2] - value[0] - value[1] + 1
    down = side(value[2] - low[2], high[0] - value[0], high[1] - value[1])
    up = side(high[2] - value[2], value[0] - low[0], value[1] - low[1])
    return reri - down, reri + up


@FEW
@given(SEEDS)
def test_mover_is_as_zou_wrote_it_and_delta_has_the_gradient(seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(0, 0.3, (3, 3))
    logs, cov = rng.uniform(0.1, 2.0, 3), root @ root.T + 0.01 * np.eye(3)
    found = additive_interaction(
        logs, cov, ["a", "b", "ab"], first="a", second="b", both="ab", measure="RR"
    )
    z = 1.959963984540054
    assert found.reri.mover == pytest.approx(slow_mover(logs, cov, z), rel=1e-9)

    def numeric(measure):
        gradient = []
        for i in range(3):
            up, down = logs.copy(), logs.copy()
            up[i] += 1e-6
            down[i] -= 1e-6
            gradient.append((measure(up) - measure(down)) / 2e-6)
        return math.sqrt(np.array(gradient) @ cov @ np.array(gradient))

    def reri(v):
        return math.exp(v[2]) - math.exp(v[0]) - math.exp(v[1]) + 1

    assert found.reri.se == pytest.approx(numeric(reri), rel=1e-6)
    assert found.ap.se == pytest.approx(numeric(lambda v: reri(v) / math.exp(v[2])), rel=1e-6)


def small_areas(seed, areas=9):
    rng = np.random.default_rng(seed)
    d = rng.uniform(0.1, 4.0, areas)
    x = np.column_stack([np.ones(areas), rng.normal(size=areas)])
    y = x @ rng.normal(0, 2, 2) + rng.normal(0, rng.uniform(0, 2), areas)
    return AreaModel(y + rng.normal(0, np.sqrt(d)), d, x)


@FEW
@given(SEEDS, st.sampled_from(["reml", "ml", "adjusted-reml", "adjusted-ml"]))
def test_no_other_variance_between_areas_is_more_likely(seed, estimation):
    model = small_areas(seed)
    fitted = estimate_variance(model, estimation)
    for a in np.concatenate(
        [[1e-12], np.geomspace(1e-4, 1e3, 60), fitted.a * np.array([0.99, 1.01])]
    ):
        assert state(model, float(a), estimation).criterion <= fitted.criterion + 1e-10
    assert fitted.a > 0 or not estimation.startswith("adjusted")


@FEW
@given(SEEDS)
def test_areas_in_any_order_and_unit(seed):
    """Order of the areas does not matter, and values times c give predictions times c."""
    model = small_areas(seed)
    names = [f"a{j}" for j in range(9)]
    order = np.random.default_rng(seed).permutation(9)

    def fitted(rows, c):
        direct = {
            "area": [names[j] for j in rows],
            "estimate": c * model.y[rows],
            "se": abs(c) * np.sqrt(model.d[rows]),
        }
        covariates = {"area": [names[j] for j in order], "x": model.x[order, 1]}
        found = fay_herriot(direct, covariates)
        return found.variance, {row["area"]: row for row in found.rows()}

    variance, rows = fitted(np.arange(9), 1.0)
    other_variance, other = fitted(order[::-1], -7.0)
    assert other_variance == pytest.approx(49 * variance, rel=1e-6)
    for name in names:
        assert other[name]["model"] == pytest.approx(-7 * rows[name]["model"], rel=1e-6, abs=1e-6)
        assert other[name]["model_se"] == pytest.approx(7 * rows[name]["model_se"], rel=1e-6)
        assert rows[name]["gamma"] == pytest.approx(other[name]["gamma"], abs=1e-6)
        low, high = sorted((rows[name]["direct"], rows[name]["synthetic"]))
        assert low - 1e-9 <= rows[name]["model"] <= high + 1e-9


def test_a_likelihood_without_a_maximum_is_an_error():
    model = small_areas(1)
    broken = AreaModel(np.where(np.arange(9) == 2, np.nan, model.y), model.d, model.x)
    with pytest.raises(StatsError, match="no single maximum") as caught:
        estimate_variance(broken, "reml")
    assert caught.value.code == "no-convergence"
