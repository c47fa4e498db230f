"""Quantiles against R's survey (svyquantile); quantiles.R writes quantiles.json. 1e-9 relative."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, quantiles

GOLDEN = json.loads((Path(__file__).parent / "quantiles.json").read_text())
DATA, SAYS, SHARES = GOLDEN["data"], GOLDEN["says"], GOLDEN["probabilities"]


def check(rows, case, shares=SHARES):
    rows = [r for r in rows if r["probability"] in shares]
    golden = [line for share, line in zip(SHARES, SAYS[case], strict=True) if share in shares]
    found = [[r["estimate"], r["ci_low"], r["ci_high"], r["se"]] for r in rows]
    assert len(found) == len(shares)
    for mine, theirs in zip(found, golden, strict=True):
        assert mine == [
            None if said is None else pytest.approx(said, rel=1e-9) for said in theirs
        ], case


@pytest.mark.parametrize("rule", ["math", "school"])
@pytest.mark.parametrize("ci", ["wald", "logit", "korn-graubard"])
def test_clusters_with_ties(rule, ci):
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    rows = quantiles(design, "y", SHARES, by=[(), ("g",)], rule=rule, ci=ci).rows()
    for group, name in ((None, "all"), ("a", "a"), ("b", "b")):
        mine = [r for r in rows if r["g"] == group]
        check(mine, f"{name}/{rule}/{ci}", SHARES[1:] if (name, ci) == ("all", "wald") else SHARES)


def test_below_the_first_step_r_takes_the_second_value():
    """A share smaller than the first element's: the smallest value, where R gives the next."""
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    (row,) = quantiles(design, "y", 0.1).rows()
    smallest, second = sorted(y for y in DATA["y"] if y is not None)[:2]
    assert (row["ci_low"], SAYS["all/math/wald"][0][1]) == (smallest, second) == (6, 11)
    assert row["ci_high"] == SAYS["all/math/wald"][0][2]


@pytest.mark.parametrize("rule", ["math", "school"])
@pytest.mark.parametrize(
    ("name", "ci"), [("boot", "wald"), ("boot", "replicates"), ("fay", "replicates")]
)
def test_replicates(name, ci, rule):
    weights = np.array(GOLDEN["replicates"][name])
    columns = {f"rep{r}": weights[:, r] for r in range(weights.shape[1])}
    kind = {"boot": {"kind": "bootstrap"}, "fay": {"kind": "fay", "rho": 0.4}}[name]
    design = Design.from_replicates(DATA | columns, weights="w", replicate_weights="rep", **kind)
    rows = quantiles(design, "y", SHARES, rule=rule, ci=ci).rows()
    check(rows, f"{name}/{rule}/{ci}", SHARES[1:] if ci == "wald" else SHARES)


@pytest.mark.r
@pytest.mark.parametrize("rule", ["math", "school"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("apisrs", {"fpc": "fpc"}),
        ("apistrat", {"strata": "stype", "fpc": "fpc"}),
        ("apiclus1", {"psu": "dnum", "fpc": "fpc"}),
    ],
)
def test_schools(r_data, name, options, rule):
    design = Design(r_data[name], weights="pw", **options)
    rows = quantiles(design, "api00", SHARES, rule=rule).rows()
    # Of 200 equal weights the 20th makes a tenth, which R's arithmetic misses by a rounding
    check(rows, f"{name}/{rule}", SHARES[1:4] if name == "apisrs" else SHARES)


@pytest.mark.r
def test_a_tie_that_rounding_would_miss(r_data):
    """The 20th and 100th of 200 schools: R finds the second tie (658) and misses the first."""
    data = r_data["apisrs"].to_pydict()
    first, half = quantiles(Design(data, weights="pw", fpc="fpc"), "api00", [0.1, 0.5]).rows()
    schools = sorted(data["api00"])
    assert (first["estimate"], half["estimate"]) == (schools[19], schools[99]) == (479, 658)
    assert SAYS["apisrs/math"][0][0] == schools[20] == 482


@pytest.mark.r
def test_r_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what quantiles.R gives with the version here."""
    script = Path(__file__).with_name("quantiles.R")
    subprocess.run([rscript, script, tmp_path / "again.json"], check=True, capture_output=True)
    again = json.loads((tmp_path / "again.json").read_text())["says"]
    assert again.keys() == SAYS.keys()
    for case, says in again.items():
        for new, old in zip(says, SAYS[case], strict=True):
            assert new == [None if x is None else pytest.approx(x, rel=1e-9) for x in old], case
