"""Estimates taken through a function whose gradient is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from samling.stats.inference.estimates import Estimates
from samling.stats.tables.exact import FloatArray


def mapped(
    estimates: Estimates,
    names: Sequence[str],
    function: Callable[[FloatArray], FloatArray],
    gradient: FloatArray,
    logarithmic: bool,
) -> Estimates:
    """`function` (k,) -> (m,) of the estimates; `gradient` (m, k) is taken at them.

    The covariance is the delta method's; with replicates that of the function of each.
    """
    values = function(estimates.values)
    covariance = gradient @ estimates.covariance @ gradient.T
    replicates = estimates.replicates
    if replicates is not None:
        lines = np.array([function(line) for line in replicates.values])
        replicates = replace(replicates, values=lines)
        covariance = replicates.covariance(values) + estimates.beyond_replicates(gradient)
    return replace(
        estimates,
        names=tuple(names),
        values=values,
        covariance=covariance,
        df=np.full(values.size, estimates.df.min()),
        logarithmic=(logarithmic,) * values.size,
        replicates=replicates,
    )
