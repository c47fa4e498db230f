"""From longitude and latitude to pixels: one flat drawing of all areas, simplified together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

TOLERANCE = 0.5  # pixels that an outline may move when it is simplified


@dataclass(frozen=True)
class Flat:
    """Areas in pixels, y downwards, inside a box of `width` by `height` from the origin."""

    shapes: tuple[BaseGeometry, ...]
    width: float
    height: float


def flatten(shapes: Sequence[BaseGeometry], width: float, height: float) -> Flat:
    """Project areas to fit a box of at most `width` by `height`, keeping their proportions.

    Transverse Mercator on a sphere about the middle meridian (Snyder 1987, eq. 8-1 to 8-3), which
    keeps a county's shape. Neighbours are simplified together, so that borders still meet.
    """
    everything = shapely.total_bounds(np.array(shapes, dtype=object))
    middle = np.radians((everything[0] + everything[2]) / 2)

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        longitude, latitude = np.radians(points[:, 0]) - middle, np.radians(points[:, 1])
        x = np.arctanh(np.cos(latitude) * np.sin(longitude))
        y = -np.arctan2(np.tan(latitude), np.cos(longitude))
        return np.column_stack([x, y])

    plane = [shapely.transform(shape, project) for shape in shapes]
    left, top, right, bottom = shapely.total_bounds(np.array(plane, dtype=object))
    scale = min(width / (right - left), height / (bottom - top))

    def to_pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels: NDArray[np.float64] = (points - np.array([left, top])) * scale
        return pixels

    placed = np.array([shapely.transform(shape, to_pixels) for shape in plane], dtype=object)
    simple = shapely.coverage_simplify(placed, TOLERANCE)
    size = ((right - left) * scale, (bottom - top) * scale)
    return Flat(tuple(simple), float(size[0]), float(size[1]))


def label_point(shape: BaseGeometry) -> tuple[float, float]:
    """The middle of the widest room inside an area's largest part."""
    parts = shapely.get_parts(shape)
    largest = max(parts, key=lambda part: float(part.area))
    line = shapely.maximum_inscribed_circle(largest, tolerance=1.0)
    return float(line.coords[0][0]), float(line.coords[0][1])


def rounded(shape: BaseGeometry) -> dict[str, object]:
    """A GeoJSON geometry with a tenth of a pixel, which is all that a screen shows."""

    def tenth(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(points, 1)

    geometry: dict[str, object] = shapely.geometry.mapping(shapely.transform(shape, tenth))
    return geometry
