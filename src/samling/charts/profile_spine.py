"""An area against the rest of its county: one row per indicator, better to the right, status in
shape and word.

Each row has a scale of its own, centred on the rest of the county, since indicators differ in size
and unit; the values themselves, and the whole county's, are printed in every row. So a line that
does not reach the middle is what makes a difference clear.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from samling.charts import palette
from samling.charts.description import describe_profile_spine
from samling.charts.figures import Language, ProfileRow, ProfileSpine, Size, Status
from samling.charts.language import WORDS, value_text
from samling.charts.marks import (
    LINE,
    SMALL,
    TEXT_SIZE,
    Layer,
    along,
    layer,
    pixels,
    placed_lines,
    placed_points,
    placed_text,
)
from samling.charts.measure import text_width, wrap
from samling.charts.sheet import EDGE, WIDTH, Sheet, label_room

GAP = 14.0
DOMAIN = (-1.06, 1.06)
SHAPES: Final[dict[Status, tuple[str, str]]] = {
    "better": ("triangle-up", palette.BETTER),
    "worse": ("triangle-down", palette.WORSE),
    "higher": ("triangle-right", palette.BAR_HIGHLIGHT),
    "lower": ("triangle-left", palette.BAR_HIGHLIGHT),
    "no clear difference": ("circle", palette.SIMILAR),
}
HOLLOW: Final[dict[str, Any]] = {
    "fill": palette.PAPER,
    "stroke": palette.SIMILAR,
    "strokeWidth": 2,
}
SMALL_PRINT: Final[dict[str, Any]] = {"fontSize": SMALL, "color": palette.QUIET}


@dataclass(frozen=True)
class Placed:
    """A row with its wrapped label, and the middles of its label, its words and its plot."""

    row: ProfileRow
    label: str
    label_y: float
    words_y: float
    y: float


def profile_spine_spec(figure: ProfileSpine, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: a table with a plot in it when wide, stacked lines when narrow."""
    placed, height, label_width = _places(figure, size)
    columns = _column_widths(figure, language)
    wide = size != "narrow"
    sheet = Sheet(
        figure.about,
        language,
        size,
        left=label_width + 6 + sum(columns) + GAP if wide else 0.0,
        right=_status_width(figure, language) + GAP if wide else 0.0,
        top=_head_height(figure, size, columns, language),
        height=height,
        below=6.0,
    )
    layers = [
        *_spine(placed, sheet),
        *_markers(placed, figure, sheet),
        *_labels(placed, sheet),
        *(_columns(placed, figure, sheet, columns) if wide else _lines(placed, figure, sheet)),
        *_head(figure, sheet),
    ]
    return sheet.spec(layers, describe_profile_spine(figure, language), _notes(figure, sheet))


def scaled(row: ProfileRow, value: float) -> float:
    """A value's place in its row: 0 is the rest of the county (the county where that is not known),
    positive is better (or higher), 1 the widest."""
    known = [v for v in (row.value, row.low, row.high, *row.spread) if v is not None]
    middle = row.county if row.rest is None else row.rest
    widest = max((abs(v - middle) for v in known), default=0.0) or 1.0
    sign = -1.0 if row.direction == "high is bad" else 1.0
    return round(sign * (value - middle) / widest, 4) + 0.0


def _places(figure: ProfileSpine, size: Size) -> tuple[list[Placed], float, float]:
    names = [row.label for row in figure.rows]
    wide = size != "narrow"
    label_width = (
        label_room(names, WIDTH[size] / 3, TEXT_SIZE, bold=False)
        if wide
        else float(WIDTH[size] - 2 * EDGE)
    )
    placed, y = [], 0.0
    for row in figure.rows:
        text = wrap(row.label, label_width, TEXT_SIZE, bold=not wide)
        extra = text.count("\n") * LINE
        if wide:
            step = max(34.0, extra + LINE + 12)
            middle = y + step / 2
            placed.append(Placed(row, text, middle - extra / 2, middle, middle))
        else:
            step = 78.0 + extra
            words_y = y + extra + 30
            placed.append(Placed(row, text, y + 12, words_y, words_y + 23))
        y += step
    return placed, y, label_width


def _whole(figure: ProfileSpine, language: Language) -> str:
    return WORDS[language]["whole"].format(county=figure.county)


def _column_widths(figure: ProfileSpine, language: Language) -> tuple[float, float]:
    """Widths of the area's and the county's column: the values, and the heading's longest word."""
    own = [value_text(row.value, row.unit, language) for row in figure.rows]
    county = [_county_text(row, language) for row in figure.rows]
    widths = []
    for name, texts in ((figure.area, own), (_whole(figure, language), county)):
        words = [text_width(word, SMALL, bold=True) for word in name.split(" ")]
        widths.append(
            max(label_room(texts, 110, TEXT_SIZE), min(ceil(max(words)), 120.0) + 1) + GAP
        )
    return widths[0], widths[1]


def _heads(figure: ProfileSpine, columns: tuple[float, float], language: Language) -> list[str]:
    names = zip((figure.area, _whole(figure, language)), columns, strict=True)
    return [wrap(name, width - GAP + 1, SMALL, bold=True, lines=3) for name, width in names]


def _status_text(row: ProfileRow, language: Language, sheet_words: dict[str, str]) -> str:
    return sheet_words["status_hidden" if row.status == "hidden" else row.status]


def _status_width(figure: ProfileSpine, language: Language) -> float:
    words = Sheet(figure.about, language, "wide").words
    texts = [_status_text(row, language, words) for row in figure.rows]
    return label_room(texts, 200, SMALL) + 20


def _spine(placed: list[Placed], sheet: Sheet) -> list[Layer]:
    """The rest of the county as a line through the middle of every row's plot."""
    x = sheet.width / 2
    ends = (
        [(0.0, sheet.height)] if sheet.size != "narrow" else [(p.y - 11, p.y + 11) for p in placed]
    )
    lines = [{"x": x, "x2": x, "y": y, "y2": y2} for y, y2 in ends]
    rails = [{"x": 0.0, "x2": sheet.width, "y": p.y, "y2": p.y} for p in placed]
    return [
        placed_lines(rails, color=palette.GRID),
        placed_lines(lines, color=palette.INK, strokeWidth=1.5),
    ]


def _markers(placed: list[Placed], figure: ProfileSpine, sheet: Sheet) -> list[Layer]:
    """The municipalities as light dots, the interval as a line, the area in its status's shape."""
    dots = [
        {"label": p.row.label, "value": value, "place": scaled(p.row, value), "y": p.y}
        for p in placed
        for value in p.row.spread
    ]
    intervals = [
        {"low": scaled(p.row, p.row.low), "high": scaled(p.row, p.row.high), "y": p.y}
        for p in placed
        if p.row.low is not None and p.row.high is not None
    ]
    light = {"type": "point", "shape": "circle", "filled": True, "opacity": 1, "size": 34}
    light |= {"color": "#bcc5ce", "stroke": palette.PAPER, "strokeWidth": 0.8}
    line = {"type": "rule", "color": palette.INK, "strokeWidth": 2}
    y = pixels("y")
    return [
        layer(dots, light, x=_place("place"), y=y),
        layer(intervals, line, x=_place("low"), x2={"field": "high"}, y=y),
        *[_status_points(status, placed, figure, sheet) for status in SHAPES],
    ]


def _county_text(row: ProfileRow, language: Language) -> str:
    return value_text(row.county, row.unit.written_with(row.county_decimals), language)


def _place(field: str) -> dict[str, Any]:
    """Encode a scaled value; the axis has no ticks, since every row has its own scale."""
    return along(field, DOMAIN, {"values": [], "title": None, "grid": False})


def _status_points(
    status: Status, placed: list[Placed], figure: ProfileSpine, sheet: Sheet
) -> Layer:
    shape, color = SHAPES[status]
    rows = []
    for p in placed:
        if p.row.status != status or p.row.value is None:
            continue
        shown = value_text(p.row.value, p.row.unit, sheet.language)
        county = _county_text(p.row, sheet.language)
        whole = _whole(figure, sheet.language)
        text = f"{p.row.label}: {figure.area} {shown}, {whole} {county}."
        text += f" {sheet.words['against_rest']}: {sheet.words[status].lower()}."
        spot = {"label": p.row.label, "value": p.row.value, "y": p.y, "text": text}
        rows.append({**spot, "place": scaled(p.row, p.row.value)})
    mark = {"type": "point", "shape": shape, "color": color, "filled": True, "opacity": 1}
    mark |= {"size": 130, "stroke": palette.PAPER, "strokeWidth": 1}
    if status == "no clear difference":
        mark |= HOLLOW | {"size": 90}
    text_field = {"field": "text", "type": "nominal"}
    return layer(rows, mark, x=_place("place"), y=pixels("y"), description=text_field)


def _labels(placed: list[Placed], sheet: Sheet) -> list[Layer]:
    rows = [{"x": -sheet.left, "y": p.label_y, "text": p.label} for p in placed]
    return [placed_text(rows, fontWeight="normal" if sheet.size != "narrow" else 600)]


def _columns(
    placed: list[Placed], figure: ProfileSpine, sheet: Sheet, columns: tuple[float, float]
) -> list[Layer]:
    """Area, county and status, each in a column of its own."""
    own_x, county_x = -columns[1] - GAP, -GAP
    own = [
        {"x": own_x, "y": p.y, "text": value_text(p.row.value, p.row.unit, sheet.language)}
        for p in placed
    ]
    county = [
        {"x": county_x, "y": p.y, "text": _county_text(p.row, sheet.language)} for p in placed
    ]
    places = zip((own_x, county_x), _heads(figure, columns, sheet.language), strict=True)
    heads = [{"x": x, "text": name} for x, name in places]
    against = {"x": sheet.width + GAP, "y": -16.0, "text": sheet.words["against_rest"]}
    placed_heads = [{**h, "y": -16.0 - LINE * str(h["text"]).count("\n")} for h in heads]
    return [
        placed_text(own, align="right", fontWeight=600),
        placed_text(county, align="right", color=palette.QUIET),
        placed_text(placed_heads, align="right", fontSize=SMALL, fontWeight=600),
        placed_text([against], fontSize=SMALL, fontWeight=600),
        *_status(placed, sheet, sheet.width + GAP),
    ]


def _lines(placed: list[Placed], figure: ProfileSpine, sheet: Sheet) -> list[Layer]:
    """Area and county on the line under the label, with the status at its end."""
    own, county = [], []
    for p in placed:
        text = value_text(p.row.value, p.row.unit, sheet.language)
        own.append({"x": 0.0, "y": p.words_y, "text": text})
        other = _county_text(p.row, sheet.language)
        x = text_width(text, TEXT_SIZE, bold=True) + 10
        county.append({"x": x, "y": p.words_y, "text": f"{sheet.words['county_line']} {other}"})
    statuses = [_status_text(p.row, sheet.language, sheet.words) for p in placed]
    x = sheet.width - label_room(statuses, 200, SMALL) - 18
    return [
        placed_text(own, fontWeight=600),
        placed_text(county, **SMALL_PRINT),
        *_status(placed, sheet, x),
    ]


def _status(placed: list[Placed], sheet: Sheet, x: float) -> list[Layer]:
    """The shape of the status again, and its word."""
    layers = []
    for status, (shape, color) in SHAPES.items():
        rows = [{"x": x + 6, "y": p.words_y} for p in placed if p.row.status == status]
        hollow = HOLLOW if status == "no clear difference" else {}
        layers.append(placed_points(rows, shape, color, **hollow))
    words = [
        {"x": x + 18, "y": p.words_y, "text": _status_text(p.row, sheet.language, sheet.words)}
        for p in placed
    ]
    return [*layers, placed_text(words, fontSize=SMALL)]


def _head_height(
    figure: ProfileSpine, size: Size, columns: tuple[float, float], language: Language
) -> float:
    if size == "narrow":
        return 34.0
    ends = int(any(row.direction == "neutral" for row in figure.rows))
    return 28.0 + LINE * max(
        ends, *(name.count("\n") for name in _heads(figure, columns, language))
    )


def _head(figure: ProfileSpine, sheet: Sheet) -> list[Layer]:
    """What left and right mean, and what the statuses are against."""
    neutral = any(row.direction == "neutral" for row in figure.rows)
    ends = ("worse_side", "better_side") if neutral else ("worse", "better")
    worse, better = (sheet.words[key] for key in ends)
    y = -16.0 if sheet.size != "narrow" else 8 - sheet.top
    if sheet.width < text_width(f"{worse}  {better}", SMALL):
        # Two lines each where they would meet in the middle.
        worse, better = (word.replace("/", "/\n") for word in (worse, better))
        y -= LINE
    return [
        placed_text([{"x": 0.0, "y": y, "text": worse}], **SMALL_PRINT),
        placed_text([{"x": sheet.width, "y": y, "text": better}], align="right", **SMALL_PRINT),
    ]


def _notes(figure: ProfileSpine, sheet: Sheet) -> list[str]:
    notes = [sheet.words["spine_note"]]
    if any(row.low is not None for row in figure.rows):
        notes.append(figure.about.interval_note or sheet.words["interval"])
    if any(row.value is None for row in figure.rows):
        notes.append(sheet.words["hidden"] + ".")
    return notes
