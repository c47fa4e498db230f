"""Reading the audit: from the newest, a page at a time, only what one may read.

Pages are reached by the entry they begin after, never by number, so that a page deep in a million
entries costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from samling.audit.models import Entry, Reach
from samling.ui.access import EVERYWHERE, Rights

READ = "audit.read"
PAGE = 50
CHUNK = 2000
MOST_NAMES = 50
# How far the clocks of two computers that write to the audit may be apart.
CLOCKS = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What entries are asked for; what is empty asks for everything."""

    actor: str = ""
    verb: str = ""
    kind: str = ""
    subject_key: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """A page of entries, newest first; `older` and `newer` are the entries to go on from."""

    entries: tuple[Entry, ...]
    older: int | None = None
    newer: int | None = None


def entries_page(
    rights: Rights, asked: Asked, *, before: int | None = None, after: int | None = None
) -> Page:
    """The newest entries, those older than `before`, or the nearest newer than `after`."""
    keys = _keys(rights, asked, PAGE + 1, before=before, after=after)
    more = len(keys) > PAGE
    shown = sorted(keys[:PAGE], reverse=True)
    found = Entry.objects.in_bulk(shown)
    if not shown:
        return Page(())
    turned = after is not None
    return Page(
        tuple(found[key] for key in shown),
        older=shown[-1] if more or turned else None,
        newer=shown[0] if before is not None or (turned and more) else None,
    )


def all_entries(rights: Rights, asked: Asked, *, limit: int) -> Iterator[Entry]:
    """Every entry from the newest, at most `limit`; never more than a chunk in memory."""
    before: int | None = None
    while limit > 0:
        keys = _keys(rights, asked, min(CHUNK, limit), before=before)
        found = Entry.objects.in_bulk(keys)
        yield from (found[key] for key in keys)
        if len(keys) < CHUNK:
            return
        before, limit = keys[-1], limit - len(keys)


def _keys(
    rights: Rights,
    asked: Asked,
    count: int,
    *,
    before: int | None = None,
    after: int | None = None,
) -> list[int]:
    """The keys of the first entries, newest first; oldest first when asked for what is newer."""
    wanted = _wanted(asked)
    mine = rights.scopes(READ)
    if wanted is None or not mine:
        return []
    order = "" if after is not None else "-"
    place = Q()
    if before is not None:
        place &= Q(pk__lt=before)
    if after is not None:
        place &= Q(pk__gt=after)
    if EVERYWHERE in mine:
        found = Entry.objects.filter(wanted, place).order_by(f"{order}pk")
        return list(found.values_list("pk", flat=True)[:count])
    # One short look for each scope: together they have the first ones of all.
    keys: set[int] = set()
    for scope in mine:
        reached = _reached(scope, wanted, place).order_by(f"{order}entry_id")
        keys.update(reached.values_list("entry_id", flat=True)[:count])
    return sorted(keys, reverse=after is None)[:count]


def _reached(scope: str, wanted: Q, place: Q) -> QuerySet[Reach]:
    return Reach.objects.filter(_through_reach(wanted & place), scope=scope)


def _through_reach(condition: Q) -> Q:
    """A condition on entries, put to their reach; the key is in its own index."""
    made = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            made.add(_through_reach(child), condition.connector)
        else:
            name, value = cast(tuple[str, object], child)
            field = f"entry_id{name[2:]}" if name.startswith("pk__") else f"entry__{name}"
            made.children.append((field, value))
    return made


def _wanted(asked: Asked) -> Q | None:
    """The condition; None when nothing can fulfil it."""
    wanted = Q()
    if asked.actor:
        names = actors_named(asked.actor)
        if not names:
            return None
        wanted &= Q(actor=names[0]) if len(names) == 1 else Q(actor__in=names)
    for field, value in (
        ("verb", asked.verb),
        ("subject_kind", asked.kind),
        ("subject_key", asked.subject_key),
    ):
        if value:
            wanted &= Q(**{field: value})
    if asked.since:
        wanted &= _from(_midnight(asked.since))
    if asked.until:
        wanted &= _to(_midnight(asked.until + timedelta(days=1)))
    return wanted


def _from(moment: datetime) -> Q:
    """At the moment or later. The key narrows what has to be looked at, the time decides."""
    earliest = Entry.objects.filter(at__gte=moment - CLOCKS).order_by("at").values_list("pk")[:1]
    first = earliest.first()
    return Q(at__gte=moment) & (Q(pk__gte=first[0]) if first else Q())


def _to(moment: datetime) -> Q:
    """Before the moment."""
    latest = Entry.objects.filter(at__lt=moment + CLOCKS).order_by("-at").values_list("pk")[:1]
    last = latest.first()
    return Q(at__lt=moment) & (Q(pk__lte=last[0]) if last else Q())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def actors_named(text: str) -> list[str]:
    """Those who have done something and have the text in their name, at most `MOST_NAMES`."""
    words = text.casefold()
    return [name for name in distinct("actor") if words in name.casefold()][:MOST_NAMES]


def distinct(column: str) -> list[str]:
    """The column's values, in order: one step in its index for each, however many entries."""
    if column not in ("actor", "verb", "subject_kind"):
        raise ValueError(f"{column} has no index of its own.")
    least = f"SELECT min({column}) FROM audit_entry"  # noqa: S608 - one of three names
    further = f"({least} WHERE {column} > step.value)"
    walk = f"SELECT {further} FROM step WHERE step.value IS NOT NULL"  # noqa: S608
    kept = "SELECT value FROM step WHERE value IS NOT NULL"
    steps = f"WITH RECURSIVE step(value) AS ({least} UNION ALL {walk}) {kept}"
    with connection.cursor() as cursor:
        cursor.execute(steps)
        return [row[0] for row in cursor.fetchall()]
