"""Intervals of proportions, and when not to show one

How far may the true share be from the estimate? Four intervals can be chosen with `ci`:

- `logit` (default): Wald's interval of log(p/(1-p)) taken back, logit(p) ± t·se/(p(1-p)).
- `korn-graubard`: Clopper-Pearson's exact interval with the effective sample size
  n_eff = p(1-p)/V times (t(n-1)/t(df))².
- `wilson`: Wilson's score interval with n_eff and t.
- `wald`: p ± t·se, for comparison with others; bad near 0 and 1.

With p = 0 or 1 the logit interval does not exist and Korn-Graubard's takes its place. The column
`flag` is the NCHS standard: "suppress" below an effective n of 30, or when the Korn-Graubard
interval is 0.30 wide or more, or (above 0.05) wider than 130 % of p; "review" below 8 degrees of
freedom or when p is 0 or 1.

Source: Korn & Graubard (1998), Confidence intervals for proportions with small expected number of
positive counts; Wilson (1927); Clopper & Pearson (1934); Parker et al. (2017), National Center for
Health Statistics Data Presentation Standards for Proportions, Series 2 No. 175.

In R: `survey::svyciprop(method = "logit" | "beta")`, where "beta" is Korn-Graubard; Wilson from
survey 4.5. The flag is what CDC's surveytable shows.

Differs: svy puts the factor of the degrees of freedom into Wilson's n_eff too; R and Samling do
not.
"""

from math import inf, nan

import numpy as np
import pytest

from samling.stats import Design, estimate, prop
from samling.stats.inference.intervals import clopper_pearson, korn_graubard, t_quantile, wilson
from samling.stats.inference.reliability import proportion_flag

# Newcombe (1998), Statistics in Medicine 17:857-872, table I: score and exact limits
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("ones", "n", "score", "exact"), NEWCOMBE)
def test_newcombes_examples(ones, n, score, exact):
    """Published limits: the score interval, and the exact one."""
    p, size = np.array(ones / n), np.array(float(n))
    low, high = wilson(p, size, np.array(inf), 0.95)
    assert (round(float(low), 4), round(float(high), 4)) == score
    low, high = clopper_pearson(p, size, 0.95)
    assert (round(float(low), 4), round(float(high), 4)) == exact


def test_korn_graubard_is_clopper_pearson_on_an_adjusted_n():
    """The effective n of 50, adjusted for 12 degrees of freedom."""
    p, n_eff, n, df = (np.array(x) for x in (0.2, 50.0, 80.0, 12.0))
    factor = (t_quantile(n - 1, 0.95) / t_quantile(df, 0.95)) ** 2
    assert korn_graubard(p, n_eff, n, df, 0.95) == clopper_pearson(p, n_eff * factor, 0.95)


def test_t_quantiles():
    """Infinitely many degrees of freedom give the normal quantile; without any there is none."""
    found = t_quantile(np.array([1.0, 10.0, inf, 0.0, -3.0]), 0.95)
    assert found == pytest.approx([12.7062047, 2.22813885, 1.95996398, nan, nan], nan_ok=True)


@pytest.mark.parametrize("ci", ["logit", "korn-graubard"])
def test_none_of_twenty(ci):
    """No one of 20 under simple random sampling: 1 - 0.025^(1/20), whatever was asked."""
    (row,) = estimate(Design({"y": [0] * 20}), prop("y"), ci=ci).rows()
    assert (row["estimate"], row["se"], row["ci_low"]) == (0.0, 0.0, 0.0)
    assert row["ci_high"] == pytest.approx(1 - 0.025 ** (1 / 20))


def test_all_of_twenty_are_the_mirror():
    """What holds for none of 20 holds for all of them, the other way around."""
    (row,) = estimate(Design({"y": [1] * 20}), prop("y"), ci="korn-graubard").rows()
    assert row["ci_low"] == pytest.approx(0.025 ** (1 / 20))
    assert row["ci_high"] == 1.0


@pytest.mark.parametrize(
    ("p", "n_eff", "n", "df", "flag"),
    [
        (0.50, 29.0, 100, 50.0, "suppress"),  # effective n below 30
        (0.50, 2000.0, 3000, 50.0, None),  # interval 0.044 wide: always shown
        (0.50, 35.0, 100, 50.0, "suppress"),  # 0.34 wide
        (0.04, 200.0, 400, 50.0, "suppress"),  # 0.064 wide, 160 % of p
        (0.20, 200.0, 400, 50.0, None),  # 0.117 wide, 58 % of p
        (0.20, 200.0, 400, 7.0, "review"),  # the same with few degrees of freedom
        (0.00, 500.0, 500, 50.0, "review"),  # none at all, interval narrow
        (nan, nan, 0, 50.0, "suppress"),
        (0.50, 4000.0, 40, 50.0, "suppress"),  # the effective n is capped at n: 0.33 wide
    ],
)
def test_the_nchs_standard(p, n_eff, n, df, flag):
    """One line per rule of the standard."""
    found = proportion_flag(*(np.array([float(x)]) for x in (p, n_eff, n, df)))
    assert found.tolist() == [flag]
