"""MAIHDA: multilevel analysis of individual heterogeneity and discriminatory accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np

from samling import __version__
from samling.stats.errors import OptionError, SeparationError, StrataError
from samling.stats.inference.caution import Caution
from samling.stats.inference.intervals import check_level
from samling.stats.multilevel.fit import Fit
from samling.stats.multilevel.linear import Criterion, fit_linear
from samling.stats.multilevel.logistic import fit_logistic
from samling.stats.multilevel.result import Maihda, Method
from samling.stats.multilevel.strata import Family, Strata, count_strata
from samling.stats.sampling.design import Design
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import open_source
from samling.stats.tables.treatment import Term, treatment_columns

FEW = 20
INTERVALS = (
    "conditional modes of the strata, with the conditional variance and, to first order, the "
    "uncertainty of the parameters; normal quantiles"
)


def maihda(
    data: Any,
    outcome: str,
    strata: Sequence[str],
    *,
    family: Family = "binomial",
    criterion: Criterion = "reml",
    reference: Mapping[str, Any] | None = None,
    nodes: int = 25,
    level: float = 0.95,
) -> Maihda:
    """Random-intercept models of the strata that two or more variables make together.

    `data` is a Design or any table that Design takes; `outcome` is 0/1 (binomial) or numeric
    (gaussian); `strata` names the variables. The null model has only an intercept and a random
    effect of the stratum; the main-effects model adds every variable's levels. A binomial model
    is by maximum likelihood with adaptive Gauss-Hermite quadrature of `nodes` points, a gaussian
    one by `criterion` ("reml" or "ml"), exactly. `reference` names reference levels (default: the
    first in sorted order).

    Nothing is weighted. Weights in multilevel models are not a solved problem for strata that
    are no stage of the sample (Evans et al. 2024); a Design's weights, strata and clusters are
    left aside, and the result says so. Rows without the outcome or a strata variable are counted
    in `left_out`.

    Raises StrataError (fewer than two variables, or too few strata for the main effects),
    SeparationError (a level has only events, or none), NotBinaryError, ModelConvergenceError,
    OptionError. Evans et al. (2018), Merlo (2018), Evans et al. (2024).
    """
    _check_options(family, criterion, nodes, level, strata)
    design = data if isinstance(data, Design) else None
    source = design.source if design else open_source(data)
    counts = count_strata(source, outcome, strata, family, design.weights if design else None)
    x, terms = treatment_columns(counts.codes, counts.variables, counts.values, reference or {})
    intercept = np.ones((counts.size, 1))
    x, terms = np.hstack([intercept, x]), (Term(), *terms)
    _check_strata(counts, x, family)
    models = [
        _fit(counts, matrix, names, family, criterion, nodes)
        for matrix, names in ((intercept, terms[:1]), (x, terms))
    ]
    binomial = family == "binomial"
    method = Method(
        family=family,
        estimation="ml" if binomial else criterion,
        nodes=nodes if binomial else None,
        intervals=INTERVALS,
        level=level,
        reference={
            name: (reference or {}).get(name, levels[0])
            for name, levels in zip(counts.variables, counts.values, strict=True)
        },
        weights="none",
        design_hash=design.hash if design else None,
        version=__version__,
    )
    cautions = _cautions(counts, models[0], models[1], design)
    return Maihda(outcome, method, counts, models[0], models[1], cautions)


def _check_options(
    family: str, criterion: str, nodes: int, level: float, strata: Sequence[str]
) -> None:
    for name, given, allowed in (
        ("family", family, get_args(Family)),
        ("criterion", criterion, get_args(Criterion)),
    ):
        if given not in allowed:
            raise OptionError(
                f"{name}={given!r} does not exist. Choose one of: {', '.join(allowed)}."
            )
    if not 1 <= nodes <= 100:
        raise OptionError(f"nodes={nodes} is not between 1 and 100. 25 is as good as exact.")
    check_level(level)
    if isinstance(strata, str) or len(strata) < 2 or len(set(strata)) < len(strata):
        raise StrataError(
            f"strata={strata!r}: give a list of at least two different variables. With one there "
            "is nothing for the main effects to leave over."
        )


def _check_strata(counts: Strata, x: FloatArray, family: Family) -> None:
    single = [
        name
        for name, values in zip(counts.variables, counts.values, strict=True)
        if len(values) < 2
    ]
    if single:
        raise StrataError(
            f"{', '.join(map(repr, single))} has one value only among the rows that take part. "
            "Leave it out of strata."
        )
    if counts.size <= x.shape[1]:
        raise StrataError(
            f"{counts.size} strata with people are too few for {x.shape[1]} main effects (with the "
            "intercept): nothing is left over for a stratum effect. Merge levels or take more "
            "variables."
        )
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise StrataError(
            f"The main effects of {', '.join(counts.variables)} cannot be told apart: in the "
            "strata that have people, one variable's level follows from the others'. Leave one out."
        )
    if family == "binomial":
        _check_separation(counts)


def _check_separation(counts: Strata) -> None:
    """Events and others must both exist, in all and within every level of every variable."""
    everyone, events = float(counts.n.sum()), float(counts.total.sum())
    if events in (0.0, everyone):
        raise SeparationError(
            f"{events:g} of {everyone:g} have the outcome: it does not vary, so there is nothing "
            "to compare."
        )
    for name, levels, codes in zip(counts.variables, counts.values, counts.codes, strict=True):
        people = np.bincount(codes, counts.n)
        ones = np.bincount(codes, counts.total)
        for level, n, y in zip(levels, people, ones, strict=True):
            if y in (0.0, n):
                raise SeparationError(
                    f"{y:g} of {n:g} with {name}={level} have the outcome, so the effect of that "
                    "level has no finite estimate. Merge the level with another."
                )


def _fit(
    counts: Strata,
    x: FloatArray,
    terms: tuple[Term, ...],
    family: Family,
    criterion: Criterion,
    nodes: int,
) -> Fit:
    if family == "binomial":
        return fit_logistic(counts.total, counts.n, x, terms, nodes)
    return fit_linear(counts.n, counts.mean, float(counts.within.sum()), x, terms, criterion)


def _cautions(counts: Strata, null: Fit, main: Fit, design: Design | None) -> tuple[Caution, ...]:
    found = []
    if counts.size < FEW:
        found.append(
            Caution("few-strata", f"{counts.size} strata: a variance of so few is uncertain.")
        )
    if null.variance == 0:
        found.append(Caution("no-variance", "The variance between strata is estimated to 0."))
    elif main.variance == 0:
        found.append(
            Caution(
                "no-interaction",
                "The variance left after main effects is estimated to 0, so that PCV is 100 % and "
                "no interaction is seen. That does not show that there is none.",
            )
        )
    if null.variance < main.variance:
        found.append(
            Caution("negative-pcv", "The variance between strata is larger after main effects.")
        )
    if counts.empty:
        found.append(
            Caution("empty-strata", f"{len(counts.empty)} combinations of levels have nobody.")
        )
    if design is not None:
        found.append(
            Caution(
                "survey-design",
                "The design's weights, strata and clusters are not used: the figures are about "
                "the respondents, not the population.",
            )
        )
    return tuple(found)
