"""Which formula belongs to which measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from samling.stats.inequality import formulas, slopes
from samling.stats.inequality.formulas import Formula, Found
from samling.stats.inequality.measures import Measure, Question
from samling.stats.tables.exact import FloatArray

FLAT = "all groups are equal, where the measure is at its lowest and has no rate of change"
FORMULAS: Mapping[str, Formula] = {
    "D": formulas.difference,
    "R": formulas.ratio,
    "SII": slopes.slope_index,
    "RII": slopes.relative_index,
    "ACI": slopes.concentration,
    "RCI": slopes.relative_concentration,
    "BGV": formulas.between_group_variance,
    "BGSD": formulas.between_group_deviation,
    "COV": formulas.coefficient_of_variation,
    "IDISU": formulas.disparity_unweighted,
    "IDISW": formulas.disparity_weighted,
    "MDBU": formulas.best_difference_unweighted,
    "MDBW": formulas.best_difference_weighted,
    "MDMU": formulas.mean_difference_unweighted,
    "MDMW": formulas.mean_difference_weighted,
    "MDRU": formulas.reference_difference_unweighted,
    "MDRW": formulas.reference_difference_weighted,
    "TI": formulas.theil,
    "MLD": formulas.mean_log_deviation,
    "PAR": formulas.attributable_risk,
    "PAF": formulas.attributable_fraction,
    "Wagstaff": slopes.wagstaff,
    "Erreygers": slopes.erreygers,
}


def measure_groups(measure: Measure, x: FloatArray, p: FloatArray, question: Question) -> Found:
    """The measure of every block: x and p are (blocks, groups), p adds up to 1."""
    found = FORMULAS[measure.name](x, p, question)
    if measure.scale != "cut":
        return found
    # At its lowest a measure's gradient is 0 or not there: an interval of no width would be a lie.
    flat = (x == x[:, :1]).all(axis=1) & (found.problem == "")
    return replace(found, unsure=np.where(flat, FLAT, found.unsure))
