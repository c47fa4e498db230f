"""What has happened, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from samling.organisations.actions.importing.enrolment import year_name
from samling.organisations.choices import ChangeKind, Kind, UnitKind
from samling.organisations.models import Change


@dataclass(frozen=True)
class Event:
    """A line of the history: the change with its day and unit, and what it was in words."""

    change: Change
    words: str


def events(changes: list[Change]) -> list[Event]:
    """Each change in words."""
    return [Event(change, in_words(change)) for change in changes]


def field_labels() -> dict[str, str]:
    """The fields as people know them."""
    return {
        "kind": _("Sort"),
        "area": _("Område"),
        "code": _("Kod"),
        "number": _("Organisationsnummer"),
        "email": _("E-post"),
        "phone": _("Telefon"),
        "website": _("Webbplats"),
        "registry_email": _("Registratorns e-post"),
        "registry_note": _("Om diariet"),
    }


def in_words(change: Change) -> str:
    """One change as a sentence."""
    values = {"before": change.before, "after": change.after}
    if change.kind == ChangeKind.RENAMED:
        return _("Bytte namn från %(before)s till %(after)s") % values
    if change.kind == ChangeKind.MERGED:
        return _("%(before)s slogs ihop med %(after)s") % values
    if change.kind == ChangeKind.MOVED:
        top = _("högst upp")
        moved = {name: value or top for name, value in values.items()}
        return _("Flyttad från %(before)s till %(after)s") % moved
    if change.kind == ChangeKind.EDITED:
        return _edited(change)
    words = {
        ChangeKind.CREATED: _("Skapad"),
        ChangeKind.CLOSED: _("Stängd"),
        ChangeKind.REOPENED: _("Öppnad igen"),
    }
    return words[ChangeKind(change.kind)]


def _edited(change: Change) -> str:
    kinds = dict(UnitKind.choices if change.unit_id else Kind.choices)
    before, after = change.before, change.after
    if change.field == "kind":
        before, after = str(kinds.get(before, before)), str(kinds.get(after, after))
    label = field_labels().get(change.field, change.field)
    what, _space, year = change.field.partition(" ")
    if what == "enrolment" and year.isdecimal():
        label = _("Elever läsåret %(year)s") % {"year": year_name(int(year))}
    if not after:
        return _("%(field)s: %(before)s togs bort") % {"field": label, "before": before}
    if not before:
        return _("%(field)s: %(after)s") % {"field": label, "after": after}
    values = {"field": label, "before": before, "after": after}
    return _("%(field)s: från %(before)s till %(after)s") % values
