"""Regressions against svy, an independent Python program, as second oracle beside R's survey.

svy's margins have the coefficients' variance only, so that only their means are compared.
"""

import polars as pl
import pytest
import svy

from samling.stats import (
    Design,
    categorical,
    linear_regression,
    logistic_regression,
    prevalence_ratios,
)

FIT = {
    "gaussian": linear_regression,
    "binomial": logistic_regression,
    "poisson": prevalence_ratios,
}


@pytest.fixture(scope="module")
def theirs(nhanes):
    frame = pl.from_arrow(nhanes).with_columns(unit=pl.col("SDMVSTRA") * 10 + pl.col("SDMVPSU"))
    return svy.Sample(frame, svy.Design(wgt="WTMEC2YR", stratum="SDMVSTRA", psu="unit"))


@pytest.mark.parametrize("family", FIT)
def test_coefficients_and_margins(nhanes, theirs, family):
    design = Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)
    terms = [categorical("race"), "agecat", categorical("RIAGENDR")]
    mine = FIT[family](design, "HI_CHOL", terms)
    other = theirs.glm.fit(
        "HI_CHOL",
        x=[svy.Cat("race", ref=1), svy.Cat("agecat", ref="(0,19]"), svy.Cat("RIAGENDR", ref=1)],
        family=family,
        tol=1e-13,
    )
    assert mine.estimates.values == pytest.approx([c.est for c in other.coefs], rel=1e-9)
    assert mine.estimates.se == pytest.approx([c.se for c in other.coefs], rel=1e-8)
    low, high = mine.estimates.interval()
    assert low == pytest.approx([c.lci for c in other.coefs], rel=1e-7)
    assert high == pytest.approx([c.uci for c in other.coefs], rel=1e-7)
    margins = other.margins(at={"race": [1, 2, 3, 4]})
    assert mine.marginal("race").values == pytest.approx(list(margins.margin), rel=1e-9)
