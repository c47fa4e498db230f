"""What a hurried analyst asks for by mistake is refused with the place and the mend."""

import math

import numpy as np
import pytest

from samling.stats import (
    ComparisonError,
    DataError,
    Design,
    ExtremeValueError,
    OptionError,
    StatsError,
    TableError,
    TermError,
    chi_square,
    estimate,
    estimate_jointly,
    goodness_of_fit,
    linear_regression,
    mean,
    numeric,
    quantiles,
    share_design_effects,
    total,
)

DATA = {
    "y": [1.0, 2.0, 4.0, 8.0, 16.0, None],
    "b": [0, 1, 0, 1, 1, 0],
    "x": [1.0, 3.0, 2.0, 5.0, 4.0, 6.0],
    "g": ["a", "b", "a", "b", "a", "b"],
    "far": [1.0, 2.0, math.inf, 8.0, 16.0, 3.0],
    "huge": [1e200, 2.0, 4.0, 8.0, 16.0, 3.0],
    "tiny": [0.0, 1e-200, 1e-210, 1e-220, 0.0, 0.0],
    "list": [[1], [2], [1], [2], [1], [2]],
    "w": [1.0, 2.0, 1.0, 2.0, 1.0, 0.0],
    "out": [1, 1, 1, 1, 0, 1],
    "r1": [1.0, 2.0, 1.0, 2.0, 1.0, 0.0],
    "r2": [2.0, 1.0, 2.0, 1.0, 1.0, 0.0],
}
D = Design(DATA, weights="w")
BY_G = estimate(D, mean("y"), by=["g"])
MODEL = linear_regression(D, "y", ["x"])


def given(**options):
    return Design.from_replicates(DATA, weights="w", replicate_weights=["r1", "r2"], **options)


CASES = [
    (ExtremeValueError, "'far' goes from 1 to inf", lambda: estimate(D, mean("far"))),
    (ExtremeValueError, "'huge' goes from 2 to 1e.200", lambda: estimate(D, total("huge"))),
    (ExtremeValueError, "from 0 to 1e-200", lambda: estimate(D, mean("tiny"))),
    (ExtremeValueError, "'far'", lambda: estimate_jointly(D, mean("far"))),
    (ExtremeValueError, "'far'", lambda: linear_regression(D, "far", ["g"])),
    (ExtremeValueError, "'huge'", lambda: linear_regression(D, "y", ["huge"])),
    (OptionError, "prior_df=nan", lambda: share_design_effects(estimate(D, mean("y")), None)),
    (DataError, "'list' holds lists", lambda: estimate(D, mean("y"), by=["list"])),
    (DataError, "'list' holds lists", lambda: Design(DATA, strata="list")),
    (OptionError, "weights is a ndarray", lambda: Design(DATA, weights=np.ones(6))),
    (OptionError, "strata is a list.*one column", lambda: Design(DATA, strata=["g", "b"])),
    (OptionError, "fpc is a int", lambda: Design(DATA, fpc=100)),
    (OptionError, "a dict, not a design", lambda: estimate(DATA, mean("y"))),
    (OptionError, "a dict, not a design", lambda: estimate_jointly(DATA, mean("y"))),
    (OptionError, "a dict, not a design", lambda: quantiles(DATA, "y")),
    (OptionError, "a dict, not a design", lambda: chi_square(DATA, "g", "b")),
    (OptionError, "a dict, not a design", lambda: linear_regression(DATA, "y", ["g"])),
    (OptionError, "by=None", lambda: estimate(D, mean("y"), by=None)),
    (OptionError, "df=None", lambda: estimate(D, mean("y"), df=None)),
    (OptionError, "level='95'", lambda: estimate(D, mean("y"), level="95")),
    (OptionError, "df=-1", lambda: chi_square(D, "g", "b", df=-1)),
    (OptionError, "df=-1", lambda: linear_regression(D, "y", ["g"], df=-1)),
    (OptionError, "level=95", lambda: linear_regression(D, "y", ["g"], level=95)),
    (OptionError, "level=95", lambda: quantiles(D, "y", level=95)),
    (
        OptionError,
        'df="domain" counts PSUs',
        lambda: linear_regression(given(kind="jk1"), "y", ["g"], df="domain"),
    ),
    (OptionError, "scale=-1", lambda: given(kind="jk1", scale=-1)),
    (OptionError, "seed, 0 or more", lambda: D.replicates("bootstrap", seed=-1)),
    (
        OptionError,
        "two numbers .L, U.",
        lambda: D.calibrate({"x": 30.0}, method="truncated", bounds=(0.9,)),
    ),
    (ComparisonError, "found 'a - b'", lambda: BY_G.contrast("a - b", "y", ["g"])),
    (ComparisonError, "found {}", lambda: BY_G.contrast({}, "y", ["g"])),
    (ComparisonError, "found {}", lambda: BY_G.estimates("y", ["g"]).contrast({})),
    (ComparisonError, "list of pairs", lambda: BY_G.differences(["g"], "g", ("a", "b"))),
    (TableError, "must be numbers", lambda: goodness_of_fit(D, "g", {"a": "x", "b": 0.5})),
    (TermError, "3 is no term", lambda: linear_regression(D, "y", [3])),
    (TermError, "'y' is among the terms", lambda: linear_regression(D, "y", ["g", numeric("y")])),
    (TermError, "nothing to predict", lambda: MODEL.predict([])),
]


@pytest.mark.parametrize(("error", "says", "ask"), CASES)
def test_refused(error, says, ask):
    with pytest.raises(StatsError, match=says) as found:
        ask()
    assert type(found.value) is error


def test_quantiles_of_nobody_are_none():
    assert quantiles(D, "y", by=["g"], where=lambda t: t.g == "c").rows() == []


def test_one_prediction_needs_no_list():
    assert MODEL.predict({"x": 2.0}).values == pytest.approx(MODEL.predict([{"x": 2.0}]).values)


def test_domain_df_is_said_in_the_method():
    model = linear_regression(D, "y", ["g"], df="domain")
    assert (model.estimates.method["df"], model.estimates.df[0]) == ("domain", 3.0)


def test_those_left_out_are_counted():
    joint = estimate_jointly(D, mean("y"), by=["g"], where="out")
    assert joint.method["dropped"] == {
        "where": 1,
        "zero_weight": 1,
        "variables": {"y": 0},
        "by": {"g": 0},
    }
    table = chi_square(D, "g", "b", where="out")
    assert (table.n, table.missing, table.outside, table.zero_weight) == (4, 0, 1, 1)
