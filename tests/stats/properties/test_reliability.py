"""The flag of a proportion against the NCHS standard's words and SciPy's binomial limits."""

import numpy as np
from scipy.stats import beta

from samling.stats.inference.reliability import proportion_flag


def slow_flag(p, n):
    """Parker et al. (2017), with every limit worked out; n elements drawn independently."""
    low = beta.ppf(0.025, n * p, n * (1 - p) + 1)
    width = beta.ppf(0.975, n * p + 1, n * (1 - p)) - low
    if n < 30 or width >= 0.30 or (width > 0.05 and width > 1.3 * p):
        return "suppress"
    return None


def test_the_flag_is_the_standards_for_every_p_and_n():
    """Also where the interval need not be found to know that it is narrow enough."""
    shares = np.concatenate([np.linspace(0.01, 0.99, 50), np.geomspace(1e-4, 0.01, 10)])
    sizes = np.unique(np.geomspace(20, 20_000, 60).round())
    p, n = (side.ravel() for side in np.meshgrid(shares, sizes))
    found = proportion_flag(p, n, n, n - 1.0)
    expected = [slow_flag(*one) for one in zip(p, n, strict=True)]
    assert found.tolist() == expected
    assert {None, "suppress"} == set(expected)
