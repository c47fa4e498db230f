"""Estimates that may be shown

What of an estimate's result may be shown to everybody? `protect_estimates` looks at the unweighted
counts behind every proportion, n answers of which y have the outcome, over all grouping sets of
the result at once, and hides

- a group of fewer than `base_threshold` (10) answers,
- a share that rests on fewer than `count_threshold` (5) answers with the outcome or without it;
  often a bound can be shown instead, "at most 8 %",
- and as much more as it takes that no hidden count can be worked out from sums: a total and its
  parts, or two tables that have a margin in common, also one that was never asked for.

Everything about a hidden figure is hidden with it: interval, standard error and design effect.
A grouping variable must have a value for everybody ("no answer" can be one). Grouping sets that
bind each other in a ring (a by b, b by c, c by a) are refused: there hidden
counts can be narrowed in ways that no margin shows. Groups of nobody have rows too, since a missing
row would tell that they are empty. How a pattern is chosen and proved is on the page of disclosure
control.

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4-5; the definition of safe is
in docs/methods-disclosure.md.

In R: no package of survey estimates does this; `GaussSuppression` and `sdcTable` take the counts.
"""

import pytest

from samling.stats import Design, OptionError, estimate, mean, prop, protect_estimates

SCHOOLS = {"Ek": (64, 20), "Al": (41, 15), "Asp": (30, 12), "Rönn": (4, 2)}
PUPILS = {
    "school": [name for name, (n, _) in SCHOOLS.items() for _ in range(n)],
    "worries": [int(pupil < y) for n, y in SCHOOLS.values() for pupil in range(n)],
}


def statuses(safe, **chosen):
    return {
        row["school"]: row["status"]
        for row in safe.rows()
        if all(row[name] == value for name, value in chosen.items())
    }


def test_a_small_school_hides_another():
    """Four pupils are too few. With the other schools and the municipality they could be worked
    out, so the next smallest school is hidden as well.
    """
    result = estimate(Design(PUPILS), prop("worries"), by=[("school",), ()])
    safe = protect_estimates(result)
    assert statuses(safe) == {
        "Ek": "shown",
        "Al": "shown",
        "Asp": "would give another away",
        "Rönn": "too few",
        None: "shown",
    }
    hidden = next(row for row in safe.rows() if row["school"] == "Asp")
    assert {hidden[name] for name in ("estimate", "se", "ci_low", "n", "n_eff", "y")} == {None}


def test_without_a_sum_nothing_else_is_hidden():
    """If the municipality is never shown, the school of four gives nobody else away."""
    safe = protect_estimates(estimate(Design(PUPILS), prop("worries"), by=["school"]))
    assert statuses(safe)["Asp"] == "shown"


def test_a_share_of_few_is_a_bound():
    """Two of 64 worry: not 3.1 %, but at most what five would be."""
    data = {"school": ["Ek"] * 64, "worries": [1] * 2 + [0] * 62}
    (row,) = protect_estimates(estimate(Design(data), prop("worries"), by=["school"])).rows()
    assert (row["status"], row["n"], row["estimate"]) == ("at most", 64, None)
    assert 5 / 64 <= row["bound"] < 0.10


def test_two_tables_with_a_margin_that_nobody_asked_for():
    """School by sex and school by grade both add up to the school: what is hidden in one must not
    be worked out with the other. Every hidden count is attacked, and holds.
    """
    data = {
        "school": ["Ek"] * 40 + ["Al"] * 40,
        "sex": (["girl"] * 36 + ["boy"] * 4) + (["girl"] * 20 + ["boy"] * 20),
        "grade": (["7"] * 20 + ["9"] * 20) * 2,
        "worries": [1, 0] * 40,
    }
    result = estimate(Design(data), prop("worries"), by=[("school", "sex"), ("school", "grade")])
    safe = protect_estimates(result)
    assert statuses(safe, sex="boy")["Ek"] == "too few"
    assert statuses(safe, sex="girl")["Ek"] == "would give another away"
    assert safe.audit()["worries"].unsafe() == ()


def test_only_proportions_are_protected():
    """The mean of few tells of them in ways that counts do not show."""
    with pytest.raises(OptionError, match="has mean, which can't be protected"):
        protect_estimates(estimate(Design(PUPILS), mean("worries")))
