"""The science: a table in, frozen results out; no Django, usable alone from a notebook."""

from samling.stats.cube.estimation import estimate
from samling.stats.cube.figures import Dropped, Method
from samling.stats.cube.result import Result
from samling.stats.cube.statistics import (
    Mean,
    Prop,
    Ratio,
    Statistic,
    Total,
    mean,
    prop,
    ratio,
    total,
)
from samling.stats.errors import StatsError
from samling.stats.sampling.design import Design, Diagnosis

__all__ = [
    "Design",
    "Diagnosis",
    "Dropped",
    "Mean",
    "Method",
    "Prop",
    "Ratio",
    "Result",
    "Statistic",
    "StatsError",
    "Total",
    "estimate",
    "mean",
    "prop",
    "ratio",
    "total",
]
