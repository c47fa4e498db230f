"""Joined strata are the strata that one would have written by hand."""

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, total

RNG = np.random.default_rng(3)
SIZES = [1, 3, 2, 1, 1, 1, 4, 2, 1]  # PSUs per stratum
#        0+1    2  3+4    5+6   7+8: by hand
JOINED = [0, 0, 2, 3, 3, 5, 5, 7, 7]
STRATUM = np.repeat(np.arange(9), SIZES)
PSU = np.arange(STRATUM.size)
EACH = 6
DATA = {
    "stratum": np.repeat(STRATUM, EACH),
    "psu": np.repeat(PSU, EACH),
    "w": RNG.gamma(3, 2, PSU.size * EACH),
    "y": RNG.normal(9, 2, PSU.size * EACH),
    "area": RNG.choice(["a", "b"], PSU.size * EACH),
}
BY_HAND = np.array(JOINED)[DATA["stratum"]]


@pytest.mark.parametrize("df", ["design", "domain", "satterthwaite"])
def test_as_if_written_so(df):
    collapsed = Design(DATA, weights="w", strata="stratum", psu="psu", lonely_psu="collapse")
    by_hand = Design({**DATA, "stratum": BY_HAND}, weights="w", strata="stratum", psu="psu")
    asked = {"by": [(), ("area",)], "df": df}
    one = estimate(collapsed, [mean("y"), total("y")], **asked)
    other = estimate(by_hand, [mean("y"), total("y")], **asked)
    assert one.rows() == other.rows()
    assert one.method.collapsed == (
        ("stratum=0", "stratum=1"),
        ("stratum=3", "stratum=4"),
        ("stratum=5", "stratum=6"),
        ("stratum=7", "stratum=8"),
    )


def test_elements_as_units():
    data = {name: values[::EACH] for name, values in DATA.items()}
    collapsed = Design(data, weights="w", strata="stratum", lonely_psu="collapse")
    by_hand = Design({**data, "stratum": BY_HAND[::EACH]}, weights="w", strata="stratum")
    (one,), (other,) = (estimate(d, mean("y")).rows() for d in (collapsed, by_hand))
    for name in ("estimate", "se", "df", "n_psu"):
        assert one[name] == pytest.approx(other[name], rel=1e-9)


def test_a_stage_below():
    """A class that is alone in its school joins that of the next school in the same stratum."""
    data = {
        "stratum": [1] * 6 + [2] * 4,
        "school": [1, 2, 2, 3, 3, 3, 4, 4, 5, 5],
        "class": [1, 1, 2, 1, 2, 3, 1, 2, 1, 2],
        "N": [9] * 10,
        "M": [6] * 10,
        "y": RNG.normal(9, 2, 10),
    }
    design = Design(
        data, strata="stratum", psu=["school", "class"], fpc=["N", "M"], lonely_psu="collapse"
    )
    assert design.diagnose().collapsed == (("stratum=1, school=1", "stratum=1, school=2"),)
    (row,) = estimate(design, total("y")).rows()
    y = np.array(data["y"])

    def squares(values):
        values = np.array(values)
        return len(values) / (len(values) - 1) * ((values - values.mean()) ** 2).sum()

    first = 2 / 3 * squares([y[0], y[1:3].sum(), y[3:6].sum()])
    first += 7 / 9 * squares([y[6:8].sum(), y[8:].sum()])
    second = 3 / 9 * (0.75 * squares(y[:3]) + 0.5 * squares(y[3:6]))
    second += 2 / 9 * 2 / 3 * (squares(y[6:8]) + squares(y[8:]))
    assert row["se"] ** 2 == pytest.approx(first + second, rel=1e-9)
