"""Fay-Herriot against sae 1.3 on milk (Arora & Lahiri 1997): smallareas.R writes
smallareas.json.

With PRECISION = 1e-14 sae agrees to 1e-9. Its default stops at a change of 1e-4, and agrees
with the maximum to 1e-5.
"""

import json
from pathlib import Path

import pytest

from samling.stats import fay_herriot

SAID = json.loads((Path(__file__).parent / "smallareas.json").read_text())
ROWS = SAID["data"]


@pytest.mark.parametrize(("precision", "close"), [("tight", 1e-9), ("default", 1e-5)])
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_milk(method, precision, close):
    direct = {
        "area": [row["SmallArea"] for row in ROWS],
        "estimate": [row["yi"] for row in ROWS],
        "se": [row["SD"] for row in ROWS],
        "n": [row["ni"] for row in ROWS],
    }
    # in reverse order: joined by name
    covariates = {
        "area": [row["SmallArea"] for row in ROWS[::-1]],
        "major": [str(row["MajorArea"]) for row in ROWS[::-1]],
    }
    found = fay_herriot(direct, covariates, method=method)
    said = SAID[f"{method.upper()}/{precision}"]
    coefficients, rows, fit = found.coefficients(), found.rows(), found.diagnostics
    assert found.variance == pytest.approx(said["A"], rel=close)
    assert [c["estimate"] for c in coefficients] == pytest.approx(said["beta"], rel=close)
    assert [c["se"] for c in coefficients] == pytest.approx(said["se"], rel=close)
    assert [row["model"] for row in rows] == pytest.approx(said["eblup"], rel=close)
    assert [row["model_se"] ** 2 for row in rows] == pytest.approx(said["mse"], rel=close)
    got = (fit.loglik, fit.aic, fit.bic)
    assert got == pytest.approx((said["loglik"], said["aic"], said["bic"]), rel=close)
