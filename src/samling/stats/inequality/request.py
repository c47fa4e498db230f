"""Reading what is asked: the groups' order, the reference, and the groups' shares, all by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from samling.stats.errors import GroupError, MeasureError, ShareError
from samling.stats.inequality.measures import Direction, Measure, Model, Question, check_choice
from samling.stats.tables.exact import FloatArray, IntArray, number_or_nan

ROUNDING = 1e-6  # by which shares may miss 1


def ask(
    groups: Sequence[Any],
    order: Sequence[Any] | None,
    direction: Direction,
    reference: Any,
    scale: float | None,
    model: Model,
) -> tuple[Question, IntArray]:
    """The question, and the place of each of its groups among `groups`.

    GroupError if there are fewer than two groups, or `order` or `reference` name groups that
    there are not, or `order` leaves one out or names it twice.
    """
    check_choice("direction", direction, Direction)
    check_choice("model", model, Model)
    if scale is not None and not 0 < scale < math.inf:
        raise MeasureError(f"scale={scale!r} must be above 0: 1 for proportions, 100 for percent.")
    names = [str(group) for group in groups]
    if len(names) < 2:
        raise GroupError(
            f"There is {len(names)} group ({', '.join(names)}), but inequality is between at "
            "least two."
        )
    said = names if order is None else [str(group) for group in order]
    _match_names(said, names, "order", "the estimates")
    if len(set(said)) < len(said):
        twice = sorted({name for name in said if said.count(name) > 1})
        raise GroupError(f"order names {', '.join(twice)} more than once. Name each group once.")
    if reference is not None and str(reference) not in names:
        raise GroupError(f"reference={reference!r} is not a group. There are: {', '.join(names)}.")
    question = Question(
        groups=tuple(said),
        ordered=order is not None,
        direction=direction,
        reference=None if reference is None else said.index(str(reference)),
        top=scale,
        model=model,
    )
    return question, np.array([names.index(name) for name in said], dtype=np.int64)


def _match_names(said: Sequence[str], names: Sequence[str], role: str, other: str) -> None:
    unknown = [name for name in said if name not in names]
    missing = [name for name in names if name not in said]
    if unknown or missing:
        words = []
        if unknown:
            words.append(f"{other} have no {', '.join(unknown)}")
        if missing:
            words.append(f"{role} lacks {', '.join(missing)}")
        raise GroupError(
            f"The groups of {role} and {other} are not the same: {'; '.join(words)}. Name all of "
            f"them ({', '.join(names)}); to leave a group out, take it out of the estimates."
        )


def read_shares(pop: Mapping[Any, float], groups: Sequence[str], where: str = "") -> FloatArray:
    """Shares of the population by group, in the order of `groups`, from a mapping by name.

    The values are shares, which add up to 1, when any lies strictly between 0 and 1; else they
    are sizes and are divided by their sum. ShareError for missing, unknown or bad values.
    """
    named = {str(name): number_or_nan(value) for name, value in pop.items()}
    missing = [group for group in groups if group not in named]
    extra = [name for name in named if name not in groups]
    if missing or extra:
        words = [f"it lacks {', '.join(missing)}"] if missing else []
        words += [f"it has {', '.join(extra)}, which are no groups"] if extra else []
        raise ShareError(
            f"pop does not fit the groups{where}: {'; '.join(words)}. Give the size or share of "
            f"each of {', '.join(groups)}, and of no others."
        )
    values = np.array([named[group] for group in groups])
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any() or not values.sum() > 0:
        said = ", ".join(f"{group} {named[group]:g}" for group in groups)
        raise ShareError(
            f"pop{where} has {said}. Sizes and shares are 0 or more, not all of them 0."
        )
    total = float(values.sum())
    if ((values > 0) & (values < 1)).any() and abs(total - 1.0) > ROUNDING:
        raise ShareError(
            f"The shares in pop{where} add up to {total:.6g}, expected 1. Mend them, or give whole "
            "numbers of people."
        )
    return values / total


def refuse_beyond_scale(values: FloatArray, top: float | None) -> None:
    """MeasureError for estimates outside 0 to the indicator's largest value, where it is said."""
    if top is None:
        return
    known = values[np.isfinite(values)]
    beyond = known[(known < -ROUNDING * top) | (known > (1.0 + ROUNDING) * top)]
    if beyond.size:
        raise MeasureError(
            f"scale={top:g} says that the indicator goes from 0 to {top:g}, but {beyond.size} "
            f"estimates lie outside, the first {beyond[0]:g}. Give the largest value that it can "
            "have (1 for proportions, 100 for percent), or leave scale out."
        )


def refuse_impossible(question: Question, measures: Sequence[Measure], everything: bool) -> None:
    """MeasureError for a measure asked for by name that lacks something it needs."""
    if everything:
        return
    for measure in measures:
        if reason := question.lacks(measure):
            raise MeasureError(f"{measure.name} ({measure.words}) cannot be made: {reason}.")
