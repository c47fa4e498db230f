"""The audit as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext

from samling.audit.models import Entry
from samling.audit.queries import Asked, distinct
from samling.audit.words import detail_text, kind_text, value_texts, verb_text
from samling.ui import components as ui
from samling.ui import formats

NOTHING = "–"
Texts = Mapping[tuple[str, str], str]
# Days are recorded as in files, and read as on pages.
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One entry: "10.15 Ada skickade om mejl: påminnelse"."""

    time: str
    actor: str
    verb: str
    kind: str
    subject: str
    subject_key: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Day:
    """A day with its entries."""

    title: str
    lines: tuple[Line, ...]


def days(entries: Iterable[Entry]) -> tuple[Day, ...]:
    """The entries under the days that they were made."""
    texts = value_texts()
    grouped = groupby(entries, key=lambda entry: formats.local_moment(entry.at).date())
    return tuple(
        Day(
            formats.capitalised(formats.full_date(day)),
            tuple(_line(entry, texts) for entry in found),
        )
        for day, found in grouped
    )


def _line(entry: Entry, texts: Texts) -> Line:
    moment = formats.local_moment(entry.at)
    return Line(
        f"{moment:%H.%M}" if formats.is_swedish() else f"{moment:%H:%M}",
        entry.actor,
        verb_text(entry.verb),
        kind_text(entry.subject_kind),
        entry.subject,
        entry.subject_key,
        tuple(
            (detail_text(str(name)), _read(str(name), value, texts))
            for name, value in entry.details.items()
            if value not in (None, "", [])
        ),
    )


def _read(name: str, value: object, texts: Texts) -> str:
    """A detail's value, each of its codes by what it is called today."""
    if isinstance(value, list | tuple):
        return ", ".join(_read(name, one, texts) for one in value)
    return texts.get((name, str(value))) or _written(value)


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        in_order = sorted(value.items(), key=_place)
        return ", ".join(f"{name}: {_changed(change)}" for name, change in in_order)
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    text = NOTHING if value is None or value == "" else str(value)
    try:
        return formats.short_date(date.fromisoformat(text)) if DAY.fullmatch(text) else text
    except ValueError:  # somebody's own words, such as 2026-02-31
        return text


def _place(change: tuple[str, object]) -> tuple[bool, int, str]:
    """Grades as in a school, F, 1 to 9, gy1 to gy3; a database need not keep the order of keys."""
    name = change[0]
    return not name.isupper(), len(name), name


def _changed(change: object) -> str:
    """A change as it is recorded, a pair of before and after; what was not there before is left
    out."""
    if not isinstance(change, list | tuple) or len(change) != 2:
        return _written(change)
    before, after = map(_written, change)
    if before == NOTHING:
        return after
    return gettext("från %(before)s till %(after)s") % {"before": before, "after": after}


def filters(asked: Asked) -> ui.FilterBar:
    """Who, did what, with what kind of thing, between which days."""
    kept = (("sak", asked.subject_key),) if asked.subject_key else ()
    return ui.FilterBar(
        gettext("Välj händelser"),
        (
            _select("gjorde", gettext("Vad som gjordes"), asked.verb, "verb"),
            _select("slag", gettext("Gällde"), asked.kind, "subject_kind"),
        ),
        kept=kept,
        fields=(
            ui.TextField("vem", gettext("Vem"), asked.actor),
            ui.TextField("fran", gettext("Från och med (åååå-mm-dd)"), str(asked.since or "")),
            ui.TextField("till", gettext("Till och med (åååå-mm-dd)"), str(asked.until or "")),
        ),
    )


def _select(name: str, label: str, chosen: str, column: str) -> ui.Select:
    text = verb_text if column == "verb" else kind_text
    there = sorted(((text(value), value) for value in distinct(column)), key=_by_text)
    options = (ui.Option(value, words, value == chosen) for words, value in there)
    return ui.Select(name, label, (ui.Option("", gettext("Allt")), *options))


def _by_text(pair: tuple[str, str]) -> str:
    return pair[0].casefold()
