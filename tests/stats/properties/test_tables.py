"""Pearson's statistic and its correction against plain Python, for any small table."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats import Design, StatsError, chi_square, goodness_of_fit

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def samples(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(30, 90))
    return {
        "psu": (np.arange(n) // 3).tolist(),
        "w": (rng.gamma(2.0, 3.0, n) + 0.1).tolist(),
        "a": rng.choice(["x", "y"], n).tolist(),
        "b": [None if rng.random() < 0.05 else int(v) for v in rng.integers(0, 3, n)],
    }


def slowly(data):
    """X² from its definition, and the trace of Δ as Σ of squared standardised contrasts."""
    cells, n = {}, 0
    for w, a, b in zip(data["w"], data["a"], data["b"], strict=True):
        if b is not None:
            n += 1
            cells[a, b] = cells.get((a, b), 0.0) + w
    whole = sum(cells.values())
    rows, columns = sorted({a for a, _ in cells}), sorted({b for _, b in cells})
    p = {(a, b): cells.get((a, b), 0.0) / whole for a in rows for b in columns}
    row = {a: sum(p[a, b] for b in columns) for a in rows}
    column = {b: sum(p[a, b] for a in rows) for b in columns}
    statistic = sum(
        (p[a, b] - row[a] * column[b]) ** 2 / (row[a] * column[b]) for a in rows for b in columns
    )
    return n, n * statistic


@FEW
@given(samples())
def test_the_definition(data):
    try:
        found = chi_square(Design(data, weights="w", psu="psu"), "a", "b")
    except StatsError as error:
        assert error.code == "table"  # noqa: PT017 - one category, or too many empty cells
        return
    n, pearson = slowly(data)
    assert (found.n, found.missing) == (n, data["b"].count(None))
    assert found.pearson == pytest.approx(pearson, rel=1e-9, abs=1e-12)
    assert sum(row["share"] for row in found.rows()) == pytest.approx(1.0)
    assert 0.0 <= found.p <= 1.0
    assert 1.0 - 1e-9 <= found.ndf <= len(found.deff) + 1e-9
    assert min(found.deff) > -1e-9


@FEW
@given(samples())
def test_a_perfect_fit_is_never_refused(data):
    """Given the very shares that were found, the statistic is 0 and p is 1."""
    design = Design(data, weights="w", psu="psu")
    whole = sum(data["w"])
    shares = {
        a: sum(w for w, v in zip(data["w"], data["a"], strict=True) if v == a) / whole
        for a in set(data["a"])
    }
    if len(shares) < 2:
        return
    found = goodness_of_fit(design, "a", shares)
    assert found.statistic == pytest.approx(0.0, abs=1e-9)
    assert found.p == pytest.approx(1.0, abs=1e-4)
