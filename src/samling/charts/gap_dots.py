"""Two groups side by side in every row: two shapes, the line between them, both values."""

from typing import Any

from samling.charts import palette
from samling.charts.description import describe_gap_dots
from samling.charts.figures import GapDots, GapRow, Language, Size
from samling.charts.language import HIDDEN_MARK, value_text
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
from samling.charts.sheet import AXIS, EDGE, WIDTH, Sheet, label_room, place, value_ticks

GAP = 14
COLORS = palette.SERIES[:2]
SHAPES = ("circle", "diamond")
SIZES = (110, 120)


def gap_dots_spec(figure: GapDots, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: the values stand outside the pair, so that they never cover it."""
    labels, middles, height, left = _places(figure, size)
    values = [v for row in figure.rows for v in (row.first, row.second) if v is not None]
    unit = figure.about.unit
    texts = [value_text(v, unit, language) for v in values] or [HIDDEN_MARK]
    side = label_room(texts, 80, SMALL) + 12  # a value's room beside the outermost shape
    key, key_height = _key_places(figure, size)
    sheet = Sheet(figure.about, language, size, left + side, side, key_height, height, AXIS)
    ticks = value_ticks(values, not values, unit.percent, 6 if size != "narrow" else 5)
    axis, domain = sheet.axis(ticks, unit), (ticks[0], ticks[-1])
    rows = [
        {"label": row.label, "first": row.first, "second": row.second, "y": y}
        for row, y in zip(figure.rows, middles, strict=True)
    ]
    paired = [row for row in rows if row["first"] is not None and row["second"] is not None]
    texts_at = [{"x": -sheet.left, "y": place_y, "text": label} for label, place_y in labels]
    layers = [
        _lines(paired, domain, axis),
        *_dots(figure, rows, domain, axis, language),
        placed_text(texts_at),
        *_values(figure, middles, sheet, domain),
        *_key(figure, sheet, key),
    ]
    notes = [sheet.words["hidden"] + "."] if len(values) < 2 * len(rows) else []
    return sheet.spec(layers, describe_gap_dots(figure, language), notes)


def _places(
    figure: GapDots, size: Size
) -> tuple[list[tuple[str, float]], list[float], float, float]:
    """Labels with the middle of their first line, the middle of every row, height, room at left."""
    names = [row.label for row in figure.rows]
    wide = size != "narrow"
    left = label_room(names, WIDTH[size] / 3, TEXT_SIZE, bold=False) + GAP if wide else 0.0
    room = left - GAP if wide else WIDTH[size] - 2 * EDGE
    labels, middles, y = [], [], 0.0
    for name in names:
        text = wrap(name, room, TEXT_SIZE)
        extra = text.count("\n") * LINE
        step = max(32.0, extra + LINE + 12) if wide else 50.0 + extra
        labels.append((text, y + (step - extra) / 2 if wide else y + 12))
        middles.append(y + step / 2 if wide else y + extra + 32)
        y += step
    return labels, middles, y, left


def _lines(rows: list[dict[str, Any]], domain: tuple[float, float], axis: dict[str, Any]) -> Layer:
    mark = {"type": "rule", "strokeWidth": 3, "color": "#b4bcc5"}
    return layer(rows, mark, x=along("first", domain, axis), x2={"field": "second"}, y=pixels("y"))


def _dots(
    figure: GapDots,
    rows: list[dict[str, Any]],
    domain: tuple[float, float],
    axis: dict[str, Any],
    language: Language,
) -> list[Layer]:
    layers = []
    for number, field in enumerate(("first", "second")):
        shown = [
            {**row, "text": f"{row['label']}, {figure.groups[number]}: {text}"}
            for row in rows
            if row[field] is not None
            for text in [value_text(row[field], figure.about.unit, language)]
        ]
        # A row outside the picture keeps the axis when every value is hidden.
        blank = {"label": "", field: domain[0], "y": -1000.0, "text": ""}
        style = {"shape": SHAPES[number], "color": COLORS[number], "size": SIZES[number]}
        mark = {"type": "point", "filled": True, "opacity": 1, **style}
        text = {"field": "text", "type": "nominal"}
        x = along(field, domain, axis)
        layers.append(layer(shown or [blank], mark, x=x, y=pixels("y"), description=text))
    return layers


def _values(
    figure: GapDots, middles: list[float], sheet: Sheet, domain: tuple[float, float]
) -> list[Layer]:
    """Every value in its group's colour, on the side that faces away from the other."""
    rows = [
        spot
        for row, y in zip(figure.rows, middles, strict=True)
        for spot in _row_values(figure, row, y, sheet, domain)
    ]
    style = {"fontSize": SMALL, "fontWeight": 600}
    return [
        placed_text(
            [
                {"x": round(x, 2), "y": y, "text": text}
                for x, y, text, a, c in rows
                if (a, c) == kind
            ],
            align=kind[0],
            color=kind[1],
            **style,
        )
        for kind in sorted({(a, c) for _, _, _, a, c in rows})
    ]


def _row_values(
    figure: GapDots, row: GapRow, y: float, sheet: Sheet, domain: tuple[float, float]
) -> list[tuple[float, float, str, str, str]]:
    """Place, text, alignment and colour of a row's values; what is hidden is named, not placed."""
    values = (row.first, row.second)
    places = [None if v is None else place(v, domain, sheet.width) for v in values]
    texts = [value_text(v, figure.about.unit, sheet.language) for v in values]
    if places[0] is None and places[1] is None:
        return [(0.0, y, HIDDEN_MARK, "left", palette.HIDDEN)]
    if places[0] is None or places[1] is None:
        shown = 0 if places[1] is None else 1
        x = places[shown] or 0.0
        absent = _hidden_text(figure.groups[1 - shown], sheet.width - x)
        own = (x + 12, y, texts[shown], "left", COLORS[shown])
        after = x + 24 + text_width(texts[shown], SMALL, bold=True)
        return [own, (after, y, absent, "left", palette.HIDDEN)]
    left, right = (0, 1) if places[0] <= places[1] else (1, 0)
    return [
        ((places[left] or 0.0) - 11, y, texts[left], "right", COLORS[left]),
        ((places[right] or 0.0) + 11, y, texts[right], "left", COLORS[right]),
    ]


def _hidden_text(group: str, room: float) -> str:
    """The hidden group's name and "..", or the mark alone where the name has no room."""
    text = f"{group} {HIDDEN_MARK}"
    return text if text_width(text, SMALL, bold=True) + 60 <= room else HIDDEN_MARK


def _key_places(figure: GapDots, size: Size) -> tuple[list[tuple[float, float, str]], float]:
    """The two groups on one line, or a line each when that is too narrow."""
    room = WIDTH[size] - 2 * EDGE
    widths = [text_width(name, TEXT_SIZE, bold=True) + 18 for name in figure.groups]
    if sum(widths) + 24 <= room:
        return [(0.0, 0.0, figure.groups[0]), (widths[0] + 24, 0.0, figure.groups[1])], 34.0
    names = [wrap(name, room - 18, TEXT_SIZE, bold=True, lines=1) for name in figure.groups]
    return [(0.0, 0.0, names[0]), (0.0, LINE * 1.25, names[1])], 54.0


def _key(figure: GapDots, sheet: Sheet, places: list[tuple[float, float, str]]) -> list[Layer]:
    layers = []
    for number, (x, y, name) in enumerate(places):
        spot = {"x": x + 6 - sheet.left, "y": y + 8 - sheet.top}
        layers.append(placed_points([spot], SHAPES[number], COLORS[number], size=SIZES[number]))
        text = {"x": x + 18 - sheet.left, "y": spot["y"], "text": name}
        layers.append(placed_text([text], fontWeight=600, color=COLORS[number]))
    return layers
