"""Replicate weights

What is the standard error of something that has no simple formula, or of a survey that is handed
out with weights instead of strata and clusters? The estimate θ is worked out again with each of R
sets of weights, and

    V(θ) = Σ_r scale_r (θ_r - centre)²

where the centre is the replicates' mean (default) or the whole sample's θ (`centre="full"`).

| kind | weights of replicate r | scale |
|---|---|---|
| jk1 | one PSU left out, n/(n-1) for the others | (n-1)/n · (1-f) |
| jkn | the same within one stratum | (n_h-1)/n_h · (1-f_h) |
| brr | 2 for one PSU of each pair, 0 for the other, balanced | 1/R |
| fay | 2-ρ for one, ρ for the other | 1/(R(1-ρ)²) |
| bootstrap | n_h-1 draws among a stratum's n_h, times n_h/(n_h-1) | 1/(R-1) |

With a finite population, the bootstrap's factors are 1 - √(1-f) + √(1-f)·n_h/(n_h-1)·draws.
A calibration, nonresponse adjustment or trimming of the design is done anew with the weights of
every replicate, whichever was asked for first.

Certainty strata (f = 1) are the same in every replicate. Made replicates follow the first stage.
Degrees of freedom are the rank of the weights - 1, or R - 1 with `df="replicates"`.

Source: Rust & Rao (1996), Variance estimation for complex surveys using replication techniques;
McCarthy (1969); Judkins (1990), Fay's method; Rao & Wu (1988) and Rao, Wu & Yue (1992), the
rescaled bootstrap; Paley (1933) for the balance.

In R: `survey::as.svrepdesign(type = "JK1" | "JKn" | "BRR" | "Fay" | "subbootstrap")`,
`survey::svrepdesign(...)`, `mse = TRUE` for centre="full".

Differs: R leaves out replicates in which an estimate has no value (nobody of the domain is left)
and says so in a warning; here the standard error is then None, because those are the very
replicates that would have told how uncertain the estimate is. R drops fpc of later stages, and of
BRR, with a warning; here that is an error. R's own rule "adjust" for lonely PSUs is not offered.
svy takes R - 1 degrees of freedom. A linear calibration that gives a replicate negative weights is
an error here; R lets them pass.
After a calibration R may count the rank of the calibrated
replicate weights, up to R - 1; here the degrees of freedom stay those of the weights before.
"""

from math import sqrt

import pytest

from samling.stats import Design, StatsError, estimate, mean, quantiles, ratio, total

PAIRS = {"pair": [1, 1, 2, 2, 3, 3], "y": [25.0, 24.0, 30.0, 49.0, 80.0, 70.0]}


def only(result):
    (row,) = result.rows()
    return row


def test_one_out_at_a_time():
    """Without 1, 2 or 6 the mean of {1, 2, 6} is 4, 3.5 or 1.5: V = 2/3·(1² + 0.5² + 1.5²) = 7/3.

    That is s²/n, as it must be for a mean.
    """
    row = only(estimate(Design({"y": [1.0, 2.0, 6.0]}).replicates("jk1"), mean("y")))
    assert row["estimate"] == pytest.approx(3.0)
    assert row["se"] == pytest.approx(sqrt(7 / 3))
    assert row["df"] == 2


def test_within_strata_and_a_finite_population():
    """Two of four in the first stratum leave half of its variance: (1 - 2/4)·(24 - 25)² = 0.5."""
    data = {**PAIRS, "N": [4, 4, 2, 2, 2, 2]}
    row = only(estimate(Design(data, strata="pair", fpc="N").replicates("jkn"), total("y")))
    assert row["se"] == pytest.approx(sqrt(0.5))


def test_balanced_half_samples():
    """Three pairs and four half samples. For a total V = 1² + 19² + 10², each pair's difference."""
    design = Design(PAIRS, strata="pair").replicates("brr")
    row = only(estimate(design, total("y")))
    assert row["estimate"] == pytest.approx(278.0)
    assert row["se"] == pytest.approx(sqrt(1 + 361 + 100))
    assert (row["df"], design.replication.size) == (3, 4)


def test_fays_gentler_halves():
    """Nobody is left out: weights 2 - ρ and ρ. For a total the variance is the same."""
    design = Design(PAIRS, strata="pair").replicates("fay", rho=0.3)
    assert sorted(set(design.replicate_weights().ravel().round(6))) == [0.3, 1.7]
    assert only(estimate(design, total("y")))["se"] == pytest.approx(sqrt(462))


def test_the_bootstrap_is_repeatable():
    """The seed is kept, so the same figures can be made again. Pairs have one draw each: 0 or 2."""
    design = Design(PAIRS, strata="pair").replicates("bootstrap", count=2000, seed=1)
    again = Design(PAIRS, strata="pair").replicates("bootstrap", count=2000, seed=1)
    assert set(design.replicate_weights().ravel()) == {0.0, 2.0}
    result = estimate(design, total("y"))
    assert result.rows() == estimate(again, total("y")).rows()
    assert (result.method.variance, result.method.replicates, result.method.seed) == (
        "bootstrap",
        2000,
        1,
    )
    assert only(result)["se"] == pytest.approx(sqrt(462), rel=0.05)


def test_what_is_not_a_sum_is_worked_out_anew():
    """A ratio in each half sample, not its linear approximation."""
    data = {**PAIRS, "x": [120.0, 78.0, 185.0, 228.0, 670.0, 530.0]}
    design = Design(data, strata="pair").replicates("brr")
    weights = design.replicate_weights()
    ratios = [
        sum(w * y for w, y in zip(half, data["y"], strict=True))
        / sum(w * x for w, x in zip(half, data["x"], strict=True))
        for half in weights.T
    ]
    middle = sum(ratios) / 4
    wanted = sqrt(sum((r - middle) ** 2 for r in ratios) / 4)
    assert only(estimate(design, ratio("y", "x")))["se"] == pytest.approx(wanted)


def test_weights_that_come_with_the_data():
    """Two replicates of a bootstrap: totals 8 and 12, so V = ((8 - 10)² + (12 - 10)²)/(2 - 1)."""
    data = {"w": [1.0, 1.0], "y": [4.0, 6.0], "b1": [2.0, 0.0], "b2": [0.0, 2.0]}
    design = Design.from_replicates(data, weights="w", replicate_weights="b", kind="bootstrap")
    assert only(estimate(design, total("y")))["se"] == pytest.approx(sqrt(8))


def test_factors_instead_of_weights():
    """The same with factors of a weight: combined=False."""
    data = {"w": [3.0, 3.0], "y": [4.0, 6.0], "b1": [2.0, 0.0], "b2": [0.0, 2.0]}
    design = Design.from_replicates(
        data, weights="w", replicate_weights=["b1", "b2"], kind="bootstrap", combined=False
    )
    assert only(estimate(design, total("y")))["se"] == pytest.approx(3 * sqrt(8))


def test_the_centre():
    """Around the whole sample's total 10, not the replicates' mean 11: V = (2² + 4²)/(2 - 1)."""
    data = {"w": [1.0, 1.0], "y": [4.0, 6.0], "b1": [2.0, 0.0], "b2": [2.0, 1.0]}
    given = {"weights": "w", "replicate_weights": "b", "kind": "bootstrap"}
    row = only(estimate(Design.from_replicates(data, **given, centre="full"), total("y")))
    assert row["se"] == pytest.approx(sqrt(4 + 16))
    row = only(estimate(Design.from_replicates(data, **given), total("y")))
    assert row["se"] == pytest.approx(sqrt(9 + 9))


def test_degrees_of_freedom():
    """Four sets of weights of three pairs have rank 4; two sets that are the same have rank 1."""
    assert Design(PAIRS, strata="pair").replicates("brr").df == 3
    assert Design(PAIRS, strata="pair").replicates("brr", df="replicates").df == 3
    data = {"w": [1.0, 1.0], "b1": [2.0, 1.0], "b2": [2.0, 1.0]}
    given = {"weights": "w", "replicate_weights": "b", "kind": "brr"}
    assert Design.from_replicates(data, **given).df == 0
    assert Design.from_replicates(data, **given, df="replicates").df == 1
    assert Design.from_replicates(data, **given, df=30).df == 30


def test_certainty_strata_do_not_vary():
    """The third pair is all there is of its stratum (N = 2): V = 1² + 19²."""
    data = {**PAIRS, "N": [1e9, 1e9, 1e9, 1e9, 2, 2]}
    design = Design(data, strata="pair", fpc="N").replicates("jkn")
    assert design.replication.size == 4
    assert only(estimate(design, total("y")))["se"] == pytest.approx(sqrt(1 + 361), rel=1e-6)


def test_a_replicate_without_the_domain_leaves_no_standard_error():
    """All girls are in the first PSU; without it they have no mean. R would leave that one out."""
    data = {"psu": [1, 1, 2, 3], "sex": ["f", "f", "m", "m"], "y": [1.0, 2.0, 3.0, 5.0]}
    girls, boys = estimate(Design(data, psu="psu").replicates("jk1"), mean("y"), by="sex").rows()
    assert girls["estimate"] == 1.5
    assert girls["se"] is None
    assert boys["se"] is not None


@pytest.mark.parametrize(
    ("kind", "design", "says"),
    [
        ("jk1", {"strata": "pair"}, '"jkn"'),
        ("brr", {}, "exactly 2 PSUs in every stratum, but 1 strata have 6: the whole sample"),
        ("fay", {"strata": "pair", "fpc": "N"}, "no finite population correction.*pair=1"),
        ("jkn", {"psu": ["pair", "one"], "fpc": ["N", "M"]}, "first stage.*fpc for 2 stages"),
        ("bootstrap", {"strata": "pair"}, "seed=None"),
    ],
)
def test_what_does_not_fit_is_refused(kind, design, says):
    """The error names the strata and says what to do instead."""
    data = {**PAIRS, "N": [9] * 6, "M": [5] * 6, "one": [1, 2] * 3}
    with pytest.raises(StatsError, match=says):
        Design(data, **design).replicates(kind)


def test_given_weights_make_no_others():
    """They don't say which elements were in the same PSU."""
    data = {"w": [1.0, 1.0], "b1": [2.0, 0.0], "b2": [0.0, 2.0]}
    given = Design.from_replicates(data, weights="w", replicate_weights="b", kind="brr")
    with pytest.raises(StatsError, match="no strata or PSUs to make others of"):
        given.replicates("jk1")


def test_too_many_to_hold():
    """Leaving out each of 21,000 people would take 441 million factors."""
    with pytest.raises(StatsError, match="441,000,000 factors"):
        Design({"y": range(21_000)}).replicates("jk1")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "jkn"}, "needs rscales"),
        ({"kind": "fay"}, "needs its rho"),
        ({"kind": "brr", "replicate_weights": "x"}, "0 columns begin with 'x'"),
        ({"kind": "brr", "rscales": [1.0]}, "there are 2 replicates"),
        ({"kind": "brr", "replicate_weights": ["b1", "hole"]}, "'hole' is missing.* in 1 rows"),
        ({"kind": "brr", "weights": "none"}, "2 rows have weight 0"),
        ({"kind": "weekly"}, "Choose one of: jk1"),
    ],
)
def test_given_weights_that_do_not_fit(given, says):
    """The error says what is missing, and where."""
    data = {"w": [1.0, 1.0], "none": [0.0, 0.0], "b1": [2.0, 1.0], "b2": [1.0, 2.0]}
    data["hole"] = [1.0, None]
    with pytest.raises(StatsError, match=says):
        Design.from_replicates(data, **{"weights": "w", "replicate_weights": "b", **given})


def test_a_quantile_has_no_jackknife():
    """Its variance does not settle; Woodruff's interval is always there."""
    design = Design(PAIRS, strata="pair").replicates("jkn")
    with pytest.raises(StatsError, match="hardly moves a quantile"):
        quantiles(design, "y", ci="replicates")


def test_calibrated_weights_are_calibrated_anew_in_every_replicate():
    """4 girls and 6 boys are known. The number of girls has no variance, since every replicate is
    calibrated to it; the mean is 0.4·girls' + 0.6·boys', each from one fewer in turn.

    Girls 1 and 3 have the mean 2, without one of them 3 or 1; boys 5, 5 stay 5. So θ_r is
    0.4·3 + 3, 0.4·1 + 3, 3.8 and 3.8: V = 3/4·(0.4² + 0.4²) = 0.24.
    """
    data = {"sex": ["girl", "girl", "boy", "boy"], "y": [1.0, 3.0, 5.0, 5.0], "one": [1, 1, 0, 0]}
    design = Design(data).poststratify({"sex": {"girl": 4, "boy": 6}}).replicates("jk1")
    girls, average = estimate(design, [total("one"), mean("y")]).rows()
    assert (girls["estimate"], girls["se"]) == (pytest.approx(4.0), pytest.approx(0.0, abs=1e-12))
    assert average["estimate"] == pytest.approx(0.4 * 2 + 0.6 * 5)
    assert average["se"] == pytest.approx(sqrt(0.24))
