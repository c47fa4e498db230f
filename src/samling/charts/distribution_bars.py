"""How each group's answers divide over the categories: stacked bars of 100 %."""

from typing import Any

from samling.charts import palette
from samling.charts.description import describe_distribution_bars
from samling.charts.figures import DistributionBars, Language, Size
from samling.charts.language import HIDDEN_MARK, number_text, value_text
from samling.charts.marks import LINE, SMALL, TEXT_SIZE, Layer, along, layer, pixels, placed_text
from samling.charts.measure import text_width, wrap
from samling.charts.sheet import AXIS, EDGE, WIDTH, Sheet, label_room

GAP = 12
BAR = 24
DOMAIN = (0.0, 100.0)
INSET = 10.0
SWATCH = 12


def distribution_bars_spec(figure: DistributionBars, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: categories keep their order and colour; wide pieces carry their share."""
    wide = size != "narrow"
    labels, middles, height, left = _places(figure, size)
    key, key_height = _key_places(figure, size)
    sheet = Sheet(figure.about, language, size, left, INSET, key_height, height, AXIS)
    axis = sheet.axis([0, 20, 40, 60, 80, 100] if wide else [0, 25, 50, 75, 100], figure.about.unit)
    pieces = _pieces(figure, middles, language)
    # A row outside the picture keeps the axis when every row is hidden.
    blank = {"start": 0.0, "end": 0.0, "y": -1000.0, "color": palette.PAPER, "text": ""}
    bars = layer(
        pieces or [blank],
        {"type": "bar", "height": BAR, "orient": "horizontal", "stroke": palette.PAPER},
        x=along("start", DOMAIN, axis),
        x2={"field": "end"},
        y=pixels("y"),
        color={"field": "color", "type": "nominal", "scale": None, "legend": None},
        description={"field": "text", "type": "nominal"},
    )
    names = [{"x": -left, "y": y, "text": text} for text, y in labels]
    hidden = [
        {"x": 0.0, "y": y, "text": HIDDEN_MARK}
        for row, y in zip(figure.rows, middles, strict=True)
        if row.shares is None
    ]
    layers = [
        bars,
        placed_text(names),
        placed_text(hidden, color=palette.HIDDEN, fontWeight=600),
        *_shares(pieces, figure, sheet),
        *_key(sheet, key),
    ]
    notes = [sheet.words["hidden"] + "."] if hidden else []
    return sheet.spec(layers, describe_distribution_bars(figure, language), notes)


def _places(
    figure: DistributionBars, size: Size
) -> tuple[list[tuple[str, float]], list[float], float, float]:
    """Labels with the middle of their first line, the middle of every bar, height, room at left."""
    names = [row.label for row in figure.rows]
    wide = size != "narrow"
    left = label_room(names, WIDTH[size] / 3, TEXT_SIZE, bold=False) + GAP if wide else INSET
    room = left - GAP if wide else WIDTH[size] - 2 * EDGE
    labels, middles, y = [], [], 0.0
    for name in names:
        text = wrap(name, room, TEXT_SIZE)
        extra = text.count("\n") * LINE
        step = max(36.0, extra + LINE + 12) if wide else 54.0 + extra
        labels.append((text, y + (step - extra) / 2 if wide else y + 12))
        middles.append(y + step / 2 if wide else y + extra + 34)
        y += step
    return labels, middles, y, left


def _colors(count: int) -> tuple[str, ...]:
    """As many steps as there are categories, taken evenly so that the ends stay the ends."""
    last = len(palette.STEPS) - 1
    return tuple(palette.STEPS[round(i * last / max(count - 1, 1))] for i in range(count))


def _pieces(
    figure: DistributionBars, middles: list[float], language: Language
) -> list[dict[str, Any]]:
    """One piece for every share, drawn to scale: rounded shares may end beside 100."""
    pieces = []
    colors = _colors(len(figure.categories))
    for row, y in zip(figure.rows, middles, strict=True):
        whole, start = sum(row.shares or ()) or 1.0, 0.0
        for category, share, color in zip(
            figure.categories, row.shares or (), colors, strict=False
        ):
            end = start + share / whole * 100
            shown = value_text(share, figure.about.unit, language)
            pieces.append(
                {
                    "label": row.label,
                    "category": category,
                    "share": share,
                    "start": round(start, 4),
                    "end": round(end, 4),
                    "y": y,
                    "color": color,
                    "text": f"{row.label}, {category}: {shown}",
                }
            )
            start = end
    return pieces


def _shares(pieces: list[dict[str, Any]], figure: DistributionBars, sheet: Sheet) -> list[Layer]:
    """The number inside every piece that is wide enough for it."""
    by_ink: dict[str, list[dict[str, Any]]] = {palette.INK: [], palette.PAPER: []}
    for piece in pieces:
        text = number_text(piece["share"], figure.about.unit.decimals, sheet.language)
        room = (piece["end"] - piece["start"]) / 100 * sheet.width
        if text_width(text, SMALL, bold=True) + 6 > room:
            continue
        x = (piece["start"] + piece["end"]) / 200 * sheet.width
        spot = {"x": round(x, 2), "y": piece["y"], "text": text}
        by_ink[palette.ink_on(piece["color"])].append(spot)
    style = {"align": "center", "fontSize": SMALL, "fontWeight": 600}
    return [placed_text(rows, color=ink, **style) for ink, rows in by_ink.items()]


def _key_places(
    figure: DistributionBars, size: Size
) -> tuple[list[tuple[float, float, str, str]], float]:
    """Swatches with names in the categories' order, on as many lines as they need."""
    room = WIDTH[size] - 2 * EDGE
    places, x, y = [], 0.0, 0.0
    for category, color in zip(figure.categories, _colors(len(figure.categories)), strict=True):
        name = wrap(category, room - SWATCH - 8, SMALL, lines=1)
        width = text_width(name, SMALL) + SWATCH + 8
        if x and x + width > room:
            x, y = 0.0, y + LINE * 1.25
        places.append((x, y, name, color))
        x += width + 16
    return places, y + 30


def _key(sheet: Sheet, places: list[tuple[float, float, str, str]]) -> list[Layer]:
    swatches = [
        {"x": x + SWATCH / 2 - sheet.left, "y": y + 8 - sheet.top, "color": color}
        for x, y, _, color in places
    ]
    names = [
        {"x": x + SWATCH + 6 - sheet.left, "y": y + 8 - sheet.top, "text": name}
        for x, y, name, _ in places
    ]
    mark = {"type": "point", "shape": "square", "filled": True, "opacity": 1, "size": SWATCH**2}
    color = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    return [
        layer(swatches, mark, x=pixels("x"), y=pixels("y"), color=color),
        placed_text(names, fontSize=SMALL),
    ]
