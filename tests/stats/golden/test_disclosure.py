"""Limits of hidden counts, as R's package lpSolve finds them from equations written out in R."""

import json
from pathlib import Path

import numpy as np
import pytest

from samling.stats import CountTable, EarlierRelease, Published, State, Sum, Sums, audit
from stats.disclosure.attackers import Reader

CASES = json.loads((Path(__file__).parent / "disclosure.json").read_text())["cases"]


class Shown:
    """A release that shows some cells."""

    def __init__(self, cells, shown):
        self.base = np.full(cells, State.HIDDEN_PRIMARY, dtype=np.int8)
        self.base[np.array(shown) - 1] = State.SHOWN
        self.share = np.zeros((cells, 0), dtype=np.int8)
        self.bound = np.zeros((cells, 0))


def told(n, shown):
    known = np.isin(np.arange(1, len(n) + 1), shown)
    return Published(
        np.where(known, n, 0.0),
        np.where(known, n, np.inf),
        np.zeros((len(n), 0)),
        np.zeros((len(n), 0)),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_attackers_limits(case):
    sums = Sums(Sum(one[0] - 1, tuple(i - 1 for i in one[1:])) for one in case["sums"])
    table = CountTable(case["n"][-1], sums=sums, base_threshold=10)
    history = [
        EarlierRelease(str(i), told(np.array(n, dtype=float), shown))
        for i, (n, shown) in enumerate(zip(case["n"][:-1], case["shown"][:-1], strict=True))
    ]
    found = audit(table, Shown(len(table), case["shown"][-1]), history=history).findings
    limits = {f.cell + 1: (f.low, f.high) for f in found}
    wanted = {int(cell): (low, high) for cell, low, high in case["limits"]}
    assert limits
    assert limits.keys() <= wanted.keys()
    for cell, ends in limits.items():
        assert ends == pytest.approx(wanted[cell], abs=1e-7)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_readers_limits(case):
    """The slow attacker of the tests, whom the audit is held against elsewhere."""
    sums = Sums(Sum(one[0] - 1, tuple(i - 1 for i in one[1:])) for one in case["sums"])
    releases = [
        told(np.array(n, dtype=float), shown)
        for n, shown in zip(case["n"], case["shown"], strict=True)
    ][::-1]
    cells = len(case["n"][0])
    no_answers = [
        Published(r.n_low, r.n_high, np.zeros((cells, 1)), np.zeros((cells, 1))) for r in releases
    ]
    changed = case["changed"]
    reader = Reader(sums, no_answers, {i - 1 for i in changed})
    for cell, low, high in case["limits"]:
        assert reader.limits(int(cell) - 1, "n") == pytest.approx((low, high), abs=1e-7)
