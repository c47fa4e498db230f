"""Places with few clusters: sharing design effects

A municipality with two schools has a standard error with *one* degree of freedom. By chance it is
near 0, or several times too large, and an interval from it is either far too sure or says nothing
(11 to 99 per cent). But how alike pupils of one school are can be learned from the schools of all
municipalities together. `share_design_effects(result)` does so, for every statistic and grouping
set of an estimate:

    b      = elements per cluster in the domain,  df = its clusters - its strata
    deff   = variance / variance of independent elements      (the domain's own)
    ρ      = Σ df (deff - 1) / Σ df (b - 1)                   (all domains together, 0 to 1)
    shared = max(1, (df·deff + prior·(1 + (b - 1) ρ)) / (df + prior))

A place with many clusters keeps its own design effect; one with few leans on what is expected of
clusters of that size. `prior_df` is 8: from eight degrees of freedom on NCHS's standard asks for no
review. The prior is less when all other domains together have fewer than that. se, interval, df
(df + prior, at most the design's), n_eff, deff, cv and flag follow.

- A domain that has few of its strata's clusters (two schools of a county's 73) has a Taylor
  variance that is too small on average, by 1 - 1/m + Σ m_h²/M_h / m² for m_h of M_h clusters. Its
  own design effect is divided by that.
- `differences` and `versus_rest` share among the comparisons of a grouping set in the same way: b
  is the mean of the sides', each by its part of the variance, and df the fewest of the two.
- Where no domain of a grouping set has two clusters, as when every place is a school, the clusters
  are the places themselves. Elements of each then count as independent.
- The mean of a cluster where all have answered alike has no standard error: 0 would be too sure.
- Totals keep their own variance: how many clusters there are moves them more than likeness does.
- What is shared is how alike clusters are, never the estimates: `fay_herriot` shares those.

With made-up schools, 1 to 25 to a place, 95 % intervals of places with two schools held the true
share in 96 to 98 % of them, and in 55 to 59 % without sharing (docs/performance.md).

Source: Kish (1965), Survey Sampling, ch. 5.4, for 1 + (b - 1)ρ; Smyth (2004), "Linear models and
empirical Bayes methods", for averaging variances by their degrees of freedom; Verma, Scott &
O'Muircheartaigh (1980), "Sample designs and sampling errors for the World Fertility Survey", for
carrying ρ from one group to another.

In R: there is no function for it; `limma::squeezeVar` averages variances likewise, without ρ. The
golden test's script writes the formula out with variances from `survey`.
"""

import math

import pytest

from samling.stats import Design, StatsError, estimate, mean, prop, share_design_effects

# Three municipalities with four pupils to a school; which schools have good outlooks differs
SCHOOLS = {
    "Alby": [1, 1],
    "Berga": [2, 2],
    "Dalen": [0, 1, 2, 3, 3, 3, 2, 2, 1, 3],
}


def pupils(schools=SCHOOLS, each=4, many=4):
    """`many` times as many pupils as are said, so that every place has at least 30."""
    data = {"municipality": [], "school": [], "outlook": []}
    for place, good in schools.items():
        for number, ones in enumerate(good):
            data["municipality"] += [place] * each * many
            data["school"] += [f"{place} {number}"] * each * many
            data["outlook"] += [1] * ones * many + [0] * (each - ones) * many
    return data


def found(data=None, by="municipality", **options):
    design = Design(data or pupils(), psu="school")
    return estimate(design, prop("outlook"), by=by, ci="korn-graubard", **options)


def test_two_schools_that_agree_are_not_certain():
    """Alby's two schools have the same share, so their own variance is 0 and the interval a point.
    What Dalen's ten schools tell of likeness gives the two an interval that can be believed."""
    own, shared = found(), share_design_effects(found())
    alby, lent = own.rows()[0], shared.rows()[0]
    assert alby["se"] == 0
    assert (lent["estimate"], lent["df"]) == (0.25, 1 + 8)
    assert lent["ci_low"] < 0.15
    assert lent["ci_high"] > 0.45


def test_by_hand():
    """Dalen's ten schools differ from its 50 per cent by 0.5, 0.25 (six of them) and 0 (three):
    variance 10/9·(0.5² + 6·0.25²)/10² = 0.00694, where 160 independent pupils have 0.25/160, so
    its deff is 4.4. The small places have 0 on 1 df each. With 16 pupils to a school
    ρ = (1·(0 - 1) + 1·(0 - 1) + 9·(4.41 - 1)) / (11·15) = 0.174, and 1 + 15ρ = 3.61 is expected.
    Alby's own 0 on 1 df and 3.61 on 8 make 3.21."""
    shared = share_design_effects(found())
    dalen = found().rows()[2]
    missed = 1 - 1 / 10 + 1 / 14  # ten of the fourteen schools
    deff = dalen["se"] ** 2 / dalen["se_srs"] ** 2 / missed
    rho = (-1 - 1 + 9 * (deff - 1)) / (11 * 15)
    alby = shared.rows()[0]
    assert shared.correlation["municipality",] == pytest.approx([rho])
    lent = (1 * 0 + 8 * (1 + 15 * rho)) / 9
    assert alby["se"] == pytest.approx(alby["se_srs"] * math.sqrt(lent))
    assert [round(number, 2) for number in (deff, 1 + 15 * rho, lent)] == [4.41, 3.61, 3.21]


def test_a_place_with_many_schools_keeps_its_own():
    """With forty schools the design effect is nearly its own: 39 df of 47."""
    data = pupils(SCHOOLS | {"Dalen": SCHOOLS["Dalen"] * 4})
    own, shared = found(data).rows()[2], share_design_effects(found(data)).rows()[2]
    assert shared["df"] == 39 + min(8, 2)  # the others know 2 in all
    assert shared["se"] == pytest.approx(own["se"], rel=0.05)


def test_one_school():
    """A single school says nothing of how schools differ: what is expected is all there is."""
    shared = share_design_effects(found(pupils(SCHOOLS | {"Alby": [1]})))
    alby = shared.rows()[0]
    rho = shared.correlation["municipality",][0]
    assert alby["df"] == 8
    assert alby["se"] == pytest.approx(alby["se_srs"] * math.sqrt(1 + 15 * rho))


def test_schools_as_places():
    """Where every place is one school, schools are what is told apart: the pupils of each count as
    independent of one another, as tosses of a coin."""
    shared = share_design_effects(found(pupils(many=8), by="school"))
    assert {row["se"] == pytest.approx(row["se_srs"]) for row in shared.rows()} == {True}
    assert {row["df"] for row in shared.rows()} == {13}  # the design's
    for row in shared.versus_rest(["school"], "school").rows():
        assert row["se"] >= next(
            one["se_srs"] for one in shared.rows() if one["school"] == row["school"]
        )


def test_comparisons_share_too():
    """Alby against the rest: without sharing its schools count as certain."""
    own = found().versus_rest(["municipality"], "municipality").rows()[0]
    lent = share_design_effects(found()).versus_rest(["municipality"], "municipality").rows()[0]
    assert lent["difference"] == own["difference"]
    assert lent["se"] > own["se"]
    assert lent["df"] == 1 + (1 + 3)  # what Berga's and Dalen's comparisons know together


def test_likeness_never_makes_surer():
    """Schools that differ less than chance lets expect: the design effect stays at 1."""
    data = pupils({"Alby": [2, 2], "Berga": [2, 2], "Dalen": [2, 2, 2]})
    for row in share_design_effects(found(data)).rows():
        assert row["se"] == pytest.approx(row["se_srs"])


def test_a_number_that_was_asked_for_stays():
    """df=inf gives normal quantiles of the shared variance."""
    rows = share_design_effects(found(df=math.inf)).rows()
    assert {row["df"] for row in rows} == {math.inf}


def test_the_result_says_so():
    """The method names the prior; a result of its own has none."""
    assert found().method.prior_df is None
    assert share_design_effects(found()).method.prior_df == 8
    assert share_design_effects(found(), prior_df=4).method.prior_df == 4


def test_satterthwaite_is_another_answer():
    """Both say how much a variance is worth; one of them has to be chosen."""
    with pytest.raises(StatsError, match="degrees of freedom of their own"):
        share_design_effects(found(df="satterthwaite"))
    with pytest.raises(StatsError, match=r"prior_df=-1\.0 must be 0 or more"):
        share_design_effects(found(), prior_df=-1)


def test_replicates_have_variances_of_another_kind():
    """A jackknife overestimates where Taylor's variance falls short, so that the two can't share
    one correction."""
    replicated = Design(pupils(), psu="school").replicates("jk1")
    with pytest.raises(StatsError, match="without replicates"):
        share_design_effects(estimate(replicated, prop("outlook"), by="municipality"))


def test_means():
    """Means share as proportions do."""
    result = estimate(Design(pupils(), psu="school"), mean("outlook"), by="municipality")
    shares, means = (
        [row["se"] for row in share_design_effects(one).rows()] for one in (found(), result)
    )
    assert means == pytest.approx(shares)
