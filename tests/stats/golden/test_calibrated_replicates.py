"""Calibration done anew in every replicate, against R's survey (calibrated_replicates.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, ReplicationError, estimate, estimate_jointly, mean, ratio, total

GOLDEN = json.loads((Path(__file__).parent / "calibrated_replicates.json").read_text())
DATA, SAYS = GOLDEN["data"], GOLDEN["says"]
KNOWN = {"low": 150.0, "mid": 160.0, "high": 170.0}
STEPS = {
    "poststratify": lambda design: design.poststratify({"g": KNOWN}),
    "linear": lambda design: design.calibrate({"g": KNOWN, "x": 480 * 29.0}),
    "raking": lambda design: design.calibrate({"g": KNOWN, "x": 480 * 29.0}, method="raking"),
}
ASKED = [mean("y"), total("y"), ratio("y", "x")]


def made(case, first):
    kind, step = case.split("/")
    if kind == "jkn":
        design = Design(DATA, weights="w", strata="stratum", psu="psu")
        if first == "replicates":
            return STEPS[step](design.replicates(kind))
        return STEPS[step](design).replicates(kind)
    weights = np.array(GOLDEN["replicates"][kind])
    columns = {f"rep{r:02}": weights[:, r] for r in range(weights.shape[1])}
    options = {"kind": kind} | ({"rho": 0.3} if kind == "fay" else {})
    given = Design.from_replicates(DATA | columns, weights="w", replicate_weights="rep", **options)
    return STEPS[step](given)


def orders(case):
    """Made replicates can be asked for before the calibration or after it."""
    return [(case, "replicates")] + ([(case, "calibration")] if case.startswith("jkn") else [])


@pytest.mark.parametrize(("case", "first"), [pair for case in SAYS for pair in orders(case)])
def test_estimates_and_standard_errors(case, first):
    close = {"rel": 1e-7 if case.endswith("raking") else 1e-9}
    result = estimate(made(case, first), ASKED, by=[(), ("g",)])
    whole = [row for row in result.rows() if row["g"] is None]
    for row, name in zip(whole, ("mean", "total", "ratio"), strict=True):
        assert [row["estimate"], row["se"]] == pytest.approx(SAYS[case][name], **close)
    groups = [row for row in result.rows() if row["g"] and row["statistic"] == "mean"]
    assert [row["estimate"] for row in groups] == pytest.approx(SAYS[case]["by_estimate"], **close)
    assert [row["se"] for row in groups] == pytest.approx(SAYS[case]["by_se"], **close)


@pytest.mark.parametrize("case", ["jkn/linear", "fay/raking"])
def test_by_any_estimator_too(case):
    found = estimate_jointly(made(case, "replicates"), ASKED)
    wanted = [SAYS[case][name][1] for name in ("mean", "total", "ratio")]
    assert found.se == pytest.approx(wanted, rel=1e-7)


def test_a_replicate_that_would_get_negative_weights_is_told():
    """R's calibrate lets them pass, in replicates as in the sample."""
    weights = np.array(GOLDEN["replicates"]["brr"])
    columns = {f"rep{r:02}": weights[:, r] for r in range(weights.shape[1])}
    given = Design.from_replicates(DATA | columns, weights="w", replicate_weights="rep", kind="brr")
    with pytest.raises(ReplicationError, match=r"in replicate 1: .*'linear' gives a weight of 0"):
        estimate(STEPS["linear"](given), ASKED)
