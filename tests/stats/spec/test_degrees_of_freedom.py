"""Degrees of freedom

How much does the data say about its own uncertainty? With few clusters a standard error is itself
uncertain, and the interval must be wider: t instead of normal quantiles, with

- `df="design"` (default): PSUs - strata of the whole design; with replicates the rank of their
  weights - 1.
- `df="domain"`: PSUs - strata that have members of the domain.
- `df="satterthwaite"`: (Σ V_h)² / Σ V_h²/(n_h - 1), where V_h is what stratum h adds to the
  variance of the estimate at hand. Equal strata give PSUs - strata; where a few strata have most of
  the variance it is less.
- a number, `math.inf` for the normal distribution.

Source: Korn & Graubard (1999), sec. 5.2; Satterthwaite (1946), An approximate distribution of
estimates of variance components; Cochran (1977), eq. 5.16.

In R: `survey::degf(design)`, `degf(subset(design, ...))`; R has no function for Satterthwaite's
(the formula is written out in the golden test's script).

Differs: R's `confint(svymean())` and `confint(svyby())` take the normal quantile unless they are
told df; here every interval follows the design.
"""

import math

import pytest

from samling.stats import Design, StatsError, estimate, total

DATA = {
    "stratum": ["A", "A", "B", "B", "B"],
    "area": ["north", "north", "south", "south", "north"],
    "y": [4.0, 6.0, 10.0, 13.0, 19.0],
}


def rows(rule, **options):
    return estimate(Design(DATA, strata="stratum"), total("y"), df=rule, **options).rows()


def test_of_the_design():
    """Five units in two strata: 3."""
    assert rows("design")[0]["df"] == 3


def test_of_a_domain():
    """The north has three units in two strata: 1; the south two in one: 1."""
    assert [row["df"] for row in rows("domain", by="area")] == [1, 1]


def test_satterthwaite():
    """A adds 4 on 1 df, B 3/2·(4² + 1² + 5²) = 63 on 2: 67²/(4²/1 + 63²/2) = 2.244."""
    (row,) = rows("satterthwaite")
    assert row["se"] == pytest.approx(math.sqrt(67))
    assert row["df"] == pytest.approx(67**2 / (4**2 + 63**2 / 2))


def test_satterthwaite_for_each_domain():
    """The south lies in B alone, where n - 1 = 2; a domain keeps the stratum's other units."""
    north, south = rows("satterthwaite", by="area")
    assert south["df"] == pytest.approx(2.0)
    assert 1.0 < north["df"] < 3.0


def test_a_number():
    """The normal distribution: 1.96 standard errors."""
    (row,) = rows(math.inf)
    assert row["ci_high"] - row["estimate"] == pytest.approx(1.959963985 * math.sqrt(67))


def test_what_has_no_strata_has_no_satterthwaite():
    """Replicates don't say what each stratum adds."""
    design = Design(DATA, strata="stratum").replicates("jkn")
    with pytest.raises(StatsError, match="replicates don't give"):
        estimate(design, total("y"), df="satterthwaite")
