"""Do two factors act together? Additive interaction from log ratios and their covariance.

A pure function of estimates and covariance, whatever gave them: a model of independent rows or a
regression that knows the survey design. RERI is the excess that the two factors have together
beyond the sum of their own (Rothman 1986), AP its share of the ratio in those who have both, S
the excess of both over the sum of the excesses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np

from samling import __version__
from samling.stats.errors import EstimatesError, OptionError, PreventiveFactorError
from samling.stats.inference.interaction_words import interaction_sentence
from samling.stats.inference.intervals import check_level, t_quantile
from samling.stats.inference.mover import correlation, mover_limits
from samling.stats.inference.wording import Language
from samling.stats.tables.exact import FloatArray

Measure = Literal["OR", "PR", "RR"]
Combination = tuple[int, int]
Reference = Literal["lowest"] | Combination
CELLS: tuple[Combination, ...] = ((0, 0), (1, 0), (0, 1), (1, 1))
AS_CODED: Combination = (0, 0)
FARTHEST = 100.0  # of a logarithm; three such ratios can be multiplied and squared


@dataclass(frozen=True)
class Measured:
    """One measure with two intervals; None is "cannot be said".

    `se` is of the measure itself for RERI and AP, of its logarithm for S and ratios. `none` is
    the value that the measure has when there is no interaction (or no difference).
    """

    name: str
    none: float
    estimate: float | None
    se: float | None
    delta: tuple[float, float] | None
    mover: tuple[float, float] | None


@dataclass(frozen=True)
class AdditiveInteraction:
    """RERI, AP and S of two factors, and the ratios they are made of.

    `exposed` is the value (0 or 1 as the factors were coded) that counts as exposed for each
    factor: (1, 1) as coded, otherwise recoded. `measure` says what the ratios are: OR odds
    ratios, PR prevalence ratios, RR risk or rate ratios.
    """

    factors: tuple[str, str]
    measure: Measure
    exposed: Combination
    reri: Measured
    ap: Measured
    s: Measured
    ratios: tuple[Measured, Measured, Measured]
    multiplicative: Measured
    df: float
    level: float
    version: str

    @property
    def method(self) -> dict[str, Any]:
        """How the figures were made."""
        return {
            "method": "delta (Hosmer & Lemeshow 1992), MOVER (Zou 2008)",
            "measure": self.measure,
            "factors": self.factors,
            "exposed": self.exposed,
            "df": self.df,
            "level": self.level,
            "version": self.version,
        }

    def rows(self) -> list[dict[str, Any]]:
        """A dict per measure: measure, estimate, se, none, delta and MOVER limits."""
        found = (self.reri, self.ap, self.s, *self.ratios, self.multiplicative)
        return [_row(one) for one in found]

    def sentence(self, language: Language = "sv", words: Mapping[str, str] | None = None) -> str:
        """The finding in words that claim no cause.

        `words` says what things are called: {"outcome": "dålig hälsa", "smoking": "daglig
        rökning"}; a factor that it lacks is called by its name in the data.
        """
        low, high = self.reri.mover or (-inf, inf)
        reri = (self.reri.estimate or 0.0, low, high)
        return interaction_sentence(
            self.factors, self.exposed, self.measure, reri, self.level, language, words or {}
        )


def additive_interaction(
    estimates: Sequence[float] | FloatArray,
    covariance: Sequence[Sequence[float]] | FloatArray,
    names: Sequence[str],
    *,
    first: str,
    second: str,
    measure: Measure,
    both: str | None = None,
    product: str | None = None,
    df: float = inf,
    level: float = 0.95,
    reference: Reference | None = None,
) -> AdditiveInteraction:
    """RERI, AP and S from coefficients on the log scale (k values, k x k covariance, k names).

    `first` and `second` name the coefficients of having one factor alone. Give either `both`, the
    coefficient of the category that has both, or `product`, the product term. `df` gives t
    quantiles (inf: normal).

    The measures are only meaningful when the combination with the lowest risk is the reference
    (Knol et al. 2011). When it is not, PreventiveFactorError says so, until `reference` chooses:
    "lowest", or a combination such as (1, 0); (0, 0) keeps the coding as it is.

    S is None when its logarithm does not exist (no excess to divide) or has no limits to speak of
    (an excess close to 0 below). Raises EstimatesError for a
    name, shape or covariance that does not fit, OptionError for an unknown choice.
    Hosmer & Lemeshow (1992), Zou (2008), Knol et al. (2011), VanderWeele & Knol (2014).
    """
    _check_options(measure, both, product, level, df, reference)
    beta, cov = _picked(estimates, covariance, names, [first, second, both or product or ""])
    if product is not None:
        joint = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
        beta, cov = joint @ beta, joint @ cov @ joint.T
    chosen = _reference(beta, (first, second), reference)
    recode = _recoding(chosen)
    beta, cov = recode @ beta, recode @ cov @ recode.T
    t = float(t_quantile(np.array(df), level))
    _refuse_far(beta, cov, t)
    logs = np.vstack([np.eye(3), [-1.0, -1.0, 1.0]])
    ratios = [
        _ratio(name, float(row @ beta), float(row @ cov @ row), t)
        for name, row in zip((first, second, "both", "multiplicative"), logs, strict=True)
    ]
    return AdditiveInteraction(
        factors=(first, second),
        measure=measure,
        exposed=(1 - chosen[0], 1 - chosen[1]),
        reri=_reri(beta, cov, t),
        ap=_ap(beta, cov, t),
        s=_synergy(beta, cov, t),
        ratios=(ratios[0], ratios[1], ratios[2]),
        multiplicative=ratios[3],
        df=df,
        level=level,
        version=__version__,
    )


def _row(one: Measured) -> dict[str, Any]:
    delta, mover = one.delta or (None, None), one.mover or (None, None)
    return {
        "measure": one.name,
        "estimate": one.estimate,
        "se": one.se,
        "none": one.none,
        "delta_low": delta[0],
        "delta_high": delta[1],
        "mover_low": mover[0],
        "mover_high": mover[1],
    }


def _check_options(
    measure: str,
    both: str | None,
    product: str | None,
    level: float,
    df: float,
    reference: Reference | None,
) -> None:
    if measure not in ("OR", "PR", "RR"):
        raise OptionError(
            f"measure={measure!r} does not exist. Say what the ratios are: OR, PR or RR."
        )
    if (both is None) == (product is None):
        raise OptionError(
            f"both={both!r} and product={product!r}: give exactly one of them, the coefficient of "
            "having both factors or the product term."
        )
    check_level(level)
    if not df > 0:
        raise OptionError(f"df={df!r} is not positive. Give the degrees of freedom, or inf.")
    if reference not in (None, "lowest", *CELLS):
        raise OptionError(
            f"reference={reference!r} does not exist. Choose 'lowest' or one of "
            f"{', '.join(map(str, CELLS))}."
        )


def _picked(
    estimates: Sequence[float] | FloatArray,
    covariance: Sequence[Sequence[float]] | FloatArray,
    names: Sequence[str],
    wanted: Sequence[str],
) -> tuple[FloatArray, FloatArray]:
    """The three named coefficients and their covariance."""
    beta, cov = np.asarray(estimates, dtype=float), np.asarray(covariance, dtype=float)
    names, size = list(names), len(names)
    if beta.shape != (size,) or cov.shape != (size, size) or len(set(names)) != size:
        raise EstimatesError(
            f"{size} names ({len(set(names))} different), estimates of shape {beta.shape} and a "
            f"covariance of shape {cov.shape}: give k different names, k values and a k x k matrix."
        )
    absent = [name for name in wanted if name not in names]
    if absent or len(set(wanted)) < len(wanted):
        raise EstimatesError(
            f"The coefficients {', '.join(map(repr, wanted))} must be three different names of "
            f"the estimates. Not found: {', '.join(map(repr, absent)) or 'none'}. "
            f"The estimates are: {', '.join(names[:30])}."
        )
    place = [names.index(name) for name in wanted]
    beta, cov = beta[place], cov[np.ix_(place, place)]
    if not (np.isfinite(beta).all() and np.isfinite(cov).all()):
        raise EstimatesError(f"An estimate or covariance of {', '.join(wanted)} is not a number.")
    scale = float(np.abs(cov).max())
    if np.abs(cov - cov.T).max() > 1e-8 * scale or np.linalg.eigvalsh(cov).min() < -1e-8 * scale:
        raise EstimatesError(
            f"The covariance of {', '.join(wanted)} is not symmetric with non-negative variances. "
            "Give the covariance matrix, not correlations or standard errors."
        )
    return beta, cov


def _refuse_far(beta: FloatArray, cov: FloatArray, t: float) -> None:
    """EstimatesError for ratios or limits beyond what can be multiplied."""
    spread = float(t * np.sqrt(np.maximum(np.diag(cov), 0.0).max()))
    farthest = float(np.abs(beta).max()) + spread
    if farthest > FARTHEST:
        raise EstimatesError(
            f"A logarithm of a ratio, or a limit of it, is as far from 0 as {farthest:.0f}: the "
            "model says never or always for a combination. Merge levels, or look at how many have "
            "both factors."
        )


def _reference(
    beta: FloatArray, factors: tuple[str, str], reference: Reference | None
) -> Combination:
    """The combination to compare with: as told, or as coded when that is the lowest."""
    if reference is not None and reference != "lowest":
        return reference
    lowest = CELLS[int(np.argmin([0.0, *beta]))]
    if reference is None and lowest != AS_CODED:
        raise PreventiveFactorError(
            f"The risk is lowest with {factors[0]}={lowest[0]} and {factors[1]}={lowest[1]} "
            f"(ratio {np.exp(beta.min()):.3g}), not in the reference: as coded, a factor is "
            "preventive, and RERI, AP and S then mislead (Knol et al. 2011). Give "
            "reference='lowest' to recode, or reference=(0, 0) to keep the coding."
        )
    return lowest


def _recoding(reference: Combination) -> FloatArray:
    """Matrix from the coefficients as coded to those against another reference."""
    logs = {cell: row for cell, row in zip(CELLS, np.vstack([np.zeros(3), np.eye(3)]), strict=True)}
    one, two = reference
    new = [logs[cell] for cell in ((1 - one, two), (one, 1 - two), (1 - one, 1 - two))]
    return np.asarray(np.array(new) - logs[reference])


def _ratio(name: str, log: float, variance: float, t: float) -> Measured:
    se = max(variance, 0.0) ** 0.5
    low, high = (float(np.exp(log + side * t * se)) for side in (-1, 1))
    return Measured(name, 1.0, float(np.exp(log)), se, (low, high), (low, high))


def _reri(beta: FloatArray, cov: FloatArray, t: float) -> Measured:
    terms = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return _excess("RERI", terms, beta, cov, t)


def _ap(beta: FloatArray, cov: FloatArray, t: float) -> Measured:
    terms = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
    return _excess("AP", terms, beta, cov, t)


def _excess(name: str, terms: FloatArray, beta: FloatArray, cov: FloatArray, t: float) -> Measured:
    """1 + e^a - e^b - e^c, where a, b, c are the rows of `terms` times beta."""
    sign = np.array([1.0, -1.0, -1.0])
    logs, spread = terms @ beta, terms @ cov @ terms.T
    value, sd = np.exp(logs), np.sqrt(np.maximum(np.diag(spread), 0.0))
    estimate = 1.0 + float(sign @ value)
    gradient = sign * value
    se = float(np.sqrt(max(gradient @ spread @ gradient, 0.0)))
    low, high = np.exp(logs - t * sd), np.exp(logs + t * sd)
    mover = mover_limits(estimate, sign, value, (low, high), correlation(spread))
    return Measured(name, 0.0, estimate, se, (estimate - t * se, estimate + t * se), mover)


def _synergy(beta: FloatArray, cov: FloatArray, t: float) -> Measured:
    """S on the log scale, where MOVER with symmetric limits is the delta interval."""
    one, two, both = np.exp(beta)
    above, below = both - 1.0, one + two - 2.0
    if not (above > 0 and below > 0):
        return Measured("S", 1.0, None, None, None, None)
    gradient = np.array([-one / below, -two / below, both / above])
    if t * float(np.sqrt(max(gradient @ cov @ gradient, 0.0))) > FARTHEST:
        return Measured("S", 1.0, None, None, None, None)
    return _ratio("S", float(np.log(above / below)), float(gradient @ cov @ gradient), t)
