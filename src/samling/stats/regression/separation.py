"""Groups whose outcomes are all alike, found before a model is asked for the impossible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from samling.stats.errors import SeparationError
from samling.stats.regression.families import Family
from samling.stats.regression.sample import Levels, Sample
from samling.stats.regression.terms import Interaction, Term
from samling.stats.tables.exact import FloatArray


def refuse_separation(
    family: Family, sample: Sample, terms: Sequence[Term], weights: FloatArray
) -> None:
    """SeparationError naming the levels, and combinations that interact, with one outcome only.

    Their coefficient would be infinite. An outcome of only 1 is possible with the log link of
    Poisson, and everything is with a linear model.
    """
    if family.ratio is None:
        return
    weight, y = sample.sums(weights)
    found = []
    for term in terms:
        parts = term.parts if isinstance(term, Interaction) else (term.name,)
        columns = [sample.columns[part] for part in parts]
        levels = [column for column in columns if isinstance(column, Levels)]
        if levels and len(levels) == len(columns):
            found += _alike(family, parts, levels, weight, y)
    if found:
        raise SeparationError(
            f"The {family.name} model has no finite answer, because a group's outcomes are all "
            f"alike: {'; '.join(found[:10])}. Merge levels, leave them out with `where`, or leave "
            "the term out."
        )


def _alike(
    family: Family,
    parts: Sequence[str],
    levels: Sequence[Levels],
    weight: FloatArray,
    y: FloatArray,
) -> list[str]:
    shape = tuple(len(level.values) for level in levels)
    cell = np.ravel_multi_index(tuple(level.codes for level in levels), shape)
    size = np.bincount(cell, weight, int(np.prod(shape)))
    ones = np.bincount(cell, weight * y, size.size)
    zeros = np.bincount(cell, weight * (1.0 - y), size.size)
    said = [("0", ones)] + ([("1", zeros)] if family.bounded else [])
    found = []
    for outcome, left in said:
        for place in np.flatnonzero((size > 0) & (left <= 0)):
            codes = np.unravel_index(place, shape)
            named = zip(parts, levels, codes, strict=True)
            where = ", ".join(f"{part}={level.values[int(code)]}" for part, level, code in named)
            found.append(f"{where} (all {outcome})")
    return found
