"""Errors

Bad input is told what is wrong, where, and how to mend it: nothing is guessed, recycled or
dropped in silence. Every error is a `StatsError` with a `code` for programs and a sentence for
people. The codes are listed at the end of this page.

Source: the design of this package; there is no formula.

In R: `survey` stops with a message for most of these, and warns or goes on for some: a lonely PSU
is an error there as here, a missing weight is an error, values that are neither 0 nor 1 are
averaged as they are.
"""

import pytest

from samling.stats import Design, StatsError, estimate, mean, prop

GOOD = {
    "s": [1, 1, 2, 2],
    "p": [1, 2, 3, 4],
    "w": [1.0, 1.0, 1.0, 1.0],
    "y": [0, 1, 1, 0],
    "a": ["x", "x", "y", "y"],
}
TWICE = {name: [value for value in values for _ in (1, 2)] for name, values in GOOD.items()}


Y = mean("y")


def ask(data=GOOD, statistic=Y, **options):
    asked = {k: options.pop(k) for k in ("by", "where", "ci", "df", "level") if k in options}
    return estimate(Design(data, **options), statistic, **asked)


CASES = [
    ("empty-data", "no rows", lambda: ask({"y": []})),
    ("data", "dict", lambda: ask({"y": [1, 2], "x": [1]})),
    ("data", "int", lambda: ask(7)),
    ("unknown-variable", "'q' for weights", lambda: ask(weights="q")),
    ("unknown-variable", "'q' for strata", lambda: ask(strata="q")),
    ("unknown-variable", r"'q' for mean\(q\)", lambda: ask(statistic=mean("q"))),
    ("unknown-variable", "'q' for by", lambda: ask(by=["q"])),
    ("unknown-variable", "'q' for where", lambda: ask(where="q")),
    ("unknown-variable", "attribute 'q'", lambda: ask(where=lambda t: t.q > 1)),
    ("weights", "missing in 1 rows", lambda: ask({**GOOD, "w": [1, None, 1, 1]}, weights="w")),
    ("weights", "first in s=1", lambda: ask({**GOOD, "w": [1, -2, 1, 1]}, weights="w", strata="s")),
    ("weights", "0 in every row", lambda: ask({**GOOD, "w": [0, 0, 0, 0]}, weights="w")),
    (
        "missing-design-value",
        "'s' is missing in 1 rows",
        lambda: ask({**GOOD, "s": [1, 1, 2, None]}, strata="s"),
    ),
    (
        "psu-in-two-strata",
        "p=1 lies in 2 strata of 's': 1, 2",
        lambda: ask({**TWICE, "p": [1, 1, 2, 2, 1, 1, 3, 3]}, strata="s", psu="p"),
    ),
    ("lonely-psu", "a=x; a=y", lambda: ask(strata="a", psu="s")),
    ("fpc", "varies within s=1", lambda: ask({**GOOD, "f": [5, 6, 9, 9]}, strata="s", fpc="f")),
    (
        "fpc",
        "mix population sizes",
        lambda: ask({**GOOD, "f": [0.5, 0.5, 9, 9]}, strata="s", fpc="f"),
    ),
    (
        "fpc",
        "1.5 units in s=2, but 2",
        lambda: ask({**GOOD, "f": [2, 2, 1.5, 1.5]}, strata="s", fpc="f"),
    ),
    ("option", "fpc has 3 stages", lambda: ask(psu="p", fpc=["w", "w", "w"])),
    ("option", "lonely_psu='x'", lambda: ask(lonely_psu="x")),
    ("option", "lonely_domain='x'", lambda: ask(lonely_domain="x")),
    ("option", "ci='x'", lambda: ask(ci="x")),
    ("option", "df='x'", lambda: ask(df="x")),
    ("option", "df=0", lambda: ask(df=0)),
    ("option", "level=95", lambda: ask(level=95)),
    ("option", "at least one", lambda: ask(by=[])),
    ("option", "twice", lambda: ask(by=[("a", "a")])),
    ("option", "'n' has the name", lambda: ask({**GOOD, "n": GOOD["a"]}, by=["n"])),
    ("option", "not a statistic", lambda: ask(statistic=["y"])),
    ("not-binary", "has text", lambda: ask(statistic=prop("a", binary=True))),
    ("not-binary", "values from 1 to 4", lambda: ask(statistic=prop("p", binary=True))),
    ("not-numeric", "'a' is not numeric", lambda: ask(statistic=mean("a"))),
    (
        "comparison",
        "The values are: x, y",
        lambda: ask(by=["a"]).contrast({"g": "x - q"}, by=("a",)),
    ),
    ("comparison", "0 statistics fit", lambda: ask(by=["a"]).cov("q", by=("a",))),
    ("comparison", "No grouping set", lambda: ask().cov("y", by=("a",))),
    ("comparison", "does not have", lambda: ask(by=["a"]).versus_rest(("a",), "s")),
    (
        "comparison",
        "has no value 'q'",
        lambda: ask(by=["a"]).differences(("a",), "a", [("x", "q")]),
    ),
    (
        "comparison",
        "2 dimensions",
        lambda: ask(by=[("a", "s")]).contrast({"g": "x - y"}, by=("a", "s")),
    ),
]


@pytest.mark.parametrize(("code", "says", "what"), CASES)
def test_the_error_names_what_is_wrong(code, says, what):
    """Each case has the code, words that the sentence must have, and what was asked."""
    with pytest.raises(StatsError, match=says) as caught:
        what()
    assert caught.value.code == code


def test_psu_numbers_may_start_again_when_that_is_said():
    """Schools numbered from 1 in every stratum are told apart with `nest=True`."""
    data = {**TWICE, "p": [1, 1, 2, 2, 1, 1, 2, 2]}
    row = ask(data, strata="s", psu="p", nest=True).rows()[0]
    assert (row["n_psu"], row["df"]) == (4, 2.0)


def test_a_certainty_stratum_is_not_lonely():
    """A stratum with one PSU of one in the population has no variance, and no error."""
    data = {**GOOD, "s": [1, 1, 1, 2], "N": [9, 9, 9, 1]}
    assert ask(data, strata="s", fpc="N").rows()[0]["se"] > 0
