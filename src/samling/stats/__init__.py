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
from samling.stats.errors import ComparisonError, OptionError, StatsError
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.sampling.estimator import Estimator, infer

__all__ = [
    "ComparisonError",
    "Design",
    "Diagnosis",
    "Dropped",
    "Estimates",
    "Estimator",
    "Mean",
    "Method",
    "OptionError",
    "Prop",
    "Ratio",
    "Result",
    "Statistic",
    "StatsError",
    "Total",
    "WaldTest",
    "estimate",
    "infer",
    "mean",
    "prop",
    "ratio",
    "total",
]
