"""Figures in, pictures out: Vega-Lite specs, SVG, PNG and a text alternative for each.

`spec(figure, language, size)` lays a figure out, `render_svg` and `render_png` draw it, and
`describe(figure, language)` says it in words. Knows nothing of pages, releases or databases.
"""

from samling.charts.charts import describe, extent, spec
from samling.charts.figures import (
    About,
    AreaMap,
    AreaValue,
    Break,
    DistributionBars,
    Figure,
    FigureError,
    GapDots,
    GapRow,
    GroupBars,
    Language,
    ModelDots,
    ModelRow,
    ProfileRow,
    ProfileSpine,
    Reference,
    Row,
    Series,
    ShareRow,
    Size,
    Trend,
    Unit,
    YearValue,
)
from samling.charts.render import render_png, render_svg, svg_policy
from samling.charts.sheet import FONT_FAMILY

__all__ = [
    "FONT_FAMILY",
    "About",
    "AreaMap",
    "AreaValue",
    "Break",
    "DistributionBars",
    "Figure",
    "FigureError",
    "GapDots",
    "GapRow",
    "GroupBars",
    "Language",
    "ModelDots",
    "ModelRow",
    "ProfileRow",
    "ProfileSpine",
    "Reference",
    "Row",
    "Series",
    "ShareRow",
    "Size",
    "Trend",
    "Unit",
    "YearValue",
    "describe",
    "extent",
    "render_png",
    "render_svg",
    "spec",
    "svg_policy",
]
