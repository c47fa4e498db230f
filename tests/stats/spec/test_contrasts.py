"""Contrasts

By how much do groups differ, and is it more than chance? From one pass over the data any arithmetic
on the domains of a dimension can be estimated: a difference, a ratio, the distance to the mean of
the others, a log odds ratio. For g of the domains' estimates with gradient ∇g,

    V(g) = V(Σ_d ∂g/∂θ_d · z_d)

where z_d are the domains' linearised values at the sampled units: one linear combination, whose
variance is taken as any total's. Nothing is lost by subtracting a covariance from two variances,
and domains that share clusters are treated rightly. A quotient of two positive things is tested
against 1 with its interval on the log scale, everything else against 0. With replicates the
expression is worked out in each.

Where nobody (or everybody) of a group has the answer, the estimated variance of the share is 0, as
if the group were known. Beside another group it has the variance of which t standard errors reach
Wilson's limit, (t / (n* + t²))² with Kish's n* = (Σw)²/Σw², less what of the group was asked. So
has it in `differences`, `versus_rest`, `compare_rounds`, `estimate_jointly` and the measures of
inequality. A rest that is all in one PSU has no standard error, as a domain has none. In made-up
surveys of 10 to 20 clusters the 95 % interval of a difference from a small group then held the true
value in 99 of 100, and in all of those in which the group was at 0; with a variance of 0 in 84 to
86, and in 39 to 75 (docs/performance.md): it errs on the safe side. Shares that are near 0 without
being there have the normal interval, which is rough for a handful of ones.

`Result.estimates` hands a grouping set's domains on with their covariance, for joint tests;
`estimate_jointly` does so for several variables at once.

Source: Woodruff (1971), A simple method for approximating the variance of a complicated estimate;
Cochran (1977), sec. 5A.14; Lumley (2010), sec. 2.5; Wilson (1927) and Newcombe (1998)
for shares of 0 and 1.

In R: `survey::svyby(..., covmat = TRUE)` and `survey::svycontrast` with a quoted expression.

Differs: intervals take t with the design's df, and a quotient's is made on the log scale; R's
`confint(svycontrast())` is estimate ± 1.96·se. R, and every program known to us, gives a share of
0 or 1 the variance 0 in a contrast too.
"""

import math

import pytest

from samling.stats import Design, StatsError, estimate, estimate_jointly, mean, prop, total

DATA = {
    "school": [1, 1, 1, 2, 2, 2, 3, 3, 3],
    "edu": ["low", "mid", "high"] * 3,
    "y": [9.0, 7.0, 3.0, 8.0, 7.0, 4.0, 10.0, 4.0, 2.0],
    "x": [2.0, 2.0, 1.0, 4.0, 1.0, 1.0, 3.0, 3.0, 1.0],
}


@pytest.fixture
def result():
    return estimate(Design(DATA, psu="school"), [mean("y")], by=["edu"])


def test_a_difference(result):
    """In the three schools low - high is 6, 4 and 8: mean 6, variance of the mean s²/3 = 4/3."""
    (row,) = result.contrast({"gap": "low - high"}, by=("edu",)).rows()
    assert row["estimate"] == pytest.approx(6.0)
    assert row["se"] == pytest.approx(math.sqrt(4 / 3))
    assert (row["first"], row["second"], row["n_first"], row["df"]) == ("low", "high", 3, 2)


def test_a_ratio(result):
    """9/3: its log is tested against 0 and its interval taken back from there."""
    (row,) = result.contrast({"ratio": "low / high"}, by=("edu",)).rows()
    assert row["estimate"] == pytest.approx(3.0)
    assert math.sqrt(row["ci_low"] * row["ci_high"]) == pytest.approx(3.0)


def test_any_arithmetic(result):
    """Low against the mean of the two others: 4, 2.5 and 7 in the schools, so s² = 5.25."""
    asked = {"extra": "low - (mid + high) / 2"}
    (row,) = result.contrast(asked, by=("edu",)).rows()
    assert row["estimate"] == pytest.approx(4.5)
    assert row["se"] == pytest.approx(math.sqrt(5.25 / 3))
    assert (row["first"], row["n_first"]) == (None, None)


def test_curved_arithmetic(result):
    """log(low) - log(high) is the log of the ratio, with the same test."""
    asked = {"log": "log(low) - log(high)", "ratio": "low / high"}
    log, ratio = result.contrast(asked, by=("edu",)).rows()
    assert log["estimate"] == pytest.approx(math.log(3))
    assert log["se"] == pytest.approx(ratio["se"] / 3)
    assert log["p"] == pytest.approx(ratio["p"])
    assert log["ci_low"] == pytest.approx(math.log(ratio["ci_low"]))


def test_a_relative_difference_may_be_negative(result):
    """(mid - low) / low is -1/3: no log scale, and "no difference" is 0; mid / low is 1 more."""
    asked = {"relative": "(mid - low) / low", "ratio": "mid / low"}
    relative, ratio = result.contrast(asked, by=("edu",)).rows()
    assert relative["estimate"] == pytest.approx(-1 / 3)
    assert relative["se"] == pytest.approx(ratio["se"])
    assert relative["ci_high"] - relative["estimate"] == pytest.approx(4.302652730 * ratio["se"])


def test_in_every_group_of_the_others():
    """With two dimensions there is a line for each value of the other one; a gap there is None."""
    data = {**DATA, "sex": ["f"] * 5 + ["m"] * 4}
    result = estimate(Design(data), mean("y"), by=[("edu", "sex")])
    rows = result.contrast({"sum": "low + mid + high"}, by=("edu", "sex"), dimension="edu").rows()
    assert [row["sex"] for row in rows] == ["f", "m"]
    assert rows[0]["estimate"] == pytest.approx(8.5 + 7.0 + 3.0)
    assert rows[1]["estimate"] == pytest.approx(10.0 + 4.0 + 3.0)


def test_values_that_look_like_arithmetic():
    """The values 16-29 and 30-44 are meant as they stand; backticks settle what is unclear."""
    data = {"age": ["16-29", "30-44", "45"] * 2, "y": [4.0, 2.0, 1.0, 6.0, 2.0, 1.0]}
    result = estimate(Design(data), mean("y"), by=["age"])
    rows = result.contrast(
        {"gap": "16-29 - 30-44", "half": "16-29 - 30-44 - `45`"}, by=("age",)
    ).rows()
    assert [row["estimate"] for row in rows] == pytest.approx([3.0, 2.0])


def test_a_joint_test_of_all_groups(result):
    """Are the three groups equal? Both differences are 0 at once, by Wald's F."""
    groups = result.estimates(by=("edu",))
    assert groups.names == ("high", "low", "mid")
    gaps = groups.contrast({"one": "low - high", "two": "mid - high"})
    test = gaps.wald()
    assert (test.numerator_df, test.denominator_df) == (2, 2.0)


def test_a_group_without_an_answer_spoils_only_its_own():
    """Nobody with high education has a value of z: what needs it is None, the rest stands."""
    data = {
        **DATA,
        "z": [None if e == "high" else y for e, y in zip(DATA["edu"], DATA["y"], strict=True)],
    }
    groups = estimate(Design(data, psu="school"), mean("z"), by=["edu"]).estimates(by=("edu",))
    gap, gone = groups.contrast({"gap": "low - mid", "gone": "low - high"}).rows()
    assert gap["estimate"] == pytest.approx(3.0)
    assert gap["se"] is not None
    assert (gone["estimate"], gone["se"]) == (None, None)
    assert math.isnan(groups.wald().p)


def test_between_variables():
    """The means of y and x share schools: y - 3x of each person has the mean 0 too."""
    design = Design(DATA, psu="school")
    both = estimate_jointly(design, [mean("y"), mean("x")])
    assert both.names == ("y", "x")
    data = {**DATA, "z": [y - 3 * x for y, x in zip(DATA["y"], DATA["x"], strict=True)]}
    (wanted,) = estimate(Design(data, psu="school"), mean("z")).rows()
    (found,) = both.contrast({"z": "y - 3 * x"}).rows()
    assert [found["estimate"], found["se"]] == pytest.approx([wanted["estimate"], wanted["se"]])


def test_names_of_joint_estimates():
    """The variable, its level, and the domain; the kind in front where a name would come twice."""
    design = Design(DATA, psu="school")
    found = estimate_jointly(design, [mean("y"), total("y"), prop("edu")], by="edu")
    assert found.names[:4] == ("mean y: high", "mean y: low", "mean y: mid", "total y: high")
    assert found.names[6] == "edu=high: high"


def test_a_word_that_is_no_group(result):
    """The error says the word and what there is."""
    with pytest.raises(StatsError, match=r"'medel'.*none of the names: high, low, mid"):
        result.contrast({"gap": "low - medel"}, by=("edu",))
    with pytest.raises(StatsError, match="has none of the values"):
        result.contrast({"two": "1 + 1"}, by=("edu",))


def test_nobody_in_a_group_is_not_nothing_known():
    """None of 10, and 4 of 10: Wilson's limit of none of 10 is z²/(10 + z²) = 0.278."""
    data = {"g": ["a"] * 10 + ["b"] * 10, "y": [0] * 10 + [1] * 4 + [0] * 6}
    result = estimate(Design(data), prop("y"), by=["g"], df=math.inf)
    limit = 1.959964**2 / (10 + 1.959964**2)
    (row,) = result.differences("g", "g", [("b", "a")]).rows()
    own = result.rows()[1]["se"]
    assert row["se"] == pytest.approx(math.sqrt(own**2 + (limit / 1.959964) ** 2))
    assert row["ci_low"] == pytest.approx(0.4 - math.sqrt((1.959964 * own) ** 2 + limit**2))
