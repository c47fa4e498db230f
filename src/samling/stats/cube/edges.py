"""What a share of 0 or 1 does not say of its own uncertainty.

Where nobody (or everybody) of a group has the answer all linearised values are 0, and a difference
from another group would be as sure as if the group were known. Beside another group it is
therefore given the variance of which t standard errors reach Wilson's (1927) limit,

    v = (t / (n* + t²))²,   n* = (Σw)² / Σw²   (Kish 1965),

so that the limit of a difference is Newcombe's (1998) on the side where it matters. What of the
group's population is known because it was asked is taken off.
"""

from __future__ import annotations

import numpy as np

from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.linear import Sums
from samling.stats.cube.statistics import Prop
from samling.stats.inference.intervals import t_quantile
from samling.stats.sampling.stages import FULL
from samling.stats.tables.exact import FloatArray, sum_rows

RULES = ("design", "domain", "satterthwaite")


def edge_variance(basis: Basis, block: Block) -> FloatArray:
    """The variance of every proportion that is 0 or 1, 0 for all other estimates, (domains, items).

    Not finite where the design has no degrees of freedom.
    """
    return edges_of(basis, block.sums, unasked(basis, block))


def edges_of(basis: Basis, sums: Sums, open_: FloatArray) -> FloatArray:
    """As edge_variance, of any groups: their sums, and how many are `unasked`, both per item."""
    props = np.array([isinstance(item.statistic, Prop) for item in basis.plan.items], dtype=bool)
    edge = props & (sums.n > 0) & ((sums.ones == 0) | (sums.ones == sums.n))
    if not edge.any():
        return np.zeros(edge.shape)
    rule = basis.method.df
    freedom = basis.design.df if rule in RULES else float(rule)
    t = t_quantile(np.asarray(freedom), basis.method.level)
    size = np.where(edge, sums.b**2 / np.where(edge, sums.qbb, 1.0), 1.0)
    left = np.where(edge, open_ / np.where(edge, sums.n, 1.0), 0.0)
    return np.where(edge, left * (t / (size + t * t)) ** 2, 0.0)


def unasked(basis: Basis, block: Block) -> FloatArray:
    """Σ (1 - f) over every domain's elements, f the share of the population asked around each."""
    design, base, n = basis.design, basis.base, block.sums.n
    last = design.sampling.stages[-1]
    fraction = last.reach * last.fraction
    if not fraction.any():
        return n
    stratum = last.parent[base.unit if last.elements else last.unit[base.unit]]
    left = np.where(fraction < FULL, 1.0 - fraction, 0.0)[stratum]
    domain = block.grouping.domain[base.cell]
    row = np.flatnonzero(domain >= 0)
    counts = base.n[row][:, basis.pairs] * left[row, None]
    return sum_rows(counts, domain[row], block.grouping.size)
