"""Measures of inequality from a cube's result or from estimates with a covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from samling import __version__
from samling.stats.cube.figures import plain
from samling.stats.cube.replication import Copies
from samling.stats.cube.result import Result
from samling.stats.errors import ShareError
from samling.stats.inequality.cubes import CubeGroups, choose_block, proportions_only, read_cube
from samling.stats.inequality.formulas import Found
from samling.stats.inequality.measures import (
    Direction,
    Measure,
    Model,
    Question,
    choose_measures,
)
from samling.stats.inequality.outcome import (
    Outcome,
    at_an_end,
    by_replicates,
    ends_without_variance,
    equality_p,
    make_outcome,
    measure_blocks,
    refuse_unknown_values,
)
from samling.stats.inequality.request import (
    ask,
    read_shares,
    refuse_beyond_scale,
    refuse_impossible,
)
from samling.stats.inequality.result import Inequalities
from samling.stats.inequality.simulation import Simulation, simulate
from samling.stats.inference.estimates import Estimates
from samling.stats.tables.exact import FloatArray, IntArray

TOGETHER = 400_000  # blocks of replicates measured at once


def inequality(
    source: Result | Estimates,
    dimension: str = "group",
    *,
    order: Sequence[Any] | None = None,
    measures: Sequence[str] | str = "all",
    pop: Mapping[Any, float] | None = None,
    direction: Direction,
    reference: Any = None,
    scale: float | None = None,
    model: Model = "linear",
    by: Sequence[str] | str | None = None,
    simulation: Simulation | None = None,
) -> Inequalities:
    """Measures of inequality between the groups of a dimension, each with its interval.

    `source` is the result of estimate, where every combination of the grouping set's other
    dimensions and every statistic is a block of its own and all are made together, or Estimates
    whose names are the groups. `order` lists the groups, the most disadvantaged first; None says
    that they have none. `direction` says whether a high value is bad ("adverse", as smoking) or
    good ("favourable", as trust). `pop` gives the groups' sizes or shares by name (for blocks
    with different ones, by (other dimensions..., group)); None takes the weighted shares from the
    result, and counts their uncertainty. `reference` names the group to compare with. `scale` is
    the largest value the indicator can have (1 is taken for proportions of a result), `model`
    how SII and RII predict the ends: a straight line or a logistic curve. `by` names the grouping
    set, when several have the dimension.

    Intervals are by the delta method with exact gradients and the covariance of all groups (and
    shares), with the source's df and level; from replicates when the Estimates have them; or by
    `simulation`. D, R and MDB of the best or worst group take it as the one observed: replicates
    and simulation do not. See the table of directions in the method page.

    MeasureError, GroupError and ShareError say what does not fit. With measures="all" a measure
    that cannot be made has a status and a reason; asked for by name it is an error.
    Schlotheuber & Hosseinpoor (2022); Mackenbach & Kunst (1997); O'Donnell et al. (2008).
    """
    chosen = choose_measures(measures)
    if isinstance(source, Estimates):
        question, place = ask(source.names, order, direction, reference, scale, model)
        refuse_impossible(question, chosen, measures == "all")
        refuse_beyond_scale(source.values, scale)
        outcome, p_equal = _from_estimates(source, chosen, question, place, pop, simulation)
        keys: dict[str, list[Any]] = {}
        method, level = {**source.method, "level": source.level}, source.level
        how = "delta" if source.replicates is None else "replicates"
    else:
        block = choose_block(source, by, dimension)
        names = block.grouping.values[block.grouping.by.index(dimension)]
        top = 1.0 if scale is None and proportions_only(source) else scale
        question, place = ask(names, order, direction, reference, top, model)
        refuse_impossible(question, chosen, measures == "all")
        refuse_beyond_scale(block.estimate, scale)
        outcome, p_equal, keys = _from_cube(
            source, by, dimension, chosen, question, place, pop, simulation
        )
        method, level = asdict(source.method), source.method.level
        how = "delta" if source.basis.copies is None else "replicates"
    refuse_unknown_values(chosen, outcome, measures == "all")
    if simulation is not None:
        how = f"simulation ({simulation.draws} draws, seed {simulation.seed})"
    described = {
        **method,
        "level": level,
        "interval": how,
        "shares": "estimated" if pop is None else "given",
        "direction": direction,
        "order": None if order is None else list(question.groups),
        "model": model,
        "version": __version__,
    }
    columns = _columns(chosen, outcome, question, keys, p_equal, how)
    return Inequalities(columns, tuple(keys), dimension, question, described)


def _from_cube(
    result: Result,
    by: Sequence[str] | str | None,
    dimension: str,
    measures: Sequence[Measure],
    question: Question,
    place: IntArray,
    pop: Mapping[Any, float] | None,
    simulation: Simulation | None,
) -> tuple[Outcome, FloatArray, dict[str, list[Any]]]:
    cube = read_cube(result, by, dimension, pop, question.groups, place)
    x, p = cube.flat(cube.x), cube.flat(cube.p)
    founds = measure_blocks(measures, x, p, question)
    variance, df = cube.variances(founds)
    if cube.copies is not None:
        variance = _replicated_variance(cube, cube.copies, measures, question, founds)
        variance = variance + cube.beyond(founds)
        founds = by_replicates(founds, variance)
    level = result.method.level
    outcome = make_outcome(measures, founds, variance, df, level)
    apart, least = cube.apart(own=simulation is not None)
    groups = x.shape[1]
    if simulation is not None:
        covariance = _covariance(apart)
        outcome = simulate(simulation, measures, x, p, covariance, question, outcome, level)
    gaps = apart[:, :groups, :groups]
    first = gaps[:, 0, 1:]
    between = (first[:, :, None] + first[:, None, :] - _apart_only(gaps)[:, 1:, 1:]) / 2.0
    p_equal = equality_p(x[:, 1:] - x[:, :1], between, least)
    keys: dict[str, list[Any]] = {"statistic": [], "variable": [], "level": []}
    others = [name for name in cube.block.grouping.by if name != dimension]
    keys |= {name: [] for name in others}
    for line in cube.line.max(axis=1).tolist():
        for item in result.basis.plan.items:
            keys["statistic"].append(item.statistic.kind)
            keys["variable"].append(item.statistic.label)
            keys["level"].append(item.level)
            for name in others:
                keys[name].append(cube.block.grouping.value(name, line))
    return outcome, p_equal, keys


def _replicated_variance(
    cube: CubeGroups,
    copies: Copies,
    measures: Sequence[Measure],
    question: Question,
    founds: Sequence[Found],
) -> FloatArray:
    """Variance (measures, blocks) of every measure made anew from each replicate's groups."""
    x, p = cube.replicated()
    blocks, many, groups = x.shape
    variance = np.full((len(measures), blocks), np.nan)
    width = max(1, TOGETHER // many)
    for start in range(0, blocks, width):
        part = slice(start, min(start + width, blocks))
        again = measure_blocks(
            measures, x[part].reshape(-1, groups), p[part].reshape(-1, groups), question
        )
        for row, (one, full) in enumerate(zip(again, founds, strict=True)):
            values = np.where(one.problem == "", one.value, np.nan).reshape(-1, many)
            variance[row, part] = copies.variance(values, full.value[part])
    return variance


def _apart_only(gaps: FloatArray) -> FloatArray:
    """The differences' variances, with 0 for a group's difference from itself."""
    return gaps * (1.0 - np.eye(gaps.shape[1]))


def _covariance(apart: FloatArray) -> FloatArray:
    """Covariance from variances of differences and, on the diagonal, of each by itself."""
    own = np.diagonal(apart, axis1=1, axis2=2)
    both = (own[:, :, None] + own[:, None, :] - _apart_only(apart)) / 2.0
    return np.asarray(both)


def _from_estimates(
    source: Estimates,
    measures: Sequence[Measure],
    question: Question,
    place: IntArray,
    pop: Mapping[Any, float] | None,
    simulation: Simulation | None,
) -> tuple[Outcome, FloatArray]:
    if pop is None:
        raise ShareError(
            "Estimates do not say how large the groups are. Give pop={group: size or share}; "
            "from the result of estimate() they are estimated."
        )
    x = source.values[place][None, :]
    p = read_shares(pop, question.groups)[None, :]
    covariance = source.covariance[np.ix_(place, place)]
    founds = measure_blocks(measures, x, p, question)
    gradient = np.array([found.by_value[0] for found in founds])
    variance = np.einsum("mi,ij,mj->m", gradient, covariance, gradient)[:, None]
    least = source.df[place].min()
    df = np.full(variance.shape, least)
    if source.replicates is not None:
        variance = _replicate_variance(source, measures, question, place, p, founds)
        beyond = np.diag(source.beyond_replicates(np.eye(len(source.names))))[place]
        variance = variance + (gradient**2 @ beyond)[:, None]
        founds = by_replicates(founds, variance)
    founds = at_an_end(founds, x, np.diag(covariance), question.top)
    outcome = make_outcome(measures, founds, np.maximum(variance, 0.0), df, source.level)
    if simulation is not None:
        outcome = simulate(
            simulation, measures, x, p, covariance[None], question, outcome, source.level
        )
    contrast = np.eye(place.size)[1:] - np.eye(place.size)[0]
    between = contrast @ covariance @ contrast.T
    gap = (contrast @ x[0])[None]
    p_equal = equality_p(gap, between[None], np.array([least]))
    certain = not ends_without_variance(x[0], np.diag(covariance), question.top).any()
    return outcome, p_equal if certain else np.full(p_equal.shape, np.nan)


def _replicate_variance(
    source: Estimates,
    measures: Sequence[Measure],
    question: Question,
    place: IntArray,
    p: FloatArray,
    founds: Sequence[Any],
) -> FloatArray:
    """Σ factor (θ_r - centre)² with every measure made anew from each replicate's estimates."""
    assert source.replicates is not None  # noqa: S101 - asked before
    values = source.replicates.values[:, place]
    again = measure_blocks(measures, values, np.broadcast_to(p, values.shape), question)
    repeated = np.array([np.where(one.problem == "", one.value, np.nan) for one in again]).T
    full = np.array([found.value[0] for found in founds])
    found = replace(source.replicates, values=repeated).covariance(full)
    return np.asarray(np.diag(found))[:, None]


def _columns(
    measures: Sequence[Measure],
    outcome: Outcome,
    question: Question,
    keys: Mapping[str, list[Any]],
    p_equal: FloatArray,
    how: str,
) -> dict[str, list[Any]]:
    blocks, many = p_equal.size, len(measures)
    columns: dict[str, list[Any]] = {
        name: [value for value in values for _ in range(many)] for name, values in keys.items()
    }
    columns["measure"] = [measure.name for _ in range(blocks) for measure in measures]
    figures = {
        "estimate": outcome.value,
        "se": outcome.se,
        "ci_low": outcome.low,
        "ci_high": outcome.high,
        "df": outcome.df,
    }
    columns |= {name: plain(values.T.ravel()) for name, values in figures.items()}
    columns["groups"] = [len(question.groups)] * (blocks * many)
    named = (*question.groups, None)
    for name, places in (("first", outcome.first), ("second", outcome.second)):
        columns[name] = [named[place] for place in places.T.ravel().tolist()]
    words = [_interval_words(measure, question, how) for measure in measures]
    shown = ~np.isnan(outcome.se.T.ravel())
    columns["interval"] = [
        word if ok else None for word, ok in zip(words * blocks, shown, strict=True)
    ]
    columns["p_equal"] = [value for value in plain(p_equal) for _ in range(many)]
    known = ~np.isnan(outcome.value.T.ravel())
    columns["status"] = [
        "shown" if both else "no-interval" if value else "undefined"
        for value, both in zip(known, known & shown, strict=True)
    ]
    columns["reason"] = [reason or None for reason in outcome.reason.T.ravel().tolist()]
    return columns


def _interval_words(measure: Measure, question: Question, how: str) -> str:
    words = [how]
    if how.startswith("simulation"):
        return how
    if measure.scale == "log":
        words.append("log scale")
    if measure.scale == "cut":
        words.append("not below 0")
    if question.picks(measure) and how == "delta":
        words.append("at the observed best or worst group")
    return ", ".join(words)
