"""The sheet a chart is drawn on: its size, its axis, and the lines of text at its foot.

Nothing is left to automatic layout: margins are computed from measured texts, so an image is
exactly as wide as it says and no label is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Final

from samling.charts import palette
from samling.charts.figures import About, Language, Size, Unit
from samling.charts.language import NUMBER_LOCALE, WORDS, unit_text
from samling.charts.marks import LINE, SMALL, Layer, placed_text
from samling.charts.measure import text_width, wrap

FONT_FAMILY: Final = "Inter"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
FOOT_LINES: Final[dict[Size, int]] = {"wide": 5, "medium": 5, "narrow": 10}
WIDTH: Final[dict[Size, int]] = {"wide": 960, "medium": 720, "narrow": 340}
EDGE: Final = 8  # empty pixels around everything
SMALLEST_STEP: Final = 1e-6  # between ticks; published values are never finer
AXIS: Final = 44  # an axis with tick labels and title


@dataclass(frozen=True)
class Sheet:
    """A drawing of fixed size; plot coordinates start inside `left` and `top`.

    Every measure is in whole pixels, so that lines are sharp and the width is exact.
    """

    about: About
    language: Language
    size: Size
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    height: float = 0.0  # of the plot
    below: float = 0.0  # between the plot and the foot

    @property
    def width(self) -> float:
        """Width of the plot in pixels."""
        return WIDTH[self.size] - 2 * EDGE - self.left - self.right

    @property
    def words(self) -> dict[str, str]:
        """The fixed words in the sheet's language."""
        return WORDS[self.language]

    def spec(self, layers: Sequence[Layer], description: str, notes: Sequence[str] = ()) -> Layer:
        """The whole Vega-Lite spec: layers that hold anything, the foot, and one configuration."""
        foot, foot_height = self._foot(notes)
        drawn = [item for item in layers if item["data"]["values"]]
        locale = {"number": NUMBER_LOCALE[self.language]}
        return {
            "$schema": SCHEMA,
            "description": description,
            "background": palette.PAPER,
            "width": self.width,
            "height": self.height,
            "padding": {
                "left": self.left + EDGE,
                "right": self.right + EDGE,
                "top": self.top + EDGE,
                "bottom": self.below + foot_height + EDGE,
            },
            "autosize": {"type": "none"},
            "config": {**CONFIG, "locale": locale},
            "layer": [*drawn, *foot],
            "usermeta": {"language": self.language},
        }

    def _foot(self, notes: Sequence[str]) -> tuple[list[Layer], float]:
        """Example data in bold, then notes, then what is measured and the source."""
        words, room = self.words, WIDTH[self.size] - 2 * EDGE
        end = "" if self.about.indicator.endswith((".", "?", "!")) else "."
        source = f"{self.about.indicator}{end} {words['source']}: {self.about.source}"
        quiet = wrap(" ".join([*notes, source]), room, SMALL, lines=FOOT_LINES[self.size])
        x, y = -self.left, self.height + self.below + LINE
        layers = []
        if self.about.example_data:
            row = {"x": x, "y": y, "text": words["example"]}
            style = {"fontSize": SMALL, "fontWeight": 600, "color": palette.EXAMPLE}
            layers.append(placed_text([row], name="example-data", **style))
            y += LINE + 2
        row = {"x": x, "y": y, "text": quiet}
        layers.append(placed_text([row], fontSize=SMALL, color=palette.QUIET))
        return layers, y + LINE * (quiet.count("\n") + 0.5) - self.height - self.below

    def axis(self, ticks: Sequence[float], unit: Unit) -> dict[str, Any]:
        """A value axis along the bottom with its own ticks, format, and words for its purpose."""
        title = unit_text(unit, self.language)
        return {
            "values": list(ticks),
            "format": f",.{tick_decimals(ticks)}f",
            "title": wrap(title, self.width, SMALL, lines=1),
            "description": title,
            "orient": "bottom",
        }


CONFIG: Final[dict[str, Any]] = {
    "font": f"{FONT_FAMILY}, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": True,
        "gridColor": palette.GRID,
        "labelFontSize": SMALL,
        "labelColor": palette.QUIET,
        "labelPadding": 6,
        "labelFlush": False,
        "labelOverlap": False,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "titleColor": palette.QUIET,
        "titlePadding": 6,
        "aria": False,
    },
}


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers that cover low to high in at most `most` ticks; two when low equals high."""
    span = (high - low) or abs(high) or 1.0
    rough = max(span / max(most - 1, 1), SMALLEST_STEP)
    unit = 10.0 ** floor(log10(rough))
    for factor in (1, 2, 5, 10, 20, 50):
        step = factor * unit
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first < most:
            break
    last = max(last, first + 1)
    decimals = max(0, -floor(log10(step) + 1e-9))
    return [round(i * step, decimals) for i in range(first, last + 1)]


def value_ticks(
    values: Sequence[float], from_zero: bool, percent: bool, most: int = 6
) -> list[float]:
    """Ticks for an axis that must hold the values; a percent axis stays within 0 to 100."""
    low, high = min(values, default=0.0), max(values, default=100.0 if percent else 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    ticks = nice_ticks(low, high, most)
    inside = [t for t in ticks if 0 <= t <= 100]
    return inside if percent and len(inside) > 1 and low >= 0 and high <= inside[-1] else ticks


def place(value: float, domain: tuple[float, float], length: float) -> float:
    """Where a value falls along a scale of `length` pixels, from its low end."""
    return (value - domain[0]) / (domain[1] - domain[0]) * length


def spread_out(places: Sequence[float], room: Sequence[float], end: float) -> list[float]:
    """Move labels apart so that each has its own room, as little as possible, above `end`.

    `places` are middles and `room` heights, in any order; the answer is in the same order.
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    edge = float("-inf")
    for i in order:
        moved[i] = max(moved[i], edge + room[i] / 2)
        edge = moved[i] + room[i] / 2
    edge = end
    for i in reversed(order):
        moved[i] = min(moved[i], edge - room[i] / 2)
        edge = moved[i] - room[i] / 2
    return moved


def tick_decimals(ticks: Sequence[float]) -> int:
    """How many decimals tell the ticks apart."""
    for decimals in range(6):
        if all(abs(round(t, decimals) - t) < 1e-9 for t in ticks):
            return decimals
    return 6


def label_room(labels: Sequence[str], most: float, size: float, bold: bool = True) -> float:
    """Room for the widest label in whole pixels, but no more than `most`."""
    widest = max((text_width(label, size, bold) for label in labels), default=0.0)
    return float(min(most, ceil(widest + 1)))
