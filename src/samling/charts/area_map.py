"""Areas coloured by class, each named with its value when they are few."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from shapely.geometry import shape as from_geojson
from shapely.geometry.base import BaseGeometry

from samling.charts import palette
from samling.charts.description import describe_area_map
from samling.charts.figures import AreaMap, AreaValue, Language, Size
from samling.charts.language import HIDDEN_MARK, WORDS, number_text, unit_text, value_text
from samling.charts.map_labels import LEADING, Label, place_labels
from samling.charts.marks import SMALL, Layer, layer, pixels, placed_lines, placed_text
from samling.charts.measure import text_width
from samling.charts.projection import Flat, flatten, rounded
from samling.charts.sheet import EDGE, WIDTH, Sheet

FEW = 12  # areas that all get their name printed
MAP_WIDTH: dict[Size, float] = {  # of map and key together when wide
    "wide": 836.0,
    "medium": 596.0,
    "narrow": 284.0,
}
MAP_HEIGHT: dict[Size, float] = {"wide": 520.0, "medium": 440.0, "narrow": 440.0}
SIDE = 36.0  # room beside the wide map for labels that do not fit inside
SWATCH = 16.0
STEP = 24.0  # from one line of the key to the next
RANGES = {
    1: (2,),
    2: (1, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
}


@dataclass(frozen=True)
class Classes:
    """Thresholds between classes, their colours, and the words of each."""

    thresholds: tuple[float, ...]
    colors: tuple[str, ...]
    texts: tuple[str, ...]

    def color(self, value: float) -> str:
        """The fill of a value's class; a value on a threshold belongs to the class above."""
        return self.colors[sum(value >= t for t in self.thresholds)]


def area_map_spec(figure: AreaMap, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec. Outlines are laid out in pixels here, so the projection is identity."""
    classes = classify(figure, language)
    wide = size != "narrow"
    key_width = _key_width(figure, classes, language) if wide else 0.0
    flat = flatten(_shapes(figure), MAP_WIDTH[size] - key_width, MAP_HEIGHT[size])
    lines = len(_entries(figure, classes, language)) + (not figure.about.unit.percent)
    key_height = STEP * lines
    room = WIDTH[size] - 2 * EDGE
    map_width = float(ceil(flat.width))
    beside = key_width + SIDE if wide else 0.0
    left = (room - map_width - ceil(beside)) // 2
    sheet = Sheet(
        figure.about,
        language,
        size,
        left=left,
        right=room - left - map_width,
        top=8.0,
        height=float(ceil(flat.height)),
        below=12.0 if wide else 20.0 + key_height,
    )
    key_at = (flat.width + 2 * SIDE, 12.0) if wide else (-left, ceil(flat.height) + 24.0)
    layers = [
        *_outlines(figure, flat, classes, language),
        *_labels(figure, flat, classes, sheet),
        *_key(figure, classes, key_at, sheet),
    ]
    return sheet.spec(layers, describe_area_map(figure, language))


def classify(figure: AreaMap, language: Language) -> Classes:
    """Classes of the shown values: equally many areas in each, or equally wide.

    Equal values are never parted, so there may be fewer classes than asked for.
    """
    values = sorted(a.value for a in figure.areas if a.value is not None)
    decimals = figure.about.unit.decimals
    inner: list[float] = []
    if values:
        count, low, high = figure.classes, values[0], values[-1]
        if figure.quantiles:
            places = (round(i * len(values) / count) for i in range(1, count))
            inner = [values[place] for place in places if place < len(values)]
        else:
            inner = [round(low + (high - low) * i / count, decimals) for i in range(1, count)]
        inner = sorted({t for t in inner if low < t <= high})
    thresholds = tuple(inner)
    colors = tuple(palette.CLASSES[i] for i in RANGES[len(thresholds) + 1])
    texts = _class_texts(values, thresholds, figure, language)
    return Classes(thresholds, colors if values else (), texts)


def _class_texts(
    values: list[float], thresholds: tuple[float, ...], figure: AreaMap, language: Language
) -> tuple[str, ...]:
    """The lowest and highest value that is found in each class, as "58–61 %"; nothing for a class
    that no area is in."""
    if not values:
        return ()
    unit = figure.about.unit
    edges = [float("-inf"), *thresholds, float("inf")]
    texts = []
    for start, stop in pairwise(edges):
        inside = [v for v in values if start <= v < stop]
        if not inside:
            texts.append("")
            continue
        low, high = min(inside), max(inside)
        last = value_text(high, unit, language)
        first = number_text(low, unit.decimals, language)
        texts.append(last if low == high else f"{first}–{last}")
    return tuple(texts)


def _shapes(figure: AreaMap) -> list[BaseGeometry]:
    """The boundaries in the order of the areas."""
    found = {
        str(feature["properties"][figure.key]): from_geojson(feature["geometry"])
        for feature in figure.boundaries["features"]
    }
    return [found[area.code] for area in figure.areas]


def _feature(area: AreaValue, shape: BaseGeometry, figure: AreaMap, language: Language) -> Layer:
    shown = value_text(area.value, figure.about.unit, language)
    return {
        "type": "Feature",
        "geometry": rounded(shape),
        "code": area.code,
        "label": area.label,
        "value": area.value,
        "text": f"{area.label}: {shown}",
    }


def _outlines(figure: AreaMap, flat: Flat, classes: Classes, language: Language) -> list[Layer]:
    """Areas with a value, then hidden ones, then the edge of highlighted ones over the rest."""
    pairs = list(zip(figure.areas, flat.shapes, strict=True))
    shown = [_feature(a, s, figure, language) for a, s in pairs if a.value is not None]
    hidden = [_feature(a, s, figure, language) for a, s in pairs if a.value is None]
    chosen = [_feature(a, s, figure, language) for a, s in pairs if a.highlighted]
    edge = {"type": "geoshape", "stroke": palette.QUIET, "strokeWidth": 0.7}
    scale = {"type": "threshold", "domain": list(classes.thresholds), "range": list(classes.colors)}
    fill: dict[str, Any] = {"field": "value", "type": "quantitative", "legend": None}
    fill["scale"] = scale
    if len(classes.colors) < 2:
        fill = {"value": (*classes.colors, palette.PAPER)[0]}
    text = {"field": "text", "type": "nominal"}
    layers = [
        layer(shown, edge, color=fill, description=text),
        layer(hidden, {**edge, "fill": palette.HATCH, "color": palette.HATCH}, description=text),
        layer(
            chosen,
            {"type": "geoshape", "filled": False, "stroke": palette.INK, "strokeWidth": 2.5},
        ),
    ]
    projection = {"type": "identity", "scale": 1, "translate": [0, 0]}
    return [{**item, "projection": projection} for item in layers]


def _labels(figure: AreaMap, flat: Flat, classes: Classes, sheet: Sheet) -> list[Layer]:
    """Name over value, edged with the fill it stands on so that borders do not cut the letters."""
    few = len(figure.areas) <= FEW
    chosen = [
        (area, shape)
        for area, shape in zip(figure.areas, flat.shapes, strict=True)
        if few or area.highlighted
    ]
    unit = figure.about.unit
    texts = [f"{a.label}\n{value_text(a.value, unit, sheet.language)}" for a, _ in chosen]
    right = flat.width + (SIDE if sheet.size != "narrow" else sheet.right)
    bounds = (-sheet.left, -4.0, right, flat.height + 8.0)
    placed = place_labels(texts, [shape for _, shape in chosen], bounds)
    by_fill: dict[str, list[Label]] = {}
    for (area, _), label in zip(chosen, placed, strict=True):
        on_fill = label.on_area and area.value is not None
        fill = classes.color(area.value or 0.0) if on_fill else palette.PAPER
        by_fill.setdefault(fill, []).append(label)
    leaders = [
        {"x": p.anchor[0], "y": p.anchor[1], "x2": p.leader[0], "y2": p.leader[1]}
        for p in placed
        if p.leader
    ]
    lines = [
        placed_lines(leaders, color=palette.PAPER, strokeWidth=3.5),
        placed_lines(leaders, color=palette.INK, strokeWidth=1.2),
    ]
    halo = {"strokeWidth": 3.5, "strokeJoin": "round"}
    edges = [
        item
        for fill, labels in by_fill.items()
        for item in _two_lines(labels, {**halo, "stroke": fill, "color": fill})
    ]
    names = [
        item
        for fill, labels in by_fill.items()
        for item in _two_lines(labels, {"color": palette.ink_on(fill)})
    ]
    return [*lines, *edges, *names]


def _two_lines(labels: list[Label], style: dict[str, Any]) -> list[Layer]:
    """The name in regular weight and the value below it in bold."""
    layers = []
    for number, weight in enumerate(("normal", 600)):
        rows = [
            {
                "x": label.x,
                "y": round(label.y + (number - 0.5) * LEADING, 1),
                "text": label.text.split("\n")[number],
            }
            for label in labels
        ]
        layers.append(placed_text(rows, align="center", fontSize=SMALL, fontWeight=weight, **style))
    return layers


def _key_width(figure: AreaMap, classes: Classes, language: Language) -> float:
    unit = unit_text(figure.about.unit, language)
    texts = [text for text, _ in _entries(figure, classes, language)]
    return SWATCH + 8 + max(text_width(text, SMALL) for text in [unit, *texts]) + 2


def _entries(figure: AreaMap, classes: Classes, language: Language) -> list[tuple[str, str]]:
    """Words and fill of every line of the key, highest class first; a class without areas, which
    equally wide ones may have, is left out."""
    entries = [pair for pair in zip(classes.texts, classes.colors, strict=True) if pair[0]][::-1]
    if any(area.value is None for area in figure.areas):
        entries.append((f"{WORDS[language]['no_value']} ({HIDDEN_MARK})", palette.HATCH))
    return entries


def _key(figure: AreaMap, classes: Classes, at: tuple[float, float], sheet: Sheet) -> list[Layer]:
    """The classes in words, highest first, and what hatching means; the unit above, if named."""
    first = at[1] if figure.about.unit.percent else at[1] + STEP
    entries = _entries(figure, classes, sheet.language)
    swatches = [
        {"x": at[0] + SWATCH / 2, "y": first + STEP * i, "color": color}
        for i, (_, color) in enumerate(entries)
    ]
    names = [
        {"x": at[0] + SWATCH + 8, "y": first + STEP * i, "text": text}
        for i, (text, _) in enumerate(entries)
    ]
    if not figure.about.unit.percent:
        text = unit_text(figure.about.unit, sheet.language)
        names = [{"x": at[0], "y": at[1], "text": text}, *names]
    mark = {"type": "point", "shape": "square", "opacity": 1, "size": SWATCH**2}
    mark |= {"filled": True, "stroke": palette.QUIET, "strokeWidth": 0.7}
    fill = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    return [
        layer(swatches, mark, x=pixels("x"), y=pixels("y"), fill=fill),
        placed_text(names, fontSize=SMALL),
    ]
