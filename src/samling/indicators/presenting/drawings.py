"""Published figures as charts: one function for each kind of picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from samling.charts import (
    About,
    AreaMap,
    AreaValue,
    FigureError,
    GapDots,
    GapRow,
    GroupBars,
    ProfileRow,
    ProfileSpine,
    Reference,
    Row,
    Series,
    Trend,
    Unit,
    YearValue,
)
from samling.charts import Figure as Chart
from samling.charts.figures import Direction, Status
from samling.indicators.choices import Comparison, Sign
from samling.indicators.presenting import labels, words
from samling.indicators.presenting.ordering import by_area, in_group_order, sorted_areas
from samling.indicators.queries import Cell, Compared, Published
from samling.indicators.study.schema import Indicator
from samling.places.queries import boundaries

DIRECTIONS: dict[str, Direction] = {
    "favourable": "high is good",
    "adverse": "high is bad",
    "neutral": "neutral",
}
MOST_SERIES = 5
"""Lines that can be told apart in one chart."""


@dataclass(frozen=True)
class Picture:
    """Which picture of a release; what an address of a diagram says. "-" is no choice."""

    kind: str
    indicator: str = "-"
    area: str = "-"
    period: str = "-"
    breakdown: str = "-"


class NothingToDrawError(LookupError):
    """The picture would be empty."""


def draw(data: Published, picture: Picture) -> Chart:
    """The chart that a picture names. Raises NothingToDrawError when it names nothing published."""
    try:
        return DRAWINGS[picture.kind](data, picture)
    except (FigureError, KeyError, StopIteration) as error:
        raise NothingToDrawError(str(error)) from error


def _areas(data: Published, picture: Picture) -> GroupBars:
    indicator, total = data.study.indicator(picture.indicator), data.study.geography.total
    cells = by_area(data, indicator, picture.period)
    whole = cells.get(total)
    return GroupBars(
        about=_about(data, indicator, *(code for code in cells if code != total)),
        rows=tuple(
            _row(labels.area_name(code), cell, highlighted=code == picture.area)
            for code, cell in sorted_areas(cells)
            if code != total
        ),
        reference=Reference(
            labels.area_name(total), whole.value, labels.decimals_of(indicator, total)
        )
        if whole and whole.value is not None and whole.shown
        else None,
    )


def _groups(data: Published, picture: Picture) -> GroupBars:
    indicator = data.study.indicator(picture.indicator)
    cells = data.cells(
        indicator=indicator.code,
        grouping=picture.breakdown,
        area=picture.area,
        period=picture.period,
    )
    whole = data.cells(
        indicator=indicator.code, grouping="", area=picture.area, period=picture.period
    )
    shown = [cell for cell in whole if cell.shown and cell.value is not None]
    return GroupBars(
        about=_about(data, indicator, picture.area),
        rows=tuple(
            _row(labels.group_name(data.study, c.grouping, c.group), c)
            for c in in_group_order(data, cells)
        ),
        reference=Reference(gettext("Alla"), shown[0].value or 0.0) if shown else None,
    )


def _trend(data: Published, picture: Picture) -> Trend:
    indicator, total = data.study.indicator(picture.indicator), data.study.geography.total
    if picture.breakdown == "-":
        areas = dict.fromkeys([picture.area, total])
        series = tuple(
            _series(
                labels.area_name(area),
                data.cells(indicator=indicator.code, grouping="", area=area),
                labels.decimals_of(indicator, area),
            )
            for area in areas
        )
    else:
        cells = data.cells(indicator=indicator.code, grouping=picture.breakdown, area=picture.area)
        series = tuple(
            _series(
                labels.group_name(data.study, picture.breakdown, group),
                [c for c in cells if c.group == group],
            )
            for group in dict.fromkeys(c.group for c in in_group_order(data, cells))
        )
    return Trend(about=_about(data, indicator, picture.area), series=series[:MOST_SERIES])


def _map(data: Published, picture: Picture) -> AreaMap:
    indicator, total = data.study.indicator(picture.indicator), data.study.geography.total
    cells = {c: cell for c, cell in by_area(data, indicator, picture.period).items() if c != total}
    return AreaMap(
        about=_about(data, indicator, *cells),
        areas=tuple(
            AreaValue(
                code,
                labels.area_name(code),
                cell.value if cell.shown else None,
                highlighted=code == picture.area,
            )
            for code, cell in sorted_areas(cells)
        ),
        boundaries=boundaries(tuple(sorted(cells)), division=data.study.geography.division),
    )


def _gaps(data: Published, picture: Picture) -> GapDots:
    """The same two groups over the featured indicators, in one area."""
    breakdown = data.study.breakdown(picture.breakdown)
    if breakdown.gap is None:
        raise NothingToDrawError(f"{breakdown.code} has no gap.")
    rows = []
    for indicator in data.study.indicators:
        cells = {
            c.group: c
            for c in data.cells(
                indicator=indicator.code,
                grouping=breakdown.code,
                area=picture.area,
                period=picture.period,
            )
        }
        if indicator.featured and indicator.kind == "share" and cells:
            first, second = (
                c.value if (c := cells.get(g)) and c.shown else None for g in breakdown.gap
            )
            rows.append(GapRow(labels.text(indicator.name), first, second))
    names = [labels.group_name(data.study, breakdown.code, g) for g in breakdown.gap]
    return GapDots(
        about=About(
            labels.text(breakdown.name),
            labels.text(data.study.source.text),
            Unit(decimals=labels.decimals_of(data.study.indicators[0], picture.area)),
            data.study.example_data,
        ),
        groups=(names[0], names[1]),
        rows=tuple(rows),
    )


def _profile(data: Published, picture: Picture) -> ProfileSpine:
    total = data.study.geography.total
    rest = {
        c.indicator: c
        for c in data.compared(
            Comparison.REST, area=picture.area, period=picture.period, grouping=""
        )
    }
    rows = [
        row
        for indicator in data.study.indicators
        if indicator.kind == "share"
        and picture.breakdown in ("-", indicator.objective_area)
        and (row := _profile_row(data, indicator, picture, rest.get(indicator.code)))
    ]
    return ProfileSpine(
        about=About(
            gettext("Områdets värden jämfört med övriga %(total)s")
            % {"total": labels.area_name(total)},
            labels.text(data.study.source.text),
            example_data=data.study.example_data,
            interval_note=_difference_note(),
        ),
        area=labels.area_name(picture.area),
        county=labels.area_name(total),
        rows=tuple(rows),
    )


def _profile_row(
    data: Published, indicator: Indicator, picture: Picture, compared: Compared | None
) -> ProfileRow | None:
    cells = by_area(data, indicator, picture.period)
    total = data.study.geography.total
    own, whole = cells.get(picture.area), cells.get(total)
    if own is None or whole is None or not whole.shown or whole.value is None:
        return None
    value = own.value if own.shown else None
    rest = low = high = None
    if compared is not None and value is not None:
        # What the status is against: the release has the difference, and so where the rest lies.
        rest = round(value - compared.difference, 6)
        low, high = (round(rest + end, 6) for end in (compared.low, compared.high))
    return ProfileRow(
        label=labels.text(indicator.name),
        value=value,
        low=low,
        high=high,
        rest=rest,
        county=whole.value,
        spread=tuple(
            c.value
            for code, c in sorted(cells.items())
            if code != total and c.shown and c.value is not None
        ),
        direction=DIRECTIONS[indicator.direction],
        status=_profile_status(indicator, own, compared),
        unit=Unit(decimals=labels.decimals_of(indicator, picture.area)),
        county_decimals=labels.decimals_of(indicator, total),
    )


def _profile_status(indicator: Indicator, own: Cell, compared: Compared | None) -> Status:
    if not own.shown:
        return "hidden"
    if compared is None or compared.sign is Sign.UNCLEAR:
        return "no clear difference"
    if indicator.direction == "neutral":
        return "higher" if compared.sign is Sign.HIGHER else "lower"
    return "better" if words.meaning(indicator, compared) == "better" else "worse"


def _about(data: Published, indicator: Indicator, *areas: str) -> About:
    """What the chart says of itself; decimals as the areas' values are published with."""
    percent = indicator.kind == "share"
    return About(
        labels.text(indicator.name),
        labels.text(data.study.source.text),
        Unit(
            percent=percent,
            decimals=max((labels.decimals_of(indicator, area) for area in areas), default=0),
            name=labels.text(indicator.unit),
        ),
        data.study.example_data,
        _interval_note(data),
    )


def _difference_note() -> str:
    """What the lines of a comparison are: where they reach the middle, nothing is certain."""
    return gettext(
        "Strecket visar hur säker skillnaden är (95\u00a0%). När det når linjen i mitten är "
        "skillnaden inte säker."
    )


def _interval_note(data: Published) -> str:
    if data.study.uncertainty == "census":
        return gettext("Strecken visar slumpvariation (95\u00a0%), inte felmarginal i ett urval.")
    return gettext("Strecken visar 95\u00a0% konfidensintervall.")


def _row(label: str, cell: Cell, *, highlighted: bool = False) -> Row:
    if not cell.shown:
        return Row(label, None, highlighted=highlighted)
    return Row(label, cell.value, cell.low, cell.high, highlighted)


def _series(label: str, cells: list[Cell], decimals: int | None = None) -> Series:
    points = [
        YearValue(
            int(c.period),
            c.value if c.shown else None,
            c.low if c.shown else None,
            c.high if c.shown else None,
        )
        for c in sorted(cells, key=lambda c: c.period)
        if c.period.isdigit()
    ]
    return Series(label, tuple(points), decimals)


DRAWINGS: dict[str, Callable[[Published, Picture], Chart]] = {
    "omraden": _areas,
    "grupper": _groups,
    "trend": _trend,
    "karta": _map,
    "skillnader": _gaps,
    "profil": _profile,
}
