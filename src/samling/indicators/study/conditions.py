"""Conditions on answers: the small language of numerators, denominators and groups.

`{smoking: [3, 4]}` is met by those who answered 3 or 4. Several variables must all be met.
`any:` takes a list of conditions of which one is enough, `not:` turns one round. An answer
that is missing makes a condition unknown, by the three-valued logic of Kleene (1938): a child
with one guardian at work has a working guardian whatever is known of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Value = str | int | float | bool
Truth = NDArray[np.float64]
"""1 met, 0 not met, NaN unknown; one element a row."""


@dataclass(frozen=True)
class Is:
    """The variable has one of these values."""

    variable: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class All:
    """Every part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:  # noqa: N801 - `Any` is another thing
    """At least one part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part is not met."""

    part: Condition


Condition = Is | All | Any_ | Not


def parse_condition(value: Any) -> Condition:
    """Read a condition from plain YAML data; ValueError says what is wrong with it."""
    if isinstance(value, Is | All | Any_ | Not):
        return value
    if not isinstance(value, Mapping) or not value:
        raise ValueError("a condition is a mapping such as `smoking: [3, 4]`")
    parts = tuple(_parse_entry(str(key), entry) for key, entry in value.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _parse_entry(key: str, entry: Any) -> Condition:
    if key in ("any", "all"):
        if not isinstance(entry, list) or not entry:
            raise ValueError(f"`{key}` takes a list of conditions")
        parts = tuple(parse_condition(part) for part in entry)
        return Any_(parts) if key == "any" else All(parts)
    if key == "not":
        return Not(parse_condition(entry))
    values = entry if isinstance(entry, list) else [entry]
    if not values or not all(isinstance(v, str | int | float | bool) for v in values):
        raise ValueError(f"`{key}` takes a list of values, such as `{key}: [1, 2]`")
    return Is(key, tuple(values))


def dump_condition(condition: Condition) -> dict[str, Any]:
    """The condition as plain data, for the canonical definition of a release."""
    match condition:
        case Is(variable, values):
            return {variable: list(values)}
        case All(parts):
            return {"all": [dump_condition(part) for part in parts]}
        case Any_(parts):
            return {"any": [dump_condition(part) for part in parts]}
        case Not(part):
            return {"not": dump_condition(part)}


def leaves(condition: Condition) -> list[Is]:
    """Every variable and its values that the condition names."""
    match condition:
        case Is():
            return [condition]
        case Not(part):
            return leaves(part)
        case All(parts) | Any_(parts):
            return [leaf for part in parts for leaf in leaves(part)]


def evaluate(condition: Condition, lookup: Callable[[Is], Truth]) -> Truth:
    """Truth of a condition, a row each; `lookup` answers for one variable and its values."""
    match condition:
        case Is():
            return lookup(condition)
        case Not(part):
            return 1.0 - evaluate(part, lookup)
        case All(parts):
            # Kleene's "and" is the least of the parts, where unknown lies between 0 and 1.
            return _least(np.stack([evaluate(part, lookup) for part in parts]))
        case Any_(parts):
            return 1.0 - _least(1.0 - np.stack([evaluate(part, lookup) for part in parts]))


def _least(stack: NDArray[np.float64]) -> Truth:
    least: Truth = np.where(np.isnan(stack), 0.5, stack).min(axis=0)
    return np.where(least == 0.5, np.nan, least)
