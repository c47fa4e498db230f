"""Bad input to calibration, nonresponse and trimming is told what is wrong, where, and the mend."""

from dataclasses import replace

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import Design, StatsError, estimate, mean

DATA = {
    "sex": ["f", "f", "f", "m", "m", "m"],
    "age": ["y", "o", "o", "y", "o", "o"],
    "born": ["se", "se", None, "se", "no", "no"],
    "x": [1.0, 2.0, 3.0, 4.0, 5.0, None],
    "r": [1, 0, 1, 1, 0, 1],
    "half": [1, 0.5, 1, 1, 0, 1],
    "none": [0] * 6,
    "w": [1.0, 2.0, 1.0, 2.0, 1.0, 3.0],
    "y": [1, 0, 1, 0, 1, 0],
}
SEX = {"sex": {"f": 5, "m": 5}}


def design(**columns):
    return Design(DATA | columns, weights="w")


def calibrate(targets, **options):
    return design().calibrate(targets, **options)


def nobody_is_female_and_old(women):
    """All women are young, so no more than the young can be women; if all are, no man is young."""
    data = {"sex": ["f", "f", "m", "m"], "age": ["y", "y", "y", "o"]}
    return Design(data).rake({"sex": {"f": women, "m": 5 - women}, "age": {"y": 2, "o": 3}})


def half():
    """Three rows of a calibrated design's table."""
    return calibrate(SEX).source.table.slice(0, 3)


def many_rows():
    """4,000 different values of x."""
    data = {"x": np.arange(4000.0), "one": np.ones(4000)}
    known = {"1": 4000, "x": 1.3 * data["x"].sum()}
    return Design(data).calibrate(known, method="truncated", bounds=(0.9, 1.1))


CASES = [
    ("unknown-variable", "'q' for the margin 'q'", lambda: calibrate({"q": {1: 2}})),
    ("unknown-variable", "'q' for the margin 'sex:q'", lambda: calibrate({"sex:q": {1: 2}})),
    ("unknown-variable", "'q' for calibration", lambda: calibrate({"q": 7.0})),
    ("option", "at least one target", lambda: calibrate({})),
    ("option", "list goes by position", lambda: calibrate([5, 5])),
    ("option", r"targets\[sex\].*list goes by position", lambda: calibrate({"sex": [5, 5]})),
    ("option", "method='x'", lambda: calibrate(SEX, method="x")),
    ("option", "takes no bounds", lambda: calibrate(SEX, bounds=(0.5, 2))),
    ("option", "needs bounds", lambda: calibrate(SEX, method="logit")),
    ("option", "0 <= L < 1 < U", lambda: calibrate(SEX, method="logit", bounds=(1.1, 2))),
    ("option", "'q' is no margin.*'sex'", lambda: calibrate(SEX, rescale="q")),
    ("option", "one margin of categories", lambda: design().poststratify({"x": 20.0})),
    ("not-numeric", "'sex'", lambda: calibrate({"sex": 10.0})),
    ("auxiliary", "'born' is missing in 1 rows", lambda: calibrate({"born": {"se": 1, "no": 2}})),
    ("auxiliary", "'x' is missing in 1 rows", lambda: calibrate({"x": 20.0})),
    (
        "calibration-target",
        "target of sex m is None",
        lambda: calibrate({"sex": {"f": 5, "m": None}}),
    ),
    (
        "calibration-target",
        "'sex' has no target, or the target 0, for 'm' .3 elements.",
        lambda: calibrate({"sex": {"f": 5}}),
    ),
    (
        "calibration-target",
        r"for 'm' \(3 elements\)",
        lambda: calibrate({"sex": {"f": 5, "m": 0}}),
    ),
    (
        "calibration-target",
        r"without anyone in the sample: 'x' \(2\)",
        lambda: calibrate({"sex": {"f": 5, "m": 5, "x": 2}}),
    ),
    ("calibration-target", "target -5", lambda: calibrate({"sex": {"f": 5, "m": -5}})),
    (
        "calibration-target",
        r"\('f', 'o'\) \(2 elements\).*\('m', 'o'\)",
        lambda: calibrate({"sex:age": {("f", "y"): 1, ("m", "y"): 2}}),
    ),
    (
        "calibration-target",
        "'sex' add up to 10, those of 'age' to 11",
        lambda: calibrate(SEX | {"age": {"y": 5, "o": 6}}),
    ),
    (
        "calibration-target",
        r"sex:age=m:y \+ sex:age=m:o is always sex=m, but their targets make 4 and 5 \(2 ",
        lambda: calibrate(
            {"sex:age": {("f", "y"): 3, ("f", "o"): 3, ("m", "y"): 2, ("m", "o"): 2}} | SEX
        ),
    ),
    (
        "calibration-infeasible",
        "with weights of 0 or more. The nearest that can be reached: .* of ",
        lambda: nobody_is_female_and_old(3),
    ),
    (
        "calibration-infeasible",
        "only if some weights go all the way to a bound.*belong to: (age=y|sex=m)",
        lambda: nobody_is_female_and_old(2),
    ),
    (
        "calibration-infeasible",
        r"One comes to: .*x .* of 1\.03974e\+07.*Bounds of \(0, 2\) would do",
        many_rows,
    ),
    (
        "calibration-infeasible",
        "Bounds just wider than",
        lambda: calibrate({"sex": {"f": 9, "m": 1}}, method="truncated", bounds=(0.9, 1.2)),
    ),
    ("calibration-negative", "lowest factor", lambda: calibrate({"1": 10, "y": 9.9, "w": 5.0})),
    (
        "unknown-variable",
        "'q' for responded",
        lambda: design().adjust_nonresponse_cells("q", ["sex"]),
    ),
    ("option", "makes the cells", lambda: design().adjust_nonresponse_cells("r", [])),
    (
        "nonresponse",
        "'half' must be 1 .* 1 rows",
        lambda: design().adjust_nonresponse_cells("half", ["sex"]),
    ),
    (
        "nonresponse",
        "Nobody responded: 'none'",
        lambda: design().adjust_nonresponse_cells("none", ["sex"]),
    ),
    (
        "nonresponse",
        r"age=o \(4 in the sample\)",
        lambda: design(r=[1, 0, 0, 1, 0, 0]).adjust_nonresponse_cells("r", ["age"]),
    ),
    (
        "nonresponse",
        "certain, or ruled out, for .*sex=f",
        lambda: design(r=[1, 1, 1, 0, 0, 0]).adjust_nonresponse_propensity("r", ["sex"]),
    ),
    (
        "auxiliary",
        "'x' is missing",
        lambda: design().adjust_nonresponse_propensity("r", numbers=["x"]),
    ),
    (
        "option",
        "classes=0",
        lambda: design().adjust_nonresponse_propensity("r", ["sex"], classes=0),
    ),
    ("option", "at least one margin", lambda: design().calibrate_nonresponse("r")),
    (
        "calibration-target",
        "'sex' add up to 12, those of 'age' to 10",
        lambda: design().calibrate_nonresponse("r", {"sex": {"f": 6, "m": 6}}, ["age"]),
    ),
    ("option", "0 <= lower < upper", lambda: design().trim(lower=3, upper=2)),
    ("option", "mean weight 1.66667", lambda: design().trim(upper=1.5)),
    (
        "option",
        "in_memory",
        lambda: Design(ibis.memtable(pa.table(DATA)), weights="w").calibrate(SEX),
    ),
    ("option", "cannot be exchanged for 'w'", lambda: replace(calibrate(SEX), weights="w")),
    ("option", "on 6 rows of other data", lambda: replace(calibrate(SEX), data=half())),
    (
        "option",
        'lonely_domain="keep"',
        lambda: estimate(
            Design(DATA, weights="w", lonely_domain="adjust").calibrate(SEX), mean("y")
        ),
    ),
]


@pytest.mark.parametrize(("code", "says", "what"), CASES)
def test_the_error_names_what_is_wrong(code, says, what):
    """Each error has a stable code, and says the margin, the category and the number."""
    with pytest.raises(StatsError, match=says) as caught:
        what()
    assert caught.value.code == code


def test_a_nonrespondent_may_lack_what_only_the_register_is_asked_for():
    """x is missing for one who did not answer; the population's total is all that it takes."""
    data = {"r": [1, 1, 0], "x": [1.0, 2.0, None]}
    found = Design(data).calibrate_nonresponse("r", {"x": 6.0}).element_weights()
    assert found == pytest.approx([1.6, 2.2, 0.0], rel=1e-12)


def test_an_element_of_weight_0_takes_no_part():
    """Its missing category and its own are no matter; it stays in the design."""
    data = {"sex": ["f", "m", None, "x"], "w": [1.0, 1.0, 0.0, 0.0]}
    found = Design(data, weights="w").calibrate({"sex": {"f": 3, "m": 4}})
    assert found.element_weights().tolist() == pytest.approx([3, 4, 0, 0])
    assert found.diagnose().zero_weights == 2


def test_a_target_of_0_for_nobody_is_met():
    """A category that is neither in the sample nor in the population is no matter."""
    found = Design(DATA, weights="w").calibrate({"sex": {"f": 5, "m": 5, "x": 0}})
    assert np.sum(found.element_weights()) == pytest.approx(10)
