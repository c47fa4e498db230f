"""Degrees of freedom within a domain."""

from __future__ import annotations

import numpy as np

from samling.stats.sampling.design import Design
from samling.stats.tables.exact import IntArray


def domain_df(design: Design, rows: IntArray) -> int:
    """PSUs - strata that have any of the rows (indices of the design's rows)."""
    first = design.sampling.stages[0]
    unit = design.row_unit()[rows]
    strata = np.unique(design.sampling.units.level(1)[unit]).size
    psus = rows.size if first.elements else np.unique(first.unit[unit]).size
    return int(psus - strata)
