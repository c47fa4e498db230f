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
from samling.stats.explaining.explain import explain_outcome
from samling.stats.explaining.explanation import Explanation
from samling.stats.inference.estimates import Estimates, WaldTest
from samling.stats.inference.interaction import AdditiveInteraction, additive_interaction
from samling.stats.multilevel.maihda import maihda
from samling.stats.multilevel.result import Maihda
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
from samling.stats.smallareas.areas import DirectColumns
from samling.stats.smallareas.benchmark import Benchmark
from samling.stats.smallareas.fay_herriot import fay_herriot
from samling.stats.smallareas.result import SmallAreas

__all__ = [
    "AdditiveInteraction",
    "Benchmark",
    "Categorical",
    "CollinearError",
    "ComparisonError",
    "Design",
    "Diagnosis",
    "DirectColumns",
    "Dropped",
    "Estimates",
    "Estimator",
    "Explanation",
    "Interaction",
    "Maihda",
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
    "SmallAreas",
    "Statistic",
    "StatsError",
    "TermError",
    "TimePointsError",
    "Total",
    "Trend",
    "Trends",
    "WaldTest",
    "additive_interaction",
    "categorical",
    "compare_rounds",
    "compare_separate_rounds",
    "estimate",
    "explain_outcome",
    "fay_herriot",
    "infer",
    "interaction",
    "linear_regression",
    "log_binomial_regression",
    "logistic_regression",
    "maihda",
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
