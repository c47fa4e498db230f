"""The science: a table in, frozen results out; no Django, usable alone from a notebook."""

from samling.stats.design import Design, Diagnosis
from samling.stats.errors import StatsError
from samling.stats.estimation import estimate
from samling.stats.figures import Dropped, Method
from samling.stats.result import Result
from samling.stats.statistics import Mean, Prop, Ratio, Statistic, Total, mean, prop, ratio, total

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
