"""Direct estimates beside a model's: two dots with their intervals in every area's row."""

from dataclasses import dataclass
from typing import Any

from samling.charts import palette
from samling.charts.description import describe_model_dots
from samling.charts.figures import Language, ModelDots, ModelRow, Size
from samling.charts.language import HIDDEN_MARK, interval_text, value_text
from samling.charts.marks import (
    LINE,
    SMALL,
    TEXT_SIZE,
    Layer,
    along,
    layer,
    pixels,
    placed_points,
    placed_text,
)
from samling.charts.measure import text_width, wrap
from samling.charts.sheet import AXIS, EDGE, WIDTH, Sheet, label_room, value_ticks

GAP = 14
APART = 16.0  # between the two lines of a row
SHAPES = ("circle", "diamond")
SIZES = (70, 100)
COLORS = (palette.SERIES[1], palette.SERIES[0])


@dataclass(frozen=True)
class Placed:
    """A row with its wrapped label, the number of answers, and the middles of its two lines."""

    row: ModelRow
    label: str
    label_y: float
    count_y: float
    lines: tuple[float, float]


def model_dots_spec(figure: ModelDots, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: labels beside the dots when wide, above them when narrow."""
    placed, height, left = _places(figure, size)
    values = [v for row in figure.rows for ends in row.ends() for v in ends]
    key, key_height = _key_places(figure, language, size)
    right = _value_room(figure, language) + GAP
    sheet = Sheet(figure.about, language, size, left, right, key_height, height, AXIS)
    unit = figure.about.unit
    ticks = value_ticks(values, not values, unit.percent, 6 if size != "narrow" else 4)
    axis, domain = sheet.axis(ticks, unit), (ticks[0], ticks[-1])
    layers: list[Layer] = []
    for estimate in (0, 1):
        layers += _estimates(placed, estimate, figure, sheet, domain, axis)
    layers += [*_labels(placed, sheet), *_values(placed, figure, sheet), *_key(sheet, key)]
    notes = [figure.about.interval_note or sheet.words["interval"], sheet.words["model_note"]]
    if any(row.model is None for row in figure.rows):
        notes.append(sheet.words["hidden"] + ".")
    return sheet.spec(layers, describe_model_dots(figure, language), notes)


def _places(figure: ModelDots, size: Size) -> tuple[list[Placed], float, float]:
    """Rows from the top, the height they take, and the room left of the plot."""
    wide = size != "narrow"
    names = [row.label for row in figure.rows]
    left = label_room(names, WIDTH[size] / 3, TEXT_SIZE) + GAP if wide else 12.0
    room = left - GAP if wide else WIDTH[size] - 2 * EDGE - 90
    placed, y = [], 0.0
    for row in figure.rows:
        label = wrap(row.label, room, TEXT_SIZE, lines=2)
        extra = label.count("\n") * LINE
        if wide:
            step, middle = 48.0 + extra, y + 24.0 + extra / 2
            top = middle - (LINE + extra) / 2
            placed.append(Placed(row, label, top, top + LINE + extra, _pair(middle)))
        else:
            step, middle = 64.0 + extra, y + extra + 40.0
            placed.append(Placed(row, label, y + 12.0, y + 12.0, _pair(middle)))
        y += step
    return placed, y, left


def _pair(middle: float) -> tuple[float, float]:
    return middle - APART / 2, middle + APART / 2


def _estimates(
    placed: list[Placed],
    estimate: int,
    figure: ModelDots,
    sheet: Sheet,
    domain: tuple[float, float],
    axis: dict[str, Any],
) -> list[Layer]:
    """One kind of estimate: its intervals under its dots."""
    rows = []
    for spot in placed:
        ends = spot.row.ends()[estimate]
        if ends:
            value, low, high = ends
            name, text = _name(sheet, estimate), _text(figure, sheet.language, ends)
            rows.append(
                {
                    "label": spot.row.label,
                    "value": value,
                    "low": low,
                    "high": high,
                    "y": spot.lines[estimate],
                    "text": f"{spot.row.label}, {name}: {text}",
                }
            )
    # A row outside the picture keeps the axis when every value is hidden.
    blank = {"label": "", "value": domain[0], "low": domain[0], "high": domain[0], "text": ""}
    shown = rows or [{**blank, "y": -1000.0}]
    line = {"type": "rule", "strokeWidth": 2, "color": COLORS[estimate]}
    style = {"shape": SHAPES[estimate], "color": COLORS[estimate], "size": SIZES[estimate]}
    dot = {"type": "point", "filled": True, "opacity": 1, **style}
    text_field = {"field": "text", "type": "nominal"}
    x, y = along("low", domain, axis), pixels("y")
    return [
        layer(shown, line, x=x, x2={"field": "high"}, y=y),
        layer(shown, dot, x=along("value", domain, axis), y=y, description=text_field),
    ]


def _name(sheet: Sheet, estimate: int) -> str:
    return sheet.words[("direct", "model")[estimate]]


def _text(figure: ModelDots, language: Language, ends: tuple[float, float, float]) -> str:
    unit = figure.about.unit
    return f"{value_text(ends[0], unit, language)} {interval_text(*ends[1:], unit, language)}"


def _labels(placed: list[Placed], sheet: Sheet) -> list[Layer]:
    """Names, and in quieter text how many answered: below the name, or at the right when narrow."""
    names = [{"x": -sheet.left, "y": spot.label_y, "text": spot.label} for spot in placed]
    wide = sheet.size != "narrow"
    x = -sheet.left if wide else sheet.width + sheet.right
    counts = [
        {"x": x, "y": spot.count_y, "text": sheet.words["answers"].format(n=spot.row.n)}
        for spot in placed
        if spot.row.n is not None
    ]
    style = {"fontSize": SMALL, "color": palette.QUIET, "align": "left" if wide else "right"}
    return [placed_text(names), placed_text(counts, **style)]


def _value_room(figure: ModelDots, language: Language) -> float:
    values = [v for row in figure.rows for v in (row.direct, row.model)]
    texts = [value_text(value, figure.about.unit, language) for value in values]
    return label_room(texts, 90, TEXT_SIZE)


def _values(placed: list[Placed], figure: ModelDots, sheet: Sheet) -> list[Layer]:
    """Each estimate's value in its own colour, in one column at the right."""
    layers, unit = [], figure.about.unit
    for estimate in (0, 1):
        column = [
            {
                "x": sheet.width + sheet.right,
                "y": spot.lines[estimate],
                "text": value_text(ends[0], unit, sheet.language),
            }
            for spot in placed
            for ends in [spot.row.ends()[estimate]]
            if ends
        ]
        weight = 600 if estimate else "normal"
        layers.append(placed_text(column, align="right", fontWeight=weight, color=COLORS[estimate]))
    hidden = [
        {"x": sheet.width + sheet.right, "y": spot.lines[1], "text": HIDDEN_MARK}
        for spot in placed
        if spot.row.model is None
    ]
    return [*layers, placed_text(hidden, align="right", fontWeight=600, color=palette.HIDDEN)]


def _key_places(
    figure: ModelDots, language: Language, size: Size
) -> tuple[list[tuple[float, float, str]], float]:
    """The two names on one line, or a line each when that is too narrow."""
    words = Sheet(figure.about, language, size).words
    names = (words["direct"], words["model"])
    first = text_width(names[0], TEXT_SIZE, bold=True) + 42
    if first + text_width(names[1], TEXT_SIZE, bold=True) + 18 <= WIDTH[size] - 2 * EDGE:
        return [(0.0, 0.0, names[0]), (first, 0.0, names[1])], 30.0
    return [(0.0, 0.0, names[0]), (0.0, LINE * 1.25, names[1])], 50.0


def _key(sheet: Sheet, places: list[tuple[float, float, str]]) -> list[Layer]:
    layers = []
    for estimate, (x, y, name) in enumerate(places):
        spot = {"x": x + 6 - sheet.left, "y": y + 8 - sheet.top}
        style = {"size": SIZES[estimate]}
        layers.append(placed_points([spot], SHAPES[estimate], COLORS[estimate], **style))
        text = {"x": x + 18 - sheet.left, "y": spot["y"], "text": name}
        layers.append(placed_text([text], fontWeight=600, color=COLORS[estimate]))
    return layers
