"""Pupils by grade and school year from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

from samling.audit.actions import Actor
from samling.organisations.actions.enrolment import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_PUPILS,
    set_enrolment,
)
from samling.organisations.actions.importing.plan import (
    Difference,
    Does,
    Findings,
    Plan,
    Reading,
    Step,
)
from samling.organisations.actions.importing.spreadsheet import SheetRow, folded
from samling.organisations.choices import Grade, UnitKind
from samling.organisations.models import Enrolment, Unit

NAMES = {
    "code": ("Kod", "Enhetskod", "Code", "Unit code"),
    "year": ("Läsår", "År", "School year", "Year"),
    "grade": ("Årskurs", "Grade"),
    "pupils": ("Elever", "Antal elever", "Antal", "Pupils"),
}
YEAR = re.compile(r"(\d{4})(?:\s*[/–-]\s*(\d{2}|\d{4}))?")
Key = tuple[int, int, str]


def headings() -> dict[str, str]:
    """The columns as people know them."""
    return {"code": _("Kod"), "year": _("Läsår"), "grade": _("Årskurs"), "pupils": _("Elever")}


def plan_enrolment(reading: Reading) -> Plan:
    """What the file would change of the pupils; grades that it doesn't name are left."""
    heads, findings = headings(), reading.findings
    nothing = Plan((), (), reading.sheet.unknown, lambda by: None)
    if not reading.require_columns(heads, *NAMES):
        return Plan((), findings.sorted(), nothing.unknown, nothing.apply)
    units = {
        unit.code.casefold(): unit
        for unit in Unit.objects.filter(organisation=reading.organisation).select_related(
            "organisation"
        )
    }
    rows = _rows(reading, units, heads)
    by_key = {unit.pk: unit for unit in units.values()}
    now = {
        (unit, year, grade): pupils
        for unit, year, grade, pupils in Enrolment.objects.filter(
            unit__organisation=reading.organisation
        ).values_list("unit", "year", "grade", "pupils")
    }
    steps = [
        _step(row, by_key[key[0]], key, now.get(key), pupils) for key, (row, pupils) in rows.items()
    ]
    return Plan(
        tuple(steps),
        findings.sorted(),
        reading.sheet.unknown,
        lambda by: _apply(by, by_key, {key: pupils for key, (_row, pupils) in rows.items()}),
    )


def _rows(
    reading: Reading, units: Mapping[str, Unit], heads: dict[str, str]
) -> dict[Key, tuple[int, int]]:
    """Row and pupils by unit, year and grade; rows that can't be understood are told of."""
    found: dict[Key, tuple[int, int]] = {}
    grades = _grades()
    for row in reading.sheet.rows:
        unit = _school(reading.findings, row, units, heads)
        year = _year(reading.findings, row, heads)
        grade = _grade(reading.findings, row, grades, heads)
        pupils = _pupils(reading.findings, row, heads)
        if unit is None or year is None or grade is None or pupils is None:
            continue
        key = (unit.pk, year, grade)
        if key in found:
            reading.findings.add(
                row.number,
                heads["grade"],
                _("Samma skola, läsår och årskurs står på rad %(row)s.") % {"row": found[key][0]},
                _("Ta bort den ena raden."),
            )
            continue
        found[key] = (row.number, pupils)
    return found


def _school(
    findings: Findings, row: SheetRow, units: Mapping[str, Unit], heads: dict[str, str]
) -> Unit | None:
    code = row.get("code") or ""
    unit = units.get(code.casefold())
    if unit is None:
        findings.add(
            row.number,
            heads["code"],
            _("Det finns ingen enhet med koden %(code)s.") % {"code": code or "–"},
            _("Rätta koden, eller läs in enheten först."),
        )
    elif unit.kind != UnitKind.SCHOOL:
        findings.add(
            row.number,
            heads["code"],
            _("%(name)s är ingen skola.") % {"name": unit.name},
            _("Bara skolor har elever i årskurser. Ta bort raden eller ändra enhetens sort."),
        )
        return None
    return unit


def _year(findings: Findings, row: SheetRow, heads: dict[str, str]) -> int | None:
    text = row.get("year") or ""
    match = YEAR.fullmatch(text)
    if match:
        first, second = int(match[1]), match[2]
        follows = not second or int(second) in (first + 1, (first + 1) % 100)
        if follows and FIRST_YEAR <= first <= LAST_YEAR:
            return first
    findings.add(
        row.number,
        heads["year"],
        _("%(text)s är inget läsår.") % {"text": text or "–"},
        _("Skriv det som 2026/27 eller 2026."),
    )
    return None


def _grades() -> dict[str, str]:
    found = {folded(value): value for value in Grade.values}
    for language in ("sv", "en"):
        with override(language):
            found |= {folded(str(grade.label)): grade.value for grade in Grade}
    return found


def _grade(
    findings: Findings, row: SheetRow, grades: Mapping[str, str], heads: dict[str, str]
) -> str | None:
    text = row.get("grade") or ""
    grade = grades.get(folded(text))
    if grade is None:
        findings.add(
            row.number,
            heads["grade"],
            _("Årskursen %(text)s finns inte.") % {"text": text or "–"},
            _("Välj någon av: %(known)s.") % {"known": ", ".join(Grade.values)},
        )
    return grade


def _pupils(findings: Findings, row: SheetRow, heads: dict[str, str]) -> int | None:
    text = (row.get("pupils") or "").replace(" ", "")
    if text.isdecimal() and len(text) < 9 and int(text) <= MOST_PUPILS:
        return int(text)
    findings.add(
        row.number,
        heads["pupils"],
        _("%(text)s är inget antal elever.") % {"text": text or "–"},
        _("Skriv ett heltal mellan 0 och %(most)s.") % {"most": MOST_PUPILS},
    )
    return None


def year_name(year: int) -> str:
    """2026 is "2026/27"."""
    return f"{year}/{(year + 1) % 100:02}"


def _step(row: int, unit: Unit, key: Key, before: int | None, after: int) -> Step:
    name = f"{unit.name}, {year_name(key[1])}, {dict(Grade.choices)[key[2]]}"
    if before == after:
        return Step(Does.SAME, row, name)
    told = (Difference(_("Elever"), "" if before is None else str(before), str(after)),)
    return Step(Does.NEW if before is None else Does.CHANGED, row, name, told)


def _apply(by: Actor, units: Mapping[int, Unit], rows: Mapping[Key, int]) -> None:
    grouped: dict[tuple[int, int], dict[str, int | None]] = {}
    for (unit, year, grade), pupils in rows.items():
        grouped.setdefault((unit, year), {})[grade] = pupils
    for (unit, year), pupils_by_grade in grouped.items():
        set_enrolment(by=by, unit=units[unit], year=year, pupils=pupils_by_grade)
