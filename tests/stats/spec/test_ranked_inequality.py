"""Inequality along a rank, from microdata

Is health more common among those with higher incomes, all along the scale and not only between
groups? Everybody has a rank R, the weighted share of the population with less, plus half of those
with the same; its mean is 1/2. Then

    ACI = 2·cov(y, R)      RCI = ACI/μ
    SII = cov(y, R)/var(R)  RII = (μ + SII/2)/(μ - SII/2)

Ranks are estimated too: the weight of one person moves the rank of all above. Their influence is

    ∂Σ w·y·R/∂w_i = y_i·R_i + Σ_k w_k·y_k·(h(i, k) - R_k)/N

with h(i, k) = 1 if i stands below k, 1/2 beside, 0 above. The design gives the variance of the
sum of everybody's influence; with replicate weights the ranks are made anew for each.

Source: Kakwani, Wagstaff & van Doorslaer (1997), Socioeconomic inequalities in health, J
Econometrics 77:87-103; Demnati & Rao (2004), Linearization variance estimators for survey data,
Survey Methodology 30; O'Donnell et al. (2008).

In R: `healthequal::aci` and `rci` with `weight`; `survey::withReplicates` for a replicate variance.

Differs: healthequal takes the ranks as known (the "convenient regression"), and uses the normal
quantile; here the ranks' own uncertainty counts, and the degrees of freedom are the design's.
"""

import pytest

from samling.stats import Design, MeasureError, estimate, inequality, prop, ranked_inequality

PEOPLE = {"income": [10, 20, 20, 40], "sick": [1, 1, 0, 0]}


def test_a_concentration_index():
    """Ranks 1/8, 1/2, 1/2, 7/8 and mean 1/2: cov = (1/8 + 1/2)/4 - 1/4 = -3/32, ACI -3/16."""
    found = ranked_inequality(Design(PEOPLE), "sick", "income", measures=["ACI", "RCI"])
    aci, rci = found.rows()
    assert aci["estimate"] == pytest.approx(-3 / 16)
    assert rci["estimate"] == pytest.approx(-3 / 8)


def test_the_slope():
    """The ranks' variance is 2·(3/8)²/4 = 9/128, so SII = -(3/32)/(9/128) = -4/3.

    The line predicts 1/2 + 2/3 at the bottom and less than 0 at the top: no RII.
    """
    (sii,) = ranked_inequality(Design(PEOPLE), "sick", "income", measures="SII").rows()
    assert sii["estimate"] == pytest.approx(-4 / 3)
    with pytest.raises(MeasureError, match="predicts 0 or less"):
        ranked_inequality(Design(PEOPLE), "sick", "income", measures="RII")


def test_the_other_way_round():
    """When a high value is the disadvantaged end, the index changes sign."""
    found = ranked_inequality(Design(PEOPLE), "sick", "income", measures="ACI", lowest_first=False)
    assert found.values == pytest.approx([3 / 16])


def test_groups_are_ranks_with_many_ties():
    """Over groups in order it is inequality() with estimated shares: value and standard error."""
    data = {
        "edu": ["low"] * 5 + ["mid"] * 8 + ["high"] * 4,
        "sick": [1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0],
        "w": [2, 1, 3, 1, 2, 1, 1, 2, 2, 1, 3, 1, 2, 2, 1, 1, 3],
    }
    d, order = Design(data, weights="w"), ["low", "mid", "high"]
    asked = ["SII", "RII", "ACI", "RCI", "Wagstaff", "Erreygers"]
    ranked = ranked_inequality(d, "sick", "edu", order=order, measures=asked, scale=1)
    result = estimate(d, prop("sick"), by="edu")
    grouped = inequality(result, "edu", order=order, direction="adverse", measures=asked)
    for one, two in zip(ranked.rows(), grouped.rows(), strict=True):
        assert one["estimate"] == pytest.approx(two["estimate"])
        assert one["se"] == pytest.approx(two["se"])
        assert one["ci_low"] == pytest.approx(two["ci_low"])


def test_left_out_and_counted():
    """Who lacks income or answer has no rank; the method says how many."""
    data = PEOPLE | {"sick": [1, None, 0, 0]}
    found = ranked_inequality(Design(data), "sick", "income", measures="ACI")
    assert (found.method["n"], found.method["dropped"]) == (3, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"measures": "TI"}, "TI compare groups, not ranks"),
        ({"measures": "Wagstaff"}, "give scale="),
        ({"order": [10, 20]}, "it lacks 40"),
    ],
)
def test_what_cannot_be_asked(more, said):
    """Measures between groups, a missing scale, a value without a place."""
    with pytest.raises(MeasureError, match=said):
        ranked_inequality(Design(PEOPLE), "sick", "income", **more)


def test_a_rank_that_does_not_vary():
    """Then nobody stands above anybody else."""
    with pytest.raises(MeasureError, match="has 1 value"):
        ranked_inequality(Design(PEOPLE | {"income": [1] * 4}), "sick", "income")
