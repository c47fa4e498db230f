"""Where the names of areas stand on a map: inside when they fit, else beside with a thin line."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

import shapely
from shapely.geometry.base import BaseGeometry

from samling.charts.marks import SMALL
from samling.charts.measure import text_width
from samling.charts.projection import label_point

LEADING = 15.0  # pixels from the name to the value under it
Room = tuple[float, float, float, float]
MOVES = (7.0, 14.0, 22.0, 32.0, 46.0, 64.0)
LEADER_FROM = 18.0  # a label moved farther than this gets a line to its area


@dataclass(frozen=True)
class Label:
    """A label's middle, the point it names, and whether most of it lies on its own area."""

    text: str
    x: float
    y: float
    anchor: tuple[float, float]
    on_area: bool

    @property
    def leader(self) -> tuple[float, float] | None:
        """Where a line from the anchor meets the label's room, when it stands far away."""
        if hypot(self.x - self.anchor[0], self.y - self.anchor[1]) <= LEADER_FROM:
            return None
        left, top, right, bottom = _room(self.text, self.x, self.y)
        x, y = min(max(self.anchor[0], left), right), min(max(self.anchor[1], top), bottom)
        return None if (x, y) == self.anchor else (round(x, 1), round(y, 1))


def place_labels(
    texts: Sequence[str], shapes: Sequence[BaseGeometry], bounds: tuple[float, float, float, float]
) -> list[Label]:
    """Labels that do not cover each other and stay within bounds (left, top, right, bottom).

    Areas with most room choose first. Each label takes the place with the least cost: covering
    another label costs most, then leaving the sheet, then covering another area or hiding its own
    behind itself, then distance.
    """
    order = sorted(range(len(texts)), key=lambda i: -float(shapes[i].area))
    land = shapely.union_all(list(shapes))
    taken: list[BaseGeometry] = []
    found: dict[int, Label] = {}
    for i in order:
        found[i] = _best(texts[i], shapes[i], land, shapely.union_all(taken), bounds)
        taken.append(shapely.box(*_room(texts[i], found[i].x, found[i].y)))
    return [found[i] for i in range(len(texts))]


def _best(
    text: str,
    shape: BaseGeometry,
    land: BaseGeometry,
    taken: BaseGeometry,
    bounds: tuple[float, float, float, float],
) -> Label:
    anchor = label_point(shape)
    middle = _room(text, *anchor)
    if shape.contains(shapely.box(*middle)) and not taken.intersects(shapely.box(*middle)):
        return Label(text, *anchor, anchor, True)
    best, least = anchor, float("inf")
    for spot in _candidates(anchor):
        away = hypot(spot[0] - anchor[0], spot[1] - anchor[1])
        if away >= least:  # farther places only cost more
            continue
        cost = round(away + _cost(_room(text, *spot), shape, land, taken, bounds), 6)
        if cost < least:
            best, least = spot, cost
    return Label(text, *best, anchor, _share(shape, _room(text, *best)) > 0.6)


def _cost(
    room: Room, shape: BaseGeometry, land: BaseGeometry, taken: BaseGeometry, bounds: Room
) -> float:
    """What a place costs besides its distance, in pixels that one would go to avoid it."""
    own = _share(shape, room)
    size = (room[2] - room[0]) * (room[3] - room[1])
    cost = 90.0 * (_share(land, room) - own)
    cost += 40.0 * own * size / float(shape.area) + 160.0 * own * (1 - own)
    cost += 1000.0 * (1 - _share(shapely.box(*bounds), room))
    return cost + 2000.0 * _share(taken, room)


def _share(target: BaseGeometry, room: Room) -> float:
    """How much of a label's room lies on a target, from 0 to 1."""
    size = (room[2] - room[0]) * (room[3] - room[1])
    return float(shapely.clip_by_rect(target, *room).area) / size


def _candidates(anchor: tuple[float, float]) -> list[tuple[float, float]]:
    """The anchor, then rings about it, wider than high as labels are."""
    turns = [k * pi / 8 for k in range(16)]
    spots = [anchor]
    for move in MOVES:
        spots += [(anchor[0] + move * 1.4 * cos(t), anchor[1] + move * sin(t)) for t in turns]
    return [(round(x, 1), round(y, 1)) for x, y in spots]


def _room(text: str, x: float, y: float) -> Room:
    """The room of a label whose middle is at x, y, as left, top, right, bottom."""
    half = text_width(text, SMALL, bold=True) / 2 + 2
    tall = LEADING * (text.count("\n") + 1) / 2 + 1
    return x - half, y - tall, x + half, y + tall
