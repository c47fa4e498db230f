"""Calibration to known totals, with all elements or with those that responded only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import linalg, sparse

from samling.stats.errors import NegativeWeightError, OptionError, ResponseError
from samling.stats.sampling.margins import (
    Auxiliary,
    Margin,
    agree,
    make_auxiliary,
    read_categories,
    read_number,
    read_targets,
    refuse_cells_without_respondents,
)
from samling.stats.sampling.steps import Change, TargetReached
from samling.stats.tables.exact import FloatArray, tally
from samling.stats.tables.source import BoolArray, Memory, require_columns
from samling.stats.weighting.adjustment import Adjustment, Projection
from samling.stats.weighting.distances import Bounds, make_distance
from samling.stats.weighting.matrices import Matrix, gram, pack, scale_rows
from samling.stats.weighting.solution import Solution, solve

Targets = Mapping[Any, Any]


@dataclass(frozen=True)
class _Solved:
    """Factor and slope F'(x'λ) per cell of the auxiliary, 1 where a cell has no weight."""

    factor: FloatArray
    slope: FloatArray
    solution: Solution
    active: BoolArray


def calibration(
    source: Memory,
    weights: FloatArray,
    targets: Targets,
    method: str,
    bounds: Bounds | None,
    rescale: str | None,
) -> Change:
    """Weights of all elements calibrated to population totals."""
    used = weights > 0
    margins = agree(read_targets(source, targets, used), rescale)
    auxiliary = make_auxiliary(margins)
    sums = tally(auxiliary.cell, auxiliary.x.shape[0], weights)
    solved = _solve(auxiliary, sums, method, bounds)
    kept = solved.solution.kept
    x = pack(auxiliary.x[:, kept])
    projection = Projection(x, x, inverse(gram(x, sums)))
    adjustment = Adjustment(auxiliary.cell, solved.factor, projection)
    return _change(auxiliary, solved, adjustment, "calibration", method, bounds)


def nonresponse_calibration(
    source: Memory,
    weights: FloatArray,
    responded: str,
    population: Targets,
    sample: Sequence[Margin],
    method: str,
    bounds: Bounds | None,
    rescale: str | None,
) -> Change:
    """Weights of the respondents calibrated to population totals and to the sample's own."""
    answered = respondents(source, responded, weights)
    known = read_targets(source, population, answered) if population else ()
    own = sample_totals(sample, weights, answered)
    if not known and not own:
        raise OptionError("Name at least one margin: of the population, of the sample, or both.")
    margins = agree((*known, *own), rescale)
    code = np.where(weights > 0, answered.astype(np.int64), -1)
    auxiliary = make_auxiliary(margins, [code])
    all_sums = tally(auxiliary.cell, auxiliary.x.shape[0], weights)
    inside = auxiliary.parts[0] == 1
    solved = _solve(auxiliary, all_sums * inside, method, bounds)
    kept = solved.solution.kept
    x = pack(auxiliary.x[:, kept])
    slope = np.ones(inside.size) if method == "truncated" else solved.slope
    projection = Projection(
        x=x,
        score=scale_rows(x, slope * inside),
        inverse=inverse(gram(x, all_sums * inside * slope)),
        back=_hanging(auxiliary, own, all_sums)[:, kept],
    )
    factor = np.where(inside, solved.factor, 0.0)
    adjustment = Adjustment(auxiliary.cell, factor, projection, response=True)
    return _change(auxiliary, solved, adjustment, "nonresponse", method, bounds)


def _hanging(auxiliary: Auxiliary, own: Sequence[Margin], sums: FloatArray) -> Matrix:
    """∂target/∂d for every cell and target: x where the target is the sample's own total.

    Where a margin of the sample was scaled to a known size N, its targets are N·T̂/N̂ instead and
    their derivative (N/N̂)(x - T̂/N̂).
    """
    known = len(auxiliary.margins) - len(own)
    alive = (sums > 0).astype(float)
    blocks, start = [], 0
    for place, margin in enumerate(auxiliary.margins):
        stop = start + margin.totals.size
        block = auxiliary.x[:, start:stop]
        if place < known:
            block = block * 0.0
        elif (margin.totals != own[place - known].totals).any():
            size, share = margin.totals.sum() / sums.sum(), margin.totals / margin.totals.sum()
            block = sparse.csr_array(size * (block.toarray() - np.outer(alive, share)))
        blocks.append(block)
        start = stop
    return pack(sparse.hstack(blocks, format="csr"))


def respondent_calibration(
    source: Memory,
    weights: FloatArray,
    responded: str,
    population: Targets,
    categories: Sequence[str],
    numbers: Sequence[str],
    method: str,
    bounds: Bounds | None,
    rescale: str | None,
) -> Change:
    """The same with the sample's variables by name."""
    margins = sample_margins(source, weights, categories, numbers)
    return nonresponse_calibration(
        source, weights, responded, population, margins, method, bounds, rescale
    )


def respondents(source: Memory, responded: str, weights: FloatArray) -> BoolArray:
    """Elements of positive weight for which the 0/1 variable is 1; ResponseError if none."""
    require_columns(source, [responded], "responded")
    value, known = source.numbers(responded)
    used = weights > 0
    wrong = used & (~known | ((value != 0) & (value != 1)))
    if wrong.any():
        raise ResponseError(
            f"The variable {responded!r} must be 1 for those who responded and 0 for the others, "
            f"but has other values, or none, in {int(wrong.sum())} rows."
        )
    answered: BoolArray = used & (value == 1)
    if not answered.any():
        raise ResponseError(f"Nobody responded: {responded!r} is 0 in every row with a weight.")
    return answered


def sample_margins(
    source: Memory, weights: FloatArray, categories: Sequence[str], numbers: Sequence[str]
) -> tuple[Margin, ...]:
    """Variables that are known for everyone in the sample, respondents or not."""
    used = weights > 0
    return (
        *(read_categories(source, name, used) for name in categories),
        *(read_number(source, name, used) for name in numbers),
    )


def sample_totals(
    margins: Sequence[Margin], weights: FloatArray, answered: BoolArray
) -> tuple[Margin, ...]:
    """The margins with the whole sample's weighted totals as targets."""
    found = []
    for margin in margins:
        if margin.value is None:
            refuse_cells_without_respondents(margin, answered)
            used = margin.code >= 0
            totals = tally(margin.code[used], len(margin.labels), weights[used])
        else:
            totals = np.array([weights @ margin.value])
        found.append(replace(margin, totals=totals))
    return tuple(found)


def _solve(auxiliary: Auxiliary, sums: FloatArray, method: str, bounds: Bounds | None) -> _Solved:
    active = sums > 0
    distance = make_distance(method, bounds)
    x = auxiliary.x[np.flatnonzero(active)]
    solution = solve(x, sums[active], auxiliary.totals, auxiliary.labels, distance)
    _refuse_negative(solution, auxiliary, active, method)
    factor, slope = np.ones(sums.size), np.ones(sums.size)
    factor[active], slope[active] = solution.g, solution.slope
    return _Solved(factor, slope, solution, active)


def _refuse_negative(
    solution: Solution, auxiliary: Auxiliary, active: BoolArray, method: str
) -> None:
    bad = solution.g <= 0
    if not bad.any():
        return
    counts = np.bincount(auxiliary.cell, minlength=active.size)[active]
    lowest = int(np.argmin(solution.g))
    row = auxiliary.x[[int(np.flatnonzero(active)[lowest])]].tocoo()
    where = ", ".join(
        auxiliary.labels[k] if v == 1 else f"{auxiliary.labels[k]}={v:g}"
        for k, v in zip(row.coords[1], row.data, strict=True)
    )
    raise NegativeWeightError(
        f"Calibration by method={method!r} gives a weight of 0 or less to "
        f"{int(counts[bad].sum())} of {int(counts.sum())} elements; the lowest factor is "
        f"{solution.g[lowest]:.3g}, for {where}. Use "
        "method='raking', or 'truncated' or 'logit' with a lower bound above 0."
    )


def _change(
    auxiliary: Auxiliary,
    solved: _Solved,
    adjustment: Adjustment,
    kind: str,
    method: str,
    bounds: Bounds | None,
) -> Change:
    solution = solved.solution
    lines = zip(auxiliary.labels, auxiliary.totals, solution.before, solution.after, strict=True)
    return Change(
        adjustment=adjustment,
        kind=kind,
        method=method,
        margins=tuple(margin.name for margin in auxiliary.margins),
        cells=int(solved.active.sum()),
        iterations=solution.iterations,
        targets=tuple(TargetReached(n, float(t), float(b), float(a)) for n, t, b, a in lines),
        asked={"bounds": bounds},
    )


def inverse(squares: FloatArray) -> FloatArray:
    """(Σ w x x')⁻¹, its pseudo-inverse where it has none, each column on a scale of its own."""
    size = np.sqrt(np.diag(squares))
    size = np.where(size > 0, size, 1.0)
    both: Matrix = np.outer(size, size)
    return np.asarray(linalg.pinvh(squares / both) / both)
