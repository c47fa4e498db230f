"""Products with a matrix of auxiliary variables, which is sparse when it holds many categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from samling.stats.tables.exact import FloatArray

DENSE = 0.25  # share of entries above which a dense matrix is faster

# (rows, columns): an array, or scipy's sparse csr_array; scipy has no types for the latter
Matrix = Any


def is_sparse(x: Matrix) -> bool:
    """Whether the matrix is sparse."""
    return bool(sparse.issparse(x))


def pack(x: Matrix) -> Matrix:
    """The matrix as a dense array if it is rather full, else compressed by rows."""
    if not is_sparse(x):
        return np.asarray(x, dtype=float)
    x = x.tocsr()
    full = x.nnz > DENSE * x.shape[0] * x.shape[1]
    return x.toarray() if full else x


def scale_rows(x: Matrix, factor: FloatArray) -> Matrix:
    """Every row times its factor."""
    if is_sparse(x):
        diagonal: Matrix = sparse.diags_array(factor).tocsr()
        return diagonal @ x
    return x * factor[:, None]


def scale_columns(x: Matrix, factor: FloatArray) -> Matrix:
    """Every column times its factor."""
    if is_sparse(x):
        diagonal: Matrix = sparse.diags_array(factor).tocsr()
        return x @ diagonal
    return x * factor


def gram(x: Matrix, weight: FloatArray) -> FloatArray:
    """Σ w x x', (columns, columns)."""
    found: Matrix = x.T @ scale_rows(x, weight)
    if is_sparse(found):
        found = found.toarray()
    return np.asarray(found, dtype=float)


def absolute_sums(x: Matrix, weight: FloatArray) -> FloatArray:
    """Σ w |x| of every column."""
    return np.asarray(abs(x).T @ weight)


def target_sizes(x: Matrix, weight: FloatArray, totals: FloatArray) -> FloatArray:
    """What a miss of each target is measured against: its size, or where it is near 0 that of x."""
    return np.maximum(np.maximum(np.abs(totals), 1e-6 * absolute_sums(x, weight)), 1e-300)
