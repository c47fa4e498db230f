"""What a chart is made of: frozen figures, already estimated, suppressed and rounded.

Values are in the unit they are shown in (12.3 with a percent unit is shown as 12,3 %), and are
what publication rounded them to. `value=None` is a hidden figure: it is shown as ".." and may
carry no interval, so that nothing about it can reach an image.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

Language = Literal["sv", "en"]
Size = Literal["wide", "medium", "narrow"]
Direction = Literal["high is good", "high is bad", "neutral"]
Status = Literal["better", "worse", "higher", "lower", "no clear difference", "hidden"]


class FigureError(ValueError):
    """A chart was given figures that it cannot show. Says which row and what to mend."""


@dataclass(frozen=True)
class Unit:
    """How values are written: percent, or a number with a name such as "medelvärde (1–10)"."""

    percent: bool = True
    decimals: int = 0
    name: str = ""

    def written_with(self, decimals: int | None) -> "Unit":
        """The same unit with other decimals: a county may be published finer than its places."""
        return self if decimals is None else replace(self, decimals=decimals)


@dataclass(frozen=True)
class About:
    """What every chart says of itself: what is measured, in what unit, from where.

    `interval_note` replaces the standard sentence about the interval, for instance when it shows
    random variation in a census and not the uncertainty of a sample.
    """

    indicator: str
    source: str
    unit: Unit = Unit()
    example_data: bool = False
    interval_note: str = ""


@dataclass(frozen=True)
class Row:
    """One value with its name. Its interval is both ends or neither."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    highlighted: bool = False

    def __post_init__(self) -> None:
        check_value(self.label, self.value, self.low, self.high)


@dataclass(frozen=True)
class Reference:
    """A value to compare with, usually the county's; drawn as a line through all rows.

    `decimals` are those it was published with, when they are not the unit's.
    """

    label: str
    value: float
    decimals: int | None = None

    def __post_init__(self) -> None:
        check_value(self.label, self.value, None, None)


@dataclass(frozen=True)
class GroupBars:
    """One indicator over groups or areas, in the order given."""

    about: About
    rows: tuple[Row, ...]
    reference: Reference | None = None
    from_zero: bool = True  # bars from zero; otherwise dots on a cut scale

    def __post_init__(self) -> None:
        check_some("GroupBars", self.rows)


@dataclass(frozen=True)
class YearValue:
    """One series' value in one year."""

    year: int
    value: float | None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        check_value(str(self.year), self.value, self.low, self.high)


@dataclass(frozen=True)
class Series:
    """A named line over years, in order of year; `decimals` when they are not the unit's."""

    label: str
    points: tuple[YearValue, ...]
    decimals: int | None = None

    def __post_init__(self) -> None:
        years = [p.year for p in self.points]
        if years != sorted(set(years)):
            raise FigureError(
                f"Series {self.label!r}: the years are {years}. Give each year once, in order."
            )


@dataclass(frozen=True)
class Break:
    """A year from which figures cannot be compared with earlier ones, and why in a few words."""

    year: int
    label: str


@dataclass(frozen=True)
class Trend:
    """One indicator over years for one to five series."""

    about: About
    series: tuple[Series, ...]
    breaks: tuple[Break, ...] = ()
    from_zero: bool = True

    def __post_init__(self) -> None:
        check_some("Trend", self.series, most=5)
        check_some("Trend", [p for s in self.series for p in s.points])


@dataclass(frozen=True)
class GapRow:
    """Two groups' values in one row (an indicator or an area)."""

    label: str
    first: float | None
    second: float | None

    def __post_init__(self) -> None:
        check_value(self.label, self.first, None, None)
        check_value(self.label, self.second, None, None)


@dataclass(frozen=True)
class GapDots:
    """The distance between two groups, row by row; `groups` names first and second."""

    about: About
    groups: tuple[str, str]
    rows: tuple[GapRow, ...]

    def __post_init__(self) -> None:
        check_some("GapDots", self.rows)


@dataclass(frozen=True)
class AreaValue:
    """One area's value; `code` is the join key to the boundaries."""

    code: str
    label: str
    value: float | None
    highlighted: bool = False

    def __post_init__(self) -> None:
        check_value(self.label, self.value, None, None)


@dataclass(frozen=True)
class AreaMap:
    """Areas coloured by class. `boundaries` is a GeoJSON FeatureCollection in longitude and
    latitude whose features carry the area's code in `properties[key]`."""

    about: About
    areas: tuple[AreaValue, ...]
    boundaries: dict[str, Any]
    key: str = "code"
    classes: int = 4
    quantiles: bool = True

    def __post_init__(self) -> None:
        check_some("AreaMap", self.areas)
        if self.classes not in (2, 3, 4, 5):
            raise FigureError(f"AreaMap: {self.classes} classes. Choose 2, 3, 4 or 5.")
        drawn = {str(f["properties"][self.key]) for f in self.boundaries["features"]}
        missing = [a.label for a in self.areas if a.code not in drawn]
        if missing:
            raise FigureError(f"AreaMap: no boundary for {', '.join(missing)}. Add the feature.")


@dataclass(frozen=True)
class ProfileRow:
    """One indicator of an area: its own figure, the county's, and every municipality's value.

    `rest` is what all the others have together, which `status` is against; `low` and `high` are
    where the area may be when it is held against that. `county_decimals` are those that the
    county's value was published with, when not the unit's.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    county: float
    spread: tuple[float, ...]
    direction: Direction
    status: Status
    unit: Unit = Unit()
    county_decimals: int | None = None
    rest: float | None = None

    def __post_init__(self) -> None:
        check_value(self.label, self.value, self.low, self.high)
        for value in (self.county, self.rest, *self.spread):
            check_value(self.label, value, None, None)
        if (self.value is None) != (self.status == "hidden"):
            raise FigureError(
                f"{self.label!r}: value {self.value} with status {self.status!r}. "
                "A hidden value has the status 'hidden', and only that."
            )


@dataclass(frozen=True)
class ProfileSpine:
    """An area against the rest of its county, one row per indicator. `about.indicator` names the
    picture."""

    about: About
    area: str
    county: str
    rows: tuple[ProfileRow, ...]

    def __post_init__(self) -> None:
        check_some("ProfileSpine", self.rows)


@dataclass(frozen=True)
class ShareRow:
    """How one group's answers divide over the categories, in percent; None when hidden."""

    label: str
    shares: tuple[float, ...] | None

    def __post_init__(self) -> None:
        for share in self.shares or ():
            check_value(self.label, share, None, None)


@dataclass(frozen=True)
class DistributionBars:
    """Stacked bars of 100 %: two to six categories in the order of their scale."""

    about: About
    categories: tuple[str, ...]
    rows: tuple[ShareRow, ...]

    def __post_init__(self) -> None:
        check_some("DistributionBars", self.rows)
        check_some("DistributionBars", self.categories, most=6)
        for row in self.rows:
            if row.shares is not None and len(row.shares) != len(self.categories):
                raise FigureError(
                    f"{row.label!r}: {len(row.shares)} shares for {len(self.categories)} "
                    "categories. Give one share for each."
                )


@dataclass(frozen=True)
class ModelRow:
    """An area's direct estimate and the model's, each with its interval, and its answers `n`.

    `direct=None` with a model value is an area without answers of its own; `model=None` is hidden.
    """

    label: str
    direct: float | None
    direct_low: float | None
    direct_high: float | None
    model: float | None
    model_low: float | None
    model_high: float | None
    n: int | None = None

    def __post_init__(self) -> None:
        check_value(self.label, self.direct, self.direct_low, self.direct_high)
        check_value(self.label, self.model, self.model_low, self.model_high)
        if self.model is None and self.direct is not None:
            raise FigureError(
                f"{self.label!r}: hidden, but with a direct estimate. Leave that out too."
            )
        for name, value, low in (
            ("direct", self.direct, self.direct_low),
            ("model", self.model, self.model_low),
        ):
            if value is not None and low is None:
                raise FigureError(f"{self.label!r}: the {name} estimate needs its interval.")

    def ends(self) -> tuple[tuple[float, float, float] | tuple[()], ...]:
        """(value, low, high) of the direct estimate and of the model's; () for what is not."""
        found = (
            (self.direct, self.direct_low, self.direct_high),
            (self.model, self.model_low, self.model_high),
        )
        return tuple(
            (value, low, high) if value is not None and low is not None and high is not None else ()
            for value, low, high in found
        )


@dataclass(frozen=True)
class ModelDots:
    """Direct estimates beside a model's, in the order given: usually fewest answers first."""

    about: About
    rows: tuple[ModelRow, ...]

    def __post_init__(self) -> None:
        check_some("ModelDots", self.rows)


Figure = GroupBars | Trend | GapDots | AreaMap | ProfileSpine | DistributionBars | ModelDots


def check_some(kind: str, items: Sequence[object], most: int | None = None) -> None:
    """A chart needs something to show, and no more than it can tell apart."""
    if not items:
        raise FigureError(f"{kind}: nothing to show. Give at least one row.")
    if most is not None and len(items) > most:
        raise FigureError(f"{kind}: {len(items)} of them; at most {most} can be told apart.")


def check_value(label: str, value: float | None, low: float | None, high: float | None) -> None:
    """Refuse NaN and infinity, half an interval, and a hidden value that carries an interval."""
    for number in (value, low, high):
        if number is not None and not isfinite(number):
            raise FigureError(f"{label!r}: {number} is not a number. A hidden value is None.")
    if (low is None) != (high is None):
        raise FigureError(f"{label!r}: an interval has two ends; found {low} and {high}.")
    if low is not None and high is not None and low > high:
        raise FigureError(f"{label!r}: the interval runs from {low} down to {high}.")
    if value is None and low is not None:
        raise FigureError(f"{label!r}: hidden, but with an interval. Leave the interval out.")
