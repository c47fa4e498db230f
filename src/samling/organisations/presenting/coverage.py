"""Coverage as a map and a table, gaps as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

from samling.charts import About, AreaMap, AreaValue, FigureError, Language, Size, Unit, spec
from samling.documents import Column, FigureTable, to_csv
from samling.organisations.models import RoleType
from samling.organisations.queries.appointments import role_name
from samling.organisations.queries.coverage import Coverage
from samling.organisations.queries.gaps import Gap
from samling.places.choices import SWEDEN
from samling.places.queries import boundaries
from samling.ui import components as ui
from samling.ui import formats

FEWEST_ON_MAP = 2


def language() -> Language:
    """The reader's language, of those that charts are drawn in."""
    return "en" if (get_language() or "sv").startswith("en") else "sv"


def drawn(role_type: RoleType, places: Iterable[Coverage], size: Size) -> dict[str, Any] | None:
    """The map's spec; None when there are too few municipalities, or one without an outline."""
    listed = sorted(places, key=lambda place: place.key)
    if len(listed) < FEWEST_ON_MAP:
        return None
    about = About(
        gettext("Enheter som har någon i uppdraget %(role)s") % {"role": role_name(role_type)},
        gettext("Registret över uppdrag, %(day)s")
        % {"day": formats.short_date(timezone.localdate())},
        Unit(),
    )
    areas = tuple(AreaValue(p.key, p.name, _percent(p)) for p in listed)
    shapes = boundaries([place.key for place in listed], division=SWEDEN)
    try:
        return spec(AreaMap(about, areas, shapes, quantiles=False), language(), size)
    except FigureError:
        return None


def can_be_drawn(places: Collection[Coverage]) -> bool:
    """Whether there is a map of them: enough municipalities, each with an outline."""
    codes = [place.key for place in places]
    if len(codes) < FEWEST_ON_MAP:
        return False
    return len(boundaries(codes, division=SWEDEN)["features"]) == len(codes)


def _percent(place: Coverage) -> float:
    """Whole per cent, half upwards, as the list beside the map has it."""
    return float((200 * place.covered + place.units) // (2 * place.units))


def place_table(places: Iterable[Coverage]) -> ui.Table:
    """The municipalities in figures."""
    columns = (
        ui.Column(gettext("Kommun")),
        ui.Column(gettext("Andel")),
        ui.Column(gettext("Har någon")),
        ui.Column(gettext("Saknar")),
        ui.Column(gettext("Enheter")),
    )
    rows = tuple(
        ui.Row(
            place.name,
            (
                ui.Cell(formats.share(place.share)),
                ui.Cell(formats.number(place.covered)),
                ui.Cell(formats.number(place.missing)),
                ui.Cell(formats.number(place.units)),
            ),
        )
        for place in places
    )
    caption = gettext("Täckning efter kommun")
    return ui.Table("kommuner", caption, columns, rows, caption_hidden=True)


def gap_file(role_type: RoleType, gaps: Iterable[Gap]) -> bytes:
    """The gap list as CSV."""
    columns = (
        Column("role", gettext("Uppdrag")),
        Column("organisation", gettext("Organisation")),
        Column("unit_code", gettext("Enhetskod")),
        Column("unit", gettext("Enhet")),
        Column("kind", gettext("Slag")),
        Column("area_code", gettext("Områdeskod")),
        Column("area", gettext("Område")),
        Column("without_since", gettext("Senaste sista dag")),
        Column("asked", gettext("Någon är tillfrågad")),
        Column("begins", gettext("Någon börjar")),
    )
    rows = []
    for gap in gaps:
        area = gap.unit.area or gap.unit.organisation.area
        rows.append(
            {
                "role": role_type.code,
                "organisation": gap.unit.organisation.name,
                "unit_code": gap.unit.code,
                "unit": gap.unit.name,
                "kind": gap.unit.kind,
                "area_code": area.code if area else "",
                "area": area.name if area else "",
                "without_since": gap.since,
                "asked": "yes" if gap.asked else "no",
                "begins": gap.starts_on,
            }
        )
    title = gettext("Luckor: %(role)s") % {"role": role_name(role_type)}
    day = timezone.localdate().isoformat()
    return to_csv(FigureTable(title, day, columns, rows, (), "", language()))
