"""Columns of a model matrix from categories: one per level, but for the reference level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.tables.exact import FloatArray, IntArray


@dataclass(frozen=True)
class Term:
    """One column: the intercept (no variable), a numeric variable, or a level of a category."""

    variable: str | None = None
    level: Any = None

    @property
    def label(self) -> str:
        """Name of the column in results."""
        if self.variable is None:
            return "(intercept)"
        return self.variable if self.level is None else f"{self.variable}={self.level}"


def treatment_columns(
    codes: Sequence[IntArray],
    variables: Sequence[str],
    values: Sequence[Sequence[Any]],
    reference: Mapping[str, Any],
) -> tuple[FloatArray, tuple[Term, ...]]:
    """0/1 columns (rows x columns, no intercept) of every variable's levels but the reference.

    `reference` names a level per variable; the first of the sorted levels where it says nothing.
    OptionError for a variable or level that does not exist.
    """
    unknown = [name for name in reference if name not in variables]
    if unknown:
        raise OptionError(
            f"reference names {', '.join(map(repr, unknown))}, which is not among the variables: "
            f"{', '.join(variables)}."
        )
    columns, terms = [], []
    for code, name, levels in zip(codes, variables, values, strict=True):
        base = reference.get(name, levels[0])
        if base not in levels:
            raise OptionError(
                f"reference={base!r} is not a level of {name!r}: {', '.join(map(str, levels))}."
            )
        for index, level in enumerate(levels):
            if level != base:
                columns.append((code == index).astype(float))
                terms.append(Term(name, level))
    rows = codes[0].size if codes else 0
    return (np.column_stack(columns) if columns else np.zeros((rows, 0))), tuple(terms)
