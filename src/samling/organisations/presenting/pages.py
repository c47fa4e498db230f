"""The parts that the registry's pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from samling.organisations.actions.importing.enrolment import year_name
from samling.organisations.choices import Grade, Kind
from samling.organisations.models import Enrolment, Organisation, Unit
from samling.places.models import Area
from samling.ui import components as ui
from samling.ui import formats


@dataclass(frozen=True)
class Asked:
    """What the reader asked of the directory; what isn't known counts as not asked."""

    search: str = ""
    kind: str = ""
    county: str = ""
    closed: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """From the address."""
        kind, county = query.get("sort", ""), query.get("lan", "")
        return cls(
            query.get("sok", "").strip()[:100],
            kind if kind in Kind.values else "",
            county if county.isdecimal() and len(county) == 2 else "",
            query.get("visa") == "alla",
        )

    @property
    def conditions(self) -> dict[str, Any]:
        """As the queries take them."""
        return {
            "search": self.search,
            "kind": self.kind,
            "county": self.county,
            "closed": self.closed,
        }


def directory_filters(asked: Asked, counties: Iterable[Area]) -> ui.FilterBar:
    """Search, kind, county, and whether closed ones are shown."""
    kinds = [(value, formats.capitalised(str(label))) for value, label in Kind.choices]
    areas = [(area.code, area.name) for area in counties]
    shown = [("", _("Bara öppna")), ("alla", _("Också stängda"))]
    return ui.FilterBar(
        label=_("Sök bland organisationerna"),
        fields=(ui.TextField("sok", _("Organisation eller enhet"), asked.search),),
        selects=(
            ui.Select("sort", _("Sort"), _options([("", _("Alla sorter")), *kinds], asked.kind)),
            ui.Select("lan", _("Län"), _options([("", _("Alla län")), *areas], asked.county)),
            ui.Select("visa", _("Visa"), _options(shown, "alla" if asked.closed else "")),
        ),
        submit=_("Sök"),
    )


def _options(pairs: Sequence[tuple[str, str]], chosen: str) -> tuple[ui.Option, ...]:
    return tuple(ui.Option(value, label, value == chosen) for value, label in pairs)


def named(place: Organisation | Unit) -> str:
    """The name, with a word if it is closed."""
    return place.name if place.closed_on is None else _("%(name)s (stängd)") % {"name": place.name}


def kind_label(place: Organisation | Unit) -> str:
    """The kind as the first word of a line."""
    return formats.capitalised(str(place.get_kind_display()))


def organisations_table(found: Sequence[Organisation], units: Mapping[int, int]) -> ui.Table:
    """Organisations with kind, area and number of units."""
    return ui.Table(
        key="organisationer",
        caption=_("Organisationer"),
        caption_hidden=True,
        columns=(
            *ui.text_columns(_("Organisation"), _("Sort"), _("Område")),
            ui.Column(_("Öppna enheter")),
        ),
        rows=tuple(
            ui.Row(
                named(organisation),
                (
                    ui.Cell(kind_label(organisation)),
                    ui.Cell(organisation.area.name if organisation.area else ""),
                    ui.Cell(formats.number(units.get(organisation.pk, 0))),
                ),
                address=reverse("organisations:organisation", args=[organisation.key]),
            )
            for organisation in found
        ),
    )


def units_table(found: Sequence[Unit]) -> ui.Table:
    """Units with kind and organisation."""
    return ui.Table(
        key="enheter",
        caption=_("Enheter"),
        caption_hidden=True,
        columns=ui.text_columns(_("Enhet"), _("Sort"), _("Organisation")),
        rows=tuple(
            ui.Row(
                named(unit),
                (ui.Cell(kind_label(unit)), ui.Cell(unit.organisation.name)),
                address=reverse("organisations:unit", args=[unit.key]),
            )
            for unit in found
        ),
    )


def organisation_facts(organisation: Organisation) -> tuple[ui.Fact, ...]:
    """How to reach an organisation, leaving out what isn't known."""
    area = organisation.area
    facts = (
        ui.Fact(_("Sort"), kind_label(organisation)),
        ui.Fact(_("Område"), area.name if area else ""),
        ui.Fact(_("Organisationsnummer"), organisation.number),
        *_contact(organisation),
        ui.Fact(_("Webbplats"), organisation.website, organisation.website),
        ui.Fact(_("Registrator"), organisation.registry_email, _mail(organisation.registry_email)),
        ui.Fact(_("Om diariet"), organisation.registry_note),
    )
    return tuple(fact for fact in facts if fact.text)


def unit_facts(unit: Unit) -> tuple[ui.Fact, ...]:
    """How to reach a unit, leaving out what isn't known."""
    facts = (
        ui.Fact(_("Sort"), kind_label(unit)),
        ui.Fact(_("Kod"), unit.code),
        ui.Fact(_("Område"), unit.area.name if unit.area else ""),
        *_contact(unit),
    )
    return tuple(fact for fact in facts if fact.text)


def _contact(place: Organisation | Unit) -> tuple[ui.Fact, ...]:
    return (
        ui.Fact(_("E-post"), place.email, _mail(place.email)),
        ui.Fact(_("Telefon"), place.phone),
    )


def _mail(address: str) -> str:
    return f"mailto:{address}" if address else ""


def enrolment_table(rows: Iterable[Enrolment]) -> ui.Table | None:
    """A school's pupils: a row for each school year, newest first; None without figures."""
    years: dict[int, dict[str, int]] = {}
    for row in rows:
        years.setdefault(row.year, {})[row.grade] = row.pupils
    used = [grade for grade in Grade if any(grade.value in of_year for of_year in years.values())]
    if not used:
        return None
    return ui.Table(
        key="elever",
        caption=_("Elever efter läsår och årskurs"),
        columns=(
            ui.Column(_("Läsår"), numeric=False),
            *(ui.Column(formats.capitalised(str(grade.label))) for grade in used),
            ui.Column(_("Alla")),
        ),
        rows=tuple(
            ui.Row(
                year_name(year),
                (
                    *(ui.Cell(_count(of_year.get(grade.value))) for grade in used),
                    ui.Cell(formats.number(sum(of_year.values()))),
                ),
            )
            for year, of_year in sorted(years.items(), reverse=True)
        ),
    )


def _count(pupils: int | None) -> str:
    return "–" if pupils is None else formats.number(pupils)
