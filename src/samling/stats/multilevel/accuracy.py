"""How well strata tell those with the event from those without: the area under the ROC curve."""

from __future__ import annotations

import numpy as np

from samling.stats.tables.exact import FloatArray


def area_under_curve(score: FloatArray, events: FloatArray, others: FloatArray) -> float:
    """Chance that a random person with the event is in a stratum with a higher score than a
    random person without, ties counting half (Hanley & McNeil 1982); strata of counts (J)."""
    _, place = np.unique(score, return_inverse=True)
    ones, zeros = np.bincount(place, events), np.bincount(place, others)
    below = np.cumsum(zeros) - zeros
    return float(ones @ (below + zeros / 2)) / float(events.sum() * others.sum())
