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
from samling.stats.errors import (
    AuxiliaryError,
    ComparisonError,
    InfeasibleError,
    NegativeWeightError,
    OptionError,
    ResponseError,
    StatsError,
    TargetError,
)
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.sampling.estimator import Estimator, infer
from samling.stats.sampling.steps import TargetReached, WeightStep

__all__ = [
    "AuxiliaryError",
    "ComparisonError",
    "Design",
    "Diagnosis",
    "Dropped",
    "Estimates",
    "Estimator",
    "InfeasibleError",
    "Mean",
    "Method",
    "NegativeWeightError",
    "OptionError",
    "Prop",
    "Ratio",
    "ResponseError",
    "Result",
    "Statistic",
    "StatsError",
    "TargetError",
    "TargetReached",
    "Total",
    "WaldTest",
    "WeightStep",
    "estimate",
    "infer",
    "mean",
    "prop",
    "ratio",
    "total",
]
