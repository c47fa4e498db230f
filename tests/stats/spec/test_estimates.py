"""Means, proportions, totals and ratios

What share of the population, how many, and how sure are we? The design is said once; then any
number of statistics are estimated for any number of groups in one pass over the data.

An estimate is a function of weighted totals, and its variance is that of the total of its
linearised values: z_k = w_k u_k with u = (y - mean)/Σw for a mean, (y - R x)/Σwx for a ratio and y
for a total, 0 for elements outside the group. Over strata h with n_h sampled units (PSUs) of a
fraction f_h,

    V = Σ_h (1 - f_h) n_h/(n_h - 1) Σ_i (z_hi - z̄_h)²

where z_hi is the unit's total; later stages add f times their own V within each unit. A group
keeps all units of the design, also those where it has no members. Degrees of freedom are units
minus strata.

Where all members of a domain are in one PSU (a single person, where elements were drawn), the
linearised values of a mean, proportion or ratio add up to 0 in it whatever the answers. Its
variance is unknown: standard error and interval are None, and a proportion is flagged "suppress".

Source: Woodruff (1971); Cochran (1977), Sampling Techniques, ch. 5A and 11; Särndal, Swensson &
Wretman (1992), Model Assisted Survey Sampling, ch. 4-5; Lumley (2010), Complex Surveys.

In R: `survey::svydesign`, then `svymean`, `svytotal`, `svyratio` and `svyby(..., covmat = TRUE)`;
srvyr's `survey_mean` and `survey_total` with `group_by`.

Differs: `confint(svymean())` and `confint(svyby())` use the normal quantile unless they are told
the degrees of freedom; here, as in SUDAAN, Stata and `svyciprop`, t with the design's is used
(`df=math.inf` gives R's). R gives a domain in one PSU the standard error 0, and so an interval of
no width. Weights whose largest is more than 1e12 times the smallest are refused.
"""

from math import inf, sqrt

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import samling
from samling.stats import Design, estimate, mean, prop, ratio, total


def only(result):
    (row,) = result.rows()
    return row


def test_a_simple_random_sample():
    """y = 1, 2, 3, 6: mean 3, s² = 14/3, variance of the mean s²/4."""
    row = only(estimate(Design({"y": [1, 2, 3, 6]}), mean("y")))
    assert row["estimate"] == pytest.approx(3.0)
    assert row["se"] == pytest.approx(sqrt(14 / 12))
    assert (row["df"], row["n"], row["n_psu"]) == (3.0, 4, 4)
    assert row["ci_high"] == pytest.approx(3 + 3.182446305 * sqrt(14 / 12))
    assert row["deff"] == pytest.approx(1.0)
    assert row["n_eff"] == pytest.approx(4.0)
    assert row["cv"] == pytest.approx(sqrt(14 / 12) / 3)
    assert row["flag"] is None


def test_a_total_with_weights_and_a_known_population():
    """Each stands for 2 of 8, so half of the variance is left: (1 - 4/8)·8²·s²/4."""
    data = {"y": [1, 2, 3, 6], "w": [2.0] * 4, "N": [8] * 4}
    row = only(estimate(Design(data, weights="w", fpc="N"), total("y")))
    assert row["estimate"] == pytest.approx(24.0)
    assert row["se"] == pytest.approx(sqrt(0.5 * 64 * (14 / 3) / 4))
    fraction = Design({**data, "f": [0.5] * 4}, weights="w", fpc="f")
    assert only(estimate(fraction, total("y")))["se"] == pytest.approx(row["se"])


def test_clusters_in_strata():
    """PSU totals 3 and 7 in A, 10 and 4 in B: variance 2/1·((2² + 2²) + (3² + 3²)) = 52."""
    data = {
        "stratum": ["A", "A", "A", "B", "B"],
        "school": [1, 1, 2, 3, 4],
        "y": [1, 2, 7, 10, 4],
    }
    row = only(estimate(Design(data, strata="stratum", psu="school"), total("y")))
    assert row["estimate"] == pytest.approx(24.0)
    assert row["se"] == pytest.approx(sqrt(52))
    assert (row["df"], row["n"], row["n_psu"]) == (2.0, 5, 4)


def test_two_stages():
    """First stage (1-2/4)·4²·s²/2 of the PSUs' estimated totals, and half of the second's.

    PSU 1 has 2 of 4 (y = 1, 3; total 8), PSU 2 has 2 of 6 (y = 2, 2; total 12). On the scale of
    the weights (first stage 2): PSU totals 16 and 24, variance 0.5·2·(4² + 4²) = 32. Inside PSU 1:
    z = 4 and 12, variance (1-2/4)·2·(4² + 4²) = 32, inside PSU 2 none. 32 + 0.5·32 = 48.
    """
    data = {
        "psu": [1, 1, 2, 2],
        "y": [1, 3, 2, 2],
        "w": [4.0, 4.0, 6.0, 6.0],
        "N1": [4] * 4,
        "N2": [4, 4, 6, 6],
    }
    row = only(estimate(Design(data, weights="w", psu="psu", fpc=["N1", "N2"]), total("y")))
    assert row["estimate"] == pytest.approx(40.0)
    assert row["se"] == pytest.approx(sqrt(48))


def test_a_domain_keeps_the_units_without_members():
    """Girls' y: 1, 2 in PSU 1, none in PSU 2: totals 3 and 0, variance 2·(1.5² + 1.5²) = 9."""
    data = {"school": [1, 1, 2], "sex": ["f", "f", "m"], "y": [1, 2, 7]}
    rows = estimate(Design(data, psu="school"), total("y"), by=[("sex",), ()]).rows()
    girls, boys, everyone = rows
    assert (girls["sex"], boys["sex"], everyone["sex"]) == ("f", "m", None)
    assert girls["se"] == pytest.approx(3.0)
    assert boys["se"] == pytest.approx(7.0)
    assert (girls["n_psu"], everyone["n_psu"]) == (1, 2)


def test_a_ratio():
    """ΣY/ΣX = 10/5 = 2, residuals y - 2x = -1, 1, 0, 0; variance 4/3·Σ(r/5)²."""
    data = {"y": [1, 3, 2, 4], "x": [1, 1, 1, 2]}
    row = only(estimate(Design(data), ratio("y", "x")))
    assert row["variable"] == "y / x"
    assert row["estimate"] == pytest.approx(2.0)
    assert row["se"] == pytest.approx(sqrt(4 / 3 * 2 / 25))


def test_a_proportion_counts_its_ones():
    """Of four with a weight, two smoke, with 2 of the weight 5; weight 0 is outside."""
    data = {"smokes": [1, 0, 0, 1, 0], "w": [1.0, 1.0, 2.0, 1.0, 0.0]}
    row = only(estimate(Design(data, weights="w"), prop("smokes"), ci="wald"))
    assert row["estimate"] == pytest.approx(0.4)
    assert (row["n"], row["y"], row["level"]) == (4, 2, None)
    assert row["n_eff"] == pytest.approx(0.24 / row["se"] ** 2)


def test_every_level_of_a_categorical_variable():
    """Text gives a line per level; a missing answer is in no level and not in n."""
    data = {"edu": ["low", "high", None, "high"]}
    rows = estimate(Design(data), prop("edu")).rows()
    assert [(r["level"], r["y"], r["n"]) for r in rows] == [("high", 2, 3), ("low", 1, 3)]
    assert [r["estimate"] for r in rows] == pytest.approx([2 / 3, 1 / 3])


def test_numbers_that_are_not_zero_or_one_are_levels():
    """A variable with other numbers than 0 and 1 is taken as categories."""
    rows = estimate(Design({"answer": [1, 2, 5, 5]}), prop("answer")).rows()
    assert [(r["level"], r["estimate"]) for r in rows] == [(1, 0.25), (2, 0.25), (5, 0.5)]


def test_missing_values_are_counted_not_hidden():
    """Whoever is left out is counted, by reason: the domain, the weight, the answer, the group."""
    data = {
        "sex": ["f", None, "m", "m", "f"],
        "y": [1, 0, None, 1, 0],
        "w": [1.0, 1.0, 1.0, 1.0, 0.0],
        "age": [20, 30, 40, 10, 50],
    }
    result = estimate(
        Design(data, weights="w"), prop("y"), by=[("sex",), ()], where=lambda t: t.age >= 16
    )
    assert [(r["sex"], r["n"]) for r in result.rows()] == [("f", 1), ("m", 0), (None, 2)]
    assert result.dropped.where == 1
    assert result.dropped.zero_weight == 1
    assert result.dropped.variables == {"y": 1}
    assert result.dropped.by == {"sex": 1}


def test_nobody_answered():
    """A group where nobody has an answer gets None for every figure, never 0."""
    row = estimate(Design({"a": [1, 1, 2], "y": [0, 1, None]}), prop("y"), by=["a"]).rows()[1]
    numbers = ("estimate", "se", "ci_low", "ci_high", "n_eff", "deff", "cv", "se_srs")
    assert [row[name] for name in numbers] == [None] * 8
    assert (row["n"], row["y"], row["flag"]) == (0, 0, "suppress")


@pytest.mark.parametrize("wrap", [dict, pa.table, pd.DataFrame, pl.DataFrame])
def test_any_table_will_do(wrap):
    """A mapping of arrays, or an Arrow, pandas, Polars or Ibis table."""
    data = wrap({"y": [1, 2, 3, 6], "g": ["a", "a", "b", "b"]})
    rows = estimate(Design(data), mean("y"), by=["g"]).rows()
    assert [(r["g"], r["estimate"]) for r in rows] == [("a", 1.5), ("b", 4.5)]


def test_degrees_of_freedom():
    """ "design" counts all units, "domain" those with members; a number is taken as it is."""
    data = {"s": [1, 1, 1, 2, 2, 2], "g": list("aabbbb"), "y": [1, 2, 3, 4, 5, 7]}
    design = Design(data, strata="s")
    for rule, wanted in (("design", [4, 4]), ("domain", [1, 2]), (9, [9, 9]), (inf, [inf, inf])):
        rows = estimate(design, mean("y"), by=["g"], df=rule).rows()
        assert [r["df"] for r in rows] == wanted


def test_a_result_says_how_it_was_made():
    """Interval, degrees of freedom, the hash of the design and the version go with the figures."""
    design = Design({"y": [1, 2, 3, 6]})
    result = estimate(design, mean("y"), ci="wilson", df="domain", level=0.9)
    method = result.method
    assert (method.variance, method.ci, method.df, method.level) == (
        "taylor",
        "wilson",
        "domain",
        0.9,
    )
    assert (method.design_hash, method.version) == (design.hash, samling.__version__)
    table = result.table()
    assert table.schema.metadata[b"samling.ci"] == b'"wilson"'
    assert table.column_names == [
        "statistic",
        "variable",
        "level",
        "estimate",
        "se",
        "ci_low",
        "ci_high",
        "df",
        "n",
        "n_eff",
        "deff",
        "cv",
        "flag",
        "n_psu",
        "se_srs",
        "y",
    ]
    assert Design({"y": [1, 2, 3, 6]}).hash == design.hash
    assert Design({"y": [1, 2, 3, 6], "w": [2.0] * 4}, weights="w").hash != design.hash


def test_diagnosis():
    """What to look at before anything is estimated: here stratum b has one PSU."""
    data = {"s": ["a", "a", "b"], "w": [1.0, 3.0, 2.0]}
    found = Design(data, weights="w", strata="s").diagnose()
    assert (found.rows, found.strata, found.psus, found.df) == (3, 2, 3, 1)
    assert (found.weight_min, found.weight_max, found.weight_sum) == (1.0, 3.0, 6.0)
    assert found.deff_kish == pytest.approx(3 * 14 / 36)
    assert found.lonely == ("s=b",)


def test_a_census_has_no_sampling_error():
    """With the whole stratum sampled, nothing of it is left to chance."""
    data = {"s": [1, 1, 2], "N": [2, 2, 1], "y": [0, 1, 1]}
    row = only(estimate(Design(data, strata="s", fpc="N"), prop("y"), ci="wald"))
    assert (row["se"], row["ci_low"]) == (0.0, row["estimate"])


def test_comparisons_with_a_side_that_is_missing():
    """Area b has no second year: its change is None, and the area is still there."""
    data = {"area": list("aabb"), "year": [1, 2, 1, 1], "y": [1.0, 2.0, 4.0, 6.0]}
    result = estimate(Design(data), mean("y"), by=[("area", "year")])
    rows = result.differences(("area", "year"), "year", [(2, 1)]).rows()
    assert [(r["area"], r["difference"], r["n_first"]) for r in rows] == [
        ("a", 1.0, 1),
        ("b", None, 0),
    ]
    rest = result.versus_rest(("area", "year"), "area").rows()
    assert [(r["area"], r["year"], r["difference"], r["n_rest"]) for r in rest] == [
        ("a", 1, -4.0, 2),
        ("a", 2, None, 0),
        ("b", 1, 4.0, 1),
    ]
