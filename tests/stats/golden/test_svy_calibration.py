"""Calibrated weights against svy, an independent Python program, beside R's survey."""

import polars as pl
import pytest
import svy

from samling.stats import Design, estimate, prop, total

MARGINS = {
    "race": {1: 34e6, 2: 150e6, 3: 32e6, 4: 20e6},
    "RIAGENDR": {1: 115e6, 2: 121e6},
}
CELLS = {(race, sex): 3e7 - 3e6 * race + 2e6 * sex for race in (1, 2, 3, 4) for sex in (1, 2)}


@pytest.fixture(scope="module")
def theirs(nhanes):
    frame = pl.from_arrow(nhanes).with_columns(unit=pl.col("SDMVSTRA") * 10 + pl.col("SDMVPSU"))
    return svy.Sample(frame, svy.Design(wgt="WTMEC2YR", stratum="SDMVSTRA", psu="unit"))


@pytest.fixture(scope="module")
def ours(nhanes):
    return Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


def check(mine, other, name):
    """Weights, and the mean and total with their standard errors."""
    weights = other.data[name].to_numpy()
    assert mine.element_weights() == pytest.approx(weights, rel=1e-9)
    share, whole = estimate(mine, [prop("HI_CHOL"), total("HI_CHOL")]).rows()
    for row, ask in ((share, other.estimation.mean), (whole, other.estimation.total)):
        (says,) = ask("HI_CHOL", drop_nulls=True).estimates
        assert (row["estimate"], row["se"]) == pytest.approx((says.est, says.se), rel=1e-9)


def test_linear(theirs, ours):
    controls = {svy.Cat(name): totals for name, totals in MARGINS.items()}
    check(ours.calibrate(MARGINS), theirs.weighting.calibrate(controls=controls), "calib_wgt")


def test_raking(theirs, ours):
    """The same weights. Its residuals are from *unweighted* means by margin, as in R's rake(); ours
    from the weighted regression, as in R's calibrate(calfun = "raking"): 0.9 % apart here.
    """
    mine = ours.rake(MARGINS)
    other = theirs.weighting.rake(controls=MARGINS, tol=1e-13, max_iter=5000)
    weights = other.data["rk_wgt"].to_numpy()
    assert mine.element_weights() == pytest.approx(weights, rel=1e-9)
    (row,) = estimate(mine, prop("HI_CHOL")).rows()
    (says,) = other.estimation.mean("HI_CHOL", drop_nulls=True).estimates
    assert row["estimate"] == pytest.approx(says.est, rel=1e-9)
    assert row["se"] / says.se == pytest.approx(1.009, abs=0.001)


def test_post_stratification(theirs, ours):
    other = theirs.weighting.poststratify(CELLS, cells=["race", "RIAGENDR"])
    check(ours.poststratify({"race:RIAGENDR": CELLS}), other, "ps_wgt")
