"""RERI, AP and S: do two factors together mean more than the sum of them?

Someone has factor A, factor B, both or neither. Each ratio is against those with neither: R₁₀
for A alone, R₀₁ for B alone, R₁₁ for both. If the two simply add up, the excess of both is the
sum of the excesses of each: R₁₁ − 1 = (R₁₀ − 1) + (R₀₁ − 1). Three measures say how far from
that it is:

- **RERI** = R₁₁ − R₁₀ − R₀₁ + 1, the relative excess risk due to interaction (0: they add up)
- **AP** = RERI / R₁₁, its share of the ratio among those with both (0)
- **S** = (R₁₁ − 1) / (R₁₀ + R₀₁ − 2), the synergy index (1)

`additive_interaction(estimates, covariance, names, ...)` takes the coefficients on the log
scale of any regression with their covariance, so that a model fitted to a survey design brings
the design's variance. Either the category with both has a coefficient of its own (`both=`) or
there is a product term (`product=`). Say whether the ratios are odds ratios (OR), prevalence
ratios (PR) or risk ratios (RR): odds ratios overstate the ratios of common outcomes, and PRs
are then to be preferred.

Two intervals: the *delta* method, symmetric for RERI and AP and on the log scale for S; and
*MOVER*, which puts the limits together from each ratio's own limits and is as skew as they are.
MOVER keeps its level better in small samples and is the one that the sentence uses. For S they
coincide.

The measures need the combination with the lowest risk as the reference. If a factor is
*preventive* as coded, an error says so and how to recode: `reference="lowest"`, or a
combination of one's own choice.

Source: Rothman (1986), Modern Epidemiology; Hosmer & Lemeshow (1992), "Confidence interval
estimation of interaction"; Zou (2008), "On the estimation of additive interaction by use of the
four-by-two table and beyond"; Knol, VanderWeele, Groenwold, Klungel, Rovers & Grobbee (2011),
"Estimating measures of interaction on an additive scale for preventive exposures"; VanderWeele
& Knol (2014), "A tutorial on interaction".

In R: `epiR::epi.interaction(model, coef = c(2, 3, 4), param = "dummy")` (delta) and
`interactionR::interactionR_mover(model, exposure_names)`.

Differs: `multiplicative` is R₁₁ / (R₁₀ R₀₁). epiR 2.0.57 gives R₁₁ itself under that name when
`param = "dummy"` (9.04 instead of 0.915 below). interactionR recodes by fitting the model
again; here the same numbers come from the coefficients, so that no data is needed.
"""

from math import exp, log

import pytest

from samling.stats import OptionError, StatsError, additive_interaction

# Oral cancer, alcohol and smoking (Rothman & Keller 1972): cases and controls
NEITHER, ALCOHOL, SMOKING, BOTH = (3, 20), (6, 12), (8, 18), (225, 166)
NAMES = ["alcohol", "smoking", "both"]


def log_odds_ratios(neither, *others):
    """Log odds ratios against the first cell, and their covariance (Woolf 1955)."""
    logs = [log(a / b) - log(neither[0] / neither[1]) for a, b in others]
    shared = 1 / neither[0] + 1 / neither[1]
    own = [1 / a + 1 / b for a, b in others]
    rows = range(len(others))
    return logs, [[shared + (own[i] if i == j else 0) for j in rows] for i in rows]


def oral_cancer(**more):
    logs, covariance = log_odds_ratios(NEITHER, ALCOHOL, SMOKING, BOTH)
    asked = {"first": "alcohol", "second": "smoking", "both": "both", "measure": "OR", **more}
    return additive_interaction(logs, covariance, NAMES, **asked)


def test_the_published_example():
    """Hosmer & Lemeshow (1992): RERI 3.74 (-1.84, 9.32), AP 0.41, S 1.87. Zou's MOVER interval
    for RERI is much wider upwards, since the odds ratio of both is 9 with limits 2.6 and 31."""
    found = oral_cancer()
    assert round(found.reri.estimate, 2) == 3.74
    assert tuple(round(limit, 2) for limit in found.reri.delta) == (-1.84, 9.32)
    assert (round(found.ap.estimate, 2), round(found.s.estimate, 2)) == (0.41, 1.87)
    assert tuple(round(limit, 2) for limit in found.reri.mover) == (-11.43, 21.87)


def test_by_hand():
    """Odds ratios 10/3, 80/27 and 9.036; RERI is the third minus the first two plus one."""
    found = oral_cancer()
    ratios = [(6 / 12) / (3 / 20), (8 / 18) / (3 / 20), (225 / 166) / (3 / 20)]
    assert [one.estimate for one in found.ratios] == pytest.approx(ratios)
    assert found.reri.estimate == pytest.approx(ratios[2] - ratios[0] - ratios[1] + 1)
    assert found.ap.estimate == pytest.approx(found.reri.estimate / ratios[2])
    assert found.s.estimate == pytest.approx((ratios[2] - 1) / (ratios[0] + ratios[1] - 2))
    assert found.multiplicative.estimate == pytest.approx(ratios[2] / ratios[0] / ratios[1])


def test_two_factors_that_add_up():
    """Ratios 2, 3 and 4: the excess of both (3) is the sum of 1 and 2, so RERI and AP are 0 and
    S is 1."""
    cov = [[0.04, 0.01, 0.01], [0.01, 0.04, 0.01], [0.01, 0.01, 0.04]]
    logs = [log(2), log(3), log(4)]
    found = additive_interaction(
        logs, cov, NAMES, first="alcohol", second="smoking", both="both", measure="PR"
    )
    assert found.reri.estimate == pytest.approx(0, abs=1e-12)
    assert found.ap.estimate == pytest.approx(0, abs=1e-12)
    assert found.s.estimate == pytest.approx(1)
    # delta method: the gradient of RERI by the logs is (-2, -3, 4)
    gradient = (-2, -3, 4)
    variance = sum(gradient[i] * cov[i][j] * gradient[j] for i in range(3) for j in range(3))
    assert found.reri.se == pytest.approx(variance**0.5)


def test_a_product_term_says_the_same():
    """With a product term the joint log ratio is the sum of the three coefficients."""
    logs, covariance = log_odds_ratios(NEITHER, ALCOHOL, SMOKING, BOTH)
    change = [[1, 0, 0], [0, 1, 0], [-1, -1, 1]]
    terms = [sum(r * v for r, v in zip(row, logs, strict=True)) for row in change]
    spread = [
        [sum(a[i] * covariance[i][j] * b[j] for i in range(3) for j in range(3)) for b in change]
        for a in change
    ]
    found = additive_interaction(
        terms,
        spread,
        ["alcohol", "smoking", "alcohol:smoking"],
        first="alcohol",
        second="smoking",
        product="alcohol:smoking",
        measure="OR",
    )
    assert found.reri.mover == pytest.approx(oral_cancer().reri.mover)


def test_a_preventive_factor_must_be_recoded():
    """With "sober" (the reverse of alcohol) as the factor, its ratio is below 1. An error asks
    for a choice, and reference="lowest" gives what the reverse coding gives."""
    logs, covariance = log_odds_ratios(ALCOHOL, NEITHER, BOTH, SMOKING)
    asked = {"first": "sober", "second": "smoking", "both": "both", "measure": "OR"}
    names = ["sober", "smoking", "both"]
    with pytest.raises(StatsError, match="lowest with sober=1 and smoking=0") as caught:
        additive_interaction(logs, covariance, names, **asked)
    assert caught.value.code == "preventive-factor"
    found = additive_interaction(logs, covariance, names, **asked, reference="lowest")
    assert found.exposed == (0, 1)
    assert found.reri.mover == pytest.approx(oral_cancer().reri.mover)
    as_coded = additive_interaction(logs, covariance, names, **asked, reference=(0, 0))
    assert as_coded.reri.estimate != pytest.approx(found.reri.estimate)


def test_s_does_not_always_exist():
    """Ratios of 1.0, 1.0 and 1.5: there are no excesses of their own to divide by, so S is None."""
    cov = [[0.04, 0.0, 0.0], [0.0, 0.04, 0.0], [0.0, 0.0, 0.04]]
    found = additive_interaction(
        [0.0, 0.0, log(1.5)],
        cov,
        NAMES,
        first="alcohol",
        second="smoking",
        both="both",
        measure="RR",
    )
    assert (found.s.estimate, found.s.delta) == (None, None)
    assert found.reri.estimate == pytest.approx(0.5)


def test_few_degrees_of_freedom():
    """A survey with few clusters has wider intervals: t with 10 degrees of freedom is 2.228, not
    1.960."""
    wide, normal = oral_cancer(df=10).reri, oral_cancer().reri
    half = (wide.delta[1] - wide.estimate) / (normal.delta[1] - normal.estimate)
    assert half == pytest.approx(2.228139 / 1.959964, rel=1e-6)


def test_the_ratios_have_their_own_limits():
    """Every row has the estimate, both intervals, and the value that means nothing is there."""
    rows = {row["measure"]: row for row in oral_cancer().rows()}
    assert list(rows) == ["RERI", "AP", "S", "alcohol", "smoking", "both", "multiplicative"]
    se = (1 / 6 + 1 / 12 + 1 / 3 + 1 / 20) ** 0.5
    assert rows["alcohol"]["delta_low"] == pytest.approx(10 / 3 * exp(-1.959964 * se), rel=1e-6)
    assert (rows["RERI"]["none"], rows["S"]["none"]) == (0.0, 1.0)


def test_the_sentence():
    """The interval of RERI holds 0, so nothing clear is said, and no cause is claimed."""
    words = {"outcome": "cancer i munnen", "alcohol": "alkohol", "smoking": "rökning"}
    assert oral_cancer().sentence("sv", words).replace("\u00a0", " ") == (
        "Underlaget visar inte säkert om cancer i munnen är vanligare eller ovanligare bland dem "
        "som har både alkohol och rökning än vad de två sambanden ger när de läggs ihop (RERI "
        "3,74, där 0 är inget samspel; 95 % osäkerhetsintervall −11,43 till 21,87; av oddskvoter). "
        "Det är ett samband i materialet och säger inte vad det beror på."
    )
    assert "from odds ratios" in oral_cancer().sentence("en")


def test_a_clear_sentence():
    """Ratios 1.2, 1.3 and 4 with small errors: more than the sum, clearly. Turned round so that the
    second factor's 0 is the exposed value, the sentence says so; 2, 2 and 1.5 are clearly less."""
    cov = [[0.001, 0.0, 0.0], [0.0, 0.001, 0.0], [0.0, 0.0, 0.001]]
    asked = {"first": "alcohol", "second": "smoking", "both": "both", "measure": "PR"}
    more = additive_interaction([log(1.2), log(1.3), log(4)], cov, NAMES, **asked)
    assert more.sentence("en").startswith(
        "Among those with both alcohol and smoking, the outcome is more common than the two "
    )
    assert more.sentence("en").endswith(
        "This is an association in the data and does not say what causes it."
    )
    less = additive_interaction([log(2), log(2), log(1.5)], cov, NAMES, **asked)
    assert "är utfallet ovanligare än vad de två sambanden ger" in less.sentence("sv")
    turned = additive_interaction(
        [log(1.5), log(0.5), log(0.6)], cov, NAMES, **asked, reference="lowest"
    )
    assert turned.exposed == (1, 0)
    assert "Smoking räknas här tvärtom: värdet 0 är det utsatta." in turned.sentence("sv")
    with pytest.raises(OptionError, match="no sentences in 'fi'"):
        turned.sentence("fi")
