"""Measures of inequality equal other estimators, and one another, as their definitions say."""

import math

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    Simulation,
    estimate,
    inequality,
    mean,
    prop,
    ranked_inequality,
    ratio,
    standardise,
)
from samling.stats.inference.estimates import Replicates

RNG = np.random.default_rng(11)
ROWS = 800
ORDER = ["a", "b", "c", "d"]
EDU = RNG.choice(ORDER, ROWS, p=[0.2, 0.3, 0.3, 0.2])
DATA = {
    "sick": RNG.binomial(1, np.select([one == EDU for one in ORDER], [0.5, 0.4, 0.35, 0.3])),
    "days": RNG.gamma(2, 3, ROWS) + 2 * (EDU == "a"),
    "visits": RNG.poisson(3, ROWS),
    "w": RNG.uniform(0.5, 4, ROWS),
    "h": np.repeat(np.arange(8), 100),
    "school": np.repeat(np.arange(80), 10),
    "class": np.repeat(np.arange(160), 5),
    "N1": np.full(ROWS, 30),
    "N2": np.full(ROWS, 5),
    "edu": EDU,
    "area": RNG.integers(0, 3, ROWS),
}
DESIGNS = {
    "elements": {},
    "clusters": {"strata": "h", "psu": "school"},
    "two stages": {"strata": "h", "psu": ["school", "class"], "fpc": ["N1", "N2"]},
}
MARGIN = {"area": {0: 700.0, 1: 600.0, 2: 500.0}}
CALIBRATED = {f"{name}, calibrated": options for name, options in DESIGNS.items()}
SHARES = dict(zip(ORDER, [0.1, 0.2, 0.3, 0.4], strict=True))


def design(name="clusters"):
    if name in CALIBRATED:
        return Design(DATA, weights="w", **CALIBRATED[name]).calibrate(MARGIN)
    return Design(DATA, weights="w", **DESIGNS[name])


def by_name(found):
    return {row["measure"]: row for row in found.rows()}


@pytest.fixture(scope="module")
def measured():
    result = estimate(design(), prop("sick"), by=[("edu",)])
    return by_name(inequality(result, "edu", order=ORDER, direction="adverse", reference="d"))


@pytest.mark.parametrize("name", [*DESIGNS, *CALIBRATED])
def test_difference_and_ratio_are_contrasts(name):
    result = estimate(design(name), [prop("sick"), mean("days")], by=[("edu",)])
    found = inequality(result, "edu", order=ORDER, direction="adverse", measures=["D", "R"])
    for variable in ("sick", "days"):
        asked = {"D": "a - d", "R": "a / d"}
        pairs = result.contrast(asked, variable, by=("edu",)).rows()
        for one, two in zip(found.select(variable=variable).rows(), pairs, strict=True):
            names = ("se", "ci_low", "ci_high", "df")
            assert one["estimate"] == pytest.approx(two["estimate"])
            assert [one[n] for n in names] == pytest.approx([two[n] for n in names])


@pytest.mark.parametrize("name", [*DESIGNS, *CALIBRATED])
def test_with_given_shares_the_base_table_gives_what_the_covariance_gives(name):
    result = estimate(design(name), prop("sick"), by=[("edu",)])
    estimates = Estimates(
        names=tuple(ORDER),
        values=np.array([row["estimate"] for row in result.rows()]),
        covariance=result.cov("sick", by=("edu",)).matrix,
        df=np.array([row["df"] for row in result.rows()]),
    )
    asked = {"order": ORDER, "pop": SHARES, "direction": "adverse", "reference": "d", "scale": 1}
    one = by_name(inequality(result, "edu", **asked))
    two = by_name(inequality(estimates, **asked))
    for measure, row in one.items():
        for figure in ("estimate", "se", "ci_low", "ci_high", "p_equal"):
            assert row[figure] == pytest.approx(two[measure][figure], rel=1e-6), measure


def test_relations_between_measures(measured):
    value = {name: row["estimate"] for name, row in measured.items()}
    whole = estimate(design(), prop("sick")).rows()[0]["estimate"]
    assert value["BGSD"] ** 2 == pytest.approx(value["BGV"])
    assert value["COV"] == pytest.approx(100 * value["BGSD"] / whole)
    assert value["IDISU"] == pytest.approx(100 * value["MDMU"] / whole)
    assert value["IDISW"] == pytest.approx(100 * value["MDMW"] / whole)
    assert value["RCI"] == pytest.approx(value["ACI"] / whole)
    assert value["PAF"] == pytest.approx(100 * value["PAR"] / whole)
    assert value["MDBW"] == pytest.approx(-value["PAR"])  # the whole less the best, all one way
    assert value["MDRW"] == pytest.approx(value["MDBW"])
    assert value["RII"] == pytest.approx((whole + value["SII"] / 2) / (whole - value["SII"] / 2))


def test_the_whole_less_the_best_is_a_mean_less_a_domain_mean(measured):
    """PAR's standard error is that of the best group against everybody, by linear influence."""
    best = (np.array(DATA["edu"]) == "d").astype(float)
    rest = {**DATA, "best": best, "bestsick": best * DATA["sick"], "one": np.ones(ROWS)}
    d = Design(rest, weights="w", **DESIGNS["clusters"])
    both = estimate(d, [ratio("bestsick", "best"), ratio("sick", "one")])
    gap = both.rows()[0]["estimate"] - both.rows()[1]["estimate"]
    assert measured["PAR"]["estimate"] == pytest.approx(gap)
    own = (rest["bestsick"] - both.rows()[0]["estimate"] * best) / (DATA["w"] @ best)
    all_ = (rest["sick"] - both.rows()[1]["estimate"]) / DATA["w"].sum()
    z = np.bincount(DATA["school"], weights=DATA["w"] * (own - all_))
    spread = z.reshape(8, 10) - z.reshape(8, 10).mean(axis=1, keepdims=True)
    assert measured["PAR"]["se"] == pytest.approx(math.sqrt(10 / 9 * (spread**2).sum()))


def test_concentration_is_twice_a_covariance_in_microdata(measured):
    ridit = {}
    below, weight = 0.0, DATA["w"].sum()
    for group in ORDER:
        own = DATA["w"][group == EDU].sum() / weight
        ridit[group] = below + own / 2
        below += own
    rank = np.array([ridit[group] for group in EDU])
    twice = 2 * np.cov(DATA["sick"], rank, aweights=DATA["w"], ddof=0)
    assert measured["ACI"]["estimate"] == pytest.approx(twice[0, 1])
    assert measured["SII"]["estimate"] == pytest.approx(twice[0, 1] / twice[1, 1])


@pytest.mark.parametrize("name", DESIGNS)
def test_shares_that_the_weights_were_calibrated_to_are_known(name):
    """Then estimating them adds nothing: the same standard errors as with the shares given."""
    sizes = dict(zip(ORDER, [300.0, 500.0, 600.0, 400.0], strict=True))
    result = estimate(design(name).calibrate({"edu": sizes}), prop("sick"), by=[("edu",)])
    asked = {"order": ORDER, "direction": "adverse", "reference": "d"}
    estimated = by_name(inequality(result, "edu", **asked))
    given = by_name(inequality(result, "edu", pop=sizes, **asked))
    for measure, row in given.items():
        for figure in ("estimate", "se", "p_equal"):
            assert estimated[measure][figure] == pytest.approx(row[figure], rel=1e-8), measure
    free = estimate(design(name), prop("sick"), by=[("edu",)])
    assert by_name(inequality(free, "edu", **asked))["MDMW"]["se"] != pytest.approx(
        by_name(inequality(free, "edu", pop=sizes, **asked))["MDMW"]["se"], rel=1e-3
    )


def test_two_groups_in_closed_form():
    """The ridits of two groups are half apart, so SII is twice their difference; ACI is pq·gap."""
    groups = Estimates(("a", "b"), np.array([0.3, 0.2]), np.eye(2) * 1e-4, np.full(2, math.inf))
    found = by_name(
        inequality(groups, order=["a", "b"], pop={"a": 0.3, "b": 0.7}, direction="adverse")
    )
    assert found["SII"]["estimate"] == pytest.approx(2 * -0.1)
    assert found["SII"]["se"] == pytest.approx(2 * found["D"]["se"])
    assert found["ACI"]["estimate"] == pytest.approx(0.3 * 0.7 * -0.1)
    assert found["MDMW"]["estimate"] == pytest.approx(2 * 0.3 * 0.7 * 0.1)


def test_equal_groups_have_none_of_it():
    """Everything is 0 or 1; what is at its lowest there has no interval rather than a false 0-0."""
    groups = Estimates(tuple(ORDER), np.full(4, 0.25), np.eye(4) * 1e-4, np.full(4, math.inf))
    rows = inequality(groups, order=ORDER, pop=SHARES, direction="adverse", reference="a").rows()
    for row in rows:
        none = 1.0 if row["measure"] in ("R", "RII") else 0.0
        assert row["estimate"] == pytest.approx(none, abs=1e-12), row["measure"]
    found = {row["measure"]: row for row in rows}
    for measure in ("BGV", "BGSD", "COV", "IDISU", "MDBU", "MDMW", "MDRW", "TI", "MLD"):
        assert found[measure]["status"] == "no-interval"
        assert found[measure]["reason"].startswith("all groups are equal")
    assert found["SII"]["status"] == "shown"


def test_nothing_to_gain_is_not_certain():
    """The reference is far worse than the whole, in every replicate and draw: PAR is held at 0, and
    neither gives it an interval of no width."""
    values = np.array([[0.1, 0.3], [0.11, 0.29], [0.09, 0.31]])
    groups = Estimates(
        ("a", "b"),
        np.array([0.1, 0.3]),
        np.eye(2) * 1e-4,
        np.full(2, math.inf),
        replicates=Replicates(values, np.full(3, 0.5)),
    )
    asked = {"order": ["a", "b"], "pop": {"a": 1, "b": 1}, "direction": "adverse"}
    for more in ({}, {"simulation": Simulation(seed=1)}):
        found = by_name(inequality(groups, **asked, **more))
        assert found["D"]["status"] == "shown"
        for measure in ("PAR", "PAF"):
            row = found[measure]
            assert (row["estimate"], row["status"], row["ci_low"]) == (0.0, "no-interval", None)
            assert row["reason"].startswith("the reference group is worse")


def test_a_replicate_without_a_value_is_said():
    """One replicate has nobody with the indicator in b, so its ratio does not exist."""
    values = np.array([[0.1, 0.3], [0.11, 0.0], [0.09, 0.31]])
    groups = Estimates(
        ("a", "b"),
        np.array([0.1, 0.3]),
        np.eye(2) * 1e-4,
        np.full(2, math.inf),
        replicates=Replicates(values, np.full(3, 0.5)),
    )
    (row,) = inequality(
        groups,
        order=["a", "b"],
        pop={"a": 1, "b": 1},
        direction="adverse",
        measures="R",
    ).rows()
    assert row["estimate"] == pytest.approx(1 / 3)
    assert (row["status"], row["se"]) == ("no-interval", None)
    assert row["reason"] == "at least one replicate has no value of the measure"


def test_an_end_that_is_0_but_for_rounding():
    """The line through 0.3 and 0.1 at ridits 0.25 and 0.75 ends in 0.4 and 0: no ratio of that."""
    groups = Estimates(("a", "b"), np.array([0.3, 0.1]), np.eye(2) * 1e-4, np.full(2, math.inf))
    (row,) = (
        inequality(
            groups, order=["a", "b"], pop={"a": 1, "b": 1}, direction="adverse", measures="all"
        )
        .select()
        .rows()[3:4]
    )
    assert (row["measure"], row["estimate"]) == ("RII", None)
    assert row["reason"] == "the line predicts a value of 0 or less at an end"


def test_reversed_order_and_direction():
    result = estimate(design(), prop("sick"), by=[("edu",)])
    asked = {"measures": ["D", "R", "SII", "RII", "ACI"], "direction": "adverse"}
    one = by_name(inequality(result, "edu", order=ORDER, **asked))
    back = by_name(inequality(result, "edu", order=ORDER[::-1], **asked))
    other = by_name(inequality(result, "edu", order=ORDER, **(asked | {"direction": "favourable"})))
    for measure in ("D", "SII", "ACI"):
        assert back[measure]["estimate"] == pytest.approx(-one[measure]["estimate"])
        assert back[measure]["se"] == pytest.approx(one[measure]["se"])
    for measure in ("R", "RII"):
        assert back[measure]["estimate"] == pytest.approx(1 / one[measure]["estimate"])
        assert back[measure]["ci_low"] == pytest.approx(1 / one[measure]["ci_high"])
    assert other["D"]["estimate"] == pytest.approx(-one["D"]["estimate"])
    assert other["SII"]["estimate"] == pytest.approx(one["SII"]["estimate"])


def test_blocks_together_are_blocks_alone():
    """Two statistics in three areas, with the areas' own shares, equal each area by itself."""
    result = estimate(design(), [prop("sick"), mean("days")], by=[("area", "edu")])
    whole = inequality(result, "edu", order=ORDER, direction="adverse", reference="d")
    for area in range(3):
        alone = estimate(
            design(),
            [prop("sick"), mean("days")],
            by=[("edu",)],
            where=lambda t, area=area: t.area == area,
        )
        one = inequality(alone, "edu", order=ORDER, direction="adverse", reference="d")
        for left, right in zip(one.rows(), whole.select(area=area).rows(), strict=True):
            assert left["measure"] == right["measure"]
            for figure in ("estimate", "se", "ci_low", "ci_high", "df", "p_equal"):
                assert left[figure] == pytest.approx(right[figure], rel=1e-9)


@pytest.mark.parametrize("name", [*DESIGNS, *CALIBRATED])
def test_ranks_with_ties_are_groups(name):
    asked = ["SII", "RII", "ACI", "RCI", "Wagstaff", "Erreygers"]
    ranked = ranked_inequality(design(name), "sick", "edu", measures=asked, scale=1)
    result = estimate(design(name), prop("sick"), by="edu")
    grouped = inequality(result, "edu", order=ORDER, direction="adverse", measures=asked)
    for one, two in zip(ranked.rows(), grouped.rows(), strict=True):
        assert [one["estimate"], one["se"], one["ci_low"]] == pytest.approx(
            [two["estimate"], two["se"], two["ci_low"]]
        )


def test_a_missing_group_is_said_and_stops_no_other_block():
    keep = ~((DATA["area"] == 1) & (EDU == "b"))
    some = {name: np.asarray(values)[keep] for name, values in DATA.items()}
    result = estimate(Design(some, weights="w"), prop("sick"), by=[("area", "edu")])
    found = inequality(result, "edu", order=ORDER, direction="adverse", reference="d")
    gone = found.select(area=1).rows()
    assert {row["reason"] for row in gone} == {"a group has no estimate here"}
    assert {row["p_equal"] for row in gone} == {None}
    assert found.select(area=0).row("SII")["status"] == "shown"


def test_replicates_of_a_linear_measure_give_its_delta_variance():
    """For D and ACI with given shares nothing is lost by linearising; the jackknife agrees."""
    values = RNG.normal([0.3, 0.25, 0.2, 0.1], 0.01, (50, 4))
    plain = Estimates(
        names=tuple(ORDER),
        values=values.mean(axis=0),
        covariance=Replicates(values, np.full(50, 0.5)).covariance(values.mean(axis=0)),
        df=np.full(4, 49.0),
    )
    repeated = Estimates(
        plain.names,
        plain.values,
        plain.covariance,
        plain.df,
        replicates=Replicates(values, np.full(50, 0.5)),
    )
    asked = {"order": ORDER, "pop": SHARES, "direction": "adverse", "scale": 1, "reference": "d"}
    one, two = by_name(inequality(plain, **asked)), by_name(inequality(repeated, **asked))
    for measure in ("D", "SII", "ACI", "Erreygers"):
        if measure in one:
            assert two[measure]["se"] == pytest.approx(one[measure]["se"])
    assert two["MDBW"]["interval"] == "replicates, not below 0"
    assert two["TI"]["se"] == pytest.approx(one["TI"]["se"], rel=0.05)


def test_replicates_of_groups_and_of_microdata():
    """Ranks made anew per replicate: from the cube's sums, and from every element."""
    replicated = design().replicates("jkn")
    result = estimate(replicated, prop("sick"), by="edu")
    asked = ["SII", "RII", "ACI", "RCI", "Wagstaff", "Erreygers"]
    grouped = inequality(result, "edu", order=ORDER, direction="adverse", measures=asked)
    ranked = ranked_inequality(replicated, "sick", "edu", measures=asked, scale=1)
    for one, two in zip(ranked.rows(), grouped.rows(), strict=True):
        assert one["estimate"] == pytest.approx(two["estimate"])
        assert one["se"] == pytest.approx(two["se"])
        assert two["interval"].startswith("replicates")


def test_replicates_of_differences_and_standardised_areas():
    """D is the cube's contrast, and the standardised area a sum of its replicates."""
    replicated = design().replicates("bootstrap", seed=1, count=40)
    result = estimate(replicated, prop("sick"), by=[("edu",)])
    (gap,) = inequality(result, "edu", order=ORDER, direction="adverse", measures="D").rows()
    (same,) = result.contrast({"gap": "a - d"}, by=("edu",)).rows()
    assert gap["se"] == pytest.approx(same["se"])
    one = standardise(replicated, prop("sick"), over="edu", standard=SHARES, by="area")
    cells = estimate(replicated, prop("sick"), by=[("area", "edu")])
    copies = cells.estimates("sick", by=("area", "edu")).replicates
    weights = np.array([SHARES[group] for group in ORDER])
    for place, row in enumerate(one.rows()):
        values = copies.values[:, 4 * place : 4 * place + 4] @ weights
        spread = np.sqrt(copies.factor @ (values - values.mean()) ** 2)
        assert row["se"] == pytest.approx(spread)
    assert one.estimates().se == pytest.approx([row["se"] for row in one.rows()])


def test_degrees_of_freedom_follow_the_result():
    for rule in ("domain", "satterthwaite", 12.0):
        result = estimate(design(), prop("sick"), by=[("edu",)], df=rule)
        (row,) = inequality(result, "edu", order=ORDER, direction="adverse", measures="D").rows()
        (gap,) = result.contrast({"gap": "a - d"}, by=("edu",)).rows()
        assert row["df"] == pytest.approx(gap["df"])


def test_simulation_is_near_delta_for_smooth_measures():
    result = estimate(design(), prop("sick"), by=[("edu",)])
    asked = {"order": ORDER, "direction": "adverse", "reference": "d"}
    delta = by_name(inequality(result, "edu", **asked))
    drawn = by_name(inequality(result, "edu", simulation=Simulation(seed=3, draws=20_000), **asked))
    for measure in ("D", "SII", "ACI", "RCI", "PAR", "PAF"):
        assert drawn[measure]["se"] == pytest.approx(delta[measure]["se"], rel=0.05), measure
    again = inequality(result, "edu", simulation=Simulation(seed=3, draws=20_000), **asked)
    assert by_name(again) == drawn


def test_standardised_areas_can_be_compared():
    """Age-standardised estimates go straight on, with their covariance."""
    data = DATA | {"age": RNG.choice(["16-64", "65+"], ROWS)}
    d = Design(data, weights="w", **DESIGNS["clusters"])
    found = standardise(d, prop("sick"), over="age", standard={"16-64": 4, "65+": 1}, by="edu")
    row = by_name(inequality(found.estimates(), order=ORDER, pop=SHARES, direction="adverse"))["D"]
    rows = found.rows()
    assert row["estimate"] == pytest.approx(rows[0]["estimate"] - rows[3]["estimate"])
