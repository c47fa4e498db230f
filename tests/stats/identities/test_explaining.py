"""An explanation is made of parts that can be had by themselves, and finds what was put in."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from samling.stats import (
    Design,
    additive_interaction,
    categorical,
    estimate,
    explain_outcome,
    logistic_regression,
    maihda,
    prevalence_ratios,
    prop,
)
from samling.stats.explaining.gaps import holm

DEMO = Path(__file__).parents[3] / "studies" / "liv-och-halsa-ung-demo"
FACTORS = ["economy", "work", "sex", "born"]
IDLE = {2, 3, 4, 5, 7}


def recoded(table, column, names):
    return pa.array([names.get(value) for value in table[column].to_pylist()])


@pytest.fixture(scope="module")
def pupils():
    """The demo study's definitions: bright or very bright, guardians' work, family economy."""
    table = pq.read_table(DEMO / "microdata.parquet")
    guardians = zip(
        table["parent1_work"].to_pylist(), table["parent2_work"].to_pylist(), strict=True
    )
    work = [
        "works" if 1 in pair else "none" if pair[0] in IDLE and pair[1] in IDLE else None
        for pair in guardians
    ]
    economy = {1: "strained", 2: "strained", 3: "sometimes", 4: "good", 5: "good"}
    return pa.table(
        {
            "bright": recoded(table, "future_outlook", {1: 1, 2: 1, 3: 0, 4: 0, 5: 0}),
            "sex": recoded(table, "gender", {1: "girl", 2: "boy", 3: "other"}),
            "work": pa.array(work),
            "economy": recoded(table, "family_cannot_afford", economy),
            "born": recoded(table, "country_of_birth", {1: "sweden", 2: "abroad", 3: "abroad"}),
            "municipality": table["municipality"],
            "school": table["school"],
            "grade": table["grade"],
            "year": table["round"],
        }
    )


@pytest.fixture(scope="module")
def found(pupils):
    return explain_outcome(
        Design(pupils, psu="school"),
        "bright",
        FACTORS,
        place="municipality",
        adjust=["grade", categorical("year")],
        direction="favourable",
    )


@pytest.fixture(scope="module")
def complete(pupils):
    names = ["bright", *FACTORS, "municipality"]
    known = np.all([pupils[name].is_valid().to_numpy() for name in names], axis=0)
    return Design(pupils.append_column("complete", pa.array(known)), psu="school")


def gradients():
    """What the demo's generator was told."""
    spec = importlib.util.spec_from_file_location("demo_gradients", DEMO / "gradients.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo_gradients"] = module
    spec.loader.exec_module(module)
    return module


def test_it_finds_what_the_generator_put_in(found):
    """Guardians' work and economy have effects of their own, and one for both at once; girls and
    other genders more distress; born abroad hardly an effect besides."""
    told = gradients()
    effects = told.ITEMS["future_outlook"].effects
    assert effects["no_work"] > 0
    assert effects["no_work_and_poor"] > 0
    assert told.FACTORS["distress"]["other"] > told.FACTORS["distress"]["girl"] > 0
    rows = {row["factor"]: row for row in found.rows()}
    assert [row["factor"] for row in found.rows()][-1] == "born"
    assert {row["factor"] for row in found.rows()[:2]} == {"work", "economy"}
    assert (rows["work"]["worst"], rows["work"]["best"]) == ("none", "works")
    assert (rows["economy"]["worst"], rows["economy"]["best"]) == ("strained", "good")
    assert (rows["sex"]["worst"], rows["sex"]["best"]) == ("other", "boy")
    assert [rows[name]["sure"] for name in FACTORS] == [True, True, True, False]


def test_it_finds_the_interaction_that_the_generator_put_in(found):
    sure = [set(pair.factors) for pair in found.pairs if pair.sure]
    assert sure == [{"work", "economy"}]
    assert found.pairs[0].interaction.reri.estimate > 0
    lowest, highest = found.strata()[0], found.strata()[-1]
    assert (lowest["work"], lowest["economy"]) == ("none", "strained")
    assert (highest["work"], highest["economy"], highest["sex"]) == ("works", "good", "boy")


def test_places_differ_less_when_the_families_are_taken_into_account(found):
    """Most of the municipalities' differences were put in by way of the families' economy."""
    crude, adjusted = found.place.spread
    assert adjusted < crude
    places = {row["level"]: row for row in found.places()}
    told = gradients().MUNICIPALITIES
    hardest = [code for code, place in told.items() if place.hardship > 0.1]
    easiest = [code for code, place in told.items() if place.hardship < -0.2]
    for code in hardest:
        for other in easiest:
            assert places[code]["crude"] < places[other]["crude"]


def test_crude_shares_are_shares_of_the_complete_rows(found, complete):
    for gap in (*found.gaps, found.place):
        shares = estimate(complete, prop("bright"), by=[gap.factor], where="complete").rows()
        assert gap.crude.values == pytest.approx([r["estimate"] for r in shares], rel=1e-10)
        assert gap.crude.se == pytest.approx([r["se"] for r in shares], rel=1e-8)
        assert list(gap.n) == [r["n"] for r in shares]
    (whole,) = estimate(complete, prop("bright"), where="complete").rows()
    assert found.overall.values[0] == pytest.approx(whole["estimate"], rel=1e-12)
    assert found.overall.se[0] == pytest.approx(whole["se"], rel=1e-9)


def test_adjusted_shares_are_marginal_predictions(found, complete):
    terms = [*FACTORS, "municipality", "grade", categorical("year")]
    fit = logistic_regression(complete, "bright", terms, where="complete")
    for gap in found.gaps:
        wanted = fit.marginal(gap.factor)
        assert gap.adjusted.values == pytest.approx(wanted.values, rel=1e-10)
        assert gap.adjusted.se == pytest.approx(wanted.se, rel=1e-8)
        assert gap.test.statistic == pytest.approx(fit.test(gap.factor).statistic, rel=1e-8)


def test_a_pair_is_additive_interaction_of_a_prevalence_model(found, pupils):
    pair = found.pairs[0]
    sad = pa.array([None if value is None else 1 - value for value in pupils["bright"].to_pylist()])
    design = Design(pupils.append_column("sad", sad), psu="school")
    terms = [
        categorical("work", reference="works"),
        categorical("economy", reference="good"),
        *["sex", "born", "municipality", "grade", categorical("year"), "work:economy"],
    ]
    fit = prevalence_ratios(
        design, "sad", terms, where=lambda t: t.economy.isin(["strained", "good"])
    )
    wanted = additive_interaction(
        fit.estimates.values,
        fit.estimates.covariance,
        fit.estimates.names,
        first="work=none",
        second="economy=strained",
        product="work=none:economy=strained",
        measure="PR",
        df=float(fit.estimates.df[0]),
    )
    assert pair.interaction.reri.estimate == pytest.approx(wanted.reri.estimate, rel=1e-8)
    assert pair.interaction.reri.mover == pytest.approx(wanted.reri.mover, rel=1e-7)


def test_strata_are_those_of_maihda(found, pupils, complete):
    rows = pupils.filter(complete.data["complete"])
    wanted = maihda(rows, "bright", list(found.together.factors))
    assert found.together.model.vpc == wanted.vpc
    assert found.together.hidden == sum(row["n"] < 10 for row in wanted.strata())
    assert len(found.strata()) + found.together.hidden == len(wanted.strata())


def test_no_sentence_claims_a_cause(found):
    causal = ("påverkar", "orsakar", "leder till", "beror på att", "på grund av", "effekt")
    assert not any(word in line for line in found.sentences("sv") for word in causal)
    causal = ("cause", "affect", "lead to", "because", "effect", "impact")
    assert not any(word in line.lower() for line in found.sentences("en") for word in causal)


def test_holm():
    """0.01, 0.04 and 0.03: 3·0.01, then 2·0.03 and never below; a missing p is not counted."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    found = holm([0.5, float("nan"), 0.8])
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1])
