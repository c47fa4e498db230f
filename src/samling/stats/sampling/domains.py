"""Degrees of freedom within a domain, and domains that have none."""

from __future__ import annotations

import numpy as np

from samling.stats.sampling.design import Design
from samling.stats.sampling.stages import FULL
from samling.stats.tables.exact import IntArray


def domain_df(design: Design, rows: IntArray) -> int:
    """PSUs - strata that have any of the rows (indices of the design's rows)."""
    first = design.sampling.stages[0]
    unit = design.row_unit()[rows]
    strata = np.unique(design.sampling.units.level(1)[unit]).size
    psus = rows.size if first.elements else np.unique(first.unit[unit]).size
    return int(psus - strata)


def in_one_unit(design: Design, rows: IntArray) -> bool:
    """Whether the rows are all in one PSU of a stratum from which others could have been drawn.

    A mean or share of such rows has linearised values that add up to 0 in the PSU: the sample does
    not say how PSUs differ there.
    """
    first = design.sampling.stages[0]
    unit = design.row_unit()[rows]
    stratum = first.parent[unit] if first.elements else first.parent[first.unit[unit]]
    if not rows.size or (first.fraction[stratum] >= FULL).any():
        return False
    return rows.size == 1 if first.elements else bool(np.unique(first.unit[unit]).size == 1)
