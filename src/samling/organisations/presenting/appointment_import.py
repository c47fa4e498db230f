"""An import's plan in words and tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from samling.organisations.actions.appointment_import import Plan, Planned
from samling.organisations.actions.appointment_sheet import NEEDED, column_title
from samling.organisations.queries.appointments import role_name
from samling.ui import components as ui
from samling.ui.formats import short_span


def columns() -> list[tuple[str, str]]:
    """Each column's name and what stands in it."""
    told = {
        "unit": gettext("Enhetens kod, som i registret."),
        "organisation": gettext("Behövs bara om flera organisationer har samma kod."),
        "name": gettext("Personens namn."),
        "email": gettext("Den adress som mejlet skickas till."),
        "role": gettext("Uppdragets namn, till exempel Barnrättspilot."),
        "starts_on": gettext("Första dag, till exempel 2026-12-01."),
        "ends_on": gettext("Sista dag. Tom: så länge som uppdraget brukar gälla."),
        "training": gettext("Utbildning som personen ska gå. Får vara tom."),
    }
    return [
        (column_title(name) + ("" if name in NEEDED else " " + gettext("(valfritt)")), text)
        for name, text in told.items()
    ]


def title(plan: Plan) -> str:
    """What the preview's heading says."""
    return gettext("Filen behöver rättas") if plan.problems else gettext("Det här händer")


def summary(plan: Plan) -> str:
    """The plan in one or two sentences."""
    wrong = len({problem.row for problem in plan.problems})
    if wrong:
        return ngettext(
            "%(count)s rad behöver rättas. Inget läses in förrän alla rader stämmer.",
            "%(count)s rader behöver rättas. Inget läses in förrän alla rader stämmer.",
            wrong,
        ) % {"count": wrong}
    return gettext(
        "Nya uppdrag: %(new)s. Ändrade: %(changed)s. Oförändrade: %(same)s. "
        "Nya personer: %(people)s."
    ) % {
        "new": len(plan.of("new")),
        "changed": len(plan.of("changed")),
        "same": len(plan.of("same")),
        "people": len(plan.new_people),
    }


def row_table(key: str, planned: Iterable[Planned]) -> ui.Table:
    """The rows of one kind."""
    heads = (
        ui.Column(gettext("Person")),
        *ui.text_columns(gettext("Uppdrag"), gettext("Enhet"), gettext("Tid"), gettext("Konto")),
    )
    rows = tuple(
        ui.Row(
            row.person.name if row.person else row.name,
            (
                ui.Cell(role_name(row.role_type)),
                ui.Cell(f"{row.unit.name}, {row.unit.organisation.name}"),
                ui.Cell(_time(row)),
                ui.Cell(_account(row)),
            ),
        )
        for row in planned
    )
    return ui.Table(key, gettext("Uppdrag"), heads, rows, caption_hidden=True)


def _time(row: Planned) -> str:
    """From when until when; what is changed keeps its first day."""
    start, ends_on = row.terms.starts_on, row.terms.ends_on
    if row.found is not None:
        start, ends_on = row.found.starts_on, row.wanted(row.found)[0]
    return short_span(start, ends_on)


def _account(row: Planned) -> str:
    if row.person is None:
        return gettext("ny")
    if row.person.name.casefold() != row.name.casefold():
        return gettext("finns, i filen som %(name)s") % {"name": row.name}
    return gettext("finns")
