"""A trend against a slow reference, and what must not change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import Estimates, trend


def slow_slope(times, values, covariance):
    """Slope and its variance with plain sums: c_t = w_t (t - t̄) / Σ w (t - t̄)²."""
    weights = [1.0 / covariance[i][i] for i in range(len(times))]
    middle = sum(w * t for w, t in zip(weights, times, strict=True)) / sum(weights)
    below = sum(w * (t - middle) ** 2 for w, t in zip(weights, times, strict=True))
    c = [w * (t - middle) / below for w, t in zip(weights, times, strict=True)]
    slope = sum(a * y for a, y in zip(c, values, strict=True))
    return slope, sum(a * b * covariance[i][j] for i, a in enumerate(c) for j, b in enumerate(c))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(3, 8))
def test_the_slope(seed, size):
    rng = np.random.default_rng(seed)
    times = rng.choice(np.arange(1990, 2030), size, replace=False).astype(float)
    values, root = rng.normal(0.5, 0.1, size), rng.normal(0, 0.1, (size, size + 2))
    covariance = root @ root.T
    names = tuple(f"{time:g}" for time in times)
    found = trend(Estimates(names, values, covariance, np.full(size, 20.0)))
    slope, variance = slow_slope(times, values, covariance)
    assert found.line.values[1] == pytest.approx(slope, rel=1e-8, abs=1e-12)
    assert found.line.se[1] == pytest.approx(np.sqrt(variance), rel=1e-8)
    moved = trend(Estimates(names, 3 * values + 1, 9 * covariance, np.full(size, 20.0)))
    assert moved.line.values[1] == pytest.approx(3 * slope, rel=1e-8, abs=1e-12)
    assert moved.departure.statistic == pytest.approx(found.departure.statistic, rel=1e-6)
    later = trend(Estimates(names, values, covariance, np.full(size, 20.0)), times + 100)
    assert later.line.se[1] == pytest.approx(found.line.se[1], rel=1e-8)
