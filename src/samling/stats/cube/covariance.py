"""How the estimates of a grouping set's domains vary together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from scipy import sparse

from samling.stats.cube.comparison import combined_variance
from samling.stats.cube.edges import edge_variance
from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.pairs import pair_slices
from samling.stats.inference.estimates import Estimates, Replicates
from samling.stats.sampling.design import Design
from samling.stats.sampling.stages import Stage
from samling.stats.tables.exact import FloatArray, IntArray

DENSE = 4_000_000  # numbers of a slice of units by domains


@dataclass(frozen=True)
class Covariance:
    """Covariance `matrix` between the estimates of `domains`, tuples of the values of `by`."""

    by: tuple[str, ...]
    domains: tuple[tuple[object, ...], ...]
    matrix: FloatArray


def covariance(basis: Basis, block: Block) -> Covariance:
    """Covariance of the block's first item between all its domains.

    Stage by stage from the units' linearised totals, Σ_h scale_h Σ_i (z_hi - z̄_h)(z_hi - z̄_h)'.
    Rules for lonely PSUs that look at each domain by itself, and calibrated weights, have no such
    form: there it is
    (V_i + V_j - V_(i-j)) / 2. With replicates it is theirs.
    """
    grouping = block.grouping
    domains = tuple(zip(*(grouping.column(name) for name in grouping.by), strict=True)) or ((),)
    replicates = item_replicates(basis, block)
    if replicates is not None:
        matrix = replicates.covariance(block.estimate[:, 0])
        return Covariance(grouping.by, domains, matrix)
    own = block.se[:, 0] ** 2
    matrix = _by_units(basis, block) if _sums_up(basis.design) else _by_pairs(basis, block, own)
    matrix[np.diag_indices(own.size)] = own
    unknown = np.isnan(own)
    matrix[unknown] = matrix[:, unknown] = np.nan
    return Covariance(grouping.by, domains, matrix)


def item_replicates(basis: Basis, block: Block) -> Replicates | None:
    """The block's first item in every replicate, (replicates, domains); None without replicates."""
    copies, made = block.linear.copies, basis.design.replication
    if copies is None or made is None:
        return None
    return Replicates(copies[:, 0].T, made.scale, made.from_full)


def estimates(basis: Basis, block: Block) -> Estimates:
    """The block's first item in all its domains, with their covariance and replicates.

    A share of 0 or 1 has the variance that comparisons give it (samling.stats.cube.edges).
    """
    grouping = block.grouping
    domains = zip(*(grouping.column(name) for name in grouping.by), strict=True)
    item = basis.plan.items[0].statistic
    matrix = covariance(basis, block).matrix + np.diag(edge_variance(basis, block)[:, 0])
    return Estimates(
        names=tuple(", ".join(map(str, domain)) for domain in domains)
        if grouping.by
        else (item.label,),
        values=block.estimate[:, 0],
        covariance=matrix,
        df=block.df[:, 0],
        level=basis.method.level,
        method={**asdict(basis.method), "statistic": item.kind, "variable": item.label},
        replicates=item_replicates(basis, block),
    )


def _sums_up(design: Design) -> bool:
    """Whether the variance of any sum of domains is a quadratic form of the units' totals."""
    if design.lonely_domain != "keep" or design.reweighted is not None:
        return False
    lonely = any(stage.lonely.size for stage in design.sampling.stages)
    return not lonely or design.lonely_psu == "certainty"


def _by_pairs(basis: Basis, block: Block, own: FloatArray) -> FloatArray:
    first, second = np.triu_indices(block.grouping.size, 1)
    slices = pair_slices(basis.base, block.grouping, first, second)
    one, two = block.linear.take(first), block.linear.take(second)
    apart = combined_variance(basis, slices, (one, two.negative())).value[:, 0]
    matrix = np.zeros((own.size, own.size))
    matrix[first, second] = matrix[second, first] = (own[first] + own[second] - apart) / 2.0
    return matrix


def _by_units(basis: Basis, block: Block) -> FloatArray:
    """The matrix but for its diagonal."""
    base, size = basis.base, block.grouping.size
    domain = block.grouping.domain[base.cell]
    row = np.flatnonzero(domain >= 0)
    pair = int(basis.pairs[0])
    alpha, beta = block.linear.alpha[domain[row], 0], block.linear.beta[domain[row], 0]
    z = alpha * base.a[row, pair] + beta * base.b[row, pair]
    z[base.n[row, pair] == 0] = 0.0
    matrix = np.zeros((size, size))
    for stage in basis.design.sampling.stages:
        for scaled in _scaled(stage, z, base.unit[row], domain[row], size):
            if stage.elements:  # the domains share no element: only the means differ from 0
                matrix -= scaled.T @ scaled
            else:
                matrix += scaled.T @ scaled
    return matrix


def _scaled(
    stage: Stage, z: FloatArray, unit: IntArray, domain: IntArray, size: int
) -> Iterator[FloatArray]:
    """Slices of (units, domains) whose cross products add up to the stage's covariance.

    Units are centred in their stratum; where elements are the units, it is the strata's sums.
    """
    place = stage.parent[unit] if stage.elements else stage.unit[unit]
    strata = stage.counts.size
    rows = strata if stage.elements else stage.parent.size
    totals = sparse.csr_matrix((z, (place, domain)), shape=(rows, size))
    weight = np.sqrt(stage.scale)
    if stage.elements:
        weight = weight / np.sqrt(stage.counts)
    else:
        of_stratum = sparse.csr_matrix(
            (1.0 / stage.counts[stage.parent], (stage.parent, np.arange(rows))),
            shape=(strata, rows),
        )
        means = of_stratum @ totals
    step = max(1, DENSE // max(size, 1))
    for start in range(0, rows, step):
        part = np.arange(start, min(start + step, rows))
        stratum = part if stage.elements else stage.parent[part]
        held = totals[part].toarray()
        if not stage.elements:
            held -= means[stratum].toarray()
        yield held * weight[stratum][:, None]
