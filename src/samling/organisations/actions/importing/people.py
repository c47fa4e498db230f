"""People and their memberships from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.audit.actions import Actor
from samling.organisations.actions.importing.plan import (
    Does,
    Findings,
    Plan,
    Reading,
    Step,
    address,
    differences,
    within,
)
from samling.organisations.actions.importing.spreadsheet import SheetRow
from samling.organisations.actions.memberships import (
    Term,
    change_membership,
    end_membership,
    made_membership,
)
from samling.organisations.actions.people import newcomer
from samling.organisations.models import Membership, Organisation, Unit
from samling.organisations.queries.standing import goes_on

NAMES = {
    "email": ("E-post", "E-postadress", "Mejl", "E-mail", "Email"),
    "name": ("Namn", "Name"),
    "code": ("Kod", "Enhetskod", "Enhet", "Code", "Unit code"),
    "title": ("Titel", "Befattning", "Title"),
    "starts_on": ("Från", "Från och med", "From"),
    "ends_on": ("Till", "Till och med", "Until", "To"),
}
ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


@dataclass(frozen=True)
class Wanted:
    """A row's membership: the one it is today, if any, and what it will be."""

    row: int
    email: str
    name: str
    unit: Unit | None
    membership: Membership | None
    term: Term
    person: Person | None

    @property
    def place(self) -> tuple[str, int | None]:
        """The person and the place, for telling two rows of one membership."""
        return (self.email.casefold(), self.unit.pk if self.unit else None)


def headings() -> dict[str, str]:
    """The columns as people know them."""
    return {
        "email": _("E-post"),
        "name": _("Namn"),
        "code": _("Kod"),
        "title": _("Titel"),
        "starts_on": _("Från"),
        "ends_on": _("Till"),
    }


@dataclass(frozen=True)
class State:
    """What is there before the file: people by address, units by code, memberships by both."""

    people: Mapping[str, Person]
    units: Mapping[str, Unit]
    memberships: Mapping[tuple[int, int | None], list[Membership]]


def plan_people(reading: Reading) -> Plan:
    """What the file would change of the organisation's memberships."""
    heads, findings = headings(), reading.findings
    if not reading.require_columns(heads, "email"):
        return Plan((), findings.sorted(), reading.sheet.unknown, lambda by: None)
    state = _state(reading)
    wanted: list[Wanted] = []
    for row in reading.sheet.rows:
        found = _wanted(findings, row, state, heads)
        if found is not None:
            wanted.append(found)
    _refuse_twice(findings, wanted, heads)
    ending = _ending(reading, wanted)
    steps = [_step(found, heads) for found in wanted]
    steps += [Step(Does.CLOSED, 0, _title(m.person.name, m.unit)) for m in ending]
    return Plan(
        tuple(steps),
        findings.sorted(),
        reading.sheet.unknown,
        lambda by: _apply(by, reading.organisation, wanted, ending),
    )


def _state(reading: Reading) -> State:
    addresses = {(row.get("email") or "").casefold() for row in reading.sheet.rows}
    units = Unit.objects.filter(organisation=reading.organisation).select_related("organisation")
    memberships: dict[tuple[int, int | None], list[Membership]] = {}
    for membership in Membership.objects.filter(organisation=reading.organisation).select_related(
        "person", "unit", "organisation"
    ):
        memberships.setdefault((membership.person_id, membership.unit_id), []).append(membership)
    return State(
        {email: person for email, person in _people(addresses)},
        {unit.code.casefold(): unit for unit in units},
        memberships,
    )


def _people(addresses: set[str]) -> list[tuple[str, Person]]:
    """Those with the addresses, whatever their capitals; in portions that a query can hold."""
    found: list[tuple[str, Person]] = []
    ordered = sorted(addresses)
    for start in range(0, len(ordered), 500):
        people = Person.objects.annotate(folded=Lower("email")).filter(
            folded__in=ordered[start : start + 500]
        )
        found += [(person.email.casefold(), person) for person in people]
    return found


def _wanted(
    findings: Findings, row: SheetRow, state: State, heads: dict[str, str]
) -> Wanted | None:
    """The row as a membership; everything that is wrong in it is told of."""
    before = len(findings.found)
    email = address(findings, row, "email", heads["email"])
    person = state.people.get(email.casefold())
    name = within(findings, row, "name", heads["name"], 200)
    _check_person(findings, row, email, person, name, heads)
    unit = _unit(findings, row, state, heads)
    title = within(findings, row, "title", heads["title"], 200)
    days = {column: _day(findings, row, column, heads) for column in ("starts_on", "ends_on")}
    if len(findings.found) > before:
        return None
    key = (person.pk, unit.pk if unit else None) if person else None
    theirs = state.memberships.get(key, []) if key else []
    membership = _matching(theirs, days["starts_on"], days["ends_on"])
    term = _term(row, membership, title, days)
    if term.ends_on is not None and term.ends_on < term.starts_on:
        findings.add(
            row.number,
            heads["ends_on"],
            _("Sista dagen är före den första."),
            _("Rätta dagarna."),
        )
        return None
    # Whose address it is, is told only of those who are members here already.
    shown = person.name if person and theirs else name or email
    return Wanted(row.number, email, shown, unit, membership, term, person)


def _check_person(
    findings: Findings,
    row: SheetRow,
    email: str,
    person: Person | None,
    name: str,
    heads: dict[str, str],
) -> None:
    if not row.get("email"):
        findings.add(
            row.number, heads["email"], _("Adressen saknas."), _("Skriv personens e-postadress.")
        )
    elif person is None and not name:
        findings.add(
            row.number,
            heads["name"],
            _("%(address)s är ny här och har inget namn.") % {"address": email},
            _("Skriv personens namn."),
        )
    elif person is not None and not person.is_active:
        findings.add(
            row.number,
            heads["email"],
            _("Kontot med den adressen är stängt."),
            _("Ta bort raden."),
        )


def _unit(findings: Findings, row: SheetRow, state: State, heads: dict[str, str]) -> Unit | None:
    code = row.get("code") or ""
    if not code:
        return None
    unit = state.units.get(code.casefold())
    if unit is None:
        findings.add(
            row.number,
            heads["code"],
            _("Det finns ingen enhet med koden %(code)s.") % {"code": code},
            _("Rätta koden, eller läs in enheten först."),
        )
    elif unit.closed_on is not None:
        findings.add(
            row.number,
            heads["code"],
            _("%(name)s är stängd.") % {"name": unit.name},
            _("Välj en öppen enhet."),
        )
    return unit


def _day(findings: Findings, row: SheetRow, column: str, heads: dict[str, str]) -> date | None:
    text = row.get(column) or ""
    if not text:
        return None
    match = ISO.fullmatch(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    findings.add(
        row.number,
        heads[column],
        _("%(text)s är ingen dag.") % {"text": text},
        _("Skriv den som 2026-08-17."),
    )
    return None


def _matching(
    theirs: list[Membership], starts_on: date | None, ends_on: date | None
) -> Membership | None:
    """The membership that a row is about: the same first day, or else the one that goes on."""
    for membership in theirs:
        if membership.starts_on == starts_on:
            return membership
    ordered = sorted(theirs, key=lambda m: (m.ends_on is None, m.starts_on), reverse=True)
    latest = ordered[0] if ordered else None
    if latest is None or starts_on is None:
        return latest if latest is None or _goes_on(latest) else None
    overlaps = ends_on is None or ends_on >= latest.starts_on
    return latest if latest.ends_on is None and overlaps else None


def _goes_on(membership: Membership) -> bool:
    return membership.ends_on is None or membership.ends_on >= timezone.localdate()


def _term(
    row: SheetRow,
    membership: Membership | None,
    title: str,
    days: Mapping[str, date | None],
) -> Term:
    """What the file gives, and for columns that it lacks what was there."""
    if membership is None:
        return Term(days["starts_on"] or timezone.localdate(), days["ends_on"], title)
    return Term(
        days["starts_on"] or membership.starts_on,
        membership.ends_on if row.get("ends_on") is None else days["ends_on"],
        membership.title if row.get("title") is None else title,
    )


def _refuse_twice(findings: Findings, wanted: list[Wanted], heads: dict[str, str]) -> None:
    """Tell of two rows of one membership, and of two that would both go on in one place."""
    seen: dict[tuple[object, ...], int] = {}
    for found in wanted:
        keys: list[tuple[object, ...]] = [(*found.place, found.term.starts_on)]
        if found.term.ends_on is None:
            keys.append((*found.place, "open"))
        if found.membership is not None:
            keys.append(("membership", found.membership.pk))
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            findings.add(
                found.row,
                heads["email"],
                _("Samma person och enhet står på rad %(row)s.") % {"row": first},
                _("Ta bort den ena raden, eller ge den första en sista dag."),
            )
        for key in keys:
            seen.setdefault(key, found.row)


def _ending(reading: Reading, wanted: list[Wanted]) -> list[Membership]:
    """The memberships that go on and that the file doesn't name, if those are to end."""
    if not reading.close_missing:
        return []
    named = {found.membership.pk for found in wanted if found.membership is not None}
    going_on = Membership.objects.filter(goes_on(), organisation=reading.organisation)
    return [
        membership
        for membership in going_on.select_related("person", "unit").order_by("person__name", "pk")
        if membership.pk not in named
    ]


def _title(name: str, unit: Unit | None) -> str:
    return f"{name}, {unit.name}" if unit else name


def _step(found: Wanted, heads: dict[str, str]) -> Step:
    was = found.membership
    told = differences(
        {
            "title": (was.title if was else "", found.term.title),
            "starts_on": (was.starts_on if was else None, found.term.starts_on),
            "ends_on": (was.ends_on if was else None, found.term.ends_on),
        },
        heads,
    )
    name = _title(found.name, found.unit)
    if was is None:
        text = "" if found.person else _("Personen är ny i Samling.")
        return Step(Does.NEW, found.row, name, told, text)
    return Step(Does.CHANGED if told else Does.SAME, found.row, name, told)


def _apply(
    by: Actor, organisation: Organisation, wanted: list[Wanted], ending: list[Membership]
) -> None:
    """End first, so that a place is free before someone new takes it."""
    for membership in ending:
        end_membership(by=by, membership=membership)
    made: dict[str, Person] = {}
    for found in sorted(wanted, key=lambda w: (w.term.ends_on is None, w.row)):
        was = found.membership
        if was is not None:
            if found.term != Term(was.starts_on, was.ends_on, was.title):
                change_membership(by=by, membership=was, term=found.term)
            continue
        folded = found.email.casefold()
        person = found.person or made.get(folded) or newcomer(by, found.email, found.name)
        made[folded] = person
        made_membership(by, person, found.unit or organisation, found.term)
