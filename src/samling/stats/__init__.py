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
    AgeBandError,
    AreaJoinError,
    AreaVarianceError,
    AuxiliaryError,
    CollinearError,
    ComparisonError,
    CountError,
    CovariateError,
    DataError,
    EmptyDataError,
    EstimatesError,
    ExtremeValueError,
    FpcError,
    GroupError,
    InfeasibleError,
    LonelyPsuError,
    MeasureError,
    MissingDesignValueError,
    ModelConvergenceError,
    NegativeWeightError,
    NestingError,
    NotBinaryError,
    NotNumericError,
    OptionError,
    PreventiveFactorError,
    ReplicationError,
    ResponseError,
    SeparationError,
    ShareError,
    StatsError,
    StrataError,
    TableError,
    TargetError,
    TermError,
    TimePointsError,
    UnknownVariableError,
    WeightError,
)
from samling.stats.explaining.explain import explain_outcome
from samling.stats.explaining.explanation import Explanation
from samling.stats.inequality.analysis import inequality
from samling.stats.inequality.measures import WHO_MEASURES
from samling.stats.inequality.ranked import ranked_inequality
from samling.stats.inequality.result import Inequalities
from samling.stats.inequality.simulation import Simulation
from samling.stats.inference.estimates import Estimates, Replicates, WaldTest
from samling.stats.inference.interaction import AdditiveInteraction, additive_interaction
from samling.stats.multilevel.maihda import maihda
from samling.stats.multilevel.result import Maihda
from samling.stats.quantiles.estimation import Quantiles, quantiles
from samling.stats.rates.crude import crude_proportion, crude_rate
from samling.stats.rates.life import life_expectancy
from samling.stats.rates.result import RateMethod, Rates
from samling.stats.rates.standard import standard_population
from samling.stats.rates.standardised import direct_rate, indirect_rate, indirect_ratio
from samling.stats.rates.survey import Standardised, standardise
from samling.stats.regression.model import (
    linear_regression,
    log_binomial_regression,
    logistic_regression,
    prevalence_ratios,
)
from samling.stats.regression.result import Regression
from samling.stats.regression.rounds import RoundComparison, compare_rounds, compare_separate_rounds
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
from samling.stats.sampling.replicates import Replication
from samling.stats.sampling.steps import TargetReached, WeightStep
from samling.stats.smallareas.areas import DirectColumns
from samling.stats.smallareas.benchmark import Benchmark
from samling.stats.smallareas.fay_herriot import fay_herriot
from samling.stats.smallareas.result import SmallAreas
from samling.stats.testing.chi_square import ChiSquare, chi_square
from samling.stats.testing.goodness import goodness_of_fit

__all__ = [
    "WHO_MEASURES",
    "AdditiveInteraction",
    "AgeBandError",
    "AreaJoinError",
    "AreaVarianceError",
    "AuxiliaryError",
    "Benchmark",
    "Categorical",
    "ChiSquare",
    "CollinearError",
    "ComparisonError",
    "CountError",
    "CovariateError",
    "DataError",
    "Design",
    "Diagnosis",
    "DirectColumns",
    "Dropped",
    "EmptyDataError",
    "Estimates",
    "EstimatesError",
    "Estimator",
    "Explanation",
    "ExtremeValueError",
    "FpcError",
    "GroupError",
    "Inequalities",
    "InfeasibleError",
    "Interaction",
    "LonelyPsuError",
    "Maihda",
    "Mean",
    "MeasureError",
    "Method",
    "MissingDesignValueError",
    "ModelConvergenceError",
    "NegativeWeightError",
    "NestingError",
    "NotBinaryError",
    "NotNumericError",
    "Numeric",
    "OptionError",
    "Polynomial",
    "PreventiveFactorError",
    "Prop",
    "Quantiles",
    "RateMethod",
    "Rates",
    "Ratio",
    "Regression",
    "Replicates",
    "Replication",
    "ReplicationError",
    "ResponseError",
    "Result",
    "RoundComparison",
    "SeparationError",
    "ShareError",
    "Simulation",
    "SmallAreas",
    "Standardised",
    "Statistic",
    "StatsError",
    "StrataError",
    "TableError",
    "TargetError",
    "TargetReached",
    "TermError",
    "TimePointsError",
    "Total",
    "Trend",
    "Trends",
    "UnknownVariableError",
    "WaldTest",
    "WeightError",
    "WeightStep",
    "additive_interaction",
    "categorical",
    "chi_square",
    "compare_rounds",
    "compare_separate_rounds",
    "crude_proportion",
    "crude_rate",
    "direct_rate",
    "estimate",
    "estimate_jointly",
    "explain_outcome",
    "fay_herriot",
    "goodness_of_fit",
    "indirect_rate",
    "indirect_ratio",
    "inequality",
    "infer",
    "interaction",
    "life_expectancy",
    "linear_regression",
    "log_binomial_regression",
    "logistic_regression",
    "maihda",
    "mean",
    "numeric",
    "polynomial",
    "prevalence_ratios",
    "prop",
    "quantiles",
    "ranked_inequality",
    "ratio",
    "standard_population",
    "standardise",
    "total",
    "trend",
    "trends",
]
