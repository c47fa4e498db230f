"""Nonresponse by estimated response propensities, and trimming: the other changes of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.sampling.calibration import (
    inverse,
    nonresponse_calibration,
    respondents,
    sample_margins,
)
from samling.stats.sampling.margins import ELEMENTS, Auxiliary, Margin, make_auxiliary
from samling.stats.sampling.steps import Change
from samling.stats.tables.exact import FloatArray, tally
from samling.stats.tables.source import BoolArray, Memory
from samling.stats.weighting.adjustment import Adjustment, Projection
from samling.stats.weighting.matrices import gram, pack, scale_rows
from samling.stats.weighting.response import Propensity, fit_propensity, quantile_classes
from samling.stats.weighting.trimming import trim_weights


def cell_adjustment(
    source: Memory, weights: FloatArray, responded: str, cells: Sequence[str]
) -> Change:
    """Within each cell the respondents take over the weight of those who did not respond."""
    if not cells:
        raise OptionError("Name at least one variable that makes the cells.")
    margins = sample_margins(source, weights, [":".join(cells)], ())
    change = nonresponse_calibration(source, weights, responded, {}, margins, "linear", None, None)
    return replace(change, method="cells")


def propensity_adjustment(
    source: Memory,
    weights: FloatArray,
    responded: str,
    categories: Sequence[str],
    numbers: Sequence[str],
    classes: int | None,
) -> Change:
    """Weights divided by the estimated propensity, or adjusted within classes of it."""
    answered = respondents(source, responded, weights)
    everyone = np.where(weights > 0, 0, -1)
    constant = Margin(ELEMENTS, (ELEMENTS,), np.array([np.nan]), everyone)
    margins = (constant, *sample_margins(source, weights, categories, numbers))
    code = np.where(weights > 0, answered.astype(np.int64), -1)
    auxiliary = make_auxiliary(margins, [code])
    sums = tally(auxiliary.cell, auxiliary.x.shape[0], weights)
    responses = sums * (auxiliary.parts[0] == 1)
    some = np.flatnonzero(sums > 0)
    fitted = fit_propensity(auxiliary.x[some], sums[some], responses[some], auxiliary.labels)
    probability = np.ones(sums.size)
    probability[some] = fitted.probability
    named = tuple(margin.name for margin in margins[1:])
    if classes is None:
        adjustment = _inverse_propensity(auxiliary, sums, responses, probability, fitted)
        cells = some.size
        change = Change(adjustment, "nonresponse", "propensity", cells=cells)
    else:
        score = probability[auxiliary.cell]
        change = _within_classes(source, weights, responded, answered, score, classes)
    lowest = float(probability[some].min())
    asked = {"classes": classes, "lowest_propensity": lowest, "responded": responded}
    return replace(change, margins=named, iterations=fitted.iterations, asked=asked)


def _inverse_propensity(
    auxiliary: Auxiliary,
    sums: FloatArray,
    responses: FloatArray,
    probability: FloatArray,
    fitted: Propensity,
) -> Adjustment:
    """1/p for respondents; the influence of an estimated p (Kim & Kim 2007)."""
    x = pack(auxiliary.x[:, fitted.kept])
    p, inside = probability, responses > 0
    information = gram(x, sums * p * (1.0 - p))
    projection = Projection(
        x=scale_rows(x, p),
        score=scale_rows(x, np.where(inside, (1.0 - p) / p, 0.0)),
        inverse=inverse(information),
        back=scale_rows(x, p),
    )
    return Adjustment(auxiliary.cell, np.where(inside, 1.0 / p, 0.0), projection, response=True)


def _within_classes(
    source: Memory,
    weights: FloatArray,
    responded: str,
    answered: BoolArray,
    score: FloatArray,
    classes: int,
) -> Change:
    if classes < 1:
        raise OptionError(f"classes={classes} must be 1 or more, or None for 1/p itself.")
    code = quantile_classes(score, weights, weights > 0, classes)
    found = np.unique(code[code >= 0])
    code = np.where(code >= 0, np.searchsorted(found, code), -1)
    labels = tuple(f"propensity class {k + 1} of {classes}" for k in found)
    margin = Margin("propensity class", labels, np.full(found.size, np.nan), code)
    change = nonresponse_calibration(source, weights, responded, {}, [margin], "linear", None, None)
    return replace(change, method="propensity classes")


def trimming(_source: Memory, weights: FloatArray, lower: float, upper: float) -> Change:
    """Weights cut at the limits, the rest shared equally by those that were not cut."""
    alive = weights > 0
    trimmed = trim_weights(weights[alive], lower, upper)
    factor = np.ones(weights.size)
    factor[alive] = trimmed.weight / weights[alive]
    distinct, cell = np.unique(factor, return_inverse=True)
    return Change(
        adjustment=Adjustment(cell, distinct, None),
        kind="trimming",
        method="equal shares",
        iterations=trimmed.rounds,
        asked={"lower": lower, "upper": upper, "cut": trimmed.cut},
    )
