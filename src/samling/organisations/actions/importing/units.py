"""Units from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from samling.audit.actions import Actor
from samling.organisations.actions.closing import standing_in_words
from samling.organisations.actions.importing.plan import (
    Difference,
    Does,
    Findings,
    Plan,
    Reading,
    Step,
    address,
    differences,
    within,
)
from samling.organisations.actions.importing.spreadsheet import SheetRow, folded
from samling.organisations.actions.importing.unit_tree import Wanted, check_tree
from samling.organisations.actions.units import (
    UnitDetails,
    closed_unit,
    edited_unit,
    fresh,
    made_unit,
    moved_unit,
    reopened_unit,
)
from samling.organisations.choices import UnitKind
from samling.organisations.models import Membership, Organisation, Unit
from samling.organisations.queries.standing import Standing, goes_on, open_appointments
from samling.places.choices import SWEDEN
from samling.places.models import Area

NAMES = {
    "code": ("Kod", "Enhetskod", "Code"),
    "name": ("Namn", "Enhet", "Name", "Unit"),
    "kind": ("Sort", "Typ", "Kind", "Type"),
    "parent": ("Överordnad", "Överordnad kod", "Parent", "Parent code"),
    "area": ("Område", "Områdeskod", "Kommunkod", "Area", "Area code"),
    "email": ("E-post", "E-postadress", "Mejl", "E-mail", "Email"),
    "phone": ("Telefon", "Telefonnummer", "Phone"),
}


def headings() -> dict[str, str]:
    """The columns as people know them."""
    return {
        "code": _("Kod"),
        "name": _("Namn"),
        "kind": _("Sort"),
        "parent": _("Överordnad"),
        "area": _("Område"),
        "email": _("E-post"),
        "phone": _("Telefon"),
    }


def plan_units(reading: Reading) -> Plan:
    """What the file would change of the organisation's units."""
    heads, findings = headings(), reading.findings
    if not reading.require_columns(heads, "code"):
        return Plan((), findings.sorted(), reading.sheet.unknown, lambda by: None)
    units = Unit.objects.filter(organisation=reading.organisation)
    known = {
        unit.code.casefold(): unit
        for unit in units.select_related("organisation", "parent", "area", "merged_into")
    }
    wanted = _wanted(reading, known, heads)
    closing = _closing(reading, known, wanted)
    depths = check_tree(findings, known, wanted, closing, heads["parent"])
    steps = [_step(found, known, wanted, heads) for found in wanted.values()]
    steps += _closing_steps(closing)
    changing = [
        found
        for found, step in zip(wanted.values(), steps, strict=False)
        if step.does is not Does.SAME
    ]
    ordered = sorted(changing, key=lambda w: depths.get(w.code.casefold(), 0))
    return Plan(
        tuple(steps),
        findings.sorted(),
        reading.sheet.unknown,
        lambda by: _apply(by, reading.organisation, ordered, known, closing),
    )


def _wanted(
    reading: Reading, known: Mapping[str, Unit], heads: dict[str, str]
) -> dict[str, Wanted]:
    """The rows by folded code; rows without a code, or with one that stood before, are told of."""
    kinds, areas = _kinds(), _areas(reading)
    found: dict[str, Wanted] = {}
    for row in reading.sheet.rows:
        code = within(reading.findings, row, "code", heads["code"], 64)
        if not code:
            reading.findings.add(
                row.number, heads["code"], _("Koden saknas."), _("Ge enheten en kod.")
            )
            continue
        first = found.get(code.casefold())
        if first is not None:
            reading.findings.add(
                row.number,
                heads["code"],
                _("Koden %(code)s står också på rad %(row)s.") % {"code": code, "row": first.row},
                _("Ta bort den ena raden eller ge den en annan kod."),
            )
            continue
        wanted = Wanted(row.number, code, known.get(code.casefold()), parent=row.get("parent"))
        wanted.values = _values(reading.findings, row, wanted, kinds, areas, heads)
        found[code.casefold()] = wanted
    return found


def _values(
    findings: Findings,
    row: SheetRow,
    wanted: Wanted,
    kinds: Mapping[str, str],
    areas: Mapping[str, Area],
    heads: dict[str, str],
) -> dict[str, Any]:
    """The fields that the file gives; everything that is wrong in the row is told of."""
    values: dict[str, Any] = {}
    new = wanted.unit is None
    if new or row.get("name") is not None:
        values["name"] = within(findings, row, "name", heads["name"], 200)
        if not values["name"]:
            findings.add(row.number, heads["name"], _("Namnet saknas."), _("Skriv enhetens namn."))
    if new or row.get("kind") is not None:
        values["kind"] = _kind(findings, row, kinds, heads)
    if row.get("area") is not None:
        values["area"] = _area(findings, row, areas, heads)
    if row.get("email") is not None:
        values["email"] = address(findings, row, "email", heads["email"])
    if row.get("phone") is not None:
        values["phone"] = within(findings, row, "phone", heads["phone"], 40)
    if wanted.unit is not None and wanted.unit.merged_into is not None:
        findings.add(
            row.number,
            heads["code"],
            _("Enheten är sammanslagen med %(name)s.") % {"name": wanted.unit.merged_into.name},
            _("Använd koden %(code)s i stället.") % {"code": wanted.unit.merged_into.code},
        )
    return values


def _kind(
    findings: Findings, row: SheetRow, kinds: Mapping[str, str], heads: dict[str, str]
) -> str:
    text = row.get("kind") or ""
    if folded(text) not in kinds:
        known = ", ".join(str(label) for label in UnitKind.labels)
        problem = _("Sorten %(text)s finns inte.") % {"text": text} if text else _("Sorten saknas.")
        findings.add(
            row.number, heads["kind"], problem, _("Välj någon av: %(known)s.") % {"known": known}
        )
    return kinds.get(folded(text), "")


def _kinds() -> dict[str, str]:
    """Every way to write a kind: in Swedish, in English, as its code."""
    found = {folded(value): value for value in UnitKind.values}
    for language in ("sv", "en"):
        with override(language):
            found |= {folded(str(kind.label)): kind.value for kind in UnitKind}
    return found


def _areas(reading: Reading) -> dict[str, Area]:
    """The areas that the file names, by code; Sweden's own where two divisions have the code."""
    codes = {text for row in reading.sheet.rows for text in _area_codes(row.get("area") or "")}
    found: dict[str, Area] = {}
    areas = Area.objects.filter(code__in=codes, valid_to__isnull=True).defer("boundary")
    for area in areas.select_related("division"):
        if area.code not in found or area.division.code == SWEDEN:
            found[area.code] = area
    return found


def _area_codes(text: str) -> tuple[str, ...]:
    """The code as it stands, and with the zero that a spreadsheet takes away."""
    return (text, text.zfill(4)) if text.isdecimal() and len(text) == 3 else (text,)


def _area(
    findings: Findings, row: SheetRow, areas: Mapping[str, Area], heads: dict[str, str]
) -> Area | None:
    text = row.get("area") or ""
    if not text:
        return None
    for code in _area_codes(text):
        if code in areas:
            return areas[code]
    findings.add(
        row.number,
        heads["area"],
        _("Området %(text)s finns inte.") % {"text": text},
        _("Skriv områdets kod, till exempel 0480 för Nyköping."),
    )
    return None


def _closing(
    reading: Reading, known: Mapping[str, Unit], wanted: Mapping[str, Wanted]
) -> dict[str, Unit]:
    """The open units that the file doesn't name, if those are to be closed."""
    if not reading.close_missing:
        return {}
    return {
        code: unit for code, unit in known.items() if code not in wanted and unit.closed_on is None
    }


def _step(
    found: Wanted, known: Mapping[str, Unit], wanted: Mapping[str, Wanted], heads: dict[str, str]
) -> Step:
    """What happens to a unit that the file names."""

    def parent_name(code: str) -> str:
        here = wanted.get(code) or known.get(code)
        return here.name if here else code

    after = dict(found.values)
    unit = found.unit
    kinds = dict(UnitKind.choices)
    pairs = {name: (getattr(unit, name) if unit else "", value) for name, value in after.items()}
    if "kind" in pairs:
        was, will = pairs["kind"]
        pairs["kind"] = (kinds.get(was, was), kinds.get(will, will))
    before = unit.parent.code.casefold() if unit and unit.parent else ""
    if before != found.parent_code:
        pairs["parent"] = (parent_name(before), parent_name(found.parent_code))
    told = differences(pairs, heads)
    if unit is None:
        return Step(Does.NEW, found.row, found.name, told)
    if unit.closed_on is not None:
        told = (*told, Difference(_("Läge"), _("stängd"), _("öppen")))
    return Step(Does.CHANGED if told else Does.SAME, found.row, found.name, told)


def _closing_steps(closing: Mapping[str, Unit]) -> list[Step]:
    """What is closed, and what ends with it."""
    units = Unit.objects.filter(pk__in=[unit.pk for unit in closing.values()])
    appointments = dict(
        open_appointments(units).order_by().values_list("unit").annotate(Count("pk"))
    )
    members = Membership.objects.filter(goes_on(), unit__in=units).order_by()
    memberships = dict(members.values_list("unit").annotate(Count("pk")))
    steps = []
    for unit in sorted(closing.values(), key=lambda unit: (unit.path, unit.pk)):
        standing = Standing(0, appointments.get(unit.pk, 0), memberships.get(unit.pk, 0))
        ends = _("Avslutar %(what)s.") % {"what": standing_in_words(standing)}
        steps.append(Step(Does.CLOSED, 0, unit.name, consequence=ends if standing else ""))
    return steps


def _apply(
    by: Actor,
    organisation: Organisation,
    ordered: list[Wanted],
    known: Mapping[str, Unit],
    closing: Mapping[str, Unit],
) -> None:
    """Do it from the top of the tree as it will be, so that no step on the way is a circle."""
    placed: dict[str, Unit] = {}
    for found in ordered:
        above = found.parent_code
        if above and above not in placed:
            # What is above stays as it is, or has its place already: it is as it will be.
            placed[above] = fresh(known[above])
        parent = placed[above] if above else None
        if found.unit is None:
            details = UnitDetails(code=found.code, **found.values)
            unit = made_unit(by, organisation, details, parent)
        else:
            unit = moved_unit(by, fresh(found.unit), parent)
            if unit.closed_on is not None:
                unit = reopened_unit(by, fresh(unit))
            unit = edited_unit(by, unit, _details(unit, found.values))
        placed[found.code.casefold()] = unit
    for unit in sorted(closing.values(), key=lambda unit: -len(unit.path)):
        closed_unit(by, fresh(unit))


def _details(unit: Unit, values: Mapping[str, Any]) -> UnitDetails:
    now = {
        "name": unit.name,
        "kind": unit.kind,
        "area": unit.area,
        "email": unit.email,
        "phone": unit.phone,
    }
    return UnitDetails(code=unit.code, **{**now, **values})
