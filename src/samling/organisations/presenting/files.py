"""Files to begin from: an example of each kind, and what an organisation has today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samling.documents import Column, FigureTable, to_csv, to_xlsx
from samling.organisations.actions.importing import enrolment, people, units
from samling.organisations.actions.importing.enrolment import year_name
from samling.organisations.choices import FileKind, UnitKind
from samling.organisations.models import Enrolment, Organisation, Unit
from samling.organisations.queries.registry import members

HEADINGS = {
    FileKind.UNITS: units.headings,
    FileKind.ENROLMENT: enrolment.headings,
    FileKind.PEOPLE: people.headings,
}
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Rows = Sequence[Mapping[str, str]]


def example_rows(kind: str) -> Rows:
    """Made-up rows that can be read as they are."""
    if kind == FileKind.UNITS:
        school, preschool, committee = (
            str(UnitKind(value).label) for value in ("school", "preschool", "committee")
        )
        return [
            _row(kind, "BUN", _("Barn- och utbildningsnämnden"), committee, "", "0480"),
            _row(kind, "S1", _("Exempelskolan"), school, "BUN", "0480", "skolan@exempel.se"),
            _row(kind, "F1", _("Exempelförskolan"), preschool, "BUN", "0480"),
        ]
    if kind == FileKind.ENROLMENT:
        return [
            _row(kind, "S1", "2026/27", "7", "48"),
            _row(kind, "S1", "2026/27", "8", "51"),
            _row(kind, "S1", "2026/27", "9", "47"),
        ]
    return [
        _row(kind, "alva@exempel.se", "Alva Exempel", "S1", _("rektor"), "2026-08-17"),
        _row(kind, "bo@exempel.se", "Bo Exempel", "S1", _("lärare"), "2026-08-17", "2027-06-30"),
    ]


def current_rows(kind: str, organisation: Organisation) -> Rows:
    """What the organisation has today; read in again it changes nothing."""
    if kind == FileKind.UNITS:
        found = Unit.objects.filter(organisation=organisation, closed_on__isnull=True)
        labels = {value: str(label) for value, label in UnitKind.choices}
        return [
            _row(
                kind,
                unit.code,
                unit.name,
                labels[unit.kind],
                unit.parent.code if unit.parent else "",
                unit.area.code if unit.area else "",
                unit.email,
                unit.phone,
            )
            for unit in found.select_related("parent", "area")
            .defer("area__boundary")
            .order_by("path")
        ]
    if kind == FileKind.ENROLMENT:
        enrolled = Enrolment.objects.filter(unit__organisation=organisation)
        return [
            _row(kind, row.unit.code, year_name(row.year), row.grade, str(row.pupils))
            for row in enrolled.filter(unit__closed_on__isnull=True).select_related("unit")
        ]
    return [
        _row(
            kind,
            membership.person.email,
            membership.person.name,
            membership.unit.code if membership.unit else "",
            membership.title,
            membership.starts_on.isoformat(),
            membership.ends_on.isoformat() if membership.ends_on else "",
        )
        for membership in members(organisation, on=timezone.localdate())
    ]


def file_of(kind: str, file_format: str, rows: Rows) -> bytes:
    """The rows as CSV or xlsx, with headings that the import knows."""
    heads = HEADINGS[FileKind(kind)]()
    table = FigureTable(
        title=str(FileKind(kind).label).capitalize(),
        subtitle="",
        # The heading is the key too, so that both formats have it on their first row of data.
        columns=[Column(label, label) for label in heads.values()],
        rows=rows,
        notes=advice(kind),
        source="",
        language="en" if (get_language() or "sv").startswith("en") else "sv",
    )
    return to_csv(table) if file_format == "csv" else to_xlsx(table)


def advice(kind: str) -> list[str]:
    """What to write in the columns, one sentence each."""
    if kind == FileKind.UNITS:
        known = ", ".join(str(label) for label in UnitKind.labels)
        return [
            _("Kod: enhetens egen beteckning hos er. Den känner igen enheten nästa gång."),
            _("Sort: någon av %(known)s.") % {"known": known},
            _("Överordnad: koden för enheten ovanför. Tomt betyder högst upp."),
            _("Område: kommunens eller länets kod, till exempel 0480."),
            _("En kolumn som inte finns i filen ändras inte. En tom ruta tömmer uppgiften."),
        ]
    if kind == FileKind.ENROLMENT:
        return [
            _("Kod: skolans kod. Skolan ska redan finnas."),
            _("Läsår: till exempel 2026/27."),
            _("Årskurs: F, 1 till 9, gy1, gy2 eller gy3."),
            _("Årskurser som inte står i filen ändras inte."),
        ]
    return [
        _("E-post: adressen känner igen personen."),
        _("Namn: behövs för den som är ny. Den som redan har ett konto behåller sitt namn."),
        _("Kod: enhetens kod. Tomt betyder organisationen som helhet."),
        _(
            "Från och Till: första och sista dag, till exempel 2026-08-17. "
            "Ingen sista dag betyder tills vidare."
        ),
    ]


def _row(kind: str, *cells: str) -> Mapping[str, str]:
    heads = list(HEADINGS[FileKind(kind)]().values())
    return dict(zip(heads, [*cells, *([""] * (len(heads) - len(cells)))], strict=True))


def title_of(kind: str) -> str:
    """The heading of the page where a file is chosen."""
    return {
        FileKind.UNITS: _("Läs in enheter från fil"),
        FileKind.ENROLMENT: _("Läs in elever från fil"),
        FileKind.PEOPLE: _("Läs in personer från fil"),
    }[FileKind(kind)]


def lead_of(kind: str) -> str:
    """What happens, under the heading."""
    return _("Först får du se vad som skulle ändras. Inget händer förrän du trycker på Läs in.")


def closing_label(kind: str) -> str:
    """What is asked for those that the file doesn't name; empty where nothing is closed."""
    return {
        FileKind.UNITS: _("Stäng enheter som inte står i filen"),
        FileKind.PEOPLE: _("Avsluta medlemskap som inte står i filen"),
    }.get(FileKind(kind), "")
