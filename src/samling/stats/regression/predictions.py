"""Average marginal predictions and predictions for given values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from scipy import linalg

from samling.stats.errors import TermError
from samling.stats.inference.estimates import Estimates
from samling.stats.regression.coefficients import Coefficients
from samling.stats.regression.mapped import mapped
from samling.stats.regression.matrix import build_matrix
from samling.stats.regression.sample import Amounts, Column, Levels
from samling.stats.regression.terms import Term, main_terms
from samling.stats.tables.exact import FloatArray


@dataclass(frozen=True)
class MarginalPredictions:
    """Estimator of θ_l = Σ w_k μ(x_k(l)'β) / Σ w_k over the rows of the model.

    x_k(l) is row k with the factor at its level l: `moved` has one matrix (patterns, p) for each.
    ∂θ_l/∂w_k = (μ_k(l) - θ_l)/W + (∂θ_l/∂β)' ∂β/∂w_k, and the second part holds for rows of the
    model whatever their level.
    """

    names: tuple[str, ...]
    fitted: Coefficients = field(repr=False)
    moved: tuple[FloatArray, ...] = field(repr=False)

    def values(self, weights: FloatArray) -> FloatArray:
        """θ (levels,) with the given weights (rows,)."""
        beta = self.fitted.values(weights)
        weight, _ = self.fitted.sample.sums(weights)
        mean = self.fitted.family.mean
        found = [float(weight @ mean(matrix @ beta)) for matrix in self.moved]
        return np.asarray(np.asarray(found) / weight.sum())

    def influence(self, weights: FloatArray) -> FloatArray:
        """∂θ/∂w_k, (rows, levels)."""
        fitted, family = self.fitted, self.fitted.family
        beta = fitted.values(weights)
        weight, _ = fitted.sample.sums(weights)
        eta = [matrix @ beta for matrix in self.moved]
        means = np.column_stack([family.mean(one) for one in eta])
        centred = means - weight @ means / weight.sum()
        slopes = [
            m.T @ (weight * family.slope(one)) for m, one in zip(self.moved, eta, strict=True)
        ]
        along = linalg.solve_triangular(fitted.factor, np.column_stack(slopes), trans="T")
        inverse, gap = fitted.parts(weights)
        by_row = fitted.sample.by_row
        own = by_row(centred) + by_row(fitted.basis @ (inverse @ along)) * gap[:, None]
        return fitted.sample.spread(own / weight.sum())


def marginal_predictions(
    fitted: Coefficients, terms: Sequence[Term], factors: tuple[str, ...], at: tuple[Any, ...]
) -> MarginalPredictions:
    """The estimator for every level of the factor, or every combination of several factors'."""
    columns = fitted.sample.columns
    wanted = _levels(columns, factors, at)
    moved = []
    for values in wanted:
        changed = dict(columns)
        for factor, value in zip(factors, values, strict=True):
            changed[factor] = columns[factor].constant(value, factor)
        moved.append(build_matrix(terms, changed, fitted.sample.patterns).values)
    names = tuple(", ".join(map(_shown, values)) for values in wanted)
    return MarginalPredictions(names, fitted, tuple(moved))


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _levels(
    columns: Mapping[str, Column], factors: tuple[str, ...], at: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    unknown = [factor for factor in factors if factor not in columns]
    if unknown:
        raise TermError(
            f"The model has no variable {', '.join(map(repr, unknown))}. It has: "
            f"{', '.join(columns)}."
        )
    if at:
        return [value if isinstance(value, tuple) else (value,) for value in at]
    found = [columns[factor] for factor in factors]
    numbers = [f for f, column in zip(factors, found, strict=True) if isinstance(column, Amounts)]
    if numbers:
        raise TermError(
            f"{', '.join(map(repr, numbers))} is numeric and has no levels: say at which values, "
            "at=(...)."
        )
    return list(product(*(_values(column) for column in found)))


def _values(column: Column) -> tuple[Any, ...]:
    if isinstance(column, Levels):
        return column.values
    return () if isinstance(column, Amounts) else column.points


@dataclass(frozen=True)
class Given:
    """Values of all variables of a model."""

    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """In words: "sex=girl, age=50"."""
        return ", ".join(f"{name}={value}" for name, value in self.values.items())


def predicted(
    fitted: Coefficients, terms: Sequence[Term], estimates: Estimates, given: Sequence[Given]
) -> Estimates:
    """The mean outcome μ(x'β) for each set of values, by the delta method from the coefficients."""
    needed = {term.name for term in main_terms(terms)}
    if not given:
        raise TermError("There is nothing to predict for: give a list of mappings with values.")
    lines = []
    for one in given:
        if set(one.values) != needed:
            raise TermError(
                f"A prediction needs values of {', '.join(sorted(needed))}, but has: {one.name}."
            )
        columns = {
            name: fitted.sample.columns[name].constant(value, name)
            for name, value in one.values.items()
        }
        lines.append(build_matrix(terms, columns, fitted.sample.patterns).values[0])
    x = np.array(lines)
    slope = fitted.family.slope(x @ estimates.values)
    return mapped(
        estimates,
        [one.name for one in given],
        lambda beta: fitted.family.mean(x @ beta),
        slope[:, None] * x,
        False,
    )
