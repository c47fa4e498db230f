"""Vega-Lite layers, written as plain dicts.

Plain dicts and not Altair objects: every place on the sheet is computed here in Python, so Altair
would only wrap and validate the same keys, at several times the cost of making the picture.
A field that already holds pixels is encoded with `scale: None`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from samling.charts import palette

Layer = dict[str, Any]
TEXT_SIZE = 13
SMALL = 12
LINE = 16  # pixels from one line of text to the next


def pixels(field: str) -> dict[str, Any]:
    """An encoding of a field that is a place on the sheet already."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def layer(rows: Iterable[Mapping[str, Any]], mark: Mapping[str, Any], **encoding: Any) -> Layer:
    """One layer with its own rows; hidden from assistive technology unless it is described."""
    mark = {"aria": "description" in encoding, "clip": False, **mark}
    return {"data": {"values": [dict(r) for r in rows]}, "mark": mark, "encoding": encoding}


def placed_text(rows: Iterable[Mapping[str, Any]], **style: Any) -> Layer:
    """Texts at pixel places: rows of x, y, text. Several lines hang from the first one."""
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "fontSize": TEXT_SIZE,
        "lineHeight": LINE,
        "lineBreak": "\n",
        "color": palette.INK,
        **style,
    }
    return layer(
        rows, mark, x=pixels("x"), y=pixels("y"), text={"field": "text", "type": "nominal"}
    )


def placed_lines(rows: Iterable[Mapping[str, Any]], **style: Any) -> Layer:
    """Straight lines at pixel places: rows of x, y, x2, y2."""
    mark = {"type": "rule", "color": palette.QUIET, **style}
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return layer(rows, mark, x=pixels("x"), y=pixels("y"), **ends)


def placed_points(rows: Iterable[Mapping[str, Any]], shape: str, color: str, **style: Any) -> Layer:
    """Filled shapes at pixel places: rows of x, y."""
    mark = {
        "type": "point",
        "shape": shape,
        "color": color,
        "filled": True,
        "opacity": 1,
        "size": 70,
    }
    return layer(rows, {**mark, **style}, x=pixels("x"), y=pixels("y"))


def along(field: str, domain: tuple[float, float], axis: Mapping[str, Any]) -> dict[str, Any]:
    """An encoding of a value along a scale whose ends are given, never guessed.

    Layers share one axis, so each says the same: Vega-Lite merges them, and one `None` would win.
    """
    scale = {"domain": list(domain), "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": dict(axis)}
