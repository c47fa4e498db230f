"""The ways to change a design's weights; each gives a new design that knows the change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Self

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.sampling.calibration import Targets, calibration, respondent_calibration
from samling.stats.sampling.nonresponse import cell_adjustment, propensity_adjustment, trimming
from samling.stats.sampling.stages import Sampling
from samling.stats.sampling.steps import Recipe, Reweighted, WeightStep
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.keys import Coded
from samling.stats.tables.source import Memory
from samling.stats.weighting.adjustment import make_chain
from samling.stats.weighting.distances import Bounds


class Reweighting(ABC):
    """Calibration, nonresponse adjustment and trimming of a design with its data in memory.

    Every method returns a new design; the old one is not changed. The new design's estimates get
    the variance that knows what was done, and `diagnose()` shows each step.
    """

    weights: str | None
    sampling: Sampling
    reweighted: Reweighted | None

    @abstractmethod
    def element_weights(self) -> FloatArray:
        """The weight of every row."""

    @abstractmethod
    def _memory(self) -> Memory:
        """The data; OptionError if it is with an engine."""

    @abstractmethod
    def _with(self, data: Memory, weights: str, reweighted: Reweighted) -> Self:
        """The same design with other weights."""

    def calibrate(
        self,
        targets: Targets,
        *,
        method: str = "linear",
        bounds: Bounds | None = None,
        rescale: str | None = None,
    ) -> Self:
        """Weights as near the old ones as can be that make weighted totals equal known totals.

        `targets` maps the name of a categorical variable to {category: population total}; of
        several crossed, "sex:age", to {("f", "16-29"): total}; of a numeric variable to its
        total; and the name "1" to the size of the population. `method` is "linear" (GREG),
        "raking", "logit" or "truncated" (linear within bounds); the last two need `bounds`
        (L, U) of new weight over old. `rescale` names the margin to whose sum the others'
        targets are scaled; without it targets that disagree are an error.

        Raises TargetError, AuxiliaryError, NegativeWeightError or InfeasibleError, each saying
        which margin and categories. Deville & Särndal (1992).
        """
        return self._changed(
            partial(calibration, targets=targets, method=method, bounds=bounds, rescale=rescale)
        )

    def poststratify(self, targets: Targets) -> Self:
        """Calibrate to the known size of every category of one margin, such as "sex:age".

        Raises OptionError unless there is one margin of categories. Särndal, Swensson & Wretman
        (1992), ch. 7.6.
        """
        if len(targets) != 1 or not all(hasattr(given, "items") for given in targets.values()):
            raise OptionError(
                "Post-stratification takes one margin of categories, {name: {category: total}}. "
                'Cross the variables ("sex:age"), or use rake() or calibrate() for several.'
            )
        return self.calibrate(targets)

    def rake(self, targets: Targets, *, rescale: str | None = None) -> Self:
        """Calibrate to margins of categories with weights multiplied by a factor per category.

        The fixed point of iterative proportional fitting (Deming & Stephan 1940), found by
        Newton's method: calibrate(method="raking").
        """
        return self.calibrate(targets, method="raking", rescale=rescale)

    def adjust_nonresponse_cells(self, responded: str, cells: Sequence[str]) -> Self:
        """Within each cell the respondents take over the weight of those who did not respond.

        `responded` names a 0/1 variable, `cells` the variables that are crossed. Nonrespondents
        get weight 0 and stay in the design. ResponseError names cells without respondents.
        Oh & Scheuren (1983); Särndal, Swensson & Wretman (1992), ch. 15.6.
        """
        return self._changed(partial(cell_adjustment, responded=responded, cells=cells))

    def adjust_nonresponse_propensity(
        self,
        responded: str,
        categories: Sequence[str] = (),
        numbers: Sequence[str] = (),
        *,
        classes: int | None = None,
    ) -> Self:
        """Divide respondents' weights by their propensity to respond, from a logistic model.

        The model is fitted with the weights, with an intercept and the main effects of
        `categories` (crossed where named "a:b") and `numbers`. With `classes` (such as 5)
        elements are put in that many classes of equal weight by propensity, and adjusted as by
        cells. ResponseError if some group responds always or never. Rosenbaum & Rubin (1984),
        Little (1986), Kim & Kim (2007).
        """
        return self._changed(
            partial(
                propensity_adjustment,
                responded=responded,
                categories=categories,
                numbers=numbers,
                classes=classes,
            )
        )

    def calibrate_nonresponse(
        self,
        responded: str,
        population: Targets | None = None,
        sample: Sequence[str] = (),
        sample_numbers: Sequence[str] = (),
        *,
        method: str = "linear",
        bounds: Bounds | None = None,
        rescale: str | None = None,
    ) -> Self:
        """Calibrate the respondents, in one step, to the population and to the whole sample.

        `population` (InfoU) has targets as in calibrate(); the variables need values for the
        respondents only. `sample` (InfoS) names categorical variables, and `sample_numbers`
        numeric ones, that are known for everyone in the sample; their targets are the sample's
        own weighted totals. Where these do not add up to the population's size, `rescale` names
        the population's margin to which they are scaled. Särndal & Lundström (2005), ch. 6 and 11.
        """
        return self._changed(
            partial(
                respondent_calibration,
                responded=responded,
                population=population or {},
                categories=sample,
                numbers=sample_numbers,
                method=method,
                bounds=bounds,
                rescale=rescale,
            )
        )

    def trim(self, *, lower: float = 0.0, upper: float = np.inf) -> Self:
        """Cut weights at `lower` and `upper`; what is cut off is shared equally by the others.

        The sum of the weights is kept, other totals are not: calibrate again if they must hold.
        Variances take the factors as given. Potter (1990).
        """
        return self._changed(partial(trimming, lower=lower, upper=upper))

    @property
    def calibrations(self) -> tuple[WeightStep, ...]:
        """Every change of the weights so far, the first first."""
        return () if self.reweighted is None else self.reweighted.steps

    @property
    def classes(self) -> tuple[str, ...]:
        """The column of the classes that the variance of calibrated weights needs; () else."""
        return () if self.reweighted is None else (self.reweighted.class_name,)

    def weights_from(self, first: FloatArray) -> FloatArray:
        """What the weights (rows,) would be if those before all changes had been `first`.

        Every step is done again from the start, with the same targets: for replicate weights.
        Raises what the steps raise.
        """
        weights = first
        for recipe in () if self.reweighted is None else self.reweighted.recipes:
            weights = recipe(self._memory(), weights).apply(weights)
        return weights

    def _changed(self, recipe: Recipe) -> Self:
        """The design after the change, with columns for its weights and its classes."""
        source, done, weights = self._memory(), self.reweighted, self.element_weights()
        change = recipe(source, weights)
        number = len(self.calibrations) + 1
        while f"samling_weight_{number}" in source.names:  # columns of an earlier design's table
            number += 1
        first_name = self.weights if done is None else done.first
        adjustments = () if done is None else done.chain.adjustments
        ones = np.ones(weights.size)
        first = ones if first_name is None else source.numbers(first_name)[0]
        fraction = self.sampling.element_fraction()
        finite = bool(fraction.any())
        finer = [_levels(first)] if finite or self.sampling.stages[-1].elements else []
        finer += [_levels(fraction)] if finite else []
        chain = make_chain((*adjustments, change.adjustment), first, fraction, finer)
        weight_name, class_name = f"samling_weight_{number}", f"samling_class_{number}"
        table = source.table.append_column(weight_name, [change.apply(weights)])
        table = table.append_column(class_name, [chain.row])
        steps = (*self.calibrations, change.step(weights))
        recipes = (*(() if done is None else done.recipes), recipe)
        made = Reweighted(steps, recipes, chain, first_name, weight_name, class_name)
        return self._with(Memory(table, source.packs), weight_name, made)


def _levels(values: FloatArray) -> Coded:
    distinct, place = np.unique(values, return_inverse=True)
    return Coded(place, tuple(distinct.tolist()))
