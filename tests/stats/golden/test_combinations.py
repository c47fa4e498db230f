"""What is done together, against R: calibration, stages or replicates, domains and missing values.

The suite holds each of these against R by itself; here an analysis that uses them all.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from samling.stats import (
    Design,
    chi_square,
    estimate,
    linear_regression,
    logistic_regression,
    mean,
    prevalence_ratios,
    prop,
    quantiles,
    ratio,
    total,
)

GOLDEN = json.loads(Path(__file__).with_name("combinations.json").read_text("utf-8"))
DATA, SAYS = GOLDEN["data"], GOLDEN["says"]
MODELS = {
    "linear": (linear_regression, "y", ["g", "x", "g:x"]),
    "logistic": (logistic_regression, "b", ["g", "x"]),
    "poisson": (prevalence_ratios, "b", ["g", "x"]),
}


@pytest.fixture(scope="module", params=SAYS)
def case(request):
    """The design and what R says of it."""
    one = Design(DATA, weights="w", strata="h", psu="psu")
    kind, _, method = request.param.partition("/")
    design = {
        "two": lambda: Design(DATA, weights="w", strata="h", psu="psu", fpc=["N1", "N2"]),
        "one": lambda: one,
        "elements": lambda: Design(DATA, weights="w"),
        "jkn": lambda: one.replicates("jkn"),
        "given": lambda: Design.from_replicates(
            DATA, weights="w", replicate_weights="rw", kind="bootstrap"
        ),
    }[kind]()
    if method:
        everyone, b, c, x = GOLDEN["totals"]
        targets = {"g": {"a": everyone - b - c, "b": b, "c": c}, "x": x}
        design = design.calibrate(targets, method=method)
    return design, SAYS[request.param]


def test_domain(case):
    design, says = case
    rows = estimate(design, [mean("y"), total("y"), ratio("y", "x")], where="dom").rows()
    for name, row in zip(("mean", "total", "ratio"), rows, strict=True):
        assert [row["estimate"], row["se"]] == pytest.approx(says[name], rel=1e-10)
    rows = estimate(design, prop("b"), by=["g"], where="dom").rows()
    found = [row[key] for key in ("estimate", "se") for row in rows]
    assert found == pytest.approx(says["prop"], rel=1e-10)


def test_table(case):
    design, says = case
    found = [chi_square(design, "g", "b", "dom", method=m) for m in ("second-order", "wald")]
    assert [test.statistic for test in found] == pytest.approx(says["test"], rel=1e-10)


def test_quantiles(case):
    design, says = case
    rows = quantiles(design, "y", [0.25, 0.5, 0.9], where="dom").rows()
    assert [row["estimate"] for row in rows] == pytest.approx(says["quantiles"], rel=1e-12)
    if "limits" in says:  # else R takes other degrees of freedom for them
        found = [row[key] for row in rows for key in ("ci_low", "ci_high")]
        assert found == pytest.approx(says["limits"], rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_regression(case, model):
    design, says = case
    fit, outcome, terms = MODELS[model]
    found = fit(design, outcome, terms, where="dom").estimates
    assert np.concatenate([found.values, found.se]) == pytest.approx(says[model], rel=1e-8)
