"""Does a variable have a known distribution? Rao and Scott's test of fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal

import numpy as np

from samling.stats.errors import OptionError, TableError
from samling.stats.sampling.design import Design
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Where
from samling.stats.testing.chi_square import ChiSquare, corrected, described_cells
from samling.stats.testing.tables import CellShares, Crossing, cross


def goodness_of_fit(
    design: Design,
    variable: str,
    shares: Mapping[Any, float],
    where: Where = None,
    *,
    method: Literal["second-order", "first-order"] = "second-order",
    df: str | float = "design",
) -> ChiSquare:
    """Test that a categorical variable has the given shares in the population.

    `shares` names every category with its share; they must add up to 1. With λ the eigenvalues
    of n D^-½ V D^-½ (D the given shares, V the design's covariance), Pearson's statistic over Σλ
    is F with ndf = (Σλ)²/Σλ² and ddf = ndf·df (Rao & Scott 1981; Thomas & Rao 1987).

    Raises TableError if the categories are not the data's or the shares do not add up.
    """
    if method not in ("second-order", "first-order"):
        raise OptionError(f"method={method!r} does not exist. Choose second-order or first-order.")
    crossing = cross(design, [variable], where)
    expected = _expected(crossing, variable, shares)
    found = infer(crossing.design, CellShares(crossing), df=df, test=f"fit {method}")
    n = int(crossing.n.sum())
    pearson = float(n * ((found.values - expected) ** 2 / expected).sum())
    root = np.sqrt(expected)
    deff = np.linalg.eigvalsh(n * found.covariance / np.outer(root, root))[::-1]
    return ChiSquare(
        *corrected(pearson, deff[:-1], float(found.df[0]), method),
        pearson=pearson,
        n=n,
        deff=tuple(deff[:-1].tolist()),
        missing=crossing.missing,
        outside=crossing.outside,
        zero_weight=crossing.zero_weight,
        cells=described_cells(crossing, (variable,), found, expected),
        method={**found.method, "variables": (variable,)},
    )


def _expected(crossing: Crossing, variable: str, shares: Mapping[Any, float]) -> FloatArray:
    (levels,) = crossing.levels
    unknown = [level for level in levels if level not in shares]
    empty = [level for level in shares if level not in levels]
    if unknown or empty:
        raise TableError(
            f"The shares of {variable!r} do not fit the data: without a share "
            f"{unknown or 'none'}, and with a share but without elements {empty or 'none'}. Give "
            "a share for each category that occurs, and join those that do not with another."
        )
    if not all(isinstance(shares[level], Real) for level in levels):
        raise TableError(f"The shares of {variable!r} must be numbers; they are {dict(shares)!r}.")
    expected = np.array([float(shares[level]) for level in levels])
    if len(levels) < 2 or not (expected > 0).all() or not math.isclose(expected.sum(), 1.0):
        raise TableError(
            f"The shares of {variable!r} must be above 0, two or more, and add up to 1; they are "
            f"{expected.tolist()}, together {expected.sum():g}."
        )
    return expected
