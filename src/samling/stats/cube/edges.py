"""Where a variance of 0 is not knowledge: shares of 0 or 1, and domains in a single PSU.

Where nobody (or everybody) of a group has the answer all linearised values are 0, and a difference
from another group would be as sure as if the group were known. Beside another group it is
therefore given the variance of which t standard errors reach Wilson's (1927) limit,

    v = (t / (n* + t²))²,   n* = (Σw)² / Σw²   (Kish 1965),

so that the limit of a difference is Newcombe's (1998) on the side where it matters. What of the
group's population is known because it was asked is taken off.

Where all members of a domain are in one PSU, the linearised values of a mean, proportion or ratio
add up to 0 in it, whatever the answers: the sample says nothing of how PSUs differ there, and the
variance is unknown, not 0 (a single person is such a domain where elements were drawn).
"""

from __future__ import annotations

import numpy as np

from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.grouping import Grouping
from samling.stats.cube.linear import Sums
from samling.stats.cube.statistics import Prop, Total
from samling.stats.inference.intervals import t_quantile
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import first_stratum
from samling.stats.sampling.stages import FULL
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.source import BoolArray

RULES = ("design", "domain", "satterthwaite")


def edge_variance(basis: Basis, block: Block) -> FloatArray:
    """What comparisons add to the variance of every estimate, (domains, items).

    Wilson's for proportions of 0 and 1, NaN for what is in a single PSU, 0 for all others. Not
    finite where the design has no degrees of freedom.
    """
    alone = in_one_unit(basis, block.sums, block.n_psu, open_domains(basis, block))
    return edges_of(basis, block.sums, unasked(basis, block)) + np.where(alone, np.nan, 0.0)


def in_one_unit(basis: Basis, sums: Sums, units: FloatArray, open_: BoolArray) -> BoolArray:
    """Estimates (domains, items) whose variance is unknown because all members are in one PSU.

    `units` are the PSUs with members, and `open_` (domains, 1) says whether others could have been
    drawn. Totals vary with the PSUs drawn, and proportions of 0 and 1 have Wilson's limits.
    """
    totals = np.array([isinstance(item.statistic, Total) for item in basis.plan.items], dtype=bool)
    return np.asarray((units == 1) & open_ & ~totals & ~at_edge(basis, sums))


def open_domains(basis: Basis, block: Block) -> BoolArray:
    """Domains with members in a stratum that was not taken whole, (domains, 1)."""
    return open_groups(basis, block.grouping)


def open_groups(basis: Basis, grouping: Grouping) -> BoolArray:
    """As open_domains, of a grouping."""
    first = basis.design.sampling.stages[0]
    taken = first.fraction[first_stratum(first)[basis.base.unit]] >= FULL
    domain = grouping.domain[basis.base.cell]
    found = np.zeros((grouping.size, 1), dtype=bool)
    found[domain[(domain >= 0) & ~taken]] = True
    return found


def at_edge(basis: Basis, sums: Sums) -> BoolArray:
    """Proportions of 0 or 1, (domains, items)."""
    props = np.array([isinstance(item.statistic, Prop) for item in basis.plan.items], dtype=bool)
    return np.asarray(props & (sums.n > 0) & ((sums.ones == 0) | (sums.ones == sums.n)))


def edges_of(basis: Basis, sums: Sums, open_: FloatArray) -> FloatArray:
    """Wilson's variances of any groups: their sums, and how many are `unasked`, both per item."""
    edge = at_edge(basis, sums)
    if not edge.any():
        return np.zeros(edge.shape)
    t = edge_quantile(basis.design, basis.method.df, basis.method.level)
    size = np.where(edge, sums.b**2 / np.where(edge, sums.qbb, 1.0), 1.0)
    left = np.where(edge, open_ / np.where(edge, sums.n, 1.0), 0.0)
    return np.where(edge, wilson_variance(size, left, t), 0.0)


def edge_quantile(design: Design, rule: str | float, level: float) -> float:
    """How many standard errors reach Wilson's limit; a domain's own rule counts the design's."""
    freedom = design.df if rule in RULES else float(rule)
    return float(t_quantile(np.asarray(freedom), level))


def wilson_variance(size: FloatArray, left: FloatArray, t: float) -> FloatArray:
    """v of `size` effective elements, of whose population the share `left` was not asked."""
    return np.asarray(left * (t / (size + t * t)) ** 2)


def unasked(basis: Basis, block: Block) -> FloatArray:
    """Σ (1 - f) over every domain's elements, f the share of the population asked around each."""
    base = basis.base
    left = unasked_around(basis.design, base.unit)
    if (left == 1.0).all():
        return block.sums.n
    domain = block.grouping.domain[base.cell]
    row = np.flatnonzero(domain >= 0)
    counts = base.n[row][:, basis.pairs] * left[row, None]
    return sum_rows(counts, domain[row], block.grouping.size)


def unasked_around(design: Design, unit: IntArray) -> FloatArray:
    """1 - f around the elements of each unit."""
    last = design.sampling.stages[-1]
    fraction = last.reach * last.fraction
    stratum = last.parent[unit if last.elements else last.unit[unit]]
    return np.asarray(np.where(fraction < FULL, 1.0 - fraction, 0.0)[stratum])
