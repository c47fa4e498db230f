"""Variance of any linear combination of domain estimates and of the domains' sizes.

What a method makes of the estimates x_d and sizes N_d of some domains (a standardised mean, a
measure of inequality) changes by Σ_d (∂f/∂x_d) dx_d + (∂f/∂N_d) dN_d. The units' values of that sum
come straight from the base table, so the variance needs no covariance matrix, and the sizes may
be estimates too (Demnati & Rao 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samling.stats.cube.figures import Basis, Block
from samling.stats.cube.freedom import variance_with_df
from samling.stats.cube.variance import CHUNK, Columns, Variance
from samling.stats.tables.exact import FloatArray, IntArray


@dataclass(frozen=True)
class Terms:
    """The terms of `size` combinations: term t adds to combination `column[t]`.

    It is by_estimate[t] times the estimate of the block's domain `domain[t]`, plus by_size[t]
    times its size, the sum of weights where the variable is known (of the denominator, for a
    ratio). Both are (terms, items). No combination has two terms of one domain.
    """

    column: IntArray
    domain: IntArray
    size: int
    by_estimate: FloatArray
    by_size: FloatArray


def combination_variance(basis: Basis, block: Block, terms: Terms) -> Variance:
    """Linearised variance of every combination, (combinations, items)."""
    order = np.lexsort((terms.domain, terms.column))
    column, domain = terms.column[order], terms.domain[order]
    row, start = _rows_by_domain(block.grouping.domain[basis.base.cell], block.grouping.size)
    counts = start[domain + 1] - start[domain]
    alpha = block.linear.alpha[domain] * terms.by_estimate[order]
    beta = block.linear.beta[domain] * terms.by_estimate[order] + terms.by_size[order]
    found = []
    for first, last in _column_slices(column, counts, terms.size):
        part = slice(*np.searchsorted(column, [first, last]))
        of = np.repeat(np.arange(part.start, part.stop), counts[part])
        rows = row[_ranges(start[domain[part]], counts[part])]
        inside = column[of] - first
        sort = np.lexsort((rows, inside))
        columns = Columns(rows[sort], inside[sort], last - first, of[sort], alpha, beta)
        found.append(
            variance_with_df(basis.design, basis.base, columns, basis.pairs, basis.method.df)
        )
    return join_variances(found, basis.pairs.size)


def join_variances(found: Sequence[Variance], items: int) -> Variance:
    """Several variances of the same items, one after the other."""
    empty = np.zeros((0, items))
    freedom = [one.df for one in found if one.df is not None]
    return Variance(
        np.concatenate([empty, *(one.value for one in found)]),
        np.concatenate([empty, *(one.psus for one in found)]),
        np.concatenate([empty, *(one.strata for one in found)]),
        np.concatenate(freedom) if freedom else None,
    )


def _rows_by_domain(domain: IntArray, size: int) -> tuple[IntArray, IntArray]:
    row = np.flatnonzero(domain >= 0)
    row = row[np.argsort(domain[row], kind="stable")]
    return row, np.searchsorted(domain[row], np.arange(size + 1))


def _ranges(start: IntArray, counts: IntArray) -> IntArray:
    """start[0], start[0] + 1, ... for counts[0] numbers, then from start[1], and so on."""
    shift = np.repeat(start - (np.cumsum(counts) - counts), counts)
    return shift + np.arange(counts.sum())


def _column_slices(column: IntArray, counts: IntArray, size: int) -> list[tuple[int, int]]:
    """Ranges of combinations whose rows together stay within the working memory."""
    work = np.cumsum(np.bincount(column, weights=counts, minlength=size))
    found, first = [], 0
    while first < size:
        done = work[first - 1] if first else 0.0
        last = max(int(np.searchsorted(work, done + CHUNK, side="right")), first + 1)
        found.append((first, last))
        first = last
    return found
