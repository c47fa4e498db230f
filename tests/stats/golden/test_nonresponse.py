"""Nonresponse adjustment against R: glm's propensities, two-phase variances, trimmed weights.

nonresponse.R writes nonresponse.json. The data are made by the same rule here and there.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, total

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "nonresponse.json").read_text())


def said(case):
    lines = {
        tuple(line["group"].values()): line["says"]
        for line in GOLDEN["lines"]
        if line["case"] == case
    }
    assert lines, case
    return lines


def made():
    i = np.arange(1, 1001)
    a, x = i * 7 % 4 + 1, i * 37 % 101 / 10
    return {
        "a": a,
        "b": i * 11 % 3 + 1,
        "x": x,
        "w": 1.0 + i * 3 % 5,
        "r": (i * 13 % 20 < 9 + 2 * a - (x > 6)).astype(int),
        "y": i * 7 % 11 + a + x / 2,
    }


@pytest.mark.parametrize(("case", "predictors"), [("", ["a", "b"]), ("/crossed", ["a:b"])])
def test_propensities_are_those_of_glm(case, predictors):
    data = made()
    design = Design(data, weights="w").adjust_nonresponse_propensity("r", predictors, ["x"])
    factor = design.element_weights() / data["w"]
    for (row,), says in said(f"propensity{case}").items():
        expected = data["r"][row - 1] / says["p"]
        assert factor[row - 1] == pytest.approx(expected, rel=1e-10)


def test_propensity_weighted_figures():
    data = made()
    design = Design(data, weights="w").adjust_nonresponse_propensity("r", ["a", "b"], ["x"])
    says = said("propensity/weighted")[()]
    whole, average = estimate(design, [total("y"), mean("y")]).rows()
    assert whole["estimate"] == pytest.approx(says["total"], rel=1e-10)
    assert average["estimate"] == pytest.approx(says["mean"], rel=1e-10)
    low = design.calibrations[0].asked["lowest_propensity"]
    assert low == pytest.approx(said("propensity/range")[()]["low"], rel=1e-10)


@pytest.mark.parametrize("size", [3000, 10**6])
@pytest.mark.parametrize("kind", ["total", "mean"])
def test_cells_are_response_homogeneity_groups(size, kind):
    """Two-phase sampling conditions on how many respond in each group, ours does not: the same
    estimate, and standard errors that differ by parts in a thousand. A third of a population
    of 3,000 is sampled, where leaving out the rest of the response's chance would show.
    """
    data = made() | {"N": np.full(1000, size), "d": np.full(1000, size / 1000)}
    design = Design(data, weights="d", fpc="N").adjust_nonresponse_cells("r", ["a"])
    (row,) = estimate(design, total("y") if kind == "total" else mean("y")).rows()
    says = said(f"groups/{kind}")[(size,)]
    assert row["estimate"] == pytest.approx(says["estimate"], rel=1e-10)
    assert row["se"] == pytest.approx(says["se"], rel=5e-3)


def test_trimming_until_nobody_is_outside():
    """R shares until rounding ends it, ours until nothing is left: 1e-7."""
    i = np.arange(1, 1001)
    data = {"w": 10 + (i * 37 % 97) ** 2 / 50, "y": made()["y"]}
    design = Design(data, weights="w").trim(lower=20, upper=120)
    weights = design.element_weights()
    says = said("trim")[()]
    assert weights.sum() == pytest.approx(says["total"], rel=1e-12)
    for (row,), line in said("trim/weight").items():
        assert weights[row - 1] == pytest.approx(line["w"], rel=1e-7)
    (row,) = estimate(design, mean("y")).rows()
    assert {k: row[k] for k in ("estimate", "se")} == pytest.approx(said("trim/mean")[()], rel=1e-7)


@pytest.mark.r
def test_r_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what nonresponse.R gives with the version here."""
    path = tmp_path / "nonresponse.json"
    subprocess.run([rscript, HERE / "nonresponse.R", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    for new, old in zip(again["lines"], GOLDEN["lines"], strict=True):
        assert (new["case"], new["group"]) == (old["case"], old["group"])
        assert new["says"] == pytest.approx(old["says"], rel=1e-9), new["case"]
