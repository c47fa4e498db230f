"""Measures of inequality between groups

How unequal is something between groups of education, income, birth or place? WHO's 21 summary
measures answer in different ways. With x_j the groups' estimates, p_j their shares of the
population (Σp = 1), J groups, μ = Σ p·x the whole, and R_j the ridit, the middle of the group's
place when everybody stands in order from the most disadvantaged (p_1 + ... + p_(j-1) + p_j/2):

| measure | formula | needs | none |
|---|---|---|---|
| D, R | x_first - x_second, x_first / x_second | | 0, 1 |
| SII, RII | f(1) - f(0), f(1) / f(0), f the regression of x on R with weights p | order | 0, 1 |
| ACI, RCI | Σ p(2R - 1)x, ACI / μ | order | 0 |
| Wagstaff, Erreygers | RCI/(1 - μ), 4·ACI (for 0 to 1; beyond the 21) | order, scale | 0 |
| BGV, BGSD, COV | Σ p(x - μ)², √BGV, 100·BGSD/μ | | 0 |
| MDMU, MDMW | Σ\\|x - μ\\|/J, Σ p\\|x - μ\\| | | 0 |
| IDISU, IDISW | 100·MDMU/μ, 100·MDMW/μ | | 0 |
| MDBU, MDBW | Σ\\|x - x_best\\|/J, Σ p\\|x - x_best\\| | | 0 |
| MDRU, MDRW | Σ\\|x - x_ref\\|/J, Σ p\\|x - x_ref\\| | reference | 0 |
| TI, MLD | 1000·Σ p·r·ln r, -1000·Σ p·ln r with r = x/μ | x > 0 | 0 |
| PAR, PAF | x_ref - μ, 100·PAR/μ | | 0 |

The direction of the indicator decides which group is best, and the sign of some measures:

| measure | adverse (smoking) | favourable (trust) |
|---|---|---|
| D, R, ordered groups | most disadvantaged against least | least against most |
| D, R, no order | highest against lowest | highest against lowest |
| D, R, no order, a reference | the highest other against it | it against the lowest other |
| best group of MDB, and of PAR without order | the lowest | the highest |
| PAR, PAF | 0 or below; 0 when the reference is worse than μ | 0 or above |
| SII, ACI, RCI below 0, RII below 1 | to the disadvantaged's disadvantage | to their advantage |

With ordered groups, D above 0 and R above 1 are to their disadvantage in both directions. The
reference of PAR and PAF is the one named, else the least disadvantaged of ordered groups, else
the best.

Every measure is a function g of the estimates and shares, so its variance is ∇g'V∇g with exact
gradients and V the whole covariance of the groups *and* of their estimated shares (so SII's
estimated ranks are counted). From a cube's result the linear combinations are made of the units'
values themselves, for all blocks at once. R and RII have their interval on the log scale; measures
that cannot be below 0 have it cut there, and have none where all groups are equal: the gradient is
0 or not there. Near 0 such an interval is rough, and the estimate itself
leans upward; `p_equal`, Wald's test that all groups are equal, then says more.

Where the estimates pick the best or worst group (D and R without order, MDB, PAR without order),
the delta method takes that group as given; the result says so. A group where nobody or everybody
answered yes has an estimated variance of 0. Every measure takes it to have the variance of Wilson's
limit instead (see the method page of contrasts), with replicates and simulation too. `Estimates`
made elsewhere, in which a group at 0 or at the largest value has the variance 0, give no interval
for measures that hang on that group. Replicates, when the design has
them, make every measure anew, best group and ranks included, as does
`simulation=Simulation(seed=...)` with draws from the whole covariance.
Simulated intervals of measures that cannot be below 0 lie too high when groups differ little; the
delta method's hold their level in the surveys tried (docs/performance.md).

Source: Schlotheuber & Hosseinpoor (2022), Summary measures of health inequality, Int J Environ Res
Public Health 19:3697; Mackenbach & Kunst (1997), Soc Sci Med 44:757-771; Sergeant & Firth (2006),
Relative index of inequality: definition, estimation and inference, Biostatistics 7:213-224;
O'Donnell et al. (2008), Analyzing Health Equity Using Household Survey Data; Wagstaff (2005);
Erreygers (2009); Demnati & Rao (2004) for the shares.

In R: `healthequal` has the 21 by name, from groups taken as independent;
`PHEindicatormethods::phe_sii`; `survey::svycontrast` on `svyby(covmat = TRUE)` for D and R,
`survey::withReplicates` for all.

Differs: healthequal 1.0.1 multiplies TI, MLD and PAF by 1000 or 100 but not their standard errors
(its TI of 5.036 has the interval 5.033 to 5.039; on one scale it is 2.3 to 7.8), weights the groups
of SII and RII twice when the regression is logistic (44.445 where each person counts once gives
44.905), adds second-order terms to BGV's variance (17.1 where the first order is 13.4), and draws
ten measures' intervals from 100 simulations. All of it is held in the golden tests.
A group at 0 or 100 % has there the standard error 0, and intervals are too sure; here it has not.
SII and RII are of the straight line by default, as PHE has it; model="logit" is healthequal's.
"""

import math

import numpy as np
import pytest

from samling.stats import (
    Design,
    Estimates,
    GroupError,
    MeasureError,
    ShareError,
    Simulation,
    estimate,
    inequality,
    mean,
    prop,
    total,
)

ORDER = ["low", "mid", "high"]
SHARES = {"low": 0.2, "mid": 0.5, "high": 0.3}


def smokers(df=math.inf):
    """30, 20 and 10 % smoke; each has the standard error 0.02, and the groups are independent."""
    return Estimates(
        names=("high", "low", "mid"),
        values=np.array([0.1, 0.3, 0.2]),
        covariance=np.eye(3) * 0.0004,
        df=np.full(3, df),
    )


def ask(measures, source=None, **more):
    """One measure's row, or several by name."""
    asked = {"order": ORDER, "pop": SHARES, "direction": "adverse", "scale": 1.0} | more
    rows = inequality(source or smokers(), measures=measures, **asked).rows()
    return rows[0] if isinstance(measures, str) else {row["measure"]: row for row in rows}


def test_difference_and_ratio():
    """30 - 10 % and 30 / 10 %; the variances add up, relative ones for the ratio's logarithm."""
    row = ask("D")
    assert row["estimate"] == pytest.approx(0.2)
    assert (row["first"], row["second"]) == ("low", "high")
    assert row["se"] == pytest.approx(0.02 * math.sqrt(2))
    assert row["ci_low"] == pytest.approx(0.2 - 1.959963985 * 0.02 * math.sqrt(2))
    row = ask("R")
    relative = math.hypot(0.02 / 0.3, 0.02 / 0.1)
    assert row["estimate"] == pytest.approx(3)
    assert row["ci_high"] == pytest.approx(3 * math.exp(1.959963985 * relative))
    assert row["interval"] == "delta, log scale"


def test_slope_and_relative_index():
    """Ridits 0.1, 0.45, 0.85; covariance -0.0185, variance 0.07; μ = 0.19.

    SII = -0.0185/0.07: from 0.322 at the bottom to 0.058 at the top.
    """
    row = ask(["SII", "RII"])
    slope = -0.0185 / 0.07
    assert row["SII"]["estimate"] == pytest.approx(slope)
    assert row["RII"]["estimate"] == pytest.approx((0.19 + slope / 2) / (0.19 - slope / 2))


def test_the_logistic_curve_stays_between_0_and_1():
    """With two groups the curve goes through both: logits 0.25 and 0.75 of the way between ends."""
    pair = Estimates(("a", "b"), np.array([0.2, 0.4]), np.eye(2) * 1e-4, np.full(2, math.inf))
    row = ask("SII", pair, order=["a", "b"], pop={"a": 0.5, "b": 0.5}, model="logit")
    low, high = math.log(0.2 / 0.8), math.log(0.4 / 0.6)
    slope = (high - low) / 0.5
    ends = [1 / (1 + math.exp(-(low + slope * step))) for step in (-0.25, 0.75)]
    assert row["estimate"] == pytest.approx(ends[1] - ends[0])


def test_concentration_indices():
    """ACI = 2·(-0.0185): its gradient is p(2R - 1) = -0.16, -0.05, 0.21. RCI is ACI/0.19."""
    row = ask(["ACI", "RCI", "Wagstaff", "Erreygers"])
    assert row["ACI"]["estimate"] == pytest.approx(-0.037)
    assert row["ACI"]["se"] == pytest.approx(0.02 * math.sqrt(0.16**2 + 0.05**2 + 0.21**2))
    assert row["RCI"]["estimate"] == pytest.approx(-0.037 / 0.19)
    assert row["Wagstaff"]["estimate"] == pytest.approx(-0.037 / 0.19 / 0.81)
    assert row["Erreygers"]["estimate"] == pytest.approx(-0.148)


def test_variance_between_groups():
    """0.2·0.11² + 0.5·0.01² + 0.3·0.09² = 0.0049, its root 0.07, and that in percent of 0.19."""
    row = ask(["BGV", "BGSD", "COV"])
    assert row["BGV"]["estimate"] == pytest.approx(0.0049)
    assert row["BGSD"]["estimate"] == pytest.approx(0.07)
    assert row["COV"]["estimate"] == pytest.approx(7 / 0.19)
    assert row["BGSD"]["se"] == pytest.approx(row["BGV"]["se"] / 0.14)


def test_differences_from_the_mean():
    """Distances 0.11, 0.01 and 0.09: 0.07 on average, 0.054 with the groups' shares."""
    row = ask(["MDMU", "MDMW", "IDISU", "IDISW"])
    assert row["MDMU"]["estimate"] == pytest.approx(0.07)
    assert row["MDMW"]["estimate"] == pytest.approx(0.054)
    assert row["IDISU"]["estimate"] == pytest.approx(7 / 0.19)
    assert row["IDISW"]["estimate"] == pytest.approx(5.4 / 0.19)


def test_differences_from_the_best_and_from_a_reference():
    """From high (the lowest is best): 0.2, 0.1, 0. From mid: 0.1, 0, 0.1."""
    row = ask(["MDBU", "MDBW", "MDRU", "MDRW"], reference="mid")
    assert (row["MDBU"]["estimate"], row["MDBU"]["first"]) == (pytest.approx(0.1), "high")
    assert row["MDBW"]["estimate"] == pytest.approx(0.2 * 0.2 + 0.5 * 0.1)
    assert (row["MDRU"]["estimate"], row["MDRU"]["first"]) == (pytest.approx(0.2 / 3), "mid")
    assert row["MDRW"]["estimate"] == pytest.approx(0.2 * 0.1 + 0.3 * 0.1)


def test_entropy():
    """TI = 1000·Σ p·r·ln r and MLD = -1000·Σ p·ln r, r = 0.3/0.19, 0.2/0.19, 0.1/0.19."""
    row = ask(["TI", "MLD"])
    r = {"low": 0.3 / 0.19, "mid": 0.2 / 0.19, "high": 0.1 / 0.19}
    theil = sum(SHARES[group] * r[group] * math.log(r[group]) for group in ORDER)
    deviation = -sum(SHARES[group] * math.log(r[group]) for group in ORDER)
    assert row["TI"]["estimate"] == pytest.approx(1000 * theil)
    assert row["MLD"]["estimate"] == pytest.approx(1000 * deviation)


def test_population_attributable_risk():
    """If all smoked as the highly educated: 10 - 19 % = -9 points, -47 % of all smoking."""
    row = ask(["PAR", "PAF"])
    assert row["PAR"]["estimate"] == pytest.approx(-0.09)
    assert row["PAF"]["estimate"] == pytest.approx(-9 / 0.19)
    assert row["PAR"]["se"] == pytest.approx(0.02 * math.sqrt(0.2**2 + 0.5**2 + 0.7**2))


def test_a_favourable_indicator():
    """Were a high value good: the last group minus the first, the best is the highest.

    The highly educated would then be worst off, so nothing is gained by their level: PAR is 0.
    """
    row = ask(["D", "MDBU", "PAR"], direction="favourable")
    assert row["D"]["estimate"] == pytest.approx(-0.2)
    assert row["MDBU"]["first"] == "low"
    assert (row["PAR"]["estimate"], row["PAR"]["status"]) == (0.0, "no-interval")
    assert row["PAR"]["reason"].startswith("the reference group is worse than the whole")


def test_groups_without_order():
    """D is the highest minus the lowest, and says that the estimates picked them.

    With a reference it is the farthest on the worse side: here high, since mid is the reference
    and a high value is good.
    """
    row = ask("D", order=None)
    assert (row["first"], row["second"]) == ("low", "high")
    assert row["interval"] == "delta, at the observed best or worst group"
    row = ask("D", order=None, reference="mid", direction="favourable")
    assert (row["first"], row["second"], row["estimate"]) == ("mid", "high", pytest.approx(0.1))


def test_shares_estimated_from_the_survey():
    """Five people, weight 1 each: groups of 2 and 3 with means 4 and 2, so μ = 2.8.

    MDMW = 0.4·1.2 + 0.6·0.8 = 0.96. By influence, in five equal shares: 2·p·q·|gap| moves with
    each y as ±0.48 times its deviation over the group's n, and with each share.
    """
    data = {"edu": ["a", "a", "b", "b", "b"], "y": [3.0, 5.0, 1.0, 2.0, 3.0]}
    result = estimate(Design(data), mean("y"), by=[("edu",)])
    row = ask("MDMW", result, dimension="edu", order=None, pop=None, scale=None)
    assert row["estimate"] == pytest.approx(0.96)
    # ∂/∂x: 2pq = 0.48 for a, -0.48 for b; ∂/∂p_a: 2(q - p)·gap = 0.8, in shares (1_a - 0.4)/5.
    z = [0.48 * gap / 2 + 0.8 * 0.6 / 5 for gap in (-1, 1)]
    z += [-0.48 * gap / 3 - 0.8 * 0.4 / 5 for gap in (-1, 0, 1)]
    assert row["se"] == pytest.approx(math.sqrt(5 / 4 * sum(part**2 for part in z)))


def test_all_measures_for_all_areas_at_once():
    """A cube's result with by=("area", "edu"): a block for each area, 21 rows each."""
    rng = np.random.default_rng(7)
    data = {
        "area": rng.choice(["North", "South"], 400),
        "edu": rng.choice(ORDER, 400),
    }
    risk = np.array([{"low": 0.5, "mid": 0.4, "high": 0.3}[edu] for edu in data["edu"]])
    data["smokes"] = rng.binomial(1, risk)
    result = estimate(Design(data), prop("smokes"), by=[("area", "edu")])
    found = inequality(result, "edu", order=ORDER, direction="adverse", reference="high")
    assert len(found.rows()) == 2 * 21
    assert found.select(area="North").row("D")["groups"] == 3
    assert {row["status"] for row in found.rows()} == {"shown"}
    assert found.method["shares"] == "estimated"


def test_sizes_of_each_area():
    """Given sizes may differ between blocks: they are then named by (area, group)."""
    data = {"area": ["N", "N", "S", "S"] * 2, "edu": ["a", "b"] * 4, "y": [4.0, 2.0] * 4}
    result = estimate(Design(data), mean("y"), by=[("area", "edu")])
    pop = {("N", "a"): 1, ("N", "b"): 1, ("S", "a"): 3, ("S", "b"): 1}
    found = inequality(result, "edu", pop=pop, direction="adverse", measures="MDMW")
    assert [row["estimate"] for row in found.rows()] == pytest.approx([1.0, 0.75])


def test_a_simulated_interval():
    """Drawn from the covariance with a stated seed; the same seed gives the same interval."""
    one = ask("MDMW", simulation=Simulation(seed=1))
    assert one == ask("MDMW", simulation=Simulation(seed=1))
    assert one["interval"] == "simulation (2000 draws, seed 1)"
    drawn = ask("ACI", simulation=Simulation(seed=2, draws=20_000))
    assert drawn["se"] == pytest.approx(ask("ACI")["se"], rel=0.02)


def test_replicates_of_the_design():
    """Jackknife: the measure is made again without each school in turn, whatever its corners.

    Four schools in one stratum: V = 3/4·Σ(θ_r - θ̄)², here of the mean difference from the best.
    """
    data = {
        "school": [1, 1, 2, 2, 3, 3, 4, 4],
        "sex": ["f", "m"] * 4,
        "y": [4.0, 2.0, 3.0, 3.0, 6.0, 3.0, 5.0, 2.0],
    }
    result = estimate(Design(data, psu="school").replicates("jk1"), mean("y"), by="sex")
    (row,) = inequality(result, "sex", direction="favourable", measures="MDBU").rows()
    gaps = np.array([2, 0, 3, 3])
    again = [abs(np.delete(gaps, place).mean()) / 2 for place in range(4)]
    assert row["estimate"] == pytest.approx(1.0)
    assert row["se"] == pytest.approx(math.sqrt(0.75 * ((again - np.mean(again)) ** 2).sum()))
    assert row["interval"] == "replicates, not below 0"


def test_the_hypothesis_that_all_groups_are_equal():
    """Wald's chi-square with 2 degrees of freedom is Σ(x - 0.2)²/0.0004 = 50: p = exp(-50/2)."""
    assert ask("BGV")["p_equal"] == pytest.approx(math.exp(-50 / 2))


@pytest.mark.parametrize(
    ("measure", "more", "said"),
    [
        ("SII", {"order": None}, "the groups have no order"),
        ("MDRU", {}, "no group to compare with is named"),
        ("Wagstaff", {"scale": None}, "largest value is not known"),
        ("Gini", {}, "There is no measure 'Gini'"),
        ("D", {"direction": "bad"}, "direction='bad' does not exist"),
    ],
)
def test_a_measure_that_cannot_be_made(measure, more, said):
    """Asked for by name it is an error that says what is needed."""
    with pytest.raises(MeasureError, match=said):
        ask(measure, **more)


def test_nobody_in_a_group():
    """Zero smokers among the highly educated: no ratio and no logarithms, the others stand."""
    none = Estimates(
        ("low", "mid", "high"), np.array([0.3, 0.2, 0.0]), np.eye(3) * 1e-4, np.full(3, math.inf)
    )
    with pytest.raises(MeasureError, match="needs estimates above 0 in every group"):
        ask("TI", none)
    asked = {"order": ORDER, "pop": SHARES, "direction": "adverse", "reference": "mid"}
    rows = {row["measure"]: row for row in inequality(none, **asked).rows()}
    undefined = {name for name, row in rows.items() if row["status"] == "undefined"}
    assert undefined == {"R", "RII", "TI", "MLD"}
    assert rows["R"]["reason"] == "a ratio needs estimates above 0 in both groups"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"order": ["low", "mid"]}, "order lacks high"),
        ({"order": ["low", "mid", "top"]}, "the estimates have no top; order lacks high"),
        ({"order": ["low", "mid", "high", "low"]}, "low more than once"),
        ({"reference": "top"}, "reference='top' is not a group"),
    ],
)
def test_groups_that_do_not_fit(more, said):
    """All groups are named, and those that differ are pointed out."""
    with pytest.raises(GroupError, match=said):
        ask("D", **more)


@pytest.mark.parametrize(
    ("pop", "said"),
    [
        ({"low": 0.2, "mid": 0.5}, "it lacks high"),
        ({"low": 0.2, "mid": 0.5, "high": 0.2}, "add up to 0.9, expected 1"),
        ({"low": -1, "mid": 5, "high": 3}, "low -1"),
        (SHARES | {"unknown": 0.1}, "it has unknown, which are no groups"),
        (None, "Estimates do not say how large the groups are"),
    ],
)
def test_shares_that_do_not_fit(pop, said):
    """Shares add up to 1; whole numbers are sizes and need not."""
    with pytest.raises(ShareError, match=said):
        ask("BGV", pop=pop)


def test_totals_measure_no_inequality():
    """They grow with the group's size."""
    result = estimate(Design({"edu": ["a", "b"] * 2, "y": [1, 2] * 2}), total("y"), by="edu")
    with pytest.raises(MeasureError, match="Totals grow with the size of the group"):
        inequality(result, "edu", direction="adverse")
