"""Quantiles with Woodruff's intervals, or from replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa

from samling.stats.cube.estimation import estimate
from samling.stats.cube.figures import COUNTS, Dropped, Method, as_table, plain
from samling.stats.cube.grouping import By, grouping_sets
from samling.stats.cube.local import bring_here
from samling.stats.cube.replication import replicate_variance
from samling.stats.cube.result import Result
from samling.stats.cube.statistics import prop
from samling.stats.errors import NotNumericError, OptionError
from samling.stats.inference.intervals import Interval, t_quantile, wald
from samling.stats.quantiles.ordered import Ordered, order, quantile
from samling.stats.sampling.design import Design, require_design
from samling.stats.sampling.estimator import refuse_options
from samling.stats.sampling.replicates import Replication
from samling.stats.tables.exact import FloatArray, IntArray, number_or_nan
from samling.stats.tables.keys import combine
from samling.stats.tables.source import (
    BoolArray,
    Memory,
    Where,
    refuse_extreme,
    require_columns,
)

Rule = Literal["math", "school"]
QuantileInterval = Interval | Literal["replicates"]
BELOW = "samling_below_"
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "df", "n")


@dataclass(frozen=True)
class Quantiles:
    """One line per grouping set, probability and domain; None is "cannot be said".

    Columns: variable, probability, the grouping variables (None is the margin), estimate, se,
    ci_low, ci_high, df and n. `rule` says what a quantile between two values is, `ci` what the
    interval is, `method` how the proportion below was found; `dropped` counts the elements that
    did not take part.
    """

    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    rule: Rule
    ci: QuantileInterval
    method: Method
    dropped: Dropped

    def rows(self) -> list[dict[str, Any]]:
        """The quantiles as plain dicts."""
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]

    def table(self) -> pa.Table:
        """The quantiles as an Arrow table, the method in its schema's metadata."""
        found = as_table(self.columns, self.method)
        own = {"samling.rule": f'"{self.rule}"', "samling.ci": f'"{self.ci}"'}
        return found.replace_schema_metadata({**found.schema.metadata, **own})


def quantiles(
    design: Design,
    variable: str,
    probabilities: float | Sequence[float] = 0.5,
    by: Sequence[Any] | str = ((),),
    where: Where = None,
    *,
    rule: Rule = "math",
    ci: QuantileInterval = "wald",
    df: str | float = "design",
    level: float = 0.95,
) -> Quantiles:
    """Quantiles of a numeric variable in every domain of every grouping set.

    A quantile is the smallest value up to which at least that share of the weight lies; with
    rule="school", where exactly that share does, the middle of this value and the next. A share
    within 1e-10 of a step counts as the step.

    The interval is Woodruff's (1952): the interval `ci` of the proportion below or at the quantile,
    centred at that proportion as it is estimated, is read off the distribution backwards. An end
    outside 0 to 1 cannot be said. se is the width over 2t. ci="replicates" takes the variance of
    the replicates' own quantiles instead, which is not valid for a jackknife. `by`, `where`,
    `df` and `level` as in `estimate`.

    Raises NotNumericError, OptionError, and the errors of `estimate`.
    """
    require_design(design)
    asked = probabilities if np.ndim(probabilities) else [probabilities]
    shares = np.array([number_or_nan(share) for share in asked])  # type: ignore[union-attr]
    _check(design, shares, rule, ci, df, level)
    sets = grouping_sets(by)
    dimensions = list(dict.fromkeys(name for entry in sets for name in entry))
    require_columns(design.source, [variable], "quantiles")
    require_columns(design.source, dimensions, "by")
    if design.source.kind(variable) == "other":
        raise NotNumericError(
            f"quantiles needs numbers, but {variable!r} is not numeric. Recode it to numbers."
        )
    design, where = bring_here(design, [variable, *dimensions], where)
    study = _Study(design, variable, shares, where, rule, ci, df, level)
    found = [_of_set(study, entry) for entry in sets]
    columns: dict[str, list[Any]] = {"variable": [], "probability": []}
    columns |= {name: [] for name in (*dimensions, *NUMBERS)}
    for entry, (below, numbers) in zip(sets, found, strict=True):
        block = below.block(entry)
        for place, share in enumerate(shares):
            columns["variable"] += [variable] * block.grouping.size
            columns["probability"] += [float(share)] * block.grouping.size
            for name in dimensions:
                columns[name] += block.grouping.column(name)
            for name in NUMBERS:
                columns[name] += plain(numbers[name][:, place], name in COUNTS)
    first = found[0][0]
    dropped = replace(
        first.dropped,
        variables={variable: next(iter(first.dropped.variables.values()))},
        by={name: count for below, _ in found for name, count in below.dropped.by.items()},
    )
    return Quantiles(columns, rule, ci, first.method, dropped)


def _check(
    design: Design, shares: FloatArray, rule: str, ci: str, df: str | float, level: float
) -> None:
    if not shares.size or not ((shares > 0) & (shares < 1)).all():
        raise OptionError(
            f"probabilities={shares.tolist()} must lie between 0 and 1, for example 0.5."
        )
    if rule not in get_args(Rule):
        raise OptionError(f"rule={rule!r} does not exist. Choose: {', '.join(get_args(Rule))}.")
    allowed = (*get_args(Interval), "replicates")
    if ci not in allowed:
        raise OptionError(f"ci={ci!r} does not exist. Choose: {', '.join(allowed)}.")
    refuse_options(df, level)
    if ci == "replicates":
        _check_replicates(design.replication)


def _check_replicates(made: Replication | None) -> None:
    if made is None:
        raise OptionError(
            'ci="replicates" needs a design with replicates: design.replicates("bootstrap", '
            "seed=...), or another interval."
        )
    if made.kind in ("jk1", "jkn", "jk2"):
        raise OptionError(
            f'ci="replicates" with {made.kind!r}: leaving out one unit hardly moves a quantile, '
            "and its variance does not settle however large the sample (Efron 1982). Use "
            'ci="wald" (Woodruff), or brr, fay or bootstrap.'
        )


@dataclass(frozen=True)
class _Study:
    """What was asked, with the data in memory."""

    design: Design
    variable: str
    shares: FloatArray
    where: Where
    rule: Rule
    ci: QuantileInterval
    df: str | float
    level: float

    @property
    def halfway(self) -> bool:
        return self.rule == "school"

    def members(self) -> BoolArray:
        """Elements of positive weight in the domain of study."""
        assert isinstance(self.design.source, Memory)  # noqa: S101 - brought here
        inside = self.design.element_weights() > 0
        asked = self.design.source.mask(self.where)
        return inside if asked is None else inside & asked


def _of_set(study: _Study, by: By) -> tuple[Result, dict[str, FloatArray]]:
    """The proportions below each quantile, and the quantiles' numbers (domains, shares)."""
    values, known = study.design.numbers(study.variable)
    inside = values[known & study.members()]
    if inside.size:
        refuse_extreme(study.variable, float(inside.min()), float(inside.max()))
    domain, size = _domains(study, by)
    ordered = order(np.where(known, domain, -1), values, size)
    cumulative = ordered.cumulative(study.design.element_weights())

    def read(shares: FloatArray) -> FloatArray:
        """Quantiles at (domains, shares)."""
        lines = [quantile(ordered, cumulative, share, study.halfway) for share in shares.T]
        return np.column_stack(lines)

    found = read(np.tile(study.shares, (size, 1)))
    below = _below(study, by, found, domain, values, known)
    block = below.block(by)
    if study.ci == "replicates":
        se = np.sqrt(_variance(study, ordered, found))
        low, high = wald(found, se, block.df, study.level)
    else:
        low, high = read(_inside(block.ci_low)), read(_inside(block.ci_high))
        se = (high - low) / (2.0 * t_quantile(block.df, study.level))
    limits = {"se": se, "ci_low": low, "ci_high": high}
    return below, {"estimate": found, **limits, "df": block.df, "n": block.n}


def _inside(share: FloatArray) -> FloatArray:
    """NaN for a limit of the proportion that no value corresponds to."""
    return np.where((share > 0) & (share < 1), share, np.nan)


def _domains(study: _Study, by: By) -> tuple[IntArray, int]:
    """Each element's domain, in the order of the engine's: -1 for those outside."""
    inside = study.members()
    coded = [study.design.coded(name) for name in by]
    for column in coded:
        inside = inside & (column.codes >= 0)
    chosen = [replace(column, codes=column.codes[inside]) for column in coded]
    domain = np.full(inside.size, -1, dtype=np.int64)
    domain[inside], parts = combine(chosen, int(inside.sum()))
    return domain, int(parts[0].size) if parts else 1


def _below(
    study: _Study,
    by: By,
    found: FloatArray,
    domain: IntArray,
    values: FloatArray,
    known: BoolArray,
) -> Result:
    """The proportion of every domain below or at each of its quantiles."""
    assert isinstance(study.design.source, Memory)  # noqa: S101 - brought here
    table = study.design.source.table
    names = [f"{BELOW}{place}" for place in range(study.shares.size)]
    for place, name in enumerate(names):
        limit = found[domain, place] if found.size else np.nan
        holds = values <= limit
        table = table.append_column(name, pa.array(holds, mask=~known))
    design = replace(study.design, data=table)
    interval: Any = "wald" if study.ci == "replicates" else study.ci
    asked = [prop(name) for name in names]
    return estimate(design, asked, [by], study.where, interval, study.df, study.level)


def _variance(study: _Study, ordered: Ordered, found: FloatArray) -> FloatArray:
    """Variance (domains, shares) of the quantiles of every replicate."""
    made = study.design.replication
    assert made is not None  # noqa: S101 - checked
    each = []
    for replicate in range(made.size):
        weights = study.design.replicate_weights(slice(replicate, replicate + 1))[:, 0]
        if (weights < 0).any():
            raise OptionError(
                f"Replicate {replicate + 1} has negative weights, so it has no quantiles. Use "
                'ci="wald" (Woodruff).'
            )
        cumulative = ordered.cumulative(weights)
        size = found.shape[0]
        lines = [
            quantile(ordered, cumulative, np.full(size, share), study.halfway)
            for share in study.shares
        ]
        each.append(np.column_stack(lines))
    return replicate_variance(made, np.stack(each, axis=-1), found)
