"""explain_outcome on NHANES against R: adjusted shares and gaps, joint tests, RERI. 1e-9.

The adjusted shares are those of regression.R, RERI that of explaining.R.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from samling.stats import Design, explain_outcome

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "explaining.json").read_text())
REGRESSION = {
    line["case"]: line for line in json.loads((HERE / "regression.json").read_text())["lines"]
}
CLOSE = {"rel": 1e-9}


@pytest.fixture(scope="module")
def found(nhanes):
    sex = ["man" if code == 1 else "woman" for code in nhanes["RIAGENDR"].to_pylist()]
    table = nhanes.append_column("sex", pa.array(sex))
    design = Design(table, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)
    factors = ["race", "agecat", "sex"]
    return explain_outcome(design, "HI_CHOL", factors, direction="adverse")


def test_adjusted_shares_and_gaps(found):
    gaps = {gap.factor: gap for gap in found.gaps}
    for factor in ("race", "sex"):
        says = REGRESSION[f"nhanes/quasibinomial/marginal/{factor}"]
        size = len(says["mean"])
        cov = np.reshape(says["cov"], (size, size))
        adjusted = gaps[factor].adjusted
        assert adjusted.values == pytest.approx(says["mean"], **CLOSE)
        assert adjusted.se == pytest.approx(np.sqrt(np.diag(cov)), **CLOSE)
        high, low = int(np.argmax(says["mean"])), int(np.argmin(says["mean"]))
        (gap,) = gaps[factor].adjusted_gap.rows()
        variance = cov[high, high] + cov[low, low] - 2 * cov[high, low]
        assert gap["estimate"] == pytest.approx(says["mean"][high] - says["mean"][low], **CLOSE)
        assert gap["se"] == pytest.approx(np.sqrt(variance), **CLOSE)


def test_joint_tests(found):
    gaps = {gap.factor: gap for gap in found.gaps}
    for factor, theirs in (("race", "factor(race)"), ("agecat", "agecat"), ("sex", "sex")):
        says = REGRESSION[f"nhanes/quasibinomial/test/{theirs}"]
        assert gaps[factor].test.p == pytest.approx(says["p"][0], **CLOSE)


def test_additive_interaction(found):
    (pair,) = [pair for pair in found.pairs if pair.factors == ("race", "sex")]
    assert (pair.exposed, pair.reference) == ((1, "man"), (3, "woman"))
    assert pair.interaction.reri.estimate == pytest.approx(GOLDEN["reri"], **CLOSE)
    assert pair.interaction.reri.se == pytest.approx(GOLDEN["se"], **CLOSE)
    ratios = [ratio.estimate for ratio in pair.interaction.ratios]
    assert ratios == pytest.approx(GOLDEN["ratios"], **CLOSE)


@pytest.mark.r
def test_explaining_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what explaining.R gives with the version here."""
    path = tmp_path / "explaining.json"
    subprocess.run([rscript, HERE / "explaining.R", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    for name in ("reri", "se", "ratios"):
        assert again[name] == pytest.approx(GOLDEN[name], rel=1e-9)
