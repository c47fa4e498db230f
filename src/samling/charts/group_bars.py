"""One indicator over groups or areas: bars from zero, or dots on a cut scale, with whiskers."""

from dataclasses import dataclass
from typing import Any

from samling.charts import palette
from samling.charts.description import describe_group_bars
from samling.charts.figures import GroupBars, Language, Row, Size
from samling.charts.language import HIDDEN_MARK, interval_text, value_text
from samling.charts.marks import (
    LINE,
    SMALL,
    TEXT_SIZE,
    Layer,
    along,
    layer,
    pixels,
    placed_lines,
    placed_text,
)
from samling.charts.measure import text_width, wrap
from samling.charts.sheet import AXIS, EDGE, WIDTH, Sheet, label_room, value_ticks

GAP = 12  # between labels and plot
BAR = 14  # thickness of a bar
INSET = 10.0  # room for half a tick label at the ends of a narrow plot
CAP = 4  # half the height of a whisker's end


@dataclass(frozen=True)
class Placed:
    """A row with its wrapped label and the middle of its bar."""

    row: Row
    label: str
    label_y: float
    y: float
    top: float


def group_bars_spec(figure: GroupBars, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: labels beside the bars when wide, above them when narrow."""
    placed, height, left = place_rows(figure, size)
    sheet = Sheet(
        about=figure.about,
        language=language,
        size=size,
        left=left,
        right=_value_column(figure, language) if size != "narrow" else INSET,
        top=24.0 if figure.reference else 4.0,
        height=height,
        below=AXIS,
    )
    ticks = value_ticks(
        _all_values(figure),
        figure.from_zero,
        figure.about.unit.percent,
        6 if size != "narrow" else 5,
    )
    domain = (ticks[0], ticks[-1])
    layers = [
        *_marks(placed, figure, sheet, ticks),
        *_reference(placed, figure, sheet, domain),
        *_labels(placed, sheet),
        *_values(placed, figure, sheet),
    ]
    return sheet.spec(layers, describe_group_bars(figure, language), _notes(figure, sheet))


def place_rows(figure: GroupBars, size: Size) -> tuple[list[Placed], float, float]:
    """Rows from the top, the height they take, and the room left of the plot."""
    labels = [row.label for row in figure.rows]
    if size != "narrow":
        left = label_room(labels, WIDTH[size] / 3, TEXT_SIZE) + GAP
        wrapped = [wrap(text, left - GAP, TEXT_SIZE, bold=True) for text in labels]
    else:
        left = INSET
        room = WIDTH[size] - 2 * EDGE - 70
        wrapped = [wrap(text, room, TEXT_SIZE, bold=True) for text in labels]
    placed, y = [], 0.0
    for row, label in zip(figure.rows, wrapped, strict=True):
        extra = label.count("\n") * LINE
        if size != "narrow":
            step = max(30.0, extra + LINE + 10)
            placed.append(Placed(row, label, y + (step - extra) / 2, y + step / 2, y))
        else:
            step = 44.0 + extra
            placed.append(Placed(row, label, y + 12, y + extra + 29, y))
        y += step
    return placed, y, left


def _value_column(figure: GroupBars, language: Language) -> float:
    return GAP + 4 + _value_room(figure, language) + _interval_room(figure, language)


def _value_room(figure: GroupBars, language: Language) -> float:
    texts = [value_text(row.value, figure.about.unit, language) for row in figure.rows]
    return label_room(texts, 120, TEXT_SIZE)


def _interval_room(figure: GroupBars, language: Language) -> float:
    texts = _intervals(figure, language)
    return label_room([t for t in texts if t], 140, SMALL) + 8 if any(texts) else 0.0


def _intervals(figure: GroupBars, language: Language) -> list[str]:
    return [
        interval_text(row.low, row.high, figure.about.unit, language)
        if row.low is not None and row.high is not None
        else ""
        for row in figure.rows
    ]


def _all_values(figure: GroupBars) -> list[float]:
    values = [v for row in figure.rows for v in (row.value, row.low, row.high) if v is not None]
    return [*values, figure.reference.value] if figure.reference else values


def _marks(
    placed: list[Placed], figure: GroupBars, sheet: Sheet, ticks: list[float]
) -> list[Layer]:
    """Bars under their whiskers, or dots over them."""
    axis, domain = sheet.axis(ticks, figure.about.unit), (ticks[0], ticks[-1])
    shown = [_datum(p, figure, sheet) for p in placed if p.row.value is not None]
    mark: dict[str, Any] = {"type": "bar", "height": BAR, "orient": "horizontal"}
    if not figure.from_zero:
        mark = {"type": "point", "filled": True, "opacity": 1, "size": 110, "shape": "circle"}
    main = layer(
        # A row outside the picture keeps the axis when every value is hidden.
        shown
        or [{"label": "", "value": ticks[0], "y": -1000.0, "color": palette.PAPER, "text": ""}],
        mark,
        x=along("value", domain, axis),
        y=pixels("y"),
        color={"field": "color", "type": "nominal", "scale": None, "legend": None},
        description={"field": "text", "type": "nominal"},
    )
    whiskers = whisker_layers([d for d in shown if "low" in d], domain, axis)
    return [main, *whiskers] if figure.from_zero else [*whiskers[1:], main]


def whisker_layers(
    rows: list[dict[str, Any]], domain: tuple[float, float], axis: dict[str, Any]
) -> list[Layer]:
    """A light edge that sets a whisker off from a bar, its line, and its two ends."""
    ends = [
        {"value": row[end], "y": row["y"] - CAP, "y2": row["y"] + CAP}
        for row in rows
        for end in ("low", "high")
    ]
    line = {"x": along("low", domain, axis), "x2": {"field": "high"}, "y": pixels("y")}
    caps = {"x": along("value", domain, axis), "y": pixels("y"), "y2": {"field": "y2"}}
    style = {"type": "rule", "color": palette.INK, "strokeWidth": 1.5}
    halo = {"type": "rule", "color": palette.PAPER, "strokeWidth": 3.5}
    return [layer(rows, halo, **line), layer(rows, style, **line), layer(ends, style, **caps)]


def _datum(placed: Placed, figure: GroupBars, sheet: Sheet) -> dict[str, Any]:
    row, unit = placed.row, figure.about.unit
    shown = value_text(row.value, unit, sheet.language)
    datum: dict[str, Any] = {
        "label": row.label,
        "value": row.value,
        "y": placed.y,
        "color": palette.BAR_HIGHLIGHT if row.highlighted else palette.BAR,
        "text": f"{row.label}: {shown}",
    }
    if row.low is not None and row.high is not None:
        datum |= {"low": row.low, "high": row.high}
        datum["text"] += " " + interval_text(row.low, row.high, unit, sheet.language)
    return datum


def _reference(
    placed: list[Placed], figure: GroupBars, sheet: Sheet, domain: tuple[float, float]
) -> list[Layer]:
    """A dashed line, named above the plot: through all rows, or past each bar when narrow."""
    if figure.reference is None:
        return []
    unit = figure.about.unit.written_with(figure.reference.decimals)
    value = value_text(figure.reference.value, unit, sheet.language)
    text = f"{figure.reference.label} {value}"
    share = (figure.reference.value - domain[0]) / (domain[1] - domain[0])
    half = text_width(text, SMALL, bold=True) / 2
    x = share * sheet.width
    label_x = min(max(x, half - sheet.left), sheet.width + sheet.right - half)
    ends = [(-6.0, sheet.height)]
    if sheet.size == "narrow":
        shown = [p for p in placed if p.row.value is not None]
        ends = [(-6.0, 0.0), *((p.y - 8, p.y + 9) for p in shown)]
    line = [{"x": x, "x2": x, "y": y, "y2": y2} for y, y2 in ends]
    return [
        placed_lines(line, strokeDash=[5, 3], strokeWidth=1.5, color=palette.INK),
        placed_text(
            [{"x": label_x, "y": -16.0, "text": text}],
            align="center",
            fontSize=SMALL,
            fontWeight=600,
        ),
    ]


def _labels(placed: list[Placed], sheet: Sheet) -> list[Layer]:
    layers = []
    for highlighted in (False, True):
        rows = [
            {"x": -sheet.left, "y": p.label_y, "text": p.label}
            for p in placed
            if p.row.highlighted is highlighted
        ]
        layers.append(placed_text(rows, fontWeight=600 if highlighted else "normal"))
    return layers


def _values(placed: list[Placed], figure: GroupBars, sheet: Sheet) -> list[Layer]:
    """Values in one column: after the plot when wide, on the label's line when narrow."""
    unit, wide = figure.about.unit, sheet.size != "narrow"
    x = sheet.width + INSET
    if wide:
        x = sheet.width + GAP + 4 + _value_room(figure, sheet.language)
    column = [
        {
            "x": x,
            "y": p.y if wide else p.label_y,
            "text": value_text(p.row.value, unit, sheet.language),
        }
        for p in placed
    ]
    shown = [c for c in column if c["text"] != HIDDEN_MARK]
    hidden = [c for c in column if c["text"] == HIDDEN_MARK]
    intervals = [
        {"x": sheet.width + sheet.right, "y": p.y, "text": text}
        for p, text in zip(placed, _intervals(figure, sheet.language), strict=True)
        if text and wide
    ]
    return [
        placed_text(shown, align="right", fontWeight=600),
        placed_text(hidden, align="right", fontWeight=600, color=palette.HIDDEN),
        placed_text(intervals, align="right", fontSize=SMALL, color=palette.QUIET),
    ]


def _notes(figure: GroupBars, sheet: Sheet) -> list[str]:
    notes = []
    if any(row.low is not None for row in figure.rows):
        notes.append(figure.about.interval_note or sheet.words["interval"])
    if any(row.value is None for row in figure.rows):
        notes.append(sheet.words["hidden"] + ".")
    return notes
