"""Quantiles

Below which value lies half of the population, or a tenth of it? The quantile q(p) is the smallest
value y whose weighted share of values at or below it, F(y), is at least p. With `rule="school"`,
where F(y) is exactly p it is the middle of y and the next value.

The interval is Woodruff's: the interval of the proportion F(q) with the design's standard error,
centred at F(q) as it is estimated (not at p), is read off the distribution backwards; `ci` is any
of the intervals of proportions. The standard error is its width over 2t. An end of the proportion's
interval outside 0 to 1 has no value, and the limit is None. With replicates the proportion's
variance is theirs; `ci="replicates"` uses the replicates' own quantiles instead.

Source: Woodruff (1952), Confidence intervals for medians and other position measures; Francisco &
Fuller (1991); Efron (1982) for why the jackknife has no quantiles.

In R: `survey::svyquantile(qrule = "math" | "school", interval.type = "mean" | "xlogit" | "beta" |
"quantile")`; ci="wald", "logit", "korn-graubard" and "replicates" in that order.

Differs: a share within 1e-10 of a step counts as the step. With equal weights sums of rounded
numbers may hit or miss it: for 200 schools of the same weight (apisrs) R says 658 for the median
(the 100th, a hit) but 482 for the tenth (the 21st, a miss); svy says 660 for the median. Here it is
the 100th and the 20th, 658 and 479. Below the first element's share R gives the second value, here
it is the first. Both are shown in the golden tests.
"""

import pytest

from samling.stats import Design, StatsError, quantiles


def only(result):
    (row,) = result.rows()
    return row


def test_a_median():
    """Half of five people have at most 3."""
    assert only(quantiles(Design({"y": [5, 1, 3, 2, 4]}), "y"))["estimate"] == 3


def test_weights():
    """Of weight 10, the person with 2 brings the share up to 0.6."""
    design = Design({"y": [1, 2, 3], "w": [1.0, 5.0, 4.0]}, weights="w")
    assert only(quantiles(design, "y"))["estimate"] == 2


def test_exactly_half():
    """Exactly half have at most 2: "math" says 2, "school" the middle of 2 and 3."""
    design = Design({"y": [1, 2, 3, 4]})
    assert only(quantiles(design, "y"))["estimate"] == 2
    assert only(quantiles(design, "y", rule="school"))["estimate"] == 2.5


def test_a_tie_survives_rounding():
    """Ten weights of 0.1: the first three add up to 0.30000000000000004, yet are three tenths."""
    design = Design({"y": list(range(1, 11)), "w": [0.1] * 10}, weights="w")
    shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    found = [row["estimate"] for row in quantiles(design, "y", shares).rows()]
    assert found == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_woodruffs_interval():
    """100 people with 1 to 100: F(50) = 0.5 with standard error √(0.25/99) = 0.0503.

    t·se = 1.984·0.0503 = 0.0997, and the values at 0.4003 and 0.5997 are 41 and 60.
    """
    row = only(quantiles(Design({"y": list(range(1, 101))}), "y"))
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == (50, 41, 60)
    assert row["se"] == pytest.approx((60 - 41) / (2 * 1.984216952))
    assert (row["n"], row["df"]) == (100, 99)


def test_centred_where_it_is_estimated():
    """Of 1, 2, 2, ..., 2 the median is 2 and F(2) = 1, far above 0.5: the variance there is 0."""
    row = only(quantiles(Design({"y": [1] + [2] * 9}), "y"))
    assert row["estimate"] == 2
    assert row["ci_high"] is None


def test_an_end_outside_cannot_be_said():
    """A tenth of ten people: 0.1 ± 0.23 goes below 0, so there is no lower limit and no se."""
    row = only(quantiles(Design({"y": list(range(1, 11))}), "y", 0.1))
    assert (row["estimate"], row["ci_low"], row["ci_high"], row["se"]) == (1, None, 4, None)
    logit = only(quantiles(Design({"y": list(range(1, 11))}), "y", 0.1, ci="logit"))
    assert logit["ci_low"] == 1


def test_many_domains():
    """Every domain has its own; PSUs without members still count in the variance."""
    data = {"sex": ["f", "m"] * 4, "y": [1, 10, 2, 20, 3, 30, None, 40]}
    result = quantiles(Design(data), "y", [0.5], by=[("sex",), ()])
    rows = result.rows()
    assert [(r["sex"], r["estimate"], r["n"]) for r in rows] == [
        ("f", 2, 3),
        ("m", 20, 4),
        (None, 10, 7),
    ]
    assert result.dropped.variables == {"y": 1}


def test_quantiles_of_replicates():
    """Two half samples, whose medians are 1 and 4: V = ((1 - 2.5)² + (4 - 2.5)²)/2."""
    data = {"w": [1.0] * 4, "y": [1, 2, 3, 4], "h1": [2.0, 2.0, 0, 0], "h2": [0, 0, 0.0, 4.0]}
    design = Design.from_replicates(data, weights="w", replicate_weights="h", kind="brr")
    row = only(quantiles(design, "y", ci="replicates"))
    assert row["se"] == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"probabilities": 50}, "between 0 and 1"),
        ({"rule": "hf7"}, "math, school"),
        ({"ci": "replicates"}, "needs a design with replicates"),
        ({"variable": "name"}, "'name' is not numeric"),
        ({"by": "nothing"}, "No column named 'nothing'"),
    ],
)
def test_what_is_refused(ask, says):
    """The error says what was expected."""
    design = Design({"y": [1, 2], "name": ["a", "b"]})
    with pytest.raises(StatsError, match=says):
        quantiles(design, **{"variable": "y", **ask})
