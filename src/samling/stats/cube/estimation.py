"""Many statistics for many grouping sets from one scan of the data."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from samling import __version__
from samling.stats.cube.base import Base
from samling.stats.cube.edges import in_one_unit, open_groups
from samling.stats.cube.figures import RESERVED, Basis, Block, Dropped, Method, degrees_of_freedom
from samling.stats.cube.freedom import variance_with_df
from samling.stats.cube.grouping import By, Grouping, grouping_sets, make_grouping
from samling.stats.cube.linear import (
    Linear,
    Sums,
    domain_sums,
    independent_variance,
    linearise,
    simple_random_variance,
)
from samling.stats.cube.local import bring_here
from samling.stats.cube.plan import make_plan
from samling.stats.cube.replication import make_copies
from samling.stats.cube.result import Result
from samling.stats.cube.scan import WORKERS, scan
from samling.stats.cube.statistics import Prop, Statistic
from samling.stats.cube.variance import Columns
from samling.stats.errors import OptionError
from samling.stats.inference.intervals import Interval, proportion_interval, wald
from samling.stats.inference.reliability import proportion_flag
from samling.stats.sampling.design import Design, require_design
from samling.stats.sampling.estimator import refuse_df, refuse_options, variance_method
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.source import Memory, Where, require_columns

ROUNDING = 1e-13  # a standard error below this share of its estimate is 0


def estimate(
    design: Design,
    statistics: Statistic | Sequence[Statistic],
    by: Sequence[Any] | str = ((),),
    where: Where = None,
    ci: Interval = "logit",
    df: str | float = "design",
    level: float = 0.95,
) -> Result:
    """Estimate every statistic for every domain of every grouping set, in one pass.

    `by` is a list of grouping sets, each a tuple of column names; () is the whole. `where` makes
    the domain of study (a function of the Ibis table, or the name of a 0/1 column); elements
    outside stay in the design, and so do those of whom a missing value (also NaN) leaves unknown
    whether it holds. `ci` is the interval of proportions (other statistics get Wald);
    `df` is "design" (PSUs - strata, or the replicates' own), "domain" (those with members),
    "satterthwaite" ((Σ V_h)²/Σ V_h²/(n_h - 1), for few clusters with uneven variance) or a number,
    inf for normal.

    A missing value of a grouping variable puts the element in no group of the sets that have the
    variable; a missing value of a statistic's variable leaves it out of n. Both are counted in
    the result's `dropped`. A mean, proportion or ratio of a domain whose members are all in one
    PSU has no standard error (None, unless the stratum was taken whole): the sample does not say
    how PSUs differ there. A psu that is lonely raises LonelyPsuError unless the design says how
    it is to be treated. With replicates every estimate is worked out again for each of them, and
    has no variance (None) where a replicate leaves nobody in the domain.

    A DuckDB connection answers one question at a time: give every thread one of its own. DataError
    where rows are missing because something else was asked meanwhile.
    """
    require_design(design)
    listed = (statistics,) if isinstance(statistics, Statistic) else tuple(statistics)
    sets = grouping_sets(by)
    check_options(listed, sets, ci, df, level)
    design.refuse_lonely()
    refuse_df(design, df)
    dimensions = tuple(dict.fromkeys(name for entry in sets for name in entry))
    require_columns(design.source, dimensions, "by")
    design, where = _local(design, listed, dimensions, where)
    plan = make_plan(design.source, listed, design.sampling.units)
    finest = (*dimensions, *design.classes)
    base = scan(design, plan, finest, where)
    method = Method(
        **variance_method(design),
        ci=ci,
        df=str(df) if isinstance(df, str) else float(df),
        level=level,
        lonely_psu=design.lonely_psu,
        lonely_domain=design.lonely_domain,
        design_hash=design.hash,
        version=__version__,
        collapsed=design.sampling.collapsed,
        weighting=tuple(f"{step.kind}: {step.method}" for step in design.calibrations),
    )
    basis = Basis(design, base, plan, method, make_copies(design, base, plan, finest, where))
    with ThreadPoolExecutor(WORKERS) as pool:
        # The finest sets take longest; begun last, one would be waited for alone.
        finest_first = sorted(sets, key=len, reverse=True)
        found = pool.map(lambda entry: estimate_block(basis, entry), finest_first)
        done = dict(zip(finest_first, found, strict=True))
    blocks = {entry: done[entry] for entry in sets}
    return Result(basis, dimensions, blocks, _dropped(basis, dimensions))


def check_options(
    statistics: Sequence[Statistic], sets: Sequence[By], ci: str, df: str | float, level: float
) -> None:
    """Raise OptionError for what `estimate` can't be asked."""
    if not statistics or not sets:
        raise OptionError("Name at least one statistic and one grouping set; () is the whole.")
    if ci not in get_args(Interval):
        raise OptionError(f"ci={ci!r} does not exist. Choose: {', '.join(get_args(Interval))}.")
    if isinstance(df, str) and df not in ("design", "domain", "satterthwaite"):
        raise OptionError(
            f'df={df!r} does not exist. Choose "design", "domain", "satterthwaite" or a number.'
        )
    refuse_options(df, level)
    for entry in sets:
        for name in entry:
            if name in RESERVED:
                raise OptionError(
                    f"The grouping variable {name!r} has the name of a column of the result. "
                    "Give it another name in the data."
                )


def _local(
    design: Design, statistics: Sequence[Statistic], dimensions: Sequence[str], where: Where
) -> tuple[Design, Where]:
    """Bring the columns here when elements are sampling units: every one of them is needed."""
    source = design.source
    if isinstance(source, Memory) or not design.sampling.stages[-1].elements:
        return design, where
    for statistic in statistics:
        require_columns(source, statistic.columns, f"{statistic.kind}({statistic.label})")
    named = [column for statistic in statistics for column in statistic.columns]
    return bring_here(design, [*dimensions, *named], where)


def estimate_block(basis: Basis, by: By) -> Block:
    """All estimates of one grouping set, from the base table alone."""
    base, plan = basis.base, basis.plan
    grouping = make_grouping(base, by)
    sums = domain_sums(base.moments, grouping.domain, grouping.size, plan)
    if basis.copies is not None:
        copies = basis.copies.sums(grouping.domain, grouping.size, basis.pairs)
        sums = replace(sums, copies=copies)
    linear = linearise(sums, plan)
    columns = domain_columns(base, grouping, linear)
    rule = basis.method.df
    variance = variance_with_df(basis.design, base, columns, basis.pairs, rule)
    if basis.copies is not None and linear.copies is not None:
        value = basis.copies.variance(linear.copies, linear.estimate)
        variance = replace(variance, value=value)
    df = degrees_of_freedom(basis.design, basis.method, variance)
    alone = in_one_unit(basis, sums, variance.psus, open_groups(basis, grouping))
    found = Uncertainty(np.where(alone, np.nan, variance.value), df, variance.psus)
    return make_block(basis, grouping, sums, linear, found)


@dataclass(frozen=True)
class Uncertainty:
    """Variance, degrees of freedom and PSUs of every estimate, (domains, items).

    `edge` is the design effect where the variance of a proportion is 0.
    """

    value: FloatArray
    df: FloatArray
    psus: FloatArray
    edge: FloatArray | float = 1.0


def domain_columns(base: Base, grouping: Grouping, linear: Linear) -> Columns:
    """Every domain as a column of its own rows."""
    domain = grouping.domain[base.cell]
    row = np.flatnonzero(domain >= 0)
    row = row[np.argsort(domain[row], kind="stable")]
    column = domain[row]
    return Columns(row, column, grouping.size, column, linear.alpha, linear.beta)


def make_block(
    basis: Basis, grouping: Grouping, sums: Sums, linear: Linear, found: Uncertainty
) -> Block:
    """Everything that is said of one grouping set, from its estimates and their variance."""
    plan, method, df = basis.plan, basis.method, found.df
    value = np.where(np.isnan(linear.estimate), np.nan, found.value)
    value = np.where(value <= (ROUNDING * linear.estimate) ** 2, 0.0, value)
    se = np.sqrt(value)
    props = np.array([isinstance(item.statistic, Prop) for item in plan.items], dtype=bool)
    with np.errstate(all="ignore"):
        deff = value / simple_random_variance(sums, linear, plan)
        spread = linear.estimate * (1.0 - linear.estimate)
        by_p = np.where(value > 0, spread / value, sums.n / found.edge)
        by_deff = np.where(deff > 0, sums.n / deff, sums.n)
        n_eff = np.where(np.isnan(value), np.nan, np.where(props, by_p, by_deff))
        cv = se / np.abs(linear.estimate)
    deff = np.where(np.isfinite(deff), deff, np.nan)
    low, high = _limits(linear.estimate, se, n_eff, sums.n, df, props, method)
    flag = np.full(se.shape, None, dtype=object)
    flag[:, props] = proportion_flag(
        linear.estimate[:, props], n_eff[:, props], sums.n[:, props], df[:, props]
    )
    independent = np.sqrt(independent_variance(sums, linear, basis.elements))
    return Block(
        grouping=grouping,
        sums=sums,
        linear=linear,
        estimate=linear.estimate,
        se=se,
        ci_low=low,
        ci_high=high,
        df=df,
        n=sums.n,
        n_eff=n_eff,
        deff=deff,
        cv=np.where(np.isfinite(cv), cv, np.nan),
        flag=flag,
        n_psu=found.psus,
        se_srs=np.where(np.isnan(linear.estimate), np.nan, independent),
        y=np.where(props, sums.ones, np.nan),
    )


def _limits(
    estimate: FloatArray,
    se: FloatArray,
    n_eff: FloatArray,
    n: FloatArray,
    df: FloatArray,
    props: IntArray,
    method: Method,
) -> tuple[FloatArray, FloatArray]:
    low, high = wald(estimate, se, df, method.level)
    if props.any():
        with np.errstate(all="ignore"):
            p_low, p_high = proportion_interval(
                method.ci,
                estimate[:, props],
                se[:, props],
                n_eff[:, props],
                n[:, props],
                df[:, props],
                method.level,
            )
        unknown = np.isnan(low[:, props]) & ~(estimate[:, props] <= 0) & ~(estimate[:, props] >= 1)
        low[:, props] = np.where(unknown, np.nan, p_low)
        high[:, props] = np.where(unknown, np.nan, p_high)
    usable = ~(np.isnan(estimate) | np.isnan(low) | np.isnan(high))  # no interval has one end
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def _dropped(basis: Basis, dimensions: Sequence[str]) -> Dropped:
    base, units = basis.base, basis.design.sampling.units
    chosen = base.cell_rows.sum()
    labels: dict[str, int] = {}
    known = base.moments.n.sum(axis=0)
    for item in basis.plan.items:
        labels[item.statistic.label] = int(chosen - known[item.pair])
    groups = {
        name: int(base.cell_rows[codes < 0].sum())
        for name, codes in zip(dimensions, base.cells, strict=False)
    }
    rows, positive = units.sums["rows"].sum(), units.sums["positive"].sum()
    return Dropped(int(positive - chosen), int(rows - positive), labels, groups)
