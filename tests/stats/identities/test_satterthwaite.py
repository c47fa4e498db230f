"""Degrees of freedom by two codes, and where they must be PSUs - strata."""

import numpy as np
import pytest

from samling.stats import Design, estimate, estimate_jointly, infer, mean, total

RNG = np.random.default_rng(21)
ROWS = 360
SCHOOL = np.repeat(np.arange(36), 10)
DATA = {
    "stratum": SCHOOL // 6,
    "lonely": np.where(SCHOOL == 0, 9, SCHOOL // 6),
    "school": SCHOOL,
    "class": np.repeat(np.arange(72), 5),
    "w": RNG.gamma(3, 2, ROWS),
    "edu": RNG.choice(["low", "high"], ROWS),
    "y": RNG.gamma(4, 2, ROWS) * (1 + SCHOOL // 6),
    "N": np.full(ROWS, 12),
    "M": np.full(ROWS, 5),
}
DESIGNS = {
    "elements": {"strata": "stratum"},
    "clusters": {"strata": "stratum", "psu": "school"},
    "two stages": {"strata": "stratum", "psu": ["school", "class"], "fpc": ["N", "M"]},
    "certainty": {"strata": "lonely", "psu": "school", "lonely_psu": "certainty"},
    "collapse": {"strata": "lonely", "psu": "school", "lonely_psu": "collapse"},
}


class Difference:
    """Mean of low minus mean of high, by its influence."""

    names = ("gap",)

    def values(self, weights):
        low, high = self.parts(weights)
        return np.array([low @ DATA["y"] - high @ DATA["y"]])

    def influence(self, weights):
        low, high = (p @ DATA["y"] for p in self.parts(weights))
        here = DATA["edu"] == "low"
        size = np.where(here, weights[here].sum(), -weights[~here].sum())
        return ((DATA["y"] - np.where(here, low, high)) / size)[:, None]

    def parts(self, weights):
        low = np.where(DATA["edu"] == "low", weights, 0.0)
        return low / low.sum(), (weights - low) / (weights - low).sum()


@pytest.mark.parametrize("name", list(DESIGNS))
def test_one_pass_and_by_influence(name):
    design = Design(DATA, weights="w", **DESIGNS[name])
    statistics = [mean("y"), total("y")]
    rows = estimate(design, statistics, by=["edu"], df="satterthwaite").rows()
    found = estimate_jointly(design, statistics, "edu", df="satterthwaite")
    assert found.df == pytest.approx([row["df"] for row in rows], rel=1e-9)
    assert (found.df < design.df).all()


@pytest.mark.parametrize("name", list(DESIGNS))
def test_a_difference_has_its_own(name):
    design = Design(DATA, weights="w", **DESIGNS[name])
    result = estimate(design, mean("y"), by=["edu"], df="satterthwaite")
    found = infer(design, Difference(), df="satterthwaite")
    (row,) = result.differences(("edu",), "edu", [("low", "high")]).rows()
    (same,) = result.contrast({"gap": "1.0 * low - high"}, by=("edu",)).rows()
    (rest,) = (r for r in result.versus_rest(("edu",), "edu").rows() if r["edu"] == "low")
    for one in (row, same, rest):
        assert [one["se"], one["df"]] == pytest.approx([found.se[0], found.df[0]], rel=1e-8)


def test_equal_strata_give_the_designs():
    """The same spread everywhere: (H·V)²/(H·V²/(n-1)) = H(n-1)."""
    data = {"stratum": np.repeat(np.arange(5), 4), "y": np.tile([1.0, 2.0, 5.0, 9.0], 5)}
    (row,) = estimate(Design(data, strata="stratum"), total("y"), df="satterthwaite").rows()
    assert row["df"] == pytest.approx(15.0)
