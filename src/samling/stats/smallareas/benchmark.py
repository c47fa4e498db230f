"""Model-based values that add up to a regional value known better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from samling.stats.errors import AreaJoinError, OptionError
from samling.stats.smallareas.areas import listed
from samling.stats.tables.exact import FloatArray, number_or_nan

Benchmarking = Literal["ratio", "difference"]


@dataclass(frozen=True)
class Benchmark:
    """The region's mean or share `value`, which the areas' values weighted by `sizes` (people by
    area, for every area) are to equal: all times the same ratio, or plus the same difference."""

    value: float
    sizes: Mapping[Any, float]
    method: Benchmarking = "ratio"


@dataclass(frozen=True)
class Benchmarked:
    """The values after benchmarking, the regional value before it, and the ratio or difference."""

    values: FloatArray
    before: float
    adjustment: float


def apply_benchmark(benchmark: Benchmark, values: FloatArray, areas: Sequence[Any]) -> Benchmarked:
    """Values whose weighted mean is the benchmark's (Pfeffermann 2013, sect. 6.3).

    AreaJoinError for an area without a size, OptionError for impossible numbers.
    """
    if benchmark.method not in get_args(Benchmarking):
        raise OptionError(
            f"benchmark method={benchmark.method!r} does not exist. Choose one of: "
            f"{', '.join(get_args(Benchmarking))}."
        )
    absent = [area for area in areas if area not in benchmark.sizes]
    unknown = [area for area in benchmark.sizes if area not in set(areas)]
    if absent or unknown:
        raise AreaJoinError(
            f"The benchmark's sizes lack {len(absent)} areas ({listed(absent) or 'none'}) and "
            f"name {len(unknown)} that are not estimated ({listed(unknown) or 'none'}). Give "
            "the size of every area of the region."
        )
    if not np.isfinite(number_or_nan(benchmark.value)):
        raise OptionError(
            f"The benchmark's value is {benchmark.value!r}. Give the region's own mean or share."
        )
    size = np.array([number_or_nan(benchmark.sizes[area]) for area in areas])
    if not (np.isfinite(size).all() and (size >= 0).all() and size.sum() > 0):
        raise OptionError("The benchmark's sizes must be numbers of people, 0 or more.")
    before = float(size @ values / size.sum())
    if benchmark.method == "difference":
        adjustment = benchmark.value - before
        return Benchmarked(values + adjustment, before, adjustment)
    if before == 0:
        raise OptionError(
            f"A ratio to the benchmark {benchmark.value!r} from {before!r} does not exist. Give "
            "method='difference'."
        )
    adjustment = benchmark.value / before
    return Benchmarked(values * adjustment, before, adjustment)
