"""Whatever is shown of a random result, an attacker with linear programs narrows nothing.

The attacker shares nothing with what he attacks: he doesn't think in sums between grouping sets but
in kinds of persons (every combination of values, with and without the outcome),
and takes each row that is shown as an equation about them.
"""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from samling.stats import Design, OptionError, estimate, prop, protect_estimates

BASE, COUNT = 10, 5
SETS = [
    [("a",), ("b",), ()],
    [("a", "b"), ("a",), ()],
    [("a", "b"), ("a", "c")],
    [("a", "b"), ("b", "c"), ()],
    [("a", "b", "c"), ("a", "b"), ("a",), ("c",), ()],
    [("a", "b", "c"), ("b",)],
]


def draw(seed):
    """Up to 200 persons, unevenly spread, some of whom gave no answer to b or c."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(40, 200))
    return {
        "a": rng.choice(["p", "q", "r"], size, p=[0.6, 0.3, 0.1]).tolist(),
        "b": rng.choice(["x", "y", "none"], size, p=[0.75, 0.2, 0.05]).tolist(),
        "c": rng.choice(["1", "2", "none"], size, p=[0.7, 0.2, 0.1]).tolist(),
        "bit": (rng.uniform(size=size) < rng.choice([0.05, 0.3, 0.5])).astype(int).tolist(),
    }


class Attacker:
    """What the shown rows say of how many there are of every kind of person."""

    def __init__(self, data, safe):
        self.values = {name: sorted(set(data[name]), key=str) for name in "abc"}
        self.kinds = list(itertools.product(*self.values.values(), (0, 1)))
        self.rows = safe.rows()
        equal, at_most, self.known, self.most = [], [], [], []
        for row in self.rows:
            n, y = self.of(row), self.of(row, outcome=1)
            if row["n"] is not None:
                equal.append(n)
                self.known.append(row["n"])
            if row["status"] == "shown":
                equal.append(y)
                self.known.append(row["y"])
            if row["status"] == "at most":
                at_most.append(y - row["bound"] * n)
            if row["status"] == "at least":
                at_most.append(row["bound"] * n - y)
        self.equal, self.at_most = np.array(equal), at_most

    def of(self, row, outcome=None):
        """Which kinds of persons a row counts."""
        wanted = {name: row[name] for name in "abc" if row.get(name) is not None}
        return np.array([float(_fits(kind, wanted, outcome)) for kind in self.kinds])

    def length(self, aim):
        """How long the interval is in which a count must lie."""
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * aim,
                A_eq=self.equal if len(self.known) else None,
                b_eq=self.known if len(self.known) else None,
                A_ub=np.array(self.at_most) if self.at_most else None,
                b_ub=np.zeros(len(self.at_most)) if self.at_most else None,
                method="highs",
            )
            if found.status == 3:
                return np.inf
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends[1] - ends[0]


def _fits(kind, wanted, outcome):
    own = dict(zip("abc", kind, strict=False))
    right = outcome is None or kind[3] == outcome
    return right and all(own[name] == value for name, value in wanted.items())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("sets", SETS, ids=str)
def test_nothing_hidden_can_be_narrowed(sets, seed):
    data = draw(seed)
    safe = protect_estimates(estimate(Design(data), prop("bit"), by=sets))
    attacker = Attacker(data, safe)
    for row in attacker.rows:
        n, y = attacker.of(row), attacker.of(row, outcome=1)
        if row["n"] is None:
            assert attacker.length(n) >= BASE - 1e-6, row
        if row["status"] != "shown":
            assert attacker.length(y) >= COUNT - 1e-6, row
            assert attacker.length(n - y) >= COUNT - 1e-6, row


@pytest.mark.parametrize("more", [(), ("a", "b", "c")], ids=str)
def test_a_ring_of_tables_is_refused(more):
    """a by b, b by c and c by a tell of each other in ways that no margin shows."""
    ring = [("a", "b"), ("b", "c"), ("a", "c"), more]
    result = estimate(Design(draw(0)), prop("bit"), by=ring)
    with pytest.raises(OptionError, match="in a ring"):
        protect_estimates(result)


def test_missing_values_of_a_group_are_refused():
    data = draw(0)
    data["b"][3] = None
    result = estimate(Design(data), prop("bit"), by=[("a", "b"), ("a",)])
    with pytest.raises(OptionError, match=r"'b' \(1 elements\).*a group of its own"):
        protect_estimates(result)


def test_the_attack_succeeds_where_something_is_left_open():
    """The same attacker finds a hidden school when the municipality and the others are shown."""
    data = {"a": ["p"] * 60 + ["q"] * 30 + ["r"] * 4, "b": ["x"] * 94, "c": [1] * 94}
    data["bit"] = [0, 1] * 47
    safe = protect_estimates(estimate(Design(data), prop("bit"), by=["a"]))
    attacker = Attacker(data, safe)
    small = next(row for row in attacker.rows if row["a"] == "r")
    assert attacker.length(attacker.of(small)) == np.inf
    whole = {"n": 94, "y": 47, "status": "shown"}
    attacker.equal = np.vstack([attacker.equal, attacker.of(whole)])
    attacker.known.append(94)
    assert attacker.length(attacker.of(small)) == pytest.approx(0.0, abs=1e-6)
