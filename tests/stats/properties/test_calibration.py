"""Calibration against slow plain-Python references, and what must not change anything."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize

from samling.stats import Design, InfeasibleError, estimate, mean
from samling.stats.weighting.distances import make_distance
from samling.stats.weighting.solution import solve
from samling.stats.weighting.trimming import trim_weights

BOUNDS = {"logit": (0.1, 8.0), "truncated": (0.1, 8.0)}
METHODS = st.sampled_from(["linear", "raking", "logit", "truncated"])


@st.composite
def surveys(draw):
    """A sample in two margins and a number, and targets that some positive weights reach."""
    rows = draw(st.integers(8, 25))
    whole = st.integers(0, 2)
    a = [*range(3), *draw(st.lists(whole, min_size=rows - 3, max_size=rows - 3))]
    b = [*range(2), *(draw(st.lists(st.integers(0, 1), min_size=rows - 2, max_size=rows - 2)))]
    part = st.floats(0.5, 4.0)
    size = {"min_size": rows, "max_size": rows}
    x, w = draw(st.lists(part, **size)), draw(st.lists(part, **size))
    g = draw(st.lists(st.floats(0.7, 1.4), **size))
    y = draw(st.lists(st.floats(-5, 5), **size))
    data = {"a": a, "b": b, "x": x, "w": w, "y": y}

    def totals(name):
        found = {}
        for value, weight, factor in zip(data[name], w, g, strict=True):
            found[value] = found.get(value, 0.0) + weight * factor
        return found

    number = math.fsum(p * q * r for p, q, r in zip(x, w, g, strict=True))
    return data, {"a": totals("a"), "b": totals("b"), "x": number}


def columns(data):
    """The auxiliary variables of each row, as plain lists."""
    return [
        [*(float(a == k) for k in range(3)), *(float(b == k) for k in range(2)), x]
        for a, b, x in zip(data["a"], data["b"], data["x"], strict=True)
    ]


def calibrated(data, targets, method, **options):
    bounds = BOUNDS.get(method)
    return Design(data, weights="w").calibrate(targets, method=method, bounds=bounds, **options)


@settings(max_examples=40, deadline=None)
@given(surveys(), METHODS)
def test_targets_are_met_and_factors_are_a_function_of_x(survey, method):
    """g = F(x'λ): with F inverted, u is linear in x. And the targets are met."""
    data, targets = survey
    try:
        design = calibrated(data, targets, method)
    except ValueError as error:
        assert error.code in ("calibration-negative", "calibration-infeasible")  # noqa: PT017
        return
    step = design.calibrations[0]
    assert step.largest_discrepancy < 1e-9
    x = np.array(columns(data))
    g = design.element_weights() / np.array(data["w"])
    if method == "truncated":
        inside = (g > 0.1 + 1e-9) & (g < 8 - 1e-9)
        x, u = x[inside], g[inside] - 1
    elif method == "logit":
        low, high = BOUNDS["logit"]
        steep = (high - low) / ((1 - low) * (high - 1))
        u = np.log((g - low) * (high - 1) / ((high - g) * (1 - low))) / steep
    else:
        u = np.log(g) if method == "raking" else g - 1
    slopes = np.linalg.lstsq(x, u, rcond=None)[0]
    assert x @ slopes == pytest.approx(u, abs=1e-7)


def fitted_in_turn(data, targets, rounds=3000):
    """Iterative proportional fitting (Deming & Stephan 1940) in plain Python."""
    now = list(data["w"])
    for _ in range(rounds):
        for name in ("a", "b"):
            sums = dict.fromkeys(targets[name], 0.0)
            for value, weight in zip(data[name], now, strict=True):
                sums[value] += weight
            now = [
                weight * targets[name][value] / sums[value]
                for value, weight in zip(data[name], now, strict=True)
            ]
    return now


@settings(max_examples=15, deadline=None)
@given(surveys())
def test_raking_is_proportional_fitting(survey):
    data, targets = survey
    margins = {name: targets[name] for name in ("a", "b")}
    design = Design(data, weights="w").rake(margins)
    assert design.element_weights() == pytest.approx(fitted_in_turn(data, margins), rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(surveys())
def test_truncated_is_the_quadratic_program(survey):
    """The least Σ d (g-1)² within the bounds with the totals met."""
    data, targets = survey
    bounds = (0.75, 1.35)
    design = Design(data, weights="w")
    try:
        found = design.calibrate(targets, method="truncated", bounds=bounds)
    except InfeasibleError:
        return
    w, x = np.array(data["w"]), np.array(columns(data))
    known = np.array(
        [*(targets["a"][k] for k in range(3)), *(targets["b"][k] for k in range(2)), targets["x"]]
    )
    free = []  # the solver wants independent constraints
    for column in range(6):
        if np.linalg.matrix_rank(x[:, [*free, column]], tol=1e-6) > len(free):
            free.append(column)
    wx, known = (w[:, None] * x)[:, free], known[free]
    program = optimize.minimize(
        lambda g: w @ (g - 1) ** 2,
        np.ones(w.size),
        jac=lambda g: 2 * w * (g - 1),
        bounds=[bounds] * w.size,
        constraints={"type": "eq", "fun": lambda g: wx.T @ g - known, "jac": lambda _: wx.T},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    g = found.element_weights() / w
    assume(program.success)
    assert w @ (g - 1) ** 2 == pytest.approx(program.fun, rel=1e-6, abs=1e-9)
    assert g == pytest.approx(program.x, abs=1e-4)


def solved(matrix, right):
    """Gaussian elimination with partial pivoting on plain lists; redundant rows are skipped."""
    size = len(right)
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    top = max(abs(v) for line in matrix for v in line)
    pivots, row = [], 0
    for column in range(size):
        best = max(range(row, size), key=lambda k, c=column: abs(lines[k][c]), default=None)
        if best is None or abs(lines[best][column]) < 1e-9 * top:
            continue
        lines[row], lines[best] = lines[best], lines[row]
        for other in range(size):
            if other != row:
                share = lines[other][column] / lines[row][column]
                lines[other] = [
                    p - share * q for p, q in zip(lines[other], lines[row], strict=True)
                ]
        pivots.append((row, column))
        row += 1
    answer = [0.0] * size
    for place, column in pivots:
        answer[column] = lines[place][size] / lines[place][column]
    return answer


@settings(max_examples=30, deadline=None)
@given(surveys())
def test_the_variance_of_a_mean_in_plain_python(survey):
    """z = g d (u - x'B) with B by the normal equations; V = n/(n-1) Σ (z - z̄)²."""
    data, targets = survey
    design = calibrated(data, targets, "raking")
    w, x, n = data["w"], columns(data), len(data["w"])
    new = [float(v) for v in design.element_weights()]
    size = math.fsum(new)
    middle = math.fsum(p * y for p, y in zip(new, data["y"], strict=True)) / size
    u = [(y - middle) / size for y in data["y"]]
    squares = [
        [math.fsum(d * p[i] * p[j] for d, p in zip(w, x, strict=True)) for j in range(6)]
        for i in range(6)
    ]
    right = [math.fsum(d * p[i] * v for d, p, v in zip(w, x, u, strict=True)) for i in range(6)]
    slopes = solved(squares, right)
    z = [
        g * (v - math.fsum(b * q for b, q in zip(slopes, p, strict=True)))
        for g, v, p in zip(new, u, x, strict=True)
    ]
    variance = n / (n - 1) * math.fsum((v - math.fsum(z) / n) ** 2 for v in z)
    (row,) = estimate(design, mean("y")).rows()
    assert row["estimate"] == pytest.approx(middle, abs=1e-12)
    assert row["se"] == pytest.approx(math.sqrt(variance), rel=1e-6, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(surveys(), st.randoms(use_true_random=False))
def test_order_and_redundancy_do_not_matter(survey, random):
    """Rows, margins and categories in any order, and a target that follows from the others."""
    data, targets = survey
    (says,) = estimate(calibrated(data, targets, "raking"), mean("y")).rows()
    order = random.sample(range(len(data["w"])), len(data["w"]))
    mixed = {name: [values[k] for k in order] for name, values in data.items()}
    turned = dict(reversed(targets.items()))
    turned["a"] = dict(reversed(turned["a"].items()))
    turned["1"] = math.fsum(targets["a"].values())
    (row,) = estimate(calibrated(mixed, turned, "raking"), mean("y")).rows()
    assert row["estimate"] == pytest.approx(says["estimate"], abs=1e-8)
    assert row["se"] == pytest.approx(says["se"], rel=1e-6, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(surveys(), METHODS, st.floats(0.01, 1000))
def test_scale_does_not_matter(survey, method, scale):
    """Weights and targets in thousands give the same factors."""
    data, targets = survey
    try:
        one = calibrated(data, targets, method).element_weights()
    except ValueError:
        return
    data = data | {"w": [w * scale for w in data["w"]]}
    a, b = ({k: v * scale for k, v in targets[name].items()} for name in ("a", "b"))
    other = calibrated(data, {"a": a, "b": b, "x": targets["x"] * scale}, method)
    assert other.element_weights() == pytest.approx(one * scale, rel=1e-7)


@given(st.floats(-30, 30), st.sampled_from(["linear", "raking", "logit", "truncated"]))
def test_slopes_and_potentials_are_those_of_the_factor(at, method):
    """F' and H' by differences; F(0) = F'(0) = 1."""
    distance = make_distance(method, BOUNDS.get(method))
    at = at / 6
    step = 1e-5
    ends = np.array([at - step, at + step])
    rise = np.diff(distance.potential(ends))[0] / (2 * step)
    assert distance.factor(np.array([at]))[0] == pytest.approx(rise, rel=1e-4, abs=1e-6)
    if method != "truncated" or min(abs(at + 0.9), abs(at - 7)) > 1e-3:
        climb = np.diff(distance.factor(ends))[0] / (2 * step)
        assert distance.slope(np.array([at]))[0] == pytest.approx(climb, rel=1e-4, abs=1e-6)
    assert distance.factor(np.zeros(1))[0] == pytest.approx(1)
    assert distance.slope(np.zeros(1))[0] == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.1, 100), min_size=2, max_size=30), st.floats(0, 1), st.floats(1.0001, 3)
)
def test_trimming_keeps_the_sum_the_limits_and_the_order(weights, low, high):
    weights = np.array(weights)
    lower, upper = low * weights.mean(), high * weights.mean()
    trimmed = trim_weights(weights, lower, upper).weight
    assert trimmed.sum() == pytest.approx(weights.sum(), rel=1e-10)
    assert lower <= trimmed.min()
    assert trimmed.max() <= upper
    order = np.argsort(weights, kind="stable")
    assert (np.diff(trimmed[order]) >= -1e-9 * upper).all()


def test_many_margins_converge_in_a_few_steps():
    """300 municipalities by raking, with weights that must move a lot."""
    rng = np.random.default_rng(3)
    place, age = rng.integers(0, 300, 20_000), rng.integers(0, 10, 20_000)
    place[:300], age[:10] = np.arange(300), np.arange(10)
    wide = rng.gamma(1.0, 1.0, 300) * 1000 + 10
    old = rng.gamma(1.0, 1.0, 10) + 0.1
    targets = {
        "place": dict(enumerate(wide)),
        "age": dict(enumerate(old * wide.sum() / old.sum())),
    }
    design = Design({"place": place, "age": age}).rake(targets)
    step = design.calibrations[0]
    assert step.largest_discrepancy < 1e-9
    assert step.iterations < 40


def test_a_dense_and_a_sparse_matrix_give_the_same():
    rng = np.random.default_rng(5)
    from scipy import sparse  # noqa: PLC0415

    x = (rng.random((400, 12)) < 0.15) * rng.uniform(1, 2, (400, 12))
    d = rng.uniform(1, 3, 400)
    totals = x.T @ (d * rng.uniform(0.8, 1.3, 400))
    names = [str(k) for k in range(12)]
    distance = make_distance("logit", (0.3, 3.0))
    one = solve(x, d, totals, names, distance)
    two = solve(sparse.csr_array(x), d, totals, names, distance)
    assert two.g == pytest.approx(one.g, rel=1e-10)
