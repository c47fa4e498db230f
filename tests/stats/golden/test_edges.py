"""Groups in which all answer alike, beside others: R's survey and Wilson's limits of prop.test."""

import json
from math import inf

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    compare_separate_rounds,
    estimate,
    inequality,
    prop,
)
from stats.conftest import GOLDEN

FOUND = json.loads((GOLDEN / "edges.json").read_text())
PAIRS = [("a", "b"), ("a", "c"), ("c", "b")]
FIGURES = ("estimate", "se", "ci_low", "ci_high")


@pytest.fixture(scope="module")
def result():
    data = {name: np.array(FOUND[name]) for name in ("psu", "w", "y", "g")}
    return estimate(Design(data, weights="w", psu="psu"), prop("y"), by=["g"], df=inf)


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_differences(result, one, two):
    want = pytest.approx(FOUND[f"{one}-{two}"], rel=1e-9)
    (row,) = result.differences("g", "g", [(one, two)]).rows()
    assert [row["difference"], *(row[name] for name in FIGURES[1:])] == want
    (row,) = result.contrast({"gap": f"{one} - {two}"}, by=("g",)).rows()
    assert [row[name] for name in FIGURES] == want
    (row,) = result.contrast({"gap": f"1 * {one} - {two}"}, by=("g",)).rows()
    assert [row[name] for name in FIGURES] == want
    (row,) = result.estimates(by="g").contrast({"gap": f"{one} - {two}"}).rows()
    assert [row[name] for name in FIGURES] == want


def test_the_inequality_of_groups(result):
    order = ["c", "a", "b"]
    found = inequality(result, "g", order=order, direction="adverse", measures=["D"])
    assert [found.row("D")[name] for name in FIGURES] == pytest.approx(FOUND["c-b"], rel=1e-9)
    handed = inequality(
        result.estimates(by="g"),
        order=order,
        direction="adverse",
        measures=["D", "SII"],
        pop=dict.fromkeys("abc", 1),
    )
    known = inequality(
        result,
        "g",
        order=order,
        direction="adverse",
        measures=["D", "SII"],
        pop=dict.fromkeys("abc", 1),
    )
    for measure in ("D", "SII"):
        one, two = handed.row(measure), known.row(measure)
        assert one["p_equal"] == pytest.approx(two["p_equal"], rel=1e-6)
        assert [one[n] for n in FIGURES] == pytest.approx([two[n] for n in FIGURES], rel=1e-9)


def test_versus_the_rest_and_between_rounds(result):
    """b at 0 against a and c; and two rounds in which b is at 0 both times: 0, but not for sure."""
    rest = {row["g"]: row for row in result.versus_rest("g", "g").rows()}
    alone = np.sqrt(FOUND["a-b"][1] ** 2 - result.rows()[0]["se"] ** 2)
    assert rest["b"]["se"] > alone
    both = compare_separate_rounds(result, result, ("g",), rounds=(1, 2)).rows()
    (same,) = (row for row in both if row["g"] == "b")
    assert (same["difference"], same["direction"]) == (0.0, "unclear")
    assert same["se"] == pytest.approx(np.sqrt(2) * alone, rel=1e-9)


@pytest.mark.parametrize("kind", ["jk1", "bootstrap"])
def test_replicates_do_not_see_it_either(kind):
    data = {name: np.array(FOUND[name]) for name in ("psu", "w", "y", "g")}
    design = Design(data, weights="w", psu="psu").replicates(kind, count=100, seed=1)
    result = estimate(design, prop("y"), by=["g"], df=inf)
    want = FOUND["c-b"][1]
    (row,) = result.differences("g", "g", [("c", "b")]).rows()
    assert row["se"] == pytest.approx(want, rel=1e-9)
    (row,) = result.estimates(by="g").contrast({"gap": "c - b"}).rows()
    assert row["se"] == pytest.approx(want, rel=1e-9)
    order = ["c", "a", "b"]
    found = inequality(result, "g", order=order, direction="adverse", measures=["D"])
    assert found.row("D")["se"] == pytest.approx(want, rel=1e-9)


def test_a_group_that_was_asked_whole_is_known():
    data = {"g": list("aaabb"), "y": [0, 0, 0, 1, 0], "h": list("aaabb"), "N": [3, 3, 3, 9, 9]}
    result = estimate(Design(data, strata="h", fpc="N"), prop("y"), by=["g"])
    (row,) = result.differences("g", "g", [("b", "a")]).rows()
    assert row["se"] == pytest.approx(result.rows()[1]["se"])
    whole = Design({**data, "N": [3, 3, 3, 2, 2]}, strata="h", fpc="N")
    census = estimate(whole, prop("y"), by=["g"])
    (row,) = census.differences("g", "g", [("b", "a")]).rows()
    assert row["se"] == 0.0


@pytest.mark.parametrize("measure", ["MDRU", "MDRW"])
def test_a_group_level_with_the_reference_has_no_rate_of_change(measure):
    """|x - x_ref| is bent at 0: the rate of change would be 0, as if the group were known."""
    given = Estimates(
        ("a", "b", "c"), np.array([0.2, 0.2, 0.3]), np.diag([0.01, 0.01, 0.001]), np.full(3, inf)
    )
    shares = dict.fromkeys("abc", 1)
    found = inequality(given, direction="adverse", reference="a", measures=[measure], pop=shares)
    row = found.row(measure)
    assert (row["status"], row["ci_low"]) == ("no-interval", None)
    assert row["estimate"] == pytest.approx(0.1 / 3)


def test_estimates_without_variance_at_an_end_give_no_interval():
    shares = dict.fromkeys("abc", 1)
    given = Estimates(
        ("a", "b", "c"), np.array([0.0, 0.2, 0.3]), np.diag([0.0, 0.01, 0.01]), np.full(3, inf)
    )
    measures = ["D", "MDBW"]
    found = inequality(given, order=list("abc"), direction="adverse", measures=measures, pop=shares)
    assert "variance of 0" in found.row("D")["reason"]
    assert (found.row("D")["ci_low"], found.row("D")["p_equal"]) == (None, None)
    assert "ingen säker skillnad" in found.sentence("MDBW")
    known = Estimates(given.names, given.values, np.zeros((3, 3)), given.df)
    found = inequality(known, order=list("abc"), direction="adverse", measures=["D"], pop=shares)
    assert (found.row("D")["status"], found.row("D")["se"]) == ("shown", 0.0)
