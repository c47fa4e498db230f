"""Against svy, an independent Python program, as second oracle beside R's survey."""

import polars as pl
import pytest
import svy

from samling.stats import Design, estimate, mean, prop, ratio, total

CLOSE = {"rel": 1e-9}


@pytest.fixture(scope="module")
def theirs(nhanes):
    # svy wants one psu id for each PSU: NHANES numbers them again in every stratum
    frame = pl.from_arrow(nhanes).with_columns(
        unit=pl.col("SDMVSTRA") * 10 + pl.col("SDMVPSU"), one=pl.lit(1.0)
    )
    design = svy.Design(wgt="WTMEC2YR", stratum="SDMVSTRA", psu="unit")
    return svy.Sample(frame, design).estimation


@pytest.fixture(scope="module")
def ours(nhanes):
    table = nhanes.append_column("one", [[1.0] * nhanes.num_rows])
    return Design(table, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


def lines(found, level=None):
    return {e.by_level: e for e in found.estimates if level is None or e.y_level == level}


def same(mine, other):
    assert mine["estimate"] == pytest.approx(other.est, **CLOSE)
    assert mine["se"] == pytest.approx(other.se, **CLOSE)
    assert mine["n"] == other.n
    assert mine["df"] == other.df
    assert mine["ci_low"] == pytest.approx(other.lci, **CLOSE)
    assert mine["ci_high"] == pytest.approx(other.uci, **CLOSE)


@pytest.mark.parametrize("ci", ["logit", "korn-graubard"])
def test_proportions(ours, theirs, ci):
    golden = lines(theirs.prop("HI_CHOL", by="race", ci_method=ci, drop_nulls=True), level=1)
    rows = estimate(ours, prop("HI_CHOL"), by=["race"], ci=ci, df="domain").rows()
    assert len(rows) == len(golden) == 4
    for row in rows:
        same(row, golden[(row["race"],)])


@pytest.mark.parametrize(
    ("ask", "statistic"),
    [
        (lambda e, **k: e.mean("RIAGENDR", **k), mean("RIAGENDR")),
        (lambda e, **k: e.total("HI_CHOL", **k), total("HI_CHOL")),
        (lambda e, **k: e.ratio("HI_CHOL", "one", **k), ratio("HI_CHOL", "one")),
    ],
)
def test_means_totals_and_ratios(ours, theirs, ask, statistic):
    golden = lines(ask(theirs, by="race", drop_nulls=True))
    rows = estimate(ours, statistic, by=["race"], df="domain").rows()
    assert len(rows) == len(golden) == 4
    for row in rows:
        same(row, golden[(row["race"],)])
