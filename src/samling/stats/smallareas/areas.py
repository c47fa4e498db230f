"""Direct estimates and covariates joined by the areas' names; never by their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.cube.result import Result
from samling.stats.errors import AreaJoinError, AreaVarianceError, CovariateError
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import BoolArray, Engine, Memory, open_source, require_columns
from samling.stats.tables.treatment import Term, treatment_columns

NAMED = 5  # areas named in a message


@dataclass(frozen=True)
class DirectColumns:
    """Which columns of the direct table hold what; `variance` wins over `se`."""

    area: str = "area"
    estimate: str = "estimate"
    se: str = "se"
    variance: str | None = None
    n: str | None = "n"


@dataclass(frozen=True)
class Direct:
    """Direct estimates by area; NaN where there is none. `margins` rows had no area."""

    areas: tuple[Any, ...]
    estimate: FloatArray
    variance: FloatArray
    n: FloatArray
    margins: int


@dataclass(frozen=True)
class Areas:
    """All M areas: those of the direct table in its order, then those with covariates only.

    `estimate`, `variance` and `n` are NaN where unknown; `x` (M x p) has an intercept first.
    """

    names: tuple[Any, ...]
    estimate: FloatArray
    variance: FloatArray
    n: FloatArray
    x: FloatArray
    terms: tuple[Term, ...]
    margins: int

    @property
    def sampled(self) -> BoolArray:
        """Areas with a direct estimate (M)."""
        return ~np.isnan(self.estimate)


def listed(names: Sequence[Any]) -> str:
    """A few names, and how many more."""
    shown = ", ".join(repr(name) for name in names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"


def read_direct(direct: Any, columns: DirectColumns) -> Direct:
    """The direct estimates: a result of estimate(), a table, or a mapping of area to a mapping."""
    table = _read(direct, columns.area)
    spread = columns.variance or columns.se
    require_columns(table, [columns.area, columns.estimate, spread], "direct")
    names = table.table.column(columns.area).to_pylist()
    inside = np.array([name is not None for name in names], dtype=bool)
    estimate, known = table.numbers(columns.estimate)
    size, sized = table.numbers(spread)
    negative = [name for name, below in zip(names, size < 0, strict=True) if below]
    if negative:
        raise AreaVarianceError(
            f"{spread!r} is negative in {len(negative)} areas: {listed(negative)}. Give standard "
            "errors, or variances under the name variance=."
        )
    variance = np.where(sized, size if columns.variance else size**2, np.nan)
    n = np.full(estimate.size, np.nan)
    if columns.n is not None and columns.n in table.names:
        count, counted = table.numbers(columns.n)
        n = np.where(counted, count, np.nan)
    areas = tuple(name for name in names if name is not None)
    _require_unique(areas, "direct")
    return Direct(
        areas,
        np.where(known, estimate, np.nan)[inside],
        variance[inside],
        n[inside],
        int((~inside).sum()),
    )


def join(
    direct: Direct,
    covariates: Any,
    area: str,
    variables: Sequence[str] | None,
    reference: Mapping[str, Any],
) -> Areas:
    """All areas with their covariates, matched by name.

    AreaJoinError for areas without covariates or named twice, CovariateError for missing values.
    """
    table = _read(covariates, area)
    require_columns(table, [area, *(variables or ())], "covariates")
    names = table.table.column(area).to_pylist()
    if any(name is None for name in names):
        raise AreaJoinError(
            f"{names.count(None)} rows of the covariates have no name in {area!r}. Name them or "
            "leave them out."
        )
    _require_unique(names, "covariates")
    place = {name: row for row, name in enumerate(names)}
    absent = [name for name in direct.areas if name not in place]
    if absent:
        raise AreaJoinError(
            f"{len(absent)} areas with direct estimates have no covariates: {listed(absent)}. The "
            f"covariates' areas are {listed(names)}. Add rows, or give names of the same kind."
        )
    seen = set(direct.areas)
    every = (*direct.areas, *(name for name in names if name not in seen))
    used = [n for n in table.names if n != area] if variables is None else list(variables)
    rows = np.array([place[name] for name in every], dtype=np.int64)
    x, terms = _model_matrix(table, used, rows, every, reference)
    more = np.full(len(every) - len(direct.areas), np.nan)
    estimate, variance, n = (
        np.concatenate([part, more]) for part in (direct.estimate, direct.variance, direct.n)
    )
    return Areas(every, estimate, variance, n, x, terms, direct.margins)


def _read(data: Any, area: str) -> Memory:
    if isinstance(data, Result):
        return Memory(data.table())
    if isinstance(data, Mapping) and data and all(isinstance(v, Mapping) for v in data.values()):
        fields = list(dict.fromkeys(name for row in data.values() for name in row))
        data = {area: list(data)} | {n: [row.get(n) for row in data.values()] for n in fields}
    source = open_source(data)
    return source.read(source.names) if isinstance(source, Engine) else source


def _require_unique(names: Sequence[Any], role: str) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise AreaJoinError(
            f"{len(twice)} areas are named more than once in {role}: {listed(twice)}. Give one row "
            "for each area: one statistic, one level, one period."
        )


def _model_matrix(
    table: Memory,
    variables: Sequence[str],
    rows: Any,
    areas: Sequence[Any],
    reference: Mapping[str, Any],
) -> tuple[FloatArray, tuple[Term, ...]]:
    """Intercept, numbers as they are, and every level but one of what is not numeric."""
    blocks: list[FloatArray] = [np.ones((rows.size, 1))]
    terms: list[Term] = [Term()]
    for name in variables:
        if table.kind(name) == "other":
            coded = table.coded(name)
            codes = coded.codes[rows]
            known = codes >= 0
            base = {name: reference[name]} if name in reference else {}
            block, own = treatment_columns([codes], [name], [coded.values], base)
        else:
            values, present = table.numbers(name)
            finite = present & np.isfinite(values)
            block, own, known = values[rows][:, None], (Term(name),), finite[rows]
        if not known.all():
            missing = [area for area, has in zip(areas, known, strict=True) if not has]
            raise CovariateError(
                f"The covariate {name!r} is missing or infinite in {len(missing)} areas: "
                f"{listed(missing)}. Fill it in, or leave the areas or the covariate out."
            )
        blocks.append(block)
        terms += own
    return np.hstack(blocks), tuple(terms)
