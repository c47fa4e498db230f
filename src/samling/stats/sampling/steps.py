"""What a design remembers of each change of its weights, for variances, diagnosis and hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Memory
from samling.stats.weighting.adjustment import Adjustment, Chain


@dataclass(frozen=True)
class TargetReached:
    """A total that was aimed at: the target, and the weighted total before and after."""

    name: str
    target: float
    before: float
    after: float

    @property
    def discrepancy(self) -> float:
        """What is missing to the target, relative to it (absolute for the target 0)."""
        return (self.after - self.target) / (abs(self.target) or 1.0)


@dataclass(frozen=True)
class WeightStep:
    """One change of the weights.

    `kind` is "calibration", "nonresponse" or "trimming", `method` how. `cells` are the distinct
    combinations of auxiliary values; `elements` those with a weight above 0 afterwards,
    `left_out` those that had one before and lost it (nonrespondents). The factors are new weight
    over old; `deff_before` and `deff_after` Kish's n Σw²/(Σw)² of the elements with weight.
    `asked` holds what was asked for, in plain words and numbers.
    """

    kind: str
    method: str
    margins: tuple[str, ...]
    cells: int
    elements: int
    left_out: int
    iterations: int
    factor_min: float
    factor_max: float
    deff_before: float
    deff_after: float
    targets: tuple[TargetReached, ...] = field(repr=False)
    asked: Mapping[str, Any] = field(repr=False)

    @property
    def largest_discrepancy(self) -> float:
        """The largest relative distance of a total from its target; 0 without targets."""
        return max((abs(target.discrepancy) for target in self.targets), default=0.0)

    def rows(self) -> list[dict[str, Any]]:
        """The targets as plain dicts: name, target, before, after, discrepancy."""
        return [
            {
                "name": one.name,
                "target": one.target,
                "before": one.before,
                "after": one.after,
                "discrepancy": one.discrepancy,
            }
            for one in self.targets
        ]


@dataclass(frozen=True)
class Change:
    """A change of weights that is worked out but not yet made."""

    adjustment: Adjustment
    kind: str
    method: str
    margins: tuple[str, ...] = ()
    cells: int = 0
    iterations: int = 0
    targets: tuple[TargetReached, ...] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, weights: FloatArray) -> FloatArray:
        """The new weights (rows,)."""
        return weights * self.adjustment.factor[self.adjustment.cell]

    def step(self, weights: FloatArray) -> WeightStep:
        """What to remember, given the weights before."""
        new = self.apply(weights)
        alive = new > 0
        factor = new[alive] / weights[alive]
        return WeightStep(
            kind=self.kind,
            method=self.method,
            margins=self.margins,
            cells=self.cells,
            elements=int(alive.sum()),
            left_out=int(((weights > 0) & ~alive).sum()),
            iterations=self.iterations,
            factor_min=float(factor.min()),
            factor_max=float(factor.max()),
            deff_before=kish(weights[alive]),
            deff_after=kish(new[alive]),
            targets=self.targets,
            asked=dict(self.asked),
        )


# How a change is worked out from the data and the weights before it.
Recipe = Callable[[Memory, FloatArray], Change]


@dataclass(frozen=True)
class Reweighted:
    """Every change of a design's weights so far.

    `recipes` make each step again with other weights; `first` names the column of the weights
    before all changes, `last` that of the weights now, `class_name` that of `chain`'s classes.
    """

    steps: tuple[WeightStep, ...]
    recipes: tuple[Recipe, ...] = field(repr=False)
    chain: Chain = field(repr=False)
    first: str | None
    last: str
    class_name: str


def kish(weights: FloatArray) -> float:
    """n Σw²/(Σw)², what unequal weights alone cost (Kish 1965)."""
    return float(weights.size * np.square(weights).sum() / weights.sum() ** 2)
