"""Replicates against linearisation, against themselves as given weights, and by another way."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import (
    Design,
    chi_square,
    estimate,
    estimate_jointly,
    mean,
    prop,
    quantiles,
    ratio,
    total,
)
from samling.stats.sampling.hadamard import hadamard

CLOSE = {"rel": 1e-9}
RNG = np.random.default_rng(11)
ROWS = 480
PAIR = np.repeat(np.arange(12), 40)
DATA = {
    "stratum": PAIR,
    "psu": np.repeat(np.arange(24), 20),
    "wide": PAIR // 3,
    "w": RNG.gamma(3.0, 4.0, ROWS),
    "area": RNG.choice(["Eskilstuna", "Flen", "Trosa"], ROWS),
    "sex": RNG.choice(["f", "m"], ROWS),
    "y": RNG.normal(50, 9, ROWS) + np.repeat(RNG.normal(0, 4, 24), 20),
    "x": RNG.gamma(2.0, 5.0, ROWS),
    "bit": RNG.integers(0, 2, ROWS),
    "kind": RNG.choice(["a", "b", "c"], ROWS),
    "N": np.where(PAIR < 3, 2, np.where(PAIR < 6, 5, 30)),
    "N_wide": np.where(PAIR < 3, 6, 40),
}
STATISTICS = [mean("y"), total("x"), ratio("y", "x"), prop("bit"), prop("kind")]
BY = [(), ("area",), ("area", "sex")]
MADE = {
    "jk1": ({"psu": "psu"}, {}),
    "jkn": ({"psu": "psu", "strata": "wide", "fpc": "N_wide"}, {"centre": "full"}),
    "brr": ({"psu": "psu", "strata": "stratum"}, {}),
    "fay": ({"psu": "psu", "strata": "stratum"}, {"rho": 0.4}),
    "bootstrap": ({"psu": "psu", "strata": "wide", "fpc": "N_wide"}, {"count": 30, "seed": 2}),
}


def make(kind):
    design, options = MADE[kind]
    return Design(DATA, weights="w", **design).replicates(kind, **options)


def as_given(design):
    """The same replicates as columns of the data."""
    made = design.replication
    weights = design.replicate_weights()
    columns = {f"rep{r:03}": weights[:, r] for r in range(made.size)}
    return Design.from_replicates(
        DATA | columns,
        weights="w",
        replicate_weights="rep",
        kind="other",
        rscales=made.scale,
        centre=made.centre,
        df=made.df,
    )


def same(rows, others, without=()):
    """Equal words, and numbers within 1e-9."""
    assert len(rows) == len(others) > 0
    for row, other in zip(rows, others, strict=True):
        assert row.keys() == other.keys()
        for name in row.keys() - set(without):
            number = isinstance(row[name], float) and other[name] is not None
            assert row[name] == (pytest.approx(other[name], **CLOSE) if number else other[name])


def ses(result):
    return [row["se"] for row in result.rows()]


def test_leaving_one_out_of_a_simple_sample_is_linearisation():
    design = Design({"y": DATA["y"], "N": np.full(ROWS, 900)}, fpc="N")
    assert ses(estimate(design.replicates("jk1"), mean("y"))) == pytest.approx(
        ses(estimate(design, mean("y"))), **CLOSE
    )


@pytest.mark.parametrize("psu", ["psu", None])
@pytest.mark.parametrize("fpc", ["N_wide", None])
def test_jackknifed_totals_are_linearised_totals(psu, fpc):
    if psu is None and fpc is not None:
        fpc = None
    design = Design(DATA, weights="w", strata="wide", psu=psu, fpc=fpc)
    statistics = [total("y"), total("bit")]
    jackknifed = estimate(design.replicates("jkn"), statistics, by=BY)
    assert ses(jackknifed) == pytest.approx(ses(estimate(design, statistics, by=BY)), **CLOSE)
    assert design.replicates("jkn").df == design.df


@pytest.mark.parametrize("rule", ["certainty", "average", "collapse"])
def test_jackknifed_totals_know_the_lonely(rule):
    alone = {**DATA, "s": np.where(DATA["psu"] == 7, 99, DATA["wide"])}
    design = Design(alone, weights="w", strata="s", psu="psu", lonely_psu=rule)
    found = estimate(design.replicates("jkn"), total("y"))
    assert ses(found) == pytest.approx(ses(estimate(design, total("y"))), **CLOSE)


@pytest.mark.parametrize(("kind", "rho"), [("brr", 0.5), ("fay", 0.2)])
def test_balanced_totals_are_linearised_totals(kind, rho):
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    balanced = estimate(design.replicates(kind, rho=rho), total("y"), by=BY)
    assert ses(balanced) == pytest.approx(ses(estimate(design, total("y"), by=BY)), **CLOSE)


@pytest.mark.parametrize("fpc", [None, "N_wide"])
def test_the_bootstrap_comes_near_linearisation(fpc):
    design = Design(DATA, weights="w", strata="wide", psu="psu", fpc=fpc)
    found = estimate(design.replicates("bootstrap", count=3000, seed=5), total("y"))
    assert ses(found) == pytest.approx(ses(estimate(design, total("y"))), rel=0.05)


@pytest.mark.parametrize("kind", list(MADE))
def test_made_replicates_are_given_replicates(kind):
    made = make(kind)
    given = as_given(made)
    one, other = (estimate(d, STATISTICS, by=BY) for d in (made, given))
    same(one.rows(), other.rows(), without=("n_psu",))  # given weights have no PSUs
    for ask in (
        lambda r: r.versus_rest(("area", "sex"), "area"),
        lambda r: r.differences(("area",), "area", [("Flen", "Trosa")]),
        lambda r: r.contrast(
            {"q": "Flen / Trosa", "s": "Flen / (Flen + Trosa)"}, "y", ("area",), statistic="mean"
        ),
    ):
        same(ask(one).rows(), ask(other).rows())
    same(quantiles(made, "y", [0.2, 0.5]).rows(), quantiles(given, "y", [0.2, 0.5]).rows())
    assert chi_square(made, "area", "kind").p == pytest.approx(
        chi_square(given, "area", "kind").p, **CLOSE
    )


@pytest.mark.parametrize("kind", list(MADE))
def test_one_pass_and_by_estimator(kind):
    """The base table's way and the elements' way: two codes, one answer."""
    design = make(kind)
    names = ("mean", "total", "ratio", "prop", "prop", "prop", "prop")
    found = estimate_jointly(design, STATISTICS, by="area")
    rows = estimate(design, STATISTICS, by="area").rows()
    assert len(found.names) == 3 * len(names)
    assert found.values == pytest.approx([row["estimate"] for row in rows], **CLOSE)
    assert found.se == pytest.approx([row["se"] for row in rows], **CLOSE)


def test_weights_that_are_adjusted_anew_in_every_replicate():
    """Post-stratified in every replicate is as good as given weights that fit the totals."""
    totals = {"f": 3000.0, "m": 2500.0}

    def to_totals(weights):
        factor = np.empty(weights.size)
        for sex, known in totals.items():
            here = DATA["sex"] == sex
            factor[here] = known / weights[here].sum()
        return weights * factor

    full = {**DATA, "w": to_totals(DATA["w"])}
    made = Design(DATA, weights="w", strata="stratum", psu="psu").replicates("brr")
    adjusted = made.poststratify({"sex": totals})
    columns = {f"rep{r}": to_totals(w) for r, w in enumerate(made.replicate_weights().T)}
    given = Design.from_replicates(
        full | columns, weights="w", replicate_weights="rep", kind="brr", df=made.df
    )
    one, other = (estimate(d, STATISTICS, by=BY) for d in (adjusted, given))
    same(one.rows(), other.rows(), without=("n_psu",))
    two = [estimate_jointly(d, [mean("y"), prop("bit")], by="area") for d in (adjusted, given)]
    assert two[0].covariance == pytest.approx(two[1].covariance, **CLOSE)


def test_the_covariance_of_domains_is_the_one_of_their_difference():
    result = estimate(make("bootstrap"), mean("y"), by=["area"])
    matrix = result.cov("y", by=("area",)).matrix
    assert np.sqrt(np.diag(matrix)) == pytest.approx(ses(result), **CLOSE)
    (gap,) = result.contrast({"gap": "Eskilstuna - Flen"}, by=("area",)).rows()
    assert gap["se"] ** 2 == pytest.approx(matrix[0, 0] + matrix[1, 1] - 2 * matrix[0, 1], rel=1e-8)


def test_the_rest_is_another_domain():
    design = make("fay")
    again = {**DATA, "side": np.where(DATA["area"] == "Flen", "Flen", "rest")}
    two = Design(again, weights="w", strata="stratum", psu="psu").replicates("fay", rho=0.4)
    rest = estimate(design, mean("y"), by=["area"]).versus_rest(("area",), "area").rows()[1]
    pair = estimate(two, mean("y"), by=["side"])
    (gap,) = pair.differences(("side",), "side", [("Flen", "rest")]).rows()
    assert [rest["difference"], rest["se"]] == pytest.approx(
        [gap["difference"], gap["se"]], **CLOSE
    )


@pytest.mark.parametrize("kind", list(MADE))
def test_from_an_engine(kind):
    """Made from units, replicates need no elements; given ones are read."""
    design, options = MADE[kind]
    table = ibis.memtable(pa.table(DATA))
    far = Design(table, weights="w", **design).replicates(kind, **options)
    assert estimate(far, STATISTICS, by=BY).rows() == estimate(make(kind), STATISTICS, by=BY).rows()
    given = as_given(make(kind))
    held = given.source.table
    there = Design.from_replicates(
        ibis.memtable(held),
        weights="w",
        replicate_weights="rep",
        kind="other",
        rscales=given.replication.scale,
        centre=given.replication.centre,
        df=given.replication.df,
    )
    assert there.hash == given.hash
    rows = estimate(there, STATISTICS, by=BY, where=lambda t: t.sex == "f").rows()
    here = estimate(given, STATISTICS, by=BY, where=lambda t: t.sex == "f").rows()
    same(rows, here)


def test_the_hash_tells_replicates_apart():
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    several = [design, *(design.replicates("bootstrap", count=20, seed=s) for s in (1, 2))]
    several += [design.replicates("fay", rho=rho) for rho in (0.1, 0.2)]
    several += [design.replicates("jkn", centre=c) for c in ("mean", "full")]
    assert len({one.hash for one in several}) == len(several)
    assert design.replicates("fay", rho=0.1).hash == design.replicates("fay", rho=0.1).hash


@pytest.mark.parametrize("order", range(1, 101))
def test_balance(order):
    matrix = hadamard(order)
    assert order <= matrix.shape[0] <= (order + 3 if order <= 48 else order + 23)
    assert (np.abs(matrix) == 1).all()
    assert (matrix[:, 0] == 1).all()
    assert (matrix.T @ matrix == matrix.shape[0] * np.eye(matrix.shape[0])).all()
