"""Replicate weights that come with the data: what each known kind's replicates count."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from samling.stats.errors import OptionError, ReplicationError, WeightError
from samling.stats.sampling.replicates import Centre, DfRule, Replication, degrees
from samling.stats.sampling.units import WEIGHT_GRID
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import Memory, Source, require_columns

KINDS = (
    "jk1",
    "jkn",
    "jk2",
    "brr",
    "fay",
    "bootstrap",
    "acs",
    "successive-difference",
    "other",
)


def given_replicates(
    source: Source,
    weights: str,
    replicate_weights: str | Sequence[str],
    *,
    kind: str,
    scale: float | None,
    rscales: npt.ArrayLike | None,
    rho: float | None,
    combined: bool,
    centre: Centre,
    df: DfRule,
) -> Replication:
    """Read the replicate weights once to check them; see `Design.from_replicates`."""
    columns = _columns(source, replicate_weights)
    require_columns(source, [weights], "weights")
    table = source if isinstance(source, Memory) else source.read([weights, *columns])
    full = table.numbers(weights)[0]
    held = _held(table, columns)
    if combined and (held[full == 0] != 0).any():
        rows = int((held[full == 0] != 0).any(axis=1).sum())
        raise WeightError(
            f"{rows} rows have weight 0 in {weights!r} but not in all replicate weights. A row "
            "outside the population must have weight 0 in every replicate."
        )
    analysed = held if combined else held * full[:, None]
    counts = np.floor(analysed * WEIGHT_GRID + 0.5)
    digest = hashlib.sha256(np.ascontiguousarray(counts.sum(axis=0)).tobytes())
    return Replication(
        kind=kind,
        scale=_scales(kind, len(columns), scale, rscales, rho),
        centre=centre,
        df=degrees(analysed.T @ analysed, df),
        digest=digest.hexdigest(),
        columns=columns,
        combined=combined,
    )


def _columns(source: Source, named: str | Sequence[str]) -> tuple[str, ...]:
    """The named columns, or in the data's order those that begin with the given text."""
    if isinstance(named, str):
        columns = tuple(name for name in source.names if name.startswith(named))
        if len(columns) < 2:
            raise ReplicationError(
                f"{len(columns)} columns begin with {named!r}, but replicate weights are at least "
                f"two columns. The data has: {', '.join(source.names[:30])}."
            )
        return columns
    require_columns(source, named, "replicate_weights")
    if len(set(named)) < 2 or len(set(named)) < len(named):
        raise ReplicationError("replicate_weights must name at least two columns, each once.")
    return tuple(named)


def _held(table: Memory, columns: Sequence[str]) -> FloatArray:
    held = np.empty((table.table.num_rows, len(columns)))
    for place, name in enumerate(columns):
        held[:, place], known = table.numbers(name)
        if not known.all() or not np.isfinite(held[:, place]).all():
            raise WeightError(
                f"The replicate weight {name!r} is missing or infinite in "
                f"{int((~known | ~np.isfinite(held[:, place])).sum())} rows. Every row needs a "
                "weight in every replicate."
            )
    return held


def _scales(
    kind: str, size: int, scale: float | None, rscales: npt.ArrayLike | None, rho: float | None
) -> FloatArray:
    """What each replicate counts: R's conventions for the kinds, or what is given."""
    if kind not in KINDS:
        raise OptionError(f"kind={kind!r} does not exist. Choose one of: {', '.join(KINDS)}.")
    known = {
        "jk1": (size - 1.0) / size,
        "jk2": 1.0,
        "brr": 1.0 / size,
        "bootstrap": 1.0 / (size - 1.0),
        "acs": 4.0 / size,
        "successive-difference": 4.0 / size,
    }
    if kind == "fay":
        if rho is None or not 0 <= rho < 1:
            raise OptionError(f'kind="fay" needs its rho, from 0 to below 1; found {rho!r}.')
        known["fay"] = 1.0 / (size * (1.0 - rho) ** 2)
    if rscales is None and (kind == "jkn" or (kind == "other" and scale is None)):
        raise OptionError(
            f'kind="{kind}" needs rscales, what each replicate counts ((n-1)/n of its stratum for '
            "a jackknife), since that can't be read from the weights."
        )
    each = np.ones(size) if rscales is None else np.asarray(rscales, dtype=float)
    if scale is not None and not 0 < scale < np.inf:
        raise OptionError(f"scale={scale!r} must be a number above 0.")
    if each.shape != (size,) or not ((each >= 0) & np.isfinite(each)).all():
        raise OptionError(
            f"rscales has the shape {each.shape}, but there are {size} replicates; it must be one "
            "number of 0 or more for each."
        )
    return each * (known.get(kind, 1.0) if scale is None else float(scale))
