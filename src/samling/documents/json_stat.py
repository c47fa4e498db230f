"""JSON-stat 2.0 datasets (https://json-stat.org/full/): a cube of figures for programs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Any, Literal

Role = Literal["time", "geo", "metric"]
_ROLES: tuple[Role, ...] = ("time", "geo", "metric")


class JsonStatError(ValueError):
    """Dimensions and cells contradict each other; the text says where."""


@dataclass(frozen=True)
class Category:
    """One value of a dimension. `unit` and `decimals` are for a metric's categories."""

    code: str
    label: str
    unit: str | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Dimension:
    """One way that the figures are divided, its categories in order."""

    id: str
    label: str
    categories: Sequence[Category]
    role: Role | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Cell:
    """A figure, or None with a status that says why there is none (for example "..")."""

    value: int | float | None
    status: str | None = None


@dataclass(frozen=True)
class About:
    """What is said of the whole dataset. `updated` is a date or moment, written as ISO 8601."""

    label: str
    source: str
    updated: date | datetime
    notes: Sequence[str] = ()
    extension: Mapping[str, Any] = field(default_factory=dict)


def to_json_stat(
    about: About, dimensions: Sequence[Dimension], cells: Mapping[tuple[str, ...], Cell]
) -> dict[str, Any]:
    """Return a JSON-stat 2.0 dataset as plain JSON data.

    `cells` maps one code for each dimension, in their order, to a figure; a combination that is
    not there becomes null without status. Values are in row-major order: the last dimension
    varies fastest. Raises JsonStatError for unknown codes and figures that are not finite.
    """
    _check(dimensions, cells)
    values: list[int | float | None] = []
    status: dict[str, str] = {}
    codes = [[category.code for category in dimension.categories] for dimension in dimensions]
    for place, key in enumerate(product(*codes)):
        cell = cells.get(key, Cell(None))
        values.append(cell.value)
        if cell.status is not None:
            status[str(place)] = cell.status
    dataset: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": about.label,
        "source": about.source,
        "updated": about.updated.isoformat(),
        "id": [dimension.id for dimension in dimensions],
        "size": [len(dimension.categories) for dimension in dimensions],
        "role": _roles(dimensions),
        "dimension": {dimension.id: _dimension(dimension) for dimension in dimensions},
        "value": values,
        "status": status,
        "note": list(about.notes),
        "extension": dict(about.extension),
    }
    optional = ("role", "status", "note", "extension")
    return {key: value for key, value in dataset.items() if value or key not in optional}


def _check(dimensions: Sequence[Dimension], cells: Mapping[tuple[str, ...], Cell]) -> None:
    """Raise JsonStatError for what cannot be written."""
    _check_unique("dimension", [dimension.id for dimension in dimensions])
    known = []
    for dimension in dimensions:
        codes = [category.code for category in dimension.categories]
        _check_unique(f"category of {dimension.id}", codes)
        known.append(set(codes))
    for key, cell in cells.items():
        if len(key) != len(known):
            raise JsonStatError(f"The cell {key} has not one code for each of the dimensions.")
        for code, allowed, dimension in zip(key, known, dimensions, strict=True):
            if code not in allowed:
                raise JsonStatError(f"The cell {key}: {dimension.id} has no category {code!r}.")
        if cell.value is not None and not math.isfinite(cell.value):
            raise JsonStatError(f"The cell {key} is {cell.value}. Use None and a status.")


def _check_unique(what: str, codes: Sequence[str]) -> None:
    """Raise JsonStatError when there are no codes or one is there twice."""
    if not codes:
        raise JsonStatError(f"There is no {what}.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise JsonStatError(f"The {what} {', '.join(twice)} is there twice.")


def _roles(dimensions: Sequence[Dimension]) -> dict[str, list[str]]:
    """Return the dimensions of each role that any has."""
    roles = {role: [item.id for item in dimensions if item.role == role] for role in _ROLES}
    return {role: ids for role, ids in roles.items() if ids}


def _dimension(dimension: Dimension) -> dict[str, Any]:
    """Return one dimension with its categories."""
    category: dict[str, Any] = {
        "index": {item.code: place for place, item in enumerate(dimension.categories)},
        "label": {item.code: item.label for item in dimension.categories},
    }
    units = {item.code: unit for item in dimension.categories if (unit := _unit(item))}
    if units:
        category["unit"] = units
    entry: dict[str, Any] = {"label": dimension.label, "category": category}
    return {**entry, "note": list(dimension.notes)} if dimension.notes else entry


def _unit(category: Category) -> dict[str, Any]:
    """Return what is known of a category's unit."""
    known = {"base": category.unit, "decimals": category.decimals}
    return {key: value for key, value in known.items() if value is not None}
