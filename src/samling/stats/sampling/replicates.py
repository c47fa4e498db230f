"""Replicate weights: how each replicate changes the weights, and what its deviation counts.

The variance of any estimate θ is Σ_r scale_r (θ_r - centre)², where θ_r is worked out with the
weights of replicate r and the centre is the replicates' mean or the full sample's θ.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Any, Literal

import numpy as np
from scipy.linalg import lapack

from samling.stats.errors import OptionError, ReplicationError
from samling.stats.sampling.hadamard import hadamard
from samling.stats.sampling.stages import FULL, Sampling
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import BoolArray

Centre = Literal["mean", "full"]
DfRule = Literal["rank", "replicates"] | float
NEGLIGIBLE = 1e-5  # a column closer than this to the span of the others adds no rank, as in R
MOST = 400_000_000  # numbers in the largest set of factors


@dataclass(frozen=True, eq=False)
class Replication:
    """Replicates of a design, made from its PSUs (`factors`) or given as columns of the data.

    `factors` (first-stage units, replicates) multiply the units' weights; where elements are the
    units, the rows are the data's. Given replicates are the named `columns`, which hold weights
    or, unless `combined`, factors. `scale` (replicates,) is what each replicate's squared
    deviation counts, fpc included; `df` the degrees of freedom.
    """

    kind: str
    scale: FloatArray = field(repr=False)
    centre: Centre
    df: float
    digest: str = field(repr=False)
    factors: FloatArray | None = field(default=None, repr=False)
    columns: tuple[str, ...] = field(default=(), repr=False)
    combined: bool = True
    seed: int | None = None

    @property
    def size(self) -> int:
        """Number of replicates."""
        return int(self.scale.size)

    @property
    def from_full(self) -> bool:
        """Whether deviations are taken from the full sample's estimate."""
        return self.centre == "full"

    def facts(self) -> list[Any]:
        """What makes these replicates different from others, for the design's hash."""
        columns = list(self.columns)
        return [self.kind, self.centre, self.df, self.scale.tolist(), columns, self.digest]


@dataclass(frozen=True)
class Strata:
    """The first stage's strata: each unit's stratum, and counts, sampling fraction, certainty.

    `alone` marks strata with one unit that was not taken with certainty.
    """

    of: IntArray
    counts: IntArray
    fraction: FloatArray
    certain: BoolArray
    alone: BoolArray
    names: tuple[str, ...]

    def named(self, chosen: BoolArray) -> str:
        """The chosen strata in words, ten at most."""
        names = [self.names[index] or "the whole sample" for index in np.flatnonzero(chosen)]
        return "; ".join(names[:10]) + ("; ..." if len(names) > 10 else "")


def replicate(
    sampling: Sampling,
    row_stratum: IntArray | None,
    kind: str,
    *,
    rho: float,
    count: int,
    seed: int | None,
    lonely_psu: str,
    centre: Centre,
    df: DfRule,
) -> Replication:
    """Replicates of a design's first stage; `row_stratum` is given where elements are the units.

    See `Design.replicates`, which is this function's public form, for the kinds and errors.
    """
    strata = _strata(sampling, row_stratum)
    _check(sampling, strata, kind, lonely_psu)
    if kind == "jk1":
        factors, scale = _delete_one(strata)
    elif kind == "jkn":
        factors, scale = _delete_one(strata)
        scale = scale * _average_factor(strata, lonely_psu)
    elif kind in ("brr", "fay"):
        factors, scale = _balanced(strata, 0.0 if kind == "brr" else rho)
    else:
        factors, scale = _rescaled(strata, count, seed)
        scale = scale * _average_factor(strata, lonely_psu)
    made = Replication(
        kind=kind,
        scale=scale,
        centre=centre,
        df=0.0,
        digest=hashlib.sha256(np.ascontiguousarray(factors).tobytes()).hexdigest(),
        factors=factors,
        seed=seed if kind == "bootstrap" else None,
    )
    if kind in ("jk1", "jkn") and df == "rank":
        return replace(made, df=float(sampling.df))
    return replace(made, df=degrees(factors.T @ factors, df))


def degrees(gram: FloatArray, rule: DfRule) -> float:
    """Degrees of freedom from the products of the sets of weights, (replicates, replicates).

    "rank" is their rank - 1 (as R), "replicates" their number - 1 (as svy); a number is kept.
    """
    if not isinstance(rule, str):
        return float(rule)
    if rule == "replicates":
        return float(gram.shape[0] - 1)
    if rule != "rank":
        raise OptionError(f'df={rule!r} does not exist. Choose "rank", "replicates" or a number.')
    size = np.sqrt(np.diag(gram))
    unit = gram / np.where(size > 0, size, 1.0) / np.where(size > 0, size, 1.0)[:, None]
    _, _, rank, _ = lapack.dpstrf(unit, tol=NEGLIGIBLE**2)
    return float(rank - 1)


def _strata(sampling: Sampling, row_stratum: IntArray | None) -> Strata:
    stage = sampling.stages[0]
    of = stage.parent if row_stratum is None else row_stratum
    counts = stage.counts.astype(np.int64)
    certain = stage.fraction >= FULL
    names = tuple(sampling.units.name(int(unit), 1) for unit in stage.first_unit)
    return Strata(of, counts, stage.fraction, certain, (counts == 1) & ~certain, names)


def _check(sampling: Sampling, strata: Strata, kind: str, lonely_psu: str) -> None:
    if any((stage.scale > 0).any() for stage in sampling.stages[1:]):
        raise ReplicationError(
            f"Replicates are made from the first stage, but the design has fpc for "
            f"{len(sampling.stages)} stages, whose later part would be lost. Give psu and fpc of "
            "the first stage only, or leave out fpc, and say that in the method."
        )
    if kind == "jk1" and strata.counts.size > 1:
        raise ReplicationError(
            f'"jk1" is for designs without strata, but this one has {strata.counts.size}. '
            'Use "jkn".'
        )
    if kind in ("brr", "fay"):
        _check_pairs(strata, kind)
    elif strata.alone.any() and lonely_psu == "adjust":
        raise ReplicationError(
            'The rule lonely_psu="adjust" has no counterpart among replicates. It is needed in '
            f'{strata.named(strata.alone)}: choose "certainty", "average" or "collapse".'
        )
    if strata.certain.all():
        raise ReplicationError(
            "Every stratum was taken with certainty (fpc = n), so nothing varies and there is "
            "nothing to replicate."
        )


def _check_pairs(strata: Strata, kind: str) -> None:
    wrong = (strata.counts != 2) & ~strata.certain
    if wrong.any():
        sizes = ", ".join(str(n) for n in np.unique(strata.counts[wrong])[:10])
        raise ReplicationError(
            f'"{kind}" needs exactly 2 PSUs in every stratum, but {int(wrong.sum())} strata have '
            f'{sizes}: {strata.named(wrong)}. Use "jkn" or "bootstrap", or make strata of pairs.'
        )
    partly = (strata.fraction > 0) & ~strata.certain
    if partly.any():
        raise ReplicationError(
            f'"{kind}" has no finite population correction, but there is an fpc in '
            f'{strata.named(partly)}. Leave out fpc (variance on the safe side) or use "jkn".'
        )


def _average_factor(strata: Strata, lonely_psu: str) -> float:
    """The rule "average": strata over those that aren't lonely, as in linearisation."""
    if lonely_psu != "average":
        return 1.0
    return float(strata.counts.size / max(strata.counts.size - int(strata.alone.sum()), 1))


def _room(units: int, replicates: int) -> None:
    if units * replicates > MOST:
        raise ReplicationError(
            f"{replicates} replicates of {units} units are too many to hold in memory "
            f"({units * replicates:,} factors, at most {MOST:,}). Use a bootstrap with fewer "
            "replicates, or the design without replicates."
        )


def _delete_one(strata: Strata) -> tuple[FloatArray, FloatArray]:
    """Leave out one unit at a time: n/(n-1) for the others of its stratum (Rust & Rao 1996)."""
    used = np.flatnonzero(~(strata.certain | strata.alone)[strata.of])
    _room(strata.of.size, used.size)
    if not used.size:
        raise ReplicationError(
            f"No stratum has two PSUs to compare, only {strata.named(strata.alone)}."
        )
    stratum = strata.of[used]
    n = strata.counts[stratum].astype(float)
    same = strata.of[:, None] == stratum[None, :]
    factors = np.where(same, n / (n - 1.0), 1.0)
    factors[used, np.arange(used.size)] = 0.0
    return factors, (n - 1.0) / n * (1.0 - strata.fraction[stratum])


def _balanced(strata: Strata, rho: float) -> tuple[FloatArray, FloatArray]:
    """One unit of each pair counts 2-ρ and the other ρ, balanced (McCarthy 1969; Judkins 1990)."""
    if not 0 <= rho < 1:
        raise OptionError(f"rho={rho!r} must be from 0 to below 1, for example 0.5.")
    pairs = np.flatnonzero(~strata.certain)
    signs = hadamard(pairs.size + 1)
    replicates = signs.shape[0]
    _room(strata.of.size, replicates)
    factors = np.ones((strata.of.size, replicates))
    order = np.argsort(strata.of, kind="stable")
    first = np.searchsorted(strata.of[order], pairs)
    turn = (1.0 - rho) * signs[:, 1 : pairs.size + 1].T
    factors[order[first]] += turn
    factors[order[first + 1]] -= turn
    return factors, np.full(replicates, 1.0 / (replicates * (1.0 - rho) ** 2))


def _rescaled(strata: Strata, count: int, seed: int | None) -> tuple[FloatArray, FloatArray]:
    """n-1 draws from each stratum's n units, rescaled (Rao & Wu 1988; Rao, Wu & Yue 1992)."""
    if count < 2 or not isinstance(seed, Integral) or seed < 0:
        raise OptionError(
            f"A bootstrap needs count, 2 or more, and a seed, 0 or more (found count={count!r}, "
            f'seed={seed!r}), so that it can be made again: replicates("bootstrap", count=500, '
            "seed=1)."
        )
    _room(strata.of.size, count)
    random = np.random.default_rng(seed)
    factors = np.ones((strata.of.size, count))
    order = np.argsort(strata.of, kind="stable")
    start = np.searchsorted(strata.of[order], np.arange(strata.counts.size + 1))
    for stratum in np.flatnonzero(~(strata.certain | strata.alone)):
        n = int(strata.counts[stratum])
        chosen = random.multinomial(n - 1, np.full(n, 1.0 / n), size=count).T
        share = np.sqrt(1.0 - strata.fraction[stratum])
        members = order[start[stratum] : start[stratum + 1]]
        factors[members] = 1.0 - share + share * n / (n - 1.0) * chosen
    return factors, np.full(count, 1.0 / (count - 1.0))
