"""Lonely PSUs

A stratum with a single PSU says nothing about how PSUs vary in it. What it adds to the variance is
a choice, and the choice is stated in the result:

- `"fail"` (default): an error that names the strata.
- `"certainty"`: nothing, as if it had been chosen with certainty.
- `"adjust"`: its squared deviation from the mean of all PSU totals over all strata.
- `"average"`: what the other strata add on average; V · strata / (strata - lonely).
- `"collapse"`: it is joined with the neighbouring stratum in sorted order, the next one or for the
  last the one before; two lonely strata after each other become a pair. For a pair this gives
  (t1 - t2)², on average too much by the difference between the strata: the safe side. The
  diagnosis and the result name the strata that were joined. A stratum taken with certainty is
  nobody's neighbour, and at later stages only units of the same stratum above are.

A stratum that was taken whole (fpc = n) is not lonely: it adds nothing by right. PSUs that are
alone only inside a domain are another matter: see `lonely_domain`.

Source: Hansen, Hurwitz & Madow (1953), collapsed strata; Cochran (1977), sec. 5A.12; Wolter (2007),
sec. 2.5; Lumley (2010), sec. 3.2.

In R: `options(survey.lonely.psu = "fail" | "certainty" | "adjust" | "average")`; R has no
"collapse".

Differs: it belongs to the design, not to global options. survey 4.1-1 gives totals that are wrong
under "adjust"; ours are those of survey 4.5.
"""

from math import sqrt

import pytest

from samling.stats import Design, StatsError, estimate, total

DATA = {
    "area": ["A", "A", "B", "C", "C"],
    "school": [1, 2, 3, 4, 5],
    "y": [4.0, 6.0, 20.0, 10.0, 13.0],
}


def standard_error(rule, **more):
    design = Design({**DATA, **more}, strata="area", psu="school", lonely_psu=rule)
    (row,) = estimate(design, total("y")).rows()
    return row["se"]


def test_refused_by_default():
    """B has one school. A and C add 2·(1² + 1²) = 4 and 2·(1.5² + 1.5²) = 9."""
    with pytest.raises(StatsError, match=r"1 strata have only one PSU.*area=B"):
        standard_error("fail")


def test_certainty_adds_nothing():
    """4 + 9."""
    assert standard_error("certainty") == pytest.approx(sqrt(13))


def test_adjust_holds_it_against_all():
    """The mean of all five totals is 10.6, so B adds (20 - 10.6)²."""
    assert standard_error("adjust") == pytest.approx(sqrt(13 + 9.4**2))


def test_average_takes_the_others():
    """13 from two strata of three: 13·3/2."""
    assert standard_error("average") == pytest.approx(sqrt(19.5))


def test_collapse_joins_it_with_the_next():
    """B and C become one stratum with 20, 10 and 13: 3/2·(5.667² + 4.333² + 1.333²) = 79. A: 4."""
    assert standard_error("collapse") == pytest.approx(sqrt(4 + 79))


def test_the_result_says_which_were_joined():
    """In the diagnosis of the design and the method of every result; df lose the joined stratum."""
    design = Design(DATA, strata="area", psu="school", lonely_psu="collapse")
    assert design.diagnose().collapsed == (("area=B", "area=C"),)
    result = estimate(design, total("y"))
    assert result.method.collapsed == (("area=B", "area=C"),)
    assert result.rows()[0]["df"] == 5 - 2


def test_two_lonely_strata_become_a_pair():
    """A and B have one school each, 4 and 20: (4 - 20)² = 256. C is left alone and adds 9."""
    data = {"area": ["A", "B", "C", "C"], "school": [1, 3, 4, 5], "y": [4.0, 20.0, 10.0, 13.0]}
    design = Design(data, strata="area", psu="school", lonely_psu="collapse")
    (row,) = estimate(design, total("y")).rows()
    assert design.diagnose().collapsed == (("area=A", "area=B"),)
    assert row["se"] == pytest.approx(sqrt(256 + 9))


def test_the_last_is_joined_with_the_one_before():
    """C has one school, 10, and joins B."""
    data = {"area": ["A", "A", "B", "B", "C"], "y": [4.0, 6.0, 20.0, 22.0, 10.0]}
    design = Design(data, strata="area", lonely_psu="collapse")
    assert design.diagnose().collapsed == (("area=B", "area=C"),)


def test_joined_populations_are_added():
    """1 of 4 and 2 of 4 make 3 of 8: (1 - 3/8)·79 from B and C, (1 - 2/4)·4 from A."""
    design = Design(
        {**DATA, "N": [4] * 5}, strata="area", psu="school", fpc="N", lonely_psu="collapse"
    )
    (row,) = estimate(design, total("y")).rows()
    assert row["se"] == pytest.approx(sqrt(0.5 * 4 + 5 / 8 * 79))


def test_a_stratum_taken_whole_is_not_lonely():
    """B has one school and no more (N = 1): nothing is unknown there, and no rule is needed."""
    design = Design({**DATA, "N": [1e9, 1e9, 1, 1e9, 1e9]}, strata="area", psu="school", fpc="N")
    assert design.diagnose().lonely == ()
    (row,) = estimate(design, total("y")).rows()
    assert row["se"] == pytest.approx(sqrt(13), rel=1e-6)


def test_certainty_is_nobodys_neighbour():
    """B is lonely between strata that were taken whole, so it stays lonely and is named."""
    data = {**DATA, "N": [2, 2, 9, 2, 2]}
    design = Design(data, strata="area", psu="school", fpc="N", lonely_psu="collapse")
    assert design.diagnose().collapsed == ()
    with pytest.raises(StatsError, match="area=B"):
        estimate(design, total("y"))


def test_replicates_know_the_rules():
    """Leaving one out in joined strata gives the same as linearisation. "adjust" has none."""
    design = Design(DATA, strata="area", psu="school", lonely_psu="collapse")
    (row,) = estimate(design.replicates("jkn"), total("y")).rows()
    assert row["se"] == pytest.approx(sqrt(83))
    adjusted = Design(DATA, strata="area", psu="school", lonely_psu="adjust")
    with pytest.raises(StatsError, match=r"no counterpart among replicates.*area=B"):
        adjusted.replicates("jkn")
