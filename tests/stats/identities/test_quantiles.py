"""Quantiles in other words: from an engine, in a domain, and by what they are a quantile of."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import Design, chi_square, estimate, estimate_jointly, mean, prop, quantiles

RNG = np.random.default_rng(9)
ROWS = 600
SCHOOL = np.repeat(np.arange(40), 15)
DATA = {
    "stratum": SCHOOL // 4,
    "school": SCHOOL,
    "w": RNG.gamma(3, 2, ROWS),
    "y": RNG.normal(50, 10, ROWS).round(1) + np.repeat(RNG.normal(0, 3, 40), 15),
    "area": RNG.choice(["Flen", "Trosa"], ROWS),
    "sex": RNG.choice(["f", "m"], ROWS),
    "bit": RNG.integers(0, 2, ROWS),
}
DESIGNS = {
    "elements": {"strata": "stratum"},
    "clusters": {"strata": "stratum", "psu": "school"},
}


@pytest.fixture(scope="module", params=list(DESIGNS))
def options(request):
    return {"weights": "w", **DESIGNS[request.param]}


def test_from_an_engine(options):
    """Sums on a grid do not hang on the order of the rows."""
    here, there = Design(DATA, **options), Design(ibis.memtable(pa.table(DATA)), **options)
    asked = {"by": [(), ("area",)], "where": lambda t: t.sex == "f"}
    assert quantiles(here, "y", [0.2, 0.5], **asked).rows() == (
        quantiles(there, "y", [0.2, 0.5], **asked).rows()
    )
    tests = [chi_square(d, "area", "bit", where=lambda t: t.sex == "f") for d in (here, there)]
    assert tests[0].p == pytest.approx(tests[1].p, rel=1e-9)
    joint = [estimate_jointly(d, [mean("y"), prop("bit")], "area") for d in (here, there)]
    assert joint[0].covariance == pytest.approx(joint[1].covariance, rel=1e-9)


def test_a_domain_is_a_filter_is_a_group(options):
    design = Design({**DATA, "women": DATA["sex"] == "f"}, **options)
    group = quantiles(design, "y", [0.3], by=["sex"]).rows()[0]
    filtered = quantiles(design, "y", [0.3], where="women")
    assert {k: v for k, v in group.items() if k != "sex"} == filtered.rows()[0]
    assert filtered.dropped.where == int((DATA["sex"] == "m").sum())


def test_the_share_below_is_read_backwards(options):
    """The limits are the quantiles at the limits of the proportion at or below the quantile."""
    design = Design(DATA, **options)
    (row,) = quantiles(design, "y", 0.4).rows()
    below = {**DATA, "below": DATA["y"] <= row["estimate"]}
    (share,) = estimate(Design(below, **options), prop("below"), ci="wald").rows()
    ends = quantiles(design, "y", [share["ci_low"], share["ci_high"]]).rows()
    assert [row["ci_low"], row["ci_high"]] == [end["estimate"] for end in ends]
    assert (row["df"], row["n"]) == (share["df"], share["n"])


def test_half_samples_come_near_woodruff():
    """Two ways to the uncertainty of a median, both rough."""
    pairs = {**DATA, "pair": SCHOOL // 2}
    design = Design(pairs, weights="w", strata="pair", psu="school")
    (woodruff,) = quantiles(design, "y").rows()
    (halves,) = quantiles(design.replicates("fay"), "y", ci="replicates").rows()
    assert halves["estimate"] == woodruff["estimate"]
    assert halves["se"] == pytest.approx(woodruff["se"], rel=0.5)


@pytest.mark.parametrize("rule", ["certainty", "adjust", "average", "collapse"])
def test_rules_for_lonely_schools_are_the_proportions(rule):
    alone = {**DATA, "s": np.where(SCHOOL == 3, 99, DATA["stratum"])}
    design = Design(alone, weights="w", strata="s", psu="school", lonely_psu=rule)
    (row,) = quantiles(design, "y").rows()
    below = {**alone, "below": DATA["y"] <= row["estimate"]}
    again = Design(below, weights="w", strata="s", psu="school", lonely_psu=rule)
    (share,) = estimate(again, prop("below"), ci="wald").rows()
    (low,) = quantiles(design, "y", share["ci_low"]).rows()
    assert row["ci_low"] == low["estimate"]
