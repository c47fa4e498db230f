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
    ComparisonError,
    CountError,
    GroupError,
    MeasureError,
    OptionError,
    ShareError,
    StatsError,
)
from samling.stats.inequality.analysis import inequality
from samling.stats.inequality.measures import WHO_MEASURES
from samling.stats.inequality.ranked import ranked_inequality
from samling.stats.inequality.result import Inequalities
from samling.stats.inequality.simulation import Simulation
from samling.stats.inference.estimates import Estimates, Replicates, WaldTest
from samling.stats.quantiles.estimation import Quantiles, quantiles
from samling.stats.rates.crude import crude_proportion, crude_rate
from samling.stats.rates.life import life_expectancy
from samling.stats.rates.result import RateMethod, Rates
from samling.stats.rates.standard import standard_population
from samling.stats.rates.standardised import direct_rate, indirect_rate, indirect_ratio
from samling.stats.rates.survey import Standardised, standardise
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.sampling.estimator import Estimator, infer
from samling.stats.sampling.replicates import Replication
from samling.stats.testing.chi_square import ChiSquare, chi_square
from samling.stats.testing.goodness import goodness_of_fit

__all__ = [
    "WHO_MEASURES",
    "AgeBandError",
    "ChiSquare",
    "ComparisonError",
    "CountError",
    "Design",
    "Diagnosis",
    "Dropped",
    "Estimates",
    "Estimator",
    "GroupError",
    "Inequalities",
    "Mean",
    "MeasureError",
    "Method",
    "OptionError",
    "Prop",
    "Quantiles",
    "RateMethod",
    "Rates",
    "Ratio",
    "Replicates",
    "Replication",
    "Result",
    "ShareError",
    "Simulation",
    "Standardised",
    "Statistic",
    "StatsError",
    "Total",
    "WaldTest",
    "chi_square",
    "crude_proportion",
    "crude_rate",
    "direct_rate",
    "estimate",
    "estimate_jointly",
    "goodness_of_fit",
    "indirect_rate",
    "indirect_ratio",
    "inequality",
    "infer",
    "life_expectancy",
    "mean",
    "prop",
    "quantiles",
    "ranked_inequality",
    "ratio",
    "standard_population",
    "standardise",
    "total",
]
