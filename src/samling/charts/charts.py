"""One door for every kind of chart."""

from collections.abc import Callable
from typing import Any, Final

from samling.charts import description
from samling.charts.area_map import area_map_spec
from samling.charts.distribution_bars import distribution_bars_spec
from samling.charts.figures import (
    AreaMap,
    DistributionBars,
    Figure,
    GapDots,
    GroupBars,
    Language,
    ModelDots,
    ProfileSpine,
    Size,
    Trend,
)
from samling.charts.gap_dots import gap_dots_spec
from samling.charts.group_bars import group_bars_spec
from samling.charts.marks import Layer
from samling.charts.model_dots import model_dots_spec
from samling.charts.profile_spine import profile_spine_spec
from samling.charts.trend import trend_spec

SPECS: Final[dict[type, Callable[[Any, Language, Size], Layer]]] = {
    GroupBars: group_bars_spec,
    Trend: trend_spec,
    GapDots: gap_dots_spec,
    AreaMap: area_map_spec,
    ProfileSpine: profile_spine_spec,
    DistributionBars: distribution_bars_spec,
    ModelDots: model_dots_spec,
}
DESCRIPTIONS: Final[dict[type, Callable[[Any, Language], str]]] = {
    GroupBars: description.describe_group_bars,
    Trend: description.describe_trend,
    GapDots: description.describe_gap_dots,
    AreaMap: description.describe_area_map,
    ProfileSpine: description.describe_profile_spine,
    DistributionBars: description.describe_distribution_bars,
    ModelDots: description.describe_model_dots,
}


def spec(figure: Figure, language: Language = "sv", size: Size = "wide") -> Layer:
    """A figure as a Vega-Lite spec of fixed size: 960 pixels wide, 720, or 340 for phones."""
    return SPECS[type(figure)](figure, language, size)


def describe(figure: Figure, language: Language = "sv") -> str:
    """A figure in words, for the image's text alternative."""
    return DESCRIPTIONS[type(figure)](figure, language)


def extent(drawn: Layer) -> tuple[int, int]:
    """Width and height of a spec's picture in pixels."""
    room = drawn["padding"]
    width = drawn["width"] + room["left"] + room["right"]
    height = drawn["height"] + room["top"] + room["bottom"]
    return round(width), round(height)
