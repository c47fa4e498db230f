"""Inference by influence gives what the one-pass engine gives, on every kind of design."""

from dataclasses import dataclass

import numpy as np
import pytest

from samling.stats import Design, OptionError, estimate, infer, mean, ratio, total

RNG = np.random.default_rng(4)
ROWS = 240
STRATUM = np.repeat(np.arange(6), 40)
SCHOOL = np.repeat(np.arange(24), 10)
DATA = {
    "y": RNG.normal(50, 10, ROWS),
    "x": RNG.uniform(1, 3, ROWS),
    "w": RNG.uniform(0.5, 4, ROWS) * (RNG.uniform(size=ROWS) > 0.05),
    "h": STRATUM,
    "school": SCHOOL,
    "class": np.repeat(np.arange(48), 5),
    "N1": np.full(ROWS, 12),
    "N2": np.full(ROWS, 5),
    "lonely": np.where(SCHOOL == 0, 9, STRATUM),
}
DESIGNS = {
    "elements": {},
    "strata": {"strata": "h"},
    "clusters": {"strata": "h", "psu": "school"},
    "two stages": {"strata": "h", "psu": ["school", "class"], "fpc": ["N1", "N2"]},
    "adjust": {"strata": "lonely", "psu": "school", "lonely_psu": "adjust"},
    "average": {"strata": "lonely", "psu": "school", "lonely_psu": "average"},
    "certainty": {"strata": "lonely", "psu": "school", "lonely_psu": "certainty"},
}


@dataclass(frozen=True)
class Three:
    """A mean, a ratio and a total as one method with three estimates."""

    y: np.ndarray
    x: np.ndarray
    names = ("mean", "ratio", "total")

    def values(self, weights):
        size, top, below = weights.sum(), weights @ self.y, weights @ self.x
        return np.array([top / size, top / below, top])

    def influence(self, weights):
        average, quotient, _ = self.values(weights)
        return np.column_stack(
            [
                (self.y - average) / weights.sum(),
                (self.y - quotient * self.x) / (weights @ self.x),
                self.y,
            ]
        )


@pytest.mark.parametrize("name", DESIGNS)
def test_the_same_as_the_one_pass_engine(name):
    design = Design(DATA, weights="w", **DESIGNS[name])
    found = infer(design, Three(DATA["y"], DATA["x"]))
    rows = estimate(design, [mean("y"), ratio("y", "x"), total("y")]).rows()
    assert found.values == pytest.approx([row["estimate"] for row in rows], rel=1e-12)
    assert found.se == pytest.approx([row["se"] for row in rows], rel=1e-9)
    assert found.df.tolist() == [row["df"] for row in rows]


def test_influence_is_the_derivative_with_respect_to_the_weight():
    method, weights = Three(DATA["y"], DATA["x"]), DATA["w"] + 0.5
    influence = method.influence(weights)
    for row in (0, 17, 239):
        step = np.zeros(ROWS)
        step[row] = 1e-5
        slope = (method.values(weights + step) - method.values(weights - step)) / 2e-5
        assert influence[row] == pytest.approx(slope, rel=1e-6)


def test_a_rule_for_domains_is_refused_rather_than_ignored():
    design = Design(DATA, strata="h", lonely_domain="adjust")
    with pytest.raises(OptionError, match="lonely_domain"):
        infer(design, Three(DATA["y"], DATA["x"]))
