"""Against inequality.R: definitions in R with numerical derivatives over survey's covariance,
healthequal's own example data and printed values, svyglm; and PHEindicatormethods' linear SII."""

import json
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, Estimates, estimate, inequality, prop, ranked_inequality

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "inequality.json").read_text())
PHE = json.loads((HERE / "phe.json").read_text())
SAID = {(line["case"], line["measure"]): line for line in GOLDEN["lines"]}
AGES = ["(59,Inf]", "(39,59]", "(19,39]", "(0,19]"]
DIMENSIONS = {
    "agecat": dict(zip(AGES, [45364, 72816, 77670, 55901], strict=True)),
    "race": dict(zip([2, 1, 4, 3], [0.4, 0.3, 0.2, 0.1], strict=True)),
}
DERIVATIVE = 1e-8  # what numDeriv's Richardson derivatives hold


def design(nhanes):
    return Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)


@pytest.fixture(scope="module")
def cholesterol(nhanes):
    return estimate(design(nhanes), prop("HI_CHOL"), by=[("agecat",), ("race",)])


def best(result, dimension, direction):
    """The group with the least of an adverse indicator, the most of a favourable one."""
    values = {row[dimension]: row["estimate"] for row in result.rows() if row[dimension]}
    return (min if direction == "adverse" else max)(values, key=values.get)


@pytest.mark.parametrize("model", ["linear", "logit"])
@pytest.mark.parametrize("direction", ["adverse", "favourable"])
@pytest.mark.parametrize("shares", ["estimated", "given"])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_values_and_standard_errors_of_the_design(cholesterol, dimension, shares, direction, model):
    sizes = DIMENSIONS[dimension]
    asked = {
        "order": list(sizes),
        "pop": sizes if shares == "given" else None,
        "direction": direction,
        "reference": best(cholesterol, dimension, direction),
        "model": model,
        "by": (dimension,),
    }
    rows = inequality(cholesterol, dimension, **asked).rows()
    more = inequality(cholesterol, dimension, measures=["Wagstaff", "Erreygers"], **asked)
    checked = 0
    for row in rows + more.rows():
        name = row["measure"]
        if model == "logit" and name in ("SII", "RII"):
            name += "_logit"
        says = SAID[f"{dimension}/{shares}/{direction}", name]
        if says["value"] < 0 and name == "RII":
            assert row["status"] == "undefined"  # a ratio of predictions, one of them below 0
            continue
        assert row["estimate"] == pytest.approx(says["value"], rel=1e-10), name
        assert row["se"] == pytest.approx(says["se"], rel=DERIVATIVE), name
        checked += 1
    assert checked >= 22


@pytest.mark.parametrize("model", ["linear", "logit"])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_jackknife_replicates(nhanes, dimension, model):
    """PAR is 0 here where the reference is worse than the whole, so only its value where not."""
    result = estimate(design(nhanes).replicates("jkn"), prop("HI_CHOL"), by=[(dimension,)])
    order = list(DIMENSIONS[dimension])
    asked = {"order": order, "direction": "adverse", "reference": order[-1], "model": model}
    checked = 0
    for row in inequality(result, dimension, **asked).rows():
        name = row["measure"]
        if model == "logit" and name in ("SII", "RII"):
            name += "_logit"
        says = SAID[f"{dimension}/jackknife", name]
        if name in ("PAR", "PAF") and says["value"] > 0:
            assert row["estimate"] == 0
            continue
        assert row["estimate"] == pytest.approx(says["value"], rel=1e-10), name
        assert row["se"] == pytest.approx(says["se"], rel=1e-9), name
        checked += 1
    assert checked >= 19


@pytest.mark.parametrize("model", ["linear", "logit"])
def test_regressions_of_microdata_on_ranks(cholesterol, model):
    """svyglm takes the ranks as known, so only the values are the same."""
    found = inequality(
        cholesterol,
        "agecat",
        order=AGES,
        direction="adverse",
        measures=["SII", "RII"],
        model=model,
        by=("agecat",),
    )
    for row in found.rows():
        says = SAID[f"svyglm/{model}", row["measure"]]
        assert row["estimate"] == pytest.approx(says["value"], rel=1e-10)


@pytest.mark.r
def test_schools_ranked_by_poverty(r_data):
    found = ranked_inequality(
        Design(r_data["apiclus1"], weights="pw", psu="dnum"), "api00", "meals", lowest_first=False
    )
    for row in found.rows():
        says = SAID["apiclus1/meals/taylor", row["name"]]
        assert row["estimate"] == pytest.approx(says["value"], rel=1e-12)
        assert row["se"] == pytest.approx(says["se"], rel=3e-8)
        again = SAID["apiclus1/meals/jackknife", row["name"]]
        assert row["se"] == pytest.approx(again["se"], rel=0.25)  # 15 clusters


def by_hand(values, variances):
    """Independent groups named 0, 1, 2, ..., as healthequal has them."""
    return Estimates(
        names=tuple(map(str, range(len(values)))),
        values=np.array(values, dtype=float),
        covariance=np.diag(np.array(variances, dtype=float)),
        df=np.full(len(values), np.inf),
    )


def sizes(example):
    return {str(place): size for place, size in enumerate(example["pop"])}


@pytest.mark.parametrize("measure", ["ACI", "RCI", "PAR", "PAF"])
def test_healthequals_ordered_example(measure):
    example = GOLDEN["ordered"]
    groups = by_hand(example["est"], [0] * 5)
    (row,) = inequality(
        groups,
        order=groups.names,
        pop=sizes(example),
        direction="favourable",
        measures=measure,
        scale=100,
    ).rows()
    says = SAID["healthequal/ordered, its tests", measure]
    assert row["estimate"] == pytest.approx(says["value"], rel=1e-6)


def test_healthequals_logistic_regression_weighted_once():
    """Its own 44.445 and 3.1595 weight each group by its size twice (cbind(y, n - y) and weights).

    The counts are rounded as there: 20 % of 78 people are 16.
    """
    example = GOLDEN["ordered"]
    counts = [round(e / 100 * n) for e, n in zip(example["est"], example["pop"], strict=True)]
    shares = [100 * y / n for y, n in zip(counts, example["pop"], strict=True)]
    groups = by_hand(shares, [1] * 5)
    found = inequality(
        groups,
        order=groups.names,
        pop=sizes(example),
        direction="favourable",
        measures=["SII", "RII"],
        scale=100,
        model="logit",
    )
    for row in found.rows():
        says = SAID["healthequal/ordered, weighted once", row["measure"]]
        assert row["estimate"] == pytest.approx(says["value"], rel=1e-10)


@pytest.fixture(scope="module")
def unordered():
    example = GOLDEN["unordered"]
    groups = by_hand(example["est"], np.array(example["se"]) ** 2)
    found = inequality(
        groups,
        pop=sizes(example),
        direction="favourable",
        scale=1000,
        reference=str(example["reference"] - 1),
    ).rows()
    best_group = inequality(
        groups, pop=sizes(example), direction="favourable", scale=1000, measures=["PAR", "PAF"]
    ).rows()
    return {row["measure"]: row for row in found + best_group}


def test_healthequals_unordered_example(unordered):
    cases = [key for key in SAID if key[0] == "healthequal/unordered, its tests"]
    assert len(cases) == 14
    for key in cases:
        assert unordered[key[1]]["estimate"] == pytest.approx(SAID[key]["value"], rel=2e-5), key


def test_standard_errors_of_independent_groups(unordered):
    cases = [key for key in SAID if key[0] == "healthequal/unordered, independent groups"]
    assert len(cases) == 11
    for key in cases:
        assert unordered[key[1]]["se"] == pytest.approx(SAID[key]["se"], rel=DERIVATIVE), key


@pytest.mark.parametrize(("measure", "printed"), [("TI", 0.0014201), ("MLD", 0.0014242)])
def test_theil_and_log_deviation_have_their_errors_on_their_own_scale(unordered, measure, printed):
    """healthequal prints the value times 1000 beside an error that is not: 5.036 (5.033-5.039).

    On one scale they are the same. The spread of 200,000 draws is a little larger, since the
    squares of 25 groups' noise add to it.
    """
    row = unordered[measure]
    assert row["se"] == pytest.approx(1000 * printed, rel=1e-4)
    drawn = SAID["healthequal/unordered, bootstrap", measure]["se"]
    assert row["se"] < drawn < 1.35 * row["se"]


def test_phe_linear_slope():
    """PHE's interval is of 100,000 simulations; its own tests allow 0.05."""
    lines, says = PHE["phe/sii/input"], PHE["phe/sii/linear"][0]
    groups = by_hand([line["v"] for line in lines], [line["se"] ** 2 for line in lines])
    slope, relative = inequality(
        groups,
        order=groups.names,
        pop={str(place): line["pop"] for place, line in enumerate(lines)},
        direction="adverse",
        measures=["SII", "RII"],
    ).rows()
    assert slope["estimate"] == pytest.approx(says["sii"], rel=1e-12)
    assert relative["estimate"] == pytest.approx(says["rii"], rel=1e-12)
    assert slope["ci_low"] == pytest.approx(says["sii_lower95_0cl"], abs=2e-4)
    assert slope["ci_high"] == pytest.approx(says["sii_upper95_0cl"], abs=2e-4)
    assert relative["ci_low"] == pytest.approx(says["rii_lower95_0cl"], abs=2e-3)
    assert relative["ci_high"] == pytest.approx(says["rii_upper95_0cl"], abs=2e-3)
