"""Changed weights: the same number by different ways, standard error included."""

import math
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import Design, estimate, infer, mean, ratio, total
from samling.stats.cube import calibrated
from samling.stats.sampling.estimator import carried_values

RNG = np.random.default_rng(11)
ROWS = 240
STRATUM, SCHOOL = np.repeat(np.arange(6), 40), np.repeat(np.arange(24), 10)
DATA = {
    "y": RNG.normal(50, 10, ROWS),
    "x": RNG.uniform(1, 3, ROWS),
    "w": RNG.uniform(0.5, 4, ROWS) * (RNG.uniform(size=ROWS) > 0.05),
    "h": STRATUM,
    "school": SCHOOL,
    "class": np.repeat(np.arange(48), 5),
    "N1": np.full(ROWS, 12),
    "N2": np.full(ROWS, 5),
    "N3": np.full(ROWS, 40),
    "lonely": np.where(SCHOOL == 0, 9, STRATUM),
    "sex": RNG.choice(["f", "m"], ROWS),
    "age": RNG.choice([1, 2, 3], ROWS),
    "r": (RNG.random(ROWS) < 0.6).astype(int),
    "g": RNG.choice(["a", "b", "c"], ROWS),
}
DATA["y"] += 3 * DATA["age"] + 5 * DATA["x"]
DESIGNS = {
    "elements": {},
    "strata": {"strata": "h"},
    "clusters": {"strata": "h", "psu": "school"},
    "two stages": {"strata": "h", "psu": ["school", "class"], "fpc": ["N1", "N2"]},
    "elements in clusters": {"strata": "h", "psu": "school", "fpc": ["N1", "N3"]},
    "adjust": {"strata": "lonely", "psu": "school", "lonely_psu": "adjust"},
    "average": {"strata": "lonely", "psu": "school", "lonely_psu": "average"},
    "certainty": {"strata": "lonely", "psu": "school", "lonely_psu": "certainty"},
}
SEXES = {"sex": {"f": 300, "m": 260}}
CELLS = {"sex:age": {(s, a): 80 + 10 * a for s in "fm" for a in (1, 2, 3)}}
CHANGES = {
    "linear": lambda d: d.calibrate(CELLS | {"x": 1200.0}),
    "raking": lambda d: d.calibrate(SEXES | {"x": 1100.0}, method="raking"),
    "twice": lambda d: d.calibrate(SEXES | {"x": 1100.0}).calibrate(CELLS),
    "cells": lambda d: d.adjust_nonresponse_cells("r", ["sex", "age"]),
    "propensity": lambda d: d.adjust_nonresponse_propensity("r", ["sex"], ["x"]),
    "classes": lambda d: d.adjust_nonresponse_propensity("r", ["sex"], ["x"], classes=3),
    "everything": lambda d: (
        d.adjust_nonresponse_propensity("r", ["sex"], ["x"]).trim(upper=8).calibrate(SEXES)
    ),
    "both infos": lambda d: d.calibrate_nonresponse(
        "r", SEXES, ["age"], ["x"], method="raking", rescale="sex"
    ),
    "linear infos": lambda d: d.calibrate_nonresponse("r", SEXES, sample_numbers=["x"]),
    "logit infos": lambda d: d.calibrate_nonresponse(
        "r", SEXES, sample_numbers=["x"], method="logit", bounds=(0.5, 6)
    ),
}


@dataclass(frozen=True)
class Three:
    """A mean, a ratio and a total in a domain, as one method with three estimates."""

    y: np.ndarray
    x: np.ndarray
    inside: np.ndarray
    names = ("mean", "ratio", "total")

    def values(self, weights):
        w = weights * self.inside
        return np.array([w @ self.y / w.sum(), w @ self.y / (w @ self.x), w @ self.y])

    def influence(self, weights):
        w = weights * self.inside
        average, quotient, _ = self.values(weights)
        each = [(self.y - average) / w.sum(), (self.y - quotient * self.x) / (w @ self.x), self.y]
        return np.column_stack(each) * self.inside[:, None]


def three(group):
    inside = np.ones(ROWS) if group is None else (DATA["g"] == group).astype(float)
    return Three(DATA["y"], DATA["x"], inside)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", DESIGNS)
def test_the_cube_is_inference_by_influence(name, change):
    """The one-pass engine and the dense formula for any method, on every kind of design."""
    design = CHANGES[change](Design(DATA, weights="w", **DESIGNS[name]))
    asked = [mean("y"), ratio("y", "x"), total("y")]
    result = estimate(design, asked, by=[(), ("g",)])
    for group in (None, "a", "c"):
        found = infer(design, three(group))
        rows = [row for row in result.rows() if row["g"] == group]
        assert found.values == pytest.approx([row["estimate"] for row in rows], rel=1e-12)
        assert found.se == pytest.approx([row["se"] for row in rows], rel=1e-10)
        assert [row["df"] for row in rows] == list(found.df)


@pytest.mark.parametrize("change", ["linear", "cells"])
@pytest.mark.parametrize("name", ["clusters", "elements in clusters"])
def test_little_room_gives_the_same(name, change, monkeypatch):
    """Columns and items a few at a time, as when domains and classes are many."""
    design = CHANGES[change](Design(DATA, weights="w", **DESIGNS[name]))
    asked = [mean("y"), ratio("y", "x"), total("y")]

    def rows():
        return estimate(design, asked, by=[(), ("g",), ("g", "sex")]).rows()

    says = rows()
    for room in (1, 30, 300):
        monkeypatch.setattr(calibrated, "ROOM", room)
        for row, line in zip(rows(), says, strict=True):
            assert (row["estimate"], row["se"]) == pytest.approx(
                (line["estimate"], line["se"]), rel=1e-12
            )


@pytest.mark.parametrize("change", ["linear", "everything"])
def test_a_filter_is_a_domain(change):
    design = CHANGES[change](Design(DATA, weights="w", strata="h", psu="school"))
    (row,) = estimate(design, mean("y"), where=lambda t: t.g == "a").rows()
    (says,) = [r for r in estimate(design, mean("y"), by=[("g",)]).rows() if r["g"] == "a"]
    assert (row["estimate"], row["se"]) == pytest.approx((says["estimate"], says["se"]), rel=1e-12)


@pytest.mark.parametrize("change", ["raking", "cells", "everything"])
@pytest.mark.parametrize("name", ["strata", "clusters", "two stages"])
def test_covariances_and_differences_too(name, change):
    design = CHANGES[change](Design(DATA, weights="w", **DESIGNS[name]))
    result = estimate(design, mean("y"), by=[("g",)])

    @dataclass(frozen=True)
    class Means:
        names = ("a", "b", "c")

        def values(self, weights):
            return np.array([three(g).values(weights)[0] for g in self.names])

        def influence(self, weights):
            return np.column_stack([three(g).influence(weights)[:, 0] for g in self.names])

    found = infer(design, Means())
    assert result.cov("y", by=("g",)).matrix == pytest.approx(found.covariance, rel=1e-9)
    (gap,) = result.contrast({"gap": "a - b"}, by=("g",)).rows()
    (says,) = found.contrast({"gap": "a - b"}).rows()
    assert gap["se"] == pytest.approx(says["se"], rel=1e-10)
    (pair,) = result.differences(("g",), "g", [("a", "b")]).rows()
    assert pair["se"] == pytest.approx(says["se"], rel=1e-10)


@pytest.mark.parametrize("change", [name for name in CHANGES if name not in ("raking", "classes")])
def test_the_value_of_an_element_is_a_derivative(change):
    """What an estimate gains when one first weight grows and everything is done again.

    Plain calibration other than linear takes the residual of linear calibration, which is the
    derivative in large samples only; classes jump when elements change class.
    """
    data = DATA | {"w": np.where(DATA["w"] == 0, 1.0, DATA["w"])}
    chosen, step = three("a"), 1e-5

    def values(weights):
        design = CHANGES[change](Design(data | {"w": weights}, weights="w", strata="h"))
        return design, chosen.values(design.element_weights())

    design, _ = values(data["w"])
    last = design.element_weights()
    chain = design.reweighted.chain
    z, _ = carried_values(chain, data["w"], last[:, None], chosen.influence(last))
    for row in (0, 33, 100, 239):
        moved = step * (np.arange(ROWS) == row)
        gain = (values(data["w"] + moved)[1] - values(data["w"] - moved)[1]) / (2 * step)
        assert z[row] / data["w"][row] == pytest.approx(gain, rel=2e-5, abs=1e-7)


@pytest.mark.parametrize("method", ["linear", "raking", "logit", "truncated"])
@pytest.mark.parametrize("name", DESIGNS)
def test_calibrated_on_the_answer_itself(name, method):
    """Then its total is known: no standard error, whatever the design and the method."""
    design = Design(DATA, weights="w", **DESIGNS[name])
    now = estimate(design, [total("y"), total("x")]).rows()
    known = {"1": 540, "y": 1.02 * now[0]["estimate"], "x": 1.01 * now[1]["estimate"]}
    bounds = (0.3, 3.0) if method in ("logit", "truncated") else None
    design = design.calibrate(known, method=method, bounds=bounds)
    for row in estimate(design, [total("y"), mean("y"), ratio("y", "x")]).rows():
        assert row["se"] == 0.0
    (row,) = estimate(design, total("y")).rows()
    assert row["estimate"] == pytest.approx(known["y"], rel=1e-12)


@pytest.mark.parametrize("name", ["strata", "two stages"])
def test_one_margin_is_post_stratification_by_every_method(name):
    design = Design(DATA, weights="w", **DESIGNS[name])
    post = design.poststratify(CELLS)
    (says,) = estimate(post, mean("y")).rows()
    for other in (
        design.calibrate(CELLS, method="raking"),
        design.rake(CELLS),
        design.calibrate(CELLS, method="logit", bounds=(0.2, 4)),
        design.calibrate(CELLS, method="truncated", bounds=(0.2, 4)),
    ):
        assert other.element_weights() == pytest.approx(post.element_weights(), rel=1e-12)
        (row,) = estimate(other, mean("y")).rows()
        assert row["se"] == pytest.approx(says["se"], rel=1e-10)


def test_the_linear_total_is_the_regression_estimate():
    """Ŷ = Σ d y + (X - Σ d x)'B (Särndal, Swensson & Wretman 1992, ch. 6)."""
    d, y = DATA["w"], DATA["y"]
    x = np.column_stack([DATA["sex"] == "f", DATA["sex"] == "m", DATA["x"]]).astype(float)
    slopes = np.linalg.lstsq(x * np.sqrt(d)[:, None], y * np.sqrt(d), rcond=None)[0]
    known = np.array([300.0, 260.0, 1100.0])
    greg = d @ y + (known - d @ x) @ slopes
    design = Design(DATA, weights="w").calibrate(SEXES | {"x": 1100.0})
    (row,) = estimate(design, total("y")).rows()
    assert row["estimate"] == pytest.approx(greg, rel=1e-12)


@pytest.mark.parametrize("method", ["linear", "raking", "logit", "truncated"])
def test_calibrating_again_changes_nothing(method):
    bounds = (0.2, 4.0) if method in ("logit", "truncated") else None
    options = {"method": method, "bounds": bounds}
    once = Design(DATA, weights="w", strata="h").calibrate(CELLS | {"x": 1150.0}, **options)
    again = once.calibrate(CELLS | {"x": 1150.0}, **options)
    step = again.calibrations[-1]
    assert (step.factor_min, step.factor_max) == pytest.approx((1, 1), abs=1e-10)
    one, two = (estimate(design, mean("y")).rows()[0]["se"] for design in (once, again))
    assert two == pytest.approx(one, rel=1e-10)


def test_three_ways_to_adjust_by_cells():
    """Cells, a saturated propensity model, and calibration to the sample's own cells."""
    design = Design(DATA, weights="w", psu="school", fpc="N3")
    ways = (
        design.adjust_nonresponse_cells("r", ["sex", "age"]),
        design.adjust_nonresponse_propensity("r", ["sex:age"]),
        design.calibrate_nonresponse("r", sample=["sex:age"], method="raking"),
    )
    rows = [estimate(way, [mean("y"), total("x")], by=[(), ("g",)]).rows() for way in ways]
    for others in zip(*rows, strict=True):
        for other in others[1:]:
            assert other["estimate"] == pytest.approx(others[0]["estimate"], rel=1e-10)
            assert other["se"] == pytest.approx(others[0]["se"], rel=1e-9)


def simple_sample():
    """240 of 800 drawn at random, with a size and a sum of x known."""
    return DATA | {"w": np.full(ROWS, 800 / 240), "N": np.full(ROWS, 800)}


def test_the_estimator_of_sarndal_and_lundstrom():
    """Their two components as double sums, for simple random sampling and raking (where the
    weights of their regression, d·v, are the derivative's).

    V_SAM = ΣΣ (d_k d_l - d_kl) v_k e_k v_l e_l - Σ d(d-1) v(v-1) e², V_NR = Σ d² v(v-1) e².
    """
    data = simple_sample()
    known = {"1": 800, "x": 1590.0}
    design = Design(data, weights="w", fpc="N")
    design = design.calibrate_nonresponse("r", population=known, method="raking")
    r = data["r"] == 1
    d, y = data["w"], data["y"]
    v = np.where(r, design.element_weights() / d, 0.0)
    x = np.column_stack([np.ones(ROWS), data["x"]])
    root = np.sqrt(d * v)
    slopes = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    e = y - x @ slopes
    pairs = (800 / 240) * (799 / 239)
    d_kl = np.where(np.eye(ROWS) == 1, d[0], pairs)
    value = v * e
    sampling = value @ ((d[0] ** 2 - d_kl) @ value)
    sampling -= (d * (d - 1) * v * (v - 1) * e**2).sum()
    response = (d**2 * v * (v - 1) * e**2).sum()
    (row,) = estimate(design, total("y")).rows()
    assert row["se"] == pytest.approx(math.sqrt(sampling + response), rel=1e-10)


@pytest.mark.parametrize("change", ["cells", "propensity", "linear infos", "both infos", "twice"])
def test_near_the_jackknife(change):
    """Every element left out in turn, all weights made again: within some percent in samples of
    this size, since the jackknife is another estimator of the same variance.
    """
    data = DATA | {"w": np.full(ROWS, 2.3)}
    design = CHANGES[change](Design(data, weights="w"))
    (row,) = estimate(design, mean("y")).rows()
    found = []
    for out in range(ROWS):
        kept = np.where(np.arange(ROWS) == out, 0.0, 2.3 * ROWS / (ROWS - 1))
        weights = design.weights_from(kept)
        found.append(weights @ DATA["y"] / weights.sum())
    jackknife = math.sqrt((ROWS - 1) / ROWS * np.square(found - np.mean(found)).sum())
    assert row["se"] == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_weights_from_the_same_start(change):
    """Steps done again from the first weights; from others they are those of another design."""
    design = CHANGES[change](Design(DATA, weights="w", strata="h"))
    assert (design.weights_from(DATA["w"]) == design.element_weights()).all()
    other = DATA | {"w": DATA["w"] * np.where(DATA["age"] == 1, 1.1, 1.0)}
    again = CHANGES[change](Design(other, weights="w", strata="h"))
    assert (design.weights_from(other["w"]) == again.element_weights()).all()


def test_data_of_an_engine_is_calibrated_in_memory():
    """Also of a design without strata and clusters, which has no columns to group by."""
    table = ibis.memtable(pa.table(DATA))
    engine = Design(table, weights="w")
    here = Design(DATA, weights="w")
    assert engine.diagnose() == here.diagnose()
    one = engine.in_memory(["sex", "age", "x", "y"]).calibrate(CELLS)
    (row,) = estimate(one, mean("y")).rows()
    (says,) = estimate(here.calibrate(CELLS), mean("y")).rows()
    assert (row["estimate"], row["se"]) == pytest.approx((says["estimate"], says["se"]), rel=1e-12)


def test_the_size_of_a_known_population_is_certain():
    design = Design(DATA | {"one": np.ones(ROWS)}, weights="w", strata="h").calibrate({"1": 500})
    (row,) = estimate(design, total("one")).rows()
    assert (row["estimate"], row["se"]) == (pytest.approx(500, rel=1e-13), 0.0)
