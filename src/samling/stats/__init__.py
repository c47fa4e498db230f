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
from samling.stats.inference.interaction import AdditiveInteraction, additive_interaction
from samling.stats.multilevel.maihda import maihda
from samling.stats.multilevel.result import Maihda
from samling.stats.sampling.design import Design, Diagnosis
from samling.stats.smallareas.areas import DirectColumns
from samling.stats.smallareas.benchmark import Benchmark
from samling.stats.smallareas.fay_herriot import fay_herriot
from samling.stats.smallareas.result import SmallAreas

__all__ = [
    "AdditiveInteraction",
    "Benchmark",
    "Design",
    "Diagnosis",
    "DirectColumns",
    "Dropped",
    "Maihda",
    "Mean",
    "Method",
    "Prop",
    "Ratio",
    "Result",
    "SmallAreas",
    "Statistic",
    "StatsError",
    "Total",
    "additive_interaction",
    "estimate",
    "fay_herriot",
    "maihda",
    "mean",
    "prop",
    "ratio",
    "total",
]
