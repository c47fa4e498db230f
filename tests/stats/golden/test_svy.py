"""Against svy, an independent Python program, as second oracle beside R's survey."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import svy

from samling.stats import Design, chi_square, estimate, mean, prop, quantiles, ratio, total

HERE = Path(__file__).parent
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


def test_given_replicates():
    """R's balanced weights, with svy's degrees of freedom (replicates - 1)."""
    golden = json.loads((HERE / "replicates.json").read_text())
    weights = np.array(golden["replicates"]["BRR"]["weights"])
    data = golden["data"] | {f"rep{r + 1}": w for r, w in enumerate(weights.T)}
    carried = svy.RepWeights("BRR", prefix="rep", n_reps=weights.shape[1])
    asked = svy.Sample(pl.DataFrame(data), svy.Design(wgt="w", rep_wgts=carried)).estimation
    mine = Design.from_replicates(
        data, weights="w", replicate_weights="rep", kind="brr", df="replicates"
    )
    for statistic in (mean("y"), total("y")):
        found = lines(getattr(asked, statistic.kind)("y", by="g", method="replication"))
        rows = estimate(mine, statistic, by=["g"]).rows()
        assert len(rows) == len(found) == 3
        for row in rows:
            theirs = found[(row["g"],)]
            wanted = [theirs.est, theirs.se, theirs.df]
            assert [row["estimate"], row["se"], row["df"]] == pytest.approx(wanted, **CLOSE)


def test_medians():
    data = json.loads((HERE / "quantiles.json").read_text())["data"]
    frame = pl.DataFrame(data, strict=False)
    asked = svy.Sample(frame, svy.Design(wgt="w", stratum="stratum", psu="psu")).estimation
    found = lines(asked.median("y", by="g", drop_nulls=True))
    mine = Design(data, weights="w", strata="stratum", psu="psu")
    for row in quantiles(mine, "y", by=["g"]).rows():
        theirs = found[(row["g"],)]
        wanted = [theirs.est, theirs.se, theirs.lci, theirs.uci]
        names = ("estimate", "se", "ci_low", "ci_high")
        assert [row[name] for name in names] == pytest.approx(wanted, **CLOSE)


@pytest.mark.r
def test_the_median_school_is_the_hundredth_of_two_hundred(r_data):
    """Exactly half have at most 658 (R says so too); svy's sums pass the tie by and give 660."""
    (row,) = quantiles(Design(r_data["apisrs"], weights="pw"), "api00").rows()
    frame = pl.from_arrow(r_data["apisrs"].select(["api00", "pw"]))
    theirs = svy.Sample(frame, svy.Design(wgt="pw")).estimation.median("api00").estimates[0]
    assert (row["estimate"], theirs.est) == (658, 660)


def test_association(ours, nhanes):
    frame = pl.from_arrow(nhanes).with_columns(unit=pl.col("SDMVSTRA") * 10 + pl.col("SDMVPSU"))
    design = svy.Design(wgt="WTMEC2YR", stratum="SDMVSTRA", psu="unit")
    found = svy.Sample(frame, design).categorical.tabulate("race", "HI_CHOL", drop_nulls=True).stats
    mine = chi_square(ours, "race", "HI_CHOL")
    assert [mine.statistic, mine.ndf, mine.ddf, mine.p, mine.pearson] == pytest.approx(
        [found.f.value, found.f.df_num, found.f.df_den, found.f.p_value, found.chisq.value], **CLOSE
    )
