"""One indicator over years: lines that stop where figures are hidden or cannot be compared."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from samling.charts import palette
from samling.charts.description import describe_trend
from samling.charts.figures import Language, Series, Size, Trend, YearValue
from samling.charts.language import HIDDEN_MARK, NBSP, unit_text, value_text
from samling.charts.marks import (
    LINE,
    SMALL,
    TEXT_SIZE,
    Layer,
    along,
    layer,
    placed_lines,
    placed_points,
    placed_text,
)
from samling.charts.measure import fits, text_width, wrap
from samling.charts.sheet import (
    EDGE,
    WIDTH,
    Sheet,
    label_room,
    place,
    spread_out,
    tick_decimals,
    value_ticks,
)

HEIGHT: dict[Size, float] = {"wide": 320.0, "medium": 280.0, "narrow": 240.0}
LABEL: dict[Size, float] = {"wide": 190.0, "medium": 150.0, "narrow": 84.0}
DODGE = 7.0  # pixels between the whiskers of two series in one year
HIDDEN_WIDTH = 14.0  # pixels for the ".." of one series
BAND_FROM = 7  # years from which one or two series get a band in place of whiskers
NAME_LINES = 3  # lines that a series' name may take beside its line
MARGIN = 16.0  # pixels from the plot's edge to the first and last year


@dataclass(frozen=True)
class Scales:
    """Both domains of the plot and its axes."""

    years: tuple[float, float]
    values: tuple[float, float]
    year_axis: dict[str, Any]
    value_axis: dict[str, Any]

    def x(self, field: str) -> dict[str, Any]:
        """Encode a year."""
        return along(field, self.years, self.year_axis)

    def y(self, field: str) -> dict[str, Any]:
        """Encode a value."""
        return along(field, self.values, self.value_axis)


def trend_spec(figure: Trend, language: Language, size: Size) -> Layer:
    """The Vega-Lite spec: every series is named at its last value."""
    ticks = value_ticks(_all_values(figure), figure.from_zero, figure.about.unit.percent)
    decimals = tick_decimals(ticks)
    keyed = _needs_key(figure, size)
    names = _key_names(figure, size) if keyed else []
    labels = [_end_label(series, figure, language, size, keyed) for series in figure.series]
    key_height = sum(LINE * (name.count("\n") + 1.25) for name in names)
    sheet = Sheet(
        about=figure.about,
        language=language,
        size=size,
        left=label_room([f"{t:,.{decimals}f}" for t in ticks], 80, SMALL) + 8,
        right=label_room(labels, LABEL[size] + 4, TEXT_SIZE) + (26 if keyed else 14),
        top=26.0 + LINE * len(figure.breaks) + key_height,
        height=HEIGHT[size],
        below=26.0,
    )
    scales = _scales(figure, sheet, ticks)
    rows = _rows(figure, sheet, scales)
    layers = [
        *_breaks(figure, sheet, scales),
        *_intervals(figure, rows, scales),
        *_lines(rows, scales),
        *_hidden(figure, sheet, scales),
        *_end_labels(figure, sheet, scales, labels, keyed),
        *_point_values(figure, sheet, scales),
        *_key(figure, sheet, names),
        placed_text(
            [{"x": -sheet.left, "y": -18.0, "text": unit_text(figure.about.unit, language)}],
            fontSize=SMALL,
            color=palette.QUIET,
        ),
    ]
    return sheet.spec(layers, describe_trend(figure, language), _notes(figure, sheet))


def _years(figure: Trend) -> list[int]:
    return sorted({p.year for s in figure.series for p in s.points})


def _all_values(figure: Trend) -> list[float]:
    points = [p for s in figure.series for p in s.points]
    return [v for p in points for v in (p.value, p.low, p.high) if v is not None]


def _scales(figure: Trend, sheet: Sheet, ticks: list[float]) -> Scales:
    """Years with a margin on both sides, and as many year labels as there is room for."""
    years = _years(figure)
    span = max(years[-1] - years[0], 1)
    margin = MARGIN + DODGE * (len(figure.series) - 1) / 2
    pad = span * margin / (sheet.width - 2 * margin)
    room = (sheet.width - 2 * margin) / span
    nearest = min((b - a for a, b in pairwise(years)), default=1)
    step = max(1, ceil(40 / (room * nearest)))
    labelled = years[::-1][::step]
    plain = {"title": None, "grid": False, "orient": "bottom"}
    year_axis = {**plain, "values": sorted(labelled), "format": "d", "description": ""}
    value_axis = {
        "values": ticks,
        "format": f",.{tick_decimals(ticks)}f",
        "title": None,
        "description": unit_text(figure.about.unit, sheet.language),
        "orient": "left",
    }
    domain = (years[0] - pad, years[-1] + pad)
    return Scales(domain, (ticks[0], ticks[-1]), year_axis, value_axis)


def _rows(figure: Trend, sheet: Sheet, scales: Scales) -> list[dict[str, Any]]:
    """One row for every shown value. `segment` is the unbroken stretch of line it belongs to."""
    years_a_pixel = (scales.years[1] - scales.years[0]) / sheet.width
    breaks = sorted(b.year for b in figure.breaks)
    rows = []
    for number, series in enumerate(figure.series):
        shift = (number - (len(figure.series) - 1) / 2) * DODGE * years_a_pixel
        gaps = 0
        for point in series.points:
            if point.value is None:
                gaps += 1
                continue
            passed = sum(point.year >= year for year in breaks)
            row = _row(series, point, figure, sheet.language)
            row["place"] = round(point.year + (0 if _banded(figure) else shift), 4)
            row["segment"] = f"{number}-{gaps}-{passed}"
            row["color"], row["shape"] = palette.SERIES[number], palette.SHAPES[number]
            rows.append(row)
    return rows


def _row(series: Series, point: YearValue, figure: Trend, language: Language) -> dict[str, Any]:
    unit = figure.about.unit.written_with(series.decimals)
    shown = value_text(point.value, unit, language)
    text = f"{series.label} {point.year}: {shown}"
    row: dict[str, Any] = {"series": series.label, "year": point.year, "value": point.value}
    if point.low is not None:
        row |= {"low": point.low, "high": point.high}
    return row | {"text": text}


def _banded(figure: Trend) -> bool:
    return len(figure.series) <= 2 and len(_years(figure)) >= BAND_FROM


def _raw(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def _intervals(figure: Trend, rows: list[dict[str, Any]], scales: Scales) -> list[Layer]:
    """Bands for long series; whiskers otherwise, and for a value that stands alone."""
    with_interval = [row for row in rows if "low" in row]
    banded = [r for r in with_interval if _banded(figure) and not _alone(r, with_interval)]
    segments = {r["segment"] for r in banded}
    others = [r for r in with_interval if r["segment"] not in segments]
    y2 = {"field": "high"}
    band = layer(
        banded,
        {"type": "area", "opacity": 0.16},
        x=scales.x("place"),
        y=scales.y("low"),
        y2=y2,
        color=_raw("color"),
        detail={"field": "segment", "type": "nominal"},
    )
    whisker = layer(
        others,
        {"type": "rule", "strokeWidth": 1.5, "opacity": 0.75},
        x=scales.x("place"),
        y=scales.y("low"),
        y2=y2,
        color=_raw("color"),
    )
    return [band, whisker]


def _alone(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    return [other["segment"] for other in rows].count(row["segment"]) < 2


def _lines(rows: list[dict[str, Any]], scales: Scales) -> list[Layer]:
    x, y, color = scales.x("place"), scales.y("value"), _raw("color")
    detail = {"field": "segment", "type": "nominal"}
    text = {"field": "text", "type": "nominal"}
    # A row outside the picture keeps the axes when every value is hidden.
    blank = {
        "place": scales.years[0] - 1e6,
        "value": scales.values[0],
        "text": "",
        "shape": "circle",
    }
    points = rows or [{**blank, "color": palette.PAPER, "segment": ""}]
    line = {"type": "line", "strokeWidth": 2}
    mark = {"type": "point", "filled": True, "opacity": 1, "size": 64}
    return [
        layer(rows, line, x=x, y=y, color=color, detail=detail),
        layer(points, mark, x=x, y=y, color=color, shape=_raw("shape"), description=text),
    ]


def _hidden(figure: Trend, sheet: Sheet, scales: Scales) -> list[Layer]:
    """ ".." above the year that is hidden, at the foot of the plot: no height is to be read as a
    value. Several series that are hidden in a year stand beside each other."""
    texts = []
    for number, series in enumerate(figure.series):
        for point in series.points:
            if point.value is not None:
                continue
            beside = (number - (len(figure.series) - 1) / 2) * HIDDEN_WIDTH
            x = place(point.year, scales.years, sheet.width) + beside
            spot = {"x": round(x, 2), "y": sheet.height - 12.0, "text": HIDDEN_MARK}
            texts.append((palette.SERIES[number], spot))
    return [
        placed_text([spot], color=color, align="center", fontWeight=600, fontSize=18)
        for color, spot in texts
    ]


def _breaks(figure: Trend, sheet: Sheet, scales: Scales) -> list[Layer]:
    """A dashed line before the year of the break, each with its words on a line of its own."""
    years, lines, texts = _years(figure), [], []
    for number, item in enumerate(figure.breaks):
        before = [y for y in years if y < item.year]
        middle = (before[-1] + item.year) / 2 if before else item.year - 0.5
        x = round(place(middle, scales.years, sheet.width), 2)
        y = -18.0 - LINE * (len(figure.breaks) - number)
        lines.append({"x": x, "x2": x, "y": y + 9, "y2": sheet.height})
        text = wrap(item.label, sheet.left + sheet.width + sheet.right, SMALL, lines=1)
        half = text_width(text, SMALL) / 2
        x = min(max(x, half - sheet.left), sheet.width + sheet.right - half)
        texts.append({"x": round(x, 2), "y": y, "text": text})
    return [
        placed_lines(lines, strokeDash=[2, 3], color=palette.INK),
        placed_text(texts, align="center", fontSize=SMALL),
    ]


def _needs_key(figure: Trend, size: Size) -> bool:
    """Whether the names are too long to stand beside the lines: then they stand above the plot."""
    return not all(fits(s.label, LABEL[size], TEXT_SIZE, True, NAME_LINES) for s in figure.series)


def _key_names(figure: Trend, size: Size) -> list[str]:
    room = WIDTH[size] - 2 * EDGE - 18
    return [wrap(s.label, room, TEXT_SIZE, bold=True, lines=2) for s in figure.series]


def _end_label(series: Series, figure: Trend, language: Language, size: Size, keyed: bool) -> str:
    """The series' name and last value; the value alone when the names stand in a key.

    A series that ends before the others says in what year, so that its value is not read as new.
    """
    last = series.points[-1]
    unit = figure.about.unit.written_with(series.decimals)
    value = value_text(last.value, unit, language)
    if last.year < _years(figure)[-1]:
        value += f"{NBSP}({last.year})"
    if keyed:
        return value
    return wrap(f"{series.label} {value}", LABEL[size], TEXT_SIZE, bold=True, lines=NAME_LINES + 1)


def _key(figure: Trend, sheet: Sheet, names: list[str]) -> list[Layer]:
    """Shape and name of every series at the top of the sheet."""
    layers, y = [], 8 - sheet.top
    for number, name in enumerate(names):
        color, shape = palette.SERIES[number], palette.SHAPES[number]
        layers.append(placed_points([{"x": 6 - sheet.left, "y": y}], shape, color))
        text = {"x": 18 - sheet.left, "y": y, "text": name}
        layers.append(placed_text([text], fontWeight=600, color=color))
        y += LINE * (name.count("\n") + 1.25)
    return layers


def _end_labels(
    figure: Trend, sheet: Sheet, scales: Scales, labels: list[str], keyed: bool
) -> list[Layer]:
    """Names beside the last values, in the order of the lines, moved apart where they are close."""
    ends = []
    for series in figure.series:
        shown = [p.value for p in series.points if p.value is not None]
        height = place(shown[-1], scales.values, sheet.height) if shown else 12.0
        ends.append(sheet.height - height)
    rooms = [LINE * (label.count("\n") + 1) + 4.0 for label in labels]
    middles = spread_out(ends, rooms, sheet.height + 12)
    layers = []
    for number, (label, middle) in enumerate(zip(labels, middles, strict=True)):
        y = middle - LINE * label.count("\n") / 2
        x = sheet.width + (20 if keyed else 8)
        if keyed:
            spot = {"x": sheet.width + 10, "y": round(middle, 2)}
            layers.append(placed_points([spot], palette.SHAPES[number], palette.SERIES[number]))
        row = {"x": x, "y": round(y, 2), "text": label}
        layers.append(placed_text([row], fontWeight=600, color=palette.SERIES[number]))
    return layers


def _point_values(figure: Trend, sheet: Sheet, scales: Scales) -> list[Layer]:
    """A single series has room for its values above the points; the last one stands beside."""
    if len(figure.series) > 1 or len(_years(figure)) * 44 > sheet.width:
        return []
    shown = [p for p in figure.series[0].points if p.value is not None]
    unit = figure.about.unit.written_with(figure.series[0].decimals)
    rows = []
    for point in shown[:-1]:
        text = value_text(point.value, unit, sheet.language)
        # The first stands inside the plot, clear of the axis' own numbers.
        x = max(place(point.year, scales.years, sheet.width), text_width(text, SMALL) / 2 + 4)
        y = sheet.height - place(_top(point), scales.values, sheet.height) - 12
        rows.append({"x": round(x, 2), "y": round(y, 2), "text": text})
    return [placed_text(rows, align="center", fontSize=SMALL)]


def _top(point: YearValue) -> float:
    return max(v for v in (point.value, point.high) if v is not None)


def _notes(figure: Trend, sheet: Sheet) -> list[str]:
    points = [p for s in figure.series for p in s.points]
    notes = []
    if any(p.low is not None for p in points):
        notes.append(figure.about.interval_note or sheet.words["interval"])
    if any(p.value is None for p in points):
        notes.append(sheet.words["hidden"] + ".")
    return notes
