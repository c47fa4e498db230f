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
    CollinearError,
    ComparisonError,
    OptionError,
    SeparationError,
    StatsError,
    TermError,
    TimePointsError,
)
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.regression.model import (
    linear_regression,
    log_binomial_regression,
    logistic_regression,
    prevalence_ratios,
)
from samling.stats.regression.result import Regression
from samling.stats.regression.rounds import (
    RoundComparison,
    compare_rounds,
    compare_separate_rounds,
)
from samling.stats.regression.terms import (
    Categorical,
    Interaction,
    Numeric,
    Polynomial,
    categorical,
    interaction,
    numeric,
    polynomial,
)
from samling.stats.regression.trends import Trend, Trends, trend, trends
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.sampling.estimator import Estimator, infer

__all__ = [
    "Categorical",
    "CollinearError",
    "ComparisonError",
    "Design",
    "Diagnosis",
    "Dropped",
    "Estimates",
    "Estimator",
    "Interaction",
    "Mean",
    "Method",
    "Numeric",
    "OptionError",
    "Polynomial",
    "Prop",
    "Ratio",
    "Regression",
    "Result",
    "RoundComparison",
    "SeparationError",
    "Statistic",
    "StatsError",
    "TermError",
    "TimePointsError",
    "Total",
    "Trend",
    "Trends",
    "WaldTest",
    "categorical",
    "compare_rounds",
    "compare_separate_rounds",
    "estimate",
    "infer",
    "interaction",
    "linear_regression",
    "log_binomial_regression",
    "logistic_regression",
    "mean",
    "numeric",
    "polynomial",
    "prevalence_ratios",
    "prop",
    "ratio",
    "total",
    "trend",
    "trends",
]
