"""The science: a table in, frozen results out; no Django, usable alone from a notebook."""

from samling.stats.cube.estimation import estimate
from samling.stats.cube.figures import Dropped, Method
from samling.stats.cube.joint import estimate_jointly
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
from samling.stats.inference.estimates import Estimates, Replicates, WaldTest
from samling.stats.quantiles.estimation import Quantiles, quantiles
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.sampling.estimator import Estimator, infer
from samling.stats.sampling.replicates import Replication
from samling.stats.sampling.steps import TargetReached, WeightStep
from samling.stats.testing.chi_square import ChiSquare, chi_square
from samling.stats.testing.goodness import goodness_of_fit

__all__ = [
    "AuxiliaryError",
    "ChiSquare",
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
    "Quantiles",
    "Ratio",
    "Replicates",
    "Replication",
    "ResponseError",
    "Result",
    "Statistic",
    "StatsError",
    "TargetError",
    "TargetReached",
    "Total",
    "WaldTest",
    "WeightStep",
    "chi_square",
    "estimate",
    "estimate_jointly",
    "goodness_of_fit",
    "infer",
    "mean",
    "prop",
    "quantiles",
    "ratio",
    "total",
]
