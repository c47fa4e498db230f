"""MAIHDA: how unequal are intersectional groups, and is it more than the sum?

Divide people into **strata**, the combinations of several variables such as sex, education and
country of birth. How much of the variation in an outcome lies between those strata? And do the
variables act on their own, each adding its part, or do some combinations fare better or worse
than the parts would suggest? `maihda(data, outcome, strata)` fits two models with people (i)
within strata (j) and answers both.

The *null model* has one random effect per stratum, u ~ N(0, σ²):

    logit P(y = 1) = β₀ + u_j            (a numeric outcome: y = β₀ + u_j + e)

The *main-effects model* adds every variable's levels: β₀ + x_j'β + u_j. What is left of σ² then
is what the sum of the parts does not explain.

- **VPC** = σ² / (σ² + π²/3), the share of the (logit scale) variance that lies between strata;
  for a numeric outcome σ² / (σ² + σ²ₑ).
- **PCV** = (σ²_null − σ²_main) / σ²_null, the share of it that the main effects account for.
- **MOR** = exp(√(2σ²) · 0.6745), the median odds ratio between two strata drawn at random.
- **AUC**, how well the strata tell those with the outcome from those without.
- For every stratum: the predicted share, the share that main effects alone predict, and the
  difference between them, the *interaction part*, with intervals.

The likelihood of a stratum is an integral over u. It is computed by adaptive Gauss-Hermite
quadrature (25 nodes unless told otherwise), so it is maximum likelihood and not an
approximation around it. A variance of exactly 0 is an answer like any other. Intervals of
strata take the conditional mode and variance of u and add, to first order, the uncertainty of β
and σ.

**Nothing is weighted.** Strata like these are no stage of the sample, and how survey weights
should enter such a model is not a solved problem. A `Design` may be given; its weights, strata
and clusters are left aside, and the result and its sentence say so. Few strata (below 20) give
an uncertain variance, which the result also says. The measures describe; they do not tell
causes.

Source: Merlo (2018), "Multilevel analysis of individual heterogeneity and discriminatory
accuracy (MAIHDA) within an intersectional framework"; Evans, Williams, Onnela & Subramanian
(2018), "A multilevel approach to modeling health inequalities at the intersection of multiple
social identities"; Evans, Leckie, Subramanian, Bell & Merlo (2024), "A tutorial for conducting
intersectional MAIHDA". Quadrature: Pinheiro & Bates (1995). MOR: Larsen & Merlo (2005).
Intervals: Kass & Steffey (1989), Booth & Hobert (1998).

In R: `lme4::glmer(cbind(y, n - y) ~ 1 + (1 | stratum), family = binomial, nAGQ = 25)` on counts
per stratum, and `lme4::lmer(..., REML = TRUE)` for a numeric outcome.

Differs: lme4's log-likelihood leaves out the binomial coefficients when nAGQ > 1 but not when
it is 1, so the two cannot be compared with each other; ours always has them. The R package
MAIHDA 0.1.0 divides by σ² + 1 instead of σ² + π²/3 for a binomial outcome;
`test_the_logistic_variance` shows that ours doesn't.
"""

from math import exp, pi

import pytest

from samling.stats import Design, OptionError, maihda


def people(counts):
    """A table of people from (sex, education, n, with the outcome) per stratum."""
    rows = [(sex, education, int(i < ones)) for sex, education, n, ones in counts for i in range(n)]
    return {
        "sex": [r[0] for r in rows],
        "education": [r[1] for r in rows],
        "poor_health": [r[2] for r in rows],
    }


UNEQUAL = [
    ("man", "long", 200, 20),
    ("man", "middle", 200, 30),
    ("man", "short", 200, 44),
    ("woman", "long", 200, 24),
    ("woman", "middle", 200, 60),
    ("woman", "short", 200, 110),
]


def test_six_strata():
    """Poor health is more common among women and with shorter education, and women with short
    education have more than the two add up to: their interaction part is positive, and the
    predicted share lies between what was observed and what main effects alone predict."""
    m = maihda(people(UNEQUAL), "poor_health", ["sex", "education"])
    assert m.vpc.null > m.vpc.adjusted > 0
    assert m.pcv == pytest.approx(1 - m.variance.adjusted / m.variance.null)
    worst = m.strata()[-1]
    assert (worst["sex"], worst["education"], worst["observed"]) == ("woman", "short", 0.55)
    assert worst["additive"] < worst["predicted"] < worst["observed"]
    assert worst["interaction"] == pytest.approx(worst["predicted"] - worst["additive"])
    assert worst["predicted_low"] < worst["predicted"] < worst["predicted_high"]


def test_the_logistic_variance():
    """VPC and MOR follow from the variance between strata alone: within strata the variance on
    the logit scale is π²/3 = 3.29, not 1."""
    m = maihda(people(UNEQUAL), "poor_health", ["sex", "education"])
    between = m.variance.null
    assert m.vpc.null == pytest.approx(between / (between + pi**2 / 3))
    assert m.vpc.null < between / (between + 1)
    assert m.mor.null == pytest.approx(exp((2 * between) ** 0.5 * 0.67448975))


def test_no_more_than_chance():
    """Four strata whose shares (30 of 100 each) differ by nothing: the variance is exactly 0, the
    median odds ratio 1, and everybody's predicted share is 0.3. There is no variance to explain,
    so PCV is None, and the result says why."""
    counts = [(s, e, 100, 30) for s in ("man", "woman") for e in ("long", "short")]
    m = maihda(people(counts), "poor_health", ["sex", "education"])
    assert (m.variance.null, m.vpc.null, m.mor.null, m.pcv) == (0.0, 0.0, 1.0, None)
    assert m.auc.strata == 0.5
    assert [row["predicted"] for row in m.strata()] == pytest.approx([0.3] * 4)
    assert [caution.code for caution in m.cautions] == ["few-strata", "no-variance"]
    assert "finner ingen variation i poor_health mellan grupperna" in m.sentence("sv")
    assert "finds no variation in poor_health between the groups" in m.sentence("en")


def test_only_main_effects():
    """When log odds add up (odds 1/4, 1/2, 1/2 and 1), main effects leave nothing: σ² is 0, PCV is
    100 %, the interaction part is 0 and its interval cannot be said."""
    counts = [
        ("man", "long", 500, 100),
        ("man", "short", 300, 100),
        ("woman", "long", 300, 100),
        ("woman", "short", 200, 100),
    ]
    m = maihda(people(counts), "poor_health", ["sex", "education"])
    assert (m.variance.adjusted, m.pcv) == (0.0, 1.0)
    women = [row for row in m.fixed_effects() if row["term"] == "sex=woman"]
    assert exp(women[0]["estimate"]) == pytest.approx(2.0)
    last = m.strata()[-1]
    assert last["additive"] == pytest.approx(0.5)
    assert (last["interaction"], last["interaction_low"]) == (0.0, None)
    assert "no-interaction" in [caution.code for caution in m.cautions]
    assert "Modellen ser inget samspel, vilket inte visar att inget finns." in m.sentence("sv")


def test_a_numeric_outcome():
    """Four strata of two: means 2, 4, 6 and 12, with ±1 around each. By hand: between strata the
    mean square is 2·(16+4+0+36)/3 = 37⅓, within it is 2, so REML gives σ² = (37⅓ − 2)/2 = 17⅔ and
    a VPC of 17⅔/(17⅔ + 2)."""
    data = {
        "sex": ["man"] * 4 + ["woman"] * 4,
        "education": ["long", "long", "short", "short"] * 2,
        "days": [1, 3, 3, 5, 5, 7, 11, 13],
    }
    m = maihda(data, "days", ["sex", "education"], family="gaussian")
    assert m.null_model.residual == pytest.approx(2)
    assert m.variance.null == pytest.approx(53 / 3)
    assert m.vpc.null == pytest.approx((53 / 3) / (53 / 3 + 2))
    assert (m.mor, m.auc) == (None, None)


def test_nothing_but_interplay():
    """Means 2 and 6 for men, 6 and 2 for women: main effects explain nothing, and the one
    degree of freedom that is left has it all. By hand with REML: the mean square between strata
    is 2·16/3 = 10⅔ before main effects and 2·16/1 = 32 after, that within is 2, so σ² = (10⅔ −
    2)/2 = 4⅓ and (32 − 2)/2 = 15. PCV is negative, which the sentence puts in words."""
    data = {
        "sex": ["man"] * 4 + ["woman"] * 4,
        "education": ["long", "long", "short", "short"] * 2,
        "days": [1, 3, 5, 7, 5, 7, 1, 3],
    }
    m = maihda(data, "days", ["sex", "education"], family="gaussian")
    assert (m.variance.null, m.variance.adjusted) == pytest.approx((13 / 3, 15))
    assert m.pcv == pytest.approx(1 - 15 * 3 / 13)
    assert "negative-pcv" in [caution.code for caution in m.cautions]
    assert "minskar inte variationen mellan grupperna" in m.sentence("sv")


def test_discriminatory_accuracy():
    """AUC is the chance that someone with the outcome comes from a stratum with a higher predicted
    share than someone without; ties count half. Counted here pair by pair."""
    m = maihda(people(UNEQUAL), "poor_health", ["sex", "education"])
    rows = m.strata()
    pairs = won = 0.0
    for one in rows:
        for other in rows:
            number = one["events"] * (other["n"] - other["events"])
            pairs += number
            gap = one["predicted_null"] - other["predicted_null"]
            won += number * (1.0 if gap > 0 else 0.5 if gap == 0 else 0.0)
    assert m.auc.strata == pytest.approx(won / pairs)
    assert m.auc.additive < m.auc.strata


def test_who_is_not_in_the_model():
    """Rows without the outcome or a variable are counted, and so are combinations with nobody."""
    data = people([*UNEQUAL, ("other", "long", 40, 9), ("other", "short", 30, 9)])
    data["poor_health"][0] = None
    data["sex"][1] = None
    m = maihda(data, "poor_health", ["sex", "education"])
    assert (m.left_out.outcome, m.left_out.strata) == (1, {"sex": 1, "education": 0})
    assert m.empty == (("other", "middle"),)
    assert sum(row["n"] for row in m.strata()) == 1200 + 70 - 2


def test_weights_are_not_used_and_that_is_said():
    """A design with weights gives the same figures as none; the result and its sentence say that
    they are about the respondents."""
    data = people(UNEQUAL)
    data["w"] = [1.0 + (i % 7) for i in range(1200)]
    weighted = maihda(Design(data, weights="w"), "poor_health", ["sex", "education"])
    plain = maihda(data, "poor_health", ["sex", "education"])
    assert weighted.strata() == plain.strata()
    assert weighted.method.weights == "none"
    assert "survey-design" in [caution.code for caution in weighted.cautions]
    assert "siffrorna gäller de svarande" in weighted.sentence("sv")


def test_the_reference_level_is_a_choice():
    """Fixed effects are against the first level in order unless another is named; predictions do
    not depend on it."""
    one = maihda(people(UNEQUAL), "poor_health", ["sex", "education"])
    other = maihda(people(UNEQUAL), "poor_health", ["sex", "education"], reference={"sex": "woman"})
    assert [row["term"] for row in one.fixed_effects()][2] == "sex=woman"
    assert [row["term"] for row in other.fixed_effects()][2] == "sex=man"
    assert [r["predicted"] for r in one.strata()] == pytest.approx(
        [r["predicted"] for r in other.strata()]
    )


def test_the_sentence():
    """Swedish or English, with what was measured and no claim of cause."""
    m = maihda(people(UNEQUAL), "poor_health", ["sex", "education"])
    vpc = f"{100 * m.vpc.null:.0f}"
    pcv, rest = (f"{100 * share:.1f}".replace(".", ",") for share in (m.pcv, 1 - m.pcv))
    words = {"outcome": "dålig hälsa", "sex": "kön", "education": "utbildning"}
    assert m.sentence("sv", words).replace("\u00a0", " ") == (
        "1 200 svarande är delade i 6 grupper efter kön och utbildning. Av all variation i dålig "
        f"hälsa ligger {vpc} % mellan grupperna (VPC, på logitskalan); resten är variation mellan "
        "svarande i samma grupp. Läggs sambanden med kön och utbildning ihop, utan samspel, "
        f"motsvarar de {pcv} % av variationen mellan grupperna (PCV). De återstående {rest} % kan "
        "vara samspel eller annat som skiljer grupperna åt. Grupperna är få, så måtten är osäkra. "
        "Måtten beskriver skillnader och säger inte vad de beror på."
    )
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        m.sentence("fi")
    assert m.sentence("en").endswith(
        "The measures describe differences and do not say what causes them."
    )
