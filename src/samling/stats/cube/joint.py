"""Several statistics of several domains with their full covariance, from the elements.

The one-pass engine keeps what each statistic needs by itself; how two of them vary together is
not among it. This reads the elements again, with one column for each statistic and domain, and
hands the covariance to the design: for a few hundred estimates, not for the whole cube.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from samling.stats.cube.edges import edge_quantile, unasked_around, wilson_variance
from samling.stats.cube.estimation import check_options
from samling.stats.cube.figures import Dropped
from samling.stats.cube.grouping import grouping_sets
from samling.stats.cube.local import bring_here
from samling.stats.cube.plan import Item, Pair, make_plan
from samling.stats.cube.statistics import Prop, Statistic, Total
from samling.stats.errors import OptionError
from samling.stats.inference.estimates import Estimates
from samling.stats.sampling.design import Design, require_design
from samling.stats.sampling.domains import in_one_unit
from samling.stats.sampling.estimator import infer
from samling.stats.tables.exact import FloatArray, IntArray, tally
from samling.stats.tables.keys import Coded, combine
from samling.stats.tables.source import BoolArray, Memory, Where, require_columns


@dataclass(frozen=True)
class Column:
    """One item over all elements: numerator and denominator, 0 where it is not `known`."""

    u: FloatArray
    v: FloatArray
    known: BoolArray
    statistic: Statistic

    @property
    def total(self) -> bool:
        """Whether it is a total; all others are quotients of two."""
        return isinstance(self.statistic, Total)

    def at_edge(self, rows: IntArray) -> bool:
        """Whether it is a share that is 0 or 1 among the rows."""
        return isinstance(self.statistic, Prop) and rows.size > 0 and np.ptp(self.u[rows]) == 0.0


@dataclass(frozen=True)
class DomainStatistics:
    """Every column in every domain of `domain` (each element's, -1 outside), column by column."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    domain: IntArray
    size: int

    def values(self, weights: FloatArray) -> FloatArray:
        """Totals, or ratios of totals; NaN where the denominator is 0."""
        found = []
        for column in self.columns:
            a, b = self._sums(column, weights)
            ratio = np.where(b != 0, a / np.where(b != 0, b, 1.0), np.nan)
            found.append(a if column.total else ratio)
        return np.concatenate(found)

    def influence(self, weights: FloatArray) -> FloatArray:
        """(u - ratio·v)/b for the domain's own elements, u for totals."""
        here = self.domain[:, None] == np.arange(self.size)
        parts = []
        for column in self.columns:
            a, b = self._sums(column, weights)
            below = np.where(b != 0, b, 1.0)
            if column.total:
                parts.append(here * column.u[:, None])
            else:
                gap = column.u[:, None] - (a / below) * column.v[:, None]
                parts.append(here * gap / below)
        return np.concatenate(parts, axis=1)

    def _sums(self, column: Column, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        inside = self.domain >= 0
        at = self.domain[inside]
        w = weights[inside]
        return (
            tally(at, self.size, w * column.u[inside]),
            tally(at, self.size, w * column.v[inside]),
        )


def estimate_jointly(
    design: Design,
    statistics: Statistic | Sequence[Statistic],
    by: Sequence[str] | str = (),
    where: Where = None,
    *,
    df: str | float = "design",
    level: float = 0.95,
) -> Estimates:
    """Statistics in the domains of one grouping set, with the covariance between all of them.

    For what compares different variables: a ratio of two means, a joint test of several
    proportions. The estimates are those of `estimate`, and a share of 0 or 1 has the variance that
    comparisons give it. Names are "variable", with the level of a
    categorical variable as "variable=level", and then the domain's values: "daily_smoker: low".
    A statistic that names a variable twice gets its kind in front ("mean daily_smoker").

    `method["dropped"]` counts those who did not take part, as `estimate` does.

    Raises the errors of `estimate`.
    """
    require_design(design)
    listed = (statistics,) if isinstance(statistics, Statistic) else tuple(statistics)
    sets = grouping_sets([tuple([by] if isinstance(by, str) else by)])
    check_options(listed, sets, "wald", df, level)
    (by,) = sets
    require_columns(design.source, by, "by")
    for statistic in listed:
        require_columns(design.source, statistic.columns, f"{statistic.kind}({statistic.label})")
    named = [column for statistic in listed for column in statistic.columns]
    design, where = bring_here(design, [*by, *named], where)
    plan = make_plan(design.source, listed, design.sampling.units)
    chosen = _chosen(design, where)
    coded = {name: design.coded(name) for name in by}
    domain, labels = _domains(chosen, tuple(coded.values()))
    estimator = DomainStatistics(
        names=_names(plan.items, labels),
        columns=tuple(_column(design, item, plan.pairs[item.pair]) for item in plan.items),
        domain=domain,
        size=len(labels),
    )
    labelled = zip(plan.items, estimator.columns, strict=True)
    dropped = Dropped(
        where=int((design.element_weights() > 0).sum() - chosen.sum()),
        zero_weight=int((design.element_weights() <= 0).sum()),
        variables={i.statistic.label: int((chosen & ~c.known).sum()) for i, c in labelled},
        by={name: int((chosen & (column.codes < 0)).sum()) for name, column in coded.items()},
    )
    found = infer(design, estimator, df=df, level=level, by=by, dropped=asdict(dropped))
    return _beside_others(design, estimator, found, df)


def _beside_others(
    design: Design, estimator: DomainStatistics, found: Estimates, df: str | float
) -> Estimates:
    """With what comparisons add where a variance of 0 is not knowledge, as estimate()."""
    t = edge_quantile(design, df, found.level)
    weights, left = design.element_weights(), unasked_around(design, design.row_unit())
    here = estimator.domain == np.arange(estimator.size)[:, None]
    covariance = found.covariance.copy()
    places = [(column, inside) for column in estimator.columns for inside in here]
    for place, (column, inside) in enumerate(places):
        rows = np.flatnonzero(column.known & inside)
        if column.at_edge(rows):
            size = weights[rows].sum() ** 2 / (weights[rows] ** 2).sum()
            covariance[place, place] += wilson_variance(size, left[rows].mean(), t)
        elif not column.total and in_one_unit(design, rows):
            covariance[place] = covariance[:, place] = np.nan
    return replace(found, covariance=covariance)


def _chosen(design: Design, where: Where) -> BoolArray:
    """Elements of positive weight in the domain of study."""
    assert isinstance(design.source, Memory)  # noqa: S101 - brought here
    asked = design.source.mask(where)
    positive = design.element_weights() > 0
    return positive if asked is None else positive & asked


def _domains(chosen: BoolArray, coded: Sequence[Coded]) -> tuple[IntArray, list[str]]:
    """The domain of every element, -1 for none, and the domains' names."""
    inside = chosen
    for column in coded:
        inside = inside & (column.codes >= 0)
    if not inside.any():
        raise OptionError("Nobody of positive weight is in any domain: look at `where` and `by`.")
    members = [replace(column, codes=column.codes[inside]) for column in coded]
    domain = np.full(inside.size, -1, dtype=np.int64)
    domain[inside], parts = combine(members, int(inside.sum()))
    values = [
        [column.values[code] for code in part] for column, part in zip(coded, parts, strict=True)
    ]
    return domain, [", ".join(map(str, line)) for line in zip(*values, strict=True)] or [""]


def _names(items: Sequence[Item], labels: Sequence[str]) -> tuple[str, ...]:
    plain = [_label(item) for item in items]
    stems = [
        f"{item.statistic.kind} {stem}" if plain.count(stem) > 1 else stem
        for item, stem in zip(items, plain, strict=True)
    ]
    return tuple(f"{stem}: {label}" if label else stem for stem in stems for label in labels)


def _label(item: Item) -> str:
    label = item.statistic.label
    return label if item.level is None else f"{label}={item.level}"


def _column(design: Design, item: Item, pair: Pair) -> Column:
    known: BoolArray
    if pair.levels is not None and not pair.binary:
        coded = design.coded(pair.numerator)
        known = coded.codes >= 0
        place = {value: code for code, value in enumerate(coded.values)}
        u = (coded.codes == place[pair.levels[pair.level]]).astype(float)
        return Column(u * known, known.astype(float), known, item.statistic)
    u, known = design.numbers(pair.numerator)
    v = np.ones(u.size)
    if pair.denominator is not None:
        v, below = design.numbers(pair.denominator)
        known = known & below
    return Column(np.where(known, u, 0.0), np.where(known, v, 0.0), known, item.statistic)
