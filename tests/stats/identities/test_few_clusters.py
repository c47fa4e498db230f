"""Shared design effects by two codes, and where they must be the result's own."""

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, prop, share_design_effects, total
from samling.stats.cube.clusters import clusters_of

RNG = np.random.default_rng(5)
SCHOOL = np.repeat(np.arange(40), RNG.integers(20, 60, 40))
PLACE = np.searchsorted([1, 3, 5, 9, 16, 40], np.arange(40), side="right")[SCHOOL]
RATE = RNG.beta(7, 3, 40)
DATA = {
    "school": SCHOOL,
    "place": PLACE,
    "sex": RNG.integers(0, 2, SCHOOL.size),
    "y": (RNG.random(SCHOOL.size) < RATE[SCHOOL]).astype(float),
    "x": RNG.normal(50, 5, SCHOOL.size) + 10 * RATE[SCHOOL],
}
BY = [(), ("place",), ("place", "sex")]


def made(data=DATA, statistics=None, **options):
    chosen = statistics or [prop("y"), mean("x")]
    return estimate(Design(data, psu="school", **options), chosen, by=BY, ci="korn-graubard")


def same(one, two, rel):
    """Whether two rows say the same; approx knows no None inside a dict."""
    for name, value in one.items():
        if isinstance(value, float):
            assert two[name] == pytest.approx(value, rel=rel), name
        else:
            assert two[name] == value, name


def test_one_domain_alone_has_nobody_to_share_with():
    own, shared = made().rows(), share_design_effects(made()).rows()
    for one, two in zip(own, shared, strict=True):
        if one["place"] is None:
            same(one, two, 1e-12)


def test_totals_keep_their_own():
    result = made(statistics=[total("x")])
    for one, two in zip(result.rows(), share_design_effects(result).rows(), strict=True):
        same(one, two, 1e-12)
    pairs = (("place", "sex"), "sex", [(1, 0)])
    own, shared = (one.differences(*pairs).rows() for one in (result, share_design_effects(result)))
    for one, two in zip(own, shared, strict=True):
        same(one, two, 1e-9)


def test_without_a_prior_every_domain_speaks_for_itself():
    """Its own variance, taken up to what Taylor's misses and to that of independent elements."""
    for one, two in zip(
        made().rows(), share_design_effects(made(), prior_df=0).rows(), strict=True
    ):
        if one["place"] is None or one["n_psu"] < 2:
            continue
        m = one["n_psu"]
        missed = 1 - 1 / m + 1 / 40
        expected = max(one["se"] / np.sqrt(missed), one["se_srs"])
        assert two["se"] == pytest.approx(expected, rel=1e-12)
        assert two["df"] == m - 1


def test_order_and_names_do_not_matter():
    order = RNG.permutation(SCHOOL.size)
    moved = {name: values[order] for name, values in DATA.items()}
    moved["school"] = 1000 - moved["school"]
    for one, two in zip(
        share_design_effects(made()).rows(), share_design_effects(made(moved)).rows(), strict=True
    ):
        same(one, two, 1e-9)


def test_a_place_against_the_rest_is_a_difference_of_two():
    """The same comparison asked as one of two groups, in a county of two places."""
    two_places = DATA | {"place": (PLACE > 3).astype(int)}
    result = estimate(
        Design(two_places, psu="school"), prop("y"), by=[("place",), ("sex", "place")]
    )
    shared = share_design_effects(result)
    small, large = shared.versus_rest(["place"], "place").rows()
    (gap,) = shared.differences(["place"], "place", [(0, 1)]).rows()
    assert small["difference"] == pytest.approx(gap["difference"])
    assert large["difference"] == pytest.approx(-gap["difference"])
    # There, each place is the other's rest, so the two lines share what one line of a pair has.
    assert small["se"] == pytest.approx(large["se"], rel=0.05)


def counted(result):
    """Schools of the rest of each place, and their strata, by what `versus_rest` is made from."""
    grouping = result.block(["place"]).grouping
    whole = np.zeros(grouping.size, dtype=int)
    inside = np.where(grouping.domain >= 0, 0, -1)
    parts = clusters_of(result.basis, grouping.domain, grouping.size)
    psus, strata = clusters_of(result.basis, inside, 1).without(parts, whole)
    return psus[:, 0].tolist(), strata[:, 0].tolist()


def test_schools_of_the_rest_that_cross_the_places():
    rng = np.random.default_rng(8)
    home = np.where(SCHOOL < 30, rng.integers(0, 4, SCHOOL.size), 2 + SCHOOL % 2)
    schools = [np.unique(SCHOOL[home != place]).size for place in range(4)]
    assert counted(made(DATA | {"place": home})) == (schools, [1] * 4)


def test_schools_and_strata_of_the_rest():
    stratum = np.where(np.isin(PLACE, 5), 5, PLACE % 2)
    result = made(DATA | {"stratum": stratum}, strata="stratum")
    apart = [~np.isin(PLACE, place) for place in range(6)]
    assert counted(result) == (
        [np.unique(SCHOOL[rest]).size for rest in apart],
        [np.unique(stratum[rest]).size for rest in apart],
    )
