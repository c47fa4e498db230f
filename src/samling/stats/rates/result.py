"""The frozen result of a rate: tidy rows with status and reason, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from numbers import Real
from typing import Any

import numpy as np
import pyarrow as pa

from samling.stats.errors import OptionError
from samling.stats.inference.intervals import check_level
from samling.stats.tables.exact import FloatArray, number_or_nan

SHOWN = "shown"


@dataclass(frozen=True)
class RateMethod:
    """How rates were made: method, interval, level, multiplier, the standard by band."""

    method: str
    interval: str
    level: float
    per: float
    standard: Mapping[str, float] | None
    version: str


@dataclass(frozen=True)
class Rates:
    """One line per group.

    Columns: the grouping columns, those of the method, estimate, ci_low, ci_high, status and
    reason. The figure is None where the status is not "shown"; the reason then says why, and the
    counts are there all the same.
    """

    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    method: RateMethod

    def rows(self) -> list[dict[str, Any]]:
        """The rates as plain dicts."""
        lines = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, line, strict=True)) for line in lines]

    def table(self) -> pa.Table:
        """The rates as an Arrow table, the method in its schema's metadata."""
        described = {f"samling.{k}": json.dumps(v) for k, v in asdict(self.method).items()}
        return pa.table(dict(self.columns)).replace_schema_metadata(described)


def check_options(per: float, level: float) -> None:
    """OptionError unless 0 < level < 1 and `per` is a number above 0."""
    if not isinstance(level, Real):
        raise OptionError(f"level={level!r} must be a number between 0 and 1: 0.95 for 95 %.")
    check_level(level)
    if not 0 < number_or_nan(per) < inf:
        raise OptionError(f"per={per!r} must be above 0: 100000 for events per 100,000 people.")


def listed(values: FloatArray, shown: Any = True) -> list[float | None]:
    """Plain numbers; None where not shown or not a number."""
    known = np.broadcast_to(shown, values.shape) & np.isfinite(values)
    return [float(v) if k else None for v, k in zip(values, known, strict=True)]
