"""Age-standardised means and proportions of a survey, with the variance of its design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.cube.combination import Terms, combination_variance
from samling.stats.cube.estimation import estimate
from samling.stats.cube.figures import (
    COUNTS,
    Basis,
    Block,
    Dropped,
    Method,
    as_table,
    degrees_of_freedom,
    plain,
)
from samling.stats.cube.statistics import Prop, Statistic, Total
from samling.stats.cube.variance import Variance
from samling.stats.errors import OptionError
from samling.stats.inference.estimates import Estimates, Replicates
from samling.stats.inference.intervals import Interval, proportion_interval, wald
from samling.stats.rates.bands import Band, band_name, match_bands, read_band
from samling.stats.rates.result import SHOWN
from samling.stats.rates.standard import standard_for
from samling.stats.sampling.design import Design
from samling.stats.tables.exact import FloatArray, IntArray, sum_rows
from samling.stats.tables.source import Where

FIGURES = ("estimate", "se", "ci_low", "ci_high", "df", "n")


@dataclass(frozen=True)
class Standardised:
    """Standardised estimates, one line per statistic, level and domain.

    Columns: statistic, variable, level, the grouping, estimate, se, ci_low, ci_high, df, n,
    status, reason. A domain without anybody in a band of the standard has the status
    "empty-band" and no figure; the reason names the band. `standard` is in shares of 1.
    """

    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    over: str
    standard: Mapping[str, float]
    method: Method
    dropped: Dropped
    _basis: Basis = field(repr=False)
    _block: Block = field(repr=False)
    _weights: FloatArray = field(repr=False)
    _domain: IntArray = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """The estimates as plain dicts."""
        lines = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, line, strict=True)) for line in lines]

    def table(self) -> pa.Table:
        """The estimates as an Arrow table, the method in its schema's metadata."""
        return as_table(self.columns, self.method)

    def estimates(self, variable: str | None = None, level: Any = None) -> Estimates:
        """One statistic's estimates of all domains with their covariance, for contrasts.

        Domains without a figure are left out. OptionError unless exactly one statistic fits.
        """
        item = self._item(variable, level)
        chosen = [row for row in self.rows() if self._is(row, item)]
        kept = [place for place, row in enumerate(chosen) if row["status"] == SHOWN]
        basis, block = self._basis.only(item), self._block.only(item)
        copies = _copies(block, self._weights, self._domain, len(chosen))
        made = basis.design.replication
        values = np.array([chosen[p]["estimate"] for p in kept])
        replicates = None
        if copies is None or made is None:
            covariance = _covariance(basis, block, self._weights, self._domain, kept)
        else:
            replicates = Replicates(copies[kept, 0].T, made.scale, made.from_full)
            covariance = replicates.covariance(values)
        by = [name for name in block.grouping.by if name != self.over]
        return Estimates(
            names=tuple(", ".join(str(chosen[p][name]) for name in by) or "all" for p in kept),
            values=values,
            covariance=covariance,
            df=np.array([chosen[p]["df"] for p in kept], dtype=float),
            level=self.method.level,
            method={**asdict(self.method), "over": self.over, "standard": dict(self.standard)},
            replicates=replicates,
        )

    def _item(self, variable: str | None, level: Any) -> int:
        items = self._basis.plan.items
        found = [
            place
            for place, item in enumerate(items)
            if variable in (None, item.statistic.label) and level in (None, item.level)
        ]
        if len(found) != 1:
            have = "; ".join(f"{one.statistic.label}, level {one.level}" for one in items[:20])
            raise OptionError(
                f"{len(found)} statistics fit variable={variable!r}, level={level!r}; name exactly "
                f"one. There are: {have}."
            )
        return found[0]

    def _is(self, row: Mapping[str, Any], item: int) -> bool:
        one = self._basis.plan.items[item]
        said = (row["statistic"], row["variable"], row["level"])
        return said == (one.statistic.kind, one.statistic.label, one.level)


def standardise(
    design: Design,
    statistics: Statistic | Sequence[Statistic],
    *,
    over: str,
    standard: str | Mapping[object, float],
    by: str | Sequence[str] = (),
    where: Where = None,
    ci: Interval = "logit",
    df: str | float = "design",
    level: float = 0.95,
) -> Standardised:
    """Directly standardised means and proportions of every domain of `by`: Σ_a W_a ȳ_a.

    `over` is the column to standardise for, usually age bands; `standard` is "ESP2013",
    "WHO2000-2025" or a mapping of the column's values to sizes, joined by name. The variance is
    the design's: W is fixed, all ȳ_a of a domain and their covariance are estimated in one pass.
    `where`, `ci`, `df` and `level` are as in estimate. AgeBandError where the values of `over`
    and the standard differ; OptionError for a total, which cannot be standardised.
    Lumley (2010), Complex Surveys, ch. 5; R: survey::svystandardize.
    """
    listed = (statistics,) if isinstance(statistics, Statistic) else tuple(statistics)
    if any(isinstance(one, Total) for one in listed):
        raise OptionError("A total cannot be standardised; ask for a mean, prop or ratio.")
    names = [by] if isinstance(by, str) else list(by)
    if over in names:
        raise OptionError(f"{over!r} is both standardised over and grouped by. Name it once.")
    result = estimate(design, listed, [(*names, over)], where, ci, df, level)
    block = result.block((*names, over))
    sizes, bands = _read_bands(block, over, standard)
    cell_weight = np.array([sizes[band] for band in bands]) / sum(sizes.values())
    domain, count = block.grouping.without(over)
    weights = cell_weight[block.grouping.codes[block.grouping.by.index(over)]]
    terms = _terms(block, weights, domain, count)
    variance = combination_variance(result.basis, block, terms)
    copies = _copies(block, weights, domain, count)
    if result.basis.copies is not None and copies is not None:
        value = result.basis.copies.variance(copies, _sum(block.estimate, weights, domain, count))
        variance = replace(variance, value=value)
    columns = _columns(result.basis, block, weights, domain, variance, over, bands)
    return Standardised(
        columns=columns,
        over=over,
        standard={band_name(b): float(w) for b, w in zip(bands, cell_weight, strict=True)},
        method=result.method,
        dropped=result.dropped,
        _basis=result.basis,
        _block=block,
        _weights=weights,
        _domain=domain,
    )


def _read_bands(
    block: Block, over: str, standard: str | Mapping[object, float]
) -> tuple[dict[Band, float], list[Band]]:
    place = block.grouping.by.index(over)
    bands = [read_band(value) for value in block.grouping.values[place]]
    sizes = standard_for(standard, bands)
    match_bands(bands, sizes, f"the column {over!r}", "the standard")
    return sizes, bands


def _sum(values: FloatArray, weights: FloatArray, domain: IntArray, count: int) -> FloatArray:
    """Σ W·values of the cells of every domain, along the first axis."""
    wide = values.reshape(values.shape[0], math.prod(values.shape[1:])) * weights[:, None]
    return sum_rows(wide, domain, count).reshape(count, *values.shape[1:])


def _copies(block: Block, weights: FloatArray, domain: IntArray, count: int) -> FloatArray | None:
    """Every replicate's standardised estimates, (domains, items, replicates)."""
    copies = block.linear.copies
    return None if copies is None else _sum(copies, weights, domain, count)


def _terms(block: Block, weights: FloatArray, domain: IntArray, count: int) -> Terms:
    items = block.estimate.shape[1]
    return Terms(
        column=domain,
        domain=np.arange(domain.size),
        size=count,
        by_estimate=np.broadcast_to(weights[:, None], (domain.size, items)),
        by_size=np.zeros((domain.size, items)),
    )


def _columns(
    basis: Basis,
    block: Block,
    weights: FloatArray,
    domain: IntArray,
    variance: Variance,
    over: str,
    bands: Sequence[Band],
) -> dict[str, list[Any]]:
    size, items = variance.value.shape
    value = _sum(np.nan_to_num(block.estimate), weights, domain, size)
    n = sum_rows(block.n * (weights > 0)[:, None], domain, size)
    status = _empty_bands(block, weights, domain, size, over, bands)
    value = np.where(status == "", value, np.nan)
    figures = _figures(basis, value, n, variance)
    member = np.zeros(size, dtype=np.int64)
    member[domain] = np.arange(domain.size)
    out: dict[str, list[Any]] = {"statistic": [], "variable": [], "level": []}
    for item in basis.plan.items:
        out["statistic"] += [item.statistic.kind] * size
        out["variable"] += [item.statistic.label] * size
        out["level"] += [item.level] * size
    for name in block.grouping.by:
        if name != over:
            values = block.grouping.column(name)
            out[name] = [values[at] for at in member] * items
    for name in FIGURES:
        out[name] = plain(figures[name].T.ravel(), name in COUNTS)
    said = status.T.ravel().tolist()
    out["status"] = [SHOWN if reason == "" else "empty-band" for reason in said]
    out["reason"] = [reason or None for reason in said]
    return out


def _empty_bands(
    block: Block,
    weights: FloatArray,
    domain: IntArray,
    size: int,
    over: str,
    bands: Sequence[Band],
) -> Any:
    """Why a domain has no figure, "" where it has one, (domains, items)."""
    codes = block.grouping.codes[block.grouping.by.index(over)]
    items = block.estimate.shape[1]
    known = np.zeros((size, len(bands), items), dtype=bool)
    known[domain, codes] = ~np.isnan(block.estimate)
    needed = np.zeros(len(bands), dtype=bool)
    needed[codes[weights > 0]] = True
    reason = np.full((size, items), "", dtype=object)
    for one, item in zip(*np.nonzero((~known & needed[:, None]).any(axis=1)), strict=True):
        gone = [bands[at] for at in np.flatnonzero(~known[one, :, item] & needed).tolist()]
        names = ", ".join(band_name(band) for band in gone)
        reason[one, item] = f"Nobody here with {over} {names} has a known answer."
    return reason


def _figures(
    basis: Basis, value: FloatArray, n: FloatArray, variance: Variance
) -> dict[str, FloatArray]:
    method = basis.method
    # Linearised values add up to 0 in one PSU, whatever the answers: the variance is unknown.
    se = np.sqrt(np.where(np.isnan(value) | (variance.psus == 1), np.nan, variance.value))
    df = degrees_of_freedom(basis.design, method, variance)
    low, high = wald(value, se, df, method.level)
    props = np.array([isinstance(one.statistic, Prop) for one in basis.plan.items], dtype=bool)
    if props.any():
        p, spread = value[:, props], se[:, props]
        with np.errstate(all="ignore"):
            n_eff = np.where(spread > 0, p * (1.0 - p) / spread**2, n[:, props])
            found = proportion_interval(
                method.ci, p, spread, n_eff, n[:, props], df[:, props], method.level
            )
        unknown = np.isnan(p) | np.isnan(spread)
        low[:, props], high[:, props] = (np.where(unknown, np.nan, end) for end in found)
    return dict(zip(FIGURES, (value, se, low, high, df, n), strict=True))


def _covariance(
    basis: Basis, block: Block, weights: FloatArray, domain: IntArray, kept: Sequence[int]
) -> FloatArray:
    """Covariance between the kept domains: (V_i + V_j - V_(i-j)) / 2, of differences of both."""
    own = combination_variance(
        basis, block, _terms(block, weights, domain, int(domain.max()) + 1)
    ).value[list(kept), 0]
    first, second = np.triu_indices(len(kept), 1)
    pieces = []
    for pair, (one, two) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        for side, sign in ((kept[one], 1.0), (kept[two], -1.0)):
            lines = np.flatnonzero(domain == side)
            pieces.append((np.full(lines.size, pair), lines, sign * weights[lines]))
    matrix = np.diag(own)
    if pieces:
        column, lines, sized = (np.concatenate(part) for part in zip(*pieces, strict=True))
        terms = Terms(column, lines, first.size, sized[:, None], np.zeros((lines.size, 1)))
        apart = combination_variance(basis, block, terms).value[:, 0]
        matrix[first, second] = matrix[second, first] = (own[first] + own[second] - apart) / 2.0
    return matrix
