"""A variance of 0 that is not knowledge is not shown as such, and nothing odd ends in a warning."""

import math

import numpy as np
import pytest

from samling.stats import (
    Benchmark,
    Design,
    Estimates,
    EstimatesError,
    SeparationError,
    TimePointsError,
    additive_interaction,
    compare_rounds,
    estimate,
    estimate_jointly,
    fay_herriot,
    inequality,
    mean,
    prevalence_ratios,
    prop,
    quantiles,
    ratio,
    share_design_effects,
    standardise,
    total,
    trends,
)

SCHOOLS = {
    "school": [1] * 6 + [2] * 6 + [3] * 6,
    "town": ["a"] * 6 + ["b"] * 3 + ["c"] * 3 + ["b"] * 3 + ["c"] * 3,
    "y": [1.0, 2, 3, 4, 5, 6, 1, 2, 1, 4, 5, 2, 2, 3, 4, 1, 2, 9],
    "bit": [1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1],
    "x": [2.0, 1, 4, 1, 2, 2, 3, 1, 1, 2, 1, 2, 2, 3, 1, 1, 2, 2],
    "age": ["0-49", "50+"] * 9,
    "year": [2020, 2020, 2020, 2021, 2021, 2021] * 3,
}
NOTHING = ("se", "ci_low", "ci_high")
STATISTICS = [mean("y"), prop("bit"), ratio("y", "x")]


def of(rows, town):
    return [row for row in rows if row["town"] == town]


@pytest.mark.parametrize("ci", ["wald", "logit", "korn-graubard", "wilson"])
def test_a_domain_in_one_psu_has_no_standard_error(ci):
    """Its linearised values add up to 0 in the PSU, whatever was answered there."""
    rows = estimate(Design(SCHOOLS, psu="school"), STATISTICS, by=["town"], ci=ci).rows()
    for row in of(rows, "a"):
        assert [row[name] for name in (*NOTHING, "n_eff", "deff", "cv")] == [None] * 6
        assert (row["estimate"] is not None, row["n"], row["n_psu"]) == (True, 6, 1)
    assert next(row["flag"] for row in of(rows, "a") if row["statistic"] == "prop") == "suppress"
    for row in of(rows, "b"):
        assert row["se"] > 0


@pytest.mark.parametrize("kind", ["fay", "brr", "bootstrap"])
def test_replicates_don_t_make_it_known(kind):
    data = {**SCHOOLS, "school": [1] * 6 + [2] * 4 + [3] * 4 + [4] * 4}
    data["stratum"] = [1] * 10 + [2] * 8
    design = Design(data, strata="stratum", psu="school")
    made = design.replicates(kind, seed=1, count=20)
    for row in of(estimate(made, STATISTICS, by=["town"]).rows(), "a"):
        assert row["se"] is None


def test_one_person_says_nothing_of_others():
    data = {"g": ["a", "b", "b", "b"], "y": [4.0, 1, 2, 6]}
    one, others = estimate(Design(data), mean("y"), by=["g"]).rows()
    assert [one[name] for name in NOTHING] == [None] * 3
    assert others["se"] > 0


def test_a_total_varies_with_the_psus_drawn():
    (row,) = of(estimate(Design(SCHOOLS, psu="school"), total("y"), by=["town"]).rows(), "a")
    assert row["se"] == pytest.approx(21.0)


def test_a_psu_taken_with_certainty_is_known():
    data = {**SCHOOLS, "stratum": [1] * 6 + [2] * 12, "N": [1] * 6 + [9] * 12}
    design = Design(data, strata="stratum", psu="school", fpc="N")
    for row in of(estimate(design, STATISTICS, by=["town"]).rows(), "a"):
        assert row["se"] == 0.0


def test_nor_has_what_is_made_of_it():
    design = Design(SCHOOLS, psu="school")
    result = estimate(design, prop("bit"), by=[("town",), ("town", "year")])
    pairs = [("a", "b"), ("b", "c")]
    unknown, known = result.differences("town", "town", pairs).rows()
    assert (unknown["se"], unknown["p"]) == (None, None)
    assert known["se"] > 0
    (row,) = of(result.versus_rest("town", "town").rows(), "a")
    assert row["ci_low"] is None
    found = result.contrast({"one": "a / b", "two": "(a + b) / 2", "three": "b - c"}, by=("town",))
    assert [row["se"] is None for row in found.rows()] == [True, True, False]
    found = result.estimates(by="town").contrast({"one": "a - b", "three": "b - c"})
    assert np.isnan(found.se).tolist() == [True, False]
    measures = inequality(
        result, "town", by=("town",), order=list("abc"), direction="adverse", measures=["D"]
    )
    row = measures.row("D")
    assert (row["status"], row["ci_low"], row["p_equal"]) == ("no-interval", None, None)
    assert "one sampling unit" in row["reason"]
    rounds = compare_rounds(result, "year", 2020, 2021, by=("town", "year")).rows()
    (row,) = of(rounds, "a")
    assert (row["se"], row["direction"]) == (None, "unclear")
    joint = estimate_jointly(design, [mean("y"), total("y")], by=("town",))
    known = dict(zip(joint.names, ~np.isnan(joint.se), strict=True))
    assert not known["mean y: a"]
    assert known["total y: a"]
    assert known["mean y: b"]


def test_nor_has_a_rest_that_is_in_one_psu():
    """Two towns that share a school are the rest of the third."""
    data = {**SCHOOLS, "town": ["a"] * 3 + ["b"] * 3 + ["c"] * 12}
    found = estimate(Design(data, psu="school"), STATISTICS, by=["town"])
    for row in of(found.versus_rest("town", "town").rows(), "c"):
        assert (row["difference"] is not None, row["se"], row["ci_low"]) == (True, None, None)
    certain = {**data, "stratum": [1] * 6 + [2] * 12, "N": [1] * 6 + [9] * 12}
    design = Design(certain, strata="stratum", psu="school", fpc="N")
    found = estimate(design, STATISTICS, by=["town"]).versus_rest("town", "town")
    assert all(row["se"] > 0 for row in of(found.rows(), "c"))


def test_nor_does_it_become_known_by_sharing():
    """Five of one school who all answered 4: how far others would be from 4 nobody has said."""
    data = {
        "school": [1] * 40 + [2] * 40 + [3] * 5 + [4] * 40 + [5] * 40,
        "town": ["a"] * 80 + ["b"] * 5 + ["c"] * 80,
        "y": [1.0, 2, 3, 4] * 10 + [2.0, 3, 4, 4] * 10 + [4.0] * 5 + [1.0, 3] * 20 + [2.0, 3] * 20,
    }
    shared = share_design_effects(estimate(Design(data, psu="school"), mean("y"), by=["town"]))
    assert [row["se"] is None for row in shared.rows()] == [False, True, False]
    pairs = [("a", "b"), ("b", "a"), ("a", "c")]
    found = shared.differences("town", "town", pairs).rows()
    assert [row["ci_high"] is None for row in found] == [True, True, False]
    rests = shared.versus_rest("town", "town").rows()
    assert [row["se"] is None for row in rests] == [False, True, False]


def test_no_group_at_all_shares_nothing():
    data = {**SCHOOLS, "gone": [None] * 18}
    shared = share_design_effects(estimate(Design(data, psu="school"), STATISTICS, by=["gone"]))
    assert (shared.rows(), shared.versus_rest("gone", "gone").rows()) == ([], [])


def test_an_interval_has_two_ends_or_none():
    """Nobody has the answer, so there is no variance whose degrees of freedom could be counted."""
    data = {"school": [1, 1, 2, 2, 3, 3], "bit": [0] * 6}
    (row,) = estimate(Design(data, psu="school"), prop("bit"), df="satterthwaite").rows()
    assert (row["df"], row["ci_low"], row["ci_high"]) == (None, None, None)


def test_nor_has_its_median_or_a_standardised_mean():
    design = Design(SCHOOLS, psu="school")
    (row,) = of(quantiles(design, "y", by=["town"]).rows(), "a")
    assert [row[name] for name in ("estimate", *NOTHING)] == [3.0, None, None, None]
    sizes = {"0-49": 1, "50+": 1}
    for ci in ("logit", "korn-graubard"):
        made = standardise(design, prop("bit"), over="age", standard=sizes, by="town", ci=ci)
        (row,) = of(made.rows(), "a")
        assert [row[name] for name in NOTHING] == [None] * 3
        assert of(made.rows(), "b")[0]["ci_low"] is not None


def test_a_band_without_weight_is_not_counted():
    """Nine of the eighteen are of the age that the standard has."""
    sizes = {"0-49": 1, "50+": 0}
    made = standardise(Design(SCHOOLS, psu="school"), prop("bit"), over="age", standard=sizes)
    assert made.rows()[0]["n"] == 9


@pytest.mark.parametrize("df", ["design", "domain", "satterthwaite", math.inf])
def test_a_dimension_without_values_gives_no_lines(df):
    data = {**SCHOOLS, "nobody": [None] * 18}
    design = Design(data, psu="school")
    result = estimate(design, mean("y"), by=["nobody"], df=df)
    assert result.versus_rest("nobody", "nobody").rows() == []
    assert result.estimates(by="nobody").names == ()
    made = standardise(
        design, mean("y"), over="age", standard={"0-49": 1, "50+": 1}, by="nobody", df=df
    )
    assert made.rows() == []


def test_a_root_of_a_negative_number_is_no_answer():
    data = {"g": list("aabb"), "y": [-4.0, -1, 2, 6]}
    result = estimate(Design(data), mean("y"), by=["g"])
    for found in (
        result.contrast({"root": "a ** 0.5"}, by=("g",)),
        result.estimates(by="g").contrast({"root": "a ** 0.5"}),
    ):
        assert found.rows()[0]["estimate"] is None


def test_a_ratio_beyond_all_numbers_is_refused():
    names = ["a", "b", "ab"]
    for beta, spread in (([0.0, 800.0, 800.0], 0.1), ([0.1, 0.2, 0.5], 1e4)):
        with pytest.raises(EstimatesError, match="never or always"):
            additive_interaction(
                beta, np.eye(3) * spread, names, first="a", second="b", both="ab", measure="OR"
            )


def test_a_synergy_of_next_to_nothing_has_no_limits():
    found = additive_interaction(
        [1e-4, 1e-4, 0.5],
        np.eye(3) * 0.01,
        ["a", "b", "ab"],
        first="a",
        second="b",
        both="ab",
        measure="PR",
    )
    assert (found.s.estimate, found.s.delta) == (None, None)
    assert found.reri.estimate is not None


@pytest.mark.parametrize("outcome", [0, 1])
def test_an_outcome_that_everybody_has_explains_nothing(outcome):
    data = {"y": [outcome] * 12, "g": list("ab") * 6}
    with pytest.raises(SeparationError, match=f"all {outcome}|Every outcome is {outcome}"):
        prevalence_ratios(Design(data), "y", ["g"])


def test_no_difference_is_not_below_0():
    """Theil's index of values alike but for rounding was -8e-14, with an interval beside it."""
    values = 1e9 + np.array([0.0, 1e-6, 2e-6])
    given = Estimates(("a", "b", "c"), values, np.eye(3) * 1e-12, np.full(3, math.inf))
    found = inequality(
        given, direction="adverse", pop=dict.fromkeys("abc", 1), measures=["TI", "MLD"]
    )
    for row in found.rows():
        assert 0.0 <= row["ci_low"] <= row["estimate"] <= row["ci_high"]


def test_too_few_contrasts_for_a_test_of_the_line():
    data = {"t": [2020, 2021, 2022, 2023] * 2, "y": [1.0, 2, 2, 3, 2, 1, 4, 5]}
    (row,) = trends(estimate(Design(data), mean("y"), by=["t"], df="domain"), "t").rows()
    assert all(
        value is None or math.isfinite(value) for value in row.values() if value != "unclear"
    )


def test_a_small_difference_is_not_rounded_away():
    """0.06 percentage points, from 0.02 to 0.10: with one decimal the interval held 0."""
    given = Estimates(("a", "b"), np.array([0.001, 0.0004]), np.eye(2) * 2e-8, np.full(2, math.inf))
    shares = dict.fromkeys("ab", 1)
    found = inequality(given, order=list("ab"), direction="adverse", pop=shares, scale=1)
    assert "0,06\N{NO-BREAK SPACE}procentenheter" in found.sentence("D")
    assert "0,02\N{EN DASH}0,10" in found.sentence("D")


def test_a_round_is_not_compared_with_itself():
    result = estimate(Design(SCHOOLS, psu="school"), mean("y"), by=["year"])
    with pytest.raises(TimePointsError, match="Name two different"):
        compare_rounds(result, "year", 2020, 2020)


def test_a_benchmark_says_that_its_values_have_no_mse():
    direct = {k: {"estimate": 0.2 + 0.01 * k, "se": 0.03} for k in range(8)}
    covariates = {k: {"x": float(k % 3)} for k in range(8)}
    for method in ("ratio", "difference"):
        benchmark = Benchmark(0.3, dict.fromkeys(range(8), 100), method)
        found = fay_herriot(direct, covariates, benchmark=benchmark)
        (caution,) = (one for one in found.cautions if one.code == "benchmark-mse")
        rows = found.rows()
        moved = max(abs(r["benchmarked"] - r["model"]) / r["model_se"] for r in rows)
        assert f"{moved:.2f}" in caution.message


def test_what_independent_answers_would_give_is_known_of_one_psu_too():
    rows = estimate(Design(SCHOOLS, psu="school"), STATISTICS, by=["town"]).rows()
    for row in of(rows, "a"):
        assert row["se_srs"] > 0


@pytest.mark.parametrize("fpc", [None, "N"])
def test_joint_estimates_compare_as_the_others_do(fpc):
    """None of ten, and of two of one school, beside four of ten: two ways to one standard error."""
    data = {
        "school": [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5 + [5] * 2,
        "g": ["a"] * 10 + ["b"] * 10 + ["c"] * 2,
        "bit": [0] * 10 + [1, 0, 0, 0, 1, 1, 0, 0, 1, 0] + [1] * 2,
        "w": [1.0, 2.0] * 11,
        "N": [10.0] * 22,
    }
    design = Design(data, psu="school", weights="w", fpc=fpc)
    joint = estimate_jointly(design, prop("bit"), by="g", df=5)
    found = estimate(design, prop("bit"), by=["g"], df=5)
    assert joint.se == pytest.approx(found.estimates(by="g").se)
    pairs = found.differences("g", "g", [("b", "a"), ("b", "c")]).rows()
    names = joint.names
    made = joint.contrast(
        {"one": f"`{names[1]}` - `{names[0]}`", "two": f"`{names[1]}` - `{names[2]}`"}
    )
    assert made.se == pytest.approx([row["se"] for row in pairs])
